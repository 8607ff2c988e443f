//! The payloads in `payloads/HOST/NAME.json`.

#![expect(clippy::disallowed_methods, reason = "recorded payloads are read from the source tree")]
#![expect(clippy::unwrap_used, reason = "a test fails where its files do")]

use std::fs;
use std::path::{Path, PathBuf};

use sponsio_hosts::Host;

/// The folder of these tests.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hosts")
}

/// The name and the bytes of each payload of a host, by name.
pub(crate) fn payloads(host: &Host) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder().join("payloads").join(host.name)).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        found.push((name, fs::read(path).unwrap()));
    }
    found.sort();
    found
}
