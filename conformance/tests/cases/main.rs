//! The files of `cases/` against every subject, what they must cover, and properties over random programs.

#![cfg(test)]

mod corpus;
mod coverage;
mod properties;
mod sets;
mod strict;
