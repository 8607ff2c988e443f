//! `include`: packs by name and files by path.
//!
//! An included file holds contracts for whoever includes it, under the one agent `"*"`, and decides nothing
//! else. A relative path starts at the including file and stays in its directory or below: a file that
//! means to reach elsewhere says so with an absolute path or with `~/`. A pack reaches packs only.

use std::rc::Rc;

use sponsio_packs::PACKS;

use super::agent::Including;
use super::fields::Fields;
use super::keys::Block;
use super::tree::{Node, Value};
use super::{Loaded, Loader, Note};
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::limits::INCLUDE_DEPTH_MAX;
use crate::suggest;

const PACK_PREFIX: &str = "sponsio:";
const HOME_PREFIX: &str = "~/";

impl Loader<'_> {
    /// The contracts of one `include` entry.
    pub(super) fn include(&mut self, spec: &Node, including: &mut Including) -> Vec<Loaded> {
        let Some(text) = self.text(spec, "an `include` entry") else { return Vec::new() };
        let at = spec.location;
        if including.chain.len() > INCLUDE_DEPTH_MAX {
            let message =
                format!("files include each other more than {INCLUDE_DEPTH_MAX} levels deep");
            self.report(Diagnostic::new(Code::Limit, at, message));
            return Vec::new();
        }
        let Some((name, root)) = self.included(text, at, including) else { return Vec::new() };
        if including.chain.contains(&name) {
            let message = format!("`{name}` includes itself: {}", cycle(&including.chain, &name));
            self.report(
                Diagnostic::new(Code::Include, at, message).hint("remove one of the includes"),
            );
            return Vec::new();
        }
        if !including.seen.insert(name.clone()) {
            let message = format!("`{name}` is included twice");
            let hint = "its contracts count once; remove one of the includes";
            self.report(Diagnostic::new(Code::IncludedTwice, at, message).hint(hint));
            return Vec::new();
        }
        let Some(root) = root else { return Vec::new() };
        including.chain.push(name);
        self.diagnostics.enter(at);
        let outer = self.pack.replace(text.to_owned());
        let list = self.included_block(&root, including);
        self.pack = outer;
        self.diagnostics.leave();
        including.chain.pop();
        list
    }

    /// The name and the tree of what a spec names.
    fn included(
        &mut self,
        spec: &str,
        at: Location,
        including: &Including,
    ) -> Option<(String, Option<Rc<Node>>)> {
        if let Some(pack) = spec.strip_prefix(PACK_PREFIX) {
            let Some(pack) = sponsio_packs::find(pack) else {
                self.no_such_pack(pack, at);
                return None;
            };
            return Some(self.tree_of(format!("{PACK_PREFIX}{}", pack.name), pack.text, at));
        }
        let parent = including.chain.last().map(String::as_str);
        let problem = match parent {
            Some(parent) if parent.starts_with(PACK_PREFIX) => {
                Some("a pack includes only packs, by name")
            }
            _ => escape(spec),
        };
        if let Some(problem) = problem {
            let message = format!("`{spec}` cannot be included: {problem}");
            let hint = "write a path below the directory of this file, an absolute path, or `sponsio:` and the \
                name of a pack";
            self.report(Diagnostic::new(Code::Include, at, message).hint(hint));
            return None;
        }
        match self.source.read(parent, spec) {
            Ok(text) => Some(self.tree_of(text.name, &text.text, at)),
            Err(error) => {
                let message = format!("`{spec}` cannot be included: {error}");
                self.report(Diagnostic::new(Code::Include, at, message));
                None
            }
        }
    }

    /// The tree of an included text. One that was read before is not read again.
    fn tree_of(&mut self, name: String, text: &str, at: Location) -> (String, Option<Rc<Node>>) {
        if let Some((_, root)) = self.trees.get(&name) {
            return (name, root.clone());
        }
        self.diagnostics.enter(at);
        let (file, root) = self.parse_file(&name, text, Some(at));
        self.diagnostics.leave();
        self.trees.insert(name.clone(), (file, root.clone()));
        if root.is_none() && !self.diagnostics.has_errors() {
            let message = format!("`{name}` is empty");
            self.report(Diagnostic::new(Code::Include, at, message).hint(Block::Included.hint()));
        }
        (name, root)
    }

    fn no_such_pack(&mut self, name: &str, at: Location) {
        let names: Vec<String> =
            PACKS.iter().map(|pack| format!("`sponsio:{}`", pack.name)).collect();
        let hint = match suggest::nearest(name, PACKS.iter().map(|pack| pack.name)) {
            Some(near) => format!("did you mean `sponsio:{near}`?"),
            None if names.is_empty() => {
                "this build ships no packs; include a file instead".to_owned()
            }
            None => format!("the packs are {}", names.join(", ")),
        };
        let message = format!("there is no pack `sponsio:{name}`");
        self.report(Diagnostic::new(Code::Include, at, message).hint(hint));
    }

    /// What an included file says of itself.
    fn note(&mut self, fields: Fields<'_>) {
        let about = fields.get("about").and_then(|node| self.text(node, "`about`"));
        let about = about.unwrap_or_default().trim().into();
        let mut sources = Vec::new();
        if let Some(node) = fields.get("sources") {
            for entry in self.list(node) {
                sources.extend(self.text(entry, "an entry of `sources`").map(Into::into));
            }
        }
        let Some(include) = self.pack.clone() else { return };
        let is_known = self.notes.iter().any(|note| note.include == include);
        if !is_known {
            self.notes.push(Note { include, about, sources });
        }
    }

    fn included_block(&mut self, root: &Node, including: &mut Including) -> Vec<Loaded> {
        let Some(fields) = self.fields(root, Block::Included) else { return Vec::new() };
        self.version(fields);
        self.note(fields);
        if let Some(node) = fields.get("tools") {
            self.tools(node);
        }
        let sets = self.read_sets(fields.get("sets"));
        self.sets.push(sets);
        let list = self.included_agents(root, fields, including);
        self.sets.pop();
        list
    }

    fn included_agents(
        &mut self,
        root: &Node,
        fields: Fields<'_>,
        including: &mut Including,
    ) -> Vec<Loaded> {
        let Some(agents) = fields.get("agents") else {
            let message = "an included file has no `agents`";
            self.report(
                Diagnostic::new(Code::MissingKey, root.location, message)
                    .hint(Block::Included.hint()),
            );
            return Vec::new();
        };
        let Value::Map(entries) = &agents.value else {
            let message = format!("`agents` is a map, not {}", agents.describe());
            self.report(
                Diagnostic::new(Code::Shape, agents.location, message).hint(Block::Included.hint()),
            );
            return Vec::new();
        };
        let [(key, node)] = entries.as_slice() else {
            let message =
                format!("an included file has the one agent `*`, not {} agents", entries.len());
            self.report(
                Diagnostic::new(Code::Include, agents.location, message)
                    .hint(Block::Included.hint()),
            );
            return Vec::new();
        };
        if &*key.text != "*" {
            let message =
                format!("an included file speaks of the agent `*`, not of `{}`", key.text);
            self.report(
                Diagnostic::new(Code::Include, key.location, message).hint(Block::Included.hint()),
            );
            return Vec::new();
        }
        self.included_agent(node, including)
    }
}

fn cycle(chain: &[String], name: &str) -> String {
    let from = chain.iter().position(|known| known == name).unwrap_or(0);
    let names = chain.iter().skip(from).map(String::as_str).chain([name]);
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" → ")
}

/// Why a path is not one below the directory of the including file.
fn escape(spec: &str) -> Option<&'static str> {
    if spec.starts_with('/') || spec.starts_with(HOME_PREFIX) {
        // What is wrong with an included file is shown with its lines; they must not be those of any file.
        let is_yaml = spec.ends_with(".yaml") || spec.ends_with(".yml");
        return (!is_yaml)
            .then_some("a file elsewhere is included if it ends in `.yaml` or `.yml`");
    }
    if spec.starts_with('~')
        || spec.contains('\\')
        || spec.split('/').any(|part| part.contains(':'))
    {
        return Some("the path is not relative");
    }
    let mut depth = 0usize;
    for part in spec.split('/') {
        match part {
            "" | "." => {}
            ".." => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return Some("the path leaves the directory of this file"),
            },
            _ => depth = depth.saturating_add(1),
        }
    }
    (depth == 0).then_some("the path names no file")
}
