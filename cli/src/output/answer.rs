//! The answer of a guard, for people and for programs: the same in every command that shows one.

use serde::Serialize;
use sponsio_engine::decision::Decision;
use sponsio_guard::Answer;
use sponsio_record::schema::canonical::to_hex;

use super::page::{Page, Style};
use super::text::shown;

/// An answer in JSON.
#[derive(Debug, Serialize)]
pub(crate) struct Answered {
    decision: &'static str,
    reason: String,
    objections: Vec<Objected>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    repair: Vec<String>,
    /// What an approval of the call is bound to, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect: Option<Redirected>,
    /// The word of a failure of the guard itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct Objected {
    contract: String,
    outcome: &'static str,
    before: &'static str,
    witnesses: Vec<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    advice: String,
}

#[derive(Debug, Serialize)]
struct Redirected {
    tool: String,
    message: String,
}

impl Answered {
    /// The answer without its record.
    pub(crate) fn of(answer: &Answer) -> Self {
        let objected = |objection: &sponsio_guard::live::Objection| Objected {
            contract: objection.contract.to_string(),
            outcome: objection.outcome.name(),
            before: objection.before.name(),
            witnesses: objection.witnesses.clone(),
            advice: objection.advice.to_string(),
        };
        Self {
            decision: answer.decision.name(),
            reason: answer.reason.clone(),
            objections: answer.objections.iter().map(objected).collect(),
            repair: answer.repair.iter().map(ToString::to_string).collect(),
            digest: answer.digest.map(|digest| to_hex(&digest.0)),
            redirect: answer.redirect.as_ref().map(|to| Redirected {
                tool: to.tool.to_string(),
                message: to.message.to_string(),
            }),
            failure: answer.failure.map(|failure| failure.name()),
        }
    }
}

/// The style of a decision.
pub(crate) fn decision_style(decision: Decision) -> Style {
    match decision {
        Decision::Allow => Style::Good,
        Decision::Warn => Style::Warn,
        Decision::Redirect | Decision::Escalate | Decision::Block => Style::Bad,
    }
}

/// Writes the objections of an answer, and what to do next.
pub(crate) fn explain(answer: &Answer, indent: usize, page: &mut Page) {
    let label = |name: &str| format!("{}{name:<9}", " ".repeat(indent));
    let alone = answer.explanations.len() == answer.objections.len();
    for (index, objection) in answer.objections.iter().enumerate() {
        let contract = format!("{} ({})", shown(&objection.contract), objection.outcome.name());
        page.labelled(&label("contract"), Style::Faint, &contract);
        let witnesses = shown(&objection.witnesses.join("; "));
        let explanation = answer.explanations.get(index).filter(|_| alone);
        match explanation {
            _ if !witnesses.is_empty() => {
                page.labelled(&label("because"), Style::Faint, &witnesses)
            }
            Some(explanation) => {
                page.labelled(&label("requires"), Style::Faint, &shown(&explanation.formula));
            }
            None => {}
        }
        if !objection.advice.is_empty() {
            page.labelled(&label("instead"), Style::Faint, &shown(&objection.advice));
        }
    }
    if let Some(failure) = answer.failure {
        page.labelled(&label("failure"), Style::Faint, &failure.to_string());
    }
    if let Some(next) = remedy(answer) {
        page.labelled(&label("next"), Style::Faint, &next);
    }
}

/// What is to be done next.
fn remedy(answer: &Answer) -> Option<String> {
    if let Some(to) = &answer.redirect {
        let why = if to.message.is_empty() { String::new() } else { format!(": {}", to.message) };
        return Some(format!("`{}` runs instead{}", shown(&to.tool), shown(&why)));
    }
    let calls: Vec<String> =
        answer.repair.iter().map(|tool| format!("`{}`", shown(tool))).collect();
    (!calls.is_empty()).then(|| format!("call {} first", calls.join(", then ")))
}
