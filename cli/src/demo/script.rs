//! What a scripted agent does: data, no decisions.
//!
//! Every text of a script is a constant of this program, so what a demonstration can do to a machine can be read
//! here and in `scenario/`, and a test reads it: no command of a script names an absolute path, a parent folder,
//! a variable or a home directory.

use sponsio_engine::event::{Decimal, Value};

use super::tools::Tool;
use super::world::World;
use crate::failure::Failure;

/// One demonstration.
#[derive(Debug)]
pub(crate) struct Scenario {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// What it is about, in a few words.
    pub(crate) title: &'static str,
    /// What happens, in a few sentences.
    pub(crate) story: &'static str,
    /// The contracts: the text of a `sponsio.yaml`.
    pub(crate) contracts: &'static str,
    /// What is there before the agent begins.
    pub(crate) setup: fn(&World) -> Result<(), Failure>,
    /// What the agent does, and what is said to it.
    pub(crate) script: &'static [Act],
    /// How the agent calls the tools that a refusal may ask for first.
    pub(crate) repairs: &'static [Call],
    /// What is read back afterwards.
    pub(crate) measures: &'static [Measure],
}

/// One act of a script.
#[derive(Debug)]
pub(crate) enum Act {
    /// The host learns a fact.
    Fact { key: &'static str, value: &'static str, said: &'static str },
    /// The agent wants to call a tool.
    Call(Call),
}

/// A call that an agent wants to make.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    /// The tool.
    pub(crate) tool: Tool,
    /// Its arguments.
    pub(crate) args: &'static [(&'static str, Arg)],
    /// What the agent does when the call is refused for good.
    pub(crate) instead: &'static [Self],
}

/// An argument.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Arg {
    Text(&'static str),
    Number(u64),
}

/// `call!(SendWire, vendor = Text("…"), amount = Number(3))`, as a constant.
macro_rules! call {
    ($tool:ident $(, $name:ident = $kind:ident($value:expr))*) => {
        $crate::demo::script::Call {
            tool: $crate::demo::tools::Tool::$tool,
            args: &[$((stringify!($name), $crate::demo::script::Arg::$kind($value))),*],
            instead: &[],
        }
    };
}
pub(crate) use call;

impl Call {
    /// The same call, by an agent that does something else when it is refused for good.
    pub(crate) const fn or(self, instead: &'static [Self]) -> Self {
        Self { instead, ..self }
    }

    /// The arguments as the guard sees them.
    pub(crate) fn value(&self) -> Value {
        let member = |(name, arg): &(&str, Arg)| {
            let value = match arg {
                Arg::Text(text) => Value::Text((*text).into()),
                Arg::Number(number) => Value::Number(Decimal::from(*number)),
            };
            (Box::from(*name), value)
        };
        Value::Object(self.args.iter().map(member).collect())
    }

    /// The text of an argument; empty where there is none.
    pub(crate) fn text(&self, name: &str) -> &'static str {
        self.args
            .iter()
            .find_map(|(known, arg)| match arg {
                Arg::Text(text) if *known == name => Some(*text),
                _ => None,
            })
            .unwrap_or_default()
    }

    /// The number of an argument; zero where there is none.
    pub(crate) fn number(&self, name: &str) -> u64 {
        self.args
            .iter()
            .find_map(|(known, arg)| match arg {
                Arg::Number(number) if *known == name => Some(*number),
                _ => None,
            })
            .unwrap_or_default()
    }

    /// The call on one line: a single text by itself, other arguments with their names.
    pub(crate) fn shown(&self) -> String {
        let named = |(name, arg): &(&str, Arg)| match arg {
            Arg::Text(text) => format!("{name}={text}"),
            Arg::Number(number) => format!("{name}={number}"),
        };
        let args = match self.args {
            [(_, Arg::Text(only))] => (*only).to_owned(),
            several => several.iter().map(named).collect::<Vec<_>>().join(" "),
        };
        format!("{} {args}", self.tool.name()).trim_end().to_owned()
    }

    /// Whether it needs `git`, which a bare machine may lack.
    pub(crate) fn needs_git(&self) -> bool {
        self.text("command").contains("git")
    }
}

/// One thing that is read back from the database or the disk.
#[derive(Debug)]
pub(crate) struct Measure {
    /// What it is.
    pub(crate) what: &'static str,
    /// What must come of it.
    pub(crate) aim: Aim,
    /// Whether it needs `git`.
    pub(crate) needs_git: bool,
    /// Reads it.
    pub(crate) read: fn(&World) -> String,
}

/// What must come of a measured thing, so that the demonstration has shown something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aim {
    /// Lost without contracts, as before with them.
    Saved,
    /// Done with contracts: they did not stop the agent's work.
    Done,
}

impl Aim {
    /// The word in output.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Done => "done",
        }
    }

    /// Whether the three readings are as they must be.
    pub(crate) fn is_met(self, before: &str, without: &str, with: &str) -> bool {
        match self {
            Self::Saved => without != before && with == before,
            Self::Done => with != before,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::scenario::SCENARIOS;
    use super::*;

    fn calls() -> Vec<Call> {
        let mut calls = Vec::new();
        for scenario in SCENARIOS {
            let acts = scenario.script.iter().filter_map(|act| match act {
                Act::Call(call) => Some(*call),
                Act::Fact { .. } => None,
            });
            for call in acts.chain(scenario.repairs.iter().copied()) {
                calls.push(call);
                calls.extend(call.instead);
            }
        }
        calls
    }

    #[test]
    fn no_script_reaches_out_of_its_folder() {
        for call in calls() {
            for (name, arg) in call.args {
                let Arg::Text(text) = arg else { continue };
                let outside = ["..", "$", "`", "//", "ATTACH", "VACUUM"];
                assert!(!outside.iter().any(|part| text.contains(part)), "{name}: {text}");
                let absolute =
                    |word: &str| word.trim_start_matches(['"', '\'']).starts_with(['/', '~']);
                assert!(!text.split([' ', '=', '>', '<']).any(absolute), "{name}: {text}");
            }
        }
    }

    #[test]
    fn what_is_saved_was_lost_and_what_is_done_differs() {
        assert!(Aim::Saved.is_met("3", "0", "3"));
        assert!(!Aim::Saved.is_met("3", "3", "3"), "nothing was lost");
        assert!(!Aim::Saved.is_met("3", "0", "2"), "not everything was saved");
        assert!(Aim::Done.is_met("0", "0", "1"));
        assert!(!Aim::Done.is_met("0", "1", "0"), "the work was stopped");
    }

    #[test]
    fn every_scenario_has_something_to_save_and_work_to_do() {
        for scenario in SCENARIOS {
            for aim in [Aim::Saved, Aim::Done] {
                assert!(scenario.measures.iter().any(|m| m.aim == aim && !m.needs_git));
            }
        }
    }
}
