//! The automaton in MONA's output.
//!
//! ```text
//! DFA for formula with free variables: P0 P1
//! Initial state: 0
//! Accepting states: 3
//! Rejecting states: 2
//! Don't-care states: 0 1
//!
//! Automaton has 4 states and 4 BDD-nodes
//! Transitions:
//! State 0: XX -> state 1        no letter is read yet
//! State 1: 0X -> state 2
//! ```
//!
//! The step out of state 0 reads no letter of the string. Variables that the formula does not depend on may
//! be missing from the first line. `X` stands for either truth.

use super::Dfa;

/// The automaton in `answer`, over letters of `propositions` bits; `None` if there is none, or if it does
/// not say whether it accepts some non-empty string.
pub fn parse(answer: &str, propositions: usize, accepts_empty: bool) -> Option<Dfa> {
    let line = |start: &str| answer.lines().find_map(|line| line.strip_prefix(start));
    let variables: Vec<usize> = line("DFA for formula with free variables:")?
        .split_whitespace()
        .map(|name| name.strip_prefix('P')?.parse().ok())
        .collect::<Option<_>>()?;
    let accepting = numbers(line("Accepting states:")?)?;
    let rejecting = numbers(line("Rejecting states:")?)?;
    let mut transitions: Vec<(usize, &str, usize)> = Vec::new();
    for line in answer.lines().filter_map(|line| line.strip_prefix("State ")) {
        let (from, rest) = line.split_once(':')?;
        let (pattern, to) = rest.split_once("-> state")?;
        transitions.push((from.trim().parse().ok()?, pattern.trim(), to.trim().parse().ok()?));
    }
    let start = transitions.iter().find(|(from, ..)| *from == 0)?.2;
    let step = |state: usize, letter: u32| {
        let fits = |pattern: &str| {
            pattern.bytes().zip(&variables).all(|(bit, place)| match bit {
                b'0' => letter >> place & 1 == 0,
                b'1' => letter >> place & 1 == 1,
                _ => true,
            })
        };
        transitions.iter().find(|(from, pattern, _)| *from == state && fits(pattern)).map(|t| t.2)
    };
    let accepts = |state: usize| match (accepting.contains(&state), rejecting.contains(&state)) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    };
    Dfa::explore(propositions, accepts_empty, start, step, accepts)
}

fn numbers(list: &str) -> Option<Vec<usize>> {
    list.split_whitespace().map(|number| number.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = "
DFA for formula with free variables: P1
Initial state: 0
Accepting states: 3
Rejecting states: 2
Don't-care states: 0 1

Automaton has 4 states and 4 BDD-nodes
Transitions:
State 0: X -> state 1
State 1: 0 -> state 2
State 1: 1 -> state 3
State 2: X -> state 2
State 3: 0 -> state 2
State 3: 1 -> state 3
";

    #[test]
    fn an_answer_becomes_an_automaton_over_all_propositions() {
        let dfa = parse(ANSWER, 2, true).unwrap();
        assert_eq!(dfa.minimal_states(), 2, "always P1, which is bit 1");
        assert!(dfa.accepts(&[2, 3, 2]) && !dfa.accepts(&[2, 1]));
    }

    #[test]
    fn the_state_before_the_first_event_can_differ() {
        assert_eq!(parse(ANSWER, 2, false).unwrap().minimal_states(), 3);
    }

    #[test]
    fn what_is_no_automaton_is_refused() {
        assert!(parse("", 2, true).is_none());
        assert!(
            parse(&ANSWER.replace("Rejecting states: 2", "Rejecting states:"), 2, true).is_none()
        );
    }
}
