//! What a call does: found out before it is decided, and kept in the log as what was asked.

use sponsio_engine::decision::Decision;
use sponsio_engine::strategy::Mode;
use sponsio_guard::replay::replay;

use super::{Place, args, guard_of};

const CONTRACTS: &str = r#"
sets: {secrets: [/etc/**]}
agents:
  treasurer:
    contracts:
      - desc: no unseen programs
        G: {ltl: "G !opaque(run)"}
      - desc: rehearse
        G: {ltl: "G !called(shell)"}
        strategy: {redirect_to_safe: {tool: frobnicate, message: only rehearsals}}
      - desc: no secrets
        G: {ltl: "G !touches(@secrets, any)"}
"#;

#[test]
fn a_call_that_nobody_understands_is_opaque_and_its_log_says_the_same_again() {
    let program = Place::with(CONTRACTS).program(Mode::Enforce);
    let (guard, _, memory) = guard_of(&program);
    let session = guard.session("s").unwrap();
    let script = args(r#"{"script": "%%% no language %%%"}"#);
    let answer = session.before_call("frobnicate", &script);
    assert_eq!(answer.decision, Decision::Block, "{}", answer.reason);
    assert!(answer.reason.contains("could, as far as can be told, do `run`"), "{}", answer.reason);
    // The substitute does what its tool does, and is refused for that.
    assert_eq!(session.before_call("shell", &script).decision, Decision::Block);
    let lines: Vec<_> = memory.lines().into_iter().enumerate().collect();
    let replayed = replay(&lines, &mut |_| Some(program.clone()));
    assert!(replayed.is_exact(), "{replayed:?}");
}
