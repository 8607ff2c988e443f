//! Contracts, engine and record joined with the operating system.
