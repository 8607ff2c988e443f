//! Random effects, and random facts about effects.
//!
//! Both are put together from the same few pieces, so that they often have to do with one another.

#![expect(clippy::indexing_slicing, reason = "places are drawn below the length of their table")]

use fastrand::Rng;
use sponsio_engine::event::{Certainty, Deed, Effect, Effects, Flags, Host, Object, PathSet};

/// The words about effects.
pub const WORDS: [&str; 4] = ["does", "touches", "reaches", "opaque"];
/// Accesses to paths.
pub const ACCESSES: [&str; 7] = ["read", "list", "write", "delete", "change", "exec", "any"];
/// How sure an effect has to be.
pub const CERTAINTIES: [&str; 3] = ["must", "may", "opaque"];

const NAMES: &[&str] = &[
    "a", "b", "A", "B", "ab", ".a", ".A", "*", "**", "?", "a*", "*b", "*.b", "a.b", ".*", ".?",
    "?b", "a?", "*a*", "home", "HOME", "ann", "root", "Users", "c:", "\u{17f}", "s",
];
const ANCHORS: &[&str] =
    &["/", "~/", "./", "**/", "", "/home/ann/", "/home/", "/Users/*/", "/root/", "/a/"];
const HOSTS: &[&str] = &[
    "a.b",
    "b.a.b",
    "A.B.",
    "*.a.b",
    "*.b",
    "*",
    "?",
    "a.*",
    "localhost",
    "x.localhost",
    "127.0.0.1",
    "127.1",
    "0x7f.1",
    "2130706433",
    "::1",
    "[::1]",
    "::ffff:127.0.0.1",
    "127.*",
    "10.0.0.1",
    "10.*",
    "012.0.0.1",
    "64:ff9b::10.0.0.1",
    "2002:0a00:0001::",
    "fd00::1",
    "fe80::1%eth0",
    "169.254.169.254",
    "metadata",
    "metadata.google.internal",
    "8.8.8.8",
    "8.8.8.8.b",
    "",
];
const CLASSES: &[&str] = &["@loopback", "@private", "@link_local", "@metadata"];
const TOKENS: &[&str] = &["a", "b", "A", "-f", "-*", "*", "?", "ab", "a*", ".a"];
const DEEDS: &[Deed] = &[
    Deed::Read,
    Deed::List,
    Deed::Write,
    Deed::Delete,
    Deed::Chmod,
    Deed::Exec,
    Deed::Run,
    Deed::NetSend,
    Deed::NetListen,
    Deed::GitPush,
    Deed::SqlDrop,
];
const FLAGS: &[Flags] = &[Flags::NONE, Flags::FORCE, Flags::RECURSIVE, Flags::REMOTE];

fn one<'a, T: ?Sized>(rng: &mut Rng, from: &[&'a T]) -> &'a T {
    from[rng.usize(0..from.len())]
}

fn path(rng: &mut Rng) -> String {
    let count = rng.usize(0..4);
    let names: Vec<&str> = (0..count).map(|_| one(rng, NAMES)).collect();
    let path = format!("{}{}", one(rng, ANCHORS), names.join("/"));
    match path.trim_end_matches('/') {
        "" if path.is_empty() => "**".into(),
        "" => "/".into(),
        path => path.into(),
    }
}

fn words(rng: &mut Rng) -> Vec<&'static str> {
    (0..rng.usize(1..4)).map(|_| one(rng, TOKENS)).collect()
}

/// The text of a set with up to three elements, each of which `make` gives.
fn set(rng: &mut Rng, make: impl Fn(&mut Rng) -> String) -> String {
    let count = rng.usize(1..4);
    let element = |rng: &mut Rng| {
        let sign = if rng.u8(0..3) == 0 { "!" } else { "" };
        format!("\"{sign}{}\"", make(rng))
    };
    let elements: Vec<String> = (0..count).map(|_| element(rng)).collect();
    format!("{{{}}}", elements.join(", "))
}

fn host(rng: &mut Rng) -> String {
    if rng.u8(0..4) == 0 { one(rng, CLASSES).into() } else { one(rng, HOSTS).into() }
}

fn object_element(rng: &mut Rng) -> String {
    match rng.u8(0..8) {
        0 => host(rng),
        1 | 2 => one(rng, NAMES).into(),
        3 | 4 => words(rng).join(" "),
        5 => "*".into(),
        _ => path(rng),
    }
}

fn deeds(rng: &mut Rng) -> String {
    let one = |rng: &mut Rng| {
        let deed = DEEDS[rng.usize(0..DEEDS.len())];
        let name = match rng.u8(0..6) {
            0 => "any",
            1 | 2 => deed.kind(),
            _ => deed.name(),
        };
        let marks = Flags::ALL.iter().filter(|_| rng.u8(0..20) == 0);
        marks.fold(name.to_owned(), |text, (_, mark, _)| format!("{text}+{mark}"))
    };
    let count = rng.usize(1..4);
    format!("{{{}}}", (0..count).map(|_| one(rng)).collect::<Vec<_>>().join(", "))
}

/// The text of a random fact with this word; not each is one that can be read.
pub fn fact(rng: &mut Rng, word: &str) -> String {
    let quoted = |set: String| format!("\"{}\"", set.replace('"', "\\\""));
    let sure = one(rng, &CERTAINTIES);
    match word {
        "does" => {
            format!("does({}, {}, {sure})", quoted(deeds(rng)), quoted(set(rng, object_element)))
        }
        "touches" => {
            format!("touches({}, {}, {sure})", quoted(set(rng, path)), one(rng, &ACCESSES))
        }
        "reaches" => format!("reaches({}, {sure})", quoted(set(rng, host))),
        _ => format!("opaque({})", quoted(deeds(rng))),
    }
}

fn object(rng: &mut Rng, deed: Deed) -> Object {
    match (deed.kind(), rng.u8(0..10)) {
        (_, 0) => Object::None,
        ("net", _) => {
            Object::Host(Host { name: one(rng, HOSTS).into(), port: rng.bool().then_some(443) })
        }
        ("run", _) => {
            let words = words(rng).into_iter();
            Object::Command(words.map(|word| (rng.u8(0..5) > 0).then(|| word.into())).collect())
        }
        ("git" | "sql", _) => Object::Name(one(rng, NAMES).into()),
        _ => Object::Path(PathSet { pattern: path(rng).into(), below: rng.u8(0..3) == 0 }),
    }
}

/// A call's random effects: none to three.
pub fn effects(rng: &mut Rng) -> Effects {
    let effect = |rng: &mut Rng| {
        let deed = DEEDS[rng.usize(0..DEEDS.len())];
        let certainty = [Certainty::Must, Certainty::May, Certainty::Opaque][rng.usize(0..3)];
        let flags = FLAGS[rng.usize(0..FLAGS.len())].with(FLAGS[rng.usize(0..FLAGS.len())]);
        Effect { command: 0, certainty, deed, object: object(rng, deed), flags }
    };
    let place = |rng: &mut Rng, places: &[&str]| {
        rng.bool().then(|| Box::from(places[rng.usize(0..places.len())]))
    };
    Effects {
        home: place(rng, &["/home/ann", "/a/b", "/root"]),
        workspace: place(rng, &["/home/ann/a", "/a", "/A/b", "/home/ann"]),
        commands: ["a".into()].into(),
        list: (0..rng.usize(0..4)).map(|_| effect(rng)).collect(),
    }
}
