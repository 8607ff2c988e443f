//! What happens to a decision whose line cannot be written.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sponsio_engine::decision::Decision;
use sponsio_engine::event::{EventKind, Outcome, Value};
use sponsio_engine::strategy::Mode;
use sponsio_guard::failure::{Audit, Failure};
use sponsio_guard::guard::{OpenError, Request};
use sponsio_guard::limits::UNRECORDED_EVENTS_MAX;
use sponsio_guard::recorder::{Kept, Memory, Recorder};
use sponsio_guard::{Guard, replay};
use sponsio_record::chain::{Link, seal};
use sponsio_record::schema::line::Line;

use super::{CONTRACTS, Place, args, guard_with};

/// A log that can be made to fail.
#[derive(Clone, Default)]
struct Fragile {
    kept: Memory,
    broken: Arc<AtomicBool>,
}

impl Recorder for Fragile {
    fn record(&mut self, line: &Line) -> io::Result<Kept> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(io::Error::other("the disk is full"));
        }
        self.kept.record(line)
    }
}

/// The decision about a harmless call while the log fails, and about the same call afterwards.
#[track_caller]
fn check(mode: Mode, audit: Audit, expect: [Decision; 2], expect_failure: Option<Failure>) {
    let program = Place::with(CONTRACTS).program(mode);
    let log = Fragile::default();
    let (guard, _) = guard_with(&program, Box::new(log.clone()), audit);
    let session = guard.session("s").unwrap();
    log.broken.store(true, Ordering::SeqCst);
    let during = session.before_call("verify", &args("{}"));
    assert_eq!(during.failure, expect_failure);
    assert!(guard.unrecorded() > 0);
    log.broken.store(false, Ordering::SeqCst);
    // Only after a `verify` that took place may `wire` run.
    let after = session.before_call("wire", &args(r#"{"amount": 1}"#));
    assert_eq!([during.decision, after.decision], expect);
}

#[test]
fn a_required_line_that_cannot_be_written_refuses_the_call_and_commits_nothing() {
    check(
        Mode::Enforce,
        Audit::Required,
        [Decision::Block, Decision::Block],
        Some(Failure::LogUnwritable),
    );
}

#[test]
fn a_line_that_is_written_at_best_is_counted_and_the_decision_stays() {
    check(Mode::Enforce, Audit::BestEffort, [Decision::Allow, Decision::Allow], None);
    check(Mode::Observe, Audit::Required, [Decision::Allow, Decision::Allow], None);
}

#[test]
fn a_log_with_a_required_gap_still_replays() {
    let program = Place::with(CONTRACTS).program(Mode::Enforce);
    let log = Fragile::default();
    let (guard, _) = guard_with(&program, Box::new(log.clone()), Audit::Required);
    let session = guard.session("s").unwrap();
    for (tool, broken) in
        [("verify", false), ("wire", true), ("note", true), ("wire", false), ("note", false)]
    {
        log.broken.store(broken, Ordering::SeqCst);
        session.before_call(tool, &args(r#"{"amount": 1}"#));
    }
    let lines: Vec<_> = log.kept.lines().into_iter().zip(1..).map(|(line, n)| (n, line)).collect();
    let replayed = replay::replay(&lines, &mut |_| Some(Arc::clone(&program)));
    assert!(replayed.is_exact() && replayed.lines == 3, "{replayed:?}");
}

#[test]
fn a_fact_whose_change_cannot_be_recorded_is_recorded_before_the_next_call() {
    let formulas = [
        ("G(called(wire) -> ctx(window, open))", ["open", "shut"]),
        ("G(called(wire) -> !ctx(window, shut))", ["open", "shut"]),
        ("G(called(wire) -> !ctx(window, shut))", ["", "shut"]),
    ];
    for (formula, values) in formulas {
        for key in ["", "for_each: agent, ", "for_each: args.amount, "] {
            unrecorded_fact(key, formula, values);
        }
    }
}

/// Between the two values of the fact, of which the first one lets the call run, the log fails.
#[track_caller]
fn unrecorded_fact(key: &str, formula: &str, values: [&'static str; 2]) {
    let program = Place::with(&format!(
        "agents: {{treasurer: {{contracts: [{{desc: open, {key}G: {{ltl: '{formula}'}}}}]}}}}",
    ))
    .program(Mode::Enforce);
    let log = Fragile::default();
    let (guard, _) = guard_with(&program, Box::new(log.clone()), Audit::Required);
    let session = guard.session("s").unwrap();
    let wire = || session.before_call("wire", &args("{}")).decision;
    let set = |value: &'static str| {
        session.context(&[("window", Some(value).filter(|v| !v.is_empty()))]).failure
    };
    let [good, bad] = values;
    assert_eq!((set(good), wire()), (None, Decision::Allow));
    for (value, after) in [(bad, Decision::Block), (good, Decision::Allow)] {
        log.broken.store(true, Ordering::SeqCst);
        assert_eq!((set(value), wire()), (Some(Failure::LogUnwritable), Decision::Block));
        assert_eq!(session.filter(&["wire"]), Vec::<&str>::new());
        log.broken.store(false, Ordering::SeqCst);
        assert_eq!(wire(), after, "{formula}, {key}, {value:?}");
    }
    let kept: Vec<_> = log.kept.lines().into_iter().zip(1..).map(|(line, n)| (n, line)).collect();
    let replayed = replay::replay(&kept, &mut |_| Some(Arc::clone(&program)));
    // A fact and a call, a fact, a refused call and its refusal, a fact and a call.
    assert!(replayed.is_exact() && replayed.lines == 7, "{replayed:?}");
}

#[test]
fn a_result_that_cannot_be_recorded_counts_once_the_log_is_back() {
    let program = Place::with(
        "agents: {treasurer: {contracts: [{desc: once, G: {ltl: 'G(called(wire) -> !O succeeded(pay))'}}]}}",
    )
    .program(Mode::Enforce);
    let log = Fragile::default();
    let (guard, _) = guard_with(&program, Box::new(log.clone()), Audit::Required);
    let session = guard.session("s").unwrap();
    assert_eq!(session.before_call("wire", &args("{}")).decision, Decision::Allow);
    log.broken.store(true, Ordering::SeqCst);
    let (tool, id, outcome) = ("pay".into(), None, Outcome::Ok);
    session.observe(EventKind::ToolResult { tool, id, outcome, output: Value::Null });
    log.broken.store(false, Ordering::SeqCst);
    assert_eq!(session.before_call("wire", &args("{}")).decision, Decision::Block);
}

#[test]
fn no_call_runs_any_more_after_more_lost_events_than_are_kept() {
    for (events, expect) in
        [(UNRECORDED_EVENTS_MAX, Decision::Allow), (UNRECORDED_EVENTS_MAX + 1, Decision::Block)]
    {
        let program = Place::with(CONTRACTS).program(Mode::Enforce);
        let log = Fragile::default();
        let (guard, _) = guard_with(&program, Box::new(log.clone()), Audit::Required);
        let session = guard.session("s").unwrap();
        log.broken.store(true, Ordering::SeqCst);
        for _ in 0..events {
            session.context(&[("a", Some("b"))]);
        }
        log.broken.store(false, Ordering::SeqCst);
        assert_eq!(session.before_call("verify", &args("{}")).decision, expect, "{events}");
    }
}

fn request(place: &Place, log: &str, audit: Option<Audit>) -> Request {
    Request {
        config: Some(place.config()),
        agent: "treasurer".into(),
        mode: Some(Mode::Enforce),
        log: Some(place.path().join(log)),
        audit,
        ..Request::default()
    }
}

#[test]
fn a_log_that_cannot_be_opened_is_refused_at_the_start_if_it_is_required() {
    let place = Place::with(CONTRACTS);
    // `sponsio.yaml` is a file, so nothing can be opened below it.
    let error = Guard::open(&request(&place, "sponsio.yaml/log", None)).unwrap_err();
    assert!(matches!(error, OpenError::Log { .. }), "{error}");
    let opened =
        Guard::open(&request(&place, "sponsio.yaml/log", Some(Audit::BestEffort))).unwrap();
    let session = opened.guard.session("s").unwrap();
    assert_eq!(session.before_call("verify", &args("{}")).decision, Decision::Allow);
    assert_eq!(opened.guard.unrecorded(), 1);
}

#[test]
fn the_line_is_in_the_file_when_the_decision_is_known() {
    let place = Place::with(CONTRACTS);
    let opened = Guard::open(&request(&place, "logs/s.jsonl", None)).unwrap();
    let session = opened.guard.session("s").unwrap();
    let answer = session.before_call("verify", &args("{}"));
    let text = std::fs::read_to_string(place.path().join("logs/s.jsonl")).unwrap();
    let (line, _) = seal(&answer.line.write(), Link::START, 0).unwrap();
    assert_eq!(text, format!("{line}\n"));
}

#[test]
fn one_enforced_contract_makes_the_log_required() {
    let place = Place::with(
        "agents: {treasurer: {contracts: [{desc: none, mode: enforce, G: {ltl: 'G !called(wire)'}}]}}",
    );
    let configuration = sponsio_guard::load::read(&place.config(), None).unwrap();
    let program = configuration.program("treasurer").unwrap().program;
    assert_eq!(program.mode(), Mode::Observe);
    let log = Fragile::default();
    let (guard, _) = guard_with(&program, Box::new(log.clone()), Audit::Required);
    let session = guard.session("s").unwrap();
    log.broken.store(true, Ordering::SeqCst);
    let answer = session.before_call("read", &args("{}"));
    let expect = (Decision::Block, Some(Failure::LogUnwritable));
    assert_eq!((answer.decision, answer.failure), expect);
}

#[test]
fn a_log_that_is_changed_under_a_session_refuses_where_it_is_required() {
    for (audit, decision, unrecorded) in
        [(Audit::Required, Decision::Block, 2), (Audit::BestEffort, Decision::Allow, 1)]
    {
        let place = Place::with(CONTRACTS);
        let opened = Guard::open(&request(&place, "s.jsonl", Some(audit))).unwrap();
        let session = opened.guard.session("s").unwrap();
        session.before_call("note", &args("{}"));
        let path = place.path().join("s.jsonl");
        let whole = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, "").unwrap();
        assert_eq!(session.before_call("note", &args("{}")).decision, decision);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "", "nothing is begun anew");
        assert_eq!(opened.guard.unrecorded(), unrecorded);
        // What was written is back, and so the log goes on.
        std::fs::write(&path, whole).unwrap();
        assert_eq!(session.before_call("verify", &args("{}")).decision, Decision::Allow);
    }
}

#[cfg(unix)]
#[test]
fn a_log_that_others_may_use_is_refused_at_the_start_and_stays() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::with(CONTRACTS);
    let path = place.path().join("s.jsonl");
    std::fs::write(&path, "").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let error = Guard::open(&request(&place, "s.jsonl", None)).unwrap_err().to_string();
    assert!(error.contains("others than its owner may use it (mode 644)"), "{error}");
}
