//! Which tool a name means.
//!
//! Names are compared after NFC, exactly and with case. That alone would let `Bash`, `bash ` or `bаsh` with a
//! Cyrillic а walk past a contract about `bash`, and so would `mcp__shell__bash`. Such a name is neither the tool
//! nor another one: it is *alike*. An atom about the tool is then unknown, and unknown is resolved towards
//! violation, so the name is taken for the tool where a contract forbids, and for another where it requires. A name
//! may be alike to several tools, also if it is a tool that some contract mentions itself.
//!
//! Two names are alike when they are equal after folding, or when one of them is, once namespaces are dropped from
//! the other: `mcp__a__read` is alike to `read`, and not to `mcp__b__read`, a tool of another server. Folding drops
//! blanks and invisible characters, decomposes, maps confusable characters (Unicode Technical Standard 39), ignores
//! case and takes `i`, `l`, `1` and `|` for one letter. Case and confusables do not commute (`В` looks like `B`, `в`
//! does not look like `b`), so a name has two folded forms and is alike if either meets.
//!
//! Folding costs a hundred times what a look-up costs, so what names mean is remembered in the scratch, up to a
//! limit; a name that contracts mention is not folded at all.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use unicode_normalization::{UnicodeNormalization, is_nfc};
use unicode_security::confusable_detection::skeleton;

use super::valuation::Truth;

/// A tool that contracts mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ToolId(u32);

impl ToolId {
    pub(crate) fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// What a name is to the tools that contracts mention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Identity<'t> {
    /// The tool it is.
    pub(crate) exact: Option<ToolId>,
    /// The other tools it is to be confused with, sorted.
    pub(crate) alike: &'t [ToolId],
}

impl Identity<'_> {
    /// Whether it is this tool.
    pub(crate) fn names(&self, tool: ToolId) -> Truth {
        if self.exact == Some(tool) {
            Truth::True
        } else if self.alike.contains(&tool) {
            Truth::Unknown
        } else {
            Truth::False
        }
    }
}

type ByForm = HashMap<Box<str>, Vec<ToolId>, FixedState>;

/// The tools that contracts mention.
#[derive(Debug, Default)]
pub(crate) struct Tools {
    names: Vec<Box<str>>,
    exact: HashMap<Box<str>, ToolId, FixedState>,
    /// By a folded form.
    whole: ByForm,
    /// By what is left of a folded form without one or more namespaces.
    tails: ByForm,
}

impl Tools {
    /// The id of a mentioned tool, fresh at its first mention.
    pub(crate) fn mention(&mut self, name: &str) -> ToolId {
        let name: String = name.nfc().collect();
        if let Some(id) = self.exact.get(name.as_str()) {
            return *id;
        }
        let id = ToolId(u32::try_from(self.names.len()).unwrap_or(u32::MAX));
        for form in forms(&name) {
            for tail in tails(&form) {
                self.tails.entry(tail.into()).or_default().push(id);
            }
            self.whole.entry(form.into()).or_default().push(id);
        }
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

    /// The tool with this name.
    #[inline]
    pub(crate) fn exact(&self, name: &str) -> Option<ToolId> {
        if let Some(id) = self.exact.get(name) {
            return Some(*id);
        }
        if is_nfc(name) {
            return None;
        }
        let composed: String = name.nfc().collect();
        self.exact.get(composed.as_str()).copied()
    }

    /// The tools that `name` is to be confused with, itself left out; sorted.
    pub(crate) fn alike(&self, name: &str) -> Vec<ToolId> {
        let mut found: Vec<ToolId> = Vec::new();
        for form in forms(name) {
            let of = |map: &ByForm, form: &str| map.get(form).cloned().unwrap_or_default();
            found.extend(of(&self.whole, &form));
            found.extend(of(&self.tails, &form));
            found.extend(tails(&form).flat_map(|tail| of(&self.whole, tail)));
        }
        found.sort_unstable();
        found.dedup();
        let own = self.exact(name);
        found.retain(|tool| Some(*tool) != own);
        found
    }

    /// What is left of a tool's name without any namespace: tools that one name may be confused with at once
    /// have it in common.
    pub(crate) fn bare(&self, tool: ToolId) -> String {
        let form = forms(self.name(tool)).next().unwrap_or_default();
        tails(&form).last().unwrap_or(&form).to_owned()
    }
}

/// The folded forms of a name: case first, and confusables first.
fn forms(name: &str) -> impl Iterator<Item = String> + use<> {
    let visible = |c: &char| !c.is_whitespace() && !c.is_control() && !is_invisible(*c);
    let visible: String = name.nfkc().filter(visible).collect();
    let lower = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<String>();
    let case_first = lower(&skeleton(&lower(&visible)).collect::<String>());
    let confusables_first =
        lower(&skeleton(&lower(&skeleton(&visible).collect::<String>())).collect::<String>());
    let one_letter = |form: String| form.replace(['i', '1', '|'], "l");
    let (first, second) = (one_letter(case_first), one_letter(confusables_first));
    let second = (second != first).then_some(second);
    core::iter::once(first).chain(second)
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

/// What is left of a folded form after each place where a namespace may end, longest first: after `:`, `.` and `/`,
/// and, where the name is one of MCP, after `__`.
fn tails(form: &str) -> impl Iterator<Item = &str> {
    // The confusable skeleton of `m` is `rn`.
    let is_mcp = form.contains("rncp__") || form.contains("mcp__");
    let after = move |(at, c): (usize, char)| {
        let tail = form.get(at.saturating_add(c.len_utf8())..)?;
        let ends = match c {
            ':' | '.' | '/' => true,
            '_' => is_mcp && form.get(..at)?.ends_with('_') && !tail.starts_with('_'),
            _ => false,
        };
        (ends && !tail.is_empty()).then_some(tail)
    };
    form.char_indices().filter_map(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(mentioned: &[&str], name: &str, exact: Option<&str>, alike: &[&str]) {
        let mut tools = Tools::default();
        let ids: Vec<ToolId> = mentioned.iter().map(|tool| tools.mention(tool)).collect();
        let id = |tool: &str| {
            mentioned.iter().position(|m| *m == tool).and_then(|at| ids.get(at)).copied()
        };
        assert_eq!(tools.exact(name), exact.and_then(id), "{name:?} of {mentioned:?}");
        let expect: Vec<ToolId> = alike.iter().filter_map(|tool| id(tool)).collect();
        assert_eq!(tools.alike(name), expect, "{name:?} of {mentioned:?}");
    }

    #[test]
    fn the_same_name_is_the_tool() {
        check(&["bash"], "bash", Some("bash"), &[]);
        check(&["caf\u{e9}"], "cafe\u{301}", Some("caf\u{e9}"), &[]);
        check(&["mcp__a__read"], "mcp__a__read", Some("mcp__a__read"), &[]);
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
            "functions.mcp__shell__bash",
            "mcp__shell__functions.bash",
            "bash\u{2800}",
            "bash\u{fff9}",
            "\u{412}ash",
            "b\u{410}sh",
        ] {
            check(&["bash"], name, None, &["bash"]);
        }
        check(&["mcp__shell__bash"], "bash", None, &["mcp__shell__bash"]);
        check(&["mcp__shell__bash"], "Mcp__Shell__bash", None, &["mcp__shell__bash"]);
        check(&["delete_file"], "deIete_file", None, &["delete_file"]);
        check(&["delete_file"], "de1ete_fi1e", None, &["delete_file"]);
        for name in ["\u{41d}ttp", "h\u{422}TP", "\u{397}ttp"] {
            check(&["HTTP"], name, None, &["HTTP"]);
        }
        check(&["fs.read"], "functions.fs.read", None, &["fs.read"]);
    }

    #[test]
    fn a_name_may_be_alike_to_several_tools_and_be_one_itself() {
        check(&["Read", "read"], "READ", None, &["Read", "read"]);
        check(&["Read", "read"], "read", Some("read"), &["Read"]);
        check(&["mcp__a__read", "mcp__b__read"], "read", None, &["mcp__a__read", "mcp__b__read"]);
        check(
            &["bash", "mcp__shell__bash"],
            "mcp__shell__bash",
            Some("mcp__shell__bash"),
            &["bash"],
        );
    }

    #[test]
    fn another_name_is_another_tool() {
        for name in ["", "bas", "bash2", "bash_history", "sh", "bash.exe", "zsh", "my__bash"] {
            check(&["bash"], name, None, &[]);
        }
        check(&["mcp__a__read"], "mcp__b__read", None, &[]);
    }
}
