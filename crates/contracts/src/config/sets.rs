//! `sets`: named lists of paths, hosts or names, which the sets of a formula refer to as `@name`.
//!
//! A name is looked up from the outside in: what the including file calls `secrets` replaces what the included one
//! calls
//! so, also inside the included file. Sets are how a pack is told about the place it is used in. Inside a set of its
//! own name, `@secrets` is what the included file calls so, so that an including file can add to it.
//!
//! Elements are put where the name stands, in order; where `!@name` stands, each is taken out.

use std::collections::BTreeMap;

use sponsio_engine::formula::{Constant, Formula, Node as FormulaNode};
use sponsio_engine::ground::catalog::Kind;

use super::tree::{Node, Value};
use super::{Loader, naming};
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::limits::{SET_ELEMENTS_MAX, SETS_DEPTH_MAX};
use crate::suggest;

/// The sets of one file, by name.
pub(super) type Sets = BTreeMap<String, Vec<String>>;

/// The classes of hosts that the engine knows.
const CLASSES: [&str; 4] = ["loopback", "private", "link_local", "metadata"];

/// The sets of paths that are known from what a session did.
const KNOWN_PATHS: [&str; 4] = ["seen", "beside", "own", "typed"];

/// Why a set cannot be put in its place.
#[derive(Debug)]
struct Problem {
    message: String,
    hint: String,
}

impl Problem {
    fn new(message: String, hint: &str) -> Self {
        Self { message, hint: hint.to_owned() }
    }
}

impl Loader<'_> {
    /// Reads the sets of a file.
    pub(super) fn read_sets(&mut self, node: Option<&Node>) -> Sets {
        let mut sets = Sets::new();
        let Some(node) = node.filter(|node| !node.is_null()) else { return sets };
        let Value::Map(entries) = &node.value else {
            let message = format!("`sets` is a map from names to lists, not {}", node.describe());
            let hint = "for example `sets: {secrets: [\"~/.ssh/**\"]}`";
            self.report(Diagnostic::new(Code::Shape, node.location, message).hint(hint));
            return sets;
        };
        for (key, value) in entries {
            let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
            if key.text.is_empty() || !key.text.chars().all(is_name) {
                let message = format!("`{}` is no name of a set", key.text);
                let hint = "a name has letters, digits, `_` and `-`";
                self.report(Diagnostic::new(Code::Value, key.location, message).hint(hint));
                continue;
            }
            let reserved =
                [(CLASSES, "a class of hosts"), (KNOWN_PATHS, "what a session knows of paths")];
            if let Some((_, what)) = reserved.iter().find(|(names, _)| names.contains(&&*key.text))
            {
                let message = format!("`@{}` is {what}", key.text);
                let hint = "give the set another name";
                self.report(Diagnostic::new(Code::Value, key.location, message).hint(hint));
                continue;
            }
            let mut elements = Vec::new();
            for item in self.list(value) {
                let element = self.text(item, &format!("an element of `{}`", key.text));
                elements.extend(element.map(str::to_owned));
            }
            sets.insert(key.text.to_string(), elements);
        }
        sets
    }

    /// The constant with its sets in their places; none if something is wrong.
    pub(super) fn expanded(&mut self, text: &str, kind: Kind, at: Location) -> Option<Constant> {
        let mut expansion = Expansion { files: &self.sets, kind, elements: Vec::new() };
        let problem = match expansion.list(&naming::members_of(text), 0, &mut Vec::new()) {
            Ok(()) => match constant(&expansion.elements, kind) {
                Ok(constant) => return Some(constant),
                Err(problem) => problem,
            },
            Err(problem) => problem,
        };
        let Problem { message, hint } = problem;
        self.report(Diagnostic::new(Code::UnknownSet, at, message).hint(hint));
        None
    }
}

/// Whether a set names another.
pub(super) fn names_sets(text: &str) -> bool {
    naming::members_of(text).iter().any(|element| named(element).is_some())
}

/// The name that an element stands for, and whether it is taken out.
fn named(element: &str) -> Option<(bool, &str)> {
    match element.strip_prefix('!') {
        Some(rest) => rest.trim_start().strip_prefix('@').map(|name| (true, name)),
        None => element.strip_prefix('@').map(|name| (false, name)),
    }
}

struct Expansion<'s> {
    /// From the outside in.
    files: &'s [Sets],
    kind: Kind,
    elements: Vec<String>,
}

impl<'s> Expansion<'s> {
    /// Adds the elements of a list. `open` are the names that are being looked up, and the file each was found in.
    fn list(
        &mut self,
        list: &[String],
        depth: usize,
        open: &mut Vec<(&'s str, usize)>,
    ) -> Result<(), Problem> {
        if depth > SETS_DEPTH_MAX {
            let message = format!("sets name each other more than {SETS_DEPTH_MAX} levels deep");
            return Err(Problem::new(message, "write their elements instead"));
        }
        for (place, element) in list.iter().enumerate() {
            let before = self.elements.len();
            match named(element) {
                Some((_, name)) if self.is_reserved(name) => self.elements.push(element.clone()),
                Some((is_out, name)) => self.set(name, is_out, depth, open)?,
                None => self.elements.push(element.clone()),
            }
            if self.elements.len() > SET_ELEMENTS_MAX {
                let message = format!("a set has more than {SET_ELEMENTS_MAX} elements");
                return Err(Problem::new(message, "write wider elements, with `*` or `**`"));
            }
            let is_first = depth == 0 && place == 0;
            if is_first && self.elements.len() == before {
                // What is first decides whether everything is in it, also where it stands for nothing.
                let is_out = element.starts_with('!');
                self.elements.push(if is_out { "*" } else { "!*" }.to_owned());
            }
        }
        Ok(())
    }

    fn set(
        &mut self,
        name: &str,
        is_out: bool,
        depth: usize,
        open: &mut Vec<(&'s str, usize)>,
    ) -> Result<(), Problem> {
        // Inside of itself a set is what the next file calls so.
        let inside = open.iter().rev().find(|(known, _)| *known == name).map(|(_, file)| *file);
        let from = inside.map_or(0, |file| file.saturating_add(1));
        let files: &'s [Sets] = self.files;
        let mut found = files.iter().enumerate().skip(from);
        let found = found.find_map(|(at, sets)| {
            sets.get_key_value(name).map(|(name, elements)| (name.as_str(), elements, at))
        });
        let Some((name, elements, file)) = found else {
            // An including file may add to what no included one defines. What comes back to itself through another
            // set adds to nothing, and would stand for no element at all.
            return match (inside, open.last()) {
                (None, _) => Err(self.unknown(name)),
                (Some(_), Some((last, _))) if *last != name => {
                    let message = format!("the sets `@{name}` and `@{last}` name each other");
                    Err(Problem::new(message, "write the elements of one of them"))
                }
                (Some(_), _) => Ok(()),
            };
        };
        open.push((name, file));
        let start = self.elements.len();
        self.list(elements, depth.saturating_add(1), open)?;
        open.pop();
        if !is_out {
            return Ok(());
        }
        for element in self.elements.iter_mut().skip(start) {
            if element.starts_with('!') {
                let message = format!("`!@{name}` would take out what `@{name}` takes out itself");
                return Err(Problem::new(message, "define a set without `!`"));
            }
            element.insert(0, '!');
        }
        Ok(())
    }

    /// Whether the engine knows what the name stands for.
    fn is_reserved(&self, name: &str) -> bool {
        match self.kind {
            Kind::Hosts | Kind::Objects => CLASSES.contains(&name),
            Kind::Paths => {
                KNOWN_PATHS.contains(&name.strip_prefix("beside/").map_or(name, |_| "beside"))
            }
            _ => false,
        }
    }

    fn unknown(&self, name: &str) -> Problem {
        let reserved = CLASSES.into_iter().chain(KNOWN_PATHS);
        let reserved = reserved.filter(|name| self.is_reserved(name));
        let known = self.files.iter().flat_map(|sets| sets.keys().map(String::as_str));
        let hint = match suggest::nearest(name, known.chain(reserved)) {
            Some(near) => format!("did you mean `@{near}`?"),
            None => "define it under `sets`".to_owned(),
        };
        Problem { message: format!("the set `@{name}` is not defined"), hint }
    }
}

/// The constant of a set with these elements, as the engine reads it.
fn constant(elements: &[String], kind: Kind) -> Result<Constant, Problem> {
    let quoted = elements.iter().map(|element| {
        let escaped = element.replace('\\', r"\\").replace('"', r#"\""#);
        format!("\"{escaped}\"")
    });
    let set = format!("{{{}}}", quoted.collect::<Vec<_>>().join(", "));
    let (formula, place) = match kind {
        Kind::Paths => (format!("touches({set}, any)"), 0),
        Kind::Hosts => (format!("reaches({set})"), 0),
        _ => (format!("does(any, {set})"), 1),
    };
    let refused = |message: String, hint: Option<&str>| {
        Problem::new(message, hint.unwrap_or("correct the element under `sets`"))
    };
    let formula =
        Formula::parse(&formula).map_err(|error| refused(error.to_string(), error.hint()))?;
    match formula.node(formula.root()) {
        Some(FormulaNode::Fact(symbol)) => symbol.args.get(place).cloned(),
        _ => None,
    }
    .ok_or_else(|| refused("the set cannot be read".to_owned(), None))
}
