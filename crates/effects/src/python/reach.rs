//! Which functions of a script can run at all.
//!
//! A function that is defined and whose name stands nowhere in what runs does nothing. Names that are looked at are
//! remembered while the script is walked; afterwards the functions with one of them, the methods of classes with one of
//! them, and what is given to a decorator are walked as what may run, until no more are found.
//!
//! A script that can get at its own names as texts (`globals`, `eval`, `getattr` with a name that is not known) makes
//! every function one that may run, and so does a script that has an error.

use super::value::Value;
use super::walk::Walk;

/// Names by which a script gets at its own names.
const MIRRORS: &[&str] = &[
    "globals",
    "locals",
    "vars",
    "dir",
    "eval",
    "exec",
    "execfile",
    "compile",
    "__dict__",
    "__globals__",
    "__subclasses__",
    "__import__",
    "import_module",
    "modules",
    "__main__",
    "_getframe",
    "currentframe",
    "f_globals",
    "f_locals",
    "getmembers",
    "get_objects",
    "testmod",
    "settrace",
    "setprofile",
    "__builtins__",
    "runpy",
    "Fire",
];

/// Decorators that call nothing.
const QUIET: &[&str] = &[
    "property",
    "staticmethod",
    "classmethod",
    "abc.abstractmethod",
    "functools.wraps",
    "functools.lru_cache",
    "functools.cache",
    "functools.cached_property",
    "contextlib.contextmanager",
    "typing.overload",
    "typing.override",
    "typing.final",
];

/// Where a function stands, as far as it matters to whether it can run.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub(super) name: String,
    /// The class that it is a method of, and whether others than the script may call its methods.
    pub(super) owner: Option<(String, bool)>,
    /// Whether a decorator got it.
    pub(super) is_given: bool,
}

impl Walk<'_, '_, '_> {
    /// Remembers that the script looks at a name.
    pub(super) fn mention(&mut self, name: &str) {
        self.mention_mirror(name);
        if !self.mentioned.contains(name) {
            self.mentioned.insert(name.to_owned());
        }
    }

    /// Remembers it where the script gets at its own names by it.
    pub(super) fn mention_mirror(&mut self, name: &str) {
        self.is_mirrored |= MIRRORS.contains(&name);
    }

    /// Remembers that the script may look at any name.
    pub(super) fn mention_all(&mut self) {
        self.is_mirrored = true;
    }

    /// Whether the function may run.
    pub(super) fn is_reachable(&self, place: &Place) -> bool {
        if self.is_mirrored || place.is_given {
            return true;
        }
        match &place.owner {
            Some((class, is_open)) => *is_open || self.mentioned.contains(class),
            None => self.mentioned.contains(&place.name),
        }
    }
}

/// Whether a decorator calls nothing.
pub(super) fn is_quiet(decorator: &Value, text: &str) -> bool {
    let is_accessor = [".setter", ".getter", ".deleter"].iter().any(|end| text.ends_with(end));
    is_accessor || matches!(decorator, Value::Name(name) if QUIET.contains(&name.as_str()))
}
