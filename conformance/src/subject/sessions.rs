//! Sessions of the engine: as they are, saved and read back, and resumed in the middle.
//!
//! Each event is also asked about in every other way that a session offers, and the answers must agree: a probe
//! decides what the step decides, an explanation speaks of the contracts that object, and a refused event leaves
//! the bytes of the session as they were.

use std::sync::Arc;

use sponsio_engine::event::Event;
use sponsio_engine::program::{ContractId, Options, Program};
use sponsio_engine::session::{Explanation, Scratch, Session, Shared, Step, refusal};

use super::{Run, Seen, Subject};
use crate::case::{Case, analyst};

/// A session that is stepped through the events.
pub(super) struct Live {
    name: &'static str,
    lazy: bool,
    reversed: bool,
    /// Saved and read back before every event.
    restored: bool,
}

impl Live {
    pub(super) const EAGER: Self =
        Self { name: "eager", lazy: false, reversed: false, restored: false };
    pub(super) const LAZY: Self = Self { name: "lazy", lazy: true, ..Self::EAGER };
    pub(super) const REVERSED: Self = Self { name: "reversed", reversed: true, ..Self::EAGER };
    pub(super) const RESTORED: Self = Self { name: "restored", restored: true, ..Self::EAGER };
    pub(super) const RESTORED_LAZY: Self =
        Self { name: "restored lazy", restored: true, ..Self::LAZY };
}

impl Subject for Live {
    fn name(&self) -> &'static str {
        self.name
    }

    fn run(&self, case: &Case) -> Result<Run, String> {
        let program = compile(case, self.lazy, self.reversed)?;
        let mut scratch = Scratch::new(&program)
            .with_analyst(analyst())
            .with_reader(sponsio_guard::structure::of);
        let mut session = Session::new(&program);
        let mut seen = Vec::new();
        for expected in &case.events {
            if self.restored {
                session = again(&session)?;
            }
            let wants_repair = expected.repair.is_some();
            seen.push(see(&mut session, &expected.event, wants_repair, &mut scratch)?);
        }
        Ok(Run { seen, owed: Some(names(&program, session.owed())) })
    }
}

/// Sessions that are read back from each prefix, and run the rest.
pub(super) struct Resumed;

/// Prefixes that are resumed; of a longer case, as many in equal distances.
const PREFIXES_MAX: usize = 64;

impl Subject for Resumed {
    fn name(&self) -> &'static str {
        "resumed"
    }

    fn run(&self, case: &Case) -> Result<Run, String> {
        let program = compile(case, false, false)?;
        let mut scratch = Scratch::new(&program)
            .with_analyst(analyst())
            .with_reader(sponsio_guard::structure::of);
        let mut session = Session::new(&program);
        let mut whole = Run { seen: Vec::new(), owed: None };
        let mut prefixes = Vec::new();
        let distance = case.events.len().div_ceil(PREFIXES_MAX).max(1);
        for (place, expected) in case.events.iter().enumerate() {
            if place.is_multiple_of(distance) {
                prefixes.push((place, Saved::of(&session)));
            }
            whole.seen.push(see(&mut session, &expected.event, false, &mut scratch)?);
        }
        whole.owed = Some(names(&program, session.owed()));
        for (place, saved) in prefixes {
            let mut session = saved.read_back(&program)?;
            for (expected, before) in case.events.iter().zip(&whole.seen).skip(place) {
                let seen = see(&mut session, &expected.event, false, &mut scratch)?;
                if seen != *before {
                    return Err(format!(
                        "resumed after {place} events, it saw {seen:?} and not {before:?}"
                    ));
                }
            }
            if whole.owed != Some(names(&program, session.owed())) {
                return Err(format!("resumed after {place} events, it owes something else"));
            }
        }
        Ok(whole)
    }
}

pub(super) fn compile(case: &Case, lazy: bool, reversed: bool) -> Result<Arc<Program>, String> {
    let mut contracts = case.contracts.clone();
    if reversed {
        contracts.reverse();
    }
    let options = Options { mode: case.mode, lazy, permissions: case.permissions.clone() };
    Program::compile(&contracts, &options).map_err(|errors| {
        let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
        texts.join("\n")
    })
}

pub(super) fn names(program: &Program, ids: impl IntoIterator<Item = ContractId>) -> Vec<String> {
    let name = |id| program.contract(id).map(|contract| contract.name().to_owned());
    let mut names: Vec<String> = ids.into_iter().filter_map(name).collect();
    names.sort();
    names
}

fn bytes(session: &Session) -> Vec<u8> {
    let mut bytes = Vec::new();
    session.snapshot(&mut bytes);
    bytes
}

/// A session as bytes, and each state that it would share with others.
#[derive(PartialEq)]
struct Saved {
    own: Vec<u8>,
    shared: Vec<Vec<u8>>,
}

/// The name of the session among those that it would share with.
const MEMBER: &str = "case";

impl Saved {
    fn of(session: &Session) -> Self {
        let (program, own) = (session.program(), bytes(session));
        let mut session = session.clone();
        let shared = program.shared().filter_map(|(id, _)| Shared::new(program, id));
        let shared = shared.map(|mut shared| {
            let mut bytes = Vec::new();
            session.exchange(&mut shared, MEMBER);
            shared.snapshot(&mut bytes);
            bytes
        });
        Self { own, shared: shared.collect() }
    }

    fn read_back(&self, program: &Arc<Program>) -> Result<Session, String> {
        let mut session = Session::restore(program, &self.own).map_err(|e| e.to_string())?;
        let shared = program.shared().filter_map(|(id, _)| Shared::new(program, id));
        for (mut shared, bytes) in shared.zip(&self.shared) {
            shared.restore(bytes).map_err(|e| e.to_string())?;
            session.exchange(&mut shared, MEMBER);
        }
        Ok(session)
    }
}

/// The session, saved and read back.
fn again(session: &Session) -> Result<Session, String> {
    let before = Saved::of(session);
    let again = before.read_back(session.program())?;
    // Whose a shared state is, is told when it is put in and not kept.
    let is_same = again == *session || !before.shared.is_empty();
    if !is_same || Saved::of(&again) != before {
        return Err("a session that is saved and read back is another one".to_owned());
    }
    Ok(again)
}

/// What a step says, in words of its own.
pub(super) fn saw(program: &Program, step: &Step<'_>) -> Seen {
    Seen {
        decision: step.decision,
        by: names(program, step.objections.iter().map(|o| o.contract)),
        verdicts: None,
        why: None,
        says: None,
        repair: None,
        failure: step.failure.map(|failure| failure.name().to_owned()),
    }
}

/// Steps the session and, after a refused call, steps its refusal.
fn see(
    session: &mut Session,
    event: &Event,
    repair: bool,
    scratch: &mut Scratch,
) -> Result<Seen, String> {
    let program = Arc::clone(session.program());
    let before = bytes(session);
    let explanations = session.explain(event, scratch);
    let probed = saw(&program, &session.probe(event, scratch));
    let repair = repair.then(|| session.repair(event, Some(&analyst())).unwrap_or_default());
    if bytes(session) != before {
        return Err("asking about an event changed the session".to_owned());
    }
    let mut seen = saw(&program, &session.step(event, scratch));
    if seen != probed {
        return Err(format!("the step saw {seen:?} and the probe before it {probed:?}"));
    }
    let mut explained = names(&program, explanations.iter().map(|e| e.contract));
    explained.dedup();
    if explained != seen.by {
        return Err(format!("{:?} object, and {explained:?} explain", seen.by));
    }
    let refused = event.is_call() && !seen.decision.runs();
    if refused && bytes(session) != before {
        return Err("a refused call changed the session".to_owned());
    }
    let verdict = |id: ContractId| {
        let name = program.contract(id).map_or("", |contract| contract.name());
        (name.to_owned(), session.verdict(id))
    };
    let mut verdicts: Vec<_> = program.contracts().iter().map(|c| verdict(c.id())).collect();
    verdicts.sort();
    seen.verdicts = Some(verdicts);
    seen.why = Some(explanations.iter().map(words).collect::<Vec<_>>().join("\n"));
    seen.repair = repair.map(|tools| tools.iter().map(ToString::to_string).collect());
    if refused && let Some(refusal) = refusal(event) {
        session.step(&refusal, scratch);
    }
    Ok(seen)
}

pub(super) fn words(explanation: &Explanation) -> String {
    let mut text = format!("{} on `{}`", explanation.formula, explanation.edge.label);
    for witness in &explanation.witnesses {
        text.push_str("\n  ");
        if let Some(seq) = witness.seq {
            text.push_str(&format!("event {seq}: "));
        }
        text.push_str(&witness.text);
    }
    if let Some((tool, message)) = &explanation.redirect {
        text.push_str(&format!("\n  run `{tool}` in its place {message}"));
    }
    text
}
