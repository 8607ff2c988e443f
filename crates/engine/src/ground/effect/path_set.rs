//! Sets of paths: which of the paths that an effect may touch are in a set that a contract names.
//!
//! An element of a set is an anchor and names. What puts in asks whether the effect *could* touch a path of the
//! element,
//! what takes out whether it touches nothing else. Where a directory is not known, it is taken for the anchor of the
//! element and for nothing below it: `$X/.ssh/id_rsa` is in `~/.ssh/**`, and `$X/a` is in no directory that has a name.
//!
//! | effect \ element | `/…` | `~/…` | `./…` | elsewhere |
//! |---|---|---|---|---|
//! | `/…` | compared | below a home | below the workspace | compared |
//! | `~/…` | below a home | compared | below the workspace | compared |
//! | `./…` | below the workspace | guessed | compared | compared |
//! | `**/…` | guessed | guessed | guessed | compared |
//!
//! A *guess* has to meet the first name of the element that says something with a name of which something is known, and
//! where the element tells the end of that name, the end has to be known: `main.cpp*` is not in `*.pem`. So has every
//! effect on an element that may lie anywhere: `rm -rf build` and `cat *` are not in `.env`.
//!
//! Rejected: asking the disk (this is pure), and full inclusion of patterns (it takes exponential time, and where it
//! matters `dir/**` is enough).

use super::SetFlaw;
use super::glob::{self, Name};
use super::pattern::{Row, Sign, Steps, covers, meets};
use crate::event::{Effects, PathSet};
use crate::limits::{EFFECT_ELEMENT_NAMES_MAX, EFFECT_PATH_BYTES_MAX};

/// An element of a set of paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Element {
    anchor: Anchor,
    names: Box<[Segment]>,
}

/// Where an element, or the path of an effect, begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Anchor {
    /// Every path is meant.
    All,
    /// `/`
    Top,
    /// `~`
    Home,
    /// `.`
    Work,
    /// Any directory.
    Anywhere,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    /// Any names.
    Star,
    Name(Name),
}

/// Where home directories are.
const HOMES: [&str; 5] = ["home/*", "root", "Users/*", "var/root", "?:/Users/*"];

/// Where a home is that is not known. Not that of the root of a Mac: all of `/var/**` would be in doubt.
const USUAL_HOMES: [&str; 3] = ["home/*", "root", "Users/*"];

impl Element {
    /// The element that a text is, without its `!`.
    pub(super) fn new(text: &str, ignores_case: bool) -> Result<Self, SetFlaw> {
        let (anchor, rest) = anchored(text)?;
        let mut names = Vec::new();
        if anchor == Anchor::Anywhere {
            names.push(Segment::Star);
        }
        let is_directory = rest.ends_with('/').then_some("**");
        for name in rest.split('/').chain(is_directory) {
            match name {
                "" | "." => {}
                ".." => return Err(SetFlaw::Climbs(text.into())),
                "**" if names.last() == Some(&Segment::Star) => {}
                "**" => names.push(Segment::Star),
                name => {
                    let name = Name::new(name, ignores_case);
                    names.push(Segment::Name(name.ok_or_else(|| SetFlaw::LongName(text.into()))?));
                }
            }
        }
        if names.len() > EFFECT_ELEMENT_NAMES_MAX {
            return Err(SetFlaw::Names(names.len()));
        }
        let is_all = match (anchor, &*names) {
            (Anchor::Top | Anchor::Anywhere, [Segment::Star]) => true,
            (Anchor::Anywhere, [Segment::Star, Segment::Name(name)]) => name.is_anything(),
            _ => false,
        };
        let anchor = if is_all { Anchor::All } else { anchor };
        Ok(Self { anchor, names: names.into() })
    }

    /// Whether the effect could touch a path of the element. To `read` a directory as a whole touches what the
    /// directory is in, and not each of what lies below: a search through a home reads no keys.
    pub(super) fn meets(
        &self,
        path: &PathSet,
        is_read: bool,
        place: &Place<'_>,
        steps: &Steps,
    ) -> bool {
        let Some(read) = Read::new(path) else { return true };
        let read = if is_read { read.as_a_whole() } else { read };
        let any = |before: &[Segment], read: Read<'_>, guess: bool| {
            Below { before, own: &self.names }.meets(read, guess, steps)
        };
        match (self.anchor, read.anchor) {
            (Anchor::All, _) => true,
            (Anchor::Top, Anchor::Top)
            | (Anchor::Home, Anchor::Home)
            | (Anchor::Work, Anchor::Work) => any(&[], read, false),
            (Anchor::Anywhere, _) => any(&[], read, true),
            (_, Anchor::Anywhere | Anchor::All) => self.says_something() && any(&[], read, true),
            (Anchor::Top, Anchor::Home) => {
                place.read_homes().any(|home| any(&[], read.below(home), false))
            }
            (Anchor::Top, Anchor::Work) => {
                place.workspace.is_some_and(|at| any(&[], read.below(at), false))
            }
            (Anchor::Home, Anchor::Top) => place.homes.iter().any(|home| any(home, read, false)),
            (Anchor::Home, Anchor::Work) => {
                let at = place.workspace;
                let is_below = |at| place.homes.iter().any(|h| any(h, read.below(at), false));
                at.is_some_and(is_below) || self.says_something() && any(&[], read, true)
            }
            (Anchor::Work, Anchor::Top) => {
                place.work.as_deref().is_some_and(|work| any(work, read, false))
            }
            (Anchor::Work, Anchor::Home) => place.work.as_deref().is_some_and(|work| {
                place.read_homes().any(|home| any(work, read.below(home), false))
            }),
        }
    }

    /// Whether a name of it is known, so that it can be guessed.
    fn says_something(&self) -> bool {
        self.names.iter().any(|name| matches!(name, Segment::Name(name) if name.is_known()))
    }

    /// Whether the effect touches nothing but paths of the element.
    pub(super) fn covers(&self, path: &PathSet, place: &Place<'_>, steps: &Steps) -> bool {
        let Some(read) = Read::new(path) else { return self.anchor == Anchor::All };
        let all = |before: &[Segment], read: Read<'_>| {
            Below { before, own: &self.names }.covers(read, steps)
        };
        match (self.anchor, read.anchor) {
            (Anchor::All, _) => true,
            (Anchor::Anywhere, _)
            | (Anchor::Top, Anchor::Top)
            | (Anchor::Home, Anchor::Home)
            | (Anchor::Work, Anchor::Work) => all(&[], read),
            (Anchor::Top, Anchor::Home) => {
                place.home.is_some_and(|home| all(&[], read.below(home)))
            }
            (Anchor::Home, Anchor::Top) => place.homes.iter().any(|home| all(home, read)),
            (Anchor::Work, Anchor::Top) => {
                place.exact_work.as_deref().is_some_and(|work| all(work, read))
            }
            (Anchor::Top | Anchor::Home, Anchor::Work)
            | (Anchor::Work, Anchor::Home)
            | (_, Anchor::Anywhere | Anchor::All) => false,
        }
    }
}

/// The anchor of an element and what follows it.
fn anchored(text: &str) -> Result<(Anchor, &str), SetFlaw> {
    let mut letters = text.chars();
    let is_drive = letters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && letters.next() == Some(':')
        && matches!(letters.next(), None | Some('/' | '\\'));
    if is_drive {
        return Err(SetFlaw::Drive(text.into()));
    }
    match text.split_once('/').unwrap_or((text, "")) {
        ("", rest) if !text.is_empty() => Ok((Anchor::Top, rest)),
        ("~", rest) => Ok((Anchor::Home, rest)),
        (".", rest) => Ok((Anchor::Work, rest)),
        (first, _) if first.starts_with('~') => Err(SetFlaw::HomeOf(text.into())),
        _ => Ok((Anchor::Anywhere, text)),
    }
}

/// Where the call of the effects would run.
#[derive(Debug)]
pub(super) struct Place<'e> {
    home: Option<&'e str>,
    workspace: Option<&'e str>,
    /// Where homes are: the usual places, and the one that is known.
    homes: Vec<Vec<Segment>>,
    work: Option<Vec<Segment>>,
    exact_work: Option<Vec<Segment>>,
}

impl<'e> Place<'e> {
    pub(super) fn new(effects: &'e Effects) -> Self {
        let known = |text: &'e Option<Box<str>>| text.as_deref().filter(|t| t.starts_with('/'));
        let (home, workspace) = (known(&effects.home), known(&effects.workspace));
        let usual = HOMES.iter().filter_map(|home| plain(home, true));
        Self {
            home,
            workspace,
            homes: usual.chain(home.and_then(|home| plain(home, true))).collect(),
            work: workspace.and_then(|work| plain(work, true)),
            exact_work: workspace.and_then(|work| plain(work, false)),
        }
    }

    /// Where the home of an effect may be.
    fn read_homes(&self) -> impl Iterator<Item = &'e str> + use<'e> {
        let usual: &'static [&'static str] = if self.home.is_some() { &[] } else { &USUAL_HOMES };
        self.home.into_iter().chain(usual.iter().copied())
    }
}

/// The names of a directory; none if there are too many.
fn plain(text: &str, ignores_case: bool) -> Option<Vec<Segment>> {
    let names = text.split('/').filter(|name| !name.is_empty());
    let names = names.map(|name| Name::new(name, ignores_case).map(Segment::Name));
    let names: Vec<Segment> = names.collect::<Option<_>>()?;
    (names.len() <= EFFECT_ELEMENT_NAMES_MAX).then_some(names)
}

/// The path of an effect as it is read.
#[derive(Clone, Copy, Debug)]
struct Read<'p> {
    anchor: Anchor,
    /// The directory that its anchor is taken for.
    directory: &'p str,
    rest: &'p str,
    below: bool,
}

impl<'p> Read<'p> {
    /// None where the path is longer than any can be.
    fn new(path: &'p PathSet) -> Option<Self> {
        let pattern = &*path.pattern;
        if pattern.len() > EFFECT_PATH_BYTES_MAX {
            return None;
        }
        let (anchor, rest) = match pattern.split_once('/').unwrap_or((pattern, "")) {
            ("", rest) if !pattern.is_empty() => (Anchor::Top, rest),
            ("~", rest) => (Anchor::Home, rest),
            (".", rest) => (Anchor::Work, rest),
            ("**", rest) => (Anchor::Anywhere, rest),
            _ => (Anchor::Anywhere, pattern),
        };
        Some(Self { anchor, directory: "", rest, below: path.below })
    }

    fn as_a_whole(self) -> Self {
        let all = self.rest.strip_suffix("/**/*").or_else(|| self.rest.strip_suffix("/**"));
        let all = all.or_else(|| matches!(self.rest, "**" | "**/*").then_some(""));
        Self { rest: all.unwrap_or(self.rest), below: false, ..self }
    }

    fn below(self, directory: &'p str) -> Self {
        Self { directory, ..self }
    }

    /// A `**` between names is a directory that is not known, and no directory that has a name is guessed there.
    fn names(self) -> impl Iterator<Item = Sign<&'p str>> {
        let names = self.directory.split('/').chain(self.rest.split('/'));
        let names = names.filter(|name| !name.is_empty()).enumerate();
        let last = names.clone().filter(|(_, name)| *name != "**").last().map_or(0, |(at, _)| at);
        let names = names.map(move |(at, name)| match name {
            "**" if at < last => Sign::Gap,
            "**" => Sign::Star,
            name => Sign::One(name),
        });
        names.chain(self.below.then_some(Sign::Star))
    }
}

/// The names of an element, below a directory.
struct Below<'s> {
    before: &'s [Segment],
    own: &'s [Segment],
}

impl Row for Below<'_> {
    fn len(&self) -> usize {
        self.before.len().saturating_add(self.own.len())
    }

    fn is_star(&self, place: usize) -> bool {
        self.at(place) == Some(&Segment::Star)
    }
}

impl Below<'_> {
    fn at(&self, place: usize) -> Option<&Segment> {
        self.before.get(place).or_else(|| self.own.get(place.checked_sub(self.before.len())?))
    }

    fn name(&self, place: usize) -> Option<&Name> {
        match self.at(place) {
            Some(Segment::Name(name)) => Some(name),
            Some(Segment::Star) | None => None,
        }
    }

    /// Whether it and what is read have a path in common; of a guess something has to be known.
    fn meets(&self, read: Read<'_>, guess: bool, steps: &Steps) -> bool {
        let is_known = |place: &usize| self.name(*place).is_some_and(Name::is_known);
        let guarded = (0..self.len()).find(is_known).filter(|_| guess);
        let fits = |place: usize, name: &&str| {
            (guarded != Some(place)
                || glob::is_known(name)
                    && self.name(place).is_some_and(|own| !own.is_told_elsewhere(name)))
                && self.name(place).is_some_and(|own| own.meets(name, steps))
        };
        meets(self, read.names(), guarded, |place| is_known(&place), fits, steps)
    }

    fn covers(&self, read: Read<'_>, steps: &Steps) -> bool {
        let fits =
            |place: usize, name: &&str| self.name(place).is_some_and(|own| own.covers(name, steps));
        covers(self, read.names(), fits, steps)
    }
}

#[cfg(test)]
mod tests {
    use super::super::EffectTest;
    use crate::event::{Certainty, Deed, Effect, Effects, Flags, Object, PathSet};
    use crate::ground::Truth;

    /// Whether the path is in the set, for a call of a user and in a directory that are not known.
    #[track_caller]
    fn check(set: &str, path: &str, expect: bool) {
        check_at(set, path, (None, None), expect);
    }

    /// A path with `/…` behind it stands for what is below it too.
    #[track_caller]
    fn check_at(
        set: &str,
        path: &str,
        (home, workspace): (Option<&str>, Option<&str>),
        expect: bool,
    ) {
        let below = path.ends_with("/…");
        let pattern = match path.trim_end_matches("/…") {
            "" => "/".into(),
            pattern => pattern.into(),
        };
        let effect = Effect {
            command: 0,
            certainty: Certainty::May,
            deed: Deed::Write,
            object: Object::Path(PathSet { pattern, below }),
            flags: Flags::NONE,
        };
        let effects = Effects {
            home: home.map(Into::into),
            workspace: workspace.map(Into::into),
            commands: ["cat".into()].into(),
            list: [effect].into(),
        };
        let test = EffectTest::touches(set, "change", "may").unwrap();
        assert_eq!(test.truth(Some(&effects), None), Truth::from(expect), "{set}: {path}");
    }

    #[test]
    fn an_absolute_element_is_compared_name_by_name() {
        for (path, expect) in [
            ("/etc", true),
            ("/etc/passwd", true),
            ("/ETC/Passwd", true),
            ("/etc-evil/passwd", false),
            ("/et", false),
            ("/srv/etc/passwd", false),
            ("/*/passwd", true),
            ("/e*", true),
            ("/**/shadow", false),
            ("/etc/**/shadow", true),
            ("/…", true),
            ("/srv/…", false),
            ("~/etc/x", false),
            ("./etc/x", false),
            ("**/a", false),
            ("**/*", false),
            ("**", false),
            ("**/etc/passwd", true),
            ("**/…", false),
        ] {
            check("/etc/**", path, expect);
        }
        check("/etc", "/etc/passwd", false);
        check("/etc/", "/etc/passwd", true);
        check("/a/*/c", "/a/b/c", true);
        check("/a/*/c", "/a/b/b/c", false);
        check("/a/**/c", "/a/c", true);
        check("/a/**/c", "/a/b/b/c", true);
        check("/a?c", "/abc", true);
    }

    #[test]
    fn a_home_is_that_of_any_user() {
        for (path, expect) in [
            ("~/.ssh/id_rsa", true),
            ("~/.SSH/id_rsa", true),
            ("/root/.ssh/id_rsa", true),
            ("/home/ann/.ssh/id_rsa", true),
            ("/home/*/.ssh/id_rsa", true),
            ("/Users/ann/.ssh/id_rsa", true),
            ("/c:/Users/ann/.ssh/id_rsa", true),
            ("/C:/users/ann/.ssh/id_rsa", true),
            ("/var/root/.ssh/id_rsa", true),
            ("/srv/ann/.ssh/id_rsa", false),
            ("/home/.ssh/id_rsa", false),
            ("/home/ann/x/.ssh/id_rsa", false),
            ("./.ssh/id_rsa", true),
            ("**/.ssh/id_rsa", true),
            ("**/id_rsa", false),
            ("**/*/id_rsa", false),
            ("~", false),
            ("~/…", true),
            ("~/*/…", true),
            ("/home/…", true),
            ("/home/*/…", true),
            ("/…", true),
            ("/home/ann/work/…", false),
            ("./…", false),
        ] {
            check("~/.ssh/**", path, expect);
        }
        check("~/**", "./a", false);
        check("~", "~", true);
        check("~", "/home/ann", true);
        check_at("~/.ssh/**", "/srv/ann/.ssh/id_rsa", (Some("/srv/ann"), None), true);
        check_at("/srv/**", "~/x", (Some("/srv/ann"), None), true);
        check("/home/**", "~/x", true);
        check("/srv/**", "~/x", false);
    }

    #[test]
    fn the_working_directory_is_that_of_the_agent() {
        let at = (None, Some("/home/ann/work"));
        check_at("./src/**", "/home/ann/work/src/a.rs", at, true);
        check_at("./src/**", "/home/ann/src/a.rs", at, false);
        check_at("./src/**", "/HOME/ann/work/SRC/a.rs", at, true);
        check_at("./**", "/home/ann/…", at, true);
        check_at("./**", "/home/ann/workshop/x", at, false);
        check("./src/**", "./src/a.rs", true);
        check("./src/**", "/home/ann/work/src/a.rs", false);
        check("./src/**", "**/src/a.rs", true);
        check_at("{/**, !./**}", "/home/ann/work/a", at, false);
        check_at("{/**, !./**}", "/HOME/ann/work/a", at, true);
        check_at("{/**, !./**}", "/home/ann/a", at, true);
        check_at("{/**, !./**}", "/home/ann/…", at, true);
        check_at("{/**, !./**}", "**/a", at, true);
        check("{/**, !./**}", "./a", false);
    }

    #[test]
    fn anything_else_may_lie_in_any_directory() {
        for set in [".env", "**/.env"] {
            for (path, expect) in [
                (".env", true),
                ("./.env", true),
                ("./a/b/.env", true),
                ("/srv/.ENV", true),
                ("~/.env", true),
                ("**/.env", true),
                ("./.e*", true),
                ("./.env.example", false),
                ("./.env/x", false),
                ("./*", false),
                ("./**", false),
                ("**", false),
                ("./build/…", false),
                ("./…", false),
            ] {
                check(set, path, expect);
            }
        }
        check(".git/config", "./.git/…", true);
        check(".git/config", "./*/config", false);
        check("node_modules/**", "/srv/node_modules/x/y", true);
        check("*.pem", "./a/*.pem", true);
        check("*.pem", "./a/b.pem", true);
    }

    #[test]
    fn every_path_is_in_everything() {
        for set in ["*", "**", "/**", "{a, *}", "!zzz"] {
            for path in ["/", "/a", "~", "~/a", ".", "./a", "**", "**/a", "/…"] {
                check(set, path, true);
            }
        }
    }

    #[test]
    fn the_last_element_that_fits_decides() {
        let set = "{~/.ssh/**, !~/.ssh/*.pub}";
        for (path, expect) in [
            ("~/.ssh/id_rsa", true),
            ("~/.ssh/id_rsa.pub", false),
            ("/home/ann/.ssh/id_rsa.pub", false),
            ("~/.ssh/id_rsa.PUB", true),
            ("~/.ssh/*.pub", false),
            ("~/.ssh/id*", true),
            ("~/.ssh/x.pub/…", true),
            ("~/.ssh/…", true),
            ("**/.ssh/a.pub", true),
        ] {
            check(set, path, expect);
        }
        check("{a, !a, a}", "./a", true);
        check("{a, !a}", "./a", false);
        check("{!/tmp/**}", "/tmp/x", false);
        check("{!/tmp/**}", "/tmp/…", false);
        check("{!/tmp/**}", "/TMP/x", true);
        check("{!/tmp/**}", "/…", true);
        check("{!/tmp/**, !*.log}", "/var/a.log", false);
        check("{!/tmp/**, !*.log}", "**/a.log", false);
        check("{!~/**}", "/home/ann/x", false);
        check("{!~/**}", "/home/**", true);
    }

    #[test]
    fn a_search_through_a_directory_reads_that_directory() {
        let reads = |set: &str, pattern: &str, below: bool| {
            let effect = Effect {
                command: 0,
                certainty: Certainty::Must,
                deed: Deed::Read,
                object: Object::Path(PathSet { pattern: pattern.into(), below }),
                flags: Flags::NONE,
            };
            let effects = Effects { list: [effect].into(), ..Effects::default() };
            EffectTest::touches(set, "read", "may").unwrap().truth(Some(&effects), None)
                == Truth::True
        };
        assert!(!reads("~/.ssh/**", "~", true));
        assert!(!reads("~/.ssh/**", "/**", false));
        assert!(!reads("~/.ssh/**", "/**/*", false));
        assert!(reads("~/.ssh/**", "~/.ssh", true));
        assert!(reads("~/.ssh/**", "~/.ssh/**", false));
        assert!(reads("~/.ssh/**", "~/.ssh/*", false));
    }

    #[test]
    fn what_is_no_set_of_paths_is_refused() {
        for set in ["{}", "{!}", "../x", "/a/../b", "~ann/x", "C:\\x", "c:/x", "{a b}"] {
            assert!(super::super::paths(set).is_err(), "{set}");
        }
    }
}
