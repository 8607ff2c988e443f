//! What the tests of sessions share: short ways to write contracts, events and sessions.

use std::sync::Arc;

use sponsio_engine::contract::Contract;
use sponsio_engine::event::{Decimal, Event, Timestamp, Value};
use sponsio_engine::formula::Formula;
use sponsio_engine::program::{Options, Program};
use sponsio_engine::session::{Scratch, Session, refusal};
use sponsio_engine::strategy::Mode;

/// A contract that guarantees the formula.
pub(crate) fn contract(formula: &str) -> Contract {
    Contract::new(formula, Formula::parse(formula).unwrap_or_else(|e| panic!("{formula:.80}: {e}")))
}

/// A program in enforce mode.
pub(crate) fn program(contracts: &[Contract]) -> Arc<Program> {
    compile(contracts, Mode::Enforce, false)
}

/// A program.
pub(crate) fn compile(contracts: &[Contract], mode: Mode, lazy: bool) -> Arc<Program> {
    Program::compile(contracts, &Options { mode, lazy, ..Options::default() })
        .unwrap_or_else(|e| panic!("{e:?}"))
}

/// An object from pairs; values that are numbers become numbers.
pub(crate) fn args(pairs: &[(&str, &str)]) -> Value {
    let value = |text: &str| match Decimal::parse(text) {
        Some(number) => Value::Number(number),
        None => Value::Text(text.into()),
    };
    Value::Object(pairs.iter().map(|(name, text)| ((*name).into(), value(text))).collect())
}

/// A call without arguments.
pub(crate) fn call(tool: &str) -> Event {
    Event::call(Timestamp(0), tool, Value::empty())
}

/// A call with arguments.
pub(crate) fn call_with(tool: &str, pairs: &[(&str, &str)]) -> Event {
    Event::call(Timestamp(0), tool, args(pairs))
}

/// A fact set or cleared.
pub(crate) fn fact(key: &str, value: Option<&str>) -> Event {
    Event::context(Timestamp(0), key, value)
}

/// The end of a tool's call.
pub(crate) fn result(tool: &str) -> Event {
    let outcome = sponsio_engine::event::Outcome::Ok;
    Event::result(Timestamp(0), tool, outcome)
}

/// Steps through events and writes one letter for each: the first of its decision's name.
pub(crate) fn decisions(program: &Arc<Program>, events: &[Event]) -> String {
    let mut session = Session::new(program);
    let mut scratch = Scratch::new(program);
    let mut letters = String::new();
    for event in events {
        let decision = session.step(event, &mut scratch).decision;
        letters.extend(decision.name().chars().next());
        if !decision.runs()
            && let Some(refused) = refusal(event)
        {
            session.step(&refused, &mut scratch);
        }
    }
    letters
}

/// The decisions over calls written as words.
pub(crate) fn check(formula: &str, calls: &str, expect: &str) {
    let events: Vec<Event> = calls.split_whitespace().map(call).collect();
    for lazy in [false, true] {
        let program = compile(&[contract(formula)], Mode::Enforce, lazy);
        assert_eq!(decisions(&program, &events), expect, "{formula} over {calls}, lazy: {lazy}");
    }
}
