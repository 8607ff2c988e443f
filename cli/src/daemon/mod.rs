//! `sponsio daemon`: hooks ask a process of another user, which has the state, the log and the approvals.
//!
//! ```text
//!  wire     one question and one answer on a socket        ask    a hook asks
//!  serve    the process that answers                       unit   how a service manager starts it
//! ```
//!
//! What is enforced is said by the command line of the daemon. A question says what a host sent and where its calls
//! run, and who asks is what the operating system says of the other end: each user has a state of their own. A hook
//! that gets no answer refuses. The daemon decides as a hook does, by the same code.

#[cfg(unix)]
mod ask;
#[cfg(unix)]
mod serve;
pub(crate) mod unit;
mod wire;

#[cfg(unix)]
pub(crate) use ask::ask;
#[cfg(unix)]
pub(crate) use serve::{Service, serve};
pub(crate) use wire::Here;
