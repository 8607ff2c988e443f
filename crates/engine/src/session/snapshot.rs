//! A session as bytes, and back.
//!
//! ```text
//!  magic "SPSN"  version u8  0 u8  0 u16     program hash u128
//!  events u64, calls u32, time i64           how far the session is
//!  words u32, each u32                       the state, with its tail or without; lazily built automata have 0 …
//!  residuals u32, each: length u32, u64 …    … and stand here, in the order of their monitors
//!  facts u32, each: key u32, length u32 or all ones where it is not known, bytes
//!  calls with an id u32, ids u32, each: digest u64
//!  writers u32, is full u8, each: key's digest u128, place of the source u32
//!  depths u32, is full u8, each: agent's digest u128, depth u32
//!  values: length u32, bytes                 0 where nothing is recorded
//!  approvals u32, each: contract u32, digest 32 bytes, expires i64
//!  in a batch u8; its id: length u32, bytes; how far the session was before it, its words, and those of its values
//!  calls whose values are remembered u32, each: id u64, tool u64, for each group: has a value u8, digest u128
//!  for each group that is not shared: a snapshot of what its values share, with its length u32; values u32, each:
//!  digest u128, words
//!  XXH3 of everything before, u64
//! ```
//!
//! All numbers are little-endian. Equal sessions have equal bytes, on every platform. A snapshot belongs to one
//! program. The checksum finds damage; it does not authenticate, which is for whoever stores the bytes. What a session
//! shares with others is not in it: that is a [`Shared`](super::Shared) of its own.

use std::sync::Arc;

use super::keyed::Recent;
use super::pending::{Approval, Batch, BatchSlot, Held};
use super::slots::Slots;
use super::{Progress, Session};
use crate::bytes::{Flaw, Reader, body_of, frame, put};
use crate::event::{Digest, Timestamp};
use crate::ground::{ANYONE, Fact, Flows, Known, Memory};
use crate::limits::{
    APPROVALS_MAX, DELEGATES_MAX, FLOW_KEYS_MAX, KEYS_MAX, OPEN_CALLS_MAX, SNAPSHOT_BYTES_MAX,
};
use crate::program::{ContractId, Monitor, Program, ProgramHash};

const MAGIC: &[u8; 4] = b"SPSN";
const VERSION: u8 = 8;
/// Stands for the length of a fact that is not known; a value is never as long.
const LOST: usize = 0xffff_ffff;

/// Why bytes are not a session of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// They do not begin as a snapshot does.
    #[error("these bytes are no session snapshot")]
    NotASnapshot,
    /// They are of a version that this engine does not read.
    #[error("the snapshot has version {0}, and version {1} is expected")]
    Version(u8, u8),
    /// They are of another program.
    #[error("the snapshot belongs to another set of contracts")]
    OtherProgram,
    /// They are damaged, truncated or too long.
    #[error("the snapshot is damaged")]
    Damaged,
}

impl From<Flaw> for SnapshotError {
    fn from(flaw: Flaw) -> Self {
        match flaw {
            Flaw::Beginning => Self::NotASnapshot,
            Flaw::Version { found, expected } => Self::Version(found, expected),
            Flaw::Damaged => Self::Damaged,
        }
    }
}

impl Session {
    /// Appends the session to `out`.
    pub fn snapshot(&self, out: &mut Vec<u8>) {
        frame(out, (MAGIC, VERSION), |out| self.put_body(out));
    }

    #[inline]
    fn put_body(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.program.hash.0.to_le_bytes());
        put_progress(out, self.progress);
        put_words(out, &self.program, &self.words);
        let facts = || self.facts().iter().enumerate().filter(|(_, fact)| **fact != Fact::Unset);
        put(out, facts().count());
        for (key, fact) in facts() {
            put(out, key);
            match fact {
                Fact::Value(value) => {
                    put(out, value.len());
                    out.extend_from_slice(value.as_bytes());
                }
                Fact::Lost | Fact::Unset => put(out, LOST),
            }
        }
        let none = Memory::default();
        put_memory(out, self.memory.as_deref().unwrap_or(&none));
        let mut values = Vec::new();
        if let Some(flows) = &self.flows {
            flows.encode(&mut values);
        }
        put(out, values.len());
        out.extend_from_slice(&values);
        let Held { approvals, keyed, recent, batch, .. } = self.held();
        put(out, approvals.len());
        for approval in approvals {
            put(out, approval.contract.index());
            out.extend_from_slice(&approval.digest.0);
            out.extend_from_slice(&approval.expires.0.to_le_bytes());
        }
        out.push(batch.is_some().into());
        if let Some(batch) = batch {
            put(out, batch.id.len());
            out.extend_from_slice(batch.id.as_bytes());
            put_progress(out, batch.progress);
            put_words(out, &self.program, &batch.words);
            put(out, batch.slots.len());
            for BatchSlot { group, key, words, calls } in &batch.slots {
                put(out, *group);
                out.extend_from_slice(&key.to_le_bytes());
                words.iter().chain([calls]).for_each(|w| out.extend_from_slice(&w.to_le_bytes()));
            }
        }
        put(out, recent.len());
        for recent in recent {
            out.extend_from_slice(&recent.id.to_le_bytes());
            out.extend_from_slice(&recent.tool.to_le_bytes());
            for key in &recent.keys {
                out.push(key.is_some().into());
                out.extend_from_slice(&key.unwrap_or(0).to_le_bytes());
            }
        }
        for (group, slots) in self.program.groups.iter().zip(keyed) {
            if !group.is_shared() {
                put_slots(out, slots);
            }
        }
    }

    /// The program of the session that `bytes` hold, if they hold one.
    pub fn program_of(bytes: &[u8]) -> Option<ProgramHash> {
        let body = body_of(bytes, (MAGIC, VERSION), SNAPSHOT_BYTES_MAX).ok()?;
        Reader(body).take().ok().map(|hash| ProgramHash(u128::from_le_bytes(hash)))
    }

    /// The session that `bytes` hold.
    pub fn restore(program: &Arc<Program>, bytes: &[u8]) -> Result<Self, SnapshotError> {
        let mut reader = Reader(body_of(bytes, (MAGIC, VERSION), SNAPSHOT_BYTES_MAX)?);
        if u128::from_le_bytes(reader.take()?) != program.hash.0 {
            return Err(SnapshotError::OtherProgram);
        }
        let mut session = Self {
            program: Arc::clone(program),
            progress: progress(&mut reader)?,
            words: words(&mut reader, program)?,
            facts: None,
            memory: None,
            flows: None,
            held: Held::of(program),
        };
        session.restore_facts(&mut reader)?;
        session.restore_memory(&mut reader)?;
        session.restore_values(&mut reader)?;
        session.restore_pending(&mut reader)?;
        if reader.0.is_empty() { Ok(session) } else { Err(SnapshotError::Damaged) }
    }

    fn restore_pending(&mut self, reader: &mut Reader<'_>) -> Result<(), SnapshotError> {
        let count = reader.length()?;
        if count > APPROVALS_MAX {
            return Err(SnapshotError::Damaged);
        }
        for _ in 0..count {
            let contract = ContractId::new(reader.length()?)
                .filter(|id| self.program.contract(*id).is_some())
                .ok_or(SnapshotError::Damaged)?;
            let digest = Digest(reader.take()?);
            let expires = Timestamp(i64::from_le_bytes(reader.take()?));
            self.held_mut().approvals.push(Approval { contract, digest, expires });
        }
        let batch = match reader.take()? {
            [0] => None,
            [1] => {
                let length = reader.length()?;
                let id = core::str::from_utf8(reader.bytes(length)?);
                let id = id.map_err(|_| SnapshotError::Damaged)?.into();
                let progress = progress(reader)?;
                let words = words(reader, &self.program)?;
                let count = reader.length()?;
                let slots =
                    (0..count).map(|_| self.batch_slot(reader)).collect::<Result<_, _>>()?;
                Some(Box::new(Batch { id, progress, words, slots }))
            }
            _ => return Err(SnapshotError::Damaged),
        };
        if batch.is_some() {
            self.held_mut().batch = batch;
        }
        let count = reader.length()?;
        if count > usize::try_from(OPEN_CALLS_MAX).unwrap_or(0)
            || (count > 0 && self.held().keyed.is_empty())
        {
            return Err(SnapshotError::Damaged);
        }
        for _ in 0..count {
            let (id, tool) = (reader.take()?, reader.take()?);
            let key = |reader: &mut Reader<'_>| match (
                reader.take()?,
                u128::from_le_bytes(reader.take()?),
            ) {
                ([1], key) => Ok(Some(key)),
                ([0], 0) => Ok(None),
                _ => Err(SnapshotError::Damaged),
            };
            let keys = self.held().keyed.iter().map(|_| key(reader)).collect::<Result<_, _>>()?;
            let (id, tool) = (u64::from_le_bytes(id), u64::from_le_bytes(tool));
            self.held_mut().recent.push(Recent { id, tool, keys });
        }
        if let Some(held) = &mut self.held {
            for (group, slots) in self.program.groups.iter().zip(&mut held.keyed) {
                if !group.is_shared() {
                    restore_slots(reader, slots)?;
                }
            }
        }
        Ok(())
    }

    /// What a value of a key had before a batch.
    fn batch_slot(&self, reader: &mut Reader<'_>) -> Result<BatchSlot, SnapshotError> {
        let group = reader.length()?;
        let slots = self.held().keyed.get(group).ok_or(SnapshotError::Damaged)?;
        let key = u128::from_le_bytes(reader.take()?);
        let (words, calls) = slot_words(reader, slots)?;
        Ok(BatchSlot { group, key, words, calls })
    }

    fn restore_facts(&mut self, reader: &mut Reader<'_>) -> Result<(), SnapshotError> {
        let keys = self.program.tests.keys.len();
        let count = reader.length()?;
        if count == 0 {
            return Ok(());
        }
        let mut facts = vec![Fact::Unset; keys];
        let mut next = 0usize;
        for _ in 0..count {
            let key = reader.length()?;
            let fact = match reader.length()? {
                LOST => Fact::Lost,
                length => {
                    let text = core::str::from_utf8(reader.bytes(length)?);
                    Fact::of(Some(text.map_err(|_| SnapshotError::Damaged)?))
                }
            };
            let slot = facts.get_mut(key).filter(|_| key >= next).ok_or(SnapshotError::Damaged)?;
            *slot = fact;
            next = key.saturating_add(1);
        }
        self.facts = Some(facts.into());
        Ok(())
    }

    fn restore_values(&mut self, reader: &mut Reader<'_>) -> Result<(), SnapshotError> {
        let needs = &self.program.tests.needs;
        let length = reader.length()?;
        let bytes = reader.bytes(length)?;
        if length == 0 {
            return Ok(());
        }
        let flows = Flows::decode(needs.origins.len(), bytes);
        let flows = flows.ok().filter(|_| needs.follows_values()).ok_or(SnapshotError::Damaged)?;
        self.flows = Some(Arc::new(flows));
        Ok(())
    }

    fn restore_memory(&mut self, reader: &mut Reader<'_>) -> Result<(), SnapshotError> {
        let needs = &self.program.tests.needs;
        let calls = u32::from_le_bytes(reader.take()?);
        let count = reader.length()?;
        let limit = usize::try_from(OPEN_CALLS_MAX).unwrap_or(0);
        if (count != 0 && (count != limit || !needs.calls)) || (count == 0 && calls != 0) {
            return Err(SnapshotError::Damaged);
        }
        reader.within(count, 8)?;
        let ids = (0..count).map(|_| reader.take().map(u64::from_le_bytes));
        let ids = ids.collect::<Result<_, _>>()?;
        let sources = u32::try_from(needs.sources.len()).unwrap_or(u32::MAX);
        let most = if sources == 0 { 0 } else { FLOW_KEYS_MAX };
        let writers = known(reader, most, |source| source < sources || source == ANYONE)?;
        let most = if needs.depths { DELEGATES_MAX } else { 0 };
        let depths = known(reader, most, |_| true)?;
        let memory = Memory { calls, ids, writers, depths };
        self.memory = (memory != Memory::default()).then(|| Box::new(memory));
        Ok(())
    }
}

/// The values of keys: what they share, as a snapshot of its own, and the words of each, by key.
pub(super) fn put_slots(out: &mut Vec<u8>, slots: &Slots) {
    let mut ambient = Vec::new();
    slots.ambient.snapshot(&mut ambient);
    put(out, ambient.len());
    out.extend_from_slice(&ambient);
    let mut each: Vec<(u128, &[u32])> = slots.each().collect();
    each.sort_unstable_by_key(|(key, _)| *key);
    put(out, each.len());
    for (key, words) in each {
        out.extend_from_slice(&key.to_le_bytes());
        words.iter().for_each(|word| out.extend_from_slice(&word.to_le_bytes()));
    }
}

pub(super) fn restore_slots(
    reader: &mut Reader<'_>,
    slots: &mut Slots,
) -> Result<(), SnapshotError> {
    let length = reader.length()?;
    let program = Arc::clone(slots.ambient.program());
    slots.ambient = Session::restore(&program, reader.bytes(length)?)?;
    let count = reader.length()?;
    let mut last = None;
    for _ in 0..count {
        let key = u128::from_le_bytes(reader.take()?);
        let (words, calls) = slot_words(reader, slots)?;
        let is_fresh = *words == *slots.ambient.words && calls == 0;
        if last.is_some_and(|last| last >= key) || is_fresh || slots.len() >= KEYS_MAX {
            return Err(SnapshotError::Damaged);
        }
        last = Some(key);
        slots.keep(key, &words, calls);
    }
    Ok(())
}

/// The words and the calls of a slot: entries that no automaton has are refused.
fn slot_words(reader: &mut Reader<'_>, slots: &Slots) -> Result<(Box<[u32]>, u32), SnapshotError> {
    let program = slots.ambient.program();
    let bytes = reader.bytes(program.initial.len().saturating_mul(4))?.as_chunks::<4>().0;
    let words: Box<[u32]> = bytes.iter().map(|word| u32::from_le_bytes(*word)).collect();
    if !has_entries(program, &words) {
        return Err(SnapshotError::Damaged);
    }
    Ok((words, u32::from_le_bytes(reader.take()?)))
}

/// Whether all entries of dense tables are those of states.
fn has_entries(program: &Program, state: &[u32]) -> bool {
    program.monitors.iter().flat_map(Monitor::parts).all(|part| {
        match (part.entry, part.automaton.table()) {
            (Some(at), Some(table)) => state.get(at).is_some_and(|word| table.has_entry(*word)),
            _ => true,
        }
    })
}

fn put_progress(out: &mut Vec<u8>, progress: Progress) {
    out.extend_from_slice(&progress.events.to_le_bytes());
    out.extend_from_slice(&progress.calls.to_le_bytes());
    out.extend_from_slice(&progress.time.0.to_le_bytes());
}

fn progress(reader: &mut Reader<'_>) -> Result<Progress, SnapshotError> {
    Ok(Progress {
        events: u64::from_le_bytes(reader.take()?),
        calls: u32::from_le_bytes(reader.take()?),
        time: Timestamp(i64::from_le_bytes(reader.take()?)),
    })
}

/// The words of a state, and the residuals that lazily built automata stand for.
fn put_words(out: &mut Vec<u8>, program: &Program, state: &[u32]) {
    put(out, state.len());
    let words = out.len();
    let bytes = state.len().saturating_mul(4);
    out.resize(words.saturating_add(bytes), 0);
    let slots = out.get_mut(words..).unwrap_or(&mut []).chunks_exact_mut(4);
    slots.zip(state).for_each(|(slot, word)| slot.copy_from_slice(&word.to_le_bytes()));
    let mut residuals = 0usize;
    let count = out.len();
    put(out, 0);
    for part in program.lazy_parts() {
        let Some(at) = part.entry else { continue };
        let Some(residual) = part.automaton.encode(part.entry(state)) else { continue };
        let place = words.saturating_add(at.saturating_mul(4));
        out.iter_mut().skip(place).take(4).for_each(|byte| *byte = 0);
        put(out, residual.len());
        residual.iter().for_each(|word| out.extend_from_slice(&word.to_le_bytes()));
        residuals = residuals.saturating_add(1);
    }
    overwrite(out, count, residuals);
}

/// The words of a state: refuses entries that no automaton has, and replaces what stands for lazily built ones.
fn words(reader: &mut Reader<'_>, program: &Program) -> Result<Box<[u32]>, SnapshotError> {
    let (length, fresh) = (reader.length()?, program.initial.len());
    if length != fresh && length != fresh.saturating_add(program.tail) {
        return Err(SnapshotError::Damaged);
    }
    let bytes = reader.bytes(length.saturating_mul(4))?.as_chunks::<4>().0;
    let mut state: Box<[u32]> = bytes.iter().map(|word| u32::from_le_bytes(*word)).collect();
    if !has_entries(program, &state) {
        return Err(SnapshotError::Damaged);
    }
    let mut residuals = reader.length()?;
    for part in program.lazy_parts() {
        let Some(at) = part.entry else { continue };
        residuals = residuals.checked_sub(1).ok_or(SnapshotError::Damaged)?;
        let length = reader.length()?;
        reader.within(length, 8)?;
        let residual: Vec<u64> =
            (0..length).map(|_| reader.take().map(u64::from_le_bytes)).collect::<Result<_, _>>()?;
        let entry = part.automaton.decode(&residual).ok_or(SnapshotError::Damaged)?;
        let slot = state.get_mut(at).filter(|slot| **slot == 0);
        *slot.ok_or(SnapshotError::Damaged)? = entry.word();
    }
    if residuals == 0 { Ok(state) } else { Err(SnapshotError::Damaged) }
}

fn put_memory(out: &mut Vec<u8>, memory: &Memory) {
    out.extend_from_slice(&memory.calls.to_le_bytes());
    put(out, memory.ids.len());
    memory.ids.iter().for_each(|id| out.extend_from_slice(&id.to_le_bytes()));
    for known in [&memory.writers, &memory.depths] {
        put(out, known.entries.len());
        out.push(known.is_full.into());
        for (digest, number) in &known.entries {
            out.extend_from_slice(&digest.to_le_bytes());
            out.extend_from_slice(&number.to_le_bytes());
        }
    }
}

/// Numbers by name: at most so many, in order, each of them possible.
fn known(
    reader: &mut Reader<'_>,
    most: usize,
    is_possible: impl Fn(u32) -> bool,
) -> Result<Known, SnapshotError> {
    let count = reader.length()?;
    let [is_full] = reader.take()?;
    if count > most || is_full > u8::from(most > 0) {
        return Err(SnapshotError::Damaged);
    }
    reader.within(count, 20)?;
    let mut entries: Vec<(u128, u32)> = Vec::with_capacity(count);
    for _ in 0..count {
        let digest = u128::from_le_bytes(reader.take()?);
        let number = u32::from_le_bytes(reader.take()?);
        let is_next = entries.last().is_none_or(|(before, _)| *before < digest);
        if !is_next || !is_possible(number) {
            return Err(SnapshotError::Damaged);
        }
        entries.push((digest, number));
    }
    Ok(Known { entries, is_full: is_full == 1 })
}

fn overwrite(out: &mut [u8], at: usize, number: usize) {
    let bytes = u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes();
    out.iter_mut().skip(at).zip(bytes).for_each(|(slot, byte)| *slot = byte);
}
