//! Servers that stop, hang, forget or may forget, and processes that hold a session for too long.

use std::io;
use std::sync::{Arc, Mutex};

use sponsio_engine::decision::Decision;
use sponsio_engine::event::EventKind;
use sponsio_engine::program::Program;
use sponsio_engine::strategy::Mode;
use sponsio_guard::failure::Failure;
use sponsio_guard::recorder::{Kept, Memory, Recorder};
use sponsio_guard::store::{self, Key, Left, StoreError};
use sponsio_guard::{Guard, GuardSession};
use sponsio_record::schema::line::Line;

use super::servers::{PASSWORD, Server};
use super::{call, limited, recording, settings};
use crate::Place;

fn session(program: &Arc<Program>, server: &Server) -> GuardSession {
    let store = store::open(&server.address(), None).unwrap();
    Guard::with_store(settings(program), store).session("s").unwrap()
}

fn servers() -> [(&'static str, Server); 2] {
    [("redis", Server::redis()), ("postgres", Server::postgres())]
}

/// A log that, while a line is written, lets another process do something that takes as long as it needs.
struct Stalled(Mutex<Option<Box<dyn FnOnce() + Send>>>, Memory);

impl Recorder for Stalled {
    fn record(&mut self, line: &Line) -> io::Result<Kept> {
        if let Some(meanwhile) = self.0.lock().unwrap().take() {
            meanwhile();
        }
        self.1.record(line)
    }
}

#[test]
fn a_call_of_a_process_that_stalled_until_another_one_had_its_session_is_refused_and_not_counted() {
    let (_place, program) = limited(2);
    for (name, server) in servers() {
        let other = session(&program, &server);
        let meanwhile = Box::new(move || assert!(call(&other, "wire").decision.runs()));
        let log = Memory::default();
        let stalled = Stalled(Mutex::new(Some(meanwhile)), log.clone());
        let store = store::open(&server.address(), None).unwrap();
        let guard = Guard::with_store(recording(&program, Box::new(stalled)), store);
        let session = guard.session("s").unwrap();
        let answer = call(&session, "wire");
        let expect = (Decision::Block, Some(Failure::StoreUnavailable));
        assert_eq!((answer.decision, answer.failure), expect, "{name}");
        // The line that was written says what was not done; the one behind it says so.
        let decisions: Vec<_> =
            log.lines().iter().map(|line| (line.decision, line.failure.clone())).collect();
        let failed = Some("store_unavailable".into());
        assert_eq!(decisions, [(Decision::Allow, None), (Decision::Block, failed)], "{name}");
        assert!(call(&session, "wire").decision.runs(), "{name}: one of two was left");
        assert_eq!(call(&session, "wire").decision, Decision::Block, "{name}");
    }
}

#[test]
fn what_a_visit_leaves_after_its_lease_is_not_taken() {
    for (name, server) in servers() {
        let [slow, fast] = [(); 2].map(|()| store::open(&server.address(), None).unwrap());
        let key = Key { agent: "a", session: "s" };
        for left in [Left::Changed(b"slow".to_vec()), Left::Ended] {
            let visited = slow.visit(key, &mut |_| {
                fast.visit(key, &mut |_| Ok(Left::Changed(b"fast".to_vec())))?;
                Ok(left.clone())
            });
            assert!(visited.is_err(), "{name}: {visited:?}");
            let held = fast.visit(key, &mut |taken| {
                assert_eq!(taken.state()?.as_deref(), Some(&b"fast"[..]), "{name}");
                Ok(Left::Unchanged)
            });
            held.unwrap();
        }
    }
}

#[test]
fn while_a_server_is_gone_calls_are_refused_and_when_it_is_back_sessions_go_on() {
    let place = Place::with(
        "agents: {treasurer: [\"tool `wire` at most 2 times\", \
         {G: {ltl: 'G(called(pay) -> !ctx(frozen, yes))'}}]}",
    );
    let program = place.program(Mode::Enforce);
    for (name, mut server) in servers() {
        let session = session(&program, &server);
        assert!(call(&session, "wire").decision.runs(), "{name}");
        server.stop();
        let answer = call(&session, "wire");
        let expect = (Decision::Block, Some(Failure::StoreUnavailable));
        assert_eq!((answer.decision, answer.failure), expect, "{name}");
        // What is told and cannot be refused counts afterwards.
        session
            .observe(EventKind::Context { facts: [("frozen".into(), Some("yes".into()))].into() });
        assert!(server.run(), "{name}");
        let answer = call(&session, "pay");
        assert_eq!((answer.decision, answer.failure), (Decision::Block, None), "{name}");
        assert!(call(&session, "wire").decision.runs(), "{name}");
        assert_eq!(call(&session, "wire").decision, Decision::Block, "{name}: two have run");
        assert_eq!(call(&self::session(&program, &server), "wire").decision, Decision::Block);
    }
}

#[test]
fn while_a_server_is_gone_an_observer_lets_calls_run_and_records_them() {
    let (place, _) = limited(1);
    let program = place.program(Mode::Observe);
    for (name, mut server) in servers() {
        let log = Memory::default();
        let store = store::open(&server.address(), None).unwrap();
        let guard = Guard::with_store(recording(&program, Box::new(log.clone())), store);
        let session = guard.session("s").unwrap();
        server.stop();
        let answer = call(&session, "wire");
        let expect = (Decision::Allow, Some(Failure::StoreUnavailable));
        assert_eq!((answer.decision, answer.failure), expect, "{name}");
        assert_eq!(log.lines().last().unwrap().failure.as_deref(), Some("store_unavailable"));
        assert!(server.run());
        let answer = call(&session, "wire");
        assert_eq!((answer.decision, answer.failure), (Decision::Allow, None), "{name}");
    }
}

#[test]
fn a_server_that_answers_nobody_is_not_waited_for_without_end() {
    let (_place, program) = limited(2);
    for (name, server) in servers() {
        let session = session(&program, &server);
        assert!(call(&session, "wire").decision.runs(), "{name}");
        server.freeze();
        let answer = call(&session, "wire");
        server.thaw();
        let expect = (Decision::Block, Some(Failure::StoreUnavailable));
        assert_eq!((answer.decision, answer.failure), expect, "{name}");
        // What was asked of the server meanwhile may hold the session for as long as a stalled process would.
        let after = call(&session, "wire");
        assert!(after.decision.runs(), "{name}: {after:?}");
        assert_eq!(call(&session, "wire").decision, Decision::Block, "{name}: two have run");
    }
}

#[test]
fn after_a_server_forgot_everything_a_session_that_was_in_it_does_not_begin_anew() {
    let (_place, program) = limited(1);
    let mut server = Server::redis_with(&[]);
    let session = session(&program, &server);
    assert!(call(&session, "wire").decision.runs());
    server.stop();
    assert!(server.run());
    let answer = call(&session, "wire");
    assert_eq!((answer.decision, answer.failure), (Decision::Block, Some(Failure::SessionEnded)));
    // Who had nothing of it cannot know.
    assert!(call(&self::session(&program, &server), "wire").decision.runs());
}

#[test]
fn a_server_that_may_throw_sessions_away_is_refused() {
    for (options, is_refused) in [
        (&["--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"][..], true),
        (&["--maxmemory", "100mb", "--maxmemory-policy", "volatile-ttl"], true),
        (&["--maxmemory", "100mb", "--maxmemory-policy", "noeviction"], false),
        (&["--maxmemory-policy", "allkeys-lru"], false),
    ] {
        let server = Server::redis_with(options);
        let store = store::open(&server.address(), None).unwrap();
        let visited = store.visit(Key { agent: "a", session: "s" }, &mut |_| Ok(Left::Unchanged));
        match visited {
            Err(StoreError::Unusable(why)) if is_refused => {
                assert!(why.contains("set `noeviction`"), "{why}");
            }
            visited => assert!(!is_refused && visited.is_ok(), "{options:?}: {visited:?}"),
        }
    }
}

#[test]
fn a_wrong_password_is_said_without_the_right_or_the_wrong_one() {
    for (name, server) in servers() {
        let address = server.address().replace(PASSWORD, "letmein");
        let store = store::open(&address, None).unwrap();
        let error = store.sessions().unwrap_err().to_string();
        assert!(error.contains("127.0.0.1") && error.contains("assword"), "{name}: {error}");
        assert!(!error.contains("letmein") && !error.contains(PASSWORD), "{name}: {error}");
    }
}

#[test]
fn what_another_version_made_is_not_used_and_not_changed() {
    for (name, server) in servers() {
        store::open(&server.address(), None).unwrap().sessions().unwrap();
        server.say(match name {
            "redis" => "SET sponsio:form 9",
            _ => "UPDATE sponsio_store SET form = 9",
        });
        let store = store::open(&server.address(), None).unwrap();
        let error = store.sessions().unwrap_err().to_string();
        assert!(error.contains("another version of Sponsio"), "{name}: {error}");
    }
}

#[test]
fn a_store_can_be_visited_on_a_thread_of_a_runtime() {
    let server = Server::postgres();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = store::open(&server.address(), None).unwrap();
        let key = Key { agent: "a", session: "s" };
        store.visit(key, &mut |_| Ok(Left::Changed(vec![1]))).unwrap();
        assert_eq!(store.sessions().unwrap(), 1);
        drop(store);
    });
}
