//! An evaluation as one page that needs nothing else: charts are drawn in place, and no address is fetched.

use std::fmt::Write as _;

use super::Evaluation;
use super::show::{change, judgement, open};
use crate::eval::bounds::Share;
use crate::output::{html::escaped, share};

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
    table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.2rem .6rem;border-bottom:1px solid #ccc}\
    .bad{color:#b00020}";

/// The page.
pub(super) fn page(evaluation: &Evaluation) -> String {
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
         <title>Evaluation</title><style>{STYLE}</style>\n<h1>Evaluation</h1>\n\
         <p>Bars are the share that is stopped; lines are bounds of 95 % confidence.</p>\n\
         <table><tr><th>category<th>label<th>cases<th>denied<th>asked<th>owed<th>stopped<th>\n"
    );
    for ((category, label), tally) in &evaluation.summary.categories {
        let _ = writeln!(
            page,
            "<tr><td>{}<td>{}<td>{}<td>{}<td>{}<td>{}<td>{}<td>{}",
            escaped(category),
            label.name(),
            tally.cases,
            tally.denied,
            tally.asked,
            tally.owed,
            share(tally.stopped()),
            bar(tally.stopped()),
        );
    }
    page.push_str(
        "</table>\n<h2>Contracts</h2>\n<table><tr><th>contract<th>unsafe<th>safe<th>unknown\n",
    );
    for (contract, fired) in &evaluation.summary.contracts {
        let _ = writeln!(
            page,
            "<tr><td>{}<td>{}<td>{}<td>{}",
            escaped(contract),
            fired.hits,
            fired.alarms,
            fired.unknown
        );
    }
    page.push_str(
        "</table>\n<h2>Cases</h2>\n<table><tr><th>case<th>category<th>outcome<th>by<th>change\n",
    );
    for (at, case, outcome) in open(evaluation) {
        let word = judgement(case, outcome);
        let class = if matches!(word, "missed" | "false alarm") { " class=\"bad\"" } else { "" };
        let by: Vec<String> = outcome.contracts.keys().map(|name| escaped(name)).collect();
        let before = evaluation.baseline.as_ref().and_then(|all| all.get(at));
        let change = before.and_then(|before| change(case, outcome, before)).unwrap_or_default();
        let _ = writeln!(
            page,
            "<tr{class}><td>{}<td>{}<td>{word}<td>{}<td>{change}",
            escaped(&case.id),
            escaped(&case.category),
            by.join("; "),
        );
    }
    page.push_str("</table>\n</html>\n");
    page
}

/// A share as a bar, with a line for its bounds.
fn bar(share: Share) -> String {
    let wide = |value: f64| value * 200.0;
    let (low, high) = share.bounds();
    let value = share.value().unwrap_or_default();
    format!(
        "<svg width=\"200\" height=\"14\" role=\"img\"><rect width=\"200\" height=\"14\" fill=\"#eee\"/>\
         <rect width=\"{:.1}\" height=\"14\" fill=\"#4a7ab5\"/>\
         <line x1=\"{:.1}\" x2=\"{:.1}\" y1=\"7\" y2=\"7\" stroke=\"#222\" stroke-width=\"2\"/></svg>",
        wide(value),
        wide(low),
        wide(high)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_shows_the_share_and_its_bounds() {
        let bar = bar(Share { count: 5, of: 10 });
        assert!(bar.contains("width=\"100.0\"") && bar.contains("x1=\"37.4\""), "{bar}");
    }
}
