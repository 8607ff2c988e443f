//! What a script in another language does, as far as it can be recognised.

use crate::Language;
use crate::sink::Sink;

/// Adds the effects of running the script.
pub(crate) fn run(_language: Language, _text: &str, sink: &mut Sink<'_>) {
    sink.opaque();
}
