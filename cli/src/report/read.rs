//! Logs, line by line, into a tally.

use std::ops::ControlFlow;

use sponsio_record::schema::glance::Glance;

use super::tally::Tally;
use crate::failure::Failure;
use crate::logs::select::Selection;
use crate::logs::source::{Log, Physical};
use crate::output::text::shown;

/// What was read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Read {
    /// The counts.
    pub(crate) tally: Tally,
    /// Lines of all logs, whether or not they are meant.
    pub(crate) lines: u64,
    /// Lines that cannot be read.
    pub(crate) unreadable: u64,
    /// The first of them: where it is, and why.
    pub(crate) first_unreadable: Option<String>,
}

/// Counts the lines that are meant.
pub(crate) fn read(logs: &mut [Log], selection: &Selection) -> Result<Read, Failure> {
    let mut read = Read::default();
    for log in logs {
        let mut bad = None;
        log.each(|Physical { place, bytes, is_whole }| {
            // What is unfinished was never told to a caller.
            if !is_whole || bytes.trim_ascii().is_empty() {
                return ControlFlow::Continue(());
            }
            read.lines = read.lines.saturating_add(1);
            match Glance::read(bytes) {
                Ok(line) if selection.takes(&line) => read.tally.add(&line),
                Ok(_) => {}
                Err(error) => {
                    read.unreadable = read.unreadable.saturating_add(1);
                    bad.get_or_insert((place, error));
                }
            }
            ControlFlow::Continue(())
        })?;
        if let Some((place, error)) = bad {
            let file = log.file(place).display().to_string();
            let text = format!("line {} of `{}`: {error}", place.line, shown(&file));
            read.first_unreadable.get_or_insert(shown(&text));
        }
    }
    Ok(read)
}
