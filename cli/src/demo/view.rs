//! What a demonstration came to, for people and for programs.

use serde::Serialize;
use sponsio_guard::Answer;

use super::agent::{Because, Fate, Turn, stopped};
use super::script::Aim;
use super::stage::{Reading, Shown};
use crate::output::text::{counted, shortened, width};
use crate::output::{Answered, Cell, Page, Style, Table, explain};

/// Columns of the step table beside the step itself.
const FATES_WIDTH: usize = 34;

/// Writes one scenario.
pub(crate) fn show(shown: &Shown, kept: bool, page: &mut Page) {
    page.gap();
    page.banner(shown.scenario.name, shown.scenario.title);
    page.gap();
    page.paragraph(2, Style::Plain, shown.scenario.story);
    page.gap();
    steps(shown, page);
    page.gap();
    page.raw(
        &Style::Strong.paint("  What is there afterwards, read from the database and the disk"),
    );
    readings(shown, page);
    page.gap();
    page.raw(&Style::Strong.paint("  What the contracts stopped"));
    refusals(shown, page);
    page.gap();
    record(shown, kept, page);
    for difference in shown.differences() {
        page.labelled("  not as promised:", Style::Bad, &difference);
    }
}

/// What the agent wanted, and how it went in both runs. The second run has turns that the first has not.
fn steps(shown: &Shown, page: &mut Page) {
    let room = page.width().saturating_sub(FATES_WIDTH);
    let mut table = Table::new(&["the agent", "without", "with contracts"], 0, 2);
    let mut without = shown.without.iter();
    for turn in &shown.with {
        let first = if turn.because == Because::Script { without.next() } else { None };
        let what = match (&turn.fate, turn.because) {
            (Fate::Told, _) => format!("({})", turn.what),
            (_, Because::Script) => turn.what.clone(),
            (_, because) => format!("  {}: {}", because.name(), turn.what),
        };
        let style = if turn.because == Because::Script { Style::Plain } else { Style::Accent };
        table.row([
            Cell::new(style, shortened(&what, room)),
            first.map(|turn| fate(turn, Style::Plain)).unwrap_or_default(),
            fate(turn, Style::Good),
        ]);
    }
    table.write(page);
}

fn fate(turn: &Turn, good: Style) -> Cell {
    match &turn.fate {
        Fate::Told => Cell::default(),
        Fate::Ran { failed: false, .. } => Cell::new(good, "ran"),
        Fate::Ran { failed: true, .. } => Cell::new(Style::Warn, "failed"),
        Fate::Stopped(answer) => Cell::new(Style::Bad, stopped(answer.decision)),
    }
}

fn readings(shown: &Shown, page: &mut Page) {
    let mut table = Table::new(&["", "before", "without", "with contracts", ""], 0, 2);
    for reading in &shown.readings {
        let Reading { what, aim, before, without, with } = reading;
        let lost = if *aim == Aim::Saved && without != before { Style::Bad } else { Style::Plain };
        let kept = if reading.is_met() { Style::Good } else { Style::Bad };
        let word = if reading.is_met() { aim.name() } else { "not as promised" };
        table.row([
            Cell::from(*what),
            Cell::from(before.as_str()),
            Cell::new(lost, without.as_str()),
            Cell::new(kept, with.as_str()),
            Cell::new(kept, word),
        ]);
    }
    table.write(page);
}

/// The calls that were stopped. Calls in a row that were stopped for the same reason share their explanation.
fn refusals(shown: &Shown, page: &mut Page) {
    let mut stops = shown.with.iter().filter_map(|turn| match &turn.fate {
        Fate::Stopped(answer) => Some((turn, &**answer)),
        Fate::Told | Fate::Ran { .. } => None,
    });
    let mut next = stops.next();
    while let Some((turn, answer)) = next {
        let label = format!("  {}:", stopped(answer.decision));
        let room = page.width().saturating_sub(width(&label)).saturating_sub(1);
        page.labelled(&label, Style::Bad, &shortened(&turn.what, room));
        next = stops.next();
        if !next.is_some_and(|(_, following)| same_reason(answer, following)) {
            explain(answer, 4, page);
        }
    }
}

fn same_reason(one: &Answer, other: &Answer) -> bool {
    one.objections == other.objections
        && one.repair == other.repair
        && one.redirect == other.redirect
}

fn record(shown: &Shown, kept: bool, page: &mut Page) {
    let steps = counted(shown.replayed.lines, "step");
    let replayed = match &shown.replayed.difference {
        None => format!("{steps} recorded, and decided again from it with the same result"),
        Some(difference) => format!("{steps} decided again; then {difference}"),
    };
    page.labelled("  record:", Style::Strong, &replayed);
    if kept {
        page.labelled("         ", Style::Faint, &shown.log.display().to_string());
        page.labelled("         ", Style::Faint, &shown.contracts.display().to_string());
    }
}

/// Writes what all scenarios came to.
pub(crate) fn summary(all: &[Shown], folder: Option<&str>, page: &mut Page) {
    page.gap();
    page.raw(&Style::Faint.paint(&"─".repeat(page.width())));
    let head = ["scenario", "promise", "stopped", "saved", "done all the same"];
    let mut table = Table::new(&head, 0, 2);
    for shown in all {
        let count = |aim: Aim| {
            let all = shown.readings.iter().filter(|r| r.aim == aim);
            let met = all.clone().filter(|r| r.is_met()).count();
            format!("{met} of {}", all.count())
        };
        let stopped = shown.with.iter().filter(|t| matches!(t.fate, Fate::Stopped(_))).count();
        let good = shown.differences().is_empty();
        let (style, word) = if good { (Style::Good, "kept") } else { (Style::Bad, "broken") };
        table.row([
            Cell::new(Style::Accent, shown.scenario.name),
            Cell::new(style, word),
            Cell::from(counted(stopped, "call")),
            Cell::from(count(Aim::Saved)),
            Cell::from(count(Aim::Done)),
        ]);
    }
    table.write(page);
    page.gap();
    match folder {
        Some(folder) => page.labelled("  kept in", Style::Faint, folder),
        None => page.paragraph(
            2,
            Style::Faint,
            "The databases, files, contracts and records are deleted again; `--keep DIR` keeps them.",
        ),
    }
}

#[derive(Serialize)]
struct Document<'s> {
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    folder: Option<&'s str>,
    scenarios: Vec<Part<'s>>,
}

#[derive(Serialize)]
struct Part<'s> {
    name: &'s str,
    title: &'s str,
    ok: bool,
    differences: Vec<String>,
    readings: Vec<Read<'s>>,
    without: Vec<Step<'s>>,
    with: Vec<Step<'s>>,
    record: Record,
}

#[derive(Serialize)]
struct Read<'s> {
    what: &'s str,
    aim: &'s str,
    before: &'s str,
    without: &'s str,
    with: &'s str,
    met: bool,
}

#[derive(Serialize)]
struct Step<'s> {
    what: &'s str,
    #[serde(skip_serializing_if = "str::is_empty")]
    because: &'s str,
    fate: &'s str,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<&'s str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<Answered>,
}

#[derive(Serialize)]
struct Record {
    steps: usize,
    identical: bool,
}

/// The document for programs.
pub(crate) fn document<'s>(all: &'s [Shown], folder: Option<&'s str>) -> impl Serialize + 's {
    let ok = all.iter().all(|shown| shown.differences().is_empty());
    Document { ok, folder, scenarios: all.iter().map(part).collect() }
}

fn part(shown: &Shown) -> Part<'_> {
    let differences = shown.differences();
    Part {
        name: shown.scenario.name,
        title: shown.scenario.title,
        ok: differences.is_empty(),
        differences,
        readings: shown.readings.iter().map(read).collect(),
        without: shown.without.iter().map(step).collect(),
        with: shown.with.iter().map(step).collect(),
        record: Record { steps: shown.replayed.lines, identical: shown.replayed.is_exact() },
    }
}

fn read(reading: &Reading) -> Read<'_> {
    Read {
        what: reading.what,
        aim: reading.aim.name(),
        before: &reading.before,
        without: &reading.without,
        with: &reading.with,
        met: reading.is_met(),
    }
}

fn step(turn: &Turn) -> Step<'_> {
    let (fate, output, answer) = match &turn.fate {
        Fate::Told => ("told", None, None),
        Fate::Ran { failed: false, output } => ("ran", Some(output.as_str()), None),
        Fate::Ran { failed: true, output } => ("failed", Some(output.as_str()), None),
        Fate::Stopped(answer) => ("stopped", None, Some(Answered::of(answer))),
    };
    Step { what: &turn.what, because: turn.because.name(), fate, output, answer }
}
