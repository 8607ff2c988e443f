//! Every bound of the command line, in one place.
//!
//! A log may have any number of lines, and names in it may be hostile. What is counted by name is counted up to these
//! bounds; what lies beyond is counted together and said to be.

/// Milliseconds after which a hook answers whatever it knows. Hosts wait for 15 seconds or longer, and most run the
/// tool then.
pub(crate) const HOOK_MILLISECONDS_MAX: u64 = 8_000;
/// Milliseconds that a hook and the daemon wait for each other. It is less than what a hook may take in all.
pub(crate) const DAEMON_MILLISECONDS_MAX: u64 = 7_000;
/// Connections that the daemon answers at the same time. Beyond it hooks are not answered, and refuse.
pub(crate) const DAEMON_CONNECTIONS_MAX: usize = 64;
/// Bytes of what a hook says besides the payload.
pub(crate) const DAEMON_ASKED_BYTES_MAX: usize = 64 * 1024;
/// Calls that wait for a person. Beyond it the older half is forgotten, and asked about again.
pub(crate) const WAITING_MAX: usize = 256;
/// Bytes of what is kept of one of them.
pub(crate) const WAITING_BYTES_MAX: u64 = 64 * 1024;
/// How long a call waits.
pub(crate) const WAITING_SECONDS_MAX: i64 = 24 * 60 * 60;
/// Looks, twenty in a second, whether a program of a host has said its version.
pub(crate) const VERSION_LOOKS_MAX: u32 = 200;
/// Agents that a report counts one by one.
pub(crate) const REPORT_AGENTS_MAX: usize = 1_000;
/// Tools that a report counts one by one.
pub(crate) const REPORT_TOOLS_MAX: usize = 10_000;
/// Contracts that a report counts one by one.
pub(crate) const REPORT_CONTRACTS_MAX: usize = 10_000;
/// Sessions with objections that a report counts one by one.
pub(crate) const REPORT_OBJECTED_SESSIONS_MAX: usize = 100_000;
/// Sessions that a report tells apart.
pub(crate) const REPORT_SESSIONS_MAX: usize = 1_000_000;
/// Calls that a report remembers because nobody has approved them yet.
pub(crate) const REPORT_WAITING_MAX: usize = 1_000_000;
/// Parts of the time line of a report.
pub(crate) const REPORT_SLOTS_MAX: i64 = 96;
/// Bytes of a name that a report keeps.
pub(crate) const REPORT_NAME_BYTES_MAX: usize = 1_024;
/// Logs in folders that are named.
pub(crate) const LOGS_MAX: usize = 10_000;
/// Folders inside of each other that are searched for logs.
pub(crate) const LOG_FOLDERS_DEPTH_MAX: usize = 4;
/// Lines of a session that is shown.
pub(crate) const SESSION_LINES_MAX: usize = 100_000;
/// Sessions of a log that are listed.
pub(crate) const LISTED_SESSIONS_MAX: usize = 100_000;
/// Bytes of the lines of sessions that are exported.
pub(crate) const EXPORT_BYTES_MAX: usize = 256 * 1024 * 1024;
/// Times that a request is made again.
pub(crate) const SEND_RETRIES_MAX: u32 = 3;
/// Seconds that a request may take.
pub(crate) const SEND_SECONDS_MAX: u64 = 30;
