//! A pattern with its arguments, and what it says as a formula.
//!
//! Every instance has a formula, a description and a sentence. The one thing that can still fail is a text
//! inside the formula, such as a regular expression; that error names the argument too.

use sponsio_engine::event::Decimal;
use sponsio_engine::formula::Formula;
use sponsio_engine::strategy::Strategy;

use super::quote::in_formula;
use super::read::{ArgumentError, Fault, digits};
use super::tool_spec::ToolSpec;
use super::{ForEach, Kind, Parameter, Pattern};

/// An argument that fits its parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// A name, a path or a text.
    Text(Box<str>),
    /// A number of calls, steps or characters.
    Count(u64),
    /// A length of time.
    Seconds(u64),
    /// A number.
    Number(Decimal),
    /// `true` or `false`.
    Flag(bool),
    /// Names, paths or regular expressions.
    List(Vec<Box<str>>),
}

/// A pattern with its arguments.
#[derive(Clone, Debug)]
pub struct Instance {
    pattern: &'static Pattern,
    /// One for each parameter; only optional ones may be missing.
    // INVARIANT: as long as `pattern.parameters`, and each fits its parameter.
    arguments: Vec<Option<Argument>>,
    /// The keys that were asked for, beside those of the pattern.
    keys: Option<ForEach>,
}

impl PartialEq for Instance {
    fn eq(&self, other: &Self) -> bool {
        self.pattern.name == other.pattern.name
            && self.arguments == other.arguments
            && self.keys == other.keys
    }
}

impl Eq for Instance {}

impl Instance {
    pub(super) fn new(pattern: &'static Pattern, arguments: Vec<Option<Argument>>) -> Self {
        Self { pattern, arguments, keys: None }
    }

    /// The pattern.
    pub fn pattern(&self) -> &'static Pattern {
        self.pattern
    }

    /// Every parameter with its argument; optional ones may have none.
    pub fn arguments(&self) -> impl Iterator<Item = (&'static Parameter, Option<&Argument>)> {
        self.pattern.parameters.iter().zip(self.arguments.iter().map(Option::as_ref))
    }

    /// The formula as text; [`formula`](Self::formula) is what it parses to.
    pub fn formula_text(&self) -> String {
        (self.pattern.formula)(self)
    }

    /// The formula.
    pub fn formula(&self) -> Result<Formula, ArgumentError> {
        Formula::parse(&self.formula_text())
            .map_err(|error| self.culprit(&error.to_string(), error.hint()))
    }

    /// What it requires, in a few words.
    pub fn description(&self) -> String {
        (self.pattern.describe)(self)
    }

    /// The strategy that comes with the pattern.
    pub fn strategy(&self) -> Option<Strategy> {
        (self.pattern.strategy)(self)
    }

    /// What its contract is judged apart for: the keys of the pattern and those that were asked for.
    pub fn for_each(&self) -> Option<ForEach> {
        match ((self.pattern.for_each)(self), self.keys.clone()) {
            (Some(own), Some(keys)) => Some(own.and(keys)),
            (own, keys) => own.or(keys),
        }
    }

    /// The same, judged apart for these keys too.
    #[must_use]
    pub fn per(mut self, keys: ForEach) -> Self {
        self.keys = Some(match self.keys.take() {
            Some(given) => given.and(keys),
            None => keys,
        });
        self
    }

    /// The same, with the keys that were asked for of `other`.
    pub(crate) fn keyed_as(mut self, other: &Self) -> Self {
        self.keys.clone_from(&other.keys);
        self
    }

    /// The keys that were asked for, beside those of the pattern.
    pub(crate) fn keys(&self) -> Option<&ForEach> {
        self.keys.as_ref()
    }

    /// The text argument at `index`.
    pub(crate) fn text(&self, index: usize) -> &str {
        match self.argument(index) {
            Some(Argument::Text(text)) => text,
            _ => "",
        }
    }

    /// The text argument at `index`, or `default` where it is left out.
    pub(crate) fn text_or<'i>(&'i self, index: usize, default: &'i str) -> &'i str {
        match self.argument(index) {
            Some(Argument::Text(text)) => text,
            _ => default,
        }
    }

    /// The tool argument at `index`.
    pub(crate) fn tool(&self, index: usize) -> ToolSpec<'_> {
        ToolSpec::new(self.text(index))
    }

    /// The count argument at `index`.
    pub(crate) fn count(&self, index: usize) -> u64 {
        match self.argument(index) {
            Some(Argument::Count(count)) => *count,
            _ => 0,
        }
    }

    /// The length of time at `index`.
    pub(crate) fn seconds(&self, index: usize) -> Option<u64> {
        match self.argument(index) {
            Some(Argument::Seconds(seconds)) => Some(*seconds),
            _ => None,
        }
    }

    /// The number argument at `index`, in plain digits.
    pub(crate) fn number(&self, index: usize) -> Option<String> {
        match self.argument(index) {
            Some(Argument::Number(number)) => Some(digits(number)),
            _ => None,
        }
    }

    /// Whether the flag at `index` is set.
    pub(crate) fn flag(&self, index: usize) -> bool {
        matches!(self.argument(index), Some(Argument::Flag(true)))
    }

    /// The list argument at `index`.
    pub(crate) fn list(&self, index: usize) -> &[Box<str>] {
        match self.argument(index) {
            Some(Argument::List(list)) => list,
            _ => &[],
        }
    }

    /// The argument at `index`, if it is given.
    pub(crate) fn argument(&self, index: usize) -> Option<&Argument> {
        self.arguments.get(index).and_then(Option::as_ref)
    }

    /// Finds the argument because of which the formula does not parse.
    fn culprit(&self, message: &str, hint: Option<&str>) -> ArgumentError {
        for (place, (parameter, argument)) in self.arguments().enumerate() {
            let probe = |text: &str| Formula::parse(&sample(parameter.kind, text)?).err();
            let found = match argument {
                Some(Argument::Text(text)) => probe(text).map(|e| (Fault::Argument(place), e)),
                Some(Argument::List(list)) => list
                    .iter()
                    .enumerate()
                    .find_map(|(entry, text)| Some((Fault::Entry(place, entry), probe(text)?))),
                _ => None,
            };
            if let Some((fault, error)) = found {
                let message = format!("`{}` of `{}`: {error}", parameter.name, self.pattern.name);
                return ArgumentError { fault, message, hint: error.hint().map(str::to_owned) };
            }
        }
        let message = format!("`{}`: {message}", self.pattern.name);
        ArgumentError { fault: Fault::Pattern, message, hint: hint.map(str::to_owned) }
    }
}

/// A small formula with an argument in it, where the argument could be what a formula refuses.
fn sample(kind: Kind, text: &str) -> Option<String> {
    Some(match kind {
        Kind::Regex | Kind::RegexList => format!("called_with(t, {})", in_formula(text)),
        Kind::PhraseList => {
            format!("called_with(t, {})", in_formula(&super::command::regex(text)))
        }
        Kind::Tool | Kind::ToolName | Kind::ToolList => ToolSpec::new(text).called(),
        Kind::Trigger => trigger(text),
        _ => return None,
    })
}

/// The formula of a trigger: a formula as written, or a call of the tool of that name.
pub(crate) fn trigger(text: &str) -> String {
    let name = text.chars().all(|c| c.is_alphanumeric() || "_-.:/@*".contains(c));
    if name && !matches!(text, "true" | "false" | "called_any" | "system_prompt_present") {
        ToolSpec::new(text).called()
    } else {
        text.to_owned()
    }
}
