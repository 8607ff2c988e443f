//! Every bound of the analysis, in one place.
//!
//! What does not fit is an opaque effect: a bound never hides anything.

/// Effects of one call.
pub const EFFECTS_MAX: usize = 512;
/// Simple commands of one call.
pub const COMMANDS_MAX: usize = 1_024;
/// Characters of a simple command, or another piece of a text, as it is shown.
pub const SHOWN_CHARACTERS_MAX: usize = 160;
/// How often what runs may run something in turn: `sh -c "sh -c …"`.
pub const NESTING_MAX: u16 = 16;
/// Bytes of a word of a command, a path or a name.
pub const WORD_BYTES_MAX: usize = 16 * 1024;
/// How deep commands, expansions and what they run may stand in one another.
pub const DEPTH_MAX: u16 = 64;
/// Work for one call, about a byte that is looked at each.
pub const FUEL_MAX: usize = 512 * 1024;
