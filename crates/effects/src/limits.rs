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
/// Bytes of SQL that are read; what comes after is judged by its keywords.
pub const SQL_BYTES_MAX: usize = 32 * 1024;
/// Different things that one SQL statement, or all statements of a text, do.
pub const SQL_ACTS_MAX: usize = 512;
/// Statements of one SQL text.
pub const SQL_STATEMENTS_MAX: usize = 1_024;
/// How deep SQL statements may stand in one another.
pub const SQL_NESTING_MAX: u16 = 12;
/// Bytes of a script that are read.
pub const SCRIPT_BYTES_MAX: usize = 64 * 1024;
/// Values of a call's arguments that are looked at.
pub const ARGUMENTS_MAX: usize = 256;
/// How deep arguments are looked into: JSON in a text, an object in an object.
pub const ARGUMENT_DEPTH_MAX: usize = 8;
/// Bytes of JSON in a text that are read.
pub const JSON_BYTES_MAX: usize = 64 * 1024;
/// Nodes of a Python script that are looked at.
pub const PYTHON_STEPS_MAX: usize = 8_000;
/// How deep expressions, blocks and calls of a Python script may stand in one another.
pub const PYTHON_DEPTH_MAX: usize = 64;
/// How often the parser of Python may be asked to go on, of a hundred operations each. What ordinary code takes is one
/// operation for a byte or two.
pub const PYTHON_PARSE_MAX: usize = 112;
/// How often it may be asked to go on although it gets nowhere.
pub const PYTHON_PARSE_START: usize = 24;
/// Bytes for which it may be asked to go on once more.
pub const PYTHON_PARSE_BYTES_MIN: usize = 128;
/// Lines of a Python script that go on behind a backslash.
pub const PYTHON_CONTINUATIONS_MAX: usize = 64;
/// Operators of a Python script in a row, with nothing between that they could be about.
pub const PYTHON_OPERATORS_MAX: usize = 10;
