//! `check` and `replay` against live sessions: whatever happens, all three say the same.

use std::sync::{Arc, OnceLock};

use proptest::prelude::*;
use sponsio_engine::decision::Decision;
use sponsio_engine::event::{
    CallRef, Event, EventKind, Outcome, Timestamp, Tokens, USER, Value as Json,
};
use sponsio_engine::program::Program;
use sponsio_engine::strategy::Mode;
use sponsio_guard::check::{Finding, Judge, Report, check};
use sponsio_guard::replay::{Replayed, replay};
use sponsio_record::log;
use sponsio_record::schema::canonical::call_digest;
use sponsio_record::schema::line::Line;
use sponsio_record::schema::trace::{self, Trace, TraceEvent};

use super::{CONTRACTS, Place, args, guard_of};

/// What happens in a generated session.
#[derive(Clone, Debug)]
enum Move {
    Call(&'static str, i32),
    /// A call with an id, and perhaps in a batch.
    Joined(&'static str, u8, bool),
    /// The result of a call with that id.
    Ended(u8, bool),
    /// A person approves the large wire.
    Approved,
    /// What another agent, or the user, does.
    Other(&'static str, Deed),
    Fact(bool),
    Answer,
    Result(&'static str, bool),
    Wait(i64),
}

#[derive(Clone, Copy, Debug)]
enum Deed {
    Wrote(bool),
    Read,
    Delegated,
    Said,
}

const WITH_FACTS: &str = r#"
      - desc: only in a window
        G: {ltl: "G(called(note) -> ctx(window, open))"}
      - desc: not twice a minute
        G: {ltl: "G(called(verify) -> !Y O[<=60s] called(verify))"}
        strategy: warn_only
      - desc: a budget
        G: {ltl: "G(sum(wire, amount) <= 20000)"}
      - desc: a budget an hour
        G: {ltl: "G(sum(wire, amount) where ctx(window, open) within 1m <= 10000)"}
        strategy: warn_only
      - desc: few amounts
        G: {ltl: "G(distinct(note, amount) <= 3)"}
      - desc: slowly
        G: {ltl: "G(count(verify) within 20s <= 4)"}
      - desc: verified, and it stands
        G: {ltl: "G(called(receipt) -> done(verify) & time_since(called(verify)) <= 30)"}
      - desc: cheaply
        G: {ltl: "G(called(read) -> token_count <= 20)"}
      - desc: nothing of the auditor's
        G: {ltl: "G(called(dry_run) -> !flow(auditor, treasurer))"}
      - desc: near the top
        G: {ltl: "G(called(receipt) -> delegation_depth <= 1)"}
      - desc: only the treasurer
        G: {ltl: "G(called_any() -> agent_is(treasurer))"}
      - desc: verified right before
        G: {ltl: "G(called(dry_run) -> Y called(verify))"}
        strategy: warn_only
      - desc: verified for each amount
        for_each: args.amount
        G: {ltl: "G(called(receipt) -> done(verify))"}
        strategy: warn_only
      - desc: a receipt for each agent
        for_each: agent
        G: {ltl: "G(called(note) -> F called(receipt))"}
      - desc: no account numbers
        G: {ltl: "G(called(dry_run) -> !contains(iban))"}
        strategy: warn_only
"#;

fn program(mode: Mode) -> Arc<Program> {
    static COMPILED: OnceLock<[Arc<Program>; 2]> = OnceLock::new();
    let [enforce, observe] = COMPILED.get_or_init(|| {
        let place = Place::with(&format!("{CONTRACTS}{}", WITH_FACTS.trim_start_matches('\n')));
        [place.program(Mode::Enforce), place.program(Mode::Observe)]
    });
    Arc::clone(if mode == Mode::Enforce { enforce } else { observe })
}

const DEEDS: &[Deed] =
    &[Deed::Wrote(true), Deed::Wrote(false), Deed::Read, Deed::Delegated, Deed::Said];

impl Deed {
    fn kind(self) -> EventKind {
        match self {
            Self::Wrote(internal) => EventKind::DataWrite {
                key: "ledger".into(),
                fields: ["iban".into()].into(),
                internal,
            },
            Self::Read => EventKind::DataRead { key: "ledger".into() },
            Self::Delegated => EventKind::Delegation { to: "treasurer".into() },
            Self::Said => EventKind::Message { to: "treasurer".into(), text: "5000".into() },
        }
    }
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let tools = &["wire", "verify", "shell", "note", "receipt", "Wire", "dry_run", "read"];
    let one = prop_oneof![
        6 => (proptest::sample::select(tools), 4_990..5_010i32).prop_map(|(tool, n)| Move::Call(tool, n)),
        6 => (proptest::sample::select(&["wire", "verify", "verify", "Verify", "dry_run"]), 0..4u8, any::<bool>())
            .prop_map(|(tool, id, batch)| Move::Joined(tool, id, batch)),
        2 => (0..5u8, any::<bool>()).prop_map(|(id, fails)| Move::Ended(id, fails)),
        2 => (proptest::sample::select(&["auditor", USER, ""]), proptest::sample::select(DEEDS))
            .prop_map(|(who, deed)| Move::Other(who, deed)),
        2 => Just(Move::Approved),
        4 => proptest::sample::select(&[5_000, 5_001]).prop_map(|n| Move::Call("wire", n)),
        1 => any::<bool>().prop_map(Move::Fact),
        1 => Just(Move::Answer),
        2 => (proptest::sample::select(&["verify", "Verify"]), any::<bool>())
            .prop_map(|(tool, fails)| Move::Result(tool, fails)),
        1 => (-50..100i64).prop_map(Move::Wait),
    ];
    proptest::collection::vec(one, 0..40)
}

/// The events of the moves, with the times at which they happen.
fn events(moves: &[Move]) -> Vec<Event> {
    let mut time = 1_718_000_000;
    let mut events = Vec::new();
    for one in moves {
        time += 1;
        let at = Timestamp::from_seconds(time);
        match one {
            Move::Call(tool, amount) => {
                events.push(Event::call(at, tool, args(&format!("{{\"amount\": {amount}}}"))));
            }
            Move::Fact(open) => events.push(Event::context(at, "window", open.then_some("open"))),
            Move::Answer => {
                let tokens = Tokens { input: 4, output: 3, total: 7 };
                let kind = EventKind::LlmResponse { text: "hm".into(), segment: None, tokens };
                events.push(Event::new(at, kind));
            }
            Move::Result(tool, fails) => {
                let outcome = if *fails { Outcome::Timeout } else { Outcome::Ok };
                events.push(Event::result(at, tool, outcome));
            }
            Move::Joined(tool, id, batch) => {
                let call = CallRef {
                    id: Some(id.to_string().into()),
                    batch: batch.then(|| "b".into()),
                    digest: None,
                };
                let args = args("{\"amount\": 5000}");
                events.push(Event::new(
                    at,
                    EventKind::ToolCall { tool: (*tool).into(), args, call, effects: None },
                ));
            }
            Move::Ended(id, fails) => {
                let (tool, id) = ("verify".into(), Some(id.to_string().into()));
                let outcome = if *fails { Outcome::Error } else { Outcome::Ok };
                let output = Json::Null;
                events.push(Event::new(at, EventKind::ToolResult { tool, id, outcome, output }));
            }
            Move::Other(who, deed) => {
                let agent = Some(*who).filter(|who| !who.is_empty()).map(Into::into);
                events.push(Event { time: at, agent, kind: deed.kind() });
                continue;
            }
            Move::Approved => {
                let digest = call_digest("wire", &args("{\"amount\": 5001}"));
                let expires = Timestamp::from_seconds(time + 20);
                let contract = "small wires".into();
                events.push(Event::new(at, EventKind::Approval { contract, digest, expires }));
            }
            Move::Wait(seconds) => {
                time += seconds;
                continue;
            }
        }
        events.iter_mut().next_back().unwrap().agent = Some("treasurer".into());
    }
    events
}

/// The log and the decisions about the calls of a live session, and what it owes at its end.
fn live(program: &Arc<Program>, events: &[Event]) -> (Vec<Line>, Vec<Decision>, Vec<Box<str>>) {
    let (guard, clock, memory) = guard_of(program);
    let session = guard.session("s").unwrap();
    let decide = |event: &Event| {
        clock.set(event.time);
        match &event.kind {
            EventKind::ToolCall { tool, args, call, .. } => {
                session.before_call_with(tool, args, call.clone()).decision
            }
            other => {
                let agent = event.agent.as_deref().unwrap_or_default();
                session.observe_of(agent, other.clone()).decision
            }
        }
    };
    let decisions = events.iter().map(decide).collect();
    let owed = session.owed();
    if !events.is_empty() {
        assert_eq!(session.end(), owed);
    }
    (memory.lines(), decisions, owed)
}

fn written(lines: &[Line]) -> Vec<u8> {
    lines.iter().map(|line| line.write() + "\n").collect::<String>().into_bytes()
}

fn replay_of(program: &Arc<Program>, lines: &[Line]) -> Replayed {
    replay(&log::read(&written(lines)).unwrap(), &mut |_| Some(Arc::clone(program)))
}

fn check_of(program: &Arc<Program>, events: &[Event]) -> Report {
    let event = |event: &Event| TraceEvent {
        agent: "treasurer".into(),
        event: event.clone(),
        line: 1,
        place: None,
        recorded: None,
    };
    let trace = Trace { name: "s".into(), events: events.iter().map(event).collect() };
    check(&[trace], &mut |_| Some(Arc::clone(program).into()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn replay_reproduces_every_decision_of_a_log(moves in moves(), enforce: bool) {
        let program = program(if enforce { Mode::Enforce } else { Mode::Observe });
        let (lines, ..) = live(&program, &events(&moves));
        let replayed = replay_of(&program, &lines);
        prop_assert!(replayed.is_exact(), "{replayed:?}");
        prop_assert_eq!(replayed.lines, lines.len());
    }

    #[test]
    fn check_says_what_a_live_session_decided(moves in moves(), enforce: bool) {
        let program = program(if enforce { Mode::Enforce } else { Mode::Observe });
        let events = events(&moves);
        let (lines, decisions, owed) = live(&program, &events);
        let report = check_of(&program, &events);
        if let Some(session) = report.sessions.first() {
            let told = session.events.iter().filter(|e| e.kind.name() != "denied");
            prop_assert_eq!(told.map(|e| e.decision).collect::<Vec<_>>(), decisions);
            prop_assert_eq!(&session.owed, &owed);
        }
        // A log of the session is a trace too, and says the same again.
        let traces = trace::read(&written(&lines));
        if let Ok(traces) = traces {
            let again = check(&traces, &mut |_| Some(Arc::clone(&program).into()));
            prop_assert_eq!(again.finding(), report.finding());
            for (session, line) in again.sessions.iter().flat_map(|s| &s.events).zip(&lines) {
                prop_assert_eq!(session.decision, line.decision);
            }
        }
    }

    #[test]
    fn a_changed_decision_is_found(moves in moves(), at: proptest::sample::Index) {
        let program = program(Mode::Enforce);
        let (mut lines, ..) = live(&program, &events(&moves));
        prop_assume!(!lines.is_empty());
        let at = at.index(lines.len());
        lines[at].decision = match lines[at].decision {
            Decision::Escalate => Decision::Allow,
            _ => Decision::Escalate,
        };
        let difference = replay_of(&program, &lines).difference.unwrap();
        prop_assert_eq!((difference.line, difference.what.as_str()), (at + 1, "decision"));
    }
}

fn calls(tools: &[&str]) -> Vec<Event> {
    let moves: Vec<Move> =
        tools.iter().map(|tool| Move::Call(Box::leak((*tool).into()), 5_000)).collect();
    events(&moves)
}

#[test]
fn a_refused_call_did_not_happen_and_its_refusal_counts_once() {
    let program = program(Mode::Enforce);
    // The trace tells of the first refusal itself; the second follows from the decision.
    let mut events = calls(&["wire", "wire", "verify", "read"]);
    events.insert(1, Event::new(events[0].time, EventKind::Denied { tool: "wire".into() }));
    let report = check_of(&program, &events);
    let decisions: Vec<_> = report.sessions[0].events.iter().map(|e| (e.seq, e.decision)).collect();
    let (block, allow) = (Decision::Block, Decision::Allow);
    assert_eq!(decisions, [(1, block), (1, allow), (2, block), (3, allow), (4, allow)]);
}

#[test]
fn a_log_of_another_program_is_told_and_compared_contract_by_contract() {
    let program = program(Mode::Enforce);
    let (lines, ..) = live(&program, &calls(&["wire", "verify", "wire", "note"]));
    let other = Place::with(CONTRACTS).program(Mode::Enforce);
    let replayed = replay_of(&other, &lines);
    let hashes = (program.hash().to_string().into(), other.hash().to_string().into());
    assert_eq!(replayed.other_programs, [hashes]);
    assert_eq!(replayed.missing_contracts, [Box::from("only in a window")]);
    assert_eq!(replayed.difference, None);
    assert!(!replayed.is_exact());
    let traces = trace::read(&written(&lines)).unwrap();
    let report = check(&traces, &mut |_| Some(Arc::clone(&other).into()));
    assert_eq!(report.finding(), Finding::CouldNotJudge);
    assert!(
        report.sessions[0]
            .unjudged
            .unwrap()
            .to_string()
            .starts_with("this is a log of other contracts")
    );
}

#[test]
fn a_log_with_a_line_cut_out_is_found() {
    let program = program(Mode::Enforce);
    let (mut lines, ..) = live(&program, &calls(&["verify", "wire", "receipt"]));
    lines.remove(1);
    let difference = replay_of(&program, &lines).difference.unwrap();
    assert_eq!(difference.to_string(), "line 2: `seq` was 3, and is 2 when decided again");
}

#[track_caller]
fn finding(file: &str, expect: Finding) {
    let program = program(Mode::Enforce);
    let traces = trace::read(file.as_bytes()).unwrap();
    let report =
        check(&traces, &mut |agent| (agent == "treasurer").then(|| Arc::clone(&program).into()));
    assert_eq!(report.finding(), expect);
}

#[test]
fn a_check_is_clean_violated_or_could_not_judge() {
    let call = |agent: &str, tool: &str| {
        format!(
            r#"{{"ts": 1, "agent": "{agent}", "type": "tool_call", "tool": "{tool}",
            "args": {{"amount": 1}}}}"#
        )
    };
    let of = |calls: &[String]| format!("[{}]", calls.join(","));
    finding(&of(&[call("treasurer", "read")]), Finding::Clean);
    finding(&of(&[call("treasurer", "wire")]), Finding::Violation);
    // The receipt is owed at the end.
    finding(&of(&[call("treasurer", "verify"), call("treasurer", "wire")]), Finding::Violation);
    finding(
        &of(&[
            call("treasurer", "verify"),
            call("treasurer", "wire"),
            call("treasurer", "receipt"),
        ]),
        Finding::Clean,
    );
    // What another agent verified does not count, and there are no contracts for it.
    finding(&of(&[call("somebody", "verify"), call("treasurer", "read")]), Finding::CouldNotJudge);
    finding("[]", Finding::CouldNotJudge);
    finding(&of(&[call("treasurer", &"x".repeat(600))]), Finding::CouldNotJudge);
}

#[test]
fn traces_of_one_file_are_sessions_of_their_own() {
    let event = |tool: &str| {
        format!(r#"{{"ts": 1, "agent": "treasurer", "type": "tool_call", "tool": "{tool}"}}"#)
    };
    let file =
        format!("[{{\"events\": [{}]}}, {{\"events\": [{}]}}]", event("verify"), event("wire"));
    let program = program(Mode::Enforce);
    let report =
        check(&trace::read(file.as_bytes()).unwrap(), &mut |_| Some(Arc::clone(&program).into()));
    let decisions: Vec<_> = report.sessions.iter().map(|s| s.events[0].decision).collect();
    assert_eq!(decisions, [Decision::Allow, Decision::Block]);
}

#[test]
fn a_call_of_a_trace_runs_where_the_trace_says() {
    let contracts =
        "agents: {bot: {contracts: [{desc: own, G: {ltl: 'G !touches(\"/w/**\", read)'}}]}}";
    let program = Place::with(contracts).program(Mode::Enforce);
    let check = |keys: &str, workspace: Option<&str>, expect: Decision| {
        let file = format!(
            r#"{{{keys} "events": [{{"ts": 1, "type": "tool_call", "agent": "bot", "tool": "bash",
            "args": {{"command": "cat x/a"}}}}]}}"#
        );
        let judge = Judge { program: Arc::clone(&program), workspace: workspace.map(Into::into) };
        let report = check(&trace::read(file.as_bytes()).unwrap(), &mut |_| Some(judge.clone()));
        assert_eq!(report.sessions[0].events[0].decision, expect, "{keys}");
    };
    check(r#""cwd": "/w","#, None, Decision::Block);
    check(r#""cwd": "/v","#, None, Decision::Allow);
    check("", None, Decision::Allow);
}
