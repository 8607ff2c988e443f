//! Every bound of reading contracts, in one place.
//!
//! Configuration files and packs are written by people, but a file can come with a repository that nobody
//! has read. Whatever grows with such a text has a limit here. A text over a limit is refused with an error
//! that names the limit; nothing is cut off. Formulas have limits of their own in `sponsio_engine::limits`.

/// Bytes of one file.
pub const FILE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Bytes of all files of one configuration, includes counted as often as they are read.
pub const TOTAL_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Files of one configuration.
pub const FILES_MAX: usize = 256;
/// How deep files may include each other; the first file is at depth 0.
pub const INCLUDE_DEPTH_MAX: usize = 8;
/// Values of one YAML file after aliases are expanded.
pub const YAML_NODES_MAX: usize = 1_000_000;
/// Nesting of lists and maps in one YAML file.
pub const YAML_DEPTH_MAX: usize = 32;
/// Contracts of one configuration, over all its agents.
pub const CONTRACTS_MAX: usize = 100_000;
/// Levels of sets that name each other.
pub const SETS_DEPTH_MAX: usize = 16;
/// Elements of one set, once the sets that it names are in their places.
pub const SET_ELEMENTS_MAX: usize = 1_024;
/// Bytes of one sentence.
pub const SENTENCE_BYTES_MAX: usize = 10_000;
/// Words, names, numbers and punctuation marks of one sentence.
pub const SENTENCE_TOKENS_MAX: usize = 512;
/// Places at which one sentence could join two statements.
pub const SENTENCE_JOINTS_MAX: usize = 32;
/// Patterns with arguments that one sentence says.
pub const SENTENCE_GUARANTEES_MAX: usize = 128;
/// Steps of the matcher over one sentence, over all forms.
pub const SENTENCE_STEPS_MAX: usize = 1_000_000;
/// Entries of one list argument of a pattern: names, paths, regular expressions.
pub const LIST_ENTRIES_MAX: usize = 1_024;
/// The number of a count parameter, such as the `n` of `rate_limit`.
pub const COUNT_MAX: u64 = 1_000_000_000;
/// Bytes of the name of a tool in a pattern argument, an argument pattern after `:` included.
pub const TOOL_SPEC_BYTES_MAX: usize = 4 * 1024;
/// Subformulas that the warnings look at; a larger formula gets none.
pub const LINT_NODES_MAX: usize = 4_096;
/// Diagnostics that are kept; one more says that there are others.
pub const DIAGNOSTICS_MAX: usize = 200;
/// Facts and comparisons of a guarantee up to which it is examined for whether it can act.
pub const AUDIT_PROPOSITIONS_MAX: usize = 10;
/// Steps of the automaton of a guarantee that is examined for whether it can act.
pub const AUDIT_STEPS_MAX: usize = 200_000;
