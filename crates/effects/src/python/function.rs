//! Functions of the script: what defines them, and what a call of one does.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::reach::{self, Place};
use super::value::Value;
use super::walk::Walk;

/// How many functions may stand in one another's calls.
const SCOPES_MAX: usize = 12;

/// A function of the script.
pub(super) struct Function<'t> {
    pub(super) node: Node<'t>,
    pub(super) place: Place,
    pub(super) is_called: bool,
    pub(super) is_active: bool,
}

impl<'t> Walk<'t, '_, '_> {
    pub(super) fn define(&mut self, node: Node<'t>) {
        let Some(name) = node.child_by_field_name("name") else { return };
        if let Some(parameters) = node.child_by_field_name("parameters") {
            for parameter in self.children(parameters) {
                for field in ["value", "type"] {
                    if let Some(value) = parameter.child_by_field_name(field) {
                        self.evaluate(value);
                    }
                }
            }
        }
        if let Some(given) = node.child_by_field_name("return_type") {
            self.evaluate(given);
        }
        let place = self.functions.len();
        let name = self.source(name).to_owned();
        let place_of = Place {
            name: name.clone(),
            // A function in a method is none of the class.
            owner: self.owner.clone(),
            is_given: self.is_given(node),
        };
        self.functions.push(Function { node, place: place_of, is_called: false, is_active: false });
        self.bind(&name, Value::Function(place));
    }

    /// Whether a decorator that may call it gets the function.
    fn is_given(&mut self, node: Node<'t>) -> bool {
        let Some(parent) = node.parent().filter(|n| n.kind() == "decorated_definition") else {
            return false;
        };
        self.children(parent).into_iter().filter(|n| n.kind() == "decorator").any(|decorator| {
            let Some(inner) = decorator.named_child(0) else { return true };
            let inner = inner.child_by_field_name("function").unwrap_or(inner);
            let value = self.evaluate(inner);
            !reach::is_quiet(&value, self.source(inner))
        })
    }

    /// Whether the first parameter of the function is the thing that it is a method of.
    pub(super) fn has_self(&self, place: usize) -> bool {
        let Some(function) = self.functions.get(place) else { return false };
        let parent = function.node.parent().filter(|n| n.kind() == "decorated_definition");
        let is_static = parent.is_some_and(|parent| {
            self.children(parent).iter().any(|n| self.source(*n).trim() == "@staticmethod")
        });
        function.place.owner.is_some() && !is_static
    }

    /// Walks the body of a function with these arguments; what it gives.
    pub(super) fn invoke(&mut self, place: usize, arguments: &[(Option<String>, Value)]) -> Value {
        let Some(function) = self.functions.get_mut(place) else { return Value::Unknown };
        function.is_called = true;
        if function.is_active || self.scopes.len() > SCOPES_MAX || !self.step() {
            return Value::Unknown;
        }
        let Some(function) = self.functions.get_mut(place) else { return Value::Unknown };
        function.is_active = true;
        let node = function.node;
        let scope = self.parameters(node, arguments);
        self.scopes.push(scope);
        let before = self.returned.take();
        let owner = self.owner.take();
        self.depth = self.depth.saturating_add(1);
        if let Some(body) = node.child_by_field_name("body") {
            self.statements(body);
        }
        self.depth = self.depth.saturating_sub(1);
        let value = std::mem::replace(&mut self.returned, before).unwrap_or(Value::Unknown);
        self.scopes.pop();
        self.owner = owner;
        if let Some(function) = self.functions.get_mut(place) {
            function.is_active = false;
        }
        value
    }

    fn parameters(
        &mut self,
        node: Node<'t>,
        arguments: &[(Option<String>, Value)],
    ) -> BTreeMap<String, Value> {
        let mut scope = BTreeMap::new();
        let parameters = node.child_by_field_name("parameters").map(|n| self.children(n));
        let mut positional = arguments.iter().filter(|(name, _)| name.is_none());
        for parameter in parameters.unwrap_or_default() {
            let name = match parameter.kind() {
                "identifier" => parameter,
                "list_splat_pattern" | "dictionary_splat_pattern" => continue,
                _ => {
                    match parameter.child_by_field_name("name").or_else(|| parameter.named_child(0))
                    {
                        Some(name) => name,
                        None => continue,
                    }
                }
            };
            let name = self.source(name).to_owned();
            let given = arguments.iter().find(|(own, _)| own.as_deref() == Some(&name));
            let given = given.or_else(|| positional.next()).map(|(_, value)| value.clone());
            let default = parameter.child_by_field_name("value");
            let value = match (given, default) {
                (Some(value), _) => value,
                (None, Some(default)) if !arguments.is_empty() || self.conditions == 0 => {
                    self.evaluate(default)
                }
                _ => Value::Unknown,
            };
            scope.insert(name, value);
        }
        scope
    }
}
