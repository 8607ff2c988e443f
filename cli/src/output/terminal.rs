//! The two streams of the process: how wide they are, whether they show colour, and writing to them.

use std::io::{ErrorKind, IsTerminal, Write};
use std::ops::ControlFlow;

use anstream::{AutoStream, ColorChoice};
use clap::ValueEnum;

use crate::exit::Exit;

/// Columns where the output is no terminal and nobody says how wide it is.
const WIDTH: usize = 80;
/// Columns that a page needs at least.
const WIDTH_MIN: usize = 40;
/// Columns beyond which lines are hard to read.
const WIDTH_MAX: usize = 120;

/// When output is coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorWhen {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Also in pipes and files
    Always,
    /// Not at all
    Never,
}

/// The streams of the process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    choice: ColorChoice,
}

impl Terminal {
    /// The streams, coloured as the user asked.
    pub(crate) fn new(when: ColorWhen) -> Self {
        let choice = match when {
            ColorWhen::Auto => ColorChoice::Auto,
            ColorWhen::Always => ColorChoice::Always,
            ColorWhen::Never => ColorChoice::Never,
        };
        Self { choice }
    }

    /// Columns of standard output.
    pub(crate) fn width(&self) -> usize {
        let measured = terminal_size::terminal_size_of(std::io::stdout());
        columns(std::io::stdout().is_terminal(), measured)
    }

    /// Columns of standard error.
    pub(crate) fn errors_width(&self) -> usize {
        let measured = terminal_size::terminal_size_of(std::io::stderr());
        columns(std::io::stderr().is_terminal(), measured)
    }

    /// Standard error.
    pub(crate) fn errors(&self) -> impl Write {
        AutoStream::new(std::io::stderr(), self.choice)
    }

    /// The text as it goes into a file: with colours only where somebody asked for them by name.
    pub(crate) fn for_file(&self, text: &str) -> String {
        match self.choice {
            ColorChoice::Always => text.to_owned(),
            _ => anstream::adapter::strip_str(text).to_string(),
        }
    }

    /// Writes the text to standard output. A reader who has gone is no failure; a full disk is.
    pub(crate) fn print(&self, text: &str, exit: Exit) -> Exit {
        match self.tell(text) {
            ControlFlow::Break(Exit::Unable) => Exit::Unable,
            _ => exit,
        }
    }

    /// Writes a part of what there is to say. Breaks off where nobody reads any more, or it cannot be written.
    pub(crate) fn tell(&self, text: &str) -> ControlFlow<Exit> {
        let mut stream = AutoStream::new(std::io::stdout(), self.choice);
        match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) if error.kind() == ErrorKind::BrokenPipe => ControlFlow::Break(Exit::Fine),
            Err(error) => {
                let message = crate::failure::reason(&error);
                let _ = writeln!(self.errors(), "error: the output cannot be written: {message}");
                ControlFlow::Break(Exit::Unable)
            }
        }
    }
}

/// `COLUMNS` is what tests and scripts set; a terminal knows better.
#[expect(clippy::disallowed_methods, reason = "the width is the edge's business")]
fn columns(
    is_terminal: bool,
    measured: Option<(terminal_size::Width, terminal_size::Height)>,
) -> usize {
    let asked = || std::env::var("COLUMNS").ok().and_then(|text| text.parse::<usize>().ok());
    let measured = measured.filter(|_| is_terminal).map(|(width, _)| usize::from(width.0));
    measured.or_else(asked).unwrap_or(WIDTH).clamp(WIDTH_MIN, WIDTH_MAX)
}
