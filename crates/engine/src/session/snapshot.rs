//! A session as bytes, and back.
//!
//! ```text
//!  magic "SPSN"  version u8  0 u8  0 u16     program hash u128
//!  events u64, calls u32, time i64           how far the session is
//!  words u32, each u32                       the state; lazily built automata have 0 for their entry …
//!  residuals u32, each: length u32, u64 …    … and stand here, in the order of their monitors
//!  facts u32, each: key u32, length u32, bytes
//!  XXH3 of everything before, u64
//! ```
//!
//! All numbers are little-endian. Equal sessions have equal bytes, on every platform. A snapshot belongs to one
//! program. The checksum finds damage; it does not authenticate, which is for whoever stores the bytes.

use std::sync::Arc;

use twox_hash::XxHash3_64;

use super::{Progress, Session};
use crate::event::Timestamp;
use crate::limits::SNAPSHOT_BYTES_MAX;
use crate::program::Program;

const MAGIC: &[u8; 4] = b"SPSN";
const VERSION: u8 = 2;

/// Why bytes are not a session of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// They do not begin as a snapshot does.
    #[error("these bytes are no session snapshot")]
    NotASnapshot,
    /// They are of a version that this engine does not read.
    #[error("the snapshot has version {0}, and version {VERSION} is expected")]
    Version(u8),
    /// They are of another program.
    #[error("the snapshot belongs to another set of contracts")]
    OtherProgram,
    /// They are damaged, truncated or too long.
    #[error("the snapshot is damaged")]
    Damaged,
}

impl Session {
    /// Appends the session to `out`.
    pub fn snapshot(&self, out: &mut Vec<u8>) {
        let first = out.len();
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&[VERSION, 0, 0, 0]);
        out.extend_from_slice(&self.program.hash.0.to_le_bytes());
        let Progress { events, calls, time } = self.progress;
        out.extend_from_slice(&events.to_le_bytes());
        out.extend_from_slice(&calls.to_le_bytes());
        out.extend_from_slice(&time.0.to_le_bytes());
        put(out, self.words.len());
        let words = out.len();
        let bytes = self.words.len().saturating_mul(4);
        out.resize(words.saturating_add(bytes), 0);
        let slots = out.get_mut(words..).unwrap_or(&mut []).chunks_exact_mut(4);
        slots.zip(&self.words).for_each(|(slot, word)| slot.copy_from_slice(&word.to_le_bytes()));
        let mut residuals = 0usize;
        let count = out.len();
        put(out, 0);
        for part in self.program.lazy_parts() {
            let Some(at) = part.entry else { continue };
            let Some(residual) = part.automaton.encode(part.entry(&self.words)) else { continue };
            let place = words.saturating_add(at.saturating_mul(4));
            out.iter_mut().skip(place).take(4).for_each(|byte| *byte = 0);
            put(out, residual.len());
            residual.iter().for_each(|word| out.extend_from_slice(&word.to_le_bytes()));
            residuals = residuals.saturating_add(1);
        }
        overwrite(out, count, residuals);
        let facts =
            || self.facts().iter().enumerate().filter_map(|(key, v)| v.as_ref().map(|v| (key, v)));
        put(out, facts().count());
        for (key, value) in facts() {
            put(out, key);
            put(out, value.len());
            out.extend_from_slice(value.as_bytes());
        }
        let sum = checksum(out.get(first..).unwrap_or(&[]));
        out.extend_from_slice(&sum.to_le_bytes());
    }

    /// The session that `bytes` hold.
    pub fn restore(program: &Arc<Program>, bytes: &[u8]) -> Result<Self, SnapshotError> {
        if !bytes.starts_with(MAGIC) {
            return Err(SnapshotError::NotASnapshot);
        }
        let body = bytes.len().checked_sub(8).filter(|_| bytes.len() <= SNAPSHOT_BYTES_MAX);
        let (body, sum) =
            body.and_then(|at| bytes.split_at_checked(at)).ok_or(SnapshotError::Damaged)?;
        let mut reader = Reader(body);
        reader.take::<4>()?;
        let [version, ..] = reader.take::<4>()?;
        if version != VERSION {
            return Err(SnapshotError::Version(version));
        }
        if sum != checksum(body).to_le_bytes() {
            return Err(SnapshotError::Damaged);
        }
        if u128::from_le_bytes(reader.take()?) != program.hash.0 {
            return Err(SnapshotError::OtherProgram);
        }
        let mut session = Self::new(program);
        session.progress = Progress {
            events: u64::from_le_bytes(reader.take()?),
            calls: u32::from_le_bytes(reader.take()?),
            time: Timestamp(i64::from_le_bytes(reader.take()?)),
        };
        if reader.length()? != session.words.len() {
            return Err(SnapshotError::Damaged);
        }
        let bytes = reader.bytes(session.words.len().saturating_mul(4))?.as_chunks::<4>().0;
        session.words.iter_mut().zip(bytes).for_each(|(word, b)| *word = u32::from_le_bytes(*b));
        session.restore_entries(&mut reader)?;
        session.restore_facts(&mut reader)?;
        if reader.0.is_empty() { Ok(session) } else { Err(SnapshotError::Damaged) }
    }

    /// Replaces what stands for lazily built states, and refuses entries that no automaton has.
    fn restore_entries(&mut self, reader: &mut Reader<'_>) -> Result<(), SnapshotError> {
        for monitor in &self.program.monitors {
            for part in monitor.parts() {
                if let (Some(at), Some(table)) = (part.entry, part.automaton.table())
                    && !self.words.get(at).is_some_and(|word| table.has_entry(*word))
                {
                    return Err(SnapshotError::Damaged);
                }
            }
        }
        let mut residuals = reader.length()?;
        for part in self.program.lazy_parts() {
            let Some(at) = part.entry else { continue };
            residuals = residuals.checked_sub(1).ok_or(SnapshotError::Damaged)?;
            let length = reader.length()?;
            reader.within(length, 8)?;
            let residual: Vec<u64> = (0..length)
                .map(|_| reader.take().map(u64::from_le_bytes))
                .collect::<Result<_, _>>()?;
            let entry = part.automaton.decode(&residual).ok_or(SnapshotError::Damaged)?;
            let slot = self.words.get_mut(at).filter(|slot| **slot == 0);
            *slot.ok_or(SnapshotError::Damaged)? = entry.word();
        }
        if residuals == 0 { Ok(()) } else { Err(SnapshotError::Damaged) }
    }

    fn restore_facts(&mut self, reader: &mut Reader<'_>) -> Result<(), SnapshotError> {
        let keys = self.program.tests.keys.len();
        let count = reader.length()?;
        if count == 0 {
            return Ok(());
        }
        let mut facts: Vec<Option<Box<str>>> = vec![None; keys];
        let mut next = 0usize;
        for _ in 0..count {
            let key = reader.length()?;
            let length = reader.length()?;
            let text =
                core::str::from_utf8(reader.bytes(length)?).map_err(|_| SnapshotError::Damaged)?;
            let slot = facts.get_mut(key).filter(|_| key >= next).ok_or(SnapshotError::Damaged)?;
            *slot = Some(text.into());
            next = key.saturating_add(1);
        }
        self.facts = Some(facts.into());
        Ok(())
    }
}

fn put(out: &mut Vec<u8>, number: usize) {
    out.extend_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
}

fn overwrite(out: &mut [u8], at: usize, number: usize) {
    let bytes = u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes();
    out.iter_mut().skip(at).zip(bytes).for_each(|(slot, byte)| *slot = byte);
}

fn checksum(bytes: &[u8]) -> u64 {
    XxHash3_64::oneshot(bytes)
}

/// Reads from the front; every read is checked.
struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], SnapshotError> {
        let (head, tail) = self.0.split_first_chunk::<N>().ok_or(SnapshotError::Damaged)?;
        self.0 = tail;
        Ok(*head)
    }

    fn length(&mut self) -> Result<usize, SnapshotError> {
        usize::try_from(u32::from_le_bytes(self.take()?)).map_err(|_| SnapshotError::Damaged)
    }

    fn bytes(&mut self, count: usize) -> Result<&'b [u8], SnapshotError> {
        let (head, tail) = self.0.split_at_checked(count).ok_or(SnapshotError::Damaged)?;
        self.0 = tail;
        Ok(head)
    }

    /// Refuses a count of items that the rest cannot hold, before anything is allocated for them.
    fn within(&self, count: usize, size: usize) -> Result<(), SnapshotError> {
        let needed = count.checked_mul(size).ok_or(SnapshotError::Damaged)?;
        if needed <= self.0.len() { Ok(()) } else { Err(SnapshotError::Damaged) }
    }
}
