//! Any text as `sponsio.yaml` is loaded or refused with diagnostics that can be shown, without a panic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sponsio_contracts::config::{Source, SourceError, Text, load};
use sponsio_contracts::diagnostic::{Colour, render};

/// One file, given by the fuzzer.
struct Only<'t>(&'t str);

impl Source for Only<'_> {
    fn read(&self, including: Option<&str>, spec: &str) -> Result<Text, SourceError> {
        match including {
            None => Ok(Text { name: spec.into(), text: self.0.into() }),
            Some(_) => Err(SourceError::new("no other file")),
        }
    }
}

fuzz_target!(|text: &str| {
    let (config, diagnostics, files) = load("sponsio.yaml", &Only(text));
    assert!(config.is_some() || !diagnostics.is_empty());
    for diagnostic in &diagnostics {
        let _ = render(diagnostic, &files, Colour::Never, 80);
    }
});
