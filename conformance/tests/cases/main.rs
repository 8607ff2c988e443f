//! The files of `cases/` and the documents against every subject, what they must cover, and properties over random
//! programs.

#![cfg(test)]

mod commands;
mod corpus;
mod coverage;
mod documents;
mod properties;
mod sets;
mod strict;
