//! Every bound of reading traces and logs, in one place.
//!
//! Traces and logs come from other machines and may be hostile. What does not fit is refused with an
//! error that names the limit; nothing is cut off. The limits of the arguments of one call are the
//! engine's.

/// Bytes of one trace file.
pub const TRACE_BYTES_MAX: usize = 256 * 1024 * 1024;
/// Events of one trace file, over all its traces.
pub const TRACE_EVENTS_MAX: usize = 2_000_000;
/// Agents of one trace: what one of them says, all of them hear.
pub const TRACE_AGENTS_MAX: usize = 256;
/// Traces of one file.
pub const TRACES_MAX: usize = 100_000;
/// Bytes of one line of a log.
pub const LOG_LINE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Lines of one log.
pub const LOG_LINES_MAX: usize = 10_000_000;
/// Bytes of a signed note.
pub const NOTE_BYTES_MAX: usize = 64 * 1024;
/// Signatures of a note.
pub const NOTE_SIGNATURES_MAX: usize = 64;
/// Hashes of a proof that a line is in a log: no tree is higher.
pub const PROOF_HASHES_MAX: usize = 64;
/// Bytes of the arguments of a call that a line keeps. Longer ones are left out; their digest stays.
pub const KEPT_ARGS_BYTES_MAX: usize = 64 * 1024;
