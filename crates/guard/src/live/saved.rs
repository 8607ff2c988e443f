//! A session in progress as bytes, and back.
//!
//! ```text
//!  snapshot of the engine's session: length u32, bytes
//!  calls that were announced lately: length u32, bytes
//!  names of the latest events, each: its number u64, length u16, bytes
//! ```
//!
//! Numbers are little-endian. The snapshot finds damage in itself; a damaged name is only a name in a reason.

use std::collections::VecDeque;
use std::sync::Arc;

use sponsio_engine::program::{Program, ProgramHash};
use sponsio_engine::session::{Session, SnapshotError};

use super::{Live, announced};
use crate::limits::RECENT_EVENTS_STORED_MAX;

impl Live {
    /// Appends the session to `out`.
    pub(crate) fn save(&self, out: &mut Vec<u8>) {
        piece(out, |out| self.session.snapshot(out));
        piece(out, |out| announced::save(&self.announced, out));
        let skipped = self.recent.len().saturating_sub(RECENT_EVENTS_STORED_MAX);
        for (seq, name) in self.recent.iter().skip(skipped) {
            let name = name.as_bytes();
            let Ok(length) = u16::try_from(name.len()) else { continue };
            out.extend_from_slice(&seq.to_le_bytes());
            out.extend_from_slice(&length.to_le_bytes());
            out.extend_from_slice(name);
        }
    }

    /// Goes on with a session that was saved; if it cannot, nothing changes.
    ///
    /// # Errors
    ///
    /// The bytes are damaged, or of a session of other contracts, of which `previous` does not know the program.
    pub(crate) fn resume(
        &mut self,
        bytes: &[u8],
        previous: impl FnOnce(ProgramHash) -> Option<Arc<Program>>,
    ) -> Result<(), SnapshotError> {
        let (snapshot, rest) = piece_of(bytes).ok_or(SnapshotError::Damaged)?;
        let (announced, names) = piece_of(rest).ok_or(SnapshotError::Damaged)?;
        let announced = announced::read(announced).ok_or(SnapshotError::Damaged)?;
        let program = self.session.program();
        let session = match Session::restore(program, snapshot) {
            Err(SnapshotError::OtherProgram) => {
                let before = Session::program_of(snapshot).and_then(previous);
                let before = before.ok_or(SnapshotError::OtherProgram)?;
                let mut session = Session::new(program);
                session.adopt(&Session::restore(&before, snapshot)?, false);
                session
            }
            restored => restored?,
        };
        let recent = names_of(names).ok_or(SnapshotError::Damaged)?;
        (self.session, self.announced, self.recent) = (session, announced, recent);
        Ok(())
    }
}

/// Appends what `write` writes, and its length before it.
fn piece(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let first = out.len();
    out.extend_from_slice(&[0; 4]);
    write(out);
    let length = out.len().saturating_sub(first).saturating_sub(4);
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    if let Some(place) = out.get_mut(first..first.saturating_add(4)) {
        place.copy_from_slice(&length.to_le_bytes());
    }
}

/// The first piece, and what is behind it.
fn piece_of(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)
}

fn names_of(mut bytes: &[u8]) -> Option<VecDeque<(u64, String)>> {
    let mut names = VecDeque::new();
    while !bytes.is_empty() {
        let (seq, rest) = bytes.split_first_chunk()?;
        let (length, rest) = rest.split_first_chunk()?;
        let (name, rest) = rest.split_at_checked(usize::from(u16::from_le_bytes(*length)))?;
        let name = core::str::from_utf8(name).ok()?;
        names.push_back((u64::from_le_bytes(*seq), name.to_owned()));
        bytes = rest;
    }
    Some(names)
}
