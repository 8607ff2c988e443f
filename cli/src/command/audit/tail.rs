//! `sponsio audit tail`: the last lines of a log for people, and those that follow.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use jiff::Timestamp;
use sponsio_engine::decision::Decision;
use sponsio_record::schema::line::Line;

use super::source::{Log, Physical};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::text::shown;
use crate::output::{Page, Report, Style, Terminal, decision_style};

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
    let mut exit = terminal.print(&text, Exit::Fine);
    while exit == Exit::Fine {
        std::thread::sleep(PAUSE);
        let mut text = String::new();
        after = show(args, after, terminal, &mut |line| text.push_str(&line))?;
        exit = terminal.print(&text, Exit::Fine);
    }
    Ok(Report { text: String::new(), exit })
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
            Ok(line) => tell(one(&line, terminal)),
            Err(error) => tell(format!("? {}\n", shown(&error.message()))),
        }
        ControlFlow::Continue(())
    })
}

fn one(line: &Line, terminal: &Terminal) -> String {
    let time = Timestamp::from_microsecond(line.time.0)
        .map_or_else(|_| "?".to_owned(), |t| format!("{t:.3}"));
    let name = line.tool.as_deref().or(line.subject.as_deref()).unwrap_or_default();
    let what = match line.kind.name() {
        "tool_call" => format!("`{name}`"),
        kind if name.is_empty() => kind.to_owned(),
        kind => format!("{kind} `{name}`"),
    };
    let style = decision_style(line.decision);
    let mut page = Page::new(terminal.width());
    let who = format!("{} {}", line.session, line.agent);
    page.raw(&format!(
        "{} {} {} {}",
        Style::Faint.paint(&time),
        style.paint(&format!("{:<8}", line.decision.name())),
        Style::Faint.paint(&shown(&who)),
        shown(&what)
    ));
    for contract in line.contracts.iter().filter(|contract| contract.outcome.is_some()) {
        let why = if contract.witness.is_empty() {
            String::new()
        } else {
            format!(": {}", contract.witness.join("; "))
        };
        page.paragraph(4, Style::Plain, &shown(&format!("{}{why}", contract.contract)));
    }
    if let Some(failure) = &line.failure {
        page.paragraph(4, Style::Bad, &shown(failure));
    }
    page.finish()
}
