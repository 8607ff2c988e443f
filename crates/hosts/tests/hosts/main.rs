//! What hosts send and what they are answered.

mod golden;
mod hostile;
mod install;
mod mapping;
mod recorded;
