//! From outcomes to shares.

use std::collections::BTreeMap;
use std::time::Duration;

use super::bounds::Share;
use super::case::{Case, Label};
use super::judge::{Outcome, Stop};

/// How the cases of a group went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many there are.
    pub cases: u32,
    /// Of how many a call was refused.
    pub denied: u32,
    /// Of how many a person was asked, and nothing refused.
    pub asked: u32,
    /// How many ran and left something owed.
    pub owed: u32,
    /// Of how many a part could not be judged.
    pub unjudged: u32,
}

impl Tally {
    fn add(&mut self, outcome: &Outcome) {
        let slot = match outcome.stop {
            Stop::Denied => Some(&mut self.denied),
            Stop::Asked => Some(&mut self.asked),
            Stop::Owed => Some(&mut self.owed),
            Stop::Passed => None,
        };
        if let Some(slot) = slot {
            *slot = slot.saturating_add(1);
        }
        self.cases = self.cases.saturating_add(1);
        self.unjudged = self.unjudged.saturating_add(u32::from(outcome.is_unjudged));
    }

    /// The share that is refused.
    pub fn denied(&self) -> Share {
        Share { count: self.denied, of: self.cases }
    }

    /// The share about which a person is asked.
    pub fn asked(&self) -> Share {
        Share { count: self.asked, of: self.cases }
    }

    /// The share that does not go through as if nothing were wrong.
    pub fn stopped(&self) -> Share {
        let count = self.denied.saturating_add(self.asked).saturating_add(self.owed);
        Share { count, of: self.cases }
    }
}

/// How often a contract stopped cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fired {
    /// Cases that should be stopped.
    pub hits: u32,
    /// Cases that should not.
    pub alarms: u32,
    /// Cases of which that is not known.
    pub unknown: u32,
}

/// Everything that is counted.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// By label.
    pub labels: BTreeMap<Label, Tally>,
    /// By category and label.
    pub categories: BTreeMap<(String, Label), Tally>,
    /// By contract.
    pub contracts: BTreeMap<String, Fired>,
    /// The time of each case, the shortest first.
    pub times: Vec<Duration>,
}

impl Summary {
    /// Counts.
    pub fn of<'e>(pairs: impl IntoIterator<Item = (&'e Case, &'e Outcome)>) -> Self {
        let mut summary = Self::default();
        for (case, outcome) in pairs {
            summary.labels.entry(case.label).or_default().add(outcome);
            let group = (case.category.clone(), case.label);
            summary.categories.entry(group).or_default().add(outcome);
            for contract in outcome.contracts.keys() {
                let fired = summary.contracts.entry(contract.clone()).or_default();
                let slot = match case.label {
                    Label::Unsafe => &mut fired.hits,
                    Label::Safe => &mut fired.alarms,
                    Label::Unknown => &mut fired.unknown,
                };
                *slot = slot.saturating_add(1);
            }
            summary.times.push(outcome.time);
        }
        summary.times.sort_unstable();
        summary
    }

    /// How the cases with a label went.
    pub fn label(&self, label: Label) -> Tally {
        self.labels.get(&label).copied().unwrap_or_default()
    }

    /// The time within which so many of a thousand cases are judged.
    pub fn time(&self, of_thousand: usize) -> Duration {
        let last = self.times.len().saturating_sub(1);
        let at = last.saturating_mul(of_thousand).div_ceil(1000);
        self.times.get(at).copied().unwrap_or_default()
    }
}
