//! The program from outside: arguments in, output and exit code out.
//!
//! `golden` compares whole outputs with files; `demo` runs the demonstration and looks at what it left on the
//! disk; `audit` damages logs; `watch` and `export` follow logs and send them away; `hook` asks as hosts do,
//! `approvals` says what people say about what waits, `host` installs the hooks, `setup` begins and switches, and
//! `daemon` answers hooks as another user; `edges` is about streams, colours, widths and inputs that nobody would
//! write.

mod approvals;
mod audit;
mod daemon;
mod demo;
mod edges;
mod export;
mod golden;
mod hook;
mod host;
mod program;
mod schema;
mod setup;
mod watch;
