//! Classes of the script and what is made of them.
//!
//! All things made of one class share what is known of their attributes: a value that one of them may have, each may
//! have. Which object a name stands for is not followed.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::call::{self, Arguments};
use super::value::Value;
use super::walk::Walk;

/// How far up the classes that a class is made from are looked at.
const BASES_MAX: usize = 8;

/// A class of the script.
#[derive(Default)]
pub(super) struct Class {
    members: BTreeMap<String, Value>,
    bases: Vec<Value>,
    /// What the things made of it have.
    attributes: BTreeMap<String, Value>,
    /// How many things are made of it.
    made: usize,
}

impl<'t> Walk<'t, '_, '_> {
    /// Walks the body of a class, and gives its name the class.
    pub(super) fn class(&mut self, node: Node<'t>) {
        let mut bases = Vec::new();
        for base in
            node.child_by_field_name("superclasses").map_or(Vec::new(), |n| self.children(n))
        {
            let value = self.evaluate(base);
            bases.push(value);
        }
        let is_decorated = node.parent().is_some_and(|n| n.kind() == "decorated_definition");
        let is_open = is_decorated || bases.iter().any(is_foreign);
        let name = node.child_by_field_name("name").map_or("", |n| self.source(n)).to_owned();
        let owner = self.owner.replace((name.clone(), is_open));
        self.scopes.push(BTreeMap::new());
        if let Some(body) = node.child_by_field_name("body") {
            self.statements(body);
        }
        let members = self.scopes.pop().unwrap_or_default();
        self.owner = owner;
        let place = self.classes.len();
        self.classes.push(Class { members, bases, ..Class::default() });
        self.bind(&name, Value::Class(place));
    }

    /// Makes a thing of a class.
    pub(super) fn instance(&mut self, place: usize, arguments: &Arguments) -> Value {
        if let Some(class) = self.classes.get_mut(place) {
            class.made = class.made.saturating_add(1);
        }
        if let Some(Value::Function(init)) = self.own_member(place, "__init__") {
            self.invoke(init, &with_self(place, arguments));
        }
        Value::Instance(place)
    }

    /// What a thing of a class has under a name: its own, or what the class has.
    pub(super) fn attribute_of(&self, place: usize, name: &str) -> Option<Value> {
        let own = self.classes.get(place).and_then(|class| class.attributes.get(name));
        own.cloned().or_else(|| self.own_member(place, name))
    }

    fn own_member(&self, place: usize, name: &str) -> Option<Value> {
        let mut left = vec![place];
        let mut steps = 0_usize;
        while let Some(place) = left.pop() {
            steps = steps.saturating_add(1);
            if steps > BASES_MAX {
                return None;
            }
            let class = self.classes.get(place)?;
            if let Some(value) = class.members.get(name).or_else(|| class.attributes.get(name)) {
                return Some(value.clone());
            }
            for base in class.bases.iter().rev() {
                if let Value::Class(base) = base {
                    left.push(*base);
                }
            }
        }
        None
    }

    /// The class of a library that a class is made from.
    fn foreign(&self, place: usize) -> Option<String> {
        self.classes.get(place)?.bases.iter().find_map(|base| match base {
            Value::Name(name) => Some(name.clone()),
            _ => None,
        })
    }

    /// Gives a thing of a class an attribute.
    pub(super) fn set_attribute(&mut self, place: usize, name: &str, value: Value) {
        let is_sure = !self.is_under_condition();
        let Some(class) = self.classes.get_mut(place) else { return };
        let value = match class.attributes.remove(name) {
            Some(before) if !is_sure || class.made > 1 => before.or(value),
            _ => value,
        };
        class.attributes.insert(name.to_owned(), value);
    }

    /// Calls a method of a thing, or of a class.
    pub(super) fn method_of(
        &mut self,
        place: usize,
        is_instance: bool,
        name: &str,
        arguments: &Arguments,
    ) -> Value {
        match self.attribute_of(place, name) {
            Some(Value::Function(function)) if is_instance => {
                if self.has_self(function) {
                    self.invoke(function, &with_self(place, arguments))
                } else {
                    self.invoke(function, arguments)
                }
            }
            Some(value) => call::each(self, &value, arguments),
            None => {
                let base = self.foreign(place).unwrap_or_default();
                call::by_name(self, &format!("{base}().{name}"), arguments)
            }
        }
    }
}

/// Whether the base is neither a class of the script nor one that calls nothing of what is made from it.
fn is_foreign(base: &Value) -> bool {
    match base {
        Value::Name(name) => {
            let is_plain = matches!(
                name.as_str(),
                "object" | "dict" | "list" | "tuple" | "set" | "str" | "int" | "float" | "bytes"
            );
            let is_error = ["Error", "Exception", "Warning"].iter().any(|end| name.ends_with(end));
            !(is_plain || is_error && !name.contains('.'))
        }
        Value::Class(_) => false,
        _ => true,
    }
}

fn with_self(place: usize, arguments: &Arguments) -> Vec<(Option<String>, Value)> {
    let own = std::iter::once((None, Value::Instance(place)));
    own.chain(arguments.iter().cloned()).collect()
}
