//! Expressions, to what is known of them.

use tree_sitter::Node;

use super::call;
use super::decode::unescape;
use super::value::{Value, below};
use super::walk::Walk;
use crate::word::{Piece, Word};

impl<'t> Walk<'t, '_, '_> {
    pub(super) fn expression(&mut self, node: Node<'t>) -> Value {
        match node.kind() {
            "string" => self.string(node),
            "integer" => {
                self.source(node).replace('_', "").parse().map_or(Value::Unknown, Value::Number)
            }
            "concatenated_string" => {
                let parts = self.children(node);
                parts.into_iter().fold(Value::text(""), |whole, part| {
                    let part = self.evaluate(part);
                    whole.plus(&part)
                })
            }
            "identifier" => {
                let name = self.source(node);
                self.mention(name);
                self.look_up(name)
            }
            "attribute" => self.attribute(node),
            "call" => call::made(self, node),
            "list" | "tuple" | "set" | "expression_list" => {
                let items: Vec<Value> =
                    self.children(node).into_iter().map(|n| self.evaluate(n)).collect();
                Value::List(items)
            }
            _ => self.compound(node),
        }
    }

    /// Expressions with others in them.
    fn compound(&mut self, node: Node<'t>) -> Value {
        let field = |name: &str| node.child_by_field_name(name);
        match node.kind() {
            "dictionary" => self.dictionary(node),
            "parenthesized_expression"
            | "expression_statement"
            | "await"
            | "type"
            | "yield"
            | "print_statement"
            | "exec_statement"
            | "list_splat" => {
                let is_code = node.kind() == "exec_statement";
                let mut last = Value::Unknown;
                for child in self.children(node) {
                    last = self.evaluate(child);
                    if is_code {
                        call::by_name(self, "exec", &[(None, last.clone())]);
                    }
                }
                last
            }
            "binary_operator" => self.binary(node),
            "conditional_expression" => {
                let parts: Vec<Value> = self
                    .children(node)
                    .into_iter()
                    .map(|n| self.maybe(|walk| walk.evaluate(n)))
                    .collect();
                match parts.as_slice() {
                    [yes, _, no] => yes.clone().or(no.clone()),
                    _ => Value::Unknown,
                }
            }
            "boolean_operator" => {
                let left = field("left").map_or(Value::Unknown, |n| self.evaluate(n));
                let right =
                    field("right").map_or(Value::Unknown, |n| self.maybe(|walk| walk.evaluate(n)));
                if left == Value::Unknown { right } else { left.or(right) }
            }
            "assignment" | "named_expression" => {
                let value = field("right")
                    .or_else(|| field("value"))
                    .map_or(Value::Unknown, |n| self.evaluate(n));
                if let Some(annotation) = field("type") {
                    self.evaluate(annotation);
                }
                if let Some(left) = field("left").or_else(|| field("name")) {
                    self.assign(left, value.clone());
                }
                value
            }
            "augmented_assignment" => {
                let before = field("left").map_or(Value::Unknown, |n| self.evaluate(n));
                let value = field("right").map_or(Value::Unknown, |n| self.evaluate(n));
                let is_plus = field("operator").is_some_and(|n| self.source(n) == "+=");
                let whole =
                    if is_plus && !self.is_endless { before.plus(&value) } else { Value::Unknown };
                if let Some(left) = field("left") {
                    self.assign(left, whole.clone());
                }
                whole
            }
            _ => self.rest(node),
        }
    }

    /// What is left: parts of others, and what has no value.
    fn rest(&mut self, node: Node<'t>) -> Value {
        let field = |name: &str| node.child_by_field_name(name);
        match node.kind() {
            "subscript" => self.subscript(node),
            "lambda" => {
                if let Some(body) = field("body") {
                    self.maybe(|walk| walk.evaluate(body));
                }
                Value::Unknown
            }
            "list_comprehension"
            | "generator_expression"
            | "set_comprehension"
            | "dictionary_comprehension" => self.comprehension(node),
            "as_pattern" => {
                let mut children = self.children(node).into_iter();
                let value = children.next().map_or(Value::Unknown, |n| self.evaluate(n));
                if let Some(alias) = field("alias") {
                    self.assign(alias, value.clone());
                }
                value
            }
            "with_item" => field("value").map_or(Value::Unknown, |n| self.evaluate(n)),
            "keyword_argument" => field("value").map_or(Value::Unknown, |n| self.evaluate(n)),
            "none" => Value::Nothing,
            "comment" | "pass_statement" | "break_statement" | "continue_statement"
            | "global_statement" | "nonlocal_statement" | "true" | "false" | "float"
            | "ellipsis" => Value::Unknown,
            // A statement in an expression is what an error leaves.
            "block" | "function_definition" | "class_definition" | "decorator" => {
                self.statements(node);
                Value::Unknown
            }
            _ => {
                for child in self.children(node) {
                    self.evaluate(child);
                }
                Value::Unknown
            }
        }
    }

    fn string(&mut self, node: Node<'t>) -> Value {
        let mut word = Word::default();
        let mut is_raw = false;
        for child in self.children(node) {
            match child.kind() {
                "string_start" => {
                    is_raw = self.source(child).contains(['r', 'R']);
                }
                "string_content" => {
                    let text = self.source(child);
                    let text = if is_raw { text.to_owned() } else { unescape(text) };
                    word.push(Piece::Text(text));
                }
                "interpolation" => {
                    let value = child
                        .child_by_field_name("expression")
                        .map_or(Value::Unknown, |n| self.evaluate(n));
                    word.append(value.word());
                }
                _ => {}
            }
        }
        Value::Text(word)
    }

    fn attribute(&mut self, node: Node<'t>) -> Value {
        let whole: String = self.source(node).split_whitespace().collect();
        if let Some(value) = self.scopes.last().and_then(|scope| scope.get(&whole)) {
            return value.clone();
        }
        let object =
            node.child_by_field_name("object").map_or(Value::Unknown, |n| self.evaluate(n));
        let name = node.child_by_field_name("attribute").map_or("", |n| self.source(n));
        self.mention(name);
        if let Value::Instance(place) | Value::Class(place) = object {
            return match self.attribute_of(place, name) {
                Some(Value::Function(function)) if matches!(object, Value::Instance(_)) => {
                    Value::Bound(place, function)
                }
                Some(value) => value,
                None => Value::Unknown,
            };
        }
        call::member(&object, name)
    }

    fn dictionary(&mut self, node: Node<'t>) -> Value {
        let mut members = Vec::new();
        for pair in self.children(node) {
            let key = pair.child_by_field_name("key").map_or(Value::Unknown, |n| self.evaluate(n));
            let value = match pair.child_by_field_name("value") {
                Some(value) => self.evaluate(value),
                None => self.evaluate(pair),
            };
            if let Some(key) = key.known() {
                members.push((key, value));
            }
        }
        Value::Dict(members)
    }

    fn binary(&mut self, node: Node<'t>) -> Value {
        let left = node.child_by_field_name("left").map_or(Value::Unknown, |n| self.evaluate(n));
        let right = node.child_by_field_name("right").map_or(Value::Unknown, |n| self.evaluate(n));
        let operator = node.child_by_field_name("operator").map_or("", |n| self.source(n));
        match (operator, &left, &right) {
            ("+", ..) => left.plus(&right),
            ("/", Value::Path(base), name) => Value::Path(below(base, &name.word())),
            ("%", Value::Text(format), _) => call::percent(format, &right),
            ("*", Value::Text(word), Value::Number(count))
            | ("*", Value::Number(count), Value::Text(word)) => {
                let count = usize::try_from(*count).unwrap_or(0);
                word.text()
                    .filter(|text| text.len().saturating_mul(count) <= 4096)
                    .map_or(Value::Unknown, |text| Value::text(text.repeat(count)))
            }
            ("-", Value::Number(a), Value::Number(b)) => {
                a.checked_sub(*b).map_or(Value::Unknown, Value::Number)
            }
            ("^", Value::Number(a), Value::Number(b)) => Value::Number(a ^ b),
            _ => Value::Unknown,
        }
    }

    fn subscript(&mut self, node: Node<'t>) -> Value {
        let object = node.child_by_field_name("value").map_or(Value::Unknown, |n| self.evaluate(n));
        let Some(index) = node.child_by_field_name("subscript") else { return Value::Unknown };
        if index.kind() == "slice" {
            let is_reverse = self.source(index).replace(' ', "") == "::-1";
            return match (is_reverse, object.known()) {
                (true, Some(text)) => Value::text(text.chars().rev().collect::<String>()),
                _ => Value::Unknown,
            };
        }
        let key = self.evaluate(index);
        call::item(&object, &key)
    }

    fn comprehension(&mut self, node: Node<'t>) -> Value {
        let body = node.child_by_field_name("body");
        let Some(clause) = self.children(node).into_iter().find(|n| n.kind() == "for_in_clause")
        else {
            return Value::Unknown;
        };
        let over = clause.child_by_field_name("right").map_or(Value::Unknown, |n| self.evaluate(n));
        let left = clause.child_by_field_name("left");
        let is_other =
            |n: &Node<'t>| matches!(n.kind(), "if_clause" | "for_in_clause") && *n != clause;
        let others: Vec<Node<'t>> = self.children(node).into_iter().filter(is_other).collect();
        let items = match over {
            Value::List(items) if items.len() <= 64 => items,
            over => {
                let item = call::element(&over);
                return self.maybe(|walk| {
                    if let Some(left) = left {
                        walk.assign(left, item);
                    }
                    for other in others {
                        walk.evaluate(other);
                    }
                    if let Some(body) = body {
                        walk.evaluate(body);
                    }
                    Value::Unknown
                });
            }
        };
        let mut made = Vec::new();
        for item in items {
            if let Some(left) = left {
                self.assign(left, item);
            }
            for other in &others {
                self.evaluate(*other);
            }
            if let Some(body) = body {
                made.push(self.evaluate(body));
            }
        }
        if others.is_empty() { Value::List(made) } else { Value::Unknown }
    }
}
