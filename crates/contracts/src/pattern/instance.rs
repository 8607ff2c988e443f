//! A pattern with its arguments: read, checked, and turned into a formula.
//!
//! Arguments arrive as [`Input`], which YAML and sentences both produce; [`Pattern::bind`] checks each
//! against its parameter. What passes is an [`Instance`], and every instance has a formula, a description
//! and a sentence. The one thing that can still fail is a text inside the formula, such as a regular
//! expression; that error names the argument too.

use core::fmt;

use sponsio_engine::event::{Decimal, Path};
use sponsio_engine::formula::Formula;
use sponsio_engine::limits::BOUND_CALLS_MAX;
use sponsio_engine::strategy::Strategy;

use super::quote::{in_formula, listed, plain_slashes};
use super::tool_spec::{self, ToolSpec};
use super::{Kind, Parameter, Pattern};
use crate::limits::{COUNT_MAX, LIST_ENTRIES_MAX, TOOL_SPEC_BYTES_MAX};

/// An argument as somebody wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A text.
    Text(String),
    /// A number, as written.
    Number(String),
    /// A list.
    List(Vec<Self>),
    /// `null`: the argument is left out.
    Nothing,
    /// Something that no parameter takes, with its name: `a truth value`.
    Other(&'static str),
}

/// An argument that fits its parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// A name, a path or a text.
    Text(Box<str>),
    /// A number of calls, steps or characters.
    Count(u64),
    /// A number.
    Number(Decimal),
    /// Names, paths or regular expressions.
    List(Vec<Box<str>>),
}

/// Which of the given arguments an error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// All of them together.
    Pattern,
    /// The argument at this place among those that were given.
    Argument(usize),
    /// The argument at this place, and in it the entry at that place.
    Entry(usize, usize),
}

/// Why arguments do not fit a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArgumentError {
    /// Which.
    pub fault: Fault,
    /// What and why.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl ArgumentError {
    pub(crate) fn new(fault: Fault, message: impl Into<String>) -> Self {
        Self { fault, message: message.into(), hint: None }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for ArgumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl core::error::Error for ArgumentError {}

/// A pattern with arguments that fit it.
///
/// INVARIANT: as many entries as the pattern has parameters; every one of the parameter's kind; only
/// optional ones are absent.
#[derive(Clone, Debug)]
pub struct Instance {
    pattern: &'static Pattern,
    arguments: Vec<Option<Argument>>,
}

impl PartialEq for Instance {
    fn eq(&self, other: &Self) -> bool {
        self.pattern.name == other.pattern.name && self.arguments == other.arguments
    }
}

impl Eq for Instance {}

impl Pattern {
    /// The instance with these arguments in the order of the parameters.
    pub fn bind(&'static self, given: Vec<Input>) -> Result<Instance, ArgumentError> {
        // The one list of a pattern may be written without brackets of its own.
        let given = match self.parameters {
            [only] if only.kind.is_list() && !matches!(given.as_slice(), [Input::List(_)]) => {
                vec![Input::List(given)]
            }
            _ => given,
        };
        if given.len() > self.parameters.len() {
            let message = format!(
                "`{}` takes {}, and {} are given",
                self.name,
                number_of_arguments(self.parameters),
                given.len()
            );
            let mut error = ArgumentError::new(Fault::Argument(self.parameters.len()), message);
            if self.parameters.last().is_some_and(|p| p.kind.is_list()) {
                error = error.hint("several entries of one argument stand in brackets: `[a, b]`");
            }
            return Err(error);
        }
        let places = given.into_iter().enumerate().map(|(place, input)| (place, place, input));
        self.assemble(places.collect())
    }

    /// The instance with these arguments by name.
    pub fn bind_named(
        &'static self,
        given: Vec<(String, Input)>,
    ) -> Result<Instance, ArgumentError> {
        let mut places = Vec::new();
        for (place, (name, input)) in given.into_iter().enumerate() {
            let Some(index) = self.parameters.iter().position(|p| p.name == name) else {
                let names: Vec<&str> = self.parameters.iter().map(|p| p.name).collect();
                let message = format!("`{}` has no parameter `{name}`", self.name);
                return Err(ArgumentError::new(Fault::Argument(place), message)
                    .hint(format!("its parameters are {}", listed(&names))));
            };
            places.push((index, place, input));
        }
        self.assemble(places)
    }

    /// `given` are the parameter's index, the place for errors, and the argument.
    fn assemble(
        &'static self,
        given: Vec<(usize, usize, Input)>,
    ) -> Result<Instance, ArgumentError> {
        let mut arguments = vec![None; self.parameters.len()];
        for (index, place, input) in given {
            let Some(parameter) = self.parameters.get(index) else { continue };
            if parameter.optional && input == Input::Nothing {
                continue;
            }
            let argument = read(parameter, input).map_err(|mut error| {
                error.fault = match error.fault {
                    Fault::Entry(_, entry) => Fault::Entry(place, entry),
                    Fault::Pattern | Fault::Argument(_) => Fault::Argument(place),
                };
                error
            })?;
            if let Some(slot) = arguments.get_mut(index) {
                *slot = Some(argument);
            }
        }
        for (parameter, argument) in self.parameters.iter().zip(&arguments) {
            if argument.is_none() && !parameter.optional {
                let message =
                    format!("`{}` needs `{}`: {}", self.name, parameter.name, parameter.doc);
                return Err(ArgumentError::new(Fault::Pattern, message)
                    .hint(format!("for example `args: {}`", self.example_args)));
            }
        }
        let instance = Instance { pattern: self, arguments };
        match (self.problem)(&instance) {
            Some(message) => Err(ArgumentError::new(Fault::Pattern, message)),
            None => Ok(instance),
        }
    }
}

fn number_of_arguments(parameters: &[Parameter]) -> String {
    let most = parameters.len();
    let least = parameters.iter().filter(|p| !p.optional).count();
    let noun = if most == 1 { "argument" } else { "arguments" };
    if least == most { format!("{most} {noun}") } else { format!("{least} to {most} {noun}") }
}

/// Reads one argument; the fault's first place is filled in by the caller.
fn read(parameter: &Parameter, input: Input) -> Result<Argument, ArgumentError> {
    let name = parameter.name;
    match parameter.kind {
        Kind::Count => whole(name, input, 0, COUNT_MAX).map(Argument::Count),
        Kind::Steps => whole(name, input, 1, u64::from(BOUND_CALLS_MAX)).map(Argument::Count),
        Kind::Number => match &input {
            Input::Number(text) | Input::Text(text) => plain_decimal(text)
                .map(Argument::Number)
                .ok_or_else(|| fault(format!("`{name}` is a number, and `{text}` is none"))),
            other => Err(wrong(name, "a number", other)),
        },
        Kind::ToolList | Kind::RegexList | Kind::PrefixList => read_list(parameter, input),
        Kind::Tool | Kind::ToolName | Kind::ArgPath | Kind::Text | Kind::Trigger => match input {
            Input::Text(text) => read_text(parameter, &text).map(|t| Argument::Text(t.into())),
            other => Err(wrong(name, "a text", &other)),
        },
    }
}

fn fault(message: String) -> ArgumentError {
    ArgumentError::new(Fault::Argument(0), message)
}

fn wrong(name: &str, wanted: &str, input: &Input) -> ArgumentError {
    let got = match input {
        Input::Text(_) => "a text",
        Input::Number(_) => "a number",
        Input::List(_) => "a list",
        Input::Nothing => "nothing",
        Input::Other(what) => what,
    };
    let error = fault(format!("`{name}` is {wanted}, not {got}"));
    match input {
        Input::Number(text) => error.hint(format!("for the text, write it in quotes: \"{text}\"")),
        _ => error,
    }
}

/// A whole number; a text of digits is one.
fn whole(name: &str, input: Input, least: u64, most: u64) -> Result<u64, ArgumentError> {
    let text = match input {
        Input::Number(text) | Input::Text(text) => text,
        other => return Err(wrong(name, "a whole number", &other)),
    };
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let value: Option<u64> = if digits { text.parse().ok() } else { None };
    match value {
        Some(value) if (least..=most).contains(&value) => Ok(value),
        _ if digits => {
            Err(fault(format!("`{name}` lies between {least} and {most}, and {text} does not")))
        }
        _ => {
            let error =
                fault(format!("`{name}` is a whole number in digits, and `{text}` is none"));
            Err(error.hint(format!("it lies between {least} and {most}")))
        }
    }
}

fn read_list(parameter: &Parameter, input: Input) -> Result<Argument, ArgumentError> {
    let name = parameter.name;
    // One text stands for a list of one.
    let items = match input {
        Input::List(items) => items,
        one => vec![one],
    };
    if items.is_empty() {
        let message = format!("`{name}` is an empty list");
        return Err(fault(message)
            .hint("with nothing in it the contract says nothing, or forbids everything"));
    }
    if items.len() > LIST_ENTRIES_MAX {
        return Err(fault(format!("`{name}` has more than {LIST_ENTRIES_MAX} entries")));
    }
    let mut list = Vec::new();
    for (entry, item) in items.into_iter().enumerate() {
        let at = |mut error: ArgumentError| {
            error.fault = Fault::Entry(0, entry);
            error
        };
        match item {
            Input::Text(text) => list.push(read_text(parameter, &text).map_err(at)?.into()),
            other => {
                let mut error = wrong(name, "a text", &other);
                error.message = format!("an entry of {}", error.message);
                return Err(at(error));
            }
        }
    }
    Ok(Argument::List(list))
}

/// Reads a text that is an argument or an entry of one.
fn read_text(parameter: &Parameter, text: &str) -> Result<String, ArgumentError> {
    let name = parameter.name;
    let blank = || fault(format!("`{name}` is empty"));
    match parameter.kind {
        Kind::Tool | Kind::ToolList | Kind::ToolName => {
            if let Some(problem) = tool_spec::problem(text) {
                return Err(fault(format!("`{name}` is `{text}`, but {problem}")));
            }
            if text.len() > TOOL_SPEC_BYTES_MAX {
                return Err(fault(format!("`{name}` has more than {TOOL_SPEC_BYTES_MAX} bytes")));
            }
            if parameter.kind == Kind::ToolName && !ToolSpec::new(text).is_name() {
                let message = format!(
                    "`{name}` names a tool, and `{text}` has an argument pattern after `:`"
                );
                return Err(fault(message).hint("give the name of the tool alone"));
            }
            Ok(text.to_owned())
        }
        Kind::ArgPath if text == "*" && parameter.name == "param" => Ok(text.to_owned()),
        Kind::ArgPath => match Path::parse(text) {
            Ok(_) => Ok(text.to_owned()),
            Err(error) => {
                Err(fault(format!("`{name}` is `{text}`, which is no argument path: {error}"))
                    .hint("for example `amount`, `input.command` or `items[*].to`"))
            }
        },
        Kind::RegexList if text.is_empty() => {
            Err(blank().hint("an empty regular expression matches everything"))
        }
        Kind::RegexList => Ok(plain_slashes(text)),
        Kind::PrefixList | Kind::Trigger if text.trim().is_empty() => Err(blank()),
        _ => Ok(text.to_owned()),
    }
}

/// A number that can be written out with few digits: sentences and formulas write it so.
fn plain_decimal(text: &str) -> Option<Decimal> {
    let ascii = text.bytes().all(|b| b.is_ascii_digit() || b"+-.,eE_".contains(&b));
    let decimal = if ascii { Decimal::parse(text)? } else { return None };
    (-30..=30).contains(&decimal.exponent()).then_some(decimal)
}

/// The number in plain digits.
pub(crate) fn digits(number: &Decimal) -> String {
    let sign = if number.is_negative() { "-" } else { "" };
    let digits = number.digits().to_string();
    let shift = usize::try_from(number.exponent().unsigned_abs()).unwrap_or(0);
    if number.exponent() >= 0 {
        return format!("{sign}{digits}{}", "0".repeat(shift));
    }
    let digits =
        format!("{}{digits}", "0".repeat(shift.saturating_add(1).saturating_sub(digits.len())));
    let (whole, fraction) =
        digits.split_at_checked(digits.len().saturating_sub(shift)).unwrap_or(("0", "0"));
    format!("{sign}{whole}.{fraction}")
}

impl Instance {
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

    /// The text argument at `index`.
    pub(crate) fn text(&self, index: usize) -> &str {
        match self.arguments.get(index) {
            Some(Some(Argument::Text(text))) => text,
            _ => "",
        }
    }

    /// The tool argument at `index`.
    pub(crate) fn tool(&self, index: usize) -> ToolSpec<'_> {
        ToolSpec::new(self.text(index))
    }

    /// The count argument at `index`.
    pub(crate) fn count(&self, index: usize) -> u64 {
        match self.arguments.get(index) {
            Some(Some(Argument::Count(count))) => *count,
            _ => 0,
        }
    }

    /// The number argument at `index`, in plain digits.
    pub(crate) fn number(&self, index: usize) -> Option<String> {
        match self.arguments.get(index) {
            Some(Some(Argument::Number(number))) => Some(digits(number)),
            _ => None,
        }
    }

    /// The list argument at `index`.
    pub(crate) fn list(&self, index: usize) -> &[Box<str>] {
        match self.arguments.get(index) {
            Some(Some(Argument::List(list))) => list,
            _ => &[],
        }
    }

    /// The argument at `index`, if it is given.
    pub(crate) fn argument(&self, index: usize) -> Option<&Argument> {
        self.arguments.get(index).and_then(Option::as_ref)
    }

    /// Finds the argument because of which the formula does not parse.
    fn culprit(&self, message: &str, hint: Option<&str>) -> ArgumentError {
        let refuses = |text: &str| Formula::parse(text).err();
        for (place, (parameter, argument)) in self.arguments().enumerate() {
            let probe = |text: &str| match parameter.kind {
                Kind::RegexList => refuses(&format!("called_with(t, {})", in_formula(text))),
                Kind::Tool | Kind::ToolList => refuses(&ToolSpec::new(text).called()),
                Kind::Trigger => refuses(&trigger(text)),
                _ => None,
            };
            let (fault, error) = match argument {
                Some(Argument::Text(text)) => match probe(text) {
                    Some(error) => (Fault::Argument(place), error),
                    None => continue,
                },
                Some(Argument::List(list)) => {
                    match list.iter().enumerate().find_map(|(i, t)| Some((i, probe(t)?))) {
                        Some((entry, error)) => (Fault::Entry(place, entry), error),
                        None => continue,
                    }
                }
                _ => continue,
            };
            let message = format!("`{}` of `{}`: {error}", parameter.name, self.pattern.name);
            return ArgumentError { fault, message, hint: error.hint().map(str::to_owned) };
        }
        let message = format!("`{}`: {message}", self.pattern.name);
        ArgumentError { fault: Fault::Pattern, message, hint: hint.map(str::to_owned) }
    }
}

/// The formula of a trigger: a formula as written, or a call of the tool of that name.
pub(crate) fn trigger(text: &str) -> String {
    let name = text.chars().all(|c| c.is_alphanumeric() || "_-.:/@".contains(c));
    if name && !matches!(text, "true" | "false") {
        ToolSpec::new(text).called()
    } else {
        text.to_owned()
    }
}
