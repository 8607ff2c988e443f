//! What steps are decided in, apart from the sessions: a guard has a million of these and decides a few at a time.
//!
//! Buffers hold nothing of a session from one event to the next, so any session of the same program may use them.

use std::sync::{Arc, Mutex, PoisonError};

use sponsio_engine::program::Program;
use sponsio_engine::session::Scratch;

use crate::limits::BUFFERS_KEPT_MAX;
use crate::place::Place;
use crate::structure;

/// The buffers of a step.
#[derive(Debug)]
pub(crate) struct Buffers {
    program: Arc<Program>,
    /// Holds what a decision would change, until it is committed.
    pub(super) scratch: Scratch,
    /// Where questions about that decision go meanwhile.
    asking: Option<Box<Scratch>>,
}

impl Buffers {
    /// For sessions of the program whose calls run there.
    pub(super) fn new(program: &Arc<Program>, place: &Place) -> Self {
        let scratch =
            with_analyst(Scratch::new(program).with_reader(structure::of), program, place);
        Self { program: Arc::clone(program), scratch, asking: None }
    }

    /// Whether sessions of the program may use them.
    pub(super) fn fit(&self, program: &Arc<Program>) -> bool {
        Arc::ptr_eq(&self.program, program)
    }

    /// The two of them: of the decision, and of questions about it.
    pub(super) fn both(&mut self, place: &Place) -> (&mut Scratch, &mut Scratch) {
        let Self { program, scratch, asking } = self;
        let fresh = || Box::new(with_analyst(Scratch::new(program), program, place));
        (scratch, asking.get_or_insert_with(fresh))
    }
}

fn with_analyst(scratch: Scratch, program: &Program, place: &Place) -> Scratch {
    if program.asks_effects() { scratch.with_analyst(place.analyst()) } else { scratch }
}

/// Buffers that no session uses.
#[derive(Debug, Default)]
#[expect(clippy::vec_box, reason = "a session holds the box, so that one without buffers is small")]
pub(crate) struct Pool(Mutex<Vec<Box<Buffers>>>);

impl Pool {
    /// Some, if there are any.
    pub(crate) fn take(&self) -> Option<Box<Buffers>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Keeps them for another session.
    pub(crate) fn keep(&self, buffers: Option<Box<Buffers>>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < BUFFERS_KEPT_MAX {
            kept.extend(buffers);
        }
    }
}
