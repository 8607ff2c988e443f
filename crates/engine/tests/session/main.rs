//! The engine from outside: contracts in, decisions out.

#![cfg(test)]

mod accumulators;
mod adopt;
mod behaviour;
mod effects;
mod events;
mod facts;
mod keyed;
mod limits;
mod shared;
mod support;
mod tools;
mod values;
