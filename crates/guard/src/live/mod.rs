//! One session in progress: every event is decided, explained and put into a line here.
//!
//! Whoever judges comes this way: a guard before a call runs, `check` with the events of a trace,
//! `replay` with the lines of a log. So they cannot differ. There is no clock and no file in this module.

mod announced;
mod buffers;
mod saved;

use std::collections::VecDeque;
use std::sync::Arc;

use sponsio_engine::decision::{Decision, Outcome};
use sponsio_engine::event::{CallRef, Digest, Event, EventKind, Timestamp};
use sponsio_engine::ground::Valuation;
use sponsio_engine::program::{ContractId, Program};
use sponsio_engine::session::{Decided, Explanation, Scratch, Session, Shared, Step, Witness};
use sponsio_engine::verdict::Verdict;
use sponsio_record::log::{self, Entry};
use sponsio_record::schema::canonical::call_digest;
use sponsio_record::schema::line::{Line, Redirect};

use crate::failure::{self, Failure};
use crate::identity::Identity;
use crate::limits::RECENT_EVENTS_MAX;
use crate::place::Place;
use crate::reason;
pub(crate) use announced::Announced;
use buffers::Buffers;
pub(crate) use buffers::Pool;

/// A decision with everything that can be said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What the caller must do.
    pub decision: Decision,
    /// Why, in one sentence for the agent and for people; empty where nothing objected.
    pub reason: String,
    /// The same in the short form that earlier logs used; empty where nothing objected.
    pub message: String,
    /// The contracts that object, in the order of the program.
    pub objections: Vec<Objection>,
    /// Why in the engine's words, one for each objecting guarantee.
    pub explanations: Vec<Explanation>,
    /// Calls after which this one would be allowed, the first one first.
    pub repair: Vec<Box<str>>,
    /// What an approval of the call is bound to, where it waits for one.
    pub digest: Option<Digest>,
    /// The substitute of a redirected call.
    pub redirect: Option<Redirect>,
    /// What failed in the guard itself.
    pub failure: Option<Failure>,
    /// What is recorded.
    pub line: Line,
}

/// A contract that objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    /// Its name.
    pub contract: Box<str>,
    /// What its strategy made of it.
    pub outcome: Outcome,
    /// What it would have come to if the contract were enforced.
    pub enforced: Outcome,
    /// Where it stood before the event.
    pub before: Verdict,
    /// What led to it, in words.
    pub witnesses: Vec<String>,
    /// What the agent can do instead; empty where the contract does not say.
    pub advice: Box<str>,
}

/// A session in progress.
#[derive(Debug)]
pub struct Live {
    agent: Box<str>,
    identity: Identity,
    session: Session,
    /// What its steps are decided in, while they are not lent to another session.
    buffers: Option<Box<Buffers>>,
    /// Where calls run.
    place: Place,
    asks_effects: bool,
    /// Whether lines keep the arguments of calls, without secrets.
    keeps_args: bool,
    /// What the latest events were, by their number.
    recent: VecDeque<(u64, String)>,
    /// Which calls were announced lately, and what was answered.
    announced: VecDeque<announced::Known>,
}

/// A decision that is not yet committed.
#[derive(Clone, Debug)]
pub struct Uncommitted {
    decided: Decided,
    /// The event with what was found out about it: what it would do, and its digest, where these were asked for.
    told: Option<Event>,
}

impl Live {
    /// A session at its beginning.
    pub fn new(program: &Arc<Program>, agent: &str, name: &str) -> Self {
        Self::of(program, agent, Identity::named(name))
    }

    /// A session at its beginning, of which more is known than its name.
    pub fn of(program: &Arc<Program>, agent: &str, identity: Identity) -> Self {
        Self {
            agent: agent.into(),
            identity,
            session: Session::new(program),
            buffers: None,
            place: Place::default(),
            asks_effects: program.asks_effects(),
            keeps_args: false,
            recent: VecDeque::new(),
            announced: VecDeque::new(),
        }
    }

    /// The same session, whose calls run there from here on.
    #[must_use]
    pub fn at(self, place: Place) -> Self {
        Self { buffers: None, place, ..self }
    }

    /// The same session, whose lines keep the arguments of calls, without secrets, if they shall.
    #[must_use]
    pub fn keeping_args(self, keeps_args: bool) -> Self {
        Self { keeps_args, ..self }
    }

    /// Goes on under another program, contract by contract: those that both programs have stay where they stand.
    pub fn follow(&mut self, program: &Arc<Program>) {
        let mut session = Session::new(program);
        session.adopt(&self.session, false);
        self.session = session;
        self.asks_effects = program.asks_effects();
    }

    /// Uses these buffers for what comes, if they fit.
    pub(crate) fn lend(&mut self, buffers: Option<Box<Buffers>>) {
        self.buffers = buffers.or_else(|| self.buffers.take());
    }

    /// The buffers, for another session. Nothing may be decided that is not yet committed.
    pub(crate) fn give_back(&mut self) -> Option<Box<Buffers>> {
        self.buffers.take()
    }

    /// The buffers, which fit; they are put back behind the step.
    fn take_buffers(&mut self) -> Box<Buffers> {
        let program = self.session.program();
        let own = self.buffers.take().filter(|buffers| buffers.fit(program));
        own.unwrap_or_else(|| Box::new(Buffers::new(program, &self.place)))
    }

    /// The engine's session.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.identity.session
    }

    /// Who it is.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Puts in a state that it shares with other sessions, or takes it out again.
    pub(crate) fn exchange(&mut self, shared: &mut Shared) {
        self.session.exchange(shared, &self.identity.session);
    }

    /// Decides an event and commits it if it happens.
    pub fn step(&mut self, event: &Event) -> Answer {
        let (answer, decided) = self.decide(event);
        self.commit(event, &decided);
        answer
    }

    /// As [`step`](Self::step), for an event of which only the recorded truths are known.
    pub fn step_recorded(&mut self, event: &Event, truths: &Valuation) -> Answer {
        let (answer, decided) = self.decide_with(event, Some(truths));
        self.commit(event, &decided);
        answer
    }

    /// Decides an event. Nothing changes until it is committed, which must be before the next one is decided.
    pub fn decide(&mut self, event: &Event) -> (Answer, Uncommitted) {
        self.decide_with(event, None)
    }

    /// Commits what was decided of the event, if it happens.
    pub fn commit(&mut self, event: &Event, uncommitted: &Uncommitted) {
        let Uncommitted { decided, told } = uncommitted;
        let event = told.as_ref().unwrap_or(event);
        let buffers = self.take_buffers();
        let seq = decided.step(&buffers.scratch).seq;
        self.session.commit(event, decided, &buffers.scratch);
        self.buffers = Some(buffers);
        if self.session.events() >= seq {
            self.remember(seq, event);
        }
    }

    /// Those of `tools` that could be called at this time with some arguments.
    pub fn filter<'t>(&mut self, tools: &[&'t str], time: Timestamp) -> Vec<&'t str> {
        let mut buffers = self.take_buffers();
        let menu = self.session.filter(tools, time, &mut buffers.scratch);
        self.buffers = Some(buffers);
        menu
    }

    /// The names of the contracts that would be violated if the session ended here.
    pub fn owed(&self) -> Vec<Box<str>> {
        let program = self.session.program();
        let owed = self.session.owed();
        owed.into_iter().filter_map(|id| program.contract(id)).map(|c| c.name().into()).collect()
    }

    /// The answer to a call that cannot be judged. Nothing is committed.
    pub fn failed(&self, event: &Event, failure: Failure) -> Answer {
        let mode = self.session.program().failure_mode();
        let decision = failure::decide(failure, mode);
        let seq = self.session.events().saturating_add(1);
        let objections = &[][..];
        let step = Step {
            seq,
            time: event.time,
            clamped: false,
            decision,
            objections,
            moves: &[],
            failure: None,
        };
        let mut line = self.line(event, &step, &[], &Valuation::default(), &[], &[]);
        line.args_sha256 = None;
        line.failure = Some(failure.name().into());
        self.answer(event, line, Vec::new(), Some(failure))
    }

    fn decide_with(&mut self, event: &Event, truths: Option<&Valuation>) -> (Answer, Uncommitted) {
        let mut told = match truths {
            None if self.asks_effects => self.with_effects(event),
            _ => None,
        };
        let event = told.as_ref().unwrap_or(event);
        let mut buffers = self.take_buffers();
        let (scratch, asking) = buffers.both(&self.place);
        let mut decided = match truths {
            None => self.session.decide(event, scratch),
            Some(truths) => self.session.decide_recorded(event, truths, scratch),
        };
        let mut digested = None;
        if truths.is_none() && decided.step(scratch).decision == Decision::Escalate {
            // Only here can an approval matter, so no other call pays for its digest.
            digested = with_digest(event);
        }
        if let Some(event) = &digested {
            decided = self.session.decide(event, scratch);
        }
        let event = digested.as_ref().unwrap_or(event);
        let step = decided.step(scratch);
        let content_is_known = truths.is_none() && step.failure.is_none();
        let mut explanations = Vec::new();
        if content_is_known && !step.objections.is_empty() {
            explanations = self.session.explain(event, asking);
            let witnesses = explanations.iter_mut().flat_map(|e| &mut e.witnesses);
            witnesses.for_each(|witness| self.name_event(witness));
        }
        let mut repair = Vec::new();
        if content_is_known && event.is_call() && !step.decision.runs() {
            let analyst = self.asks_effects.then(|| self.place.analyst());
            repair = self.session.repair(event, analyst.as_ref()).unwrap_or_default();
        }
        let given = match truths {
            None => scratch.valuation(self.session.program()),
            Some(truths) => truths.clone(),
        };
        let owed = self.owed_after(event, &decided, scratch);
        let line = self.line(event, &step, &explanations, &given, &repair, &owed);
        let answer = self.answer(event, line, explanations, step.failure.map(Failure::from));
        self.buffers = Some(buffers);
        told = digested.or(told);
        (answer, Uncommitted { decided, told })
    }

    /// A call with what it would do, where nobody has told that yet.
    fn with_effects(&self, event: &Event) -> Option<Event> {
        let EventKind::ToolCall { tool, args, call, effects: None } = &event.kind else {
            return None;
        };
        let effects = Some(Box::new(self.place.effects(tool, args)));
        let (tool, args, call) = (tool.clone(), args.clone(), call.clone());
        let kind = EventKind::ToolCall { tool, args, call, effects };
        Some(Event { time: event.time, agent: event.agent.clone(), kind })
    }

    fn line(
        &self,
        event: &Event,
        step: &Step<'_>,
        explanations: &[Explanation],
        valuation: &Valuation,
        repair: &[Box<str>],
        owed: &[ContractId],
    ) -> Line {
        log::line(&Entry {
            session: &self.identity.session,
            user: self.identity.user.as_deref(),
            parent: self.identity.parent.as_deref(),
            tree: self.identity.tree.as_deref().filter(|tree| *tree != &*self.identity.session),
            agent: &self.agent,
            program: self.session.program(),
            event,
            step,
            explanations,
            valuation,
            repair,
            owed,
            keeps_args: self.keeps_args,
        })
    }

    /// The contracts that are still to be met once the end of the session is committed. Only this event is committed to
    /// a copy first: its line says what comes of it.
    fn owed_after(&self, event: &Event, decided: &Decided, scratch: &Scratch) -> Vec<ContractId> {
        if !matches!(event.kind, EventKind::SessionEnd) {
            return Vec::new();
        }
        let mut ended = self.session.clone();
        ended.commit(event, decided, scratch);
        ended.owed()
    }

    fn answer(
        &self,
        event: &Event,
        line: Line,
        explanations: Vec<Explanation>,
        failure: Option<Failure>,
    ) -> Answer {
        let program = self.session.program();
        let objection = |contract: &sponsio_record::schema::line::ContractLine| {
            let outcome = contract.outcome?;
            let compiled =
                usize::try_from(contract.id).ok().and_then(|id| program.contracts().get(id));
            let enforced = compiled.map_or(outcome, |c| {
                c.strategy().outcome(sponsio_engine::strategy::Mode::Enforce, event.is_call())
            });
            Some(Objection {
                contract: contract.contract.clone(),
                outcome,
                enforced,
                before: contract.before,
                witnesses: contract.witness.iter().map(ToString::to_string).collect(),
                advice: compiled.map(|c| c.source().advice.clone()).unwrap_or_default(),
            })
        };
        let mut answer = Answer {
            decision: line.decision,
            reason: String::new(),
            message: String::new(),
            objections: line.contracts.iter().filter_map(objection).collect(),
            explanations,
            repair: line.repair.clone(),
            digest: line.digest.filter(|_| line.decision == Decision::Escalate),
            redirect: line.redirect.clone(),
            failure,
            line,
        };
        reason::complete(&mut answer, event);
        answer
    }

    fn remember(&mut self, seq: u64, event: &Event) {
        if self.recent.len() >= RECENT_EVENTS_MAX {
            self.recent.pop_front();
        }
        self.recent.push_back((seq, reason::happened(event)));
    }

    /// Says of a witness what its event was, if that is still remembered.
    fn name_event(&self, witness: &mut Witness) {
        let Some(seq) = witness.seq else { return };
        let Ok(at) = self.recent.binary_search_by_key(&seq, |(seq, _)| *seq) else { return };
        if let Some((_, what)) = self.recent.get(at) {
            witness.text = format!("{what} before (event {seq})");
        }
    }
}

/// The call with its digest, if it has none. Its arguments were found to be within the limits.
fn with_digest(event: &Event) -> Option<Event> {
    let EventKind::ToolCall { tool, args, call, effects } = &event.kind else { return None };
    if call.digest.is_some() {
        return None;
    }
    let call = CallRef { digest: Some(call_digest(tool, args)), ..call.clone() };
    let (tool, args, effects) = (tool.clone(), args.clone(), effects.clone());
    let kind = EventKind::ToolCall { tool, args, call, effects };
    Some(Event { time: event.time, agent: event.agent.clone(), kind })
}
