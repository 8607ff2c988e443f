//! A guard that is opened with a store: who says which, and what holds where it cannot be opened.

use sponsio_engine::decision::Decision;
use sponsio_engine::strategy::Mode;
use sponsio_guard::discover::Environment;
use sponsio_guard::failure::Failure;
use sponsio_guard::guard::{OpenError, Request};
use sponsio_guard::store::Address;
use sponsio_guard::{Guard, GuardSession};

use super::{call, limited};
use crate::Place;

#[test]
fn a_guard_whose_store_cannot_be_opened_does_not_start_or_lets_everything_run() {
    let (place, _) = limited(1);
    std::fs::create_dir(place.path().join("sessions.db")).unwrap();
    let open = |mode| {
        let store = Some(Address::from(place.path().join("sessions.db")));
        let (config, agent) = (Some(place.config()), "treasurer".to_owned());
        Guard::open(&Request { config, agent, store, mode: Some(mode), ..Request::default() })
    };
    let Err(OpenError::Store(error)) = open(Mode::Enforce) else { panic!("it is open") };
    assert!(error.to_string().contains("sessions.db"), "{error}");
    let session = open(Mode::Observe).unwrap().guard.session("s").unwrap();
    for _ in 0..3 {
        let answer = call(&session, "wire");
        assert_eq!(
            (answer.decision, answer.failure),
            (Decision::Allow, Some(Failure::StoreUnavailable))
        );
    }
}

#[test]
fn a_guard_that_is_opened_with_a_store_goes_on_where_another_one_was() {
    let (place, _) = limited(1);
    let open = || {
        let store = Some(Address::from(place.path().join("s/sessions.db")));
        let (config, agent) = (Some(place.config()), "treasurer".to_owned());
        let mode = Some(Mode::Enforce);
        let request = Request { config, agent, store, mode, ..Request::default() };
        Guard::open(&request).unwrap().guard.session("s").unwrap()
    };
    assert!(call(&open(), "wire").decision.runs());
    assert_eq!(call(&open(), "wire").decision, Decision::Block);
}

/// The session of a guard in enforce mode whose store the configuration and the environment name.
fn opened(sessions: &str, environment: Option<&str>) -> (Place, Result<GuardSession, OpenError>) {
    let text = format!(
        "sessions: {{{sessions}}}\nagents: {{treasurer: [\"tool `wire` at most 1 times\"]}}\n"
    );
    let place = Place::with(&text);
    let session = open(&place, environment);
    (place, session)
}

fn open(place: &Place, environment: Option<&str>) -> Result<GuardSession, OpenError> {
    let store = environment.map(str::to_owned);
    let request = Request {
        config: Some(place.config()),
        agent: "treasurer".to_owned(),
        mode: Some(Mode::Enforce),
        environment: Environment { store, ..Environment::default() },
        ..Request::default()
    };
    Ok(Guard::open(&request)?.guard.session("s").unwrap())
}

#[test]
fn the_store_of_a_configuration_is_below_its_folder_and_shared_by_whoever_uses_it() {
    let (place, session) = opened("store: \"sqlite:s/sessions.db\"", None);
    assert!(call(&session.unwrap(), "wire").decision.runs());
    assert!(place.path().join("s/sessions.db").is_file());
    assert_eq!(call(&open(&place, None).unwrap(), "wire").decision, Decision::Block);
}

#[test]
fn the_environment_comes_before_the_configuration() {
    let (place, session) = opened("store: s.db", Some("memory"));
    assert!(call(&session.unwrap(), "wire").decision.runs());
    assert!(!place.path().join("s.db").exists());
    assert!(call(&open(&place, Some("memory")).unwrap(), "wire").decision.runs());
    let path = place.path().join("other.db").to_str().unwrap().to_owned();
    assert!(call(&open(&place, Some(&path)).unwrap(), "wire").decision.runs());
    assert_eq!(call(&open(&place, Some(&path)).unwrap(), "wire").decision, Decision::Block);
}

#[test]
fn a_store_that_does_not_exist_as_a_kind_is_refused_at_the_start() {
    for (sessions, environment) in
        [("store: \"mysql://u:hunter2@h\"", None), ("store: s.db", Some("mysql://u:hunter2@h"))]
    {
        let error = opened(sessions, environment).1.unwrap_err().to_string();
        assert!(error.contains("`mysql:` is no kind of store"), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[test]
fn sessions_of_one_process_expire_where_the_configuration_says_so() {
    let (_place, session) = opened("idle_seconds: 1", None);
    let session = session.unwrap();
    assert!(call(&session, "wire").decision.runs());
    // A refusal is an event too, so the session is left alone until it has expired.
    std::thread::sleep(std::time::Duration::from_secs(1));
    assert!(call(&session, "wire").decision.runs());
}
