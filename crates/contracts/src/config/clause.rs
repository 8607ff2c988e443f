//! One clause: a sentence, a formula, or a pattern with arguments.

use core::ops::Range;

use sponsio_engine::formula::Formula;
use sponsio_engine::strategy::Strategy;

use super::fields::Fields;
use super::keys::{Block, Shape};
use super::tree::{Key, Node, Scalar, ScalarKind, Value, place_in_scalar};
use super::{Clause, Loader, naming};
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::pattern::{self, ArgumentError, Fault, Input, Instance, Pattern};
use crate::sentence;

/// Patterns of older files about which a model was asked.
const OF_MODELS: &[&str] = &[
    "injection_free",
    "jailbreak_free",
    "harmful",
    "toxic_free",
    "semantic_pii_free",
    "hallucination_free",
    "scope_respect",
];

/// A clause and its formula.
pub(super) struct Read {
    pub(super) formula: Formula,
    pub(super) clause: Clause,
    /// What its pattern says that can be done instead.
    pub(super) instead: &'static str,
    /// The strategy that comes with its pattern.
    pub(super) strategy: Option<Strategy>,
    /// What its pattern or its sentence is judged apart for.
    pub(super) for_each: Option<pattern::ForEach>,
}

impl Loader<'_> {
    /// Reads a clause or a list of clauses; `None` if one of them is wrong.
    pub(super) fn clauses(&mut self, key: &Key, node: &Node) -> Option<Vec<Read>> {
        let items = match &node.value {
            Value::List(items) if items.is_empty() => {
                let message = format!("`{}` is an empty list", key.text);
                self.report(
                    Diagnostic::new(Code::MissingKey, node.location, message)
                        .hint(Block::Clause.hint()),
                );
                return None;
            }
            Value::List(items) => items.as_slice(),
            _ => core::slice::from_ref(node),
        };
        let read: Vec<Option<Vec<Read>>> = items.iter().map(|item| self.clause(item)).collect();
        let read: Option<Vec<Vec<Read>>> = read.into_iter().collect();
        Some(read?.into_iter().flatten().collect())
    }

    /// Reads one clause; a sentence may say several things.
    pub(super) fn clause(&mut self, node: &Node) -> Option<Vec<Read>> {
        match &node.value {
            Value::Scalar(Scalar { kind: ScalarKind::Text, .. }) => self.sentence(node, None),
            Value::Map(_) => {
                let fields = self.fields(node, Block::Clause)?;
                let mut forms =
                    ["pattern", "ltl", "nl"].into_iter().filter_map(|key| fields.entry(key));
                let Some((key, value)) = forms.next() else {
                    let message = "a clause has neither `pattern` nor `ltl` nor `nl`";
                    self.report(
                        Diagnostic::new(Code::MissingKey, node.location, message)
                            .hint(Block::Clause.hint()),
                    );
                    return None;
                };
                if let Some((other, _)) = forms.next() {
                    let message =
                        format!("a clause has `{}` or `{}`, not both", key.text, other.text);
                    self.report(
                        Diagnostic::new(Code::Conflict, other.location, message)
                            .related(key.location, "the other one")
                            .hint("write two clauses in a list"),
                    );
                    return None;
                }
                if let Some((args, _)) = fields.entry("args").filter(|_| &*key.text != "pattern") {
                    let message = format!("`args` belongs to a `pattern`, not to `{}`", key.text);
                    self.report(Diagnostic::new(Code::Conflict, args.location, message));
                    return None;
                }
                match &*key.text {
                    "ltl" => Some(vec![self.formula(value, fields)?]),
                    "nl" => self.sentence(value, Some(fields)),
                    _ => Some(vec![self.pattern(value, fields)?]),
                }
            }
            _ => {
                let message = format!("a clause cannot be {}", node.describe());
                self.report(
                    Diagnostic::new(Code::Shape, node.location, message).hint(Block::Clause.hint()),
                );
                None
            }
        }
    }

    /// The place of a part of a text scalar.
    fn part(&self, node: &Node, range: Range<usize>) -> Location {
        let file = node.location.file;
        let source = self.files.get(file).map_or("", |f| f.text());
        let start = place_in_scalar(source, node, range.start);
        let end = place_in_scalar(source, node, range.end);
        if start == node.location.start && range.start > 0 {
            return Location::new(file, start, start.saturating_add(1));
        }
        Location::new(file, start, end.max(start).min(node.location.end.max(start)))
    }

    fn sentence(&mut self, node: &Node, fields: Option<Fields<'_>>) -> Option<Vec<Read>> {
        let text = self.text(node, "a sentence")?;
        match sentence::parse_all(text) {
            Ok(said) => {
                let mut read = Vec::with_capacity(said.len());
                for instance in said {
                    let place = |_: &Pattern, _| node.location;
                    read.push(self.instance(instance, node.location, fields, Some(text), place)?);
                }
                Some(read)
            }
            Err(error) => {
                let location = self.part(node, error.range.clone());
                self.report(error.diagnostic(location));
                None
            }
        }
    }

    fn formula(&mut self, node: &Node, fields: Fields<'_>) -> Option<Read> {
        let text = self.text(node, "`ltl`")?;
        let quoted = naming::quote_placeholders(text);
        let formula = match Formula::parse(&quoted.text) {
            Ok(formula) => formula,
            Err(error) => {
                let span = error.span();
                let location = self.part(node, quoted.place(span.start)..quoted.place(span.end));
                let diagnostic = Diagnostic::new(Code::Formula, location, error.to_string());
                self.report(diagnostic.hint_if(error.hint()));
                return None;
            }
        };
        let (formula, renamed) = self.renamed_formula(formula, node.location)?;
        let remarks = self.remarks(Some(fields))?;
        let text = if renamed { formula.to_string() } else { text.to_owned() };
        let description = remarks.desc.clone().unwrap_or_else(|| text.clone());
        let clause = remarks.clause(node.location, text, description, None);
        Some(Read { formula, clause, instead: "", strategy: None, for_each: None })
    }

    fn pattern(&mut self, node: &Node, fields: Fields<'_>) -> Option<Read> {
        let name = self.text(node, "`pattern`")?;
        let Some(pattern) = pattern::find(name) else {
            let hint = match pattern::nearest(name) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`sponsio patterns` lists all of them".to_owned(),
            };
            if OF_MODELS.contains(&name) {
                let message = format!(
                    "`{name}` is what a model would have to judge, and contracts are exact"
                );
                let hint = "say what must hold in words that can be looked for, as `no_pii` and `no_keywords` do, or \
                    remove it";
                self.report(
                    Diagnostic::new(Code::UnknownPattern, node.location, message).hint(hint),
                );
                return None;
            }
            let message = format!("there is no pattern `{name}`");
            self.report(Diagnostic::new(Code::UnknownPattern, node.location, message).hint(hint));
            return None;
        };
        let args = fields.get("args");
        let bound = match args.map(|args| &args.value) {
            None => pattern.bind(Vec::new()),
            Some(Value::Map(entries)) => {
                let given = entries.iter().map(|(key, node)| (key.text.to_string(), input(node)));
                pattern.bind_named(given.collect())
            }
            Some(Value::List(items)) => pattern.bind(items.iter().map(input).collect()),
            Some(Value::Scalar(Scalar { kind: ScalarKind::Null, .. })) => pattern.bind(Vec::new()),
            Some(Value::Scalar(_)) => pattern.bind(args.map(input).into_iter().collect()),
        };
        let whole = args.map_or(node.location, |args| args.location);
        match bound {
            Ok(instance) => {
                self.instance(instance, node.location, Some(fields), None, |pattern, fault| {
                    args.map_or(whole, |args| place_of_parameter(pattern, args, fault))
                })
            }
            Err(error) => {
                let location = args.map_or(whole, |args| place_of_given(args, error.fault));
                self.report_arguments(location, error);
                None
            }
        }
    }

    fn report_arguments(&mut self, location: Location, error: ArgumentError) {
        let diagnostic = Diagnostic::new(Code::PatternArguments, location, error.message);
        self.report(diagnostic.hint_if(error.hint));
    }

    /// The clause of a pattern; `place` finds an argument whose text the formula refuses.
    fn instance(
        &mut self,
        instance: Instance,
        location: Location,
        fields: Option<Fields<'_>>,
        sentence: Option<&str>,
        place: impl Fn(&Pattern, Fault) -> Location,
    ) -> Option<Read> {
        let pattern = instance.pattern();
        // What the formula refuses is reported with the words of the file.
        let formula = instance.formula();
        let (instance, renamed) = self.renamed_instance(instance, location)?;
        let formula = if renamed { instance.formula() } else { formula };
        let formula = match formula {
            Ok(formula) => formula,
            Err(error) => {
                self.report_arguments(place(pattern, error.fault), error);
                return None;
            }
        };
        let remarks = self.remarks(fields)?;
        let sentence = sentence.filter(|_| !renamed).map(str::to_owned);
        let text = sentence.clone().or_else(|| sentence::render(&instance));
        let text = text.unwrap_or_else(|| instance.description());
        let description =
            remarks.desc.clone().or(sentence).unwrap_or_else(|| instance.description());
        let clause = remarks.clause(location, text, description, Some(pattern.name));
        let (strategy, for_each) = (instance.strategy(), instance.for_each());
        Some(Read { formula, clause, instead: pattern.instead, strategy, for_each })
    }

    /// What a clause says beside what it requires; `None` if something is wrong.
    fn remarks(&mut self, fields: Option<Fields<'_>>) -> Option<Remarks> {
        let mut remarks = Remarks::default();
        let Some(fields) = fields else { return Some(remarks) };
        let mut right = true;
        let mut read = |key: &str, into: &mut Option<String>| {
            let Some(node) = fields.get(key) else { return };
            *into = self.text(node, &format!("`{key}`")).map(str::to_owned);
            right &= into.is_some();
        };
        read("desc", &mut remarks.desc);
        read("source", &mut remarks.source);
        if let Some(node) = fields.get("threshold") {
            right &= self.check(node, "`threshold`", Shape::Certain);
        }
        for (key, into) in
            [("example", &mut remarks.examples), ("counterexample", &mut remarks.counterexamples)]
        {
            let Some(node) = fields.get(key) else { continue };
            for item in self.list(node) {
                let text = self.text(item, &format!("`{key}`"));
                right &= text.is_some();
                into.extend(text.map(|text| (item.location, text.to_owned())));
            }
        }
        right.then_some(remarks)
    }
}

/// What a clause says beside what it requires.
#[derive(Default)]
struct Remarks {
    desc: Option<String>,
    source: Option<String>,
    examples: Vec<(Location, String)>,
    counterexamples: Vec<(Location, String)>,
}

impl Remarks {
    fn clause(
        self,
        location: Location,
        text: String,
        description: String,
        pattern: Option<&'static str>,
    ) -> Clause {
        let Self { source, examples, counterexamples, .. } = self;
        Clause { location, text, description, pattern, source, examples, counterexamples }
    }
}

fn input(node: &Node) -> Input {
    match &node.value {
        Value::List(items) => Input::List(items.iter().map(input).collect()),
        Value::Map(_) => Input::Other("a map"),
        Value::Scalar(scalar) => match scalar.kind {
            ScalarKind::Text => Input::Text(scalar.text.to_string()),
            ScalarKind::Number => Input::Number(scalar.text.to_string()),
            ScalarKind::Bool(value) => Input::Truth(value),
            ScalarKind::Null => Input::Nothing,
        },
    }
}

/// The place of an argument, counted among those that are given.
fn place_of_given(args: &Node, fault: Fault) -> Location {
    let (index, entry) = match fault {
        Fault::Pattern => return args.location,
        Fault::Argument(index) => (index, None),
        Fault::Entry(index, entry) => (index, Some(entry)),
    };
    let argument = match &args.value {
        Value::Scalar(_) => Some(args),
        Value::List(items) => items.get(index),
        Value::Map(entries) => entries.get(index).map(|(_, node)| node),
    };
    match (argument, &args.value, entry) {
        (Some(Node { value: Value::List(entries), location, .. }), _, Some(entry)) => {
            entries.get(entry).map_or(*location, |node| node.location)
        }
        // The one list of a pattern, written without brackets of its own.
        (_, Value::List(items), Some(entry)) if index == 0 && items.len() > 1 => {
            items.get(entry).map_or(args.location, |node| node.location)
        }
        (Some(node), _, _) => node.location,
        (None, _, _) => args.location,
    }
}

/// The place of an argument, counted by parameters.
fn place_of_parameter(pattern: &Pattern, args: &Node, fault: Fault) -> Location {
    let Value::Map(entries) = &args.value else { return place_of_given(args, fault) };
    let by_name = |index: usize| {
        let name = pattern.parameters.get(index).map_or("", |p| p.name);
        entries.iter().position(|(key, _)| &*key.text == name).unwrap_or(usize::MAX)
    };
    place_of_given(
        args,
        match fault {
            Fault::Pattern => Fault::Pattern,
            Fault::Argument(index) => Fault::Argument(by_name(index)),
            Fault::Entry(index, entry) => Fault::Entry(by_name(index), entry),
        },
    )
}
