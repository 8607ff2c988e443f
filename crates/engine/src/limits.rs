//! Every bound of the engine, in one place.
//!
//! Contracts come from people and packs, events come from an agent that may be hostile: whatever grows with
//! either has a limit here, with an error that names it. A limit is never a truncation: what does not fit is
//! refused, at load where that is possible and otherwise by a closed decision.

/// Bytes of the text of one formula.
pub const FORMULA_BYTES_MAX: usize = 64 * 1024;
/// Nesting of operators and parentheses in one formula.
pub const FORMULA_DEPTH_MAX: usize = 256;
/// Distinct nodes of one formula, after sharing.
pub const FORMULA_NODES_MAX: usize = 16_384;
/// The `n` of `F[<=n]`, `G[<=n]` and `O[<=n]`, in tool calls.
pub const BOUND_CALLS_MAX: u32 = 1_000;
/// The seconds of `O[<=60s]`: ten years.
pub const BOUND_SECONDS_MAX: u64 = 315_360_000;
/// Arguments of one atom, for example the paths of `arg_paths_within`.
pub const ATOM_ARGUMENTS_MAX: usize = 1_024;
/// Bytes of one regular expression as written.
pub const REGEX_BYTES_MAX: usize = 16 * 1024;
/// Bytes one compiled set of regular expressions may take.
pub const REGEX_COMPILED_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Bytes of one regular expression with look-around or back-references, as written.
pub const LOOK_AROUND_REGEX_BYTES_MAX: usize = 2 * 1024;
/// Instructions of one regular expression with look-around or back-references.
pub const LOOK_AROUND_INSTRUCTIONS_MAX: usize = 1_024;
/// Bytes that one part without look-around of such an expression may take once compiled.
pub const LOOK_AROUND_PART_BYTES_MAX: usize = 1024 * 1024;
/// Regular expressions with look-around or back-references of one program.
pub const LOOK_AROUND_REGEXES_MAX: usize = 128;
/// Times that such an expression may go back in one text. Beyond it, whether it matches is unknown.
pub const LOOK_AROUND_BACKTRACKS_MAX: usize = 32 * 1024;
/// Bytes of the texts of one event that such an expression reads. Beyond it, whether it matches is unknown.
pub const LOOK_AROUND_TEXT_BYTES_MAX: usize = 16 * 1024;
/// What a shorter text counts against that limit, so that many short ones are bounded as well.
pub const LOOK_AROUND_TEXT_BYTES_LEAST: usize = 128;
/// Significant digits of a number; a number with more is not read as a number.
pub const DECIMAL_DIGITS_MAX: usize = 38;
/// Largest power of ten of a number, in either direction.
pub const DECIMAL_EXPONENT_MAX: i32 = 9_999;

/// State propositions of one automaton: the bits of one letter.
pub const PROPOSITIONS_MAX: usize = 16;
/// Letters one automaton tells apart before classes are merged.
pub const LETTERS_MAX: usize = 4_096;
/// Obligations (temporal subformulas that can be owed at the next event) of one automaton.
pub const OBLIGATIONS_MAX: usize = 4_096;
/// Alternatives of one residual formula in disjunctive normal form.
pub const RESIDUAL_CLAUSES_MAX: usize = 4_096;
/// States of an automaton built in full, before minimisation. Beyond it the automaton is built lazily.
pub const EAGER_STATES_MAX: usize = 4_096;
/// Transitions computed for an automaton built in full. Beyond it the automaton is built lazily.
pub const EAGER_TRANSITIONS_MAX: usize = 1 << 19;
/// States a lazily built automaton keeps. Beyond it the step fails, closed.
pub const LAZY_STATES_MAX: usize = 1 << 16;
/// States visited to label one state of a lazily built automaton.
pub const LAZY_LABEL_STATES_MAX: usize = 512;

/// Contracts of one program.
pub const CONTRACTS_MAX: usize = 100_000;
/// Guarantee clauses of one contract.
pub const GUARANTEES_MAX: usize = 256;
/// Operations of the compiled guards of one contract clause.
pub const OPERATIONS_MAX: usize = 16_384;
/// Words of 32 bits in the state of one session.
pub const STATE_WORDS_MAX: usize = 1 << 20;

/// The times that `count(…) within …` keeps: it is compared with numbers below this.
pub const WINDOW_EVENTS_MAX: u16 = 4_096;
/// The digests that `distinct(…)` keeps: it is compared with numbers below this.
pub const DISTINCT_MAX: u16 = 1_024;
/// The calls with an id whose results are told apart: the last of a session. A result of an earlier one takes back a
/// call that stands, whichever.
pub const OPEN_CALLS_MAX: u32 = 64;
/// Values of one contract that is judged for each of them that have a state of their own. Over it, a call of a further
/// one that would need a state is a violation.
pub const KEYS_MAX: usize = 1 << 20;
/// Parts of the key of one contract.
pub const KEY_PARTS_MAX: usize = 8;
/// Approvals that a session holds unused. Over it, the oldest is void.
pub const APPROVALS_MAX: usize = 64;
/// The keys whose last writer `flow` knows. Over it, every read counts as a flow.
pub const FLOW_KEYS_MAX: usize = 1_024;
/// The agents whose `delegation_depth` is known. Over it, any other stands as deep as can be.
pub const DELEGATES_MAX: usize = 1_024;

/// Names of one path in a set that a contract names.
pub const EFFECT_ELEMENT_NAMES_MAX: usize = 64;
/// Characters of one name of a path, a host or a word that is compared. A longer one could be any.
pub const EFFECT_NAME_CHARACTERS_MAX: usize = 255;
/// Bytes of the path of an effect that is compared. A longer one could be any.
pub const EFFECT_PATH_BYTES_MAX: usize = 4_096;
/// Paths that the calls of a session had to do with and that it remembers. Over it, every path may have been seen.
pub const TRAIL_PATHS_MAX: usize = 4_096;
/// Bytes of these paths, each counted twice. Over it, every path may have been seen.
pub const TRAIL_BYTES_MAX: usize = 512 * 1024;
/// Steps that one question about the effects of a call may take. Beyond it the answer is unknown.
pub const EFFECT_STEPS_MAX: usize = 1 << 24;

/// Bytes of a tool name. A longer name is refused.
pub const TOOL_BYTES_MAX: usize = 512;
/// Bytes of the id of a call, and of the name of its batch.
pub const CALL_ID_BYTES_MAX: usize = 512;
/// Members of one set of tools, sets in it included.
pub const SET_MEMBERS_MAX: usize = 1_024;
/// Different globs in the formulas of one program.
pub const GLOBS_MAX: usize = 1_024;
/// Groups with globs in one formula, of which it is known which of them a name can be in at once. Beyond it every
/// combination is expected, also the impossible ones.
pub const GLOBS_TOLD_APART_MAX: usize = 4;
/// States visited to find out which globs a name can match at once. Beyond it every combination is expected.
pub const GLOB_OVERLAP_STATES_MAX: usize = 1_024;
/// Names of tools that no contract mentions, whose meaning one scratch remembers.
pub const NAMES_REMEMBERED_MAX: usize = 1_024;
/// Bytes of the text of all arguments of one call.
pub const ARGUMENT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Nesting of the arguments of one call.
pub const ARGUMENT_DEPTH_MAX: usize = 64;
/// Values (leaves and containers) in the arguments of one call.
pub const ARGUMENT_VALUES_MAX: usize = 100_000;
/// Segments of one argument path such as `input.items[*].to`.
pub const PATH_SEGMENTS_MAX: usize = 32;
/// Bytes of one context fact, key and value together.
pub const FACT_BYTES_MAX: usize = 64 * 1024;
/// Context facts one event may set or clear.
pub const FACTS_PER_EVENT_MAX: usize = 1_024;

/// Characters of a name or an expression that an explanation shows.
pub const SHOWN_CHARACTERS_MAX: usize = 80;
/// Members of a list that an explanation shows.
pub const SHOWN_MEMBERS_MAX: usize = 6;
/// Facts and comparisons of a clause that an explanation looks at.
pub const BLAMED_FINDINGS_MAX: usize = 128;
/// Nesting of past operators and connectives that an explanation follows.
pub const PHRASE_DEPTH_MAX: usize = 4;
/// Length of the longest repair that is looked for, in calls.
pub const REPAIR_CALLS_MAX: usize = 8;
/// Steps tried while looking for a repair.
pub const REPAIR_STEPS_MAX: usize = 4_096;
/// Tools considered while looking for a repair.
pub const REPAIR_TOOLS_MAX: usize = 32;
/// Words of session state copied while looking for a repair.
pub const REPAIR_WORDS_MAX: usize = 1 << 22;
/// Bytes of a session snapshot that is read back.
pub const SNAPSHOT_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Bytes of a program that was written.
pub const PROGRAM_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Sources of provenance one program tells apart.
pub const PROVENANCE_SOURCES_MAX: u16 = 64;
/// Different sets of sources one session sees before sources are taken as carried by every argument.
pub const PROVENANCE_SETS_MAX: usize = 1_024;
/// Slots of eight bytes for the fingerprints of one session. Beyond seven eighths of them a source is taken as
/// carried by every argument.
pub const PROVENANCE_SLOTS_MAX: usize = 1 << 17;
/// Values of one session that are known exactly to come from a source. Beyond it a value is not known.
pub const PROVENANCE_EXACT_MAX: usize = 1 << 13;
/// Bytes of the longest text that is kept or looked up as an exact value.
pub const PROVENANCE_EXACT_TEXT_BYTES_MAX: usize = 1_024;
/// Bytes of the texts of one output that are taken apart. What is in the others is not known.
pub const PROVENANCE_APART_BYTES_MAX: usize = 256 * 1024;
/// Bytes of the user's own words that one session keeps. What is beyond was not said.
pub const PROVENANCE_USER_BYTES_MAX: usize = 128 * 1024;
/// Decodings of one argument text that are looked at. Beyond it the text carries from every source.
pub const PROVENANCE_LAYERS_MAX: usize = 256;
/// Bytes of an argument text and its decodings together that are looked at. Beyond it the text carries from
/// every source.
pub const PROVENANCE_LAYER_BYTES_MAX: usize = 16 * 1024 * 1024;
