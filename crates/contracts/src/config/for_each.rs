//! `for_each`: by what a contract is judged apart.

use super::keys::Block;
use super::tree::{Node, Value};
use super::{ForEach, KeyPart, KeySource, Loader};
use crate::diagnostic::{Code, Diagnostic};

impl Loader<'_> {
    /// Reads `for_each`: one part, or a list of parts.
    pub(super) fn for_each(&mut self, node: &Node) -> Option<ForEach> {
        let parts = match &node.value {
            Value::List(items) if items.is_empty() => {
                let message = "`for_each` is an empty list";
                let hint = "remove it, or name what the contract is judged for";
                self.report(Diagnostic::new(Code::Value, node.location, message).hint(hint));
                return None;
            }
            Value::List(items) => {
                let parts: Vec<Option<KeyPart>> =
                    items.iter().map(|item| self.key_part(item)).collect();
                parts.into_iter().collect::<Option<_>>()?
            }
            _ => vec![self.key_part(node)?],
        };
        Some(ForEach { location: node.location, parts })
    }

    fn key_part(&mut self, node: &Node) -> Option<KeyPart> {
        let Value::Map(_) = &node.value else {
            let text = self.text(node, "`for_each`")?;
            let source = match text.split_once('.') {
                Some(("args", path)) => KeySource::Argument(self.key_path(node, path)?),
                Some(("ctx", key)) if !key.is_empty() => KeySource::Context(key.into()),
                None if text == "agent" => KeySource::Agent,
                _ => {
                    let message = format!("`for_each` cannot be `{text}`");
                    let hint = Block::ForEach.hint();
                    self.report(Diagnostic::new(Code::Value, node.location, message).hint(hint));
                    return None;
                }
            };
            return Some(KeyPart { source, as_text: false });
        };
        let fields = self.fields(node, Block::ForEach)?;
        let as_text = match fields.get("as") {
            None => false,
            Some(node) => match self.text(node, "`as`")? {
                "string" => true,
                other => {
                    self.not_one_of(node.location, "`as`", other, &["string"]);
                    return None;
                }
            },
        };
        let source = match (fields.get("args"), fields.entry("ctx")) {
            (Some(args), None) => self.key_arguments(args)?,
            (None, Some((_, ctx))) => KeySource::Context(self.text(ctx, "`ctx`")?.into()),
            (Some(_), Some((key, _))) => {
                let message = "`args` and `ctx` are two keys";
                let hint = "write a list: `for_each: [{args: …}, {ctx: …}]`";
                self.report(Diagnostic::new(Code::Conflict, key.location, message).hint(hint));
                return None;
            }
            (None, None) => {
                let message = "`for_each` has neither `args` nor `ctx`";
                let hint = Block::ForEach.hint();
                self.report(Diagnostic::new(Code::MissingKey, node.location, message).hint(hint));
                return None;
            }
        };
        Some(KeyPart { source, as_text })
    }

    fn key_arguments(&mut self, node: &Node) -> Option<KeySource> {
        let Value::Map(entries) = &node.value else {
            return Some(KeySource::Argument(self.path(node, "`args`")?.into()));
        };
        if entries.is_empty() {
            let message = "`args` names no tool";
            self.report(
                Diagnostic::new(Code::Value, node.location, message).hint(Block::ForEach.hint()),
            );
            return None;
        }
        let mut by_tool = Vec::new();
        for (key, value) in entries {
            let path = self.path(value, "the path of an argument")?;
            let path = self.naming.path(&path, &key.text);
            let tool = match self.naming.tool_text(&key.text, &self.tags) {
                Ok(tool) => tool,
                Err(problem) => {
                    let diagnostic =
                        Diagnostic::new(Code::UnknownTag, key.location, problem.message);
                    self.report(diagnostic.hint(problem.hint));
                    return None;
                }
            };
            by_tool.push((tool.into(), path.into()));
        }
        Some(KeySource::ArgumentByTool(by_tool))
    }

    fn key_path(&mut self, node: &Node, path: &str) -> Option<Box<str>> {
        self.right_path(node, path).then(|| path.into())
    }
}
