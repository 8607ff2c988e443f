//! The engine from outside: contracts in, decisions out.

mod behaviour;
mod support;
