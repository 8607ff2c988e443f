//! Which paths the calls of a session had to do with: the sets `@seen`, `@beside`, `@own` and `@typed`.
//!
//! | set | the paths in it |
//! |---|---|
//! | `@seen` | that a call read, this one included, or gave to a program, and that the session did not make |
//! | `@beside` | that lie in a directory in which one in `@seen` lies, or below one that a program was given |
//! | `@own` | that earlier calls wrote as a whole, and that no call had seen before |
//! | `@typed` | those of `@own` whose content stood in the call that wrote it |
//!
//! ```text
//!                 read, give                   write
//!   unknown ────────────────► seen    unknown ───────► own ───► read it, write it again: still own
//! ```
//!
//! A path is what it became first. What a call reads before it writes it was there: `sed -i` on a file that nobody read
//! changes something. A path that is added to may have been there, so it does not become the session's own.
//!
//! Of a set of paths that was read (`in/*.csv`) each is seen; where the wildcard is in a directory, and where a program
//! works on a directory, nobody can tell which: what lies below is then beside what was seen. That the whole
//! workspace or home was searched, a directory of the top, or what lies above, says nothing.
//!
//! `@seen`, `@beside` and `@typed` forbid and err towards yes; `@own` permits and errs towards no: it holds one path in
//! the spelling in which it was written, and the others compare without case. Over its bound the trail answers what
//! errs so.

use core::ops::Bound;
use std::collections::{BTreeMap, BTreeSet};

use super::glob::Name;
use super::pattern::Steps;
use crate::event::{Certainty, Deed, Effect, Effects, Flags, Object, PathSet};
use crate::limits::{TRAIL_BYTES_MAX, TRAIL_PATHS_MAX};

/// A set that depends on what the session did.
#[derive(Clone, Debug)]
pub(super) enum Known {
    Seen,
    /// With names such as this.
    Beside(Option<Name>),
    Own,
    Typed,
}

impl Known {
    /// The set that a text names.
    pub(super) fn named(text: &str, ignores_case: bool) -> Option<Self> {
        match text {
            "@seen" => Some(Self::Seen),
            "@beside" => Some(Self::Beside(None)),
            "@own" => Some(Self::Own),
            "@typed" => Some(Self::Typed),
            _ => {
                let name = text.strip_prefix("@beside/").filter(|name| !name.contains('/'))?;
                Some(Self::Beside(Some(Name::new(name, ignores_case)?)))
            }
        }
    }

    /// Whether the path could be in it, or surely is where it is what permits.
    pub(super) fn has(
        &self,
        effect: &Effect,
        path: &PathSet,
        trail: &Recalled<'_>,
        steps: &Steps,
    ) -> bool {
        let Some(sought) = trail.scene.sought(path) else { return false };
        match self {
            Self::Seen => trail.has_seen(effect, path, &sought, steps),
            Self::Beside(name) => {
                let last = path.pattern.rsplit('/').next().unwrap_or_default();
                name.as_ref().is_none_or(|name| name.meets(last, steps))
                    && trail.is_beside(path, &sought)
            }
            Self::Own => trail.is_own(path, &sought),
            Self::Typed => trail.is_typed(path, effect.deed, &sought),
        }
    }
}

/// What a session keeps of the paths of its calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Trail {
    /// By path in lower case.
    entries: BTreeMap<Box<str>, Entry>,
    bytes: usize,
    /// Whether something did not fit.
    is_full: bool,
}

/// What is known of a path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Entry {
    /// Its content was read.
    seen: bool,
    /// What lies below was worked on as a whole.
    below: bool,
    /// Names such as these, of what lies directly in it, were seen.
    names: BTreeSet<Box<str>>,
    /// Something directly in it was.
    holds_seen: bool,
    typed: bool,
    /// The spelling in which the session made it.
    own: Option<Box<str>>,
}

const SEEN: u8 = 1;
const BELOW: u8 = 2;
const HOLDS_SEEN: u8 = 4;
const TYPED: u8 = 8;
const OWN: u8 = 16;

impl Trail {
    /// Whether these effects are on paths.
    pub(crate) fn is_left_by(effects: &Effects) -> bool {
        paths(effects).next().is_some()
    }

    /// Something happened that is not known.
    fn lose(&mut self) {
        self.is_full = true;
    }

    /// Takes in the effects of a call that happens.
    pub(crate) fn note(&mut self, effects: Option<&Effects>) {
        let Some(effects) = effects else { return self.lose() };
        let scene = Scene::new(effects);
        for (effect, path) in paths(effects) {
            let replaces = effect.deed == Deed::Write && !effect.flags.has(Flags::APPEND);
            if matches!(effect.deed, Deed::Read | Deed::Give) {
                self.see(&scene, effect.deed, path);
            } else if replaces && effect.certainty == Certainty::Must {
                self.make(&scene, path, effect.flags.has(Flags::TYPED));
            }
        }
    }

    fn see(&mut self, scene: &Scene<'_>, deed: Deed, path: &PathSet) {
        let Some(sought) = scene.sought(path) else { return };
        let (known, is_set) = above_wildcards(&sought.spelling);
        let Sought { spelling, key, .. } = &sought;
        let key = key.clone();
        if is_set {
            let name = spelling.get(known.len()..).unwrap_or_default().trim_start_matches('/');
            return match name.contains('/') {
                true if scene.is_wide(known) => {}
                true => self.mark(key, 0, |entry| entry.below = true),
                false => {
                    let name = Box::from(name);
                    self.mark(key, spelling.len(), |entry| {
                        entry.holds_seen = true;
                        entry.names.insert(name);
                    });
                }
            };
        }
        if self.entries.get(&*key).is_some_and(|entry| entry.own.as_deref() == Some(known)) {
            return;
        }
        let below = (deed == Deed::Give || path.below) && !scene.is_wide(known);
        let parent = key.rsplit_once('/').map(|(parent, _)| parent.to_owned());
        self.mark(key, 0, |entry| {
            entry.seen = true;
            entry.below |= below;
            entry.own = None;
            entry.typed = false;
        });
        if let Some(parent) = parent {
            self.mark(parent, 0, |entry| entry.holds_seen = true);
        }
    }

    fn make(&mut self, scene: &Scene<'_>, path: &PathSet, typed: bool) {
        let Some(Sought { spelling, key, is_set }) = scene.sought(path) else { return };
        if path.below || is_set {
            return;
        }
        let steps = Steps::new();
        if !self.has_seen(&key, &steps) && !self.lies_below(&key) {
            self.mark(key, 0, |entry| {
                entry.own = Some(spelling.into());
                entry.typed = typed;
            });
        }
    }

    /// Changes what is known of a path; `more` bytes come on top of its own.
    fn mark(&mut self, key: String, more: usize, change: impl FnOnce(&mut Entry)) {
        let is_known = self.entries.contains_key(&*key);
        // A path is kept once as it is looked up, and perhaps once as it was written.
        let own = if is_known { 0 } else { key.len().saturating_mul(2) };
        let bytes = self.bytes.saturating_add(own).saturating_add(more);
        if !is_known && self.entries.len() >= TRAIL_PATHS_MAX || bytes > TRAIL_BYTES_MAX {
            return self.lose();
        }
        self.bytes = bytes;
        change(self.entries.entry(key.into()).or_default());
    }

    /// Whether the path was seen, by itself or by a name that was.
    fn has_seen(&self, key: &str, steps: &Steps) -> bool {
        let fits = |pattern: &str, name: &str| {
            Name::new(pattern, true).is_none_or(|pattern| pattern.meets(name, steps))
        };
        let by_name = |(parent, name): (&str, &str)| {
            let names = self.entries.get(parent).map(|entry| &entry.names);
            names.is_some_and(|names| names.iter().any(|pattern| fits(pattern, name)))
        };
        self.entries.get(key).is_some_and(|entry| entry.seen)
            || key.rsplit_once('/').is_some_and(by_name)
    }

    /// Whether it lies below a directory that was seen as a whole.
    fn lies_below(&self, key: &str) -> bool {
        let mut rest = key;
        while let Some((parent, _)) = rest.rsplit_once('/') {
            if self.entries.get(parent).is_some_and(|entry| entry.below) {
                return true;
            }
            rest = parent;
        }
        false
    }

    /// Whether an entry below the directory is such.
    fn any_below(&self, directory: &str, is_such: impl Fn(&Entry) -> bool) -> bool {
        let begin = format!("{}/", directory.trim_end_matches('/'));
        let from = (Bound::Included(&*begin), Bound::Unbounded);
        let below = self.entries.range::<str, _>(from);
        below.take_while(|(key, _)| key.starts_with(&*begin)).any(|(_, entry)| is_such(entry))
    }

    /// Appends it as bytes.
    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        let put = |out: &mut Vec<u8>, text: &str| {
            out.extend(u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
            out.extend(text.as_bytes());
        };
        out.push(self.is_full.into());
        out.extend(u32::try_from(self.entries.len()).unwrap_or(u32::MAX).to_le_bytes());
        for (key, entry) in &self.entries {
            put(out, key);
            let marks = [
                (entry.seen, SEEN),
                (entry.below, BELOW),
                (entry.holds_seen, HOLDS_SEEN),
                (entry.typed, TYPED),
                (entry.own.is_some(), OWN),
            ];
            out.push(marks.iter().filter(|(is, _)| *is).fold(0, |all, (_, mark)| all | mark));
            if let Some(own) = &entry.own {
                put(out, own);
            }
            out.extend(u32::try_from(entry.names.len()).unwrap_or(u32::MAX).to_le_bytes());
            entry.names.iter().for_each(|name| put(out, name));
        }
    }

    /// What was [encoded](Self::encode), and the bytes after it; none where it is no trail.
    pub(crate) fn decode(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (is_full, rest) = bytes.split_first()?;
        let (count, mut rest) = rest.split_first_chunk()?;
        let count = usize::try_from(u32::from_le_bytes(*count)).ok()?;
        let mut trail = Self { is_full: *is_full == 1, ..Self::default() };
        if *is_full > 1 || count > TRAIL_PATHS_MAX {
            return None;
        }
        for _ in 0..count {
            let (key, after) = text(rest)?;
            let (marks, after) = after.split_first()?;
            let has = |mark| marks & mark != 0;
            let (own, after) = match has(OWN) {
                true => text(after).map(|(own, after)| (Some(Box::from(own)), after))?,
                false => (None, after),
            };
            let (names, after) = names(after)?;
            let is_next = trail.entries.last_key_value().is_none_or(|(last, _)| **last < *key);
            let (seen, below) = (has(SEEN), has(BELOW));
            let of_names = names.iter().map(|name| key.len().saturating_add(name.len()));
            let more =
                of_names.fold(0, |all: usize, own| all.saturating_add(own).saturating_add(1));
            let (holds_seen, typed) = (has(HOLDS_SEEN), has(TYPED));
            let entry = Entry { seen, below, names, holds_seen, typed, own };
            trail.bytes =
                trail.bytes.saturating_add(key.len().saturating_mul(2)).saturating_add(more);
            if !is_next || *marks > 31 || trail.bytes > TRAIL_BYTES_MAX {
                return None;
            }
            trail.entries.insert(key.into(), entry);
            rest = after;
        }
        Some((trail, rest))
    }
}

fn names(bytes: &[u8]) -> Option<(BTreeSet<Box<str>>, &[u8])> {
    let (count, mut rest) = bytes.split_first_chunk()?;
    let mut names: BTreeSet<Box<str>> = BTreeSet::new();
    for _ in 0..u32::from_le_bytes(*count) {
        let (name, after) = text(rest)?;
        if names.last().is_some_and(|last| **last >= *name) {
            return None;
        }
        names.insert(name.into());
        rest = after;
    }
    Some((names, rest))
}

fn text(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let (text, rest) = rest.split_at_checked(length)?;
    Some((core::str::from_utf8(text).ok()?, rest))
}

/// A trail as one call finds it.
#[derive(Debug)]
pub(super) struct Recalled<'e> {
    trail: Option<&'e Trail>,
    effects: &'e Effects,
    scene: Scene<'e>,
}

impl<'e> Recalled<'e> {
    pub(super) fn new(trail: Option<&'e Trail>, effects: &'e Effects) -> Self {
        Self { trail, effects, scene: Scene::new(effects) }
    }

    fn has_seen(&self, effect: &Effect, path: &PathSet, sought: &Sought, steps: &Steps) -> bool {
        let Sought { spelling, key, is_set } = sought;
        if self.is_own(path, sought) {
            return false;
        }
        if !is_set && self.reads_before(effect, spelling) {
            return true;
        }
        let Some(trail) = self.trail else { return false };
        let is_seen = |entry: &Entry| entry.seen || !entry.names.is_empty();
        trail.is_full
            || !is_set && trail.has_seen(key, steps)
            || *is_set && trail.entries.get(&**key).is_some_and(|entry| !entry.names.is_empty())
            || (*is_set || path.below) && trail.any_below(key, is_seen)
    }

    /// Whether this call reads the path before it has the effect.
    fn reads_before(&self, effect: &Effect, spelling: &str) -> bool {
        let before = self.effects.list.iter().take_while(|other| !core::ptr::eq(*other, effect));
        before.filter(|other| other.deed == Deed::Read).any(|other| match &other.object {
            Object::Path(path) => self.scene.spelled(&path.pattern).as_deref() == Some(spelling),
            _ => false,
        })
    }

    fn is_beside(&self, path: &PathSet, sought: &Sought) -> bool {
        let Some(trail) = self.trail else { return false };
        let key = &*sought.key;
        let directory =
            if sought.is_set { Some(key) } else { key.rsplit_once('/').map(|(up, _)| up) };
        let holds = |at: &str| trail.entries.get(at).is_some_and(|entry| entry.holds_seen);
        !self.is_own(path, sought)
            && (trail.is_full || directory.is_some_and(holds) || trail.lies_below(key))
    }

    fn is_own(&self, path: &PathSet, sought: &Sought) -> bool {
        let is_one = !sought.is_set && !path.below;
        let Some(trail) = self.trail.filter(|trail| is_one && !trail.is_full) else { return false };
        let entry = trail.entries.get(&*sought.key);
        entry.is_some_and(|entry| entry.own.as_deref() == Some(&*sought.spelling))
    }

    fn is_typed(&self, path: &PathSet, deed: Deed, sought: &Sought) -> bool {
        let Some(trail) = self.trail else { return false };
        let Sought { key, is_set, .. } = sought;
        let is_typed = |entry: &Entry| entry.typed;
        trail.is_full
            || !is_set && trail.entries.get(&**key).is_some_and(is_typed)
            || (*is_set || path.below || deed == Deed::Give) && trail.any_below(key, is_typed)
    }
}

/// A path as it is looked up.
#[derive(Debug)]
struct Sought {
    /// As it is written, from the top or from a home or directory that is not known.
    spelling: String,
    /// Its entry: what stands before the first wildcard, in lower case.
    key: String,
    /// Whether it has a wildcard.
    is_set: bool,
}

/// Where a call runs, as far as it says which path a relative one is.
#[derive(Debug)]
struct Scene<'e> {
    home: Option<&'e str>,
    workspace: Option<&'e str>,
}

impl<'e> Scene<'e> {
    fn new(effects: &'e Effects) -> Self {
        Self { home: effects.home.as_deref(), workspace: effects.workspace.as_deref() }
    }

    /// How a path is looked up; none where its directory is not known.
    fn sought(&self, path: &PathSet) -> Option<Sought> {
        let spelling = self.spelled(&path.pattern)?;
        let (known, is_set) = above_wildcards(&spelling);
        let key = known.to_lowercase();
        Some(Sought { spelling, key, is_set })
    }

    /// A path with its directory, or none where that is not known.
    fn spelled(&self, pattern: &str) -> Option<String> {
        let below = |directory: Option<&str>, rest: &str, own: &str| {
            let directory = directory.unwrap_or(own).trim_end_matches('/');
            if rest.is_empty() { directory.to_owned() } else { format!("{directory}/{rest}") }
        };
        match pattern.split_once('/').unwrap_or((pattern, "")) {
            ("", _) if !pattern.is_empty() => Some(pattern.to_owned()),
            ("~", rest) => Some(below(self.home, rest, "~")),
            (".", rest) => Some(below(self.workspace, rest, ".")),
            _ => None,
        }
    }

    /// Whether it is a directory of the top, the workspace or the home, or lies above one.
    fn is_wide(&self, path: &str) -> bool {
        let is_above = |directory: &str| {
            let path = path.trim_end_matches('/');
            directory == path
                || directory.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'))
        };
        let is_of_the_top = path.strip_prefix('/').is_some_and(|rest| !rest.contains('/'));
        is_of_the_top
            || matches!(path, "" | "." | "~")
            || [self.home, self.workspace].into_iter().flatten().any(is_above)
    }
}

/// What stands before the first name with a wildcard, and whether there is one.
fn above_wildcards(path: &str) -> (&str, bool) {
    match path.find(['*', '?']) {
        Some(at) => {
            (path.get(..at).and_then(|p| p.rsplit_once('/')).map_or("", |(up, _)| up), true)
        }
        None => (path, false),
    }
}

/// The effects on paths.
fn paths(effects: &Effects) -> impl Iterator<Item = (&Effect, &PathSet)> {
    effects.list.iter().filter_map(|effect| match &effect.object {
        Object::Path(path) => Some((effect, path)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::{EffectTest, SetFlaw};
    use super::*;
    use crate::ground::Truth;

    fn effect(deed: Deed, pattern: &str) -> Effect {
        let object = Object::Path(PathSet { pattern: pattern.into(), below: false });
        Effect { command: 0, certainty: Certainty::Must, deed, object, flags: Flags::TYPED }
    }

    fn effects(list: impl IntoIterator<Item = Effect>) -> Effects {
        Effects { list: list.into_iter().collect(), ..Effects::default() }
    }

    fn truth(set: &str, path: &str, trail: &Trail) -> Truth {
        let effects = effects([effect(Deed::Write, path)]);
        EffectTest::touches(set, "write", "may").unwrap().truth(Some(&effects), Some(trail))
    }

    /// Everything may have been seen, and nothing is the session's own.
    #[track_caller]
    fn check_full(trail: &Trail) {
        assert_eq!(truth("@seen", "/nobody/saw", trail), Truth::True);
        assert_eq!(truth("@beside", "/nobody/saw", trail), Truth::True);
        assert_eq!(truth("@typed", "/nobody/saw", trail), Truth::True);
        assert_eq!(truth("{**, !@own}", "/own/0", trail), Truth::True);
    }

    #[test]
    fn over_the_number_of_paths_all_may_have_been_seen_and_nothing_is_own() {
        let mut trail = Trail::default();
        for number in 0..TRAIL_PATHS_MAX {
            trail.note(Some(&effects([effect(Deed::Write, &format!("/own/{number}"))])));
        }
        assert_eq!(truth("@seen", "/nobody/saw", &trail), Truth::False);
        assert_eq!(truth("{**, !@own}", "/own/0", &trail), Truth::False);
        trail.note(Some(&effects([effect(Deed::Write, "/own/0")])));
        assert_eq!(truth("@seen", "/nobody/saw", &trail), Truth::False);
        trail.note(Some(&effects([effect(Deed::Write, "/own/one-more")])));
        check_full(&trail);
    }

    #[test]
    fn over_the_bytes_of_paths_all_may_have_been_seen_and_nothing_is_own() {
        let mut trail = Trail::default();
        let long = "x".repeat(4_000);
        for number in 0..TRAIL_BYTES_MAX / 8_100 {
            trail.note(Some(&effects([effect(Deed::Write, &format!("/own/{number}{long}"))])));
        }
        assert_eq!(truth("@seen", "/nobody/saw", &trail), Truth::False);
        for number in 0..8 {
            trail.note(Some(&effects([effect(Deed::Write, &format!("/more/{number}{long}"))])));
        }
        check_full(&trail);
    }

    #[test]
    fn after_effects_that_nobody_told_all_may_have_been_seen() {
        let mut trail = Trail::default();
        trail.note(Some(&effects([effect(Deed::Write, "/own/0")])));
        trail.note(None);
        check_full(&trail);
    }

    #[test]
    fn a_trail_is_read_back_from_its_bytes_and_from_no_part_of_them() {
        let mut trail = Trail::default();
        trail.note(Some(&effects([effect(Deed::Read, "/d/A"), effect(Deed::Give, "/d/in")])));
        trail.note(Some(&effects([effect(Deed::Read, "/d/*.csv"), effect(Deed::Read, "/d/b*")])));
        trail.note(Some(&effects([effect(Deed::Write, "/Own/é")])));
        let mut bytes = Vec::new();
        trail.encode(&mut bytes);
        let (read, rest) = Trail::decode(&bytes).unwrap();
        assert_eq!((&read, rest), (&trail, &[][..]));
        for length in 0..bytes.len() {
            assert!(Trail::decode(&bytes[..length]).is_none(), "{length}");
        }
    }

    #[test]
    fn what_may_be_in_a_set_cannot_be_taken_out_of_another() {
        for set in ["{**, !@seen}", "{**, !@beside}", "{**, !@typed}", "{**, !@beside/*.csv}"] {
            let flaw = EffectTest::touches(set, "write", "may").map(|_| ()).unwrap_err();
            assert!(matches!(flaw, SetFlaw::TakesOut(_)), "{set}: {flaw}");
        }
        assert!(EffectTest::touches("{**, !@own}", "write", "may").is_ok());
    }

    #[test]
    fn an_element_that_is_none_of_these_sets_is_refused() {
        for set in ["@seen/x", "@beside/a/b", "@owned", "@typed/*"] {
            let flaw = EffectTest::touches(set, "write", "may").map(|_| ()).unwrap_err();
            assert!(matches!(flaw, SetFlaw::Undefined(_)), "{set}: {flaw}");
        }
    }

    #[test]
    fn a_relative_path_is_one_of_the_workspace() {
        let mut trail = Trail::default();
        let at = |list: Effect| Effects {
            home: Some("/home/ana".into()),
            workspace: Some("/srv/study".into()),
            ..effects([list])
        };
        trail.note(Some(&at(effect(Deed::Read, "./a"))));
        trail.note(Some(&at(effect(Deed::Read, "~/b"))));
        let truth = |path: &str| {
            let test = EffectTest::touches("@seen", "write", "may").unwrap();
            test.truth(Some(&at(effect(Deed::Write, path))), Some(&trail))
        };
        for path in ["/srv/study/a", "./a", "/home/ana/b", "~/b"] {
            assert_eq!(truth(path), Truth::True, "{path}");
        }
        assert_eq!(truth("/srv/a"), Truth::False);
    }

    #[test]
    fn the_whole_workspace_is_not_seen_at_once() {
        let mut trail = Trail::default();
        let whole = |pattern: &str| Effect {
            object: Object::Path(PathSet { pattern: pattern.into(), below: true }),
            ..effect(Deed::Read, pattern)
        };
        let at = |list: Effect| Effects { workspace: Some("/srv/study".into()), ..effects([list]) };
        for directory in ["/", "/srv", "/srv/study", "."] {
            trail.note(Some(&at(whole(directory))));
        }
        assert_eq!(truth("@seen", "/srv/study/a", &trail), Truth::False);
        assert_eq!(truth("@beside", "/srv/study/in/a", &trail), Truth::False);
        trail.note(Some(&at(whole("/srv/study/in"))));
        assert_eq!(truth("@beside", "/srv/study/in/a", &trail), Truth::True);
    }
}
