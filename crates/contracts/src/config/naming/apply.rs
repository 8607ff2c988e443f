//! Replaces the names in a pattern's arguments and in a formula.

use sponsio_engine::formula::{
    Arena, Condition, Constant, Formula, Node as FormulaNode, NodeId, Source, Symbol, Term,
};
use sponsio_engine::ground::catalog::Kind as Takes;

use super::tool::{Problem, Tags};
use super::{Loader, Naming};
use crate::config::sets;
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::pattern::{self, Argument, Input, Instance, Kind};

/// What a position holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Tool,
    Source,
    Path,
    Regex,
    Text,
}

/// The codes of what can be wrong with a name.
#[derive(Debug)]
struct Wrong {
    code: Code,
    problem: Problem,
}

impl Naming {
    /// The text of a position; `tool` is the tool that the positions before it named.
    fn text(&mut self, role: Role, text: &str, tool: &str, tags: &Tags) -> Result<String, Wrong> {
        match role {
            Role::Tool => {
                let wrong = |problem| Wrong { code: Code::UnknownTag, problem };
                self.tool_text(text, tags).map_err(wrong)
            }
            Role::Source => {
                let Some(source) = Source::new(text).filter(|source| !source.is_user()) else {
                    return Ok(text.to_owned());
                };
                let wrong = |problem| Wrong { code: Code::UnknownTag, problem };
                let tools = self.tool_text(&source.tools, tags).map_err(wrong)?;
                let renamed = Source { tools: tools.into(), ..source }.to_string();
                Ok(Source::new(&renamed).map_or(renamed, |source| source.to_string()))
            }
            Role::Path => Ok(self.path(text, tool)),
            Role::Regex => self.placeholders(text, true),
            Role::Text => self.placeholders(text, false),
        }
    }

    /// The path of an argument of a tool.
    pub(in crate::config) fn path(&mut self, path: &str, tool: &str) -> String {
        let tool = if self.renames.contains_key(tool) {
            tool
        } else {
            tool.split(':').next().unwrap_or("")
        };
        let Some(rename) = self.renames.get(tool) else { return path.to_owned() };
        for (from, to) in &rename.args {
            match path.strip_prefix(from.as_str()) {
                Some(rest) if rest.is_empty() || rest.starts_with(['.', '[']) => {
                    self.used.insert(tool.to_owned());
                    return format!("{to}{rest}");
                }
                _ => {}
            }
        }
        path.to_owned()
    }

    /// `<workspace>` and `<agent>` replaced, in a regular expression by what matches exactly their values.
    fn placeholders(&self, text: &str, is_regex: bool) -> Result<String, Wrong> {
        let mut out = text.to_owned();
        for (name, value) in [("<workspace>", &self.workspace), ("<agent>", &self.agent)] {
            let mut rest = core::mem::take(&mut out);
            while let Some((before, after)) = rest.split_once(name) {
                out.push_str(before);
                if is_regex && (before.ends_with("(?") || before.ends_with("(?P")) {
                    // The name of a group.
                    out.push_str(name);
                } else {
                    let value = value.as_deref().ok_or_else(|| unresolved(name))?;
                    match is_regex {
                        true => out.push_str(&pattern::literal(value)),
                        false => out.push_str(value),
                    }
                }
                rest = after.to_owned();
            }
            out.push_str(&rest);
        }
        Ok(out)
    }
}

fn unresolved(name: &str) -> Wrong {
    let (message, hint) = match name {
        "<workspace>" => (
            "`<workspace>` has no value: the agent has no `workspace`",
            "write `workspace:` below the agent; a file that is included has that of the agent that includes it",
        ),
        _ => (
            "`<agent>` has no value: these contracts are those of every agent",
            "write it in the contracts of an agent with an id",
        ),
    };
    let problem = Problem { message: message.to_owned(), hint: hint.to_owned() };
    Wrong { code: Code::Placeholder, problem }
}

impl Loader<'_> {
    /// The instance with the names of the agent, and whether anything was replaced.
    pub(in crate::config) fn renamed_instance(
        &mut self,
        instance: Instance,
        at: Location,
    ) -> Option<(Instance, bool)> {
        let mut changed = false;
        let mut tool = String::new();
        let mut inputs = Vec::new();
        for (parameter, argument) in instance.arguments() {
            let role = match parameter.kind {
                Kind::Tool | Kind::ToolName | Kind::ToolList => Role::Tool,
                Kind::SourceList => Role::Source,
                Kind::ArgPath => Role::Path,
                Kind::Regex | Kind::RegexList | Kind::PhraseList => Role::Regex,
                _ => Role::Text,
            };
            let Some(argument) = argument else { continue };
            if let (Role::Tool, Argument::Text(text)) = (role, argument) {
                tool = text.to_string();
            }
            let mut replaced = |loader: &mut Self, text: &str| {
                let new = match parameter.kind {
                    Kind::Trigger => loader.trigger(text, at)?,
                    _ => match loader.naming.text(role, text, &tool, &loader.tags) {
                        Ok(new) => new,
                        Err(wrong) => {
                            loader.wrong_name(wrong, at);
                            return None;
                        }
                    },
                };
                changed |= new != text;
                Some(new)
            };
            let input = match argument {
                Argument::Text(text) => Input::Text(replaced(self, text)?),
                Argument::List(list) => {
                    let list: Vec<Option<Input>> =
                        list.iter().map(|text| replaced(self, text).map(Input::Text)).collect();
                    Input::List(list.into_iter().collect::<Option<_>>()?)
                }
                Argument::Count(count) => Input::Number(count.to_string()),
                Argument::Seconds(seconds) => Input::Number(seconds.to_string()),
                Argument::Flag(flag) => Input::Truth(*flag),
                Argument::Number(number) => Input::Number(pattern::digits(number)),
            };
            inputs.push((parameter.name.to_owned(), input));
        }
        if !changed {
            return Some((instance, false));
        }
        match instance.pattern().bind_named(inputs) {
            Ok(renamed) => Some((renamed.keyed_as(&instance), true)),
            Err(error) => {
                let message = format!("with the names of this agent, {}", error.message);
                let diagnostic = Diagnostic::new(Code::PatternArguments, at, message);
                self.report(diagnostic.hint_if(error.hint));
                None
            }
        }
    }

    /// A trigger: the name of a tool, or a formula.
    fn trigger(&mut self, text: &str, at: Location) -> Option<String> {
        let is_name = text.chars().all(|c| c.is_alphanumeric() || "_-.:/@{},* \"".contains(c));
        if is_name {
            return match self.naming.text(Role::Tool, text, "", &self.tags) {
                Ok(text) => Some(text),
                Err(wrong) => {
                    self.wrong_name(wrong, at);
                    None
                }
            };
        }
        // What does not parse is reported where the formula is made.
        let Ok(formula) = Formula::parse(text) else { return Some(text.to_owned()) };
        let (renamed, changed) = self.renamed_formula(formula, at)?;
        Some(if changed { renamed.to_string() } else { text.to_owned() })
    }

    /// The formula with the names of the agent, and whether anything was replaced.
    pub(in crate::config) fn renamed_formula(
        &mut self,
        formula: Formula,
        at: Location,
    ) -> Option<(Formula, bool)> {
        let mut arena = Arena::new();
        let mut places: Vec<NodeId> = Vec::with_capacity(formula.nodes().len());
        let mut changed = false;
        for node in formula.nodes() {
            let node = node.with_operands(|id| places.get(id.index()).copied().unwrap_or(id));
            let node = match node {
                FormulaNode::Fact(symbol) => {
                    FormulaNode::Fact(self.symbol(&symbol, at, &mut changed)?)
                }
                FormulaNode::Compare(relation, left, right) => {
                    let left = self.term(left, at, &mut changed)?;
                    FormulaNode::Compare(relation, left, self.term(right, at, &mut changed)?)
                }
                other => other,
            };
            places.push(arena.add(node)?);
        }
        let root = *places.last()?;
        Some(if changed { (Formula::new(&arena, root), true) } else { (formula, false) })
    }

    fn term(&mut self, term: Term, at: Location, changed: &mut bool) -> Option<Term> {
        Some(match term {
            Term::Symbol(symbol) => Term::Symbol(self.symbol(&symbol, at, changed)?),
            Term::Selected(selection) => {
                let of = self.symbol(&selection.of, at, changed)?;
                let mut conditions = Vec::with_capacity(selection.conditions.len());
                for condition in selection.conditions {
                    conditions.push(self.condition(condition, at, changed)?);
                }
                Term::selected(of, conditions.into(), selection.seconds)
            }
            Term::Length(inner) => Term::Length(Box::new(self.term(*inner, at, changed)?)),
            Term::Optional(inner) => Term::Optional(Box::new(self.term(*inner, at, changed)?)),
            Term::Number(_) => term,
            Term::Text(text) => match self.replaced(Role::Text, &text, "", at, changed)? {
                Some(new) => Term::Text(new.into()),
                None => Term::Text(text),
            },
        })
    }

    fn condition(
        &mut self,
        condition: Condition,
        at: Location,
        changed: &mut bool,
    ) -> Option<Condition> {
        Some(match condition {
            Condition::Fact { fact, positive } => {
                Condition::Fact { fact: self.symbol(&fact, at, changed)?, positive }
            }
            Condition::Compare(relation, left, right) => {
                let left = self.term(left, at, changed)?;
                Condition::Compare(relation, left, self.term(right, at, changed)?)
            }
        })
    }

    fn symbol(&mut self, symbol: &Symbol, at: Location, changed: &mut bool) -> Option<Symbol> {
        let entry = symbol.word.entry();
        let mut tool = String::new();
        let mut args = Vec::with_capacity(symbol.args.len());
        for (index, constant) in symbol.args.iter().enumerate() {
            let text = match constant {
                Constant::Text(text) => text,
                Constant::Fact(fact) => {
                    args.push(Constant::Fact(Box::new(self.symbol(fact, at, changed)?)));
                    continue;
                }
                Constant::Number(_) => {
                    args.push(constant.clone());
                    continue;
                }
            };
            let kind = entry.parameter(index).map(|parameter| parameter.kind);
            let role = match kind {
                Some(Takes::Tool) => {
                    tool = text.to_string();
                    Role::Tool
                }
                Some(Takes::Source) => Role::Source,
                Some(Takes::ArgPath) => Role::Path,
                Some(Takes::Regex) => Role::Regex,
                _ => Role::Text,
            };
            let replaced = self.replaced(role, text, &tool, at, changed)?;
            if let Some(kind @ (Takes::Paths | Takes::Hosts | Takes::Objects)) = kind {
                let text = replaced.as_deref().unwrap_or(text);
                args.push(if sets::names_sets(text) {
                    let constant = self.expanded(text, kind, at)?;
                    *changed |= constant != Constant::Text(text.into());
                    constant
                } else {
                    Constant::Text(text.into())
                });
                continue;
            }
            args.push(match replaced {
                None => constant.clone(),
                Some(new) if role == Role::Tool => tool_constant(&new).or_else(|| {
                    let message = format!("`{text}` stands for `{new}`, which cannot stand here");
                    self.report(Diagnostic::new(Code::Formula, at, message));
                    None
                })?,
                Some(new) => Constant::Text(new.into()),
            });
        }
        Some(Symbol { word: symbol.word, args: args.into() })
    }

    /// The new text of a position, if it is another one; the outer `None` is an error.
    fn replaced(
        &mut self,
        role: Role,
        text: &str,
        tool: &str,
        at: Location,
        changed: &mut bool,
    ) -> Option<Option<String>> {
        match self.naming.text(role, text, tool, &self.tags) {
            Ok(new) if new == text => Some(None),
            Ok(new) => {
                *changed = true;
                Some(Some(new))
            }
            Err(wrong) => {
                self.wrong_name(wrong, at);
                None
            }
        }
    }

    fn wrong_name(&mut self, wrong: Wrong, at: Location) {
        let Problem { message, hint } = wrong.problem;
        self.report(Diagnostic::new(wrong.code, at, message).hint(hint));
    }
}

/// What the engine makes of the text of a tool position: a name, or a set.
fn tool_constant(text: &str) -> Option<Constant> {
    if !text.starts_with('{') {
        return Some(Constant::Text(text.into()));
    }
    let formula = Formula::parse(&format!("called({text})")).ok()?;
    match formula.node(formula.root()) {
        Some(FormulaNode::Fact(symbol)) => symbol.args.first().cloned(),
        _ => None,
    }
}
