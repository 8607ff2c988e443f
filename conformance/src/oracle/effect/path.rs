//! Paths: where an element and an effect begin, and the names that follow.

use sponsio_engine::event::{Effects, PathSet};
use sponsio_engine::limits::EFFECT_PATH_BYTES_MAX;

use super::Asked;
use super::name;

/// Where homes are, as a path may be written.
const HOMES: [&str; 5] = ["/home/*", "/root", "/Users/*", "/var/root", "/?:/Users/*"];
/// Where a home is that nobody tells.
const USUAL: [&str; 3] = ["/home/*", "/root", "/Users/*"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Anchor {
    Top,
    Home,
    Work,
    Anywhere,
}

/// A name of an element, and whether it is compared without case.
type Own = (String, bool);

/// Which part of a path something is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// Any names below what is known.
    Below,
    /// A directory that is not known, before something that is.
    Gap,
    Name(String),
}

/// Whether the path is in the element; one that is searched `as_a_whole` is only its directory.
pub(super) fn is_in(
    element: &str,
    path: &PathSet,
    as_a_whole: bool,
    effects: &Effects,
    asked: Asked,
) -> bool {
    let Some((anchor, names)) = read_element(element) else { return false };
    if is_everything(anchor, &names) {
        return true;
    }
    if path.pattern.len() > EFFECT_PATH_BYTES_MAX {
        return asked == Asked::Could;
    }
    let (from, rest) = read_path(&path.pattern);
    let below = path.below && !as_a_whole;
    let rest = if as_a_whole { directory_of(rest) } else { rest };
    let own = |before: &str, ignores_case: bool| -> Vec<Own> {
        let before = names_of(before).map(|name| (name.to_owned(), ignores_case));
        before.chain(names.iter().map(|name| (name.clone(), asked == Asked::Could))).collect()
    };
    let read = |before: &str| parts(before, rest, below);
    let place = Place::new(effects);
    match asked {
        Asked::Could => could(&place, anchor, from, &own, &read),
        Asked::Must => must(&place, anchor, from, &own, &read),
    }
}

/// What is known of where a call runs.
struct Place<'e> {
    home: Option<&'e str>,
    work: Option<&'e str>,
}

impl<'e> Place<'e> {
    fn new(effects: &'e Effects) -> Self {
        let absolute = |text: &'e Option<Box<str>>| text.as_deref().filter(|t| t.starts_with('/'));
        Self { home: absolute(&effects.home), work: absolute(&effects.workspace) }
    }

    /// Where the home of an element may be.
    fn homes(&self) -> impl Iterator<Item = &str> {
        HOMES.into_iter().chain(self.home)
    }

    /// Where the home of a path may be.
    fn read_homes(&self) -> Vec<&str> {
        self.home.map_or(USUAL.to_vec(), |home| vec![home])
    }
}

type Owns<'a> = &'a dyn Fn(&str, bool) -> Vec<Own>;
type Reads<'a> = &'a dyn Fn(&str) -> Vec<Part>;

/// The table of the decision, line by line.
fn could(place: &Place<'_>, element: Anchor, path: Anchor, own: Owns<'_>, read: Reads<'_>) -> bool {
    use Anchor::{Anywhere, Home, Top, Work};
    let compared = |before: &str, directory: &str| meet(&own(before, true), &read(directory), None);
    let guessed = || {
        let own = own("", true);
        let known = own.iter().position(|(text, _)| text != "**" && name::is_known(text));
        (element == Anywhere || known.is_some()) && meet(&own, &read(""), known)
    };
    match (element, path) {
        (Anywhere, _) | (_, Anywhere) => guessed(),
        (Top, Top) | (Home, Home) | (Work, Work) => compared("", ""),
        (Top, Home) => place.read_homes().iter().any(|home| compared("", home)),
        (Top, Work) => place.work.is_some_and(|work| compared("", work)),
        (Home, Top) => place.homes().any(|home| compared(home, "")),
        (Home, Work) => {
            guessed()
                || place.work.is_some_and(|work| place.homes().any(|home| compared(home, work)))
        }
        (Work, Top) => place.work.is_some_and(|work| compared(work, "")),
        (Work, Home) => place
            .work
            .is_some_and(|work| place.read_homes().iter().any(|home| compared(work, home))),
    }
}

fn must(place: &Place<'_>, element: Anchor, path: Anchor, own: Owns<'_>, read: Reads<'_>) -> bool {
    use Anchor::{Anywhere, Home, Top, Work};
    match (element, path) {
        (Anywhere, _) | (Top, Top) | (Home, Home) | (Work, Work) => {
            lies_in(&own("", false), &read(""))
        }
        (Top, Home) => place.home.is_some_and(|home| lies_in(&own("", false), &read(home))),
        (Home, Top) => place.homes().any(|home| lies_in(&own(home, true), &read(""))),
        (Work, Top) => place.work.is_some_and(|work| lies_in(&own(work, false), &read(""))),
        (Top | Home, Work) | (Work, Home) | (_, Anywhere) => false,
    }
}

fn read_element(text: &str) -> Option<(Anchor, Vec<String>)> {
    // A drive is written below the root: `/c:/Users`.
    let (drive, rest) = text.split_once(':').unwrap_or(("", ""));
    if drive.len() == 1
        && drive.starts_with(|c: char| c.is_ascii_alphabetic())
        && (rest.is_empty() || rest.starts_with(['/', '\\']))
    {
        return None;
    }
    let (anchor, rest) = match text.split_once('/').unwrap_or((text, "")) {
        ("", rest) if text.starts_with('/') => (Anchor::Top, rest),
        ("~", rest) => (Anchor::Home, rest),
        (".", rest) => (Anchor::Work, rest),
        (first, _) if first.starts_with('~') => return None,
        _ => (Anchor::Anywhere, text),
    };
    let anywhere = (anchor == Anchor::Anywhere).then_some("**");
    let below = rest.ends_with('/').then_some("**");
    let names = anywhere.into_iter().chain(rest.split('/')).chain(below);
    let names: Vec<String> =
        names.filter(|name| !matches!(*name, "" | ".")).map(str::to_owned).collect();
    (!names.iter().any(|name| name == "..")).then_some((anchor, names))
}

fn is_everything(anchor: Anchor, names: &[String]) -> bool {
    let mut other = names.iter().filter(|name| *name != "**");
    let has_stars = names.iter().any(|name| name == "**");
    match (anchor, other.next(), other.next()) {
        (Anchor::Top | Anchor::Anywhere, None, _) => has_stars,
        (Anchor::Anywhere, Some(only), None) => {
            name::is_anything(only) && names.last() == Some(only)
        }
        _ => false,
    }
}

fn read_path(pattern: &str) -> (Anchor, &str) {
    for (start, anchor) in
        [("/", Anchor::Top), ("~/", Anchor::Home), ("./", Anchor::Work), ("**/", Anchor::Anywhere)]
    {
        if let Some(rest) = pattern.strip_prefix(start) {
            return (anchor, rest);
        }
    }
    match pattern {
        "~" => (Anchor::Home, ""),
        "." => (Anchor::Work, ""),
        "**" => (Anchor::Anywhere, ""),
        _ => (Anchor::Anywhere, pattern),
    }
}

/// The directory that is searched where all in it is read.
fn directory_of(rest: &str) -> &str {
    match rest {
        "**" | "**/*" => "",
        rest => rest.strip_suffix("/**/*").or_else(|| rest.strip_suffix("/**")).unwrap_or(rest),
    }
}

fn names_of(text: &str) -> impl Iterator<Item = &str> {
    text.split('/').filter(|name| !name.is_empty())
}

fn parts(before: &str, rest: &str, below: bool) -> Vec<Part> {
    let names: Vec<&str> = names_of(before).chain(names_of(rest)).collect();
    let known = names.iter().rposition(|name| *name != "**").unwrap_or(0);
    let part = |(at, name): (usize, &&str)| match *name {
        "**" if at < known => Part::Gap,
        "**" => Part::Below,
        name => Part::Name(name.into()),
    };
    names.iter().enumerate().map(part).chain(below.then_some(Part::Below)).collect()
}

/// Whether a path is in both. A name of the element that is `guarded` has to meet a name of which something is known,
/// and a directory that is not known is none that has a name.
fn meet(own: &[Own], read: &[Part], guarded: Option<usize>) -> bool {
    let later = guarded.and_then(|place| place.checked_sub(1));
    let is_guarded = guarded == Some(0);
    match (own, read) {
        ([], []) => true,
        ([(star, _), rest @ ..], _) if star == "**" && meet(rest, read, later) => true,
        ([(star, _), ..], [_, rest @ ..]) if star == "**" => meet(own, rest, guarded),
        (_, [Part::Below | Part::Gap, rest @ ..]) if meet(own, rest, guarded) => true,
        ([(text, _), rest @ ..], [part @ (Part::Below | Part::Gap), ..]) => {
            let refuses = is_guarded || *part == Part::Gap && name::is_known(text);
            !refuses && meet(rest, read, later)
        }
        ([(text, ignores_case), own @ ..], [Part::Name(name), read @ ..]) => {
            (!is_guarded || name::is_known(name) && !is_told_elsewhere(text, name))
                && name::could_be(text, name, *ignores_case)
                && meet(own, read, later)
        }
        _ => false,
    }
}

/// Whether the element tells only how the name ends, and the end is not known.
fn is_told_elsewhere(text: &str, name: &str) -> bool {
    text.starts_with('*') && !text.ends_with(['*', '?']) && name.ends_with('*')
}

/// Whether the path touches nothing else.
fn lies_in(own: &[Own], read: &[Part]) -> bool {
    match (own, read) {
        ([], []) => true,
        ([(star, _), rest @ ..], _) if star == "**" && lies_in(rest, read) => true,
        ([(star, _), ..], [_, rest @ ..]) if star == "**" => lies_in(own, rest),
        ([(text, ignores_case), own @ ..], [Part::Name(name), read @ ..]) => {
            name::must_be(text, name, *ignores_case) && lies_in(own, read)
        }
        _ => false,
    }
}
