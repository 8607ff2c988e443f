//! What sessions share: the state of one contract.
//!
//! A contract of a wider scope than the session has one state for all sessions of, for example, a user. Whoever runs
//! sessions keeps such a state beside them. Before an event of one of them it is put in
//! ([`Session::exchange`]), then the event is judged and committed as any other is, and it is taken out again in the
//! same way. Nobody else uses it meanwhile: that is for the owner to see to.
//!
//! ```text
//!  magic "SPSH"  version u8  0 u8  0 u16    contract's hash u128
//!  what its values share and its values, as in a snapshot of a session
//!  XXH3 of everything before, u64
//! ```
//!
//! The bytes belong to a contract and not to a program: sessions of two programs that have the contract can share it.

use std::sync::Arc;

use super::Session;
use super::keyed::Slots;
use super::snapshot::{SnapshotError, put_slots, restore_slots};
use crate::bytes::{Reader, body_of, checksum};
use crate::contract::Scope;
use crate::ground::digest_of_id;
use crate::limits::SNAPSHOT_BYTES_MAX;
use crate::program::{ContractId, Group, Program};

const MAGIC: &[u8; 4] = b"SPSH";
const VERSION: u8 = 1;

/// The state of a contract that sessions share.
#[derive(Clone, Debug, PartialEq)]
pub struct Shared {
    contract: ContractId,
    slots: Slots,
}

impl Shared {
    /// What the contract is at the beginning; nothing where the program has no such contract or sessions do not share
    /// it.
    pub fn new(program: &Program, contract: ContractId) -> Option<Self> {
        let group = program.groups.iter().find(|group| group.contract == contract)?;
        group.is_shared().then(|| Self { contract, slots: Slots::new(&group.program) })
    }

    /// The contract, in the program that it was made for.
    pub fn contract(&self) -> ContractId {
        self.contract
    }

    /// Appends it to `out`. The program is the one it was made for.
    pub fn snapshot(&self, program: &Program, out: &mut Vec<u8>) {
        let first = out.len();
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&[VERSION, 0, 0, 0]);
        out.extend_from_slice(&hash(program, self.contract).to_le_bytes());
        put_slots(out, &self.slots);
        let sum = checksum(out.get(first..).unwrap_or(&[]));
        out.extend_from_slice(&sum.to_le_bytes());
    }

    /// Becomes what the bytes hold; if they hold nothing for this contract, it stays as it was.
    ///
    /// # Errors
    ///
    /// The bytes are damaged, or of another contract.
    pub fn restore(&mut self, program: &Program, bytes: &[u8]) -> Result<(), SnapshotError> {
        let mut reader = Reader(body_of(bytes, (MAGIC, VERSION), SNAPSHOT_BYTES_MAX)?);
        if u128::from_le_bytes(reader.take()?) != hash(program, self.contract) {
            return Err(SnapshotError::OtherProgram);
        }
        let mut slots = self.slots.at_beginning();
        restore_slots(&mut reader, &mut slots)?;
        if !reader.0.is_empty() {
            return Err(SnapshotError::Damaged);
        }
        self.slots = slots;
        Ok(())
    }
}

impl Session {
    /// Puts in what the session shares with others, or takes it out again: what it had is in `shared` afterwards.
    /// `member` is the name of the session among them, so that the ids of their calls are told apart.
    pub fn exchange(&mut self, shared: &mut Shared, member: &str) {
        let program = Arc::clone(&self.program);
        let is_its = |group: &Group| group.contract == shared.contract && group.is_shared();
        let Some(at) = program.groups.iter().position(is_its) else { return };
        let held = self.held_mut();
        held.member = digest_of_id(member);
        if let Some(own) = held.keyed.get_mut(at) {
            core::mem::swap(own, &mut shared.slots);
        }
    }
}

impl Program {
    /// The contracts that sessions share, and their scopes.
    pub fn shared(&self) -> impl Iterator<Item = (ContractId, Scope)> {
        let shared = self.groups.iter().filter(|group| group.is_shared());
        shared.map(|group| (group.contract, group.scope))
    }
}

fn hash(program: &Program, contract: ContractId) -> u128 {
    program.contract(contract).map_or(0, |contract| contract.hash().0)
}
