//! Which tools a name means.
//!
//! Names are compared after NFC, exactly and with case. That alone would let `Bash`, `bash ` or `bаsh` with a
//! Cyrillic а walk past a contract about `bash`, and so would `mcp__shell__bash`. Such a name is neither the tool
//! nor another one: it is *alike*. An atom about the tool is then unknown, and unknown is resolved towards
//! violation, so the name is taken for the tool where a contract forbids, and for another where it requires. A name
//! may be alike to several tools, also if it is a tool that some contract mentions itself.
//!
//! Two names are alike when they are equal after folding (`fold`), or when one of them is, once namespaces are
//! dropped from the other: `mcp__a__read` is alike to `read`, and not to `mcp__b__read`, a tool of another server.
//!
//! A contract may mention a *group* instead, a set or a glob, which has an id like a tool. A name is in it if it is a
//! member or matches a glob, and alike to it if it is alike to a member, or matches a glob only after folding. A
//! namespace that is dropped from a glob must leave more than stars: `mcp__github__*` without `mcp__github__` would
//! be every tool. The plain members of a set are mentioned tools themselves.
//!
//! Folding costs a hundred times what a look-up costs, so what names mean is remembered in the scratch, up to a
//! limit; a name that contracts mention is folded once, when they are loaded.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::fold::{forms, tails};
use super::glob::{Glob, STAR};
use super::set::{self, SetError};
use super::valuation::Truth;
use crate::formula::selector;
use crate::limits::GLOBS_MAX;

/// A tool that contracts mention, or a group of tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ToolId(u32);

impl ToolId {
    pub(crate) fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// What a name is to the tools and groups that contracts mention.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Identity {
    /// The tool it is.
    pub(crate) exact: Option<ToolId>,
    /// The other tools, and groups, it is to be confused with, sorted.
    pub(crate) alike: Vec<ToolId>,
    /// The groups it is in, sorted.
    pub(crate) groups: Vec<ToolId>,
}

impl Identity {
    /// That of what has no name, and of a name that is nothing to any contract.
    pub(crate) const NONE: &'static Self =
        &Self { exact: None, alike: Vec::new(), groups: Vec::new() };

    /// Whether it is this tool, or in this group.
    pub(crate) fn names(&self, tool: ToolId) -> Truth {
        if self.exact == Some(tool) || self.groups.contains(&tool) {
            Truth::True
        } else if self.alike.contains(&tool) {
            Truth::Unknown
        } else {
            Truth::False
        }
    }

    /// What is left of it for those who mention only `told`, which is sorted.
    pub(crate) fn among(&self, told: &[ToolId]) -> Self {
        let is_told = |tool: &ToolId| told.binary_search(tool).is_ok();
        let among = |tools: &[ToolId]| tools.iter().copied().filter(is_told).collect();
        Self {
            exact: self.exact.filter(is_told),
            alike: among(&self.alike),
            groups: among(&self.groups),
        }
    }
}

/// The tools that a text names, a name or a set: as contracts mention them, and by their letters where none does.
#[derive(Debug)]
pub(crate) struct Named {
    ids: Vec<ToolId>,
    names: Vec<String>,
    globs: Vec<Glob>,
}

impl Named {
    /// Whether a name that means this is one of them, or is to be confused with one.
    pub(crate) fn may_be(&self, name: &str, identity: &Identity) -> bool {
        self.ids.iter().any(|id| identity.names(*id) != Truth::False)
            || self.names.iter().any(|known| known == name)
            || self.globs.iter().any(|glob| glob.matches(name))
    }
}

type ByForm = HashMap<Box<str>, Vec<ToolId>, FixedState>;

/// The tools and groups that contracts mention.
#[derive(Debug, Default)]
pub(crate) struct Tools {
    entries: Vec<Entry>,
    /// Tools by name.
    exact: HashMap<Box<str>, ToolId, FixedState>,
    /// Groups by text.
    groups: HashMap<Box<str>, ToolId, FixedState>,
    /// Tools by a folded form.
    whole: ByForm,
    /// Tools by what is left of a folded form without one or more namespaces.
    tails: ByForm,
    patterns: Vec<Pattern>,
}

#[derive(Debug)]
struct Entry {
    /// The name of a tool, the text of a group.
    name: Box<str>,
    /// The folded forms of a name.
    forms: Box<[String]>,
    /// The sets that a tool is a member of, sorted.
    within: Vec<ToolId>,
    group: Option<Group>,
}

#[derive(Debug)]
struct Group {
    members: Box<[ToolId]>,
    /// The places of its globs.
    globs: Box<[usize]>,
}

/// A glob as contracts mention it.
#[derive(Debug)]
struct Pattern {
    text: Box<str>,
    glob: Glob,
    /// What matches names after folding.
    folded: Box<[Glob]>,
    /// What matches folded names without a namespace of the glob.
    tails: Box<[Glob]>,
    /// The groups that contain it, sorted.
    within: Vec<ToolId>,
}

impl Pattern {
    fn new(text: &str) -> Self {
        let forms: Vec<String> = forms(text).collect();
        let says_something = |tail: &&str| tail.contains(char::is_alphanumeric);
        let tails = forms.iter().flat_map(|form| tails(form).filter(says_something));
        Self {
            text: text.into(),
            glob: Glob::new(text),
            folded: forms.iter().map(|form| Glob::new(form)).collect(),
            tails: tails.map(Glob::new).collect(),
            within: Vec::new(),
        }
    }

    /// Whether a name with these folded forms, each with its tails, is to be confused with one that matches.
    fn is_alike(&self, forms: &[(&str, Vec<&str>)]) -> bool {
        forms.iter().any(|(form, tails)| {
            self.folded.iter().any(|glob| glob.matches(form) || glob.matches_a_tail(tails))
                || self.tails.iter().any(|glob| glob.matches(form))
        })
    }
}

impl Tools {
    /// The id of what a text names, fresh at its first mention.
    pub(crate) fn mention(&mut self, text: &str) -> Result<ToolId, SetError> {
        let members = set::members(text)?;
        match members.as_slice() {
            [only] if !only.contains(STAR) => Ok(self.tool(only)),
            _ => self.group(&members),
        }
    }

    /// The id of the tool with this name, in composed form.
    fn tool(&mut self, name: &str) -> ToolId {
        if let Some(id) = self.exact.get(name) {
            return *id;
        }
        let forms: Box<[String]> = forms(name).collect();
        let id = self.next();
        for form in &forms {
            for tail in tails(form) {
                self.tails.entry(tail.into()).or_default().push(id);
            }
            self.whole.entry(form.as_str().into()).or_default().push(id);
        }
        self.entries.push(Entry { name: name.into(), forms, within: Vec::new(), group: None });
        self.exact.insert(name.into(), id);
        id
    }

    fn group(&mut self, texts: &[String]) -> Result<ToolId, SetError> {
        let name: Box<str> = match texts {
            [glob] => glob.as_str().into(),
            _ => selector::set_of(texts).into(),
        };
        if let Some(id) = self.groups.get(&name) {
            return Ok(*id);
        }
        let (globs, names): (Vec<_>, Vec<_>) = texts.iter().partition(|text| text.contains(STAR));
        let members: Box<[ToolId]> = names.into_iter().map(|name| self.tool(name)).collect();
        let globs: Box<[usize]> =
            globs.into_iter().map(|text| self.glob(text)).collect::<Result<_, _>>()?;
        let id = self.next();
        for member in &members {
            if let Some(entry) = self.entries.get_mut(member.index()) {
                entry.within.push(id);
            }
        }
        for glob in &globs {
            if let Some(pattern) = self.patterns.get_mut(*glob) {
                pattern.within.push(id);
            }
        }
        self.groups.insert(name.clone(), id);
        let (forms, within) = (Box::default(), Vec::new());
        self.entries.push(Entry { name, forms, within, group: Some(Group { members, globs }) });
        Ok(id)
    }

    /// The place of a glob.
    fn glob(&mut self, text: &str) -> Result<usize, SetError> {
        if let Some(place) = self.patterns.iter().position(|pattern| *pattern.text == *text) {
            return Ok(place);
        }
        if self.patterns.len() >= GLOBS_MAX {
            return Err(SetError::TooManyGlobs);
        }
        self.patterns.push(Pattern::new(text));
        Ok(self.patterns.len().saturating_sub(1))
    }

    fn next(&self) -> ToolId {
        ToolId(u32::try_from(self.entries.len()).unwrap_or(u32::MAX))
    }

    /// The names of the tools, groups left out.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().filter(|entry| entry.group.is_none()).map(|entry| &*entry.name)
    }

    fn entry(&self, id: ToolId) -> Option<&Entry> {
        self.entries.get(id.index())
    }

    /// The name of a tool, the text of a group.
    pub(crate) fn name(&self, id: ToolId) -> &str {
        self.entry(id).map_or("", |entry| &entry.name)
    }

    /// The tools and groups, in the order of their first mention.
    pub(crate) fn ids(&self) -> impl Iterator<Item = ToolId> + use<> {
        (0..u32::try_from(self.entries.len()).unwrap_or(u32::MAX)).map(ToolId)
    }

    pub(crate) fn is_group(&self, id: ToolId) -> bool {
        self.entry(id).is_some_and(|entry| entry.group.is_some())
    }

    /// The tools that a text names one by one: the tool itself, the members of a set.
    pub(crate) fn members<'s>(&'s self, id: &'s ToolId) -> &'s [ToolId] {
        match self.entry(*id).and_then(|entry| entry.group.as_ref()) {
            Some(group) => &group.members,
            None => core::slice::from_ref(id),
        }
    }

    /// The globs of a group.
    pub(crate) fn globs(&self, id: ToolId) -> Vec<&Glob> {
        self.patterns_of(id).map(|pattern| &pattern.glob).collect()
    }

    fn patterns_of(&self, id: ToolId) -> impl Iterator<Item = &Pattern> {
        let group = self.entry(id).and_then(|entry| entry.group.as_ref());
        let places = group.map_or(&[][..], |group| &group.globs);
        places.iter().filter_map(|place| self.patterns.get(*place))
    }

    /// The sets that a tool is a member of, and the tool: what a name that is alike to it is alike to.
    pub(crate) fn with_sets_of(&self, tool: ToolId) -> impl Iterator<Item = ToolId> {
        let within = self.entry(tool).map_or(&[][..], |entry| &entry.within);
        core::iter::once(tool).chain(within.iter().copied())
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

    /// The tools that a text names; what is no set is a name.
    pub(crate) fn named(&self, text: &str) -> Named {
        let members = set::members(text).unwrap_or_else(|_| vec![text.to_owned()]);
        let group = |text: &str| self.groups.get(text).copied();
        let whole = match members.as_slice() {
            [_] => None,
            several => group(&selector::set_of(several)),
        };
        let (globs, names): (Vec<String>, Vec<String>) =
            members.into_iter().partition(|member| member.contains(STAR));
        let of_globs = globs.iter().filter_map(|glob| group(glob));
        let ids = names.iter().filter_map(|name| self.exact(name)).chain(of_globs).chain(whole);
        let ids = ids.collect();
        Named { ids, names, globs: globs.iter().map(|glob| Glob::new(glob)).collect() }
    }

    /// What a name means.
    pub(crate) fn identity(&self, name: &str) -> Identity {
        let composed: String = name.nfc().collect();
        let exact = self.exact.get(composed.as_str()).copied();
        let forms: Vec<String> = forms(name).collect();
        self.resolved(exact, &composed, &forms, self.patterns.iter())
    }

    /// What the name of a mentioned tool means.
    pub(crate) fn identity_of(&self, tool: ToolId) -> Identity {
        self.entry(tool).map_or_else(Identity::default, |entry| {
            self.resolved(Some(tool), &entry.name, &entry.forms, self.patterns.iter())
        })
    }

    /// What the name of a mentioned tool means to those who mention only `told`, which is sorted.
    pub(crate) fn identity_among(&self, tool: ToolId, told: &[ToolId]) -> Identity {
        self.entry(tool).map_or_else(Identity::default, |entry| {
            let patterns = told.iter().flat_map(|group| self.patterns_of(*group));
            self.resolved(Some(tool), &entry.name, &entry.forms, patterns).among(told)
        })
    }

    fn resolved<'p>(
        &self,
        exact: Option<ToolId>,
        name: &str,
        forms: &[String],
        patterns: impl Iterator<Item = &'p Pattern>,
    ) -> Identity {
        let mut alike = self.alike(exact, forms);
        let within = exact.and_then(|tool| self.entry(tool)).map(|entry| &entry.within);
        let mut groups: Vec<ToolId> = within.into_iter().flatten().copied().collect();
        let sets: Vec<ToolId> = alike.iter().flat_map(|tool| self.with_sets_of(*tool)).collect();
        alike.extend(sets);
        let mut patterns = patterns.peekable();
        let forms: Vec<(&str, Vec<&str>)> = match patterns.peek() {
            Some(_) => forms.iter().map(|form| (form.as_str(), tails(form).collect())).collect(),
            None => Vec::new(),
        };
        for pattern in patterns {
            if pattern.glob.matches(name) {
                groups.extend(&pattern.within);
            } else if pattern.is_alike(&forms) {
                alike.extend(&pattern.within);
            }
        }
        groups.sort_unstable();
        groups.dedup();
        alike.sort_unstable();
        alike.dedup();
        alike.retain(|tool| groups.binary_search(tool).is_err());
        Identity { exact, alike, groups }
    }

    /// The tools that a name with these folded forms is to be confused with, itself left out.
    fn alike(&self, exact: Option<ToolId>, forms: &[String]) -> Vec<ToolId> {
        let mut found: Vec<ToolId> = Vec::new();
        for form in forms {
            let of = |map: &ByForm, form: &str| map.get(form).cloned().unwrap_or_default();
            found.extend(of(&self.whole, form));
            found.extend(of(&self.tails, form));
            found.extend(tails(form).flat_map(|tail| of(&self.whole, tail)));
        }
        found.sort_unstable();
        found.dedup();
        found.retain(|tool| Some(*tool) != exact);
        found
    }

    /// What is left of a tool's name without any namespace: tools that one name may be confused with at once
    /// have it in common.
    pub(crate) fn bare(&self, tool: ToolId) -> &str {
        let form = self.entry(tool).and_then(|entry| entry.forms.first());
        let form = form.map_or("", String::as_str);
        tails(form).last().unwrap_or(form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(mentioned: &[&str], name: &str, exact: Option<&str>, alike: &[&str]) {
        let mut tools = Tools::default();
        let ids: Vec<ToolId> = mentioned.iter().map(|tool| tools.mention(tool).unwrap()).collect();
        let id = |tool: &str| {
            mentioned.iter().position(|m| *m == tool).and_then(|at| ids.get(at)).copied()
        };
        assert_eq!(tools.exact(name), exact.and_then(id), "{name:?} of {mentioned:?}");
        let expect: Vec<ToolId> = alike.iter().filter_map(|tool| id(tool)).collect();
        assert_eq!(tools.identity(name).alike, expect, "{name:?} of {mentioned:?}");
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

    /// Whether a name is in a group, alike to it or neither, besides other mentioned tools.
    fn check_group(group: &str, others: &[&str], name: &str, expect: Truth) {
        let mut tools = Tools::default();
        for other in others {
            tools.mention(other).unwrap();
        }
        let id = tools.mention(group).unwrap();
        let mut told = tools.members(&id).to_vec();
        told.push(id);
        told.sort_unstable();
        let identity = tools.identity(name);
        assert_eq!(identity.names(id), expect, "{name:?} of `{group}`");
        assert!(identity.alike.is_sorted() && identity.groups.is_sorted());
        if let Some(tool) = identity.exact {
            assert_eq!(tools.identity_of(tool), identity);
            assert_eq!(tools.identity_among(tool, &told), identity.among(&told));
        }
    }

    #[test]
    fn a_name_is_in_a_set_alike_to_it_or_neither() {
        for name in ["read", "write"] {
            check_group("{read, write}", &[], name, Truth::True);
        }
        for name in ["Read", "write ", "r\u{435}ad", "mcp__fs__write", "functions.read"] {
            check_group("{read, write}", &[], name, Truth::Unknown);
            check_group("{read, write}", &[name], name, Truth::Unknown);
        }
        for name in ["", "reads", "list", "{read, write}", "{write, read}"] {
            check_group("{read, write}", &[], name, Truth::False);
        }
        check_group("{caf\u{e9}, b}", &[], "cafe\u{301}", Truth::True);
        // A member that looks like another member is a member.
        check_group("{Read, read}", &[], "read", Truth::True);
        check_group("{Read, read}", &[], "READ", Truth::Unknown);
    }

    #[test]
    fn a_name_is_in_a_glob_alike_to_it_or_neither() {
        let glob = "mcp__github__*";
        for name in ["mcp__github__push", "mcp__github__", "mcp__github__Pu sh"] {
            check_group(glob, &[], name, Truth::True);
            check_group(glob, &[name], name, Truth::True);
        }
        for name in [
            "MCP__GitHub__push",
            "mcp__g\u{456}thub__push",
            " mcp__github__push",
            "functions.mcp__github__push",
            "mcp__proxy__mcp__github__push",
        ] {
            check_group(glob, &[], name, Truth::Unknown);
            check_group(glob, &[name], name, Truth::Unknown);
        }
        check_group(glob, &[], "github__push", Truth::Unknown);
        // Without its namespace the glob says nothing.
        for name in ["push", "mcp__gitlab__push", "mcp__github_push", "mcp__", "github"] {
            check_group(glob, &[], name, Truth::False);
        }
        check_group("delete_*", &[], "mcp__fs__delete_file", Truth::Unknown);
        check_group("delete_*", &[], "mcp__fs__undelete_file", Truth::False);
        check_group("mcp__*__delete", &[], "delete", Truth::Unknown);
        check_group("mcp__*__delete", &[], "mcp__a__delete", Truth::True);
        check_group("*delete*", &[], "mcp__fs__delete_file", Truth::True);
        check_group("*delete*", &[], "DeIete", Truth::Unknown);
        check_group("*", &[], "", Truth::True);
        check_group("cafe\u{301}*", &[], "caf\u{e9}s", Truth::True);
        check_group("cafe*", &[], "caf\u{e9}s", Truth::Unknown);
    }

    #[test]
    fn a_glob_in_a_set_and_its_members_are_one_group() {
        for name in ["read", "list_a", "list_"] {
            check_group("{read, list_*, write_*}", &[], name, Truth::True);
        }
        for name in ["READ", "List_a", "mcp__a__write_b"] {
            check_group("{read, list_*, write_*}", &[], name, Truth::Unknown);
        }
        check_group("{read, list_*, write_*}", &[], "remove", Truth::False);
        // Alike to one, and surely the other.
        check_group("{read, R*}", &[], "READ", Truth::True);
    }

    #[test]
    fn equal_sets_are_one_group_and_a_set_of_one_is_its_member() {
        let mut tools = Tools::default();
        let mut id = |text: &str| tools.mention(text).unwrap();
        assert_eq!(id("{a, b}"), id("{b, {a}, b}"));
        assert_eq!(id("{a}"), id("a"));
        assert_eq!(id("{a*}"), id("a*"));
        assert_ne!(id("{a, b}"), id("{a, b*}"));
        assert_eq!(tools.names().collect::<Vec<_>>(), ["a", "b"]);
    }
}
