//! Every limit of the engine is reached: what lies on it works, what lies beyond it is refused or fails closed.

use sponsio_engine::automaton::{PropositionalAutomaton, PropositionalError};
use sponsio_engine::contract::Contract;
use sponsio_engine::decision::Decision;
use sponsio_engine::event::{CallRef, Digest, Event, EventKind, Outcome, Timestamp, Value};
use sponsio_engine::formula::Formula;
use sponsio_engine::limits::*;
use sponsio_engine::program::{Clause, Options, Program, RestoreError};
use sponsio_engine::session::{Failure, Scratch, Session, SnapshotError};
use sponsio_engine::strategy::{Mode, Strategy};

use crate::support::{call, call_with, compile, contract, program};

/// The message with which compilation refuses the contracts.
fn refusal(contracts: &[Contract]) -> String {
    let errors = Program::compile(contracts, &Options::default()).expect_err("over the limit");
    errors.first().map(ToString::to_string).unwrap_or_default()
}

fn joined(count: usize, separator: &str, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect::<Vec<_>>().join(separator)
}

#[test]
fn bounds_of_operators_are_limited() {
    let parses = |text: String| Formula::parse(&text).is_ok();
    assert!(parses(format!("F[<={BOUND_CALLS_MAX}] called(a)")));
    assert!(!parses(format!("F[<={}] called(a)", BOUND_CALLS_MAX + 1)));
    assert!(parses(format!("O[<={BOUND_SECONDS_MAX}s] called(a)")));
    assert!(!parses(format!("O[<={}s] called(a)", BOUND_SECONDS_MAX + 1)));
}

#[test]
fn an_automaton_has_at_most_so_many_propositions() {
    // Sixteen facts have more letters than may be told apart, so the limit is met one operator later.
    let formula = |n: usize| joined(n, " & ", |i| format!("F ctx(k{i}, v)"));
    let over = contract(&formula(PROPOSITIONS_MAX + 1));
    assert!(refusal(&[over]).contains("more than 16 parts"), "PROPOSITIONS_MAX");
}

#[test]
fn an_automaton_tells_at_most_so_many_letters_apart() {
    let formula = |n: usize| joined(n, " & ", |i| format!("F ctx(k{i}, v)"));
    let bits = usize::try_from(LETTERS_MAX.ilog2()).unwrap_or(0);
    assert!(refusal(&[contract(&formula(bits + 1))]).contains("more than 4096 ways"));
    compile(&[contract(&formula(3))], Mode::Enforce, false);
}

#[test]
fn a_formula_owes_at_most_so_many_things() {
    let chained = |n: usize| contract(&joined(n, " & ", |i| format!("F[<=1000] ctx(k{i}, v)")));
    compile(&[chained(1)], Mode::Enforce, true);
    assert_eq!(OBLIGATIONS_MAX, 4_096);
    assert!(refusal(&[chained(3)]).contains("owe more than 4096 different things"));
}

#[test]
fn an_automaton_over_the_limit_is_built_as_it_runs() {
    // Each obligation that is open doubles the states; with the letters of n tools, the transitions, too.
    const { assert!(EAGER_STATES_MAX < 1 << 13 && EAGER_TRANSITIONS_MAX < 1 << 20) };
    for (count, dense) in [(3, true), (10, true), (13, false)] {
        let formula = contract(&joined(count, " & ", |i| format!("F called(b{i})")));
        let program = program(&[formula]);
        let report = program.report(program.contracts()[0].id());
        assert_eq!(report[0].classes > 0, dense, "{count} obligations");
    }
}

#[test]
fn a_residual_has_at_most_so_many_clauses() {
    // Each part is owed in one of two ways: 2^13 alternatives after the first event.
    let parts = joined(12, " & ", |i| format!("(F ctx(k{i}, a) | G ctx(k{i}, b))"));
    let formula = Formula::parse(&parts).unwrap();
    assert!(matches!(
        PropositionalAutomaton::new(&formula, true),
        Err(PropositionalError::TooLarge)
    ));
    let parts =
        joined(6, " & ", |i| format!("X(F ctx(k{i}, a) | G ctx(k{i}, a) & F[<=3] called_any)"));
    let formula = Formula::parse(&parts).unwrap();
    let automaton = PropositionalAutomaton::new(&formula, true).unwrap();
    assert!(automaton.initial().is_ok());
    assert_eq!(RESIDUAL_CLAUSES_MAX, 4_096);
}

#[test]
fn a_lazily_built_automaton_fails_closed_beyond_its_states() {
    // A formula that remembers the last sixteen calls visits a state for each of their patterns.
    let facts = joined(17, " & ", |i| format!("{}ctx(k, v)", "X ".repeat(i)));
    let formula = format!("G((ctx(k, w)) -> ({}))", facts);
    let automaton = PropositionalAutomaton::new(&Formula::parse(&formula).unwrap(), true).unwrap();
    let letters = 1u32 << automaton.propositions().len();
    let mut state = automaton.initial().unwrap();
    let mut random = 1u32;
    for _ in 0..LAZY_STATES_MAX / 16 {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        match automaton.step(state, (random >> 16) % letters) {
            Ok(next) => state = next,
            Err(error) => return assert_eq!(error, PropositionalError::TooLarge),
        }
    }
    assert!(automaton.states() <= LAZY_STATES_MAX);
}

#[test]
fn labelling_a_lazy_state_is_bounded_and_never_calls_a_live_state_final() {
    // The only accepting future lies beyond the search.
    let distance = LAZY_LABEL_STATES_MAX + 10;
    let formula =
        Formula::parse(&format!("X!{} called_any", " X!".repeat(distance.min(200)))).unwrap();
    let automaton = PropositionalAutomaton::new(&formula, true).unwrap();
    let state = automaton.initial().unwrap();
    assert_eq!(state.verdict().name(), "pending");
}

/// What becomes of a call whose texts must not match, and of one whose texts must.
fn look_around(regex: &str, texts: &[String]) -> [Decision; 2] {
    ["!", ""].map(|sign| {
        let formula = contract(&format!("G(called(t) -> {sign}called_with(t, '{regex}'))"));
        let program = program(&[formula]);
        let (mut session, mut scratch) = (Session::new(&program), Scratch::new(&program));
        let member = |(i, text): (usize, &String)| {
            (format!("x{i}").into(), Value::Text(text.as_str().into()))
        };
        let args = Value::Object(texts.iter().enumerate().map(member).collect());
        session.step(&Event::call(Timestamp(0), "t", args), &mut scratch).decision
    })
}

#[test]
fn look_around_over_its_budget_hurts_whichever_way_it_is_asked() {
    use Decision::{Allow, Block};
    let check = |regex: &str, texts: &[String], expect| {
        assert_eq!(look_around(regex, texts), expect, "{regex}, {} texts", texts.len());
    };
    check("a(?!b)", &["ab".into()], [Allow, Block]);
    check("a(?!b)", &["ac".into()], [Block, Allow]);
    // The number of steps back doubles with each letter.
    assert_eq!(LOOK_AROUND_BACKTRACKS_MAX, 1 << 15);
    check("^(a|aa)+(?!.)$", &["a".repeat(12) + "!"], [Allow, Block]);
    check("^(a|aa)+(?!.)$", &["a".repeat(40) + "!"], [Block, Block]);
    check("^(?=(a+)+$)", &["a".repeat(10_000) + "!"], [Allow, Block]);
    let long = |bytes: usize| vec!["b".repeat(bytes)];
    check("a(?!b)", &long(LOOK_AROUND_TEXT_BYTES_MAX), [Allow, Block]);
    check("a(?!b)", &long(LOOK_AROUND_TEXT_BYTES_MAX + 1), [Block, Block]);
    let many = |count: usize| vec![String::from("b"); count];
    let most = LOOK_AROUND_TEXT_BYTES_MAX / LOOK_AROUND_TEXT_BYTES_LEAST;
    check("a(?!b)", &many(most), [Allow, Block]);
    check("a(?!b)", &many(most + 1), [Block, Block]);
}

#[test]
fn a_program_has_at_most_so_many_expressions_with_look_around() {
    let with = |n: usize| -> Vec<Contract> {
        (0..n).map(|i| contract(&format!("G !called_with(t, 'a(?!{i})')"))).collect()
    };
    program(&with(LOOK_AROUND_REGEXES_MAX));
    let message = refusal(&with(LOOK_AROUND_REGEXES_MAX + 1));
    assert!(message.contains("more than 128 of them have look-around"), "{message}");
}

#[test]
fn the_id_and_the_batch_of_a_call_are_limited() {
    let program = program(&[contract("G !called(x)")]);
    let (mut session, mut scratch) = (Session::new(&program), Scratch::new(&program));
    let mut check = |event: Event, name: &str| {
        let step = session.step(&event, &mut scratch);
        let failure = (name.len() > CALL_ID_BYTES_MAX).then_some(Failure::EventTooLarge);
        assert_eq!(step.failure, failure, "{:?} of {} bytes", event.kind, name.len());
        assert_eq!(step.decision.runs(), failure.is_none());
    };
    for length in [CALL_ID_BYTES_MAX, CALL_ID_BYTES_MAX + 1] {
        let name = "i".repeat(length);
        let some = || Some(Box::from(name.as_str()));
        for call in [
            CallRef { id: some(), ..CallRef::default() },
            CallRef { batch: some(), ..CallRef::default() },
        ] {
            let (tool, args) = ("t".into(), Value::empty());
            let kind = EventKind::ToolCall { tool, args, call, effects: None };
            check(Event::new(Timestamp(0), kind), &name);
        }
        let (outcome, output) = (Outcome::Ok, Value::Null);
        let kind = EventKind::ToolResult { tool: "t".into(), id: some(), outcome, output };
        check(Event::new(Timestamp(0), kind), &name);
    }
}

#[test]
fn a_program_has_at_most_so_many_contracts() {
    let one = contract("G !called(x)");
    assert!(refusal(&vec![one; CONTRACTS_MAX + 1]).contains("more than the 100000 allowed"));
}

#[test]
fn a_contract_has_at_most_so_many_guarantees() {
    let mut many = contract("G !called(x)");
    many.guarantees = vec![many.guarantees[0].clone(); GUARANTEES_MAX + 1];
    assert!(refusal(&[many.clone()]).contains("257 guarantees"));
    many.guarantees.truncate(GUARANTEES_MAX);
    program(&[many]);
}

#[test]
fn a_clause_needs_at_most_so_many_operations() {
    assert_eq!(OPERATIONS_MAX, 16_384);
    let any = |n: usize| contract(&format!("G({})", joined(n, "|", |i| format!("ctx(k{i},v)"))));
    program(&[any(3_000)]);
    assert!(refusal(&[any(4_200)]).contains("more than 16384 operations"));
}

#[test]
fn a_session_has_at_most_so_many_words() {
    let mut many = contract("G(count(x) <= 1)");
    let registers = joined(500, " & ", |i| format!("O[<={}s] ctx(k, v)", i + 1));
    many.guarantees =
        vec![Formula::parse(&format!("G(called(x) -> {registers})")).unwrap(); GUARANTEES_MAX];
    let contracts = vec![many; STATE_WORDS_MAX / (GUARANTEES_MAX * 1_000) + 1];
    assert!(refusal(&contracts).contains("words of state, more than the 1048576 allowed"));
}

#[test]
fn regular_expressions_are_bounded_together() {
    let one = |i: usize| contract(&format!(r#"G !arg_field_has(t, f, "x{i}\\w{{100}}")"#));
    let contracts: Vec<Contract> = (0..16).map(one).collect();
    assert_eq!(REGEX_COMPILED_BYTES_MAX, 32 * 1024 * 1024);
    assert!(refusal(&contracts).contains("too large together"));
}

fn fails_closed(event: &Event) {
    for (mode, expect) in [(Mode::Enforce, Decision::Block), (Mode::Observe, Decision::Allow)] {
        let program = compile(&[contract("G !called(x)")], mode, false);
        let mut session = Session::new(&program);
        let before = session.clone();
        let mut scratch = Scratch::new(&program);
        let step = session.step(event, &mut scratch);
        assert_eq!((step.decision, step.failure), (expect, Some(Failure::EventTooLarge)));
        assert!(session == before);
    }
}

#[test]
fn a_tool_name_over_the_limit_fails_closed() {
    fails_closed(&call(&"t".repeat(TOOL_BYTES_MAX + 1)));
}

#[test]
fn arguments_over_the_depth_or_count_limit_fail_closed() {
    let deep = (0..=ARGUMENT_DEPTH_MAX).fold(Value::Null, |inner, _| Value::List([inner].into()));
    fails_closed(&Event::call(Timestamp(0), "t", deep));
    let wide = Value::List(vec![Value::Null; ARGUMENT_VALUES_MAX].into());
    fails_closed(&Event::call(Timestamp(0), "t", wide));
    let within = Value::List(vec![Value::Null; ARGUMENT_VALUES_MAX - 1].into());
    let program = program(&[contract("G !called(x)")]);
    let mut scratch = Scratch::new(&program);
    let event = Event::call(Timestamp(0), "t", within);
    assert_eq!(Session::new(&program).step(&event, &mut scratch).decision, Decision::Allow);
}

#[test]
fn facts_over_the_limits_fail_closed() {
    let event =
        |facts: Vec<_>| Event::new(Timestamp(0), EventKind::Context { facts: facts.into() });
    fails_closed(&event(vec![("k".into(), Some("v".repeat(FACT_BYTES_MAX).into()))]));
    fails_closed(&event(vec![("k".into(), None); FACTS_PER_EVENT_MAX + 1]));
}

#[test]
fn a_set_has_at_most_so_many_members() {
    let set = |n: usize| format!("G !called({{{}}})", joined(n, ", ", |i| format!("t{i}")));
    let compiled = program(&[contract(&set(SET_MEMBERS_MAX))]);
    assert_eq!(compiled.tools().count(), SET_MEMBERS_MAX);
    let error = Formula::parse(&set(SET_MEMBERS_MAX + 1)).expect_err("over the limit");
    assert!(error.to_string().contains("more than 1024 members"), "{error}");
}

#[test]
fn a_program_has_at_most_so_many_globs() {
    let half = GLOBS_MAX / 2;
    let set = |name: &str, n: usize| {
        contract(&format!("G !called({{{}}})", joined(n, ", ", |i| format!("{name}{i}_*"))))
    };
    let (globs, other) = (|n: usize| set("t", n), |n: usize| set("u", n));
    program(&[globs(half), other(half), globs(half)]);
    assert!(
        refusal(&[globs(half), other(half + 1)]).contains("more than the 1024 different globs")
    );
}

#[test]
fn globs_beyond_those_that_are_told_apart_are_bounded_from_above() {
    // No name is in two of these; for a few of them that is known.
    let formula = |n: usize| {
        let both = joined(n, " | ", |i| format!(r#"called("t{i}_*") & called("u{i}_*")"#));
        contract(&format!("F({both})"))
    };
    let verdict = |n: usize| {
        let program = program(&[formula(n)]);
        Session::new(&program).verdict(program.contracts()[0].id()).name()
    };
    assert_eq!(GLOBS_TOLD_APART_MAX, 4);
    assert_eq!((verdict(2), verdict(3)), ("violated", "pending"));
    // Each is still what it is.
    let program = program(&[contract(&joined(6, " & ", |i| format!(r#"G !called("t{i}_*")"#)))]);
    let calls = [call("t0_a"), call("x"), call("T5_a"), call("u:t3_a")];
    assert_eq!(crate::support::decisions(&program, &calls), "babb");
}

#[test]
fn globs_whose_overlap_takes_too_long_to_tell_overlap() {
    assert_eq!(GLOB_OVERLAP_STATES_MAX, 1_024);
    let long = |word: &str, n: usize| format!("*{}*", format!("{word}*").repeat(n));
    let formula = |n: usize| {
        let [a, b] = ["ab", "ba"].map(|word| long(word, n));
        contract(&format!(r#"F(called("x{a}") & called("y{b}"))"#))
    };
    let verdict = |n: usize| {
        let program = program(&[formula(n)]);
        Session::new(&program).verdict(program.contracts()[0].id()).name()
    };
    assert_eq!((verdict(2), verdict(50)), ("violated", "violated"));
    let open = joined(3, " & ", |i| format!(r#"called("*{}*")"#, long(&format!("{i}z"), 12)));
    program(&[contract(&format!("F({open})"))]);
}

#[test]
fn a_repair_is_looked_for_within_bounds() {
    let steps = |n: usize| {
        let order = |i: usize| contract(&format!("!called(t{}) W called(t{i})", i + 1));
        program(&(0..n).map(order).collect::<Vec<_>>())
    };
    let found = |n: usize| {
        Session::new(&steps(n)).repair(&call(&format!("t{n}")), None).map(|path| path.len())
    };
    assert_eq!(found(REPAIR_CALLS_MAX), Some(REPAIR_CALLS_MAX));
    assert_eq!(found(REPAIR_CALLS_MAX + 1), None);
    // More tools than are considered, and more steps than are taken: no answer, not a long search.
    let wide = joined(REPAIR_TOOLS_MAX * 2, " & ", |i| format!("O called(t{i})"));
    let wide = program(&[contract(&format!("G(called(x) -> {wide})"))]);
    assert_eq!(Session::new(&wide).repair(&call("x"), None), None);
    const { assert!(REPAIR_STEPS_MAX >= REPAIR_TOOLS_MAX) };
    // A session so large that copying it a few times is too much.
    let mut large = contract("G(called(x) -> O called(a) & O called(b) & O called(c))");
    let registers = joined(250, " & ", |i| format!("O[<={}s] ctx(k, v)", i + 1));
    let padding = Formula::parse(&format!("G(called(z) -> {registers})")).unwrap();
    large.guarantees.extend(vec![padding; 200]);
    let small = contract("G(called(x) -> O called(a) & O called(b) & O called(c))");
    let repair = |contract: Contract, copies: usize| {
        Session::new(&program(&vec![contract; copies]))
            .repair(&call("x"), None)
            .map(|path| path.len())
    };
    assert_eq!(repair(small, 1), Some(3));
    const { assert!(8 * 200 * 500 * 8 > REPAIR_WORDS_MAX) };
    assert_eq!(repair(large, 8), None);
}

#[test]
fn a_snapshot_over_the_limit_is_not_read() {
    let program = program(&[contract("G !called(x)")]);
    let mut bytes = Vec::new();
    Session::new(&program).snapshot(&mut bytes);
    bytes.resize(SNAPSHOT_BYTES_MAX + 1, 0);
    assert_eq!(Session::restore(&program, &bytes).err(), Some(SnapshotError::Damaged));
}

#[test]
fn a_program_over_the_limit_is_not_read() {
    let mut bytes = Vec::new();
    program(&[contract("G !called(x)")]).write(&mut bytes);
    bytes.resize(PROGRAM_BYTES_MAX + 1, 0);
    assert_eq!(Program::read(&bytes).err(), Some(RestoreError::Damaged));
}

#[test]
fn what_a_window_keeps_is_bounded() {
    let window = |k: u16| contract(&format!("G(count(a) within 60s < {k})"));
    let distinct = |k: u16| contract(&format!("G(distinct(a, x) < {k})"));
    let most = WINDOW_EVENTS_MAX - 1;
    let program = program(&[window(most)]);
    let (mut session, mut scratch) = (Session::new(&program), Scratch::new(&program));
    let mut at = |seconds: i64| {
        let event = Event::call(Timestamp::from_seconds(seconds), "a", Value::empty());
        session.step(&event, &mut scratch).decision
    };
    assert!((1..most).all(|_| at(0) == Decision::Allow));
    assert_eq!((at(59), at(60)), (Decision::Block, Decision::Allow));
    let message = refusal(&[window(WINDOW_EVENTS_MAX)]);
    assert!(
        message.contains("`count(a) within 1m` is compared with a number above 4095"),
        "{message}"
    );
    compile(&[distinct(DISTINCT_MAX - 1)], Mode::Enforce, false);
    let message = refusal(&[distinct(DISTINCT_MAX)]);
    assert!(message.contains("`distinct(a, x)` is compared with a number above 1023"), "{message}");
    let mixed = [contract("G(called(a) -> count(a) within 60s <= arg(a, n))")];
    assert!(refusal(&mixed).contains("compared with something that is no number"));
    let errors = Program::compile(&mixed, &Options::default()).unwrap_err();
    assert!(errors[0].hint().is_some_and(|hint| hint.contains("leave out `within`")));
    let wide = joined(10, " | ", |i| format!("count(t{i}) within 60s < 4000"));
    assert!(refusal(&[contract(&format!("G({wide})"))]).contains("operations"));
}

/// A call of `a`, or its failure, with an id.
fn named(id: u32, fails: bool) -> Event {
    let id = Some(format!("id {id}").into());
    let kind = if fails {
        EventKind::ToolResult { tool: "a".into(), id, outcome: Outcome::Error, output: Value::Null }
    } else {
        let call = CallRef { id, ..CallRef::default() };
        EventKind::ToolCall { tool: "a".into(), args: Value::empty(), call, effects: None }
    };
    Event::new(Timestamp(0), kind)
}

#[test]
fn a_result_of_a_call_that_is_forgotten_takes_back_a_call_once() {
    // One call more than are remembered: the first is forgotten, and its failure still counts.
    for (calls, failures, stands) in [
        (OPEN_CALLS_MAX + 1, 0..OPEN_CALLS_MAX + 1, false),
        (OPEN_CALLS_MAX + 1, 0..OPEN_CALLS_MAX, true),
        (OPEN_CALLS_MAX, 0..OPEN_CALLS_MAX, false),
        (OPEN_CALLS_MAX, 1..OPEN_CALLS_MAX, true),
        (3 * OPEN_CALLS_MAX, 0..3 * OPEN_CALLS_MAX, false),
    ] {
        let program = program(&[contract("G(called(go) -> done(a))")]);
        let (mut session, mut scratch) = (Session::new(&program), Scratch::new(&program));
        let events = (0..calls).map(|id| named(id, false));
        // Each failure is reported twice.
        let failures = failures.flat_map(|id| [named(id, true), named(id, true)]);
        let failures: Vec<Event> =
            if stands { failures.step_by(2).collect() } else { failures.collect() };
        for event in events.chain(failures) {
            session.step(&event, &mut scratch);
        }
        assert_eq!(session.probe(&call("go"), &mut scratch).decision.runs(), stands, "{calls}");
    }
}

#[test]
fn a_flow_of_more_keys_than_are_known_counts_as_one() {
    for (keys, expect) in [(FLOW_KEYS_MAX, true), (FLOW_KEYS_MAX + 1, false)] {
        let program = program(&[contract("G(called(go) -> !flow(a, b))")]);
        let (mut session, mut scratch) = (Session::new(&program), Scratch::new(&program));
        for key in 0..keys {
            let kind = EventKind::DataWrite {
                key: format!("key {key}").into(),
                fields: Box::default(),
                internal: false,
            };
            session.step(&Event::new(Timestamp(0), kind).by("a"), &mut scratch);
        }
        let mut bytes = Vec::new();
        session.snapshot(&mut bytes);
        assert!(Session::restore(&program, &bytes).as_ref() == Ok(&session));
        let read = EventKind::DataRead { key: "another".into() };
        session.step(&Event::new(Timestamp(0), read).by("b"), &mut scratch);
        assert_eq!(session.step(&call("go"), &mut scratch).decision.runs(), expect, "{keys}");
    }
}

#[test]
fn an_agent_beyond_those_that_are_known_stands_as_deep_as_can_be() {
    for (agents, expect) in [(DELEGATES_MAX, true), (DELEGATES_MAX + 1, false)] {
        let program = program(&[contract("G(called(go) -> delegation_depth <= 1000000)")]);
        let (mut session, mut scratch) = (Session::new(&program), Scratch::new(&program));
        for agent in 0..agents {
            let kind = EventKind::Delegation { to: format!("agent {agent}").into() };
            session.step(&Event::new(Timestamp(0), kind), &mut scratch);
        }
        let mut bytes = Vec::new();
        session.snapshot(&mut bytes);
        assert!(Session::restore(&program, &bytes).as_ref() == Ok(&session));
        let stranger = call("go").by("stranger");
        assert_eq!(session.step(&stranger, &mut scratch).decision.runs(), expect, "{agents}");
    }
}

#[test]
fn a_sum_stays_at_its_largest_value_and_is_above_every_limit() {
    let limited =
        program(&[contract("G(called(go) -> sum(a, x) <= 1e30)"), contract("G(sum(b, x) <= 1)")]);
    let (mut session, mut scratch) = (Session::new(&limited), Scratch::new(&limited));
    let mut step = |tool: &str, x: &str| {
        session.step(&call_with(tool, &[("x", x)]), &mut scratch).decision == Decision::Allow
    };
    assert!(step("a", "3e20") && step("go", "") && step("a", "3e20"));
    assert!(!step("go", ""));
    // What is finer than can be added is not told.
    assert!(step("b", "0.000000000000000001") && !step("b", "0.0000000000000000001"));
    assert!(step("b", "0.999999999999999999") && !step("b", "0.000000000000000001"));
}

#[test]
fn compile_errors_say_which_clause_and_what_to_do() {
    let mut two = contract("G !called(x)");
    two.guarantees.push(Formula::parse(&joined(17, " & ", |i| format!("F ctx(k{i}, v)"))).unwrap());
    let errors =
        Program::compile(&[contract("G !called(y)"), two], &Options::default()).unwrap_err();
    assert_eq!((errors[0].contract(), errors[0].clause()), (1, Clause::Guarantee(1)));
    assert_eq!(errors[0].hint(), Some("split the formula into several guarantees"));
}

#[test]
fn more_sources_than_the_limit_are_refused() {
    let sources = |n: u16| {
        let source = |i| contract(&format!("G !arg_from(t, x, s{i})"));
        let contracts: Vec<_> = (0..n).map(source).collect();
        Program::compile(&contracts, &Options::default())
    };
    assert!(sources(PROVENANCE_SOURCES_MAX).is_ok());
    let errors = sources(PROVENANCE_SOURCES_MAX + 1).unwrap_err();
    assert!(errors[0].to_string().contains("different sources"), "{}", errors[0]);
}

#[test]
fn approvals_over_the_limit_void_the_oldest() {
    let program = Program::compile(
        &[Contract { strategy: Strategy::Escalate, ..contract("G !called(pay)") }],
        &Options { mode: Mode::Enforce, ..Options::default() },
    );
    let program = program.unwrap();
    let name = program.contracts()[0].name().to_owned();
    let (mut session, mut scratch) = (Session::new(&program), Scratch::new(&program));
    let digest = |n: usize| {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&n.to_le_bytes());
        Digest(bytes)
    };
    for n in 0..=APPROVALS_MAX {
        let expires = Timestamp(i64::MAX);
        let approval =
            EventKind::Approval { contract: name.as_str().into(), digest: digest(n), expires };
        session.step(&Event::new(Timestamp(0), approval), &mut scratch);
    }
    let mut pay = |n: usize| {
        let call = CallRef { digest: Some(digest(n)), ..CallRef::default() };
        let kind =
            EventKind::ToolCall { tool: "pay".into(), args: Value::empty(), call, effects: None };
        session.step(&Event::new(Timestamp(0), kind), &mut scratch).decision
    };
    assert_eq!(pay(0), Decision::Escalate);
    assert_eq!(pay(1), Decision::Allow);
    assert_eq!(pay(APPROVALS_MAX), Decision::Allow);
}

/// What is said of a refused call of `go`.
fn said(formula: &str) -> String {
    let program = program(&[contract(formula)]);
    let session = Session::new(&program);
    let explanations = session.explain(&call("go"), &mut Scratch::new(&program));
    explanations.iter().flat_map(|e| &e.witnesses).map(|w| w.text.clone()).collect()
}

#[test]
fn an_explanation_looks_at_so_many_facts() {
    let alternatives =
        |n: usize| format!("G(called(go) -> {})", joined(n, " | ", |i| format!("ctx(k{i}, v)")));
    // That it is a call of `go` is one of them.
    let findings = |n: usize| said(&alternatives(n)).matches("is not `v`").count();
    assert_eq!(findings(BLAMED_FINDINGS_MAX - 1), BLAMED_FINDINGS_MAX - 1);
    let many = findings(BLAMED_FINDINGS_MAX + 1);
    assert!((BLAMED_FINDINGS_MAX - 1..=BLAMED_FINDINGS_MAX).contains(&many), "{many}");
}

#[test]
fn an_explanation_follows_so_many_levels() {
    let nested = |n: usize| {
        let parts = joined(n, " & (called(c) | ", |i| format!("called(a{i})"));
        said(&format!("G(called(go) -> O ({parts}{}))", ")".repeat(n - 1)))
    };
    assert!(nested(2).contains("`a1` was called") && !nested(2).contains('…'), "{}", nested(2));
    assert!(nested(PHRASE_DEPTH_MAX + 2).contains('…'), "{}", nested(PHRASE_DEPTH_MAX + 2));
}

#[test]
fn so_many_bytes_of_an_output_are_taken_apart() {
    fn member(text: &str) -> Option<Value> {
        Some(Value::Object([("id".into(), Value::Text(text.trim().into()))].into()))
    }
    let formula = r#"G(called(go) -> arg_known(go, id, "read.{id}"))"#;
    let program = program(&[contract(formula)]);
    for (bytes, expect) in [
        (PROVENANCE_APART_BYTES_MAX, Decision::Allow),
        (PROVENANCE_APART_BYTES_MAX + 1, Decision::Block),
    ] {
        let mut scratch = Scratch::new(&program).with_reader(member);
        let mut session = Session::new(&program);
        let output = Value::Text(format!("{}A1", " ".repeat(bytes - 2)).into());
        let (tool, id, outcome) = ("read".into(), None, Outcome::Ok);
        let kind = EventKind::ToolResult { tool, id, outcome, output };
        session.step(&Event::new(Timestamp(0), kind), &mut scratch);
        let step = session.step(&call_with("go", &[("id", "A1")]), &mut scratch);
        assert_eq!(step.decision, expect, "{bytes}");
    }
}

#[test]
fn every_limit_is_reached_by_a_test() {
    let sources = [
        include_str!("limits.rs"),
        include_str!("keyed.rs"),
        include_str!("effects.rs"),
        include_str!("../../src/ground/effect/glob.rs"),
        include_str!("../../src/ground/effect/trail.rs"),
        include_str!("../../src/formula/parser/tests/limits.rs"),
        include_str!("../../src/formula/parser/tests/mod.rs"),
        include_str!("../../src/formula/parser/tests/refused.rs"),
        include_str!("../../src/formula/ast.rs"),
        include_str!("../../src/formula/look_around.rs"),
        include_str!("../../src/ground/phrase.rs"),
        include_str!("../../src/event/decimal.rs"),
        include_str!("../../src/event/args.rs"),
        include_str!("../../src/program/names.rs"),
        include_str!("../../src/provenance/tests.rs"),
        include_str!("../../../record/src/schema/json.rs"),
    ];
    let names = include_str!("../../src/limits.rs").lines().filter_map(|line| {
        line.strip_prefix("pub const ").and_then(|rest| rest.split_once(':')).map(|(name, _)| name)
    });
    // Of a file of the engine, only its tests count.
    let tests_of = |source: &'static str| {
        source.rsplit_once(concat!("#[cfg", "(test)]")).map_or(source, |(_, tests)| tests)
    };
    for name in names {
        let is_reached = sources.iter().any(|source| tests_of(source).contains(name));
        assert!(is_reached, "no test reaches `{name}`");
    }
}
