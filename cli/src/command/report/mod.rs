//! `sponsio report`: what logs come to.

mod chart;
mod document;
mod html;
mod show;

use std::path::PathBuf;

use clap::Args;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::logs::LogsArgs;
use crate::logs::select::Selection;
use crate::output::{Report, Terminal, own_file};
use crate::report::read::{Read, read};

/// Count what logs say, by contract, agent, tool and time
#[derive(Args, Debug)]
#[command(
    long_about = "Counts the events of logs, of any length, in bounded memory: what was stopped, warned about, or \
        only observed; by contract, agent, tool, session and time; how long decisions took; and of the calls that a \
        person was asked about, how many were approved. An approved call was stopped without need: the share of those \
        is that of false alarms among the calls that were asked about, with bounds of 95 % confidence (Clopper and \
        Pearson).\n\n\
        Whether a log is as it was written is not looked at: `sponsio audit verify` does that. Exits with 0, also if \
        there is no event, and with 2 if a log or a line of one cannot be read.",
    after_long_help = "Examples:\n  sponsio report record.jsonl\n  \
        sponsio report --since 24h\n  \
        sponsio report logs/ --since 2026-01-01 --until 2026-02-01 --agent support --json\n  \
        sponsio report record.jsonl --html --out report.html"
)]
pub(crate) struct ReportArgs {
    #[command(flatten)]
    logs: LogsArgs,
    /// Show every row of every table
    #[arg(long)]
    all: bool,
    /// Print one JSON document
    #[arg(long, conflicts_with = "html")]
    json: bool,
    /// Print one page with charts, which needs no other file and no script
    #[arg(long)]
    html: bool,
    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// What was asked and what was counted.
struct Counted {
    selection: Selection,
    read: Read,
    /// How many logs were read.
    logs: usize,
}

pub(crate) fn run(args: &ReportArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let selection = args.logs.selection()?;
    let mut logs = args.logs.logs()?;
    let read = read(&mut logs, &selection)?;
    let exit = if read.unreadable > 0 { Exit::Unable } else { Exit::Fine };
    let counted = Counted { selection, read, logs: logs.len() };
    let report = if args.json {
        Report::json(&document::document(&counted), exit)
    } else if args.html {
        Report { text: html::page(&counted), exit }
    } else {
        Report::page(show::page(&counted, args.all, terminal.width()), exit)
    };
    match &args.out {
        None => Ok(report),
        Some(file) => {
            let text = terminal.for_file(&report.text);
            own_file::write(file, text.as_bytes())
                .map_err(|error| Failure::unwritable(file, &error))?;
            Ok(Report { text: String::new(), exit })
        }
    }
}
