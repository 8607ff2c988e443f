//! What assumptions mean under `activate_at: first_match`.
//!
//! The engine activates such a contract at the first event at which its assumptions hold. People write the
//! assumption as `F f`, "at some time f"; at the event at which that becomes true, `f` holds. Several such
//! assumptions need not become true at one event: of each, `O f`, "f held at some time", is what has to
//! hold.

use sponsio_engine::formula::{Arena, Formula, Node};

/// The assumption that the engine waits for; `None` if it looks at later events.
pub(super) fn first_match(formula: &Formula, alone: bool) -> Option<Formula> {
    let inner = match formula.node(formula.root())? {
        Node::Finally(inner) => {
            let mut arena = Arena::new();
            // A formula lays its nodes out operands first, so the part below `inner` is a formula again.
            arena.import(formula)?;
            let inner = Formula::new(&arena, *inner);
            if alone { inner } else { once(&inner)? }
        }
        _ => formula.clone(),
    };
    inner.nodes().iter().all(|node| !node.is_future()).then_some(inner)
}

fn once(formula: &Formula) -> Option<Formula> {
    let mut arena = Arena::new();
    let root = arena.import(formula)?;
    let root = arena.add(Node::Once(root))?;
    Some(Formula::new(&arena, root))
}

/// Whether a formula, asked of a whole session, only looks at its first event.
pub(super) fn speaks_of_first_event_only(formula: &Formula) -> bool {
    let constant = matches!(formula.node(formula.root()), Some(Node::True | Node::False));
    !constant && formula.nodes().iter().all(|node| !node.is_future())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, alone: bool, expect: Option<&str>) {
        let got = first_match(&Formula::parse(text).unwrap(), alone).map(|f| f.to_string());
        assert_eq!(got.as_deref(), expect);
    }

    #[test]
    fn finally_is_taken_off() {
        check("F called(a)", true, Some("called(a)"));
        check("F (called(a) & O called(b))", true, Some("called(a) & O called(b)"));
        check("called(a)", true, Some("called(a)"));
        check("F called(a)", false, Some("O called(a)"));
    }

    #[test]
    fn what_looks_ahead_cannot_activate() {
        check("F G called(a)", true, None);
        check("called(a) U called(b)", true, None);
        check("G !called(a)", true, None);
    }

    #[test]
    fn a_formula_without_future_speaks_of_the_first_event() {
        let check = |text: &str, expect: bool| {
            assert_eq!(
                speaks_of_first_event_only(&Formula::parse(text).unwrap()),
                expect,
                "{text}"
            );
        };
        check("called(a)", true);
        check("O called(a)", true);
        check("F called(a)", false);
        check("true", false);
    }
}
