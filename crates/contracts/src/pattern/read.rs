//! Arguments as somebody wrote them, checked one by one against their parameters.
//!
//! Arguments arrive as [`Input`], which YAML and sentences both produce; [`Pattern::bind`] checks each
//! against its parameter. What a formula would refuse, such as a regular expression, is found later: see
//! `instance`.

use core::fmt;

use sponsio_engine::event::{Decimal, Path};
use sponsio_engine::formula::Source;
use sponsio_engine::limits::{BOUND_CALLS_MAX, BOUND_SECONDS_MAX};

use super::instance::{Argument, Instance};
use super::quote::{listed, plain_slashes};
use super::tool_spec::{self, ToolSpec};
use super::{Kind, Parameter, Pattern, command};
use crate::limits::{COUNT_MAX, LIST_ENTRIES_MAX, TOOL_SPEC_BYTES_MAX};

/// An argument as somebody wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A text.
    Text(String),
    /// A number, as written.
    Number(String),
    /// `true` or `false`.
    Truth(bool),
    /// A list.
    List(Vec<Self>),
    /// `null`: the argument is left out.
    Nothing,
    /// Something that no parameter takes, with its name: `a map`.
    Other(&'static str),
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

impl Pattern {
    /// The instance with these arguments in the order of the parameters.
    pub fn bind(&'static self, given: Vec<Input>) -> Result<Instance, ArgumentError> {
        // The one list of a pattern may be written without brackets of its own.
        let given = match self.parameters {
            [only] if only.kind.is_list() && !matches!(given.as_slice(), [] | [Input::List(_)]) => {
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
            if self.parameters.iter().any(|p| p.kind.is_list()) {
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
            let Some(index) = self.position(&name) else {
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
            // What says no more than its absence is absent.
            let idle = parameter.optional && argument == Argument::Flag(false);
            if let Some(slot) = arguments.get_mut(index).filter(|_| !idle) {
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
        let instance = Instance::new(self, arguments);
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
    match (parameter.kind, input) {
        (Kind::Count, input) => whole(name, input, 0, COUNT_MAX).map(Argument::Count),
        (Kind::Steps, input) => {
            whole(name, input, 1, u64::from(BOUND_CALLS_MAX)).map(Argument::Count)
        }
        (Kind::Duration, input) => duration(name, &input).map(Argument::Seconds),
        (Kind::Number, input) => match &input {
            Input::Number(text) | Input::Text(text) => plain_decimal(text)
                .map(Argument::Number)
                .ok_or_else(|| fault(format!("`{name}` is a number, and `{text}` is none"))),
            other => Err(wrong(name, "a number", other)),
        },
        (Kind::Flag, Input::Truth(value)) => Ok(Argument::Flag(value)),
        (Kind::Flag, Input::Text(text)) if text == "true" => Ok(Argument::Flag(true)),
        (Kind::Flag, input) => Err(wrong(name, "`true` or `false`", &input)),
        (Kind::Tool | Kind::ToolName, Input::List(items)) => {
            let set = Parameter { kind: Kind::ToolList, ..*parameter };
            let Argument::List(tools) = read_list(&set, Input::List(items))? else {
                return Err(fault(format!("`{name}` is no list of tools")));
            };
            let set = tool_spec::set(&tools);
            read_text(parameter, &set).map(|text| Argument::Text(text.into()))
        }
        (kind, input) if kind.is_list() => read_list(parameter, input),
        (_, Input::Text(text)) => read_text(parameter, &text).map(|t| Argument::Text(t.into())),
        (_, other) => Err(wrong(name, "a text", &other)),
    }
}

fn fault(message: String) -> ArgumentError {
    ArgumentError::new(Fault::Argument(0), message)
}

fn wrong(name: &str, wanted: &str, input: &Input) -> ArgumentError {
    let got = match input {
        Input::Text(_) => "a text",
        Input::Number(_) => "a number",
        Input::Truth(_) => "a truth value",
        Input::List(_) => "a list",
        Input::Nothing => "nothing",
        Input::Other(what) => what,
    };
    let error = fault(format!("`{name}` is {wanted}, not {got}"));
    match input {
        Input::Number(text) if wanted == "a text" => {
            error.hint(format!("for the text, write it in quotes: \"{text}\""))
        }
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

/// The seconds of `90`, `90s`, `5m`, `24h`, `7d`.
fn duration(name: &str, input: &Input) -> Result<u64, ArgumentError> {
    let (Input::Number(text) | Input::Text(text)) = input else {
        return Err(wrong(name, "a length of time", input));
    };
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits).unwrap_or(("", ""));
    let unit = match unit {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => 0,
    };
    let seconds = number.parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
    match seconds.filter(|seconds| (1..=BOUND_SECONDS_MAX).contains(seconds)) {
        Some(seconds) => Ok(seconds),
        None => {
            let error = fault(format!("`{name}` is a length of time, and `{text}` is none"));
            Err(error.hint(format!(
                "write seconds or a unit: `90s`, `5m`, `24h`, `7d`; at most {BOUND_SECONDS_MAX} seconds"
            )))
        }
    }
}

fn read_list(parameter: &Parameter, input: Input) -> Result<Argument, ArgumentError> {
    let name = parameter.name;
    // One text stands for a list of one, except where it could be taken for the next argument.
    let items = match input {
        Input::List(items) => items,
        one if parameter.kind == Kind::PhraseList => {
            let error = wrong(name, "a list", &one);
            return Err(error.hint("put its entries in brackets: `[[rm -rf, sudo]]`"));
        }
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
    let mut list: Vec<Box<str>> = Vec::new();
    for (entry, item) in items.into_iter().enumerate() {
        let at = |mut error: ArgumentError| {
            error.fault = Fault::Entry(0, entry);
            error
        };
        let text = match (parameter.kind, item) {
            (_, Input::Text(text)) => text,
            (Kind::ValueList, Input::Number(text)) => text,
            (Kind::ValueList, Input::Truth(value)) => value.to_string(),
            (_, other) => {
                let mut error = wrong(name, "a text", &other);
                error.message = format!("an entry of {}", error.message);
                return Err(at(error));
            }
        };
        list.push(read_text(parameter, &text).map_err(at)?.into());
    }
    Ok(Argument::List(list))
}

/// Reads a text that is an argument or an entry of one.
fn read_text(parameter: &Parameter, text: &str) -> Result<String, ArgumentError> {
    let name = parameter.name;
    let blank = || fault(format!("`{name}` is empty"));
    match parameter.kind {
        Kind::Tool | Kind::ToolList | Kind::ToolName => read_tool(parameter, text),
        Kind::ArgPath if text == "*" && parameter.name == "param" => Ok(text.to_owned()),
        Kind::ArgPath => match Path::parse(text) {
            Ok(_) => Ok(text.to_owned()),
            Err(error) => {
                Err(fault(format!("`{name}` is `{text}`, which is no argument path: {error}"))
                    .hint("for example `amount`, `input.command` or `items[*].to`"))
            }
        },
        Kind::Regex | Kind::RegexList if text.is_empty() => {
            Err(blank().hint("an empty regular expression matches everything"))
        }
        Kind::Regex | Kind::RegexList => Ok(plain_slashes(text)),
        Kind::Text => Ok(text.to_owned()),
        _ if text.trim().is_empty() => Err(blank()),
        Kind::PhraseList => match command::problem(text) {
            Some(problem) => {
                let message = format!("`{name}` has `{text}`, but {problem}");
                Err(fault(message).hint(format!("for the regular expression, write `/{text}/`")))
            }
            None if command::is_slashed(text) => Ok(plain_slashes(text)),
            None => Ok(text.to_owned()),
        },
        Kind::SourceList => match Source::new(text) {
            Some(source) => Ok(source.to_string()),
            None => Err(fault(format!("`{name}` has `{text}`, which is no source"))
                .hint("for example `get_payees`, `get_payees.{iban}` or `text(read_inbox)`")),
        },
        Kind::Name if text.chars().any(char::is_control) => {
            Err(fault(format!("`{name}` contains a control character")))
        }
        Kind::Choice(words) | Kind::Choices(words) if !words.contains(&text) => {
            let message = format!("`{name}` cannot be `{text}`");
            Err(fault(message).hint(format!("it is one of {}", listed(words))))
        }
        _ => Ok(text.to_owned()),
    }
}

fn read_tool(parameter: &Parameter, text: &str) -> Result<String, ArgumentError> {
    let name = parameter.name;
    if text.len() > TOOL_SPEC_BYTES_MAX {
        return Err(fault(format!("`{name}` has more than {TOOL_SPEC_BYTES_MAX} bytes")));
    }
    if let Some(problem) = tool_spec::problem(text) {
        return Err(fault(format!("`{name}` is `{text}`, but {problem}")));
    }
    if parameter.kind == Kind::ToolName && !ToolSpec::new(text).is_name() {
        let message =
            format!("`{name}` names a tool, and `{text}` has an argument pattern after `:`");
        return Err(fault(message).hint("give the name of the tool alone"));
    }
    Ok(tool_spec::normal(text))
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
