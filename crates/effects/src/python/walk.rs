//! The walk through a script: statements in their order, expressions to what is known of them.

use std::collections::{BTreeMap, BTreeSet};

use sponsio_engine::event::{Certainty, Deed, Flags, Host, Object, PathSet};
use tree_sitter::Node;

use super::call;
use super::class::Class;
use super::function::Function;
use super::value::Value;
use crate::limits::{PYTHON_DEPTH_MAX, PYTHON_STEPS_MAX};
use crate::sink::Sink;
use crate::tool::context::cwd;

/// Elements of a literal list that a loop is followed through.
const ELEMENTS_MAX: usize = 16;

/// How much there may be of one value.
const WEIGHT_MAX: usize = 512;

/// The state of a walk.
pub(super) struct Walk<'t, 's, 'c> {
    text: &'t str,
    pub(super) sink: &'s mut Sink<'c>,
    pub(super) cwd: PathSet,
    /// Names of the module, and of the functions that are being walked.
    pub(super) scopes: Vec<BTreeMap<String, Value>>,
    pub(super) functions: Vec<Function<'t>>,
    pub(super) classes: Vec<Class>,
    /// The class whose body is walked, and whether others than the script may call its methods.
    pub(super) owner: Option<(String, bool)>,
    /// Names that the script looks at.
    pub(super) mentioned: BTreeSet<String>,
    /// Whether it can get at its own names as texts.
    pub(super) is_mirrored: bool,
    /// Modules of which all names are imported.
    stars: Vec<String>,
    /// How many conditions the walk stands under.
    pub(super) conditions: usize,
    /// Whether it stands in a loop that does not end of itself.
    pub(super) is_endless: bool,
    /// Whether something was decoded.
    pub(super) marks: Flags,
    /// The host that was connected to last.
    pub(super) host: Option<Host>,
    pub(super) returned: Option<Value>,
    /// The statement that stands to be shown with the next effect.
    shown: Option<Node<'t>>,
    steps: usize,
    pub(super) depth: usize,
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
            classes: Vec::new(),
            owner: None,
            mentioned: BTreeSet::new(),
            is_mirrored: false,
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

    /// Walks the module, and then what it defines, does not call and may run all the same.
    pub(super) fn module(&mut self, root: Node<'t>) {
        self.statements(root);
        loop {
            let reached: Vec<usize> = self
                .functions
                .iter()
                .enumerate()
                .filter(|(_, one)| !one.is_called && self.is_reachable(&one.place))
                .map(|(place, _)| place)
                .collect();
            if reached.is_empty() || !self.spend(self.functions.len()) {
                return;
            }
            for place in reached {
                self.maybe(|walk| {
                    walk.invoke(place, &[]);
                });
            }
        }
    }

    pub(super) fn source(&self, node: Node<'t>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or("")
    }

    /// Whether one more step may be made.
    pub(super) fn step(&mut self) -> bool {
        self.spend(1)
    }

    /// Takes this much of the work that a script may take; whether any is left.
    fn spend(&mut self, work: usize) -> bool {
        self.steps = self.steps.saturating_add(work);
        if self.steps > PYTHON_STEPS_MAX || self.depth > PYTHON_DEPTH_MAX {
            self.sink.give_up();
        }
        !self.sink.is_full()
    }

    /// Does `inner` one step deeper, unless that is too deep.
    pub(super) fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if !self.step() {
            return None;
        }
        self.depth = self.depth.saturating_add(1);
        let result = inner(self);
        self.depth = self.depth.saturating_sub(1);
        Some(result)
    }

    pub(super) const fn is_under_condition(&self) -> bool {
        self.conditions > 0
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

    pub(super) fn children(&self, node: Node<'t>) -> Vec<Node<'t>> {
        let mut cursor = node.walk();
        node.named_children(&mut cursor).collect()
    }

    pub(super) fn statements(&mut self, node: Node<'t>) {
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
            "class_definition" => self.class(node),
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
            for part in dotted.split('.') {
                self.mention_mirror(part);
            }
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

    /// Gives a name a value; under a condition it may also have the one that it had.
    pub(super) fn bind(&mut self, name: &str, value: Value) {
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
        let around = || self.scopes.iter().rev().find_map(|scope| scope.get(name));
        if let Some(value) = here.or(module).or_else(around) {
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

    pub(super) fn assign(&mut self, target: Node<'t>, value: Value) {
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
                let object = target
                    .child_by_field_name("object")
                    .map_or(Value::Unknown, |n| self.evaluate(n));
                if let Value::Instance(place) | Value::Class(place) = object {
                    let name = target.child_by_field_name("attribute");
                    let name = name.map_or("", |n| self.source(n));
                    return self.set_attribute(place, name, value);
                }
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
        let weight = value.weight();
        self.spend(weight / 8);
        if weight > WEIGHT_MAX { Value::Unknown } else { value }
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
