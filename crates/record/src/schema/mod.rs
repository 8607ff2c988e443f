//! The serialised forms: the only place, beside the host translators, where bytes become values or back.

pub mod canonical;
pub mod glance;
pub mod json;
pub mod kind;
pub mod line;
pub mod trace;
pub mod value;

mod members;
mod time;
