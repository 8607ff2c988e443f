//! Every bound of the command line, in one place.

/// Milliseconds after which a hook answers whatever it knows. Hosts wait for 15 seconds or longer, and most run the
/// tool then.
pub(crate) const HOOK_MILLISECONDS_MAX: u64 = 8_000;
/// Looks, twenty in a second, whether a program of a host has said its version.
pub(crate) const VERSION_LOOKS_MAX: u32 = 200;
