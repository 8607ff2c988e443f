//! What a step costs in things that can be counted: allocations, bytes, instructions. These do not depend on
//! what else the machine does, so they are tests; times are not.

mod allocations;
#[cfg(target_os = "linux")]
mod instructions;
mod memory;
