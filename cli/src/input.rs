//! Reading what the user names: a file, or standard input for `-`, up to a limit.

#![expect(clippy::disallowed_methods, reason = "files that the user names are read here")]

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sponsio_record::schema::trace::{self, Trace};

use crate::failure::Failure;
use crate::otlp;

/// The traces of a file: those of spans of OpenTelemetry, or our own form.
pub(crate) fn traces(bytes: &[u8]) -> Result<Vec<Trace>, String> {
    match core::str::from_utf8(bytes).ok().and_then(otlp::read) {
        Some(traces) => traces,
        None => trace::read(bytes).map_err(|error| error.to_string()),
    }
}

/// The bytes of a file, or of standard input where the path is `-`.
pub(crate) fn read(path: &Path, limit: usize) -> Result<Vec<u8>, Failure> {
    let failed = |error: io::Error| Failure::unreadable(path, &error);
    let mut bytes = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    if path.as_os_str() == "-" {
        io::stdin().take(most).read_to_end(&mut bytes).map_err(failed)?;
    } else {
        File::open(path).map_err(failed)?.take(most).read_to_end(&mut bytes).map_err(failed)?;
    }
    if bytes.len() > limit {
        let message = format!("`{}` has more than {limit} bytes", path.display());
        return Err(Failure::new(message).hint("split it; traces are judged separately anyway"));
    }
    Ok(bytes)
}
