//! `sponsio export`: traces and logs as spans of OpenTelemetry.

use std::path::PathBuf;

use clap::Args;
use sponsio_record::limits::TRACE_BYTES_MAX;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::otlp;
use crate::output::text::shown;
use crate::output::{Report, Terminal, own_file};

/// Write traces and logs as spans of OpenTelemetry
#[derive(Args, Debug)]
#[command(
    long_about = "Prints one document of OTLP in JSON, which collectors and viewers of spans read: for each agent of \
        a trace a span, and in it one for each event, by the conventions of OpenTelemetry for generative AI and with \
        attributes of our own (`sponsio.…`). `sponsio check` and `sponsio eval` read the same events from it. Secrets \
        of a known shape are taken out, as in a log. Exits with 2 if a trace cannot be read.",
    after_long_help = "Examples:\n  sponsio export trace.json > spans.json\n  \
        sponsio export record.jsonl --to spans.json"
)]
pub(crate) struct ExportArgs {
    /// Traces, logs or spans; `-` reads standard input
    #[arg(value_name = "TRACE", required = true)]
    traces: Vec<PathBuf>,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// Leave secrets in what was said and returned
    #[arg(long)]
    keep_secrets: bool,
}

pub(crate) fn run(args: &ExportArgs, _: &Terminal) -> Result<Report, Failure> {
    let mut traces = Vec::new();
    for file in &args.traces {
        let bytes = input::read(file, TRACE_BYTES_MAX)?;
        let read = input::traces(&bytes).map_err(|error| {
            let name = shown(&file.display().to_string());
            Failure::new(format!("`{name}` is no trace: {}", shown(&error)))
        })?;
        traces.extend(read.into_iter().filter(|trace| !trace.events.is_empty()));
    }
    if traces.is_empty() {
        return Err(Failure::new("there is no event in it, so nothing can be exported"));
    }
    let report = Report::json(&otlp::write(&traces, args.keep_secrets), Exit::Fine);
    match &args.to {
        None => Ok(report),
        Some(file) => {
            own_file::write(file, report.text.as_bytes())
                .map_err(|error| Failure::unwritable(file, &error))?;
            Ok(Report { text: String::new(), exit: Exit::Fine })
        }
    }
}
