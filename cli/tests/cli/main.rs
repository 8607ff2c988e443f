//! The program from outside: arguments in, output and exit code out.
//!
//! `golden` compares whole outputs with files; `demo` runs the demonstration and looks at what it left on the
//! disk; `audit` damages logs; `watch` and `export` follow logs and send them away; `hook` asks as hosts do, and `host`
//! installs that in them; `edges` is about streams, colours, widths and inputs that nobody would write.

mod audit;
mod demo;
mod edges;
mod export;
mod golden;
mod hook;
mod host;
mod program;
mod schema;
mod watch;
