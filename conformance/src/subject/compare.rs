//! What a subject saw against what a case expects.

use core::fmt::Write as _;

use super::{Run, Seen, Subject};
use crate::case::{Case, Expected};

/// Every difference between the case and what the subject made of it, one text each; none is agreement. Of contracts
/// that are refused nobody makes anything.
pub fn differences(subject: &dyn Subject, case: &Case) -> Vec<String> {
    if case.is_refused {
        return Vec::new();
    }
    let name = subject.name();
    let run = match subject.run(case) {
        Ok(run) => run,
        Err(message) => {
            return vec![format!("line {}: {}\n  {name}: {message}", case.line, case.name)];
        }
    };
    let mut texts = Vec::new();
    for (place, (expected, seen)) in case.events.iter().zip(&run.seen).enumerate() {
        let what = of_event(expected, seen);
        if !what.is_empty() {
            let number = place + 1;
            let mut text =
                format!("line {}: {}\n  {name}, event {number}:", expected.line, case.name);
            for (what, wanted, got) in what {
                let _ = write!(text, "\n    {what}: expected {wanted}, got {got}");
            }
            if let Some(why) = seen.why.as_ref().filter(|why| !why.is_empty()) {
                let _ = write!(text, "\n    {}", why.replace('\n', "\n    "));
            }
            texts.push(text);
        }
    }
    texts.extend(of_whole(name, case, &run));
    texts
}

fn of_whole(name: &str, case: &Case, run: &Run) -> Option<String> {
    let head = format!("line {}: {}\n  {name}", case.line, case.name);
    if run.seen.len() != case.events.len() {
        return Some(format!("{head} saw {} of {} events", run.seen.len(), case.events.len()));
    }
    let (wanted, got) = (sorted(case.owed.as_ref()?), run.owed.as_ref()?);
    (wanted != *got).then(|| format!("{head}: owed: expected {wanted:?}, got {got:?}"))
}

type Difference = (&'static str, String, String);

fn of_event(expected: &Expected, seen: &Seen) -> Vec<Difference> {
    let mut found: Vec<Difference> = Vec::new();
    if expected.decision != seen.decision {
        found.push(("decision", expected.decision.to_string(), seen.decision.to_string()));
    }
    match expected.objecting() {
        Some(names) if sorted(names) != seen.by => {
            found.push(("by", format!("{:?}", sorted(names)), format!("{:?}", seen.by)));
        }
        _ => {}
    }
    for (name, verdict) in &expected.verdicts {
        let Some(verdicts) = &seen.verdicts else { continue };
        let got = verdicts.iter().find(|(n, _)| n == name).map(|(_, verdict)| *verdict);
        if got != Some(*verdict) {
            let got = got.map_or("nothing".to_owned(), |verdict| verdict.to_string());
            found.push(("verdict", format!("`{name}` {verdict}"), got));
        }
    }
    for text in &expected.because {
        if seen.why.as_ref().is_some_and(|why| !why.contains(text.as_str())) {
            found.push(("because", format!("{text:?}"), "the explanation below".to_owned()));
        }
    }
    if let (Some(wanted), Some(got)) = (&expected.says, &seen.says)
        && wanted != got
    {
        found.push(("says", wanted.clone(), got.clone()));
    }
    if let (Some(wanted), Some(got)) = (&expected.repair, &seen.repair)
        && wanted != got
    {
        found.push(("repair", format!("{wanted:?}"), format!("{got:?}")));
    }
    if expected.failure != seen.failure {
        found.push(("failure", format!("{:?}", expected.failure), format!("{:?}", seen.failure)));
    }
    found
}

fn sorted(names: &[String]) -> Vec<String> {
    let mut names = names.to_vec();
    names.sort();
    names
}
