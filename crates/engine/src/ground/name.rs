//! Which tool a name means.
//!
//! Names are compared after NFC, exactly and with case. That alone would let `Bash`, `bash ` or `bаsh` with a
//! Cyrillic а walk past a contract about `bash`, and so would `mcp__shell__bash`. Such a name is neither the tool
//! nor another one: it is *alike*. An atom about the tool is then unknown, and unknown is resolved towards
//! violation, so the name is taken for the tool where a contract forbids, and for another where it requires.
//!
//! Two names are alike when they are equal after dropping blanks and invisible characters, compatibility
//! decomposition, case folding and mapping confusable characters (Unicode Technical Standard 39), or when they are
//! equal in that sense once a namespace is dropped from one of them, not from both: `mcp__a__read` and
//! `mcp__b__read` are tools of two servers.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use unicode_normalization::{UnicodeNormalization, is_nfc};
use unicode_security::confusable_detection::skeleton;

/// A tool that contracts mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ToolId(u32);

impl ToolId {
    pub(crate) fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// What a name is to the tools that contracts mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Identity {
    /// Exactly this tool.
    Tool(ToolId),
    /// Not this tool, but to be confused with it.
    Alike(ToolId),
    /// No tool that is mentioned.
    Other,
}

/// The tools that contracts mention.
#[derive(Debug, Default)]
pub(crate) struct Tools {
    names: Vec<Box<str>>,
    exact: HashMap<Box<str>, ToolId, FixedState>,
    /// By the whole folded name.
    folded: HashMap<Box<str>, ToolId, FixedState>,
    /// By the folded name without its namespace, for names that have one.
    tails: HashMap<Box<str>, ToolId, FixedState>,
}

impl Tools {
    /// The id of a mentioned tool, fresh at its first mention.
    pub(crate) fn mention(&mut self, name: &str) -> ToolId {
        let name: String = name.nfc().collect();
        if let Some(id) = self.exact.get(name.as_str()) {
            return *id;
        }
        let id = ToolId(u32::try_from(self.names.len()).unwrap_or(u32::MAX));
        let folded = fold(&name);
        if let Some(tail) = tail(&folded) {
            self.tails.entry(tail.into()).or_insert(id);
        }
        self.folded.entry(folded.into()).or_insert(id);
        self.names.push(name.as_str().into());
        self.exact.insert(name.into(), id);
        id
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(AsRef::as_ref)
    }

    pub(crate) fn name(&self, id: ToolId) -> &str {
        self.names.get(id.index()).map_or("", AsRef::as_ref)
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = ToolId> + use<> {
        (0..u32::try_from(self.names.len()).unwrap_or(u32::MAX)).map(ToolId)
    }

    /// What `name` is. A mentioned name costs one look-up.
    pub(crate) fn identify(&self, name: &str) -> Identity {
        if let Some(id) = self.exact.get(name) {
            return Identity::Tool(*id);
        }
        if self.names.is_empty() {
            return Identity::Other;
        }
        if !is_nfc(name) {
            let composed: String = name.nfc().collect();
            if let Some(id) = self.exact.get(composed.as_str()) {
                return Identity::Tool(*id);
            }
        }
        self.alike(&fold(name)).map_or(Identity::Other, Identity::Alike)
    }

    fn alike(&self, folded: &str) -> Option<ToolId> {
        let found = match tail(folded) {
            None => self.folded.get(folded).or_else(|| self.tails.get(folded)),
            // A namespace may be dropped from this name if the mentioned one has none.
            Some(bare) => self.folded.get(folded).or_else(|| self.folded.get(bare)),
        };
        found.copied()
    }
}

fn fold(name: &str) -> String {
    let visible = |c: &char| !c.is_whitespace() && !c.is_control() && !is_invisible(*c);
    let folded: String = name.nfkc().filter(visible).flat_map(char::to_lowercase).collect();
    skeleton(&folded).flat_map(char::to_lowercase).collect()
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{E0000}'..='\u{E0FFF}')
}

/// The name without its namespace: after the last `__` of an MCP name, or after the last `:`, `.` or `/`.
fn tail(folded: &str) -> Option<&str> {
    // The confusable skeleton of `m` is `rn`.
    let is_mcp = folded.starts_with("rncp__") || folded.starts_with("mcp__");
    let last = if is_mcp { folded.rsplit_once("__") } else { folded.rsplit_once([':', '.', '/']) };
    last.map(|(_, tail)| tail).filter(|tail| !tail.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(mentioned: &str, name: &str, expect: fn(ToolId) -> Identity) {
        let mut tools = Tools::default();
        let id = tools.mention(mentioned);
        assert_eq!(tools.identify(name), expect(id), "{name:?} where {mentioned:?} is mentioned");
    }

    #[test]
    fn the_same_name_is_the_tool() {
        check("bash", "bash", Identity::Tool);
        check("caf\u{e9}", "cafe\u{301}", Identity::Tool);
        check("mcp__a__read", "mcp__a__read", Identity::Tool);
    }

    #[test]
    fn a_name_that_only_looks_like_it_is_alike() {
        for name in [
            "Bash",
            "BASH",
            "bash ",
            " bash",
            "b\u{430}sh",
            "ba\u{200b}sh",
            "ｂａｓｈ",
            "mcp__shell__bash",
            "shell:bash",
            "functions.bash",
            "MCP__Shell__Bash",
        ] {
            check("bash", name, Identity::Alike);
        }
        check("mcp__shell__bash", "bash", Identity::Alike);
        check("mcp__shell__bash", "Mcp__Shell__bash", Identity::Alike);
    }

    #[test]
    fn another_name_is_another_tool() {
        for name in ["", "bas", "bash2", "bash_history", "sh", "bash.exe", "zsh"] {
            check("bash", name, |_| Identity::Other);
        }
        check("mcp__a__read", "mcp__b__read", |_| Identity::Other);
    }
}
