//! `sponsio audit tail`: the last lines of a log for people, and those that follow.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use sponsio_engine::decision::Decision;
use sponsio_record::schema::line::Line;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::logs::show::one;
use crate::logs::source::{Log, Physical};
use crate::output::text::shown;
use crate::output::{Report, Terminal};

/// How long `--follow` waits before it looks again.
const PAUSE: Duration = Duration::from_millis(200);

/// Print the last lines of a log for people
#[derive(Args, Debug)]
#[command(
    long_about = "One line for each event: its time, session and agent, what it was, the decision, and the contracts \
        that objected. The chain is not verified. With `--follow` the command goes on with what is written from there \
        on, until it is stopped.",
    after_long_help = "Examples:\n  sponsio audit tail record.jsonl\n  \
        sponsio audit tail --follow --refused record.jsonl"
)]
pub(super) struct TailArgs {
    /// The log
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// How many lines
    #[arg(long, short = 'n', default_value_t = 20, value_name = "NUMBER")]
    lines: usize,
    /// Go on with what is written from here on
    #[arg(long, short)]
    follow: bool,
    /// Only events that something objected to
    #[arg(long)]
    refused: bool,
}

pub(super) fn run(args: &TailArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let mut told: VecDeque<String> = VecDeque::new();
    let mut after = show(args, 0, terminal, &mut |text| {
        if told.len() >= args.lines {
            told.pop_front();
        }
        told.push_back(text);
    })?;
    let text = told.into_iter().take(args.lines).collect::<String>();
    if !args.follow {
        return Ok(Report { text, exit: Exit::Fine });
    }
    let mut told = terminal.tell(&text);
    loop {
        if let ControlFlow::Break(exit) = told {
            return Ok(Report { text: String::new(), exit });
        }
        std::thread::sleep(PAUSE);
        let mut text = String::new();
        after = show(args, after, terminal, &mut |line| text.push_str(&line))?;
        told = terminal.tell(&text);
    }
}

/// Shows the lines behind so many bytes; how many bytes the log has.
fn show(
    args: &TailArgs,
    after: u64,
    terminal: &Terminal,
    tell: &mut dyn FnMut(String),
) -> Result<u64, Failure> {
    let mut log = Log::named(core::slice::from_ref(&args.file))?;
    log.each_after(after, |Physical { bytes, is_whole, .. }| {
        // An unfinished line is looked at again when it is finished.
        if !is_whole {
            return ControlFlow::Break(());
        }
        match Line::read(bytes, 1) {
            Ok(line) if args.refused && line.decision == Decision::Allow => {}
            Ok(line) => tell(one(&line, terminal.width())),
            Err(error) => tell(format!("? {}\n", shown(&error.message()))),
        }
        ControlFlow::Continue(())
    })
}
