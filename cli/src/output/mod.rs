//! From results to what is printed.
//!
//! A command builds a [`Page`] for people or a JSON document for programs, and the [`Terminal`] writes it in one
//! piece. Text from outside, such as tool names and arguments, passes [`text::shown`] on its way, so that a trace
//! cannot send control sequences to a terminal.

mod answer;
mod automaton;
mod contract;
mod diagnostic;
pub(crate) mod html;
pub(crate) mod own_file;
mod page;
mod sarif;
mod share;
mod table;
mod terminal;
pub(crate) mod text;

pub(crate) use answer::{Answered, decision_style, explain};
pub(crate) use automaton::{dot, mermaid, states, verdict_style};
pub(crate) use contract::{ContractDocument, Described};
pub(crate) use diagnostic::{Finding, drawn, findings};
pub(crate) use page::{Page, Style};
pub(crate) use sarif::Sarif;
pub(crate) use share::{percent, share};
pub(crate) use table::{Cell, Table};
pub(crate) use terminal::{ColorWhen, Terminal};

use serde::Serialize;

use crate::exit::Exit;

/// What a command found, ready to print.
#[derive(Debug)]
pub(crate) struct Report {
    /// The text for standard output.
    pub(crate) text: String,
    /// How the process ends.
    pub(crate) exit: Exit,
}

impl Report {
    /// A page for people.
    pub(crate) fn page(page: Page, exit: Exit) -> Self {
        Self { text: page.finish(), exit }
    }

    /// A document for programs.
    pub(crate) fn json(document: &impl Serialize, exit: Exit) -> Self {
        // Every document is made of maps with text keys, which cannot fail to serialise.
        let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
        text.push('\n');
        Self { text, exit }
    }
}
