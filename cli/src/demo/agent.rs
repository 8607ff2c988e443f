//! The scripted agent: one run of a script, without contracts or asked about every step.
//!
//! With contracts every call goes through a session of the guard before it runs. The agent reads what it is told:
//! where a refusal names calls that unlock the call, it makes them and tries once more; where another tool is to
//! run instead, it runs that one, which is asked about as well; where a call is refused for good, it does what its
//! script has for that case, or goes on.

use sponsio_engine::decision::Decision;
use sponsio_engine::event;
use sponsio_guard::{Answer, GuardSession};

use super::script::{Act, Call, Scenario};
use super::tools::{Outcome, Tool, perform};
use super::world::World;

/// Something that happened in a run.
#[derive(Debug)]
pub(crate) struct Turn {
    /// What the agent wanted, or what it was told.
    pub(crate) what: String,
    /// Why it did so, where it is not the script's next act.
    pub(crate) because: Because,
    /// How it went.
    pub(crate) fate: Fate,
}

/// Why the agent did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Because {
    /// The script says so.
    Script,
    /// A refusal said that it unlocks a call.
    Repair,
    /// The call that was refused before, again.
    Retry,
    /// A contract put it in the place of another call.
    Substitute,
    /// A call was refused for good.
    Instead,
}

impl Because {
    /// The word in output; empty for the script.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Script => "",
            Self::Repair => "repair",
            Self::Retry => "retry",
            Self::Substitute => "substitute",
            Self::Instead => "instead",
        }
    }
}

/// How it went.
#[derive(Debug)]
pub(crate) enum Fate {
    /// It was a fact, not a call.
    Told,
    /// It ran, and this is what the tool gave back.
    Ran { failed: bool, output: String },
    /// It did not run.
    Stopped(Box<Answer>),
}

/// Runs the script with nobody asking.
pub(crate) fn without_contracts(scenario: &Scenario, world: &World) -> Vec<Turn> {
    let mut turns = Vec::new();
    for act in acts(scenario, world) {
        turns.push(match act {
            Act::Fact { said, .. } => {
                Turn { what: (*said).to_owned(), because: Because::Script, fate: Fate::Told }
            }
            Act::Call(call) => ran(call, Because::Script, &perform(world, call)),
        });
    }
    turns
}

/// Runs the script with every step asked about.
pub(crate) fn with_contracts(
    scenario: &Scenario,
    world: &World,
    session: &GuardSession,
    tick: &mut dyn FnMut(),
) -> Vec<Turn> {
    let mut run = Run { scenario, world, session, tick, turns: Vec::new() };
    for act in acts(scenario, world) {
        match act {
            Act::Fact { key, value, said } => {
                (run.tick)();
                session.context(&[(key, Some(value))]);
                let what = (*said).to_owned();
                run.turns.push(Turn { what, because: Because::Script, fate: Fate::Told });
            }
            Act::Call(call) => run.call(call),
        }
    }
    run.turns
}

/// The acts that this machine can perform.
fn acts<'w>(scenario: &Scenario, world: &'w World) -> impl Iterator<Item = &'static Act> + 'w {
    let has_git = world.has_git();
    scenario.script.iter().filter(move |act| match act {
        Act::Call(call) => has_git || !call.needs_git(),
        Act::Fact { .. } => true,
    })
}

fn ran(call: &Call, because: Because, outcome: &Outcome) -> Turn {
    let fate = Fate::Ran { failed: outcome.failed, output: outcome.text.clone() };
    Turn { what: call.shown(), because, fate }
}

struct Run<'r> {
    scenario: &'r Scenario,
    world: &'r World,
    session: &'r GuardSession,
    /// Moves the clock.
    tick: &'r mut dyn FnMut(),
    turns: Vec<Turn>,
}

impl Run<'_> {
    fn call(&mut self, call: &Call) {
        let Some(answer) = self.attempt(call, Because::Script) else { return };
        if let Some(substitute) = answer.redirect.as_ref().and_then(|to| Tool::from_name(&to.tool))
        {
            // A substitute is judged itself, and there are no chains.
            self.attempt(&Call { tool: substitute, ..*call }, Because::Substitute);
            return;
        }
        if !answer.repair.is_empty() {
            for name in &answer.repair {
                let known = self.scenario.repairs.iter().find(|c| c.tool.name() == &**name);
                if let Some(repair) = known {
                    self.attempt(repair, Because::Repair);
                }
            }
            if self.attempt(call, Because::Retry).is_none() {
                return;
            }
        }
        for other in call.instead {
            self.attempt(other, Because::Instead);
        }
    }

    /// Asks, and runs the call if it may run. Otherwise the answer.
    fn attempt(&mut self, call: &Call, because: Because) -> Option<Answer> {
        (self.tick)();
        let answer = self.session.before_call(call.tool.name(), &call.value());
        if answer.decision.runs() {
            let outcome = perform(self.world, call);
            let ended = if outcome.failed { event::Outcome::Error } else { event::Outcome::Ok };
            self.session.result(call.tool.name(), ended);
            let facts: Vec<_> = outcome.facts.iter().map(|(k, v)| (*k, v.as_deref())).collect();
            if !facts.is_empty() {
                self.session.context(&facts);
            }
            self.turns.push(ran(call, because, &outcome));
            return None;
        }
        let fate = Fate::Stopped(Box::new(answer.clone()));
        self.turns.push(Turn { what: call.shown(), because, fate });
        Some(answer)
    }
}

/// The word for a decision that stops a call.
pub(crate) fn stopped(decision: Decision) -> &'static str {
    match decision {
        Decision::Block => "refused",
        Decision::Escalate => "waits for a person",
        Decision::Redirect => "replaced",
        Decision::Allow | Decision::Warn => "ran",
    }
}
