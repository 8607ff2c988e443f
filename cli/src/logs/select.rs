//! Which lines of a log are meant: of a time, an agent, a contract.

use clap::Args;
use sponsio_engine::event::Timestamp;
use sponsio_record::schema::glance::Glance;

use super::moment::{When, parsed};
use crate::failure::Failure;

/// The lines that are meant.
#[derive(Args, Clone, Debug)]
pub(crate) struct SelectArgs {
    /// Only events from then on: `24h`, `7d`, `2026-01-31`, `2026-01-31T12:00:00Z`, `all`; days are those of UTC
    #[arg(long, value_name = "WHEN", value_parser = parsed)]
    since: Option<When>,
    /// Only events before then
    #[arg(long, value_name = "WHEN", value_parser = parsed)]
    until: Option<When>,
    /// Only what this agent was asked about
    #[arg(long, short, value_name = "ID")]
    agent: Option<String>,
    /// Only events that this contract objected to, was moved by, or was left unmet by, and approvals for it
    #[arg(long, value_name = "NAME")]
    contract: Option<String>,
}

/// The lines that are meant, with times.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    /// The first moment.
    pub(crate) since: Option<Timestamp>,
    /// The moment behind the last.
    pub(crate) until: Option<Timestamp>,
    agent: Option<String>,
    contract: Option<String>,
}

impl SelectArgs {
    /// The lines of this agent, or of all.
    pub(super) fn of_agent(agent: Option<&str>) -> Self {
        Self { since: None, until: None, agent: agent.map(str::to_owned), contract: None }
    }

    /// What is meant at this moment.
    pub(super) fn selection(&self) -> Result<Selection, Failure> {
        let since = self.since.and_then(When::time);
        let until = self.until.and_then(When::time);
        if let (Some(since), Some(until)) = (since, until)
            && since >= until
        {
            return Err(Failure::new("`--since` is not before `--until`, so no event is meant"));
        }
        let (agent, contract) = (self.agent.clone(), self.contract.clone());
        Ok(Selection { since, until, agent, contract })
    }
}

impl Selection {
    /// Whether the line is meant.
    pub(crate) fn takes(&self, line: &Glance<'_>) -> bool {
        self.since.is_none_or(|since| line.time >= since)
            && self.until.is_none_or(|until| line.time < until)
            && self.agent.as_deref().is_none_or(|agent| line.agent == agent)
            && self.contract.as_deref().is_none_or(|contract| line.is_about(contract))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"v":1,"ts":100,"seq":1,"session":"s","agent":"a","kind":"session_end",
        "decision":"allow","mode":"enforce","contracts":[{"contract":"moved"}],"owed":["owed"],"program":"0"}"#;

    #[track_caller]
    fn check(selection: Selection, expect: bool) {
        let line = Glance::read(LINE.as_bytes()).unwrap();
        assert_eq!(selection.takes(&line), expect, "{selection:?}");
    }

    #[test]
    fn a_line_is_meant_if_everything_fits() {
        let micros = |seconds: i64| Some(Timestamp(seconds * 1_000_000));
        let all = Selection::default;
        check(all(), true);
        check(Selection { since: micros(100), ..all() }, true);
        check(Selection { since: micros(101), ..all() }, false);
        check(Selection { until: micros(100), ..all() }, false);
        check(Selection { until: micros(101), ..all() }, true);
        check(Selection { agent: Some("a".to_owned()), ..all() }, true);
        check(Selection { agent: Some("b".to_owned()), ..all() }, false);
        for (contract, expect) in [("moved", true), ("owed", true), ("other", false)] {
            check(Selection { contract: Some(contract.to_owned()), ..all() }, expect);
        }
    }
}
