//! Any text is refused or understood, without a panic; what is understood renders to a sentence that means the
//! same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sponsio_contracts::sentence;

fuzz_target!(|text: &str| {
    let Ok(instance) = sentence::parse(text) else { return };
    let Some(rendered) = sentence::render(&instance) else { return };
    let again = sentence::parse(&rendered).unwrap_or_else(|error| panic!("{rendered}: {error:?}"));
    assert_eq!(again, instance, "{rendered}");
});
