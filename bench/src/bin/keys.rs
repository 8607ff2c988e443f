//! A million values of a key, each with a state of its own: how long a step takes, and what a value takes.
//!
//! Every step is timed by itself, the growing of the tables included, so the slowest one in a hundred is a figure of
//! its own.

use core::hint::black_box;

use sponsio_bench::Failure;
use sponsio_bench::contracts::contract;
use sponsio_bench::stopwatch::once;
use sponsio_engine::contract::{Contract, ForEach, KeyPart};
use sponsio_engine::event::{Decimal, Event, Timestamp, Value};
use sponsio_engine::program::{Options, Program};
use sponsio_engine::session::{Scratch, Session};
use sponsio_engine::strategy::Mode;

const VALUES: u64 = 1_000_000;

fn call(tool: &str, id: u64) -> Event {
    let id = Value::Number(Decimal::from(id));
    Event::call(Timestamp(0), tool, Value::Object([("account".into(), id)].into()))
}

/// The part of the sorted times that lies at this share.
fn at(times: &[f64], share: f64) -> f64 {
    let count = u32::try_from(times.len()).unwrap_or(u32::MAX);
    let place = (f64::from(count) * share).floor();
    let mut times = times.iter().enumerate();
    let found = times.find(|(at, _)| u32::try_from(*at).is_ok_and(|at| f64::from(at) >= place));
    found.map_or(0.0, |(_, time)| *time)
}

#[expect(clippy::print_stdout, reason = "the figures are the product")]
fn print(name: &str, times: &mut [f64]) {
    times.sort_unstable_by(f64::total_cmp);
    let [median, late, latest] = [0.5, 0.99, 0.9999].map(|share| at(times, share));
    println!("{name:<34} p50 {median:>8.0} ns   p99 {late:>8.0} ns   p99.99 {latest:>8.0} ns");
}

#[expect(clippy::print_stdout, reason = "the figures are the product")]
fn main() -> Result<(), Failure> {
    for sentence in [
        "tool `verify` must precede `pay`",
        "tool `pay` at most 3 times",
        "every `verify` must be followed by `pay`",
    ] {
        let key = KeyPart::Argument { path: Some("account".into()), by_tool: Vec::new() };
        let for_each = Some(ForEach { keys: vec![key], as_text: false });
        let contract = Contract { for_each, ..contract(sentence)? };
        let options = Options { mode: Mode::Enforce, ..Options::default() };
        let program = Program::compile(&[contract], &options).map_err(|e| format!("{e:?}"))?;
        let (mut session, mut scratch) = (Session::new(&program), Scratch::new(&program));
        let tool = if sentence.contains("verify") { "verify" } else { "pay" };
        let mut step = |event: Event| {
            once(&mut || {
                black_box(session.step(black_box(&event), &mut scratch));
            })
        };
        let mut first: Vec<f64> = (0..VALUES).map(|id| step(call(tool, id))).collect();
        let mut random = fastrand::Rng::with_seed(1);
        let tools = ["verify", "pay", "list"];
        let mut later: Vec<f64> = (0..VALUES)
            .map(|_| {
                let tool = random.choice(tools).unwrap_or("list");
                step(call(tool, random.u64(..VALUES)))
            })
            .collect();
        println!("{sentence}, for each account");
        print("  a value seen for the first time", &mut first);
        print("  a random one of a million", &mut later);
        let (keys, bytes) = (session.live_keys(), session.live_bytes());
        println!("  {keys} live values, {} bytes each", bytes / keys.max(1));
    }
    Ok(())
}
