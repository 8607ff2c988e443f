//! What every store does.

use std::time::Duration;

use proptest::prelude::*;
use sponsio_engine::decision::Decision;
use sponsio_engine::strategy::Mode;
use sponsio_guard::failure::Failure;
use sponsio_guard::store::{Key, Left, Store};
use sponsio_guard::{Guard, GuardSession, Identity};

use super::{call, every, limited, settings};
use crate::{CONTRACTS, Place, args};

#[test]
fn of_the_calls_of_many_threads_exactly_as_many_run_as_may() {
    let (_place, program) = limited(40);
    for store in every(None) {
        // Half of them share a guard, the others have their own.
        let shared = store.guard(&program);
        let guards: Vec<Guard> = (0..8)
            .map(|n| if n % 2 == 0 { shared.clone() } else { store.guard(&program) })
            .collect();
        let runs: usize = std::thread::scope(|scope| {
            let thread = |guard: &Guard| {
                let session = guard.session("s").unwrap();
                scope.spawn(move || {
                    (0..20).filter(|_| call(&session, "wire").decision.runs()).count()
                })
            };
            let threads: Vec<_> = guards.iter().map(thread).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(runs, 40, "{}", store.name);
    }
}

#[test]
fn what_another_guard_ended_has_ended_and_what_begins_anew_is_not_taken_for_it() {
    let (_place, program) = limited(1);
    for store in every(None) {
        let (first, second) = (store.session(&program), store.session(&program));
        assert!(call(&first, "wire").decision.runs());
        assert_eq!(call(&second, "wire").decision, Decision::Block);
        second.end();
        // A third one begins under its name, and comes as far.
        let third = store.session(&program);
        assert!(call(&third, "ls").decision.runs());
        let answer = call(&first, "ls");
        assert_eq!((answer.decision, answer.failure), (Decision::Allow, None), "{}", store.name);
        assert!(call(&first, "wire").decision.runs(), "it is the session of that name");
        third.end();
        assert_eq!(call(&first, "ls").failure, Some(Failure::SessionEnded), "{}", store.name);
        assert_eq!(call(&first, "ls").decision, Decision::Block);
    }
}

/// What the store holds of the session, and puts something else in its place.
fn replace(store: &dyn Store, with: Option<&[u8]>) -> Vec<u8> {
    let mut held = Vec::new();
    let key = Key { agent: "treasurer", session: "s" };
    let visited = store.visit(key, &mut |taken| {
        held = taken.state()?.unwrap_or_default();
        Ok(with.map_or(Left::Unchanged, |with| Left::Changed(with.to_vec())))
    });
    visited.unwrap();
    held
}

#[test]
fn what_sessions_of_several_guards_share_is_counted_once() {
    let text = "agents: {treasurer: {contracts: [
        {G: 'tool `wire` at most 40 times', scope: user},
        {G: 'tool `ls` at most 1 time', scope: global, for_each: args.path}]}}";
    let program = Place::with(text).program(Mode::Enforce);
    for store in every(None) {
        let identity = |session: &str, user: &str| Identity {
            user: Some(user.into()),
            ..Identity::named(session)
        };
        let runs: usize = std::thread::scope(|scope| {
            let thread = |n: usize| {
                let guard = store.guard(&program);
                let session = guard.session_of(identity(&n.to_string(), "u")).unwrap();
                scope.spawn(move || {
                    (0..10).filter(|_| call(&session, "wire").decision.runs()).count()
                })
            };
            let threads: Vec<_> = (0..8).map(thread).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(runs, 40, "{}", store.name);
        let other = store.guard(&program).session_of(identity("other", "v")).unwrap();
        assert_eq!(call(&other, "wire").decision, Decision::Allow, "{}", store.name);
        let list = |session: &GuardSession, path: &str| {
            session.before_call("ls", &args(&format!(r#"{{"path": "{path}"}}"#))).decision
        };
        let again = store.guard(&program).session_of(identity("1", "u")).unwrap();
        assert_eq!(list(&other, "/a"), Decision::Allow, "{}", store.name);
        assert_eq!(list(&again, "/a"), Decision::Block, "{}", store.name);
        assert_eq!(list(&again, "/b"), Decision::Allow, "{}", store.name);
        assert_eq!((store.open)().sessions().unwrap(), 9, "{}", store.name);
    }
}

#[test]
fn a_session_that_is_damaged_is_refused_and_left_as_it_is() {
    let (_place, program) = limited(3);
    for store in every(None) {
        assert!(call(&store.session(&program), "wire").decision.runs());
        let raw = (store.open)();
        let whole = replace(&*raw, None);
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x10;
            replace(&*raw, Some(&damaged));
            let answer = call(&store.session(&program), "wire");
            let failed = answer.failure == Some(Failure::StoreUnreadable);
            // A name of an earlier event is not part of what decides.
            let is_name = answer.decision.runs() && at + 30 > whole.len();
            let is_refused = failed && answer.decision == Decision::Block;
            assert!(is_refused || is_name, "{}, byte {at}: {answer:?}", store.name);
            if failed {
                assert_eq!(replace(&*raw, None), damaged, "{}, byte {at}", store.name);
            }
        }
    }
}

#[test]
fn a_store_holds_the_sessions_that_have_not_ended() {
    let (_place, program) = limited(3);
    for store in every(None) {
        let guard = store.guard(&program);
        let sessions = ["a", "b", "c"].map(|name| guard.session(name).unwrap());
        sessions.iter().for_each(|session| assert!(call(session, "wire").decision.runs()));
        let [a, ..] = sessions;
        a.end();
        assert_eq!((store.open)().sessions().unwrap(), 2, "{}", store.name);
    }
}

#[test]
fn names_of_agents_and_sessions_do_not_run_into_each_other() {
    for store in every(None) {
        let store_of = (store.open)();
        let keys =
            [("a", "b:c"), ("a:b", "c"), ("1:a", "b"), ("a", "{b}*?[c]"), ("ä\u{0}", "\u{0}")];
        let mut versions = Vec::new();
        for (at, (agent, session)) in keys.into_iter().enumerate() {
            let state = vec![u8::try_from(at).unwrap(); at + 1];
            let key = Key { agent, session };
            let version = store_of
                .visit(key, &mut |taken| {
                    assert_eq!((taken.version(), taken.state()?), (0, None), "{}", store.name);
                    Ok(Left::Changed(state.clone()))
                })
                .unwrap();
            versions.push((version, state));
        }
        for ((agent, session), (version, state)) in keys.into_iter().zip(versions) {
            let look = &mut |taken: &mut dyn sponsio_guard::store::Taken| {
                assert_eq!(taken.version(), version, "{}", store.name);
                assert_eq!(taken.state()?.as_ref(), Some(&state), "{}", store.name);
                Ok(Left::Unchanged)
            };
            assert_eq!(store_of.visit(Key { agent, session }, look).unwrap(), version);
        }
    }
}

#[test]
fn a_version_is_never_that_of_another_state() {
    for store in every(None) {
        let store_of = (store.open)();
        let key = Key { agent: "a", session: "s" };
        let mut seen = std::collections::BTreeSet::new();
        for n in 0..60 {
            let version = store_of.visit(key, &mut |_| Ok(Left::Changed(vec![n]))).unwrap();
            assert!(seen.insert(version), "{}: {version} twice", store.name);
            if n % 3 == 0 {
                assert_eq!(store_of.visit(key, &mut |_| Ok(Left::Ended)).unwrap(), 0);
            }
        }
    }
}

#[test]
fn a_visit_that_fails_or_panics_leaves_the_session_as_it_was_and_to_others() {
    for store in every(None) {
        let store_of = (store.open)();
        let key = Key { agent: "treasurer", session: "s" };
        replace(&*store_of, Some(b"before"));
        let failed = store_of.visit(key, &mut |_| Err(sponsio_guard::store::StoreError::Busy));
        assert!(failed.is_err(), "{}", store.name);
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _ = store_of.visit(key, &mut |_| panic!("somebody else's mistake"));
        }));
        assert!(panicked.is_err());
        assert_eq!(replace(&*store_of, Some(b"after")), b"before", "{}", store.name);
        assert_eq!(replace(&*(store.open)(), None), b"after", "{}", store.name);
    }
}

#[test]
fn a_session_that_nobody_moved_for_long_enough_begins_anew_where_sessions_expire() {
    let (_place, program) = limited(1);
    for store in every(Some(Duration::from_secs(1))) {
        let (session, other) = (store.session(&program), store.session(&program));
        assert!(call(&session, "wire").decision.runs());
        assert_eq!(call(&other, "wire").decision, Decision::Block, "{}", store.name);
        let look = (store.open)();
        while look.sessions().unwrap() > 0 {
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(call(&session, "wire").decision.runs(), "{}", store.name);
        assert_eq!(call(&other, "wire").decision, Decision::Block, "{}", store.name);
        assert_eq!(call(&store.session(&program), "wire").decision, Decision::Block);
    }
}

#[test]
fn guards_that_share_a_session_answer_as_one_that_has_it_alone() {
    let place = Place::with(CONTRACTS);
    let program = place.program(Mode::Enforce);
    for store in every(None) {
        let sharing = [store.guard(&program), store.guard(&program)];
        let events = proptest::collection::vec((0..6usize, 0..3usize, any::<bool>()), 1..24);
        let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
            cases: 48,
            failure_persistence: None,
            ..ProptestConfig::default()
        });
        let number = std::cell::Cell::new(0);
        let each = |events: Vec<(usize, usize, bool)>| {
            number.set(number.get() + 1);
            let name = format!("case {}", number.get());
            let alone = Guard::new(settings(&program)).session(&name).unwrap();
            let sharing = sharing.each_ref().map(|guard| guard.session(&name).unwrap());
            for (tool, amount, which) in events {
                let tool = ["wire", "verify", "shell", "note", "receipt", "ls"][tool];
                let given = args(["{}", r#"{"amount": 9}"#, r#"{"amount": 9000}"#][amount]);
                let (expect, got) = (
                    alone.before_call(tool, &given),
                    sharing[usize::from(which)].before_call(tool, &given),
                );
                prop_assert_eq!(&got, &expect);
                prop_assert_eq!(sharing[usize::from(!which)].owed(), alone.owed());
                let menu = ["wire", "note", "shell"];
                prop_assert_eq!(sharing[usize::from(!which)].filter(&menu), alone.filter(&menu));
            }
            Ok(())
        };
        runner.run(&events, each).unwrap_or_else(|error| panic!("{}: {error}", store.name));
    }
}
