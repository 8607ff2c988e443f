//! The charts of a report: bars, drawn in place.
//!
//! A chart shows what a table beside it says, so nothing is lost where it cannot be seen. Colours are classes, which
//! the page sets for light and dark; kinds of bars differ in brightness as well.

use std::fmt::Write as _;

use sponsio_engine::event::Timestamp;

use crate::logs::moment::written;
use crate::output::html::escaped;
use crate::report::{Counts, Timeline};

/// The kinds of bars: a class of the page, and what it stands for. The order is that of the stack, from below.
pub(super) const KINDS: [(&str, &str); 4] = [
    ("bad", "stopped"),
    ("warn", "warned about"),
    ("seen", "observed"),
    ("fine", "nothing objected"),
];

/// How high the bars of the time line are, and how wide all of them.
const HEIGHT: f64 = 160.0;
const WIDTH: f64 = 900.0;
/// Room for numbers at the left and below.
const LEFT: f64 = 60.0;
const BELOW: f64 = 24.0;

/// The counts by kind.
pub(super) fn kinds(counts: &Counts) -> [u64; 4] {
    let rest = counts.events.saturating_sub(counts.objected());
    [counts.stopped(), counts.warned, counts.observed, rest]
}

/// A count as a length.
fn number(count: u64) -> f64 {
    // Beyond this many a bar does not change visibly.
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Bars side by side, one for each part of the time.
pub(super) fn timeline(timeline: &Timeline) -> String {
    let parts = timeline.parts();
    let most = parts.iter().map(|(_, counts)| counts.events).max().unwrap_or(0).max(1);
    let step = WIDTH / number(u64::try_from(parts.len().max(1)).unwrap_or(1));
    let mut svg = format!(
        "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-labelledby=\"time-title\">\
         <title id=\"time-title\">Events by time; the table below has the numbers</title>\n",
        LEFT + WIDTH,
        HEIGHT + BELOW
    );
    let _ = writeln!(
        svg,
        "<text x=\"{0}\" y=\"12\" text-anchor=\"end\">{most}</text>\
         <text x=\"{0}\" y=\"{HEIGHT}\" text-anchor=\"end\">0</text>\
         <line class=\"axis\" x1=\"{LEFT}\" x2=\"{1}\" y1=\"{HEIGHT}\" y2=\"{HEIGHT}\"/>",
        LEFT - 8.0,
        LEFT + WIDTH
    );
    let mut left = LEFT;
    for (begin, counts) in &parts {
        column(*begin, counts, left, step, number(most), &mut svg);
        left += step;
    }
    if let (Some((first, _)), Some((last, _))) = (parts.first(), parts.last()) {
        let y = HEIGHT + BELOW - 6.0;
        let _ = write!(svg, "<text x=\"{LEFT}\" y=\"{y}\">{}</text>", written(*first));
        if parts.len() > 1 {
            let x = LEFT + WIDTH;
            let _ = write!(
                svg,
                "<text x=\"{x}\" y=\"{y}\" text-anchor=\"end\">{}</text>",
                written(*last)
            );
        }
    }
    svg.push_str("</svg>\n");
    svg
}

fn column(begin: Timestamp, counts: &Counts, left: f64, step: f64, most: f64, svg: &mut String) {
    if counts.events == 0 {
        return;
    }
    let _ = write!(svg, "<g><title>{}: {}</title>", written(begin), said(counts));
    let mut bottom = HEIGHT;
    for ((class, _), count) in KINDS.iter().zip(kinds(counts)).filter(|(_, count)| *count > 0) {
        let height = number(count) / most * HEIGHT;
        bottom -= height;
        let wide = (step - 1.0).max(step * 0.8);
        let _ = write!(
            svg,
            "<rect class=\"{class}\" x=\"{left:.1}\" y=\"{bottom:.1}\" width=\"{wide:.1}\" height=\"{height:.1}\"/>"
        );
    }
    svg.push_str("</g>\n");
}

/// The counts in words.
fn said(counts: &Counts) -> String {
    let kinds = KINDS.iter().zip(kinds(counts)).filter(|(_, count)| *count > 0);
    kinds.map(|((_, name), count)| format!("{count} {name}")).collect::<Vec<_>>().join(", ")
}

/// One bar, of parts with their classes, where the longest of its table is `most`.
pub(super) fn bar(name: &str, parts: &[(&str, u64)], most: u64) -> String {
    let wide = |count: u64| number(count) / number(most.max(1)) * 200.0;
    let mut svg = format!(
        "<svg class=\"bar\" width=\"200\" height=\"12\" role=\"img\" aria-label=\"{}\">",
        escaped(name)
    );
    let mut left = 0.0;
    for (class, count) in parts.iter().filter(|(_, count)| *count > 0) {
        let width = wide(*count);
        let _ = write!(
            svg,
            "<rect class=\"{class}\" x=\"{left:.1}\" width=\"{width:.1}\" height=\"12\"/>"
        );
        left += width;
    }
    svg.push_str("</svg>");
    svg
}

/// A share as a line between its bounds, with a mark where it is.
pub(super) fn bounds(value: f64, low: f64, high: f64) -> String {
    let at = |share: f64| share * 200.0;
    format!(
        "<svg class=\"bar\" width=\"200\" height=\"12\" role=\"img\" aria-label=\"{:.1} to {:.1} percent\">\
         <rect class=\"back\" width=\"200\" height=\"12\"/>\
         <line class=\"axis wide\" x1=\"{:.1}\" x2=\"{:.1}\" y1=\"6\" y2=\"6\"/>\
         <circle class=\"bad\" cx=\"{:.1}\" cy=\"6\" r=\"4\"/></svg>",
        low * 100.0,
        high * 100.0,
        at(low),
        at(high),
        at(value)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_bar_are_as_long_as_their_counts() {
        let bar = bar("a<b", &[("bad", 1), ("warn", 0), ("fine", 3)], 4);
        assert!(bar.contains("aria-label=\"a&lt;b\""), "{bar}");
        assert!(bar.contains("class=\"bad\" x=\"0.0\" width=\"50.0\""), "{bar}");
        assert!(bar.contains("class=\"fine\" x=\"50.0\" width=\"150.0\""), "{bar}");
        assert!(!bar.contains("warn"), "{bar}");
    }

    #[test]
    fn a_share_lies_between_its_bounds() {
        let svg = bounds(0.5, 0.25, 0.75);
        for expect in ["x1=\"50.0\" x2=\"150.0\"", "cx=\"100.0\"", "25.0 to 75.0 percent"] {
            assert!(svg.contains(expect), "{svg}");
        }
    }
}
