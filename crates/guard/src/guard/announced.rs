//! Calls that hosts announce more than once, and calls that ran because their user said so.

use sponsio_engine::decision::{Decision, Outcome};
use sponsio_engine::event::{self, CallRef, Event, EventKind, Value};

use super::stored::Use;
use super::{GuardSession, Seat, lock};
use crate::failure::Failure;
use crate::live::{Announced, Answer};

/// The answer to an announcement.
#[derive(Clone, Debug)]
pub enum Told {
    /// The call was decided.
    First(Box<Answer>),
    /// It was announced before, and this was the answer. Nothing happened.
    Again {
        /// What the caller must do.
        decision: Decision,
        /// Why; empty where nothing objected.
        reason: String,
    },
}

impl Told {
    /// What the caller must do.
    pub fn decision(&self) -> Decision {
        match self {
            Self::First(answer) => answer.decision,
            Self::Again { decision, .. } => *decision,
        }
    }

    /// Why; empty where nothing objected.
    pub fn reason(&self) -> &str {
        match self {
            Self::First(answer) => &answer.reason,
            Self::Again { reason, .. } => reason,
        }
    }
}

impl GuardSession {
    /// As [`before_call_with`](Self::before_call_with), for a call that may be announced several times. `voice` names
    /// the host and the event that announces it: one call is announced once by each.
    pub fn announced(&self, tool: &str, args: &Value, call: CallRef, voice: &str) -> Told {
        let event = match self.call_event(tool, args, call) {
            Ok(event) => event,
            Err(failure) => return Told::First(Box::new(self.not_judged(tool, failure))),
        };
        let EventKind::ToolCall { args, call, .. } = &event.kind else {
            return Told::First(Box::new(self.judge(&event)));
        };
        let announced = Announced::new(tool, args, call.id.as_deref(), voice, event.time);
        let mut seat = lock(&self.seated.seat);
        if seat.ended {
            return Told::First(Box::new(seat.live.failed(&event, Failure::SessionEnded)));
        }
        let heard = self.take(&mut seat, Use::Moved, |seat| {
            if let Some((decision, reason)) = seat.live.again(&announced) {
                return Told::Again { decision, reason };
            }
            let answer = self.judge_in(seat, &event);
            if answer.failure.is_none() {
                seat.live.answered(announced.clone(), &answer);
            }
            Told::First(Box::new(answer))
        });
        heard.unwrap_or_else(|failure| {
            Told::First(Box::new(self.unreached(&mut seat, &event, failure)))
        })
    }

    /// Tells how an announced call ended, and what it returned. A call that was to wait for a person and ran all the
    /// same was approved by one, at the host's own question: it happens here, before its result.
    pub fn ended(
        &self,
        tool: &str,
        args: &Value,
        id: Option<&str>,
        outcome: event::Outcome,
        output: Value,
    ) -> Answer {
        let result =
            EventKind::ToolResult { tool: tool.into(), id: id.map(Into::into), outcome, output };
        let result = Event::new(self.now(), result).by(self.guard.agent());
        let call = CallRef { id: id.map(Into::into), ..CallRef::default() };
        let Some(call) = self.call_event(tool, args, call).ok().filter(|_| ran(outcome)) else {
            return self.judge(&result);
        };
        let EventKind::ToolCall { args, .. } = &call.kind else { return self.judge(&result) };
        let announced = Announced::new(tool, args, id, "", call.time);
        let mut seat = lock(&self.seated.seat);
        if seat.ended {
            return seat.live.failed(&result, Failure::SessionEnded);
        }
        let answer = self.take(&mut seat, Use::Moved, |seat| {
            if seat.live.waited(&announced) {
                self.approve_here(seat, &call);
            }
            self.judge_in(seat, &result)
        });
        answer.unwrap_or_else(|failure| self.unreached(&mut seat, &result, failure))
    }

    /// Lets a call happen that its host's user approved: an approval for each contract that asks, and the call.
    fn approve_here(&self, seat: &mut Seat, call: &Event) {
        let (asked, _) = seat.live.decide(call);
        let Some(digest) = asked.digest else { return };
        let asking = asked.objections.iter().filter(|o| o.outcome == Outcome::Escalated);
        for contract in asking.map(|objection| objection.contract.clone()) {
            let kind = EventKind::Approval { contract, digest, expires: call.time };
            self.judge_in(seat, &Event::new(call.time, kind).by(event::USER));
        }
        self.judge_in(seat, call);
    }
}

/// Whether a call that ended so ran.
fn ran(outcome: event::Outcome) -> bool {
    match outcome {
        event::Outcome::Ok
        | event::Outcome::Error
        | event::Outcome::Timeout
        | event::Outcome::Unknown => true,
        event::Outcome::Denied => false,
    }
}
