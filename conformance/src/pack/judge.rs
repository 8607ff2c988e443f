//! The cases of a pack, judged by a guard in enforce mode.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use sponsio_contracts::config::{Loaded, Source, SourceError, Text};
use sponsio_contracts::diagnostic::{Colour, render};
use sponsio_engine::decision::Decision;
use sponsio_engine::event::{EventKind, Timestamp};
use sponsio_engine::program::Program;
use sponsio_engine::strategy::Mode;
use sponsio_guard::Answer;
use sponsio_guard::live::Live;
use sponsio_guard::load::read_from;

use super::{PackCase, load};

const AGENT: &str = "agent";
const ENTRY: &str = "sponsio.yaml";

/// What came of proving a pack.
#[derive(Clone, Debug, Default)]
pub struct Proof {
    /// How many contracts it has of its own.
    pub contracts: usize,
    /// How many cases are stopped.
    pub stopped: usize,
    /// How many cases are let through.
    pub passed: usize,
    /// Everything that is wrong.
    pub problems: Vec<String>,
}

/// A pack, included by a configuration of one agent.
struct Included<'t> {
    spec: &'t str,
    text: &'t str,
}

impl Source for Included<'_> {
    fn read(&self, including: Option<&str>, spec: &str) -> Result<Text, SourceError> {
        match including {
            None => Ok(Text {
                name: ENTRY.into(),
                text: format!("agents: {{{AGENT}: {{include: [\"{}\"]}}}}", self.spec),
            }),
            Some(_) if spec == self.spec => {
                Ok(Text { name: spec.into(), text: self.text.to_owned() })
            }
            Some(_) => Err(SourceError::new("a pack includes only packs")),
        }
    }
}

/// Proves a pack: `spec` is what an `include` calls it, and `text` its file where it is not a shipped one.
pub fn prove(spec: &str, text: &str, cases: &str) -> Proof {
    let mut proof = Proof::default();
    let configuration = match read_from(ENTRY, &Included { spec, text }, Some(Mode::Enforce)) {
        Ok(configuration) => configuration,
        Err(error) => {
            let shown =
                error.diagnostics.iter().map(|d| render(d, &error.files, Colour::Never, 100));
            proof.problems.push(shown.collect::<Vec<_>>().join("\n"));
            return proof;
        }
    };
    for warning in &configuration.warnings {
        proof.problems.push(render(warning, &configuration.files, Colour::Never, 100));
    }
    let note = configuration.config.notes.iter().find(|note| note.include == spec);
    if note.is_none_or(|note| note.about.is_empty()) {
        proof.problems.push("`about` is missing: say why the pack exists".to_owned());
    }
    if spec.starts_with("sponsio:incident/") && note.is_none_or(|note| note.sources.is_empty()) {
        proof.problems.push("`sources` is missing: say where the incident is described".to_owned());
    }
    let cases = match load(cases) {
        Ok(cases) => cases,
        Err(error) => {
            proof.problems.push(format!("its cases: {error}"));
            return proof;
        }
    };
    let program = match configuration.program(AGENT) {
        Ok(ready) => ready.program,
        Err(error) => {
            proof.problems.push(error.to_string());
            return proof;
        }
    };
    let loaded = configuration.config.agents.iter().flat_map(|agent| &agent.contracts);
    let own: Vec<&Loaded> = loaded.filter(|c| c.origin.pack.as_deref() == Some(spec)).collect();
    judge_all(&program, &cases, &mut proof);
    demand(&own, &cases, &mut proof);
    proof
}

fn judge_all(program: &Arc<Program>, cases: &[PackCase], proof: &mut Proof) {
    for case in cases {
        if case.is_stopped() {
            proof.stopped = proof.stopped.saturating_add(1);
        } else if case.expect == Decision::Allow {
            proof.passed = proof.passed.saturating_add(1);
        }
        proof.problems.extend(judge(program, case));
    }
}

/// What is wrong with one case.
fn judge(program: &Arc<Program>, case: &PackCase) -> Option<String> {
    let mut live = Live::new(program, AGENT, "case").at(case.place.guard());
    let mut strictest: Option<Answer> = None;
    for (seq, event) in case.events.iter().enumerate() {
        let mut event = event.clone();
        event.agent.get_or_insert_with(|| AGENT.into());
        // What a call does depends on where it runs, which the case says.
        if let EventKind::ToolCall { effects, .. } = &mut event.kind {
            *effects = None;
        }
        if event.time == Timestamp::default() {
            event.time = Timestamp(i64::try_from(seq).unwrap_or(i64::MAX).saturating_mul(100_000));
        }
        let answer = live.step(&event);
        if answer.failure.is_some()
            || strictest.as_ref().is_none_or(|known| known.decision <= answer.decision)
        {
            strictest = Some(answer);
        }
    }
    let answer = strictest?;
    let by = |name: &String| answer.objections.iter().any(|o| *o.contract == **name);
    let is_right = answer.failure.is_none()
        && answer.decision == case.expect
        && case.contract.as_ref().is_none_or(by);
    (!is_right).then(|| difference(case, &answer))
}

fn difference(case: &PackCase, answer: &Answer) -> String {
    let mut text = format!("line {}: {}\n", case.line, case.name);
    let expect = case.contract.as_ref().map_or(String::new(), |name| format!(" by \"{name}\""));
    let _ = writeln!(text, "    expected  {}{expect}", case.expect.name());
    let by: Vec<String> = answer.objections.iter().map(|o| format!("\"{}\"", o.contract)).collect();
    let _ = writeln!(text, "    decision  {} by [{}]", answer.decision.name(), by.join(", "));
    if !answer.reason.is_empty() {
        let _ = writeln!(text, "    reason    {}", answer.reason);
    }
    for event in &case.events {
        if let EventKind::ToolCall { tool, args, .. } = &event.kind {
            let effects = case.place.guard().effects(tool, args);
            let _ = writeln!(text, "    effects   {tool}: {effects:?}");
        }
    }
    text
}

/// What every contract of a pack must have.
fn demand(own: &[&Loaded], cases: &[PackCase], proof: &mut Proof) {
    proof.contracts = own.len();
    let mut stopped: BTreeMap<&str, usize> = BTreeMap::new();
    for case in cases.iter().filter(|case| case.expect != Decision::Allow) {
        if let Some(contract) = &case.contract {
            *stopped.entry(contract).or_default() += 1;
        }
    }
    for loaded in own {
        let name = &*loaded.contract.name;
        if loaded.origin.desc.is_none() {
            proof.problems.push(format!("the contract \"{name}\" has no `desc`"));
        }
        if !stopped.contains_key(name) {
            proof.problems.push(format!("no case shows that \"{name}\" stops something"));
        }
    }
    if proof.passed < own.len() {
        proof.problems.push(format!(
            "{} contracts have {} harmless twins; write at least one for each",
            own.len(),
            proof.passed
        ));
    }
}
