//! Patterns: named formulas with arguments.
//!
//! There is one registry, [`PATTERNS`]. An entry is everything about a pattern: its parameters, its
//! formula, what it is called in English, its sentences, an example. The YAML reader, the sentence grammar,
//! the reference page and the completeness tests read the same entries. One file holds one family, in the
//! order of the registry.
//!
//! A pattern gives a formula as text in the infix syntax, with every name and regular expression quoted,
//! and the engine parses it: there is one parser, and what a pattern means can be read.
//!
//! What this module does not know: YAML, files, and what happens when a formula is violated. A pattern may
//! bring a strategy, or keys that its contract is judged apart for; both are handed on as they are.

mod approval;
mod argument;
mod budget;
mod command;
mod confirm;
mod context;
mod count;
mod duty;
mod flow;
mod for_each;
mod instance;
mod order;
mod parameter;
mod quote;
mod read;
mod response;
mod tool;
mod tool_spec;
mod trigger;
mod workflow;

use sponsio_engine::strategy::Strategy;

pub(crate) use command::is_slashed;
pub use for_each::ForEach;
pub use instance::{Argument, Instance};
pub use parameter::{Category, Kind, Parameter};
pub(crate) use quote::{as_literal, between_slashes, in_sentence, literal};
pub(crate) use read::digits;
pub use read::{ArgumentError, Fault, Input};
pub(crate) use tool_spec::set as set_of_tools;

use crate::suggest;

/// One entry of the registry.
#[derive(Debug)]
pub struct Pattern {
    /// Its name.
    pub name: &'static str,
    /// Its family.
    pub category: Category,
    /// What it requires, in one sentence.
    pub doc: &'static str,
    /// Its parameters, in the order of positional arguments.
    pub parameters: &'static [Parameter],
    /// What an agent can do instead of what was refused, where the calls that would make it possible do not say it;
    /// the advice of a contract that has none of its own.
    pub instead: &'static str,
    /// Its formula, with parameters for arguments.
    pub shape: &'static str,
    /// Arguments for an example, as YAML.
    pub example_args: &'static str,
    /// The example as a canonical sentence.
    pub example: &'static str,
    /// The canonical sentences as templates; the first whose slots are the given arguments is used.
    pub(crate) canonical: &'static [&'static str],
    /// The accepted sentences as templates of [`crate::sentence`].
    pub(crate) forms: &'static [&'static str],
    pub(crate) formula: fn(&Instance) -> String,
    pub(crate) describe: fn(&Instance) -> String,
    /// What is wrong between arguments that are right one by one.
    pub(crate) problem: fn(&Instance) -> Option<String>,
    pub(crate) strategy: fn(&Instance) -> Option<Strategy>,
    /// The keys that the contract is judged apart for.
    pub(crate) for_each: fn(&Instance) -> Option<ForEach>,
}

impl Pattern {
    /// What most entries have in common; a part of each entry.
    const BASE: Self = Self {
        name: "",
        category: Category::Order,
        doc: "",
        parameters: &[],
        instead: "",
        shape: "",
        example_args: "",
        example: "",
        canonical: &[],
        forms: &[],
        formula: |_| String::new(),
        describe: |_| String::new(),
        problem: |_| None,
        strategy: |_| None,
        for_each: |_| None,
    };

    /// The place of the parameter with this name.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.parameters.iter().position(|parameter| parameter.name == name)
    }
}

/// Every pattern, family by family.
pub const PATTERNS: &[&Pattern] = &[
    &order::MUST_PRECEDE,
    &order::DRY_RUN_BEFORE_COMMIT,
    &order::BACKUP_BEFORE_DESTRUCTIVE,
    &order::NO_REVERSAL,
    &order::MUTUAL_EXCLUSION,
    &order::NEVER_TOGETHER,
    &duty::ALWAYS_FOLLOWED_BY,
    &duty::AUDIT_AFTER,
    &duty::REQUIRED_STEPS_COMPLETION,
    &duty::DEADLINE,
    &duty::OBLIGATION_BEFORE_END,
    &confirm::MUST_CONFIRM,
    &confirm::CONFIRM_AFTER_SOURCE,
    &confirm::UNTRUSTED_SOURCE_GATE,
    &approval::DESTRUCTIVE_ACTION_GATE,
    &approval::REQUIRES_PERMISSION,
    &approval::SEGREGATION_OF_DUTY,
    &approval::APPROVAL_FRESHNESS,
    &approval::APPROVAL_ACTIVE,
    &count::RATE_LIMIT,
    &count::IDEMPOTENT,
    &count::IRREVERSIBLE_ONCE,
    &count::BOUNDED_RETRY,
    &count::LOOP_DETECTION,
    &count::COOLDOWN,
    &count::DUPLICATE_CALL_LIMIT,
    &count::DENIED_LIMIT,
    &budget::SUM_LIMIT,
    &budget::SPEND_LIMIT,
    &budget::TOKEN_BUDGET,
    &budget::DELEGATION_DEPTH_LIMIT,
    &argument::ARG_BLACKLIST,
    &argument::ARG_ALLOWLIST,
    &argument::ARG_VALUE_RANGE,
    &argument::ARG_LENGTH_LIMIT,
    &argument::SCOPE_LIMIT,
    &command::DANGEROUS_BASH_COMMANDS,
    &command::DANGEROUS_SQL_VERBS,
    &command::DATA_INTACT,
    &flow::NO_DATA_LEAK,
    &flow::PROVENANCE,
    &flow::SANITIZED_BEFORE_SINK,
    &flow::SAME_VALUE,
    &response::MAX_LENGTH,
    &response::NO_PII,
    &response::NO_KEYWORDS,
    &context::CTX_REQUIRED,
    &context::CTX_MATCHES_REQUIRED,
    &context::TIME_SINCE,
    &tool::TOOL_ALLOWLIST,
    &tool::REDIRECT_TO_SAFE,
    &workflow::WORKFLOW_STEP,
    &trigger::TRIGGER_CALLED,
    &trigger::TRIGGER_NOT_CALLED,
];

/// The pattern with this name.
pub fn find(name: &str) -> Option<&'static Pattern> {
    PATTERNS.iter().copied().find(|pattern| pattern.name == name)
}

/// The name of a pattern that is near to `name`.
pub fn nearest(name: &str) -> Option<&'static str> {
    suggest::nearest(name, PATTERNS.iter().map(|pattern| pattern.name))
}

/// The patterns that a search finds, best first: every word of the query occurs in what the entry says.
pub fn search(query: &str) -> Vec<&'static Pattern> {
    let query = query.to_lowercase();
    let words: Vec<&str> = query.split_whitespace().collect();
    let mut found: Vec<(usize, &'static Pattern)> = Vec::new();
    for pattern in PATTERNS {
        let name = pattern.name.to_lowercase();
        let rest = format!("{} {} {}", pattern.category.name(), pattern.doc, pattern.example)
            .to_lowercase();
        if words.iter().all(|w| name.contains(w) || rest.contains(w)) {
            let in_name = words.iter().filter(|w| name.contains(**w)).count();
            found.push((words.len().saturating_sub(in_name), pattern));
        }
    }
    // The sort is stable: among equals the registry's order stays.
    found.sort_by_key(|(missing, _)| *missing);
    if found.is_empty() {
        return nearest(query.trim()).and_then(find).into_iter().collect();
    }
    found.into_iter().map(|(_, pattern)| pattern).collect()
}

/// The first two arguments are two tools.
fn two_tools(instance: &Instance) -> Option<String> {
    let (a, b) = (instance.text(0), instance.text(1));
    let names: Vec<&str> = instance.arguments().map(|(parameter, _)| parameter.name).collect();
    (a == b).then(|| {
        let (first, second) = (names.first().unwrap_or(&""), names.get(1).unwrap_or(&""));
        format!(
            "`{first}` and `{second}` of `{}` are both `{a}`; they are two tools",
            instance.pattern().name
        )
    })
}

#[cfg(test)]
mod tests;
