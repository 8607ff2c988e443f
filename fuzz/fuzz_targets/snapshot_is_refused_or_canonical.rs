//! Any bytes are refused or restore a session whose own snapshot is the same bytes, and which can be stepped.

#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use sponsio_engine::contract::Contract;
use sponsio_engine::event::{Event, Timestamp, Value};
use sponsio_engine::formula::Formula;
use sponsio_engine::program::{Options, Program};
use sponsio_engine::session::{Scratch, Session};

static PROGRAMS: LazyLock<[Arc<Program>; 2]> = LazyLock::new(|| {
    let formulas = [
        "G(called(a) -> F called(b))",
        "!called(pay) W called(check)",
        "G(count(pay) <= 3)",
        "G(called(x) -> O[<=60s] ctx(role, admin))",
    ];
    let contracts =
        formulas.map(|text| Contract::new(text, Formula::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"))));
    [false, true].map(|lazy| {
        let options = Options { lazy, ..Options::default() };
        Program::compile(&contracts, &options).unwrap_or_else(|e| panic!("{e:?}"))
    })
});

/// The header, the hash and the checksum are not for the fuzzer to guess: it gets valid ones around its bytes.
fuzz_target!(|bytes: &[u8]| {
    for program in &*PROGRAMS {
        let mut whole = Vec::new();
        Session::new(program).snapshot(&mut whole);
        let _ = Session::restore(program, bytes);
        let header = whole.get(..24).unwrap_or_default();
        let mut forged = [header, bytes].concat();
        forged.extend(checksum(&forged).to_le_bytes());
        if let Ok(mut session) = Session::restore(program, &forged) {
            let mut again = Vec::new();
            session.snapshot(&mut again);
            assert_eq!(again, forged);
            let mut scratch = Scratch::new(program);
            for tool in ["a", "pay", "x"] {
                session.step(&Event::call(Timestamp(1), tool, Value::empty()), &mut scratch);
            }
        }
    }
});

fn checksum(bytes: &[u8]) -> u64 {
    twox_hash::XxHash3_64::oneshot(bytes)
}
