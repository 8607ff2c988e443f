//! The default pack of coding agents, held to the two lists of `commands/`.
//!
//! Every command of which it is proved that it destroys is stopped, and nearly every one is denied: a person who is
//! asked all day says yes. No harmless command is denied, and few are asked about.

use std::fmt::Write as _;
use std::sync::Arc;

use sponsio_conformance::case::{Command, load_commands};
use sponsio_conformance::pack::Place;
use sponsio_contracts::config::{Source, SourceError, Text};
use sponsio_engine::decision::Decision;
use sponsio_engine::event::{Event, Timestamp, Value};
use sponsio_engine::program::Program;
use sponsio_engine::strategy::Mode;
use sponsio_guard::live::Live;
use sponsio_guard::load::read_from;

const AGENT: &str = "agent";

/// A configuration that consists of the pack.
struct OnlyThePack;

impl Source for OnlyThePack {
    fn read(&self, including: Option<&str>, spec: &str) -> Result<Text, SourceError> {
        match including {
            None => Ok(Text {
                name: spec.into(),
                text: format!("agents: {{{AGENT}: {{include: [\"sponsio:host/coding-agent\"]}}}}"),
            }),
            Some(_) => Err(SourceError::new("only packs are included")),
        }
    }
}

/// What the pack decides about a command, and what for.
struct Judged<'c> {
    command: &'c Command,
    decision: Decision,
    contracts: String,
}

fn judge<'c>(program: &Arc<Program>, command: &'c Command) -> Judged<'c> {
    let place = Place {
        cwd: Some("/home/dev/project".into()),
        home: Some("/home/dev".into()),
        workspace: Some("/home/dev/project".into()),
        system: None,
    };
    let mut live = Live::new(program, AGENT, &command.id).at(place.guard());
    let args = Value::Object([("command".into(), Value::Text((&*command.text).into()))].into());
    let answer = live.step(&Event::call(Timestamp::default(), "Bash", args));
    assert!(answer.failure.is_none(), "{}", command.id);
    let contracts: Vec<&str> = answer.objections.iter().map(|o| &*o.contract).collect();
    Judged { command, decision: answer.decision, contracts: contracts.join("; ") }
}

/// Judges every command of a list.
fn all<'c>(commands: &'c [Command]) -> Vec<Judged<'c>> {
    let configuration = read_from("sponsio.yaml", &OnlyThePack, Some(Mode::Enforce)).unwrap();
    let program = configuration.program(AGENT).unwrap().program;
    commands.iter().map(|command| judge(&program, command)).collect()
}

/// The commands that are decided so, one on a line.
fn listed(judged: &[Judged<'_>], decided: &[Decision]) -> String {
    let mut text = String::new();
    for one in judged.iter().filter(|one| decided.contains(&one.decision)) {
        let (id, source) = (&one.command.id, &one.command.text);
        let _ = writeln!(text, "{:8} {id}: {source:?} by [{}]", one.decision.name(), one.contracts);
    }
    text
}

fn share(judged: &[Judged<'_>], decided: &[Decision]) -> f64 {
    let count = judged.iter().filter(|one| decided.contains(&one.decision)).count();
    let number = |count: usize| u32::try_from(count).map(f64::from).unwrap();
    number(count) / number(judged.len())
}

#[test]
fn what_destroys_is_stopped_and_nearly_always_denied() {
    let commands = load_commands(include_str!("../../commands/destructive.yaml")).unwrap();
    let judged = all(&commands);
    let passed = listed(&judged, &[Decision::Allow, Decision::Warn, Decision::Redirect]);
    let asked = listed(&judged, &[Decision::Escalate]);
    println!("{} commands\n{passed}{asked}", judged.len());
    assert!(passed.is_empty(), "not stopped:\n{passed}");
    assert!(share(&judged, &[Decision::Block]) >= 0.97, "only asked about:\n{asked}");
}

#[test]
fn what_a_developer_does_all_day_is_not_denied_and_seldom_asked_about() {
    let commands = load_commands(include_str!("../../commands/harmless.yaml")).unwrap();
    let judged = all(&commands);
    let denied = listed(&judged, &[Decision::Block, Decision::Redirect]);
    let asked = listed(&judged, &[Decision::Escalate]);
    println!("{} commands\n{denied}{asked}", judged.len());
    assert!(denied.is_empty(), "denied:\n{denied}");
    assert!(share(&judged, &[Decision::Escalate]) <= 0.05, "asked about:\n{asked}");
}
