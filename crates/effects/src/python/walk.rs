//! The walk through a script: statements in their order, expressions to what is known of them.

use std::collections::BTreeMap;

use sponsio_engine::event::{Certainty, Deed, Flags, Host, Object, PathSet};
use tree_sitter::Node;

use super::call;
use super::decode::unescape;
use super::value::{Value, below};
use crate::limits::{PYTHON_DEPTH_MAX, PYTHON_STEPS_MAX};
use crate::sink::Sink;
use crate::tool::context::cwd;
use crate::word::{Piece, Word};

/// Elements of a literal list that a loop is followed through.
const ELEMENTS_MAX: usize = 16;

/// A function of the script.
pub(super) struct Function<'t> {
    pub(super) node: Node<'t>,
    is_called: bool,
    is_active: bool,
}

/// The state of a walk.
pub(super) struct Walk<'t, 's, 'c> {
    text: &'t str,
    pub(super) sink: &'s mut Sink<'c>,
    pub(super) cwd: PathSet,
    /// Names of the module, and of the functions that are being walked.
    scopes: Vec<BTreeMap<String, Value>>,
    functions: Vec<Function<'t>>,
    /// Modules of which all names are imported.
    stars: Vec<String>,
    /// How many conditions the walk stands under.
    conditions: usize,
    /// Whether it stands in a loop that does not end of itself.
    pub(super) is_endless: bool,
    /// Whether something was decoded.
    pub(super) marks: Flags,
    /// The host that was connected to last.
    pub(super) host: Option<Host>,
    returned: Option<Value>,
    /// The statement that stands to be shown with the next effect.
    shown: Option<Node<'t>>,
    steps: usize,
    depth: usize,
}

impl<'t, 's, 'c> Walk<'t, 's, 'c> {
    pub(super) fn new(text: &'t str, sink: &'s mut Sink<'c>) -> Self {
        let cwd = cwd(sink.context);
        Self {
            text,
            sink,
            cwd,
            scopes: vec![BTreeMap::new()],
            functions: Vec::new(),
            stars: Vec::new(),
            conditions: 0,
            is_endless: false,
            marks: Flags::NONE,
            host: None,
            returned: None,
            shown: None,
            steps: 0,
            depth: 0,
        }
    }

    /// Walks the module, and then what it defines and never calls.
    pub(super) fn module(&mut self, root: Node<'t>) {
        self.statements(root);
        let mut place = 0_usize;
        while place < self.functions.len() {
            if self.functions.get(place).is_some_and(|function| !function.is_called) {
                self.maybe(|walk| {
                    walk.invoke(place, &[]);
                });
            }
            place = place.saturating_add(1);
        }
    }

    pub(super) fn source(&self, node: Node<'t>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or("")
    }

    /// Whether one more step may be made.
    fn step(&mut self) -> bool {
        self.steps = self.steps.saturating_add(1);
        if self.steps > PYTHON_STEPS_MAX || self.depth > PYTHON_DEPTH_MAX {
            self.sink.give_up();
            return false;
        }
        true
    }

    /// What may happen and may not.
    pub(super) fn maybe<T>(&mut self, inner: impl FnOnce(&mut Self) -> T) -> T {
        self.conditions = self.conditions.saturating_add(1);
        let result = inner(self);
        self.conditions = self.conditions.saturating_sub(1);
        result
    }

    pub(super) fn certainty(&self) -> Certainty {
        if self.conditions > 0 { Certainty::May } else { Certainty::Must }
    }

    /// Adds an effect, not surer than the place where the walk stands.
    pub(super) fn add(&mut self, certainty: Certainty, deed: Deed, object: Object, flags: Flags) {
        self.begin();
        self.sink.add(certainty.max(self.certainty()), deed, object, flags);
    }

    fn children(&self, node: Node<'t>) -> Vec<Node<'t>> {
        let mut cursor = node.walk();
        node.named_children(&mut cursor).collect()
    }

    fn statements(&mut self, node: Node<'t>) {
        for child in self.children(node) {
            self.statement(child);
        }
    }

    fn statement(&mut self, node: Node<'t>) {
        if !self.step() {
            return;
        }
        self.depth = self.depth.saturating_add(1);
        self.sink_command(node);
        match node.kind() {
            "import_statement" | "import_from_statement" | "future_import_statement" => {
                self.import(node)
            }
            "if_statement" => self.branch(node),
            "for_statement" => self.repeat(node),
            "while_statement" => self.forever(node),
            "try_statement" => self.attempt(node),
            "match_statement" => self.maybe(|walk| walk.statements(node)),
            "function_definition" => self.define(node),
            "class_definition" => {
                if let Some(bases) = node.child_by_field_name("superclasses") {
                    self.evaluate(bases);
                }
                if let Some(body) = node.child_by_field_name("body") {
                    self.statements(body);
                }
            }
            "return_statement" => {
                let value =
                    self.children(node).first().map_or(Value::Unknown, |n| self.evaluate(*n));
                self.returned = Some(match self.returned.take() {
                    Some(before) => before.or(value),
                    None => value,
                });
            }
            "block"
            | "module"
            | "with_statement"
            | "with_clause"
            | "decorated_definition"
            | "else_clause"
            | "finally_clause"
            | "case_clause"
            | "ERROR" => self.statements(node),
            "except_clause" | "except_group_clause" | "elif_clause" => {
                self.maybe(|walk| walk.statements(node))
            }
            "comment" => {}
            _ => {
                self.evaluate(node);
            }
        }
        self.depth = self.depth.saturating_sub(1);
    }

    /// Simple statements of the module are what is shown with an effect.
    fn sink_command(&mut self, node: Node<'t>) {
        if matches!(node.kind(), "expression_statement" | "return_statement" | "with_item") {
            self.shown = Some(node);
        }
    }

    /// Tells the sink which statement the next effect belongs to.
    pub(super) fn begin(&mut self) {
        if let Some(node) = self.shown.take() {
            let line = self.source(node).lines().next().unwrap_or("");
            self.sink.command(line);
        }
    }

    fn import(&mut self, node: Node<'t>) {
        let from = node.child_by_field_name("module_name").map(|n| self.source(n).to_owned());
        let mut cursor = node.walk();
        let names: Vec<Node<'t>> = node.children_by_field_name("name", &mut cursor).collect();
        for name in names {
            let dotted = name.child_by_field_name("name").unwrap_or(name);
            let alias = name.child_by_field_name("alias").map(|n| self.source(n).to_owned());
            let dotted: String = self.source(dotted).split_whitespace().collect();
            let whole = match &from {
                Some(module) => format!("{module}.{dotted}"),
                None => dotted.clone(),
            };
            match (alias, &from) {
                (Some(alias), _) => self.bind(&alias, Value::Name(whole)),
                (None, Some(_)) => self.bind(&dotted, Value::Name(whole)),
                // `import a.b` binds `a`.
                (None, None) => {
                    let first = dotted.split('.').next().unwrap_or(&dotted).to_owned();
                    self.bind(&first, Value::Name(first.clone()));
                }
            }
        }
        let is_star = self.children(node).iter().any(|n| n.kind() == "wildcard_import");
        if let Some(module) = from.filter(|_| is_star) {
            self.stars.push(module);
        }
    }

    fn branch(&mut self, node: Node<'t>) {
        let condition = node.child_by_field_name("condition");
        let is_main = condition.is_some_and(|n| {
            let text: String = self.source(n).split_whitespace().collect();
            let text = text.replace('\'', "\"");
            matches!(
                text.as_str(),
                "__name__==\"__main__\"" | "\"__main__\"==__name__" | "True" | "1"
            )
        });
        if let Some(condition) = condition {
            self.evaluate(condition);
        }
        if let Some(body) = node.child_by_field_name("consequence") {
            if is_main {
                self.statement(body);
            } else {
                self.maybe(|walk| walk.statement(body));
            }
        }
        let mut cursor = node.walk();
        let others: Vec<Node<'t>> =
            node.children_by_field_name("alternative", &mut cursor).collect();
        for other in others {
            self.maybe(|walk| walk.statements(other));
        }
    }

    fn repeat(&mut self, node: Node<'t>) {
        let over = node.child_by_field_name("right").map_or(Value::Unknown, |n| self.evaluate(n));
        let left = node.child_by_field_name("left");
        let body = node.child_by_field_name("body");
        let was_endless = self.is_endless;
        match over {
            Value::List(items) if items.len() <= ELEMENTS_MAX => {
                for item in items {
                    if let Some(left) = left {
                        self.assign(left, item);
                    }
                    if let Some(body) = body {
                        self.statement(body);
                    }
                }
            }
            over => {
                self.is_endless |= matches!(over, Value::Made(..) | Value::Unknown);
                let item = call::element(&over);
                self.maybe(|walk| {
                    if let Some(left) = left {
                        walk.assign(left, item);
                    }
                    if let Some(body) = body {
                        walk.statement(body);
                    }
                });
            }
        }
        self.is_endless = was_endless;
        if let Some(other) = node.child_by_field_name("alternative") {
            self.statements(other);
        }
    }

    fn forever(&mut self, node: Node<'t>) {
        let condition = node.child_by_field_name("condition");
        let is_always = condition.is_some_and(|n| matches!(self.source(n), "True" | "1"));
        if let Some(condition) = condition {
            self.evaluate(condition);
        }
        let was_endless = self.is_endless;
        self.is_endless = true;
        if let Some(body) = node.child_by_field_name("body") {
            if is_always {
                self.statement(body);
            } else {
                self.maybe(|walk| walk.statement(body));
            }
        }
        self.is_endless = was_endless;
        if let Some(other) = node.child_by_field_name("alternative") {
            self.statements(other);
        }
    }

    fn attempt(&mut self, node: Node<'t>) {
        for child in self.children(node) {
            self.statement(child);
        }
    }

    fn define(&mut self, node: Node<'t>) {
        let Some(name) = node.child_by_field_name("name") else { return };
        if let Some(parameters) = node.child_by_field_name("parameters") {
            for parameter in self.children(parameters) {
                if let Some(value) = parameter.child_by_field_name("value") {
                    self.evaluate(value);
                }
            }
        }
        let place = self.functions.len();
        self.functions.push(Function { node, is_called: false, is_active: false });
        let name = self.source(name).to_owned();
        self.bind(&name, Value::Function(place));
    }

    /// Walks the body of a function with these arguments; what it gives.
    pub(super) fn invoke(&mut self, place: usize, arguments: &[(Option<String>, Value)]) -> Value {
        let Some(function) = self.functions.get_mut(place) else { return Value::Unknown };
        function.is_called = true;
        if function.is_active || self.scopes.len() > 12 || !self.step() {
            return Value::Unknown;
        }
        let Some(function) = self.functions.get_mut(place) else { return Value::Unknown };
        function.is_active = true;
        let node = function.node;
        let scope = self.parameters(node, arguments);
        self.scopes.push(scope);
        let before = self.returned.take();
        self.depth = self.depth.saturating_add(1);
        if let Some(body) = node.child_by_field_name("body") {
            self.statements(body);
        }
        self.depth = self.depth.saturating_sub(1);
        let value = std::mem::replace(&mut self.returned, before).unwrap_or(Value::Unknown);
        self.scopes.pop();
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

    /// Gives a name a value; under a condition it may also have the one that it had.
    fn bind(&mut self, name: &str, value: Value) {
        let is_sure = self.conditions == 0;
        let Some(scope) = self.scopes.last_mut() else { return };
        let value = match scope.remove(name) {
            Some(before) if !is_sure => before.or(value),
            _ => value,
        };
        scope.insert(name.to_owned(), value);
    }

    pub(super) fn look_up(&self, name: &str) -> Value {
        let here = self.scopes.last().and_then(|scope| scope.get(name));
        let module = self.scopes.first().and_then(|scope| scope.get(name));
        if let Some(value) = here.or(module) {
            return value.clone();
        }
        match self.stars.as_slice() {
            [] => Value::Name(name.to_owned()),
            stars => {
                stars.iter().find(|module| call::is_known(&format!("{module}.{name}"))).map_or_else(
                    || Value::Name(name.to_owned()),
                    |module| Value::Name(format!("{module}.{name}")),
                )
            }
        }
    }

    fn assign(&mut self, target: Node<'t>, value: Value) {
        match target.kind() {
            "identifier" => {
                let name = self.source(target);
                self.bind(name, value);
            }
            "pattern_list" | "tuple_pattern" | "list_pattern" | "as_pattern_target" | "tuple"
            | "list" => {
                let targets = self.children(target);
                let is_one = target.kind() == "as_pattern_target";
                for (place, target) in targets.into_iter().enumerate() {
                    let part = match &value {
                        Value::List(items) => items.get(place).cloned().unwrap_or(Value::Unknown),
                        whole if is_one => whole.clone(),
                        _ => call::element(&value),
                    };
                    self.assign(target, part);
                }
            }
            "subscript" => {
                let object = target
                    .child_by_field_name("value")
                    .map_or(Value::Unknown, |n| self.evaluate(n));
                let key = target
                    .child_by_field_name("subscript")
                    .map_or(Value::Unknown, |n| self.evaluate(n));
                if object == Value::Name("os.environ".into()) {
                    let name = key.known().unwrap_or_else(|| "*".into());
                    self.add(Certainty::Must, Deed::EnvSet, Object::Name(name.into()), Flags::NONE);
                }
            }
            "attribute" => {
                let name: String = self.source(target).split_whitespace().collect();
                self.bind(&name, value);
            }
            _ => {}
        }
    }

    /// What an expression is known to be; the calls in it are made.
    pub(super) fn evaluate(&mut self, node: Node<'t>) -> Value {
        if !self.step() {
            return Value::Unknown;
        }
        self.depth = self.depth.saturating_add(1);
        let value = self.expression(node);
        self.depth = self.depth.saturating_sub(1);
        value
    }

    fn expression(&mut self, node: Node<'t>) -> Value {
        let field = |name: &str| node.child_by_field_name(name);
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
            "identifier" => self.look_up(self.source(node)),
            "attribute" => self.attribute(node),
            "call" => call::made(self, node),
            "list" | "tuple" | "set" | "expression_list" => {
                let items: Vec<Value> =
                    self.children(node).into_iter().map(|n| self.evaluate(n)).collect();
                Value::List(items)
            }
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
            "comment" | "pass_statement" | "break_statement" | "continue_statement"
            | "global_statement" | "nonlocal_statement" | "none" | "true" | "false" | "float"
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
        let others: Vec<Node<'t>> =
            self.children(node).into_iter().filter(|n| n.kind() == "if_clause").collect();
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
            if let Some(body) = body {
                made.push(self.evaluate(body));
            }
        }
        if others.is_empty() { Value::List(made) } else { Value::Unknown }
    }

    /// Changes the list that a name stands for.
    pub(super) fn append(&mut self, object: Node<'t>, items: &[Value]) {
        if object.kind() != "identifier" {
            return;
        }
        let name = self.source(object).to_owned();
        if let Value::List(mut list) = self.look_up(&name) {
            list.extend(items.iter().take(64).cloned());
            let value = if self.is_endless || list.len() > 256 {
                Value::Unknown
            } else {
                Value::List(list)
            };
            self.bind(&name, value);
        }
    }
}
