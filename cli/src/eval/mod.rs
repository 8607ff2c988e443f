//! Cases judged by a configuration, and what share of them is stopped.
//!
//! ```text
//!  read         files → cases         case     what happens, and whether it should be stopped
//!  judge        cases → outcomes, on all cores, in the order of the cases
//!  tally        outcomes → shares     bounds   how sure a share is
//! ```
//!
//! Nothing here decides: each case is a trace, and the guard's `check` says what a live session would have done.
//! Threads come from the standard library: cases are independent, and one counter hands them out.

pub mod bounds;
pub mod case;
pub mod judge;
pub mod read;
pub mod tally;
