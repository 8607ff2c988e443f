//! Programs that sessions were judged by before: a session in a store goes on under another one.
//!
//! A store keeps, beside its sessions, each program that they were judged by. Whoever takes a session out that another
//! program judged reads that program there, and takes the session over contract by contract. So contracts can be
//! changed while sessions run, and a process that knows the changed ones can run beside one that does not. As long as
//! both run, a contract that only one of them has is forgotten whenever the other one puts the session back.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use sponsio_engine::program::{Program, ProgramHash};

use super::lock;
use crate::limits::PREVIOUS_PROGRAMS_MAX;
use crate::store::{Key, Left, PROGRAMS, Store, StoreError};

/// The programs that a guard knows besides its own.
#[derive(Debug, Default)]
pub(super) struct Previous {
    known: Mutex<VecDeque<Arc<Program>>>,
    /// The program that is known to be in the store.
    stored: Mutex<Option<ProgramHash>>,
}

impl Previous {
    pub(super) fn add(&self, program: Arc<Program>) {
        let mut known = lock(&self.known);
        known.retain(|other| other.hash() != program.hash());
        if known.len() >= PREVIOUS_PROGRAMS_MAX {
            known.pop_front();
        }
        known.push_back(program);
    }

    pub(super) fn get(&self, hash: ProgramHash) -> Option<Arc<Program>> {
        lock(&self.known).iter().find(|program| program.hash() == hash).cloned()
    }

    /// Puts the program into the store, where it is not there yet.
    pub(super) fn keep(&self, store: &dyn Store, program: &Program) -> Result<(), StoreError> {
        let hash = program.hash();
        let mut stored = lock(&self.stored);
        if *stored == Some(hash) {
            return Ok(());
        }
        let name = hash.to_string();
        let key = Key { agent: PROGRAMS, session: &name };
        store.visit(key, &mut |taken| {
            if taken.version() != 0 {
                return Ok(Left::Unchanged);
            }
            let mut bytes = Vec::new();
            program.write(&mut bytes);
            Ok(Left::Changed(bytes))
        })?;
        *stored = Some(hash);
        Ok(())
    }

    /// Reads the program with this hash from the store; whether it is known afterwards.
    pub(super) fn fetch(&self, store: &dyn Store, hash: ProgramHash) -> Result<bool, StoreError> {
        let name = hash.to_string();
        let mut bytes = None;
        store.visit(Key { agent: PROGRAMS, session: &name }, &mut |taken| {
            bytes = taken.state()?;
            Ok(Left::Unchanged)
        })?;
        let program = bytes.and_then(|bytes| Program::read(&bytes).ok());
        let program = program.filter(|program| program.hash() == hash);
        let is_known = program.is_some();
        program.into_iter().for_each(|program| self.add(program));
        Ok(is_known)
    }
}
