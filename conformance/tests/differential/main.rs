//! The engine against the oracles.
//!
//! How many formulas and traces a run compares is not a guess: the program `mutants` seeds errors into the
//! engine, and these numbers are enough to find each of them.

#[cfg(test)]
mod effects;
#[cfg(test)]
mod exhaustive;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod mona;
#[cfg(test)]
mod random;
#[cfg(test)]
mod session;
#[cfg(test)]
mod size;
