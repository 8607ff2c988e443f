//! Older files: rewritten where the form differs, and explained where the meaning does.
//!
//! Earlier implementations read files with other keys, skipped keys that they documented, and gave some
//! contracts a meaning that their words do not have. [`migrate`] changes the form: it edits the text at the
//! places of what it read, so comments, order and quoting stay. It never changes what a contract says. Where
//! the same words are judged otherwise here, it says so, contract by contract, with the reason.
//!
//! `form` finds the edits, `legacy` moves lists of assumptions and guarantees, `meaning` explains.

mod form;
mod legacy;
mod meaning;

use core::ops::Range;

use super::tree::{self, Key, Node, Value};
use crate::diagnostic::{Diagnostic, Diagnostics, Files, Location};

/// A rewritten file, and what is to be known about it.
#[derive(Debug)]
pub struct Migration {
    /// The rewritten text; the given one where nothing had to change.
    pub text: String,
    /// What was rewritten, in the order of the file.
    pub edits: Vec<Remark>,
    /// Where the meaning differs, in the order of the file.
    pub notes: Vec<Remark>,
    /// The given text, for places.
    pub files: Files,
}

/// Something to know about a place of the given text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Where.
    pub location: Location,
    /// The contract that it is about; none if it is about the file.
    pub contract: Option<String>,
    /// What: lower case, no full stop.
    pub text: String,
}

/// A change of the text.
#[derive(Clone, Debug)]
struct Edit {
    range: Range<usize>,
    replacement: String,
    why: String,
}

/// The state of looking through one file.
struct Migrator<'t> {
    text: &'t str,
    edits: Vec<Edit>,
    notes: Vec<Remark>,
    /// The contract that is being looked at.
    contract: Option<String>,
}

/// Rewrites a file; the diagnostics where it is not well-formed YAML.
pub fn migrate(name: &str, text: &str) -> Result<Migration, (Vec<Diagnostic>, Files)> {
    let mut files = Files::new();
    let file = files.add(name, text);
    let mut diagnostics = Diagnostics::default();
    let root = tree::parse(file, text, &mut diagnostics);
    if diagnostics.has_errors() {
        return Err((diagnostics.finish(), files));
    }
    let mut migrator = Migrator { text, edits: Vec::new(), notes: Vec::new(), contract: None };
    if let Some(root) = &root {
        migrator.file(root);
    }
    let Migrator { mut edits, mut notes, .. } = migrator;
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let mut done: Vec<Edit> = Vec::new();
    for edit in edits {
        // An alias makes one place be seen several times.
        if done
            .last()
            .is_none_or(|last| last.range.end <= edit.range.start && last.range != edit.range)
        {
            done.push(edit);
        }
    }
    let mut kept: Vec<Remark> = Vec::new();
    notes.sort_by_key(|note| note.location);
    for note in notes {
        let mut same = kept.iter().rev().take_while(|other| other.location == note.location);
        if !same.any(|other| *other == note) {
            kept.push(note);
        }
    }
    let remark = |edit: &Edit| Remark {
        location: Location::new(file, edit.range.start, edit.range.end),
        contract: None,
        text: edit.why.clone(),
    };
    Ok(Migration {
        text: applied(text, &done),
        edits: done.iter().map(remark).collect(),
        notes: kept,
        files,
    })
}

fn applied(text: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(text.get(at..edit.range.start).unwrap_or_default());
        out.push_str(&edit.replacement);
        at = edit.range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

impl Migrator<'_> {
    fn edit(
        &mut self,
        range: Range<usize>,
        replacement: impl Into<String>,
        why: impl Into<String>,
    ) {
        self.edits.push(Edit { range, replacement: replacement.into(), why: why.into() });
    }

    fn note(&mut self, location: Location, text: impl Into<String>) {
        self.notes.push(Remark { location, contract: self.contract.clone(), text: text.into() });
    }

    fn file(&mut self, root: &Node) {
        let Value::Map(entries) = &root.value else { return };
        self.settings(entries);
        for (key, node) in entries {
            match (&*key.text, &node.value) {
                ("agents", Value::Map(agents)) => {
                    for (_, agent) in agents {
                        self.agent(agent);
                    }
                }
                ("contracts", Value::List(items)) => self.contracts(items),
                _ => {}
            }
        }
    }

    fn agent(&mut self, node: &Node) {
        match &node.value {
            Value::List(items) => self.contracts(items),
            Value::Map(entries) => {
                self.agent_keys(entries);
                for (key, node) in entries {
                    match (&*key.text, &node.value) {
                        ("contracts", Value::List(items)) => self.contracts(items),
                        ("tool_rename", Value::Map(_)) => self.renames(key),
                        _ => {}
                    }
                }
            }
            Value::Scalar(_) => {}
        }
    }

    fn contracts(&mut self, items: &[Node]) {
        for item in items {
            self.contract = Some(label(item));
            self.contract_form(item);
            self.contract_meaning(item);
            self.contract = None;
        }
    }
}

/// What people call an entry of a list of contracts.
fn label(node: &Node) -> String {
    let mut label = described(node).unwrap_or_else(|| "a contract".to_owned());
    if label.chars().count() > 60 {
        label = label.chars().take(59).chain(['…']).collect();
    }
    label
}

fn described(node: &Node) -> Option<String> {
    match &node.value {
        Value::Scalar(scalar) => Some(scalar.text.to_string()),
        Value::List(items) => items.first().and_then(described),
        Value::Map(_) => {
            let named = ["name", "desc"].into_iter().find_map(|key| get(node, key)?.text());
            let said =
                || ["nl", "ltl", "pattern"].into_iter().find_map(|key| get(node, key)?.text());
            let inner = || form::GUARANTEES.iter().find_map(|key| described(get(node, key)?));
            named.or_else(said).map(str::to_owned).or_else(inner)
        }
    }
}

/// The value of a key of a map.
fn get<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    entry(node, name).map(|(_, node)| node)
}

fn entry<'n>(node: &'n Node, name: &str) -> Option<(&'n Key, &'n Node)> {
    match &node.value {
        Value::Map(entries) => {
            entries.iter().find(|(key, _)| &*key.text == name).map(|(k, n)| (k, n))
        }
        _ => None,
    }
}
