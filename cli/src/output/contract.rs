//! A contract and what compilation found out about it, for people and for programs.

use serde::Serialize;
use sponsio_contracts::config::{Clause, Loaded};
use sponsio_engine::contract::Activation;
use sponsio_engine::program::{ClauseReport, CompiledContract, Program};
use sponsio_engine::strategy::Strategy;

use super::page::{Page, Style};
use super::text::{counted, shown};

/// One compiled contract.
#[derive(Clone, Debug)]
pub(crate) struct Described<'p> {
    /// `C1` for the first of an agent.
    pub(crate) alias: String,
    compiled: &'p CompiledContract,
    loaded: Option<&'p Loaded>,
    /// What compilation found out about each guarantee.
    pub(crate) clauses: Vec<ClauseReport>,
}

impl<'p> Described<'p> {
    /// Every contract of a program, with the place it was read from where it was read from a file.
    pub(crate) fn all(program: &'p Program, loaded: &'p [Loaded]) -> Vec<Self> {
        let one = |(index, compiled): (usize, &'p CompiledContract)| Self {
            alias: format!("C{}", index.saturating_add(1)),
            compiled,
            loaded: loaded.get(index),
            clauses: program.report(compiled.id()),
        };
        program.contracts().iter().enumerate().map(one).collect()
    }

    /// Its name.
    pub(crate) fn name(&self) -> &'p str {
        self.compiled.name()
    }

    /// Writes it.
    pub(crate) fn show(&self, page: &mut Page) {
        page.labelled(&format!("{:<3}", self.alias), Style::Accent, &shown(self.name()));
        let label = |name: &str| format!("    {name:<9}");
        let source = self.compiled.source();
        for (index, formula) in source.assumptions.iter().enumerate() {
            let clause = self.loaded.and_then(|l| l.origin.assumptions.get(index));
            let text = sentence(clause).unwrap_or_else(|| formula.to_string());
            page.labelled(&label("assumes"), Style::Faint, &shown(&text));
        }
        if source.activation == Activation::FirstMatch {
            page.labelled(
                &label("judged"),
                Style::Faint,
                "from the event on at which it first holds",
            );
        }
        for (index, clause) in self.clauses.iter().enumerate() {
            let read = self.loaded.and_then(|l| l.origin.guarantees.get(index));
            if let Some(text) = sentence(read) {
                page.labelled(&label("requires"), Style::Faint, &shown(&text));
            }
            page.labelled(&label("formula"), Style::Faint, &shown(&clause.formula));
            page.labelled(&label("kind"), Style::Faint, &kind(clause));
        }
        let mut text = strategy(self.compiled.strategy());
        // A sentence by itself is in no mode.
        if self.loaded.is_some() {
            text.push_str(&format!("; mode {}", self.compiled.mode()));
        }
        page.labelled(&label("strategy"), Style::Faint, &shown(&text));
    }

    /// The contract in JSON; with or without the states and edges of its automata.
    pub(crate) fn document(&self, automata: bool) -> ContractDocument {
        let source = self.compiled.source();
        let clause = |(index, report): (usize, &ClauseReport)| {
            let read = self.loaded.and_then(|l| l.origin.guarantees.get(index));
            ClauseDocument::of(report, read, automata)
        };
        ContractDocument {
            alias: self.alias.clone(),
            name: self.name().to_owned(),
            strategy: self.compiled.strategy().name(),
            mode: self.loaded.map(|_| self.compiled.mode().name()),
            hash: self.compiled.hash().to_string(),
            activate_at: match source.activation {
                Activation::Always => None,
                Activation::FirstMatch => Some("first_match"),
            },
            assumptions: source.assumptions.iter().map(ToString::to_string).collect(),
            guarantees: self.clauses.iter().enumerate().map(clause).collect(),
        }
    }
}

/// What is written, where it is more than the formula again.
fn sentence(clause: Option<&Clause>) -> Option<String> {
    let clause = clause?;
    clause.pattern.map(|_| clause.text.clone())
}

fn strategy(strategy: &Strategy) -> String {
    match strategy {
        Strategy::RedirectToSafe { tool, .. } => format!("redirect_to_safe, to `{tool}`"),
        other => other.name().to_owned(),
    }
}

fn kind(clause: &ClauseReport) -> String {
    let classes = match clause.classes {
        0 => "built as it runs".to_owned(),
        count => counted(count, "letter class").replace("classs", "classes"),
    };
    format!(
        "{}; {}, {classes}, {} of session state",
        clause.property.name(),
        counted(clause.states, "state"),
        counted(clause.state_bytes, "byte"),
    )
}

/// A contract in JSON.
#[derive(Debug, Serialize)]
pub(crate) struct ContractDocument {
    alias: String,
    name: String,
    strategy: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<&'static str>,
    hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    activate_at: Option<&'static str>,
    assumptions: Vec<String>,
    guarantees: Vec<ClauseDocument>,
}

#[derive(Debug, Serialize)]
struct ClauseDocument {
    #[serde(skip_serializing_if = "Option::is_none")]
    sentence: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<&'static str>,
    formula: String,
    property: &'static str,
    states: usize,
    letter_classes: usize,
    state_bytes: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    automaton: Option<AutomatonDocument>,
}

#[derive(Debug, Serialize)]
struct AutomatonDocument {
    propositions: Vec<String>,
    /// By state; the first is initial.
    verdicts: Vec<&'static str>,
    edges: Vec<EdgeDocument>,
}

#[derive(Debug, Serialize)]
struct EdgeDocument {
    from: usize,
    to: usize,
    when: String,
}

impl ClauseDocument {
    fn of(report: &ClauseReport, read: Option<&Clause>, automaton: bool) -> Self {
        Self {
            sentence: sentence(read),
            pattern: read.and_then(|clause| clause.pattern),
            formula: report.formula.clone(),
            property: report.property.name(),
            states: report.states,
            letter_classes: report.classes,
            state_bytes: report.state_bytes,
            automaton: automaton.then(|| AutomatonDocument {
                propositions: report.propositions.clone(),
                verdicts: report.verdicts.iter().map(|verdict| verdict.name()).collect(),
                edges: report
                    .edges
                    .iter()
                    .map(|(from, to, when)| EdgeDocument {
                        from: *from,
                        to: *to,
                        when: when.clone(),
                    })
                    .collect(),
            }),
        }
    }
}
