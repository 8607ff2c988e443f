//! The second half of a step: what was decided is written.

use super::Session;
use super::scratch::Scratch;
use super::step::{Judged, place};
use crate::event::{Event, EventKind};
use crate::ground::{Fact, Memory};
use crate::program::NOWHERE;

impl Session {
    /// Applies what [`judge`](Self::judge) found.
    #[inline(always)]
    pub(super) fn apply(&mut self, event: &Event, judged: &Judged, scratch: &Scratch) {
        if judged.is_plain {
            self.write(scratch);
            self.progress.advance(judged.time, true);
        } else {
            self.apply_fully(event, judged, scratch);
        }
    }

    /// Writes the words that the event changes.
    #[inline(always)]
    fn write(&mut self, scratch: &Scratch) {
        let seq = self.seq_word();
        for write in &scratch.writes {
            if let Some(slot) = self.words.get_mut(place(write.place)) {
                *slot = write.word;
            }
            if write.armed != NOWHERE
                && let Some(slot) = self.words.get_mut(place(write.armed))
            {
                *slot = seq;
            }
        }
    }

    /// Gives the session its tail, if the event changes a word of it.
    fn grow_tail(&mut self, scratch: &Scratch) {
        let words = self.words.len();
        if words == self.program.initial.len()
            && scratch.writes.iter().any(|write| place(write.place) >= words)
        {
            let mut grown = core::mem::take(&mut self.words).into_vec();
            grown.reserve_exact(self.program.tail);
            grown.resize(words.saturating_add(self.program.tail), 0);
            self.words = grown.into();
        }
    }

    #[inline(never)]
    fn apply_fully(&mut self, event: &Event, judged: &Judged, scratch: &Scratch) {
        if self.held.is_some() || is_batched(event) {
            self.settle_held(event, judged.time, scratch);
        }
        if self.program.tail > 0 {
            self.grow_tail(scratch);
        }
        self.write(scratch);
        match &event.kind {
            EventKind::Context { facts } => {
                self.keep_facts(facts, Fact::of);
            }
            EventKind::Approval { contract, digest, expires } => {
                self.approve(contract, *digest, *expires);
            }
            _ => {}
        }
        let needs = &self.program.tests.needs;
        Memory::note(&mut self.memory, needs, event, scratch.call_id);
        if self.held.is_some() || self.program.tests.needs.follows_values() {
            self.note_values(event, false, scratch.reader);
        }
        self.progress.advance(judged.time, event.is_call());
    }
}

/// Whether the event is a call of a batch.
#[inline]
fn is_batched(event: &Event) -> bool {
    matches!(&event.kind, EventKind::ToolCall { call, .. } if call.batch.is_some())
}
