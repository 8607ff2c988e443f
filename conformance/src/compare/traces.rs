//! One formula on traces: the engine's verdict after each event against the definitions.
//!
//! After each prefix, an eager and a lazy automaton must accept exactly if the definition says that the
//! formula holds of the prefix, and a final verdict must never be taken back.

use sponsio_engine::automaton::PropositionalAutomaton;
use sponsio_engine::formula::{Formula, Symbol};
use sponsio_engine::verdict::Verdict;

use super::{Difference, build};
use crate::oracle::verdict::verdict;
use crate::oracle::{Position, holds};

/// The engine's verdicts on the prefixes of `trace`, the empty one first; `None` over the engine's limits.
pub fn verdicts(automaton: &PropositionalAutomaton, trace: &[Position]) -> Option<Vec<Verdict>> {
    let mut state = automaton.initial().ok()?;
    let mut verdicts = vec![state.verdict()];
    for position in trace {
        state = automaton.step(state, position.letter(automaton.propositions())).ok()?;
        verdicts.push(state.verdict());
    }
    Some(verdicts)
}

/// Compares on each trace; the number of traces compared, zero where the formula is over the engine's limits.
pub fn on_traces(formula: &Formula, traces: &[Vec<Position>]) -> Result<usize, Difference> {
    let Some([eager, lazy]) = build(formula)? else { return Ok(0) };
    let mut compared = 0;
    for trace in traces {
        let runs = (verdicts(&eager, trace), verdicts(&lazy, trace));
        let (Some(eager), Some(lazy)) = runs else { continue };
        for (name, verdicts) in [("eager", &eager), ("lazy", &lazy)] {
            on_prefixes(formula, trace, name, verdicts)?;
        }
        compared += 1;
    }
    Ok(compared)
}

fn on_prefixes(
    formula: &Formula,
    trace: &[Position],
    name: &str,
    verdicts: &[Verdict],
) -> Result<(), Difference> {
    for (length, pair) in (1..).zip(verdicts.windows(2)) {
        let (Some(prefix), [before, after]) = (trace.get(..length), pair) else { continue };
        let expected = holds(formula, prefix);
        if after.is_accepting() != expected {
            let what = format!("the {name} automaton says {after}, the definition {expected}");
            return Err(Difference::new(formula, prefix, what));
        }
        if before.is_final() && before != after {
            let what = format!("the {name} automaton went from {before} to {after}");
            return Err(Difference::new(formula, prefix, what));
        }
    }
    Ok(())
}

/// Compares the four-valued verdicts on the prefixes of `trace` with those of all futures over
/// `propositions`. The number of prefixes compared: none if the minimal automaton has more than
/// `states_max` states, where trying all futures takes too long.
pub fn on_futures(
    formula: &Formula,
    trace: &[Position],
    propositions: &[Symbol],
    states_max: usize,
) -> Result<usize, Difference> {
    let Some([eager, lazy]) = build(formula)? else { return Ok(0) };
    let horizon = eager.states().saturating_sub(1);
    let (Some(eager_verdicts), Some(lazy_verdicts)) =
        (verdicts(&eager, trace), verdicts(&lazy, trace))
    else {
        return Ok(0);
    };
    if !eager.is_dense() || eager.states() > states_max {
        return Ok(0);
    }
    for (length, (eager, lazy)) in eager_verdicts.iter().zip(&lazy_verdicts).enumerate().skip(1) {
        let prefix = trace.get(..length).unwrap_or(trace);
        let expected = verdict(formula, prefix, propositions, horizon);
        if *eager != expected || *lazy != expected {
            let what = format!("eager {eager}, lazy {lazy}, by all futures {expected}");
            return Err(Difference::new(formula, prefix, what));
        }
    }
    Ok(trace.len())
}
