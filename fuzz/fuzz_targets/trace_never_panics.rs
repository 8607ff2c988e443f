//! Any bytes are refused with a position or read as traces, log lines or values, without a panic. What is read as a
//! value has a canonical text that reads as the same value, and without its secrets is a value as well.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sponsio_record::chain::Sealed;
use sponsio_record::checkpoint::Proof;
use sponsio_record::redact;
use sponsio_record::schema::{canonical, trace, value};

fuzz_target!(|bytes: &[u8]| {
    let _ = trace::read(bytes);
    let _ = sponsio_record::log::read(bytes);
    let _ = Sealed::read(bytes);
    let _ = Proof::read(&String::from_utf8_lossy(bytes));
    if let Ok(read) = value::parse_bytes(bytes) {
        let text = canonical::canonical(&read);
        let again = value::parse(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(canonical::canonical(&again), text);
        let kept = canonical::canonical(&redact::value(&read));
        value::parse(&kept).unwrap_or_else(|error| panic!("{kept}: {error}"));
    }
});
