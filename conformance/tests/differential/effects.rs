//! Facts about effects, against what they mean.

use std::sync::Arc;

use fastrand::Rng;
use sponsio_conformance::generate::effect;
use sponsio_conformance::oracle::effect::is_true;
use sponsio_engine::contract::Contract;
use sponsio_engine::event::{Effects, Event, EventKind, Timestamp, Value};
use sponsio_engine::formula::{Formula, Node, Symbol};
use sponsio_engine::program::{Options, Program};
use sponsio_engine::session::{Scratch, Session};
use sponsio_engine::strategy::Mode;

/// Facts of each word, and calls for each fact.
const FACTS: usize = 6_000;
const CALLS: usize = 8;

fn program(formula: &str) -> Option<Arc<Program>> {
    let contract = Contract::new("c", Formula::parse(formula).ok()?);
    let options = Options { mode: Mode::Enforce, ..Options::default() };
    Program::compile(&[contract], &options).ok()
}

fn symbol(fact: &str) -> Option<Symbol> {
    let formula = Formula::parse(fact).ok()?;
    formula.nodes().iter().find_map(|node| match node {
        Node::Fact(symbol) => Some(symbol.clone()),
        _ => None,
    })
}

/// Whether the one call that a session begins with may run.
fn runs(program: &Arc<Program>, effects: Option<Effects>) -> bool {
    let mut event = Event::call(Timestamp(0), "tool", Value::empty());
    if let EventKind::ToolCall { effects: place, .. } = &mut event.kind {
        *place = effects.map(Box::new);
    }
    Session::new(program).probe(&event, &mut Scratch::new(program)).decision.runs()
}

/// How many facts were compared, and of how many calls they were true.
fn compared(word: &str, seed: u64) -> (usize, usize) {
    let mut rng = Rng::with_seed(seed);
    let (mut facts, mut hits) = (0, 0);
    for _ in 0..FACTS {
        let fact = effect::fact(&mut rng, word);
        let Some(symbol) = symbol(&fact) else { continue };
        let forbidden = program(&format!("G !{fact}")).unwrap_or_else(|| panic!("{fact}"));
        let required = program(&format!("G (called_any -> {fact})")).unwrap();
        facts += 1;
        for _ in 0..CALLS {
            let effects = effect::effects(&mut rng);
            let expect = is_true(&symbol, &effects);
            hits += usize::from(expect);
            assert_eq!(runs(&forbidden, Some(effects.clone())), !expect, "{fact}: {effects:#?}");
            assert_eq!(runs(&required, Some(effects.clone())), expect, "{fact}: {effects:#?}");
        }
        for program in [forbidden, required] {
            assert!(!runs(&program, None), "{fact} of a call whose effects nobody found");
        }
    }
    (facts, hits)
}

/// Most facts can be read, and of a twentieth of the calls each word is true.
#[track_caller]
fn check(word: &str, seed: u64) {
    let (facts, hits) = compared(word, seed);
    assert!(facts * 3 > FACTS * 2, "{facts} facts were compared");
    assert!(hits * 20 > facts * CALLS, "{hits} of {} calls", facts * CALLS);
}

#[test]
fn what_a_call_does_is_judged_by_its_definition() {
    check("does", 7_000);
}

#[test]
fn what_a_call_touches_is_judged_by_its_definition() {
    check("touches", 7_100);
}

#[test]
fn what_a_call_reaches_is_judged_by_its_definition() {
    check("reaches", 7_200);
}

#[test]
fn what_cannot_be_told_of_a_call_is_judged_by_its_definition() {
    check("opaque", 7_300);
}
