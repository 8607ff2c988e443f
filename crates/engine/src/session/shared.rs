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
use super::slots::Slots;
use super::snapshot::{SnapshotError, put_slots, restore_slots};
use crate::bytes::{Reader, body_of, frame};
use crate::contract::Scope;
use crate::ground::digest_of_id;
use crate::limits::SNAPSHOT_BYTES_MAX;
use crate::program::{ContractId, Group, Program, ProgramHash};

const MAGIC: &[u8; 4] = b"SPSH";
const VERSION: u8 = 1;

/// The state of a contract that sessions share.
#[derive(Clone, Debug, PartialEq)]
pub struct Shared {
    /// What the contract means.
    contract: ProgramHash,
    /// How many shared contracts of its program that mean the same stand before it.
    nth: usize,
    slots: Slots,
}

impl Shared {
    /// What the contract is at the beginning; nothing where the program has no such contract or sessions do not share
    /// it.
    pub fn new(program: &Program, contract: ContractId) -> Option<Self> {
        let at = program.groups.iter().position(|group| group.contract == contract)?;
        let group = program.groups.get(at).filter(|group| group.is_shared())?;
        let hash = program.contract(contract)?.hash();
        let alike = program.alike(hash).take_while(|other| *other != at);
        Some(Self { contract: hash, nth: alike.count(), slots: Slots::new(&group.program) })
    }

    /// Appends it to `out`.
    pub fn snapshot(&self, out: &mut Vec<u8>) {
        frame(out, (MAGIC, VERSION), |out| {
            out.extend_from_slice(&self.contract.0.to_le_bytes());
            put_slots(out, &self.slots);
        });
    }

    /// Becomes what the bytes hold; if they hold nothing for this contract, it stays as it was.
    ///
    /// # Errors
    ///
    /// The bytes are damaged, or of another contract.
    pub fn restore(&mut self, bytes: &[u8]) -> Result<(), SnapshotError> {
        let mut reader = Reader(body_of(bytes, (MAGIC, VERSION), SNAPSHOT_BYTES_MAX)?);
        if u128::from_le_bytes(reader.take()?) != self.contract.0 {
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
        let Some(at) = program.alike(shared.contract).nth(shared.nth) else { return };
        let held = self.held_mut();
        held.member = digest_of_id(member);
        if let (Some(own), Some(group)) = (held.keyed.get_mut(at), program.groups.get(at)) {
            core::mem::swap(own, &mut shared.slots);
            own.belong_to(&group.program);
        }
    }
}

impl Program {
    /// The contracts that sessions share, and their scopes.
    pub fn shared(&self) -> impl Iterator<Item = (ContractId, Scope)> {
        let shared = self.groups.iter().filter(|group| group.is_shared());
        shared.map(|group| (group.contract, group.scope))
    }

    /// The places of the groups that sessions share and that mean this.
    fn alike(&self, hash: ProgramHash) -> impl Iterator<Item = usize> {
        let means_it = move |group: &Group| {
            group.is_shared() && self.contract(group.contract).is_some_and(|c| c.hash() == hash)
        };
        self.groups.iter().enumerate().filter(move |(_, group)| means_it(group)).map(|(at, _)| at)
    }
}
