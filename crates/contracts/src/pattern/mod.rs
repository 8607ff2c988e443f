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
//! What this module does not know: YAML, files, and what happens when a formula is violated, except that
//! one pattern brings its own strategy.

mod argument;
mod count;
mod instance;
mod order;
mod quote;
mod tool;
mod tool_spec;
mod trigger;
mod workflow;

use sponsio_engine::strategy::Strategy;

pub(crate) use instance::digits;
pub use instance::{Argument, ArgumentError, Fault, Input, Instance};
pub(crate) use quote::{as_literal, between_slashes, in_sentence, literal};

use crate::suggest;

/// What a family of patterns is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Which call comes before or after which.
    Order,
    /// How often and how fast.
    Count,
    /// What calls may carry.
    Argument,
    /// Which tools may be used at all.
    Tool,
    /// Steps of a process.
    Workflow,
    /// Facts for assumptions: that something was called, or never.
    Trigger,
}

impl Category {
    /// The word in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Count => "count",
            Self::Argument => "argument",
            Self::Tool => "tool",
            Self::Workflow => "workflow",
            Self::Trigger => "trigger",
        }
    }
}

/// What a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A tool, or `tool:regex` for calls of the tool whose arguments match.
    Tool,
    /// A tool, without an argument pattern.
    ToolName,
    /// A list of tools.
    ToolList,
    /// A path into the arguments of a call.
    ArgPath,
    /// A list of regular expressions.
    RegexList,
    /// A list of directories and files.
    PrefixList,
    /// A whole number, zero or more.
    Count,
    /// A number of tool calls, one or more.
    Steps,
    /// A number.
    Number,
    /// A text for people.
    Text,
    /// A formula about one event, or the name of a tool.
    Trigger,
}

impl Kind {
    /// The words in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tool => "tool or tool:regex",
            Self::ToolName => "tool",
            Self::ToolList => "list of tools",
            Self::ArgPath => "argument path",
            Self::RegexList => "list of regular expressions",
            Self::PrefixList => "list of paths",
            Self::Count => "whole number",
            Self::Steps => "number of calls",
            Self::Number => "number",
            Self::Text => "text",
            Self::Trigger => "formula or tool",
        }
    }

    /// Whether it takes several entries.
    pub fn is_list(self) -> bool {
        matches!(self, Self::ToolList | Self::RegexList | Self::PrefixList)
    }
}

/// One parameter of a pattern.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Whether it may be left out.
    pub optional: bool,
    /// A few words on what it is.
    pub doc: &'static str,
}

impl Parameter {
    const fn new(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self { name, kind, optional: false, doc }
    }

    const fn optional(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self { name, kind, optional: true, doc }
    }
}

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
}

/// Every pattern, family by family.
pub const PATTERNS: &[&Pattern] = &[
    &order::MUST_PRECEDE,
    &order::ALWAYS_FOLLOWED_BY,
    &order::NO_REVERSAL,
    &order::MUTUAL_EXCLUSION,
    &order::DEADLINE,
    &order::MUST_CONFIRM,
    &count::RATE_LIMIT,
    &count::IDEMPOTENT,
    &count::IRREVERSIBLE_ONCE,
    &count::BOUNDED_RETRY,
    &count::LOOP_DETECTION,
    &count::COOLDOWN,
    &argument::ARG_BLACKLIST,
    &argument::ARG_ALLOWLIST,
    &argument::ARG_VALUE_RANGE,
    &argument::ARG_LENGTH_LIMIT,
    &argument::SCOPE_LIMIT,
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

/// No objection: the arguments are right if each is.
fn no_problem(_: &Instance) -> Option<String> {
    None
}

/// No strategy of its own: the contract's counts.
fn no_strategy(_: &Instance) -> Option<Strategy> {
    None
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
