//! How long the analysis of a shell command takes, and what it finds in a file of commands.
//!
//! Without an argument: the median and the 99th of a hundred for an ordinary command of 200 bytes, and the time for
//! each of a set of hostile scripts of 1 MiB, the slowest last. With one: a file with one JSON string a line; the share
//! of the commands with an opaque `exec`, and with each deed. A second argument prints the commands that have this deed
//! (`opaque` for an opaque `exec`).

use core::hint::black_box;
use std::collections::BTreeMap;
use std::time::Instant;

use sponsio_bench::Failure;
use sponsio_effects::{Context, Language, analyse_text};
use sponsio_engine::event::{Certainty, Deed, Effects};

/// An ordinary command of an agent.
const ORDINARY: &str = "cd /data/app && npm ci --silent 2>/dev/null || npm install; \
    for f in src/*.ts; do npx prettier --write \"$f\"; done && \
    git add -A && git commit -m \"Format the sources\" | tee -a /tmp/log.txt; grep -rn FIXED src | wc -l";

/// What is repeated to make a hostile script of.
const HOSTILE: &[&str] = &[
    "a;",
    "a|",
    "a&",
    "a\n",
    "a<<E ",
    "$(",
    "`",
    "(",
    "((",
    "{ ",
    "\"$(",
    "${x:-",
    "{a,b}",
    "{1..9}",
    "x=(",
    "$((1+",
    "'a'",
    "\"$x\" ",
    "f() ",
    "<(",
    "eval ",
    "eval 'a;b' ;",
    "x=1;",
    "x=$x$x;",
    "if a;then b;fi;",
    "for i in a b c;do ",
    "for i in {1..64};do a $i;done;",
    "while read x;do a;done;",
    "case x in x) a;;esac;",
    "f(){ a;};f;",
    "alias a=b;a;",
    "sh -c 'a;a;a';",
    "rm -rf /x ",
    "rm $X/*;",
    "echo a|base64 -d|sh;",
    "a>f;",
    "\\",
    "echo a>>f;sh f;",
    "${x//a/bb}",
    "a=(b c d);a+=(e);",
    "read x <<< 'a b c';",
    "(x=1);",
    "a&&b||c;",
    "sudo ",
    "$x ",
    "*?[a]",
    "~",
    "#",
    "é",
];

#[expect(clippy::print_stdout, reason = "the figures are what the caller reads")]
#[expect(clippy::disallowed_methods, reason = "the commands stand in a file that the caller names")]
fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let Some(file) = arguments.next() else {
        times();
        return Ok(());
    };
    let wanted = arguments.next();
    let text = std::fs::read_to_string(&file).map_err(|error| format!("{file}: {error}"))?;
    let (mut all, mut opaque) = (0u32, 0u32);
    let mut deeds: BTreeMap<&str, u32> = BTreeMap::new();
    for line in text.lines() {
        let command: String = serde_json::from_str(line)?;
        let effects = analyse(&command);
        all += 1;
        let is_opaque = is_opaque(&effects);
        opaque += u32::from(is_opaque);
        let mut names: Vec<&str> = effects.list.iter().map(|effect| effect.deed.name()).collect();
        names.sort_unstable();
        names.dedup();
        for name in &names {
            *deeds.entry(name).or_default() += 1;
        }
        let is_wanted = match wanted.as_deref() {
            Some("opaque") => is_opaque,
            Some(deed) => names.contains(&deed),
            None => false,
        };
        if is_wanted {
            println!("{line}");
        }
    }
    if wanted.is_some() {
        return Ok(());
    }
    let share = |count: u32| f64::from(count) * 100.0 / f64::from(all.max(1));
    println!("{all} commands, {opaque} with an opaque exec ({:.2} %)", share(opaque));
    for (name, count) in deeds {
        println!("{:6.2} %  {name}", share(count));
    }
    Ok(())
}

fn analyse(command: &str) -> Effects {
    let context = Context {
        cwd: Some("/work"),
        home: Some("/home/u"),
        workspace: Some("/work"),
        ..Context::default()
    };
    analyse_text(Language::Shell, command, &context)
}

fn is_opaque(effects: &Effects) -> bool {
    effects
        .list
        .iter()
        .any(|effect| effect.deed == Deed::Exec && effect.certainty == Certainty::Opaque)
}

/// Microseconds of one analysis.
#[expect(clippy::disallowed_methods, reason = "measuring time is what this crate is for")]
fn timed(command: &str) -> f64 {
    let start = Instant::now();
    black_box(analyse(black_box(command)));
    start.elapsed().as_secs_f64() * 1e6
}

#[expect(clippy::print_stdout, reason = "the figures are what the caller reads")]
fn times() {
    let mut ordinary: Vec<f64> = (0..20_000).map(|_| timed(ORDINARY)).collect();
    ordinary.sort_unstable_by(f64::total_cmp);
    let at = |part: usize| ordinary.get(ordinary.len() * part / 100).copied().unwrap_or(f64::NAN);
    println!(
        "{} bytes: median {:.1} µs, 99 of 100 within {:.1} µs",
        ORDINARY.len(),
        at(50),
        at(99)
    );
    let mut slowest: Vec<(f64, &str)> = HOSTILE
        .iter()
        .map(|piece| {
            let script = piece.repeat((1 << 20) / piece.len());
            let best = (0..3).map(|_| timed(&script)).fold(f64::INFINITY, f64::min);
            (best, *piece)
        })
        .collect();
    slowest.sort_unstable_by(|(a, _), (b, _)| a.total_cmp(b));
    for (time, piece) in slowest {
        println!("{:8.2} ms  {piece:?} repeated to 1 MiB", time / 1e3);
    }
}
