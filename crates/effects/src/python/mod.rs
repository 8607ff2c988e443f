//! What a Python script does.

use crate::sink::Sink;

/// Adds the effects of running the script.
pub(crate) fn run(_text: &str, sink: &mut Sink<'_>) {
    sink.opaque();
}
