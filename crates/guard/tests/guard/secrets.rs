//! What a line keeps of arguments, and what it does not.

use std::sync::Arc;

use sponsio_engine::event::Timestamp;
use sponsio_engine::strategy::Mode;
use sponsio_guard::clock::{Clock, Manual};
use sponsio_guard::failure::Audit;
use sponsio_guard::guard::Settings;
use sponsio_guard::recorder::Memory;
use sponsio_guard::{Guard, replay};
use sponsio_record::schema::canonical::digest;

use super::{Place, args};

/// Contracts about an argument and about the number of calls.
const CONTRACTS: &str = "agents: {treasurer: {contracts: [{desc: short, \
    G: {ltl: 'G(called(post) -> !arg_length_exceeds(post, text, 3))'}}, {desc: few, \
    G: {ltl: 'G(called(post) -> count(post) <= 2)'}}]}}";

/// A clock that goes on by a hundred microseconds each time it is read.
struct Ticking(Arc<Manual>);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        let now = self.0.now();
        self.0.set(Timestamp(now.0 + 100));
        now
    }
}

fn guard(keeps_args: bool) -> (Guard, Memory) {
    let memory = Memory::default();
    let guard = Guard::new(Settings {
        program: Place::with(CONTRACTS).program(Mode::Enforce),
        agent: "treasurer".into(),
        clock: Box::new(Ticking(Arc::new(Manual::at(Timestamp::from_seconds(1))))),
        recorder: Box::new(memory.clone()),
        audit: Audit::Required,
        place: sponsio_guard::Place::default(),
        keeps_args,
    });
    (guard, memory)
}

/// A key of a known shape that is nobody's.
fn key() -> String {
    format!("AKIA{}", "ABCDEFGH234567XY")
}

#[test]
fn arguments_are_kept_without_secrets_where_that_is_asked_for() {
    let call =
        format!(r#"{{"text": "a", "password": "hunter2", "deep": [{{"x": "use {}"}}]}}"#, key());
    for keeps_args in [false, true] {
        let (guard, memory) = guard(keeps_args);
        guard.session("s").unwrap().before_call("post", &args(&call));
        let [line] = &memory.lines()[..] else { panic!() };
        assert_eq!(line.args_sha256.as_deref(), Some(digest(&args(&call)).as_str()));
        let kept =
            r#"{"text":"a","password":"[redacted]","deep":[{"x":"use [redacted aws-key]"}]}"#;
        assert_eq!(line.args, keeps_args.then(|| args(kept)));
    }
}

#[test]
fn a_secret_in_a_name_is_in_no_line_and_the_log_still_replays() {
    let (guard, memory) = guard(true);
    let session = guard.session(&key()).unwrap();
    for tool in ["post", &key(), "post", &format!("x_{}", key()), "post"] {
        session.before_call(tool, &args(&format!(r#"{{"text": "{}"}}"#, key())));
    }
    let lines: Vec<_> = (1..).zip(memory.lines()).collect();
    assert!(lines.iter().all(|(_, line)| !line.write().contains(&key())), "{lines:?}");
    let program = guard.program();
    let replayed = replay::replay(&lines, &mut |_| Some(Arc::clone(&program)));
    assert!(replayed.is_exact() && replayed.lines == lines.len(), "{replayed:?}");
}

#[test]
fn a_line_says_how_long_the_decision_took() {
    let (guard, memory) = guard(false);
    guard.session("s").unwrap().before_call("read", &args("{}"));
    assert_eq!(memory.lines()[0].latency, 100);
}
