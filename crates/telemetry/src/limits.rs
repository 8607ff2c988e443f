//! Every bound of telemetry, in one place. What does not fit is told early, never kept without end.

/// Sessions whose span is open. One more, and the spans of all that are open are told as they stand.
pub(crate) const SESSIONS_OPEN_MAX: usize = 10_000;
/// Calls of one session that wait for their result. One more, and all of them are told without it.
pub(crate) const CALLS_OPEN_MAX: usize = 1_000;
/// Bytes of a collector's answer that are read.
pub(crate) const ANSWER_BYTES_MAX: u64 = 64 * 1024;
/// Seconds that a request takes, where `OTEL_EXPORTER_OTLP_TIMEOUT` does not say.
pub(crate) const REQUEST_SECONDS: u64 = 10;
/// Seconds for what is not sent yet, at the end.
pub(crate) const LAST_SECONDS_MAX: u64 = 10;
