//! Every bound of the protocols of hosts, in one place.

/// Bytes of one payload. A longer one is not read, and what it asks about is refused.
pub const PAYLOAD_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Members of an object of a payload that are looked at by name. An object with more is refused.
pub const PAYLOAD_MEMBERS_MAX: usize = 1_024;
/// Objects that stand in one another in what is looked at by name. A deeper payload is refused.
pub const PAYLOAD_DEPTH_MAX: usize = 64;
/// Bytes of the name of a session, an agent, an event or a call.
pub const NAME_BYTES_MAX: usize = 512;
/// Characters of a reason that a host is told. The whole one is in the log.
pub const REASON_CHARACTERS_MAX: usize = 2_000;
/// Bytes of a host's file that hooks are written to. A longer one stays as it is.
pub const HOST_FILE_BYTES_MAX: usize = 4 * 1024 * 1024;
