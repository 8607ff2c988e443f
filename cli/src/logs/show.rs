//! A line of a log as text for people.

use jiff::Timestamp as Moment;
use sponsio_engine::event::Timestamp;
use sponsio_record::schema::glance::Glance;
use sponsio_record::schema::kind::Kind;
use sponsio_record::schema::line::Line;

use crate::output::text::{shortened, shown, width};
use crate::output::{Page, Style, decision_style};

/// A time as text.
fn to_millisecond(time: Timestamp) -> String {
    Moment::from_microsecond(time.0).map_or_else(|_| "?".to_owned(), |t| format!("{t:.3}"))
}

/// What an event was.
pub(crate) fn what(kind: Kind, name: Option<&str>) -> String {
    match (kind, name.filter(|name| !name.is_empty())) {
        (Kind::ToolCall, name) => format!("`{}`", name.unwrap_or_default()),
        (kind, None) => kind.name().to_owned(),
        (kind, Some(name)) => format!("{} `{name}`", kind.name()),
    }
}

/// The event, its decision and what objected, in one line that is cut where it is too long.
pub(crate) fn short(line: &Glance<'_>, columns: usize) -> String {
    let time = to_millisecond(line.time);
    let decision = format!("{:<8}", line.decision.name());
    let room = columns.saturating_sub(width(&time)).saturating_sub(width(&decision));
    let mut text = format!(
        "{} {} {}",
        line.session,
        line.agent,
        what(line.kind, line.tool.as_deref().or(line.subject.as_deref()))
    );
    let objected = line.contracts.iter().filter_map(|said| Some((said, said.outcome?)));
    for (index, (said, outcome)) in objected.enumerate() {
        let sign = if index == 0 { ':' } else { ';' };
        text.push_str(&format!("{sign} {} ({})", said.contract, outcome.name()));
    }
    if let Some(failure) = &line.failure {
        text.push_str(&format!(": not judged ({failure})"));
    }
    format!(
        "{} {} {}\n",
        Style::Faint.paint(&time),
        decision_style(line.decision).paint(&decision),
        shortened(&shown(&text), room.saturating_sub(2))
    )
}

/// The event, its decision, and below it what objected.
pub(crate) fn one(line: &Line, width: usize) -> String {
    let what = what(line.kind, line.tool.as_deref().or(line.subject.as_deref()));
    let style = decision_style(line.decision);
    let mut page = Page::new(width);
    let who = format!("{} {}", line.session, line.agent);
    page.raw(&format!(
        "{} {} {} {}",
        Style::Faint.paint(&to_millisecond(line.time)),
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
