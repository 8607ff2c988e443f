//! A person approves one call: it runs once, and nothing else does.

use std::sync::Arc;

use sponsio_engine::decision::{Decision, Outcome};
use sponsio_engine::event::{Digest, Timestamp};
use sponsio_engine::program::Program;
use sponsio_engine::strategy::Mode;
use sponsio_guard::approval::ApprovalError;
use sponsio_guard::clock::Manual;
use sponsio_guard::recorder::Memory;
use sponsio_guard::replay::replay;
use sponsio_guard::{Answer, Guard, GuardSession};
use sponsio_record::log;
use sponsio_record::schema::canonical::call_digest;

use super::{CONTRACTS, Place, args, guard_of};

const LARGE: &str = r#"{"amount": 9000, "to": "x"}"#;
const UNTIL: Timestamp = Timestamp(1_718_000_060_000_000);

/// A session in which `wire` may run, but for what its amount is.
struct Desk {
    program: Arc<Program>,
    guard: Guard,
    clock: Arc<Manual>,
    memory: Memory,
    session: GuardSession,
}

impl Desk {
    fn new() -> Self {
        let program = Place::with(CONTRACTS).program(Mode::Enforce);
        let (guard, clock, memory) = guard_of(&program);
        let session = guard.session("s").unwrap();
        session.before_call("verify", &args("{}"));
        Self { program, guard, clock, memory, session }
    }

    fn wire(&self, arguments: &str) -> Answer {
        self.session.before_call("wire", &args(arguments))
    }

    /// Asks for the large wire, which waits, and approves it.
    #[track_caller]
    fn approve(&self) -> Digest {
        let answer = self.wire(LARGE);
        assert_eq!(answer.decision, Decision::Escalate);
        let digest = answer.digest.unwrap();
        self.session.approve("small wires", digest, UNTIL).unwrap();
        digest
    }

    /// Every decision comes out the same from the log.
    #[track_caller]
    fn replays(&self) {
        let lines = self.memory.lines();
        let text: String = lines.iter().map(|line| line.write() + "\n").collect();
        let replayed =
            replay(&log::read(text.as_bytes()).unwrap(), &mut |_| Some(self.program.clone()));
        assert!(replayed.is_exact() && replayed.lines == lines.len(), "{replayed:?}");
    }
}

#[test]
fn a_call_that_waits_has_its_digest_and_no_other_call_has_one() {
    let desk = Desk::new();
    let answer = desk.wire(LARGE);
    assert_eq!(answer.digest, Some(call_digest("wire", &args(LARGE))));
    assert_eq!(answer.line.digest, answer.digest);
    assert_eq!(desk.wire(r#"{"amount": 1}"#).line.digest, None);
    assert_eq!(desk.session.before_call("shell", &args("{}")).digest, None);
}

#[test]
fn an_approved_call_runs_once() {
    let desk = Desk::new();
    desk.approve();
    // The order of the members makes no other call.
    let answer = desk.wire(r#"{"to": "x", "amount": 9000.0}"#);
    assert_eq!((answer.decision, answer.digest), (Decision::Allow, None));
    assert_eq!(answer.objections[0].outcome, Outcome::Approved);
    assert_eq!(
        answer.reason,
        "`wire` runs, as a person approved it for the contract \"small wires\": \
         the argument `amount` must be at most 5000"
    );
    assert_eq!(answer.message, "APPROVED: treasurer.wire. by a person: small wires");
    assert_eq!(desk.wire(LARGE).decision, Decision::Escalate);
    desk.replays();
}

#[test]
fn another_call_or_session_or_contract_waits() {
    let desk = Desk::new();
    let digest = desk.approve();
    assert_eq!(desk.wire(r#"{"amount": 9000, "to": "y"}"#).decision, Decision::Escalate);
    let other = desk.guard.session("t").unwrap();
    other.before_call("verify", &args("{}"));
    assert_eq!(other.before_call("wire", &args(LARGE)).decision, Decision::Escalate);
    let refused = ApprovalError::Contract("verify first".into());
    assert_eq!(desk.session.approve("verify first", digest, UNTIL), Err(refused));
    // None of it used the approval up.
    assert_eq!(desk.wire(LARGE).decision, Decision::Allow);
    desk.replays();
}

#[test]
fn an_approval_holds_to_its_last_moment() {
    for (late, expect) in [(0, Decision::Allow), (1, Decision::Escalate)] {
        let desk = Desk::new();
        let digest = desk.approve();
        desk.clock.set(Timestamp(UNTIL.0 + late));
        assert_eq!(desk.wire(LARGE).decision, expect);
        desk.replays();
        if late > 0 {
            let again = desk.session.approve("small wires", digest, UNTIL);
            assert_eq!(again, Err(ApprovalError::Expired));
        }
    }
}

#[test]
fn a_call_that_another_contract_refuses_does_not_use_its_approval_up() {
    let program = Place::with(CONTRACTS).program(Mode::Enforce);
    let (guard, ..) = guard_of(&program);
    let session = guard.session("s").unwrap();
    let wire = || session.before_call("wire", &args(LARGE));
    let digest = call_digest("wire", &args(LARGE));
    session.approve("small wires", digest, UNTIL).unwrap();
    // Nothing was verified.
    let answer = wire();
    assert_eq!((answer.decision, answer.digest), (Decision::Block, None));
    session.before_call("verify", &args("{}"));
    assert_eq!(wire().decision, Decision::Allow);
    assert_eq!(wire().decision, Decision::Escalate);
}

#[test]
fn a_contract_that_does_not_exist_cannot_be_approved() {
    let desk = Desk::new();
    let lines = desk.memory.lines().len();
    let error = desk.session.approve("smal wires", Digest([0; 32]), UNTIL).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no contract called `smal wires` asks for approvals; approve a contract that the answer names"
    );
    assert_eq!(desk.memory.lines().len(), lines, "nothing happened");
}

#[test]
fn a_caller_cannot_give_a_call_the_digest_of_another() {
    let desk = Desk::new();
    let digest = desk.approve();
    let call = sponsio_engine::event::CallRef { digest: Some(digest), ..Default::default() };
    let other = args(r#"{"amount": 1000000}"#);
    let answer = desk.session.before_call_with("wire", &other, call);
    assert_eq!(answer.decision, Decision::Escalate);
    assert_eq!(answer.digest, Some(call_digest("wire", &other)));
}
