//! What a shell knows while it runs: variables, functions, aliases, arguments, where it is.
//!
//! A subshell gets a copy and its changes are dropped, so what is large is shared and copied when it changes. A
//! variable that nobody has set is unknown, never empty: the environment of the call may hold it.

use std::collections::BTreeMap;
use std::rc::Rc;

use sponsio_engine::event::{Flags, Host, PathSet};

use crate::word::{Piece, Word};

/// Words that an array has at most; a longer one is unknown.
pub(super) const ARRAY_MAX: usize = 256;
/// Variables, functions or aliases at most; what comes after is unknown.
const NAMES_MAX: usize = 512;

/// What a variable holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Scalar(Word),
    Array(Vec<Word>),
    /// `unset` took it away.
    Unset,
}

/// A variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Variable {
    pub(super) value: Value,
    /// Where the value comes from.
    pub(super) flags: Flags,
    pub(super) is_exported: bool,
}

impl Variable {
    fn unknown(is_exported: bool) -> Self {
        Self { value: Value::Scalar(Word::unknown()), flags: Flags::NONE, is_exported }
    }
}

type Table<T> = Rc<BTreeMap<Box<str>, T>>;

/// Everything that a subshell gets a copy of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    variables: Table<Variable>,
    functions: Table<Rc<str>>,
    /// The functions that another shell gets.
    exported: Rc<Vec<Box<str>>>,
    aliases: Table<Rc<str>>,
    /// `$1` and so on, where they are known.
    pub(super) arguments: Option<Rc<Vec<Word>>>,
    /// `$0`.
    pub(super) name: Word,
    pub(super) cwd: PathSet,
    pub(super) previous: Option<PathSet>,
    pub(super) stack: Vec<PathSet>,
    /// Descriptors that are connections.
    pub(super) sockets: Vec<(u32, Host)>,
}

impl State {
    pub(super) fn new(cwd: PathSet) -> Self {
        Self {
            variables: Rc::default(),
            functions: Rc::default(),
            exported: Rc::default(),
            aliases: Rc::default(),
            arguments: None,
            name: Word::unknown(),
            cwd,
            previous: None,
            stack: Vec::new(),
            sockets: Vec::new(),
        }
    }

    /// What another shell that this one starts knows.
    pub(super) fn child(&self) -> Self {
        let exported = self.variables.iter().filter(|(_, variable)| variable.is_exported);
        let functions = self.functions.iter().filter(|(name, _)| self.exported.contains(*name));
        Self {
            variables: Rc::new(exported.map(|(n, v)| (n.clone(), v.clone())).collect()),
            functions: Rc::new(functions.map(|(n, f)| (n.clone(), Rc::clone(f))).collect()),
            exported: self.exported.clone(),
            sockets: self.sockets.clone(),
            ..Self::new(self.cwd.clone())
        }
    }

    pub(super) fn variable(&self, name: &str) -> Option<&Variable> {
        self.variables.get(name)
    }

    pub(super) fn set(&mut self, name: &str, value: Value, flags: Flags) {
        let is_exported = self.variable(name).is_some_and(|variable| variable.is_exported);
        self.put(name, Variable { value, flags, is_exported });
    }

    pub(super) fn forget(&mut self, name: &str) {
        let is_exported = self.variable(name).is_some_and(|variable| variable.is_exported);
        self.put(name, Variable::unknown(is_exported));
    }

    fn put(&mut self, name: &str, variable: Variable) {
        if self.variables.len() >= NAMES_MAX && !self.variables.contains_key(name) {
            return;
        }
        Rc::make_mut(&mut self.variables).insert(name.into(), variable);
    }

    pub(super) fn unset(&mut self, name: &str) {
        self.put(name, Variable { value: Value::Unset, flags: Flags::NONE, is_exported: false });
    }

    /// Gives the variable back what it held before a command.
    pub(super) fn restore(&mut self, name: &str, variable: Option<Variable>) {
        let variables = Rc::make_mut(&mut self.variables);
        match variable {
            Some(variable) => variables.insert(name.into(), variable),
            None => variables.remove(name),
        };
    }

    pub(super) fn export(&mut self, name: &str) {
        if let Some(variable) = Rc::make_mut(&mut self.variables).get_mut(name) {
            variable.is_exported = true;
        }
    }

    /// After something unknown has run in this shell.
    pub(super) fn forget_all(&mut self) {
        for variable in Rc::make_mut(&mut self.variables).values_mut() {
            *variable = Variable::unknown(variable.is_exported);
        }
    }

    pub(super) fn function(&self, name: &str) -> Option<Rc<str>> {
        self.functions.get(name).cloned()
    }

    pub(super) fn define(&mut self, name: &str, body: &str) {
        if self.functions.len() < NAMES_MAX || self.functions.contains_key(name) {
            Rc::make_mut(&mut self.functions).insert(name.into(), body.into());
        }
    }

    pub(super) fn export_function(&mut self, name: &str) {
        if self.functions.contains_key(name) && !self.exported.iter().any(|known| **known == *name)
        {
            Rc::make_mut(&mut self.exported).push(name.into());
        }
    }

    pub(super) fn undefine(&mut self, name: &str) {
        if self.functions.contains_key(name) {
            Rc::make_mut(&mut self.functions).remove(name);
        }
    }

    pub(super) fn alias(&self, name: &str) -> Option<Rc<str>> {
        self.aliases.get(name).cloned()
    }

    pub(super) fn set_alias(&mut self, name: &str, text: &str) {
        if self.aliases.len() < NAMES_MAX {
            Rc::make_mut(&mut self.aliases).insert(name.into(), text.into());
        }
    }

    pub(super) fn unalias(&mut self, name: &str) {
        if self.aliases.contains_key(name) {
            Rc::make_mut(&mut self.aliases).remove(name);
        }
    }

    pub(super) fn unalias_all(&mut self) {
        self.aliases = Rc::default();
    }

    /// About how much work a copy is that then changes.
    pub(super) fn weight(&self) -> usize {
        8 * (self.variables.len() + self.functions.len())
    }

    /// After one of two ways was taken: what differs is unknown.
    pub(super) fn join(&mut self, other: &Self) {
        if !Rc::ptr_eq(&self.variables, &other.variables) && self.variables != other.variables {
            let names: Vec<Box<str>> =
                self.variables.keys().chain(other.variables.keys()).cloned().collect();
            for name in names {
                if self.variable(&name) != other.variable(&name) {
                    self.forget(&name);
                }
            }
        }
        for (name, body) in other.functions.iter() {
            // Both bodies may be what runs.
            match self.function(name) {
                None => self.define(name, body),
                Some(own) if own == *body => {}
                Some(own) => {
                    self.define(name, &format!("if :\nthen {own}\nelse {body}\nfi"));
                }
            }
        }
        for (name, text) in other.aliases.iter() {
            self.set_alias(name, text);
        }
        if self.arguments != other.arguments {
            self.arguments = None;
        }
        if self.cwd != other.cwd {
            self.cwd = anywhere();
        }
        if self.previous != other.previous {
            self.previous = None;
        }
        for socket in &other.sockets {
            if !self.sockets.contains(socket) {
                self.sockets.push(socket.clone());
            }
        }
    }
}

/// A directory of which nothing is known.
pub(super) fn anywhere() -> PathSet {
    PathSet { pattern: "**".into(), below: false }
}

/// The path as a word.
pub(super) fn path_word(path: &PathSet) -> Word {
    if path.pattern.contains(['*', '?']) || path.pattern.starts_with('.') {
        return Word::unknown();
    }
    let mut word = Word::default();
    word.push(Piece::Text(path.pattern.to_string()));
    word
}
