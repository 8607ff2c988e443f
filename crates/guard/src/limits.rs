//! Every bound of the guard, in one place.

/// Sessions that are live at the same time in one process. Beyond it no further one begins.
pub const SESSIONS_MAX: usize = 1_000_000;
/// Buffers of steps that a guard keeps while no session uses them. More are in use where more threads ask.
pub const BUFFERS_KEPT_MAX: usize = 256;
/// Bytes of the name of a session or an agent.
pub const NAME_BYTES_MAX: usize = 512;
/// States of contracts that sessions of one process share. Beyond it no session begins that needs a further one.
pub const SHARED_STATES_MAX: usize = 100_000;
/// Programs that a guard remembers because sessions may have been put back under them.
pub const PREVIOUS_PROGRAMS_MAX: usize = 8;
/// Events whose names a session remembers, so that a reason can name them.
pub const RECENT_EVENTS_MAX: usize = 256;
/// Those of them that are kept with a session in a store.
pub const RECENT_EVENTS_STORED_MAX: usize = 64;
/// Events of a session that happened and could not be recorded yet. Beyond it no call of the session runs any more.
pub const UNRECORDED_EVENTS_MAX: usize = 64;
/// Calls whose answer a session remembers, so that one that is announced again is not decided again.
pub const ANNOUNCED_CALLS_MAX: usize = 16;
/// Characters of the reason that is remembered with each.
pub const ANNOUNCED_REASON_CHARACTERS_MAX: usize = 600;
/// How many seconds an announcement without an id of the call may come after the first one.
pub const ANNOUNCED_SECONDS_MAX: i64 = 10;
/// Events that a replay goes back where a store never had what a log tells of. A visit has fewer.
pub const RETRACED_EVENTS_MAX: usize = 128;
/// Programs that are kept on disk for the next process. Beyond it the oldest are removed.
pub const KEPT_PROGRAMS_MAX: usize = 64;
/// Questions that reading one configuration may have asked for its program to be kept.
pub const KEPT_ANSWERS_MAX: usize = 4_096;
/// How long anybody waits for a session that another process has. Then the call is refused, in enforce mode.
pub const STORE_WAIT_MILLISECONDS: u64 = 2_000;
/// How long a server holds a session for a process that has it. A process that stalls for longer has lost it: what it
/// would put back is not taken, and the call is refused.
pub const STORE_LEASE_MILLISECONDS: u64 = 1_000;
/// Connections to a server that are kept for the next visit.
pub const STORE_SPARE_CONNECTIONS_MAX: usize = 8;
/// Bytes of what the names of keys begin with in Redis.
pub const STORE_PREFIX_BYTES_MAX: usize = 64;
/// Sessions of the store in memory. Beyond it no further one begins until one ends or expires.
pub const STORE_MEMORY_SESSIONS_MAX: usize = 1_000_000;
/// Expired sessions that are removed when one begins, so that a table does not grow with what nobody uses.
pub const STORE_EXPIRED_REMOVED_MAX: u32 = 8;
/// Bytes of a session in a folder. A file with more is not read to its end, and so is no session.
pub const STORE_STATE_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Characters of a tool's name that a reason shows.
pub const SHOWN_NAME_MAX: usize = 80;
/// Findings that a reason names. The others are in the log.
pub const SHOWN_WITNESSES_MAX: usize = 3;
/// Nesting of the structure that a text of an output is, as JSON or YAML. A deeper one is a text.
pub const STRUCTURE_DEPTH_MAX: usize = 32;
/// Values of such a structure. One with more is a text.
pub const STRUCTURE_VALUES_MAX: usize = 20_000;
/// Questions to the file system about symbolic links, for one call. A path beyond it is opaque: it may lead anywhere.
pub const LINK_LOOKUPS_MAX: usize = 256;
/// Bytes of one file of a log. Before a line that would go beyond it, the file is set aside and the next one begun.
pub const LOG_FILE_BYTES_MAX: u64 = 128 * 1024 * 1024;
/// Milliseconds that a line waits for the lock of the log. Then it cannot be written.
pub const LOG_LOCK_WAITS_MAX: u32 = 5_000;
/// Looks at the lock between two of these waits.
pub const LOG_LOCK_LOOKS_MAX: u32 = 50;
/// How often the log is opened again for one line, because another process set the file aside in between.
pub const LOG_OPEN_TRIES_MAX: u32 = 100;
