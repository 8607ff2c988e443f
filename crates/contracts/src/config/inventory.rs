//! `tools`: which tools there are, and contracts that name others.

use std::collections::BTreeSet;

use sponsio_engine::formula::{Constant, Formula, Source};
use sponsio_engine::ground::catalog::Kind;

use super::keys::{Block, Shape};
use super::tree::{Key, Node, Value};
use super::{Agent, Loader, Tool, naming, symbols};
use crate::diagnostic::{Code, Diagnostic};
use crate::suggest;

impl Loader<'_> {
    /// Reads `tools`; a list or a map.
    pub(super) fn tools(&mut self, node: &Node) -> Vec<Tool> {
        let mut tools: Vec<Tool> = Vec::new();
        match &node.value {
            Value::Map(entries) => {
                for (key, node) in entries {
                    tools.extend(self.mapped_tool(key, node));
                }
            }
            Value::List(items) => {
                for item in items {
                    if let Some(tool) = self.listed_tool(item) {
                        self.add_tool(tool, &mut tools);
                    }
                }
            }
            _ if node.is_null() => {}
            _ => {
                let message = format!("`tools` is a list or a map, not {}", node.describe());
                let hint = "for example `tools: {rm: {tags: [destructive]}}`";
                self.report(Diagnostic::new(Code::Shape, node.location, message).hint(hint));
            }
        }
        tools
    }

    fn add_tool(&mut self, tool: Tool, tools: &mut Vec<Tool>) {
        if let Some(first) = tools.iter().find(|known| known.name == tool.name) {
            let message = format!("the tool `{}` is listed twice", tool.name);
            let diagnostic = Diagnostic::new(Code::DuplicateKey, tool.location, message);
            self.report(diagnostic.related(first.location, "here first"));
            return;
        }
        tools.push(tool);
    }

    fn mapped_tool(&mut self, key: &Key, node: &Node) -> Option<Tool> {
        let mut tool = Tool { name: key.text.clone(), location: key.location, ..Tool::default() };
        if node.is_null() {
            return Some(tool);
        }
        if !self.check(node, "a tool", Shape::Block(Block::Tool)) {
            return None;
        }
        describe(&mut tool, node);
        Some(tool)
    }

    fn listed_tool(&mut self, node: &Node) -> Option<Tool> {
        let Value::Map(_) = &node.value else {
            let name = self.tool_name(node, "a tool")?;
            return Some(Tool { name: name.into(), location: node.location, ..Tool::default() });
        };
        if !self.check(node, "a tool", Shape::Block(Block::ListedTool)) {
            return None;
        }
        let fields = self.fields(node, Block::ListedTool)?;
        let Some(name) = fields.get("name") else {
            let message = "a tool has no `name`";
            let hint = Block::ListedTool.hint();
            self.report(Diagnostic::new(Code::MissingKey, node.location, message).hint(hint));
            return None;
        };
        let text = self.tool_name(name, "`name`")?;
        let mut tool = Tool { name: text.into(), location: name.location, ..Tool::default() };
        describe(&mut tool, node);
        Some(tool)
    }

    /// Warns about contracts that name a tool which is not listed.
    pub(super) fn undeclared_tools(&mut self, agents: &[Agent], tools: &[Tool]) {
        for loaded in agents.iter().flat_map(|agent| &agent.contracts) {
            let clauses = loaded.origin.assumptions.iter().chain(&loaded.origin.guarantees);
            let formulas = loaded.contract.assumptions.iter().chain(&loaded.contract.guarantees);
            for (clause, formula) in clauses.zip(formulas) {
                for name in tools_of(formula) {
                    if tools.iter().any(|tool| is_called(&tool.name, &name)) {
                        continue;
                    }
                    let message =
                        format!("the tool `{name}` is not among the `tools` of this file");
                    let near = suggest::nearest(&name, tools.iter().map(|tool| &*tool.name));
                    let hint = match near {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => "add it to `tools`, or name a tool that is there".to_owned(),
                    };
                    let at = clause.location;
                    self.report(Diagnostic::new(Code::UndeclaredTool, at, message).hint(hint));
                }
            }
        }
    }
}

/// What a checked entry says beside the name.
fn describe(tool: &mut Tool, node: &Node) {
    let Value::Map(entries) = &node.value else { return };
    let get = |name: &str| entries.iter().find(|(key, _)| &*key.text == name).map(|(_, node)| node);
    let written = |node: &Node| node.text().filter(|t| !t.trim().is_empty()).map(Into::into);
    tool.description = get("description").and_then(written);
    tool.params = match get("params").map(|node| (node, &node.value)) {
        Some((_, Value::List(items))) => {
            items.iter().filter_map(|i| i.text().map(Into::into)).collect()
        }
        Some((_, Value::Map(entries))) => entries.iter().map(|(key, _)| key.text.clone()).collect(),
        Some((node, _)) => written(node).into_iter().collect(),
        None => Vec::new(),
    };
    tool.tags = match get("tags").map(|node| (node, &node.value)) {
        Some((_, Value::List(items))) => items.iter().filter_map(|i| i.text().map(tag)).collect(),
        Some((node, _)) => node.text().map(tag).into_iter().collect(),
        None => Vec::new(),
    };
}

/// A tag, which may be written with its `@`.
fn tag(text: &str) -> Box<str> {
    text.trim_start_matches('@').into()
}

/// Whether a tool of the file, perhaps a glob, is meant by a name in a contract, perhaps a glob.
fn is_called(listed: &str, named: &str) -> bool {
    listed == named || glob(listed, named) || glob(named, listed)
}

/// Whether a text is matched by a glob: `*` is any characters.
fn glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// The tools that a formula names, sets taken apart.
pub(super) fn tools_of(formula: &Formula) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    symbols::each(formula, &mut |symbol| {
        let entry = symbol.word.entry();
        for (index, constant) in symbol.args.iter().enumerate() {
            let kind = entry.parameter(index).map(|parameter| parameter.kind);
            match (kind, constant) {
                (Some(Kind::Tool), Constant::Text(text)) => {
                    names.extend(naming::members_of(text));
                }
                (Some(Kind::Source), Constant::Text(text)) => {
                    let source = Source::new(text).filter(|source| !source.is_user());
                    names.extend(source.iter().flat_map(|s| naming::members_of(&s.tools)));
                }
                _ => {}
            }
        }
    });
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_matches_as_a_whole() {
        let yes =
            [("a*", "a"), ("a*", "abc"), ("*", ""), ("a*c", "abc"), ("*b*", "abc"), ("abc", "abc")];
        let no = [("a*", "b"), ("a*c", "abcd"), ("a", "ab"), ("a*b*c", "acb")];
        assert!(yes.iter().all(|(pattern, text)| glob(pattern, text)));
        assert!(!no.iter().any(|(pattern, text)| glob(pattern, text)));
    }

    #[test]
    fn every_tool_position_is_found() {
        let check = |text: &str, expect: &[&str]| {
            let names: Vec<String> = tools_of(&Formula::parse(text).unwrap()).into_iter().collect();
            assert_eq!(names, expect, "{text}");
        };
        check(
            "G(called(a) & count(b) <= 1 -> optional(length(arg(c, x))) <= 2 & arg_has(d, \"e\"))",
            &["a", "b", "c", "d"],
        );
        check("time_since(called(a)) <= count(b) within 1h", &["a", "b"]);
        check("sum(a, x) where called(b) & arg(c, x) <= arg(d, y) <= 3", &["a", "b", "c", "d"]);
        check("succeeded(a) & arg_from(b, x, c)", &["a", "b", "c"]);
        check("arg_known(a, x, user, {b, c}, \"text(d.{to})\")", &["a", "b", "c", "d"]);
        check("called({a, {b, c*}})", &["a", "b", "c*"]);
    }
}
