//! Any text is refused or parsed, without a panic; what is parsed prints and parses to the same formula, and
//! compiles or is refused.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sponsio_engine::contract::Contract;
use sponsio_engine::formula::Formula;
use sponsio_engine::program::{Options, Program};

fuzz_target!(|text: &str| {
    let Ok(formula) = Formula::parse(text) else { return };
    let printed = formula.to_string();
    assert_eq!(Formula::parse(&printed).as_ref(), Ok(&formula), "{printed}");
    // Large formulas compile slowly by design of the limits; the fuzzer learns nothing from waiting.
    if text.len() < 200 {
        let _ = Program::compile(&[Contract::new("fuzzed", formula)], &Options::default());
    }
});
