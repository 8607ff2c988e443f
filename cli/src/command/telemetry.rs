//! `sponsio telemetry`: what is decided, to a collector of OpenTelemetry.
#![expect(clippy::disallowed_methods, reason = "the standard variables are read here")]

use std::io::Write as _;

use clap::Args;
use sponsio_record::schema::glance::Glance;
use sponsio_record::schema::line::Line;
use sponsio_telemetry::{Settings, Telemetry, Told};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::logs::LogsArgs;
use crate::logs::all::Followed;
use crate::logs::follow::Seen;
use crate::logs::select::Selection;
use crate::output::text::{counted, shown};
use crate::output::{Page, Report, Style, Terminal};

/// Lines after which it is waited until they are delivered: more than the SDK keeps would be lost.
const FLUSH_LINES: usize = 1_000;

/// Send what is decided to a collector of OpenTelemetry
#[derive(Args, Debug)]
#[command(
    long_about = "Follows logs as `sponsio watch` does, and sends spans and metrics to a collector, by OTLP over HTTP: \
        a span for each session, in it one for each call and each other event, and counters of decisions, objections \
        and failures. Runs beside the agents and is asked nothing before a decision, so an agent does not wait for a \
        collector. Secrets were taken out before a line was written.\n\n\
        The standard variables say where to and how: `OTEL_EXPORTER_OTLP_ENDPOINT` (without it \
        `http://localhost:4318`), `OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_EXPORTER_OTLP_TIMEOUT`, \
        `OTEL_EXPORTER_OTLP_COMPRESSION`, `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_TRACES_EXPORTER` and \
        `OTEL_METRICS_EXPORTER` (`otlp`, `none`), `OTEL_BSP_*`, `OTEL_METRIC_EXPORT_INTERVAL`, `OTEL_SDK_DISABLED`.\n\n\
        Exits with 0 when it is interrupted or, with `--once`, when all is delivered, and with 2 if something was not.",
    after_long_help = "Examples:\n  \
        OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318 sponsio telemetry logs/\n  \
        sponsio telemetry record.jsonl --once --since 24h"
)]
pub(crate) struct TelemetryArgs {
    #[command(flatten)]
    logs: LogsArgs,
    /// Send the lines that are there already as well
    #[arg(long)]
    existing: bool,
    /// Send the lines that are there already, and end
    #[arg(long)]
    once: bool,
}

pub(crate) fn run(args: &TelemetryArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let settings = Settings::read(&|name| std::env::var(name).ok())
        .map_err(|error| Failure::new(error.to_string()))?;
    if !settings.spans && !settings.metrics {
        return Err(Failure::new(
            "the variables `OTEL_*` turn spans and metrics off, so there is nothing to send",
        ));
    }
    let selection = args.logs.selection()?;
    let mut followed = Followed::new(&args.logs)?;
    let telemetry = Telemetry::start(&settings).map_err(|error| Failure::new(error.to_string()))?;
    let mut sending = Sending { telemetry, selection, lines: 0, unreadable: 0 };
    let is_sent = args.existing || args.once;
    followed.look(&mut |_, seen| {
        if is_sent {
            sending.seen(seen)
        }
    })?;
    while !args.once && followed.wait()? {
        followed.look(&mut |_, seen| sending.seen(seen))?;
    }
    let told = sending.telemetry.finish();
    let exit = if told.lost + told.reports_lost > 0 { Exit::Unable } else { Exit::Fine };
    let page = summary(&sending, &told, Page::new(terminal.errors_width()));
    // Nothing is printed that a program would read.
    let _ = terminal.errors().write_all(page.finish().as_bytes());
    Ok(Report { text: String::new(), exit })
}

/// What is sent.
struct Sending {
    telemetry: Telemetry,
    selection: Selection,
    lines: usize,
    /// Lines that are none.
    unreadable: usize,
}

impl Sending {
    fn seen(&mut self, seen: Seen<'_>) {
        let Seen::Line(bytes) = seen else { return };
        if bytes.trim_ascii().is_empty() {
            return;
        }
        let (Ok(glance), Ok(line)) = (Glance::read(bytes), Line::read(bytes, 1)) else {
            self.unreadable = self.unreadable.saturating_add(1);
            return;
        };
        if !self.selection.takes(&glance) {
            return;
        }
        self.telemetry.tell(&line);
        self.lines = self.lines.saturating_add(1);
        if self.lines.is_multiple_of(FLUSH_LINES) {
            self.telemetry.flush();
        }
    }
}

fn summary(sending: &Sending, told: &Told, mut page: Page) -> Page {
    let spans = usize::try_from(told.taken).unwrap_or(usize::MAX);
    let said = format!("{} as {}", counted(sending.lines, "line"), counted(spans, "span"));
    page.labelled("sent:", Style::Good, &said);
    if sending.unreadable > 0 {
        let said = format!(
            "{}; `sponsio audit verify` says what happened",
            counted(sending.unreadable, "line")
        );
        page.labelled("unreadable:", Style::Bad, &said);
    }
    if told.lost + told.reports_lost > 0 {
        let what = format!("{} spans and {} reports of metrics", told.lost, told.reports_lost);
        let why = match told.why.as_str() {
            "" => "there were more than the queue holds; `OTEL_BSP_MAX_QUEUE_SIZE` makes it longer"
                .to_owned(),
            why => shown(why),
        };
        page.labelled("lost:", Style::Bad, &format!("{what}: {why}"));
    }
    page
}
