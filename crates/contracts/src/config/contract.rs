//! One contract entry: assumptions, guarantees, strategy, mode.

use sponsio_engine::contract::{Activation, Contract, Scope};
use sponsio_engine::strategy::Strategy;

use super::activation::{first_match, speaks_of_first_event_only};
use super::clause::Read;
use super::fields::Fields;
use super::keys::{Block, Shape};
use super::tree::{Node, Value};
use super::{ForEach, KeyPart, KeySource, Loaded, Loader, Origin, lint, origin};
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::pattern::{self, Input};

const GUARANTEES: &[&str] = &["G", "guarantee", "E", "enforcement"];
const STRATEGIES: &[&str] = &["block", "escalate", "warn_only", "redirect_to_safe"];

impl Loader<'_> {
    /// Reads one entry of a list of contracts.
    pub(super) fn contract(&mut self, node: &Node) -> Option<Loaded> {
        if is_clause(node) {
            let read = self.clause(node)?;
            let extra = self.judged_apart(&[], &read, Extra::default())?;
            return Some(self.assemble(node.location, Vec::new(), read, extra));
        }
        let fields = self.fields(node, Block::Contract)?;
        // Every part is read before the first error ends it, so that all errors are reported.
        let assumption = fields.one_of(self, &["A", "assumption"]);
        let assumptions = assumption.map(|(key, node)| self.clauses(key, node));
        let guarantee = fields.one_of(self, GUARANTEES);
        if guarantee.is_none() {
            let message = "a contract has no guarantee";
            let hint = "write what must hold under `G:`";
            self.report(Diagnostic::new(Code::MissingKey, node.location, message).hint(hint));
        }
        let guarantees = guarantee.map(|(key, node)| self.clauses(key, node));
        let extra = self.extra(fields);
        let assumptions = match assumptions {
            None => Vec::new(),
            Some(read) => read?,
        };
        let guarantees = guarantees??;
        let mut extra = extra?;
        if extra.strategy.is_none() {
            extra.strategy = self.strategy_of_patterns(&guarantees)?;
        }
        if let Some(at) = extra.redirect_without_tool
            && !matches!(extra.strategy, Some(Strategy::RedirectToSafe { .. }))
        {
            let message = "`redirect_to_safe` names no tool";
            self.report(
                Diagnostic::new(Code::MissingKey, at, message).hint(Block::Redirect.hint()),
            );
            return None;
        }
        self.warn_about_assumptions(&assumptions, &extra);
        let assumptions = self.activated(fields, assumptions, &extra)?;
        let extra = self.judged_apart(&assumptions, &guarantees, extra)?;
        Some(self.assemble(node.location, assumptions, guarantees, extra))
    }

    fn assemble(
        &mut self,
        location: Location,
        assumptions: Vec<Read>,
        guarantees: Vec<Read>,
        extra: Extra,
    ) -> Loaded {
        for guarantee in &guarantees {
            lint::guarantee(guarantee, &mut self.diagnostics);
            origin::check(guarantee, true, &mut self.diagnostics);
        }
        for assumption in &assumptions {
            origin::check(assumption, false, &mut self.diagnostics);
        }
        let strategy =
            extra.strategy.or_else(|| guarantees.iter().find_map(|g| g.strategy.clone()));
        let described = || {
            let mut parts: Vec<&str> =
                guarantees.iter().map(|g| g.clause.description.as_str()).collect();
            // Of a sentence that says several things, each is described by the sentence.
            parts.dedup();
            parts.join("; ")
        };
        let name = extra.name.or_else(|| extra.desc.clone()).unwrap_or_else(described);
        let instead = || {
            // What to do instead of one guarantee is no advice about another.
            let mut ways: Vec<&str> = guarantees.iter().map(|g| g.instead).collect();
            ways.dedup();
            match *ways {
                [way] => way.to_owned(),
                _ => String::new(),
            }
        };
        let advice = extra.advice.clone().unwrap_or_else(instead);
        let (assumed, assumption_clauses) = split(assumptions);
        let (required, guarantee_clauses) = split(guarantees);
        let contract = Contract {
            name: name.into(),
            assumptions: assumed,
            activation: extra.activation,
            guarantees: required,
            for_each: extra.for_each.as_ref().map(ForEach::for_engine),
            scope: extra.scope,
            strategy: strategy.unwrap_or_default(),
            mode: extra.mode,
            advice: advice.into(),
        };
        let origin = Origin {
            location,
            assumptions: assumption_clauses,
            guarantees: guarantee_clauses,
            desc: extra.desc,
            source: extra.source,
            pack: self.pack.clone(),
        };
        Loaded { contract, for_each: extra.for_each, origin }
    }

    /// Adds what the clauses are judged apart for: the guarantees of a contract share one state.
    fn judged_apart(
        &mut self,
        assumptions: &[Read],
        guarantees: &[Read],
        mut extra: Extra,
    ) -> Option<Extra> {
        let keys = guarantees.first().and_then(|read| read.for_each.as_ref());
        let differs = |read: &&Read| read.for_each.as_ref() != keys;
        let assumed = assumptions.iter().filter(|read| read.for_each.is_some());
        if let Some(other) = guarantees.iter().chain(assumed).find(differs) {
            let message = "the clauses of this contract are judged apart for different things";
            let hint = "give each a contract of its own";
            let at = other.clause.location;
            self.report(Diagnostic::new(Code::Conflict, at, message).hint(hint));
            return None;
        }
        if let (Some(keys), Some(first)) = (keys, guarantees.first()) {
            let location = first.clause.location;
            let given =
                extra.for_each.get_or_insert_with(|| ForEach { location, parts: Vec::new() });
            for part in keys.keys().iter().filter_map(key_part) {
                if !given.parts.contains(&part) {
                    given.parts.push(part);
                }
            }
        }
        Some(extra)
    }

    /// Everything but the clauses; `None` if something is wrong.
    fn extra(&mut self, fields: Fields<'_>) -> Option<Extra> {
        let mut extra = Extra::default();
        let mut right = true;
        let mut text = |loader: &mut Self, key: &str| {
            let node = fields.get(key)?;
            let text = loader.text(node, &format!("`{key}`")).map(str::to_owned);
            right &= text.is_some();
            text
        };
        extra.name = text(self, "name");
        extra.desc = text(self, "desc");
        extra.source = text(self, "source");
        extra.advice = text(self, "advice");
        for key in ["alpha", "beta"] {
            if let Some(node) = fields.get(key) {
                right &= self.check(node, &format!("`{key}`"), Shape::Certain);
            }
        }
        if let Some(node) = fields.get("for_each") {
            extra.for_each = self.for_each(node);
            right &= extra.for_each.is_some();
        }
        if let Some(node) = fields.get("scope") {
            extra.scope = self.scope(node).unwrap_or_else(|| {
                right = false;
                Scope::default()
            });
        }
        if let Some(node) = fields.get("mode") {
            extra.mode = self.mode_value(node, "mode");
            right &= extra.mode.is_some();
        }
        if let Some(node) = fields.get("activate_at") {
            match self.text(node, "`activate_at`") {
                Some("first_match") => extra.activation = Activation::FirstMatch,
                Some(other) => {
                    self.not_one_of(node.location, "`activate_at`", other, &["first_match"]);
                    right = false;
                }
                None => right = false,
            }
        }
        if let Some(node) = fields.get("strategy") {
            right &= self.strategy(node, &mut extra).is_some();
        }
        right.then_some(extra)
    }

    /// Reads `scope`.
    fn scope(&mut self, node: &Node) -> Option<Scope> {
        let text = self.text(node, "`scope`")?;
        let scope = Scope::ALL.into_iter().find(|scope| scope.name() == text);
        if scope.is_none() {
            self.not_one_of(node.location, "`scope`", text, &Scope::ALL.map(Scope::name));
        }
        scope
    }

    /// Reads `strategy`.
    pub(super) fn strategy(&mut self, node: &Node, extra: &mut Extra) -> Option<()> {
        if let Value::Map(_) = &node.value {
            let fields = self.fields(node, Block::Strategy)?;
            let target = fields.get("redirect_to_safe")?;
            extra.strategy = Some(self.redirect(target)?);
            return Some(());
        }
        let hint = || "write one of `block`, `escalate`, `warn_only`".to_owned();
        let Some(word) = node.text() else {
            let message = format!("`strategy` is a word, not {}", node.describe());
            self.report(Diagnostic::new(Code::Shape, node.location, message).hint(hint()));
            return None;
        };
        extra.strategy = match word {
            "block" => Some(Strategy::Block),
            "escalate" => Some(Strategy::Escalate),
            "warn_only" => Some(Strategy::WarnOnly),
            "redirect_to_safe" => {
                // The tool may come from a pattern of the guarantee.
                extra.redirect_without_tool = Some(node.location);
                None
            }
            other => {
                self.not_one_of(node.location, "`strategy`", other, STRATEGIES);
                return None;
            }
        };
        Some(())
    }

    fn redirect(&mut self, node: &Node) -> Option<Strategy> {
        let (tool, message) = match &node.value {
            Value::Map(_) => {
                let fields = self.fields(node, Block::Redirect)?;
                let Some(tool) = fields.get("tool") else {
                    let message = "`redirect_to_safe` names no tool";
                    self.report(
                        Diagnostic::new(Code::MissingKey, node.location, message)
                            .hint(Block::Redirect.hint()),
                    );
                    return None;
                };
                (tool, fields.get("message"))
            }
            _ => (node, None),
        };
        let name = self.text(tool, "the tool to redirect to")?;
        // The pattern knows what a tool name is.
        let given = vec![Input::Text(format!("not {name}")), Input::Text(name.to_owned())];
        if let Err(error) = pattern::find("redirect_to_safe")?.bind(given) {
            self.report(
                Diagnostic::new(Code::Value, tool.location, error.message).hint_if(error.hint),
            );
            return None;
        }
        let message = match message {
            None => "",
            Some(node) => self.text(node, "`message`")?,
        };
        let tool = self.naming.tool_name(name);
        Some(Strategy::RedirectToSafe { tool: tool.into(), message: message.into() })
    }

    /// The strategy that comes with the patterns of the guarantees.
    fn strategy_of_patterns(&mut self, guarantees: &[Read]) -> Option<Option<Strategy>> {
        let Some(redirecting) = guarantees.iter().find(|g| g.strategy.is_some()) else {
            return Some(None);
        };
        if let Some(other) = guarantees.iter().find(|g| g.strategy != redirecting.strategy) {
            let message = "the guarantees of this contract ask for different strategies";
            self.report(
                Diagnostic::new(Code::Conflict, other.clause.location, message)
                    .related(redirecting.clause.location, "this one redirects")
                    .hint("give each a contract of its own, or write `strategy:`"),
            );
            return None;
        }
        Some(redirecting.strategy.clone())
    }

    fn warn_about_assumptions(&mut self, assumptions: &[Read], extra: &Extra) {
        if extra.activation == Activation::FirstMatch {
            return;
        }
        for read in assumptions.iter().filter(|read| speaks_of_first_event_only(&read.formula)) {
            let message = "this assumption speaks of the first event of the session only";
            let hint = format!(
                "add `activate_at: first_match` to judge from the event at which it holds, or write `F ({})`",
                read.formula
            );
            let at = read.clause.location;
            self.report(Diagnostic::new(Code::FirstEventOnly, at, message).hint(hint));
        }
    }

    /// The assumptions in the form that `activate_at: first_match` needs.
    fn activated(
        &mut self,
        fields: Fields<'_>,
        mut assumptions: Vec<Read>,
        extra: &Extra,
    ) -> Option<Vec<Read>> {
        if extra.activation == Activation::Always {
            return Some(assumptions);
        }
        let at = fields.get("activate_at").map(|node| node.location).unwrap_or_default();
        if assumptions.is_empty() {
            let message = "`activate_at: first_match` needs an assumption to match";
            let hint = "write under `A:` what activates the contract";
            self.report(Diagnostic::new(Code::Activation, at, message).hint(hint));
            return None;
        }
        let alone = assumptions.len() == 1;
        for read in &mut assumptions {
            let Some(formula) = first_match(&read.formula, alone) else {
                let message =
                    "this assumption cannot activate a contract: it looks at later events";
                let hint =
                    "write `F f` or `f`, where `f` speaks of one event and what came before it";
                self.report(
                    Diagnostic::new(Code::Activation, read.clause.location, message)
                        .related(at, "activated here")
                        .hint(hint),
                );
                return None;
            };
            read.formula = formula;
        }
        Some(assumptions)
    }
}

/// What an entry says beside its clauses.
#[derive(Default)]
pub(super) struct Extra {
    name: Option<String>,
    desc: Option<String>,
    source: Option<String>,
    advice: Option<String>,
    for_each: Option<ForEach>,
    scope: Scope,
    activation: Activation,
    pub(super) strategy: Option<Strategy>,
    /// `strategy: redirect_to_safe` without a tool.
    pub(super) redirect_without_tool: Option<Location>,
    mode: Option<sponsio_engine::strategy::Mode>,
}

/// Whether an entry is a guarantee by itself.
fn is_clause(node: &Node) -> bool {
    match &node.value {
        Value::Map(entries) => {
            let has = |names: &[&str]| entries.iter().any(|(key, _)| names.contains(&&*key.text));
            has(&["pattern", "ltl", "nl"]) && !has(GUARANTEES) && !has(&["A", "assumption"])
        }
        Value::Scalar(_) => true,
        Value::List(_) => false,
    }
}

/// A key of a pattern or of a sentence as a part of `for_each`.
fn key_part(key: &pattern::ForEach) -> Option<KeyPart> {
    let source = match key {
        pattern::ForEach::Agent => KeySource::Agent,
        pattern::ForEach::Context(key) => KeySource::Context(key.clone()),
        pattern::ForEach::Argument(path) => KeySource::Argument(path.clone()),
        pattern::ForEach::Arguments(places) => KeySource::ArgumentByTool(places.clone()),
        pattern::ForEach::All(_) => return None,
    };
    Some(KeyPart { source, as_text: false })
}

fn split(read: Vec<Read>) -> (Vec<sponsio_engine::formula::Formula>, Vec<super::Clause>) {
    read.into_iter().map(|read| (read.formula, read.clause)).unzip()
}
