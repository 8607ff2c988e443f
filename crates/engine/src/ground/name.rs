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
//!
//! Folding a name costs a hundred times what looking it up costs, and most calls of an agent name tools that no
//! contract mentions. So a name is folded only if it ends as the folded name of a mentioned tool ends: names that
//! are alike have the same [`ending`], because what a fold may drop from one of them stands in front.

use std::collections::{HashMap, HashSet};

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
    /// The endings of the folded names.
    endings: HashSet<u64, FixedState>,
}

/// Where a name is folded; kept from call to call, so that a warm look-up allocates nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Folding {
    visible: String,
    folded: String,
}

impl Tools {
    /// The id of a mentioned tool, fresh at its first mention.
    pub(crate) fn mention(&mut self, name: &str) -> ToolId {
        let name: String = name.nfc().collect();
        if let Some(id) = self.exact.get(name.as_str()) {
            return *id;
        }
        let id = ToolId(u32::try_from(self.names.len()).unwrap_or(u32::MAX));
        let mut folding = Folding::default();
        let folded = folding.fold(&name);
        self.endings
            .insert(ending(folded.bytes().rev().map(|byte| Some((byte, None)))).unwrap_or(0));
        if let Some(tail) = tail(folded) {
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
    #[inline]
    pub(crate) fn identify(&self, name: &str, folding: &mut Folding) -> Identity {
        if let Some(id) = self.exact.get(name) {
            return Identity::Tool(*id);
        }
        let ending = ending(name.bytes().rev().map(folded_plainly));
        if ending.is_some_and(|ending| !self.endings.contains(&ending)) || self.names.is_empty() {
            return Identity::Other;
        }
        if !is_nfc(name) {
            folding.visible.clear();
            folding.visible.extend(name.nfc());
            if let Some(id) = self.exact.get(folding.visible.as_str()) {
                return Identity::Tool(*id);
            }
        }
        self.alike(folding.fold(name)).map_or(Identity::Other, Identity::Alike)
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

impl Folding {
    fn fold(&mut self, name: &str) -> &str {
        let visible = |c: &char| !c.is_whitespace() && !c.is_control() && !is_invisible(*c);
        self.visible.clear();
        self.visible.extend(name.nfkc().filter(visible).flat_map(char::to_lowercase));
        self.folded.clear();
        self.folded.extend(skeleton(&self.visible).flat_map(char::to_lowercase));
        &self.folded
    }
}

/// What folding makes of a letter, a digit or a joint of a plain name, its last character first. Anything else is
/// left to [`Folding::fold`].
fn folded_plainly(byte: u8) -> Option<(u8, Option<u8>)> {
    match byte.to_ascii_lowercase() {
        b'm' => Some((b'n', Some(b'r'))),
        b'0' => Some((b'o', None)),
        b'1' => Some((b'l', None)),
        plain @ (b'a'..=b'z' | b'2'..=b'9' | b'_' | b'-' | b':' | b'.' | b'/') => {
            Some((plain, None))
        }
        _ => None,
    }
}

/// The last characters of a folded name, given from its end, without any namespace: up to eight, and none from
/// the last `:`, `.`, `/` or `__` on. None where a character is not plain.
fn ending(mut folded: impl Iterator<Item = Option<(u8, Option<u8>)>> + Clone) -> Option<u64> {
    let mut ending = 0u64;
    let mut room = 8u32;
    while let Some(next) = folded.next() {
        let (last, before) = next?;
        if matches!(last, b':' | b'.' | b'/') {
            break;
        }
        if last == b'_'
            && let Some(next) = folded.clone().next()
            && next?.0 == b'_'
        {
            break;
        }
        for character in [Some(last), before].into_iter().flatten() {
            if room == 0 {
                return Some(ending);
            }
            ending = ending << 8 | u64::from(character);
            room = room.saturating_sub(1);
        }
    }
    Some(ending)
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
    use proptest::prelude::*;

    use super::*;

    fn check(mentioned: &str, name: &str, expect: fn(ToolId) -> Identity) {
        let mut tools = Tools::default();
        let id = tools.mention(mentioned);
        let identity = tools.identify(name, &mut Folding::default());
        assert_eq!(identity, expect(id), "{name:?} where {mentioned:?} is mentioned");
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

    #[test]
    fn a_plain_character_folds_as_any_other() {
        for byte in 0..128u8 {
            let Some((last, before)) = folded_plainly(byte) else { continue };
            let plainly: Vec<u8> = before.into_iter().chain([last]).collect();
            assert_eq!(Folding::default().fold(&char::from(byte).to_string()).as_bytes(), plainly);
        }
    }

    /// What `identify` finds without looking at endings.
    fn alike_without_endings(tools: &Tools, name: &str) -> bool {
        tools.alike(Folding::default().fold(name)).is_some()
    }

    proptest! {
        #[test]
        fn an_ending_never_hides_a_name_that_is_alike(
            mentioned in "(mcp__)?[amMr1lI0_:. -]{1,12}",
            front in "(mcp__|[a:._m-]{0,4})",
            case in any::<u32>(),
        ) {
            let mut tools = Tools::default();
            tools.mention(&mentioned);
            let tail = mentioned.rsplit([':', '.']).next().unwrap_or("");
            for bare in [&*mentioned, tail, tail.rsplit("__").next().unwrap_or("")] {
                let flip = |(at, c): (usize, char)| match case >> (at % 32) & 1 {
                    0 => c,
                    _ => c.to_ascii_uppercase(),
                };
                let name: String = (front.clone() + bare).chars().enumerate().map(flip).collect();
                let found = tools.identify(&name, &mut Folding::default());
                prop_assert_eq!(found != Identity::Other,
                    tools.exact.contains_key(name.as_str()) || alike_without_endings(&tools, &name));
            }
        }
    }
}
