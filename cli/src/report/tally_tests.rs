//! Tests of the tally: each kind of line is counted where it belongs, and an approval says that an alarm was false.

use super::*;

const CALL: &str = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

/// The tally of lines, each the members that follow those that every line has.
fn tally(lines: &[&str]) -> Tally {
    let mut tally = Tally::default();
    for (index, members) in lines.iter().enumerate() {
        let text = format!(
            "{{\"v\":1,\"ts\":{index},\"seq\":1,\"program\":\"0\",\"mode\":\"enforce\",{members}}}"
        );
        let text = text.replace("$CALL", CALL);
        tally.add(&Glance::read(text.as_bytes()).unwrap());
    }
    tally
}

fn call(tool: &str, decision: &str, contract: &str, outcome: &str) -> String {
    format!(
        r#""session":"s","agent":"a","kind":"tool_call","tool":"{tool}","digest":"$CALL","decision":"{decision}",
        "contracts":[{{"contract":"{contract}","outcome":"{outcome}","witness":["w {tool}"]}}]"#
    )
}

const APPROVAL: &str = r#""session":"s","agent":"a","kind":"approval","subject":"c","digest":"$CALL",
    "decision":"allow""#;

#[test]
fn an_event_is_counted_by_what_came_of_it() {
    let tally = tally(&[
        &call("t", "block", "c", "blocked"),
        &call("t", "redirect", "c", "redirected"),
        &call("u", "warn", "d", "warned"),
        &call("u", "allow", "d", "observed"),
        r#""session":"r","agent":"b","kind":"tool_result","tool":"u","decision":"allow","latency_us":5"#,
        r#""session":"r","agent":"b","kind":"session_end","decision":"allow","owed":["c"],"failure":"x""#,
    ]);
    let counts = Counts {
        warned: 1,
        redirected: 1,
        blocked: 1,
        observed: 1,
        failed: 1,
        ..Counts::default()
    };
    assert_eq!(tally.total, Counts { events: 6, calls: 4, ..counts });
    assert_eq!((tally.total.stopped(), tally.total.objected()), (2, 4));
    assert_eq!(tally.sessions(), (2, false));
    assert_eq!((tally.first, tally.last), (Some(Timestamp(0)), Some(Timestamp(5_000_000))));
    let names = |rows: Vec<(&str, &Counts)>| {
        rows.into_iter()
            .map(|(name, c)| format!("{name} {} {}", c.events, c.stopped()))
            .collect::<Vec<_>>()
    };
    assert_eq!(names(tally.agents.by(|c| c.events)), ["a 4 2", "b 2 0"]);
    assert_eq!(names(tally.tools.by(|c| c.events)), ["t 2 2", "u 2 0"]);
    let contracts = tally.contracts.by(|c| c.objections.all());
    let (name, contract) = contracts[0];
    assert_eq!((name, contract.owed, contract.witness.as_str()), ("c", 1, "w t"));
    assert_eq!(
        contract.objections,
        Objections { redirected: 1, blocked: 1, ..Objections::default() }
    );
    assert_eq!((contract.first, contract.last), (Some(Timestamp(0)), Some(Timestamp(5_000_000))));
    assert_eq!(
        contracts[1].1.objections,
        Objections { observed: 1, warned: 1, ..Objections::default() }
    );
    let sessions = tally.objected.by(|o| o.counts.objected());
    assert_eq!((sessions.len(), sessions[0].0, &*sessions[0].1.agent), (1, "s", "a"));
    assert_eq!((tally.latency.count(), tally.latency.max()), (1, 5));
}

/// Calls that a contract asked about, and those that were approved.
#[track_caller]
fn check_approved(lines: &[&str], expect: (u32, u32)) {
    let tally = tally(lines);
    let share = tally.contracts.by(|_| 0)[0].1.approved;
    assert_eq!((share.of, share.count), expect);
}

#[test]
fn an_approved_call_was_a_false_alarm() {
    let asks = call("t", "escalate", "c", "escalated");
    let runs = call("t", "allow", "c", "approved");
    check_approved(&[&asks], (1, 0));
    check_approved(&[&asks, &asks], (1, 0));
    check_approved(&[&asks, &asks, APPROVAL, &runs], (1, 1));
    check_approved(&[&asks, APPROVAL, APPROVAL, &runs, &asks], (2, 1));
    check_approved(&[&asks, &APPROVAL.replace("\"c\"", "\"d\"")], (1, 0));
    check_approved(&[&asks, &APPROVAL.replace("\"s\"", "\"r\"")], (1, 0));
    check_approved(&[APPROVAL, &asks], (1, 0));
}

#[test]
fn a_blocked_call_asks_nobody_although_one_contract_would() {
    let both = call("t", "block", "c", "blocked").replace(
        "\"contracts\":[",
        "\"contracts\":[{\"contract\":\"d\",\"outcome\":\"escalated\"},",
    );
    let without_digest = both.replace("\"digest\":\"$CALL\",", "");
    let tally = tally(&[&without_digest]);
    let rows = tally.contracts.by(|_| 0);
    assert!(rows.iter().all(|(_, contract)| contract.approved.of == 0), "{rows:?}");
}
