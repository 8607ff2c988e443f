//! How long the analysis of a shell command takes, and what it finds in a file of commands.
//!
//! Without an argument: the median and the 99th of a hundred for ordinary texts of some 200 bytes, and for each
//! language the slowest of a set of hostile texts of 1 MiB and of other sizes. With one: a file with one JSON string a
//! line; the share of the commands with an opaque `exec`, and with each deed. A second argument prints the commands
//! that have this deed (`opaque` for an opaque `exec`).

use core::hint::black_box;
use std::collections::BTreeMap;
use std::time::Instant;

use sponsio_bench::{Failure, hostile};
use sponsio_effects::{Context, Language, System, analyse_text};
use sponsio_engine::event::{Certainty, Deed, Effects};

/// What agents ordinarily run.
const ORDINARY: &[(Language, &str)] =
    &[(Language::Shell, COMMAND), (Language::Sql, QUERY), (Language::Python, SCRIPT)];
const COMMAND: &str = "cd /data/app && npm ci --silent 2>/dev/null || npm install; \
    for f in src/*.ts; do npx prettier --write \"$f\"; done && \
    git add -A && git commit -m \"Format the sources\" | tee -a /tmp/log.txt; grep -rn FIXED src | wc -l";
const QUERY: &str = "WITH late AS (SELECT id, customer FROM orders WHERE due < now() AND paid IS NULL) \
    UPDATE customers SET flagged = true FROM late WHERE customers.id = late.customer RETURNING id, name";
const SCRIPT: &str = "import json\nfrom pathlib import Path\n\nrows = json.loads(Path('data/in.json').read_text())\n\
    total = sum(row['amount'] for row in rows if row['paid'])\n\
    with open('out.txt', 'w') as f:\n    f.write(str(total))\n";

/// Bytes of hostile texts: the most that is asked for, and sizes under the bounds of each language.
const SIZES: &[usize] =
    &[hostile::SIZE, 256 << 10, 128 << 10, 64 << 10, 32 << 10, 16 << 10, 4 << 10];
/// How many of the slowest are shown.
const SHOWN: usize = 12;

const CONTEXT: Context<'_> = Context {
    cwd: Some("/work"),
    home: Some("/home/u"),
    workspace: Some("/work"),
    system: System::Linux,
};

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
    analyse_text(Language::Shell, command, &CONTEXT)
}

fn is_opaque(effects: &Effects) -> bool {
    effects
        .list
        .iter()
        .any(|effect| effect.deed == Deed::Exec && effect.certainty == Certainty::Opaque)
}

/// Microseconds of one analysis.
#[expect(clippy::disallowed_methods, reason = "measuring time is what this crate is for")]
fn timed(language: Language, text: &str) -> f64 {
    let start = Instant::now();
    black_box(analyse_text(language, black_box(text), &CONTEXT));
    start.elapsed().as_secs_f64() * 1e6
}

#[expect(clippy::print_stdout, reason = "the figures are what the caller reads")]
fn times() {
    for (language, text) in ORDINARY {
        let mut times: Vec<f64> = (0..20_000).map(|_| timed(*language, text)).collect();
        times.sort_unstable_by(f64::total_cmp);
        let at = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or(f64::NAN);
        println!(
            "{language:?}, {} bytes: median {:.1} µs, 99 of 100 within {:.1} µs",
            text.len(),
            at(50),
            at(99)
        );
    }
    for (language, pieces) in hostile::ALL {
        let mut slowest: Vec<(f64, usize, &str)> = Vec::new();
        for piece in *pieces {
            for size in SIZES {
                let text = hostile::text(piece, *size);
                let first = timed(*language, &text);
                // What is slow once may have been interrupted.
                let again = if first > 2e3 { 4 } else { 0 };
                let best = (0..again).map(|_| timed(*language, &text)).fold(first, f64::min);
                slowest.push((best, *size, piece));
            }
        }
        slowest.sort_unstable_by(|(a, ..), (b, ..)| b.total_cmp(a));
        for (time, size, piece) in slowest.iter().take(SHOWN) {
            println!(
                "{language:?} {:8.2} ms  {piece:?} repeated to {} KiB",
                time / 1e3,
                size / 1024
            );
        }
    }
}
