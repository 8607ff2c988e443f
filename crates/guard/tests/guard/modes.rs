//! Which mode holds, and what a configuration that cannot be used leads to.

use sponsio_engine::decision::Decision;
use sponsio_engine::strategy::Mode::{self, Enforce, Observe};
use sponsio_guard::discover::Environment;
use sponsio_guard::failure::Failure;
use sponsio_guard::guard::{Guard, OpenError, Request};

use super::{Place, args};

const CONTRACT: &str =
    "agents: {treasurer: {contracts: [{desc: none, G: {ltl: 'G !called(wire)'}}]}}\n";
const OWN_MODE: &str = "agents: {treasurer: {contracts: [{desc: none, mode: enforce, \
    G: {ltl: 'G !called(wire)'}}]}}\n";

fn open(text: &str, environment: Option<&str>, option: Option<Mode>) -> Result<Guard, OpenError> {
    let place = Place::with(text);
    let request = Request {
        config: Some(place.config()),
        agent: "treasurer".into(),
        mode: option,
        environment: Environment { mode: environment.map(Into::into), ..Environment::default() },
        ..Request::default()
    };
    Guard::open(&request).map(|opened| opened.guard)
}

/// Whether a violation is stopped.
#[track_caller]
fn check(text: &str, environment: Option<&str>, option: Option<Mode>, expect: Decision) {
    let guard = open(text, environment, option).unwrap();
    let answer = guard.session("s").unwrap().before_call("wire", &args("{}"));
    assert_eq!(answer.decision, expect);
}

#[test]
fn the_environment_comes_before_the_option_before_the_file() {
    let enforcing = format!("{CONTRACT}runtime: {{mode: enforce}}\n");
    check(CONTRACT, None, None, Decision::Allow);
    check(CONTRACT, None, Some(Enforce), Decision::Block);
    check(CONTRACT, Some("enforce"), Some(Observe), Decision::Block);
    check(&enforcing, None, None, Decision::Block);
    check(&enforcing, None, Some(Observe), Decision::Allow);
    check(&enforcing, Some("observe"), Some(Enforce), Decision::Allow);
}

#[test]
fn a_contract_with_a_mode_of_its_own_gives_way_only_to_observing_from_outside() {
    check(OWN_MODE, None, None, Decision::Block);
    check(OWN_MODE, None, Some(Observe), Decision::Allow);
    check(OWN_MODE, Some("observe"), None, Decision::Allow);
}

#[test]
fn a_mode_that_is_none_is_an_error() {
    let error = open(CONTRACT, Some("enforced"), Some(Observe)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`SPONSIO_MODE` is `enforced`, which is neither `enforce` nor `observe`"
    );
    assert!(matches!(error, OpenError::Mode(_)));
}

#[track_caller]
fn refused(text: &str, failure: Failure, message: &str) {
    let decisions = [
        (None, Decision::Block),
        (Some(Enforce), Decision::Block),
        (Some(Observe), Decision::Allow),
    ];
    for (option, decision) in decisions {
        let OpenError::Load(error) = open(text, None, option).unwrap_err() else { panic!() };
        assert_eq!((error.failure(), error.decision()), (failure, decision));
        assert!(error.to_string().contains(message), "{error}");
    }
}

#[test]
fn a_configuration_that_cannot_be_used_is_an_error_in_every_mode() {
    refused("agents: [", Failure::ConfigurationUnusable, "sponsio.yaml:1:");
    refused("agents: {treasurer: {contracts: []}}", Failure::NoContracts, "");
    refused("", Failure::NoContracts, "");
    refused(
        "agents: {treasurer: {contracts: [{desc: x, G: {ltl: 'G(('}}]}}",
        Failure::ConfigurationUnusable,
        "the contracts cannot be used: ",
    );
}

#[test]
fn an_agent_without_contracts_is_decided_by_the_mode_of_the_file() {
    let agent =
        |id: &str| format!("{id}: {{contracts: [{{desc: x, G: {{ltl: 'G !called(x)'}}}}]}}");
    let of = |mode: &str| {
        format!("agents: {{{}, {}}}\nruntime: {{mode: {mode}}}", agent("a"), agent("b"))
    };
    for (mode, decision) in [("enforce", Decision::Block), ("observe", Decision::Allow)] {
        let OpenError::Load(error) = open(&of(mode), None, None).unwrap_err() else { panic!() };
        assert!(error.to_string().contains("there is no agent `treasurer`"), "{error}");
        assert_eq!(error.decision(), decision);
    }
}

#[test]
fn a_file_that_is_missing_is_an_error() {
    let request = Request {
        config: Some("/nonexistent/sponsio.yaml".into()),
        agent: "a".into(),
        ..Request::default()
    };
    let OpenError::Load(error) = Guard::open(&request).unwrap_err() else { panic!() };
    assert!(error.to_string().contains("it does not exist"), "{error}");
    assert_eq!(error.decision(), Decision::Block);
}

#[test]
fn one_enforced_contract_closes_a_guard_that_observes() {
    let guard = open(OWN_MODE, None, None).unwrap();
    assert_eq!((guard.mode(), guard.without_session()), (Observe, Decision::Block));
    assert_eq!(open(CONTRACT, None, None).unwrap().without_session(), Decision::Allow);
    // A directory is no log: what is enforced cannot be recorded, so the guard does not open.
    let open_with_log = |text: &str| {
        let place = Place::with(text);
        let request = Request {
            config: Some(place.config()),
            agent: "treasurer".into(),
            log: Some(place.path().to_path_buf()),
            ..Request::default()
        };
        Guard::open(&request).map(|opened| opened.guard)
    };
    assert!(matches!(open_with_log(OWN_MODE), Err(OpenError::Log { .. })));
    assert!(open_with_log(CONTRACT).is_ok());
}
