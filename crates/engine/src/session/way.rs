//! Which way an event takes through a step.
//!
//! Most calls of an agent change nothing: every contract that mentions the tool stays where it is. Finding that out is
//! all that such a step has to do, and it is what the control part of a step costs, so the three ways are told apart
//! before any buffer is filled:
//!
//! | way | events | what is done |
//! |---|---|---|
//! | quiet | calls of a plain tool whose edges all lead back | the event is counted |
//! | plain | calls of a plain tool | the edges that lead somewhere |
//! | full | all others | edges, guards, keys, batches, what joins events |
//!
//! A tool is *plain* if its calls move nothing but edges and leave nothing for other events to be joined with. The
//! ways differ in what they leave out, not in what they decide: a quiet event on the full way comes to the same step.

use super::Session;
use super::bounds::within_limits;
use super::scratch::{Scratch, Step};
use super::step::Judged;
use crate::decision::Decision;
use crate::event::{CallRef, Event, EventKind};
use crate::ground::ToolId;
use crate::program::Moving;

/// The way of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// A call of a plain tool that leaves every monitor where it is.
    Quiet,
    /// A call of a plain tool; `moving` are the first of its edges that lead somewhere.
    Plain { tool: ToolId, moving: Moving },
    /// Any other event, and the mentioned tool that it is about.
    Full(Option<ToolId>),
    /// None: the event is over a limit.
    TooLarge,
}

impl Session {
    /// The way that an event takes.
    #[inline(always)]
    pub(super) fn way(&self, event: &Event, scratch: &Scratch) -> Way {
        if !within_limits(event) {
            return Way::TooLarge;
        }
        let tools = &self.program.tests.tools;
        let EventKind::ToolCall { tool: name, call, .. } = &event.kind else {
            return Way::Full(tool_of(&event.kind).and_then(|name| tools.exact(name)));
        };
        let tool = tools.exact(name);
        match tool.and_then(|tool| Some((tool, self.program.tool(tool)?))) {
            Some((tool, route)) if route.is_plain && self.takes_plainly(call, scratch) => {
                let moving = route.called.edges.moving(0, &self.words);
                moving.map_or(Way::Quiet, |moving| Way::Plain { tool, moving })
            }
            _ => Way::Full(tool),
        }
    }

    /// Whether nothing that is held for calls to come has to do with a call.
    #[inline(always)]
    fn takes_plainly(&self, call: &CallRef, scratch: &Scratch) -> bool {
        self.held.is_none() && call.batch.is_none() && !scratch.has_early
    }

    /// What is decided about an event that changes nothing.
    #[inline(always)]
    pub(super) fn judge_quiet(&self, event: &Event, scratch: &mut Scratch) -> Judged {
        scratch.begin();
        let (time, clamped) = self.time_of(event);
        Judged { decision: Decision::Allow, time, clamped, failure: None, is_plain: true }
    }

    /// Decides and commits an event that changes nothing.
    #[inline(always)]
    pub(super) fn step_quietly(&mut self, event: &Event, scratch: &mut Scratch) -> Step<'static> {
        // Only what can be asked about the event afterwards; the buffers are emptied by the next one that fills them.
        scratch.begin_quietly();
        let (time, clamped) = self.time_of(event);
        let seq = self.next_seq();
        self.progress.advance(time, true);
        let decision = Decision::Allow;
        Step { seq, time, clamped, decision, objections: &[], moves: &[], failure: None }
    }
}

/// The tool that an event is a call of, or the refusal or the result of one.
pub(super) fn tool_of(kind: &EventKind) -> Option<&str> {
    match kind {
        EventKind::ToolCall { tool, .. }
        | EventKind::ToolResult { tool, .. }
        | EventKind::Denied { tool } => Some(tool),
        _ => None,
    }
}
