//! Tests of the glance at a line: it says what the whole line says, and refuses what is none.

use proptest::prelude::*;

use super::super::line::{ContractLine, Line};
use super::*;

const LINE: &str = r#"{"v":1,"ts":1718000000.25,"seq":4,"session":"s-1","agent":"a","kind":"tool_call",
    "tool":"t","digest":"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
    "args":{"secret":[1,{"x":null}]},"truths":{"called(t)":"true"},"decision":"escalate","mode":"enforce",
    "contracts":[{"contract":"first","id":0,"hash":"01","before":"holding","after":"violated",
    "outcome":"escalated","witness":["because"]}],"program":"02","latency_us":7}"#;

#[track_caller]
fn agree(line: &Line) {
    let text = line.write();
    let glance = Glance::read(text.as_bytes()).unwrap();
    let said = |contract: &ContractLine| Said {
        contract: contract.contract.to_string().into(),
        outcome: contract.outcome,
        witness: texts_of(&contract.witness),
    };
    let text_of = |text: &Option<Box<str>>| text.as_deref().map(|text| text.to_owned().into());
    let expect = Glance {
        time: line.time,
        session: line.session.to_string().into(),
        agent: line.agent.to_string().into(),
        kind: line.kind,
        tool: text_of(&line.tool),
        subject: text_of(&line.subject),
        digest: line.digest,
        decision: line.decision,
        mode: line.mode,
        contracts: line.contracts.iter().map(said).collect(),
        owed: texts_of(&line.owed),
        failure: text_of(&line.failure),
        latency: line.latency,
    };
    assert_eq!(glance, expect);
}

fn texts_of(texts: &[Box<str>]) -> Vec<Cow<'static, str>> {
    texts.iter().map(|text| text.to_string().into()).collect()
}

#[track_caller]
fn refused(from: &str, to: &str, expect: &str) {
    let error = Glance::read(LINE.replacen(from, to, 1).as_bytes()).unwrap_err().to_string();
    assert!(error.contains(expect), "{error}");
}

#[test]
fn texts_without_escapes_stay_in_the_line() {
    let glance = Glance::read(LINE.as_bytes()).unwrap();
    let borrowed = |text: &Cow<'_, str>| matches!(text, Cow::Borrowed(_));
    assert!(borrowed(&glance.session) && glance.tool.as_ref().is_some_and(borrowed));
    assert!(borrowed(&glance.contracts[0].contract) && borrowed(&glance.contracts[0].witness[0]));
    agree(&Line::read(LINE.as_bytes(), 1).unwrap());
}

#[test]
fn what_is_no_line_is_refused() {
    refused("{\"v\":1,", "", "invalid type");
    refused("\"v\":1", "\"v\":2", "version 1 is");
    refused("\"agent\":\"a\",", "", "missing field `agent`");
    refused("\"agent\":\"a\"", "\"agent\":\"a\",\"agent\":\"b\"", "duplicate field `agent`");
    refused("1718000000.25", "-1", "`-1` is no time");
    refused("1718000000.25", "\"1\"", "is no time");
    refused("1718000000.25", "1e99", "is no time");
    refused("\"escalate\"", "\"maybe\"", "there is no decision `maybe`");
    refused("\"tool_call\"", "\"call\"", "there is no kind `call`");
    refused("\"enforce\"", "\"\"", "there is no mode ``");
    refused("\"escalated\"", "\"gone\"", "there is no outcome `gone`");
    refused("44136fa3", "44136fax", "there is no digest `44136fax");
    refused("}]", "}", "expected");
    let long = format!("{LINE}{}", " ".repeat(LOG_LINE_BYTES_MAX));
    assert!(Glance::read(long.as_bytes()).unwrap_err().to_string().contains("8388608 bytes"));
}

#[test]
fn a_line_is_about_contracts_it_names() {
    let glance = Glance::read(LINE.as_bytes()).unwrap();
    assert!(glance.is_about("first") && !glance.is_about("second"));
    let approval =
        LINE.replace("tool_call", "approval").replace("\"tool\":\"t\"", "\"subject\":\"second\"");
    assert!(Glance::read(approval.as_bytes()).unwrap().is_about("second"));
}

proptest! {
    #[test]
    fn the_glance_says_what_the_line_says(
        session in ".{0,20}", agent in ".{0,9}", tool in proptest::option::of(".{0,20}"), owed in ".{0,9}",
        contract in ".{0,9}", witness in ".{0,20}", micros in 0..i64::MAX, latency: u64, kind in 0..12usize,
        outcome in proptest::option::of(0..6usize), decision in 0..5usize, failure in proptest::option::of(".{0,9}"),
    ) {
        let mut line = Line::read(LINE.as_bytes(), 1).unwrap();
        line.time = Timestamp(micros);
        line.session = session.into();
        line.agent = agent.into();
        line.kind = Kind::ALL[kind];
        line.tool = tool.map(Into::into);
        line.decision = Decision::ALL[decision];
        line.contracts[0].contract = contract.into();
        line.contracts[0].witness = vec![witness.into()];
        line.contracts[0].outcome = outcome.map(|at| decision::Outcome::ALL[at]);
        line.owed = vec![owed.into()];
        line.failure = failure.map(Into::into);
        line.latency = latency;
        agree(&line);
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), at in 0..400usize) {
        let _ = Glance::read(&bytes);
        let mut line = LINE.as_bytes().to_vec();
        line.truncate(at);
        line.extend(&bytes);
        let _ = Glance::read(&line);
    }
}
