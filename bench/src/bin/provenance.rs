//! What the index of provenance costs: microseconds for each KiB of output, bytes of a session, and a look-up.
//!
//! The outputs are of several kinds, the last ones chosen to be as dear as they can be; with the name of one, that
//! alone is measured. Times are printed, not
//! tested; that memory stays within its bound is tested in the engine.

use sponsio_bench::stopwatch;
use sponsio_engine::provenance::{Index, Key, SourceId, Sources, Uses};

const KEY: Key = Key(1, 2);
/// Bytes of one output.
const OUTPUT: usize = 16 * 1024;
/// Outputs of one session.
const OUTPUTS: usize = 8;
const BATCHES: usize = 31;

/// One piece of an output.
type Piece = fn(&mut fastrand::Rng) -> String;

/// What people wrote: English with tables and code.
const WRITTEN: &[&str] = &[
    include_str!("../../../docs/semantics.md"),
    include_str!("../../../docs/compatibility.md"),
    include_str!("../../../docs/concepts/formal-methods.md"),
];

/// A kind of output, by what its pieces are.
const KINDS: &[(&str, Piece)] = &[
    ("documents", |r| {
        let lines: Vec<&str> = WRITTEN.iter().flat_map(|text| text.lines()).collect();
        r.choice(lines).unwrap_or_default().to_owned()
    }),
    ("json", |r| {
        format!(
            "{{\"id\": {}, \"name\": \"{} {}\", \"email\": \"{}@example.org\", \"open\": {}}},\n",
            r.u32(..1_000_000),
            word(r, u32::MAX),
            word(r, u32::MAX),
            word(r, u32::MAX),
            r.bool(),
        )
    }),
    ("short words", |r| word(r, 2_000)),
    ("records", |r| {
        format!(
            "- id: {}\n  to: {}@x.org\n  at: 2024-05-{:02}\n",
            r.u16(..),
            word(r, 500),
            r.u8(1..29)
        )
    }),
    ("rare words", |r| word(r, u32::MAX)),
    ("numbers", |r| r.u64(..).to_string()),
    ("decimals", |r| format!("{}.{}", r.u16(..), r.u8(..))),
    ("base64", |r| (0..76).map(|_| r.alphanumeric()).collect()),
    ("letters", |r| r.lowercase().to_string()),
    ("pairs of letters", |r| format!("{}{}", r.lowercase(), r.alphanumeric())),
    ("ideographs", |r| r.char('\u{4E00}'..'\u{9000}').to_string()),
    ("accents", |r| r.char('\u{C0}'..'\u{240}').to_string()),
    ("percent", |r| format!("%{:02x}", r.u8(0x41..0x5A))),
    ("points", |_| "1.".to_owned()),
];

/// One of `many` words, short ones more often.
fn word(random: &mut fastrand::Rng, many: u32) -> String {
    let mut number = random.u32(..many).min(random.u32(..many));
    let mut word = String::new();
    loop {
        word.push(char::from(b'a' + u8::try_from(number % 26).unwrap_or(0)));
        number /= 26;
        if number == 0 {
            return word;
        }
    }
}

fn output(piece: Piece, random: &mut fastrand::Rng) -> String {
    let mut text = String::new();
    while text.len() < OUTPUT {
        text.push_str(&piece(random));
        text.push(' ');
    }
    text
}

#[expect(clippy::print_stdout, reason = "a person started it")]
fn main() {
    println!(
        "| output | µs/KiB, may | µs/KiB, all | bytes of 128 KiB | full | µs, look-up of 200 bytes |"
    );
    println!("|---|---|---|---|---|---|");
    let carried = Uses { carried: true, whole: false, tokens: false };
    let source = SourceId::new(0).map_or(Sources::NONE, Sources::one);
    let only = std::env::args().nth(1);
    for (name, piece) in KINDS.iter().filter(|(name, _)| only.as_deref().is_none_or(|o| o == *name))
    {
        let mut random = fastrand::Rng::with_seed(7);
        let outputs: Vec<_> = (0..OUTPUTS).map(|_| output(*piece, &mut random)).collect();
        let kib = outputs.iter().map(String::len).sum::<usize>() / 1024;
        let session = |uses| {
            let mut index = Index::new(KEY);
            outputs.iter().for_each(|text| index.record_text(source, uses, text));
            index
        };
        let per_kib = |uses| {
            let nanoseconds =
                stopwatch::median(BATCHES, &mut || drop(core::hint::black_box(session(uses))));
            nanoseconds / 1000.0 / f64::from(u32::try_from(kib).unwrap_or(u32::MAX))
        };
        let index = session(Uses::ALL);
        let argument: String = outputs.iter().flat_map(|text| text.chars()).take(200).collect();
        let look_up = stopwatch::median(BATCHES, &mut || {
            core::hint::black_box(index.carried(core::hint::black_box(&argument)));
        });
        let (may, all, full) = (per_kib(carried), per_kib(Uses::ALL), !index.full().is_empty());
        println!(
            "| {name} | {may:.2} | {all:.2} | {} | {full} | {:.2} |",
            index.bytes(),
            look_up / 1000.0
        );
    }
}
