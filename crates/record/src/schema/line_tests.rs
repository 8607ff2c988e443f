//! Tests of the lines of a log: the documented line, what is refused, and the round trip.

use proptest::prelude::*;

use super::*;
use crate::chain::{Link, seal};

const PAGE: &str = include_str!("../../../../docs/reference/log.md");

/// The documented line, without the line breaks that are there for reading.
fn sealed() -> String {
    let block = PAGE.split("```json\n").nth(1).unwrap().split("```").next().unwrap();
    block.replace('\n', "")
}

/// The documented line without its place in the chain.
fn documented() -> String {
    let sealed = sealed();
    let (line, _) = sealed.split_once(",\"line\":").unwrap();
    format!("{line}}}")
}

#[track_caller]
fn refused(line: &str, expect: &str) {
    assert_eq!(Line::read(line.as_bytes(), 7).unwrap_err().to_string(), expect);
}

#[test]
fn the_documented_line_reads_and_is_written_the_same() {
    let line = Line::read(documented().as_bytes(), 1).unwrap();
    assert_eq!(line.write(), documented());
    assert_eq!(seal(&line.write(), Link::START, 0).unwrap().0, sealed());
    assert_eq!(Line::read(sealed().as_bytes(), 1), Ok(line.clone()));
    assert_eq!(line.time, Timestamp(1_718_000_000_250_000));
    assert_eq!(line.decision, Decision::Block);
    assert_eq!(line.contracts[0].outcome, Some(decision::Outcome::Blocked));
    let call = Event::call(line.time, "wire_transfer", Value::empty());
    assert_eq!(line.event(), call.by("treasurer"));
}

#[test]
fn the_page_lists_exactly_the_keys_in_the_order_they_are_written() {
    let line = full();
    let object = value::parse(&line.write()).unwrap();
    let Value::Object(members) = &object else { panic!() };
    let Some(Value::List(contracts)) = object.member("contracts") else { panic!() };
    let Value::Object(inner) = &contracts[0] else { panic!() };
    let names =
        |members: &[(Box<str>, Value)]| members.iter().map(|m| m.0.to_string()).collect::<Vec<_>>();
    let rows =
        PAGE.lines().filter_map(|l| l.strip_prefix("| `")).map(|l| l.split('`').next().unwrap());
    let mut expect = names(members);
    expect.extend(["torn", "line", "prev", "hash"].map(str::to_owned));
    expect.extend(names(inner));
    assert_eq!(rows.collect::<Vec<_>>(), expect);
}

#[test]
fn keys_that_are_unknown_are_ignored() {
    let longer = documented().replacen("{\"v\":1,", "{\"v\":1,\"colour\":[{}],\"shape\":\"x\",", 1);
    assert_eq!(Line::read(longer.as_bytes(), 1), Line::read(documented().as_bytes(), 1));
}

#[test]
fn a_line_that_does_not_say_what_it_must_is_refused_with_its_place() {
    let with = |from: &str, to: &str| documented().replacen(from, to, 1);
    refused("", "line 7, column 1: there is no JSON here");
    refused("{\"v\":1", "line 7, column 7: the JSON ends too early");
    refused(&with("\"seq\":4,", ""), "line 7, column 1: the key `seq` is missing");
    refused(
        &with("\"v\":1", "\"v\":2"),
        "line 7, column 6: this log has a version that is not known; version 1 is",
    );
    refused(
        &with("\"seq\":4", "\"seq\":-4"),
        "line 7, column 33: `seq` must be a whole number, zero or more",
    );
    refused(
        &with("\"seq\":4", "\"seq\":\"4\""),
        "line 7, column 33: `seq` must be a number, not a text",
    );
    refused(
        &with("\"block\"", "\"maybe\""),
        "line 7, column 262: `decision` is `maybe`, which is none of `allow`, `warn`, `redirect`, \
         `escalate`, `block`",
    );
    refused(
        &with("\"unknown\"", "\"false\""),
        "line 7, column 203: the truth of `arg(wire_transfer, amount) > 5000` must be one of \
         `true`, `unknown`, `absent`",
    );
    refused(
        &with("\"seq\":4", "\"seq\":4,\"seq\":5"),
        "line 7, column 35: the member `seq` occurs twice in one object",
    );
}

#[test]
fn a_line_over_the_limit_is_refused() {
    let long = documented().replacen("s-1", &"s".repeat(LOG_LINE_BYTES_MAX), 1);
    refused(&long, "line 7, column 1: a line is limited to 8388608 bytes");
}

/// A line with every key.
fn full() -> Line {
    let mut line = Line::read(documented().as_bytes(), 1).unwrap();
    line.subject = Some("s".into());
    line.by = Some("b".into());
    line.user = Some("u".into());
    line.parent = Some("q".into());
    line.tree = Some("r".into());
    line.id = Some("i".into());
    line.batch = Some("p".into());
    line.digest = Some(Digest([0xa5; 32]));
    line.expires = Some(Timestamp(1));
    line.internal = true;
    line.result = Some(Outcome::Ok);
    line.truths.values = vec![("sum(pay, amount)".into(), "12.5".into())];
    line.redirect = Some(Redirect { tool: "t".into(), message: "m".into() });
    line.owed = vec!["o".into()];
    line.clamped = true;
    line.failure = Some("f".into());
    line.args = Some(value::parse(r#"{"b":[1,"x"]}"#).unwrap());
    line.latency = 7;
    line
}

#[test]
fn an_event_is_restored_but_for_its_content() {
    let mut line = full();
    let by = |kind| Event::new(Timestamp(1_718_000_000_250_000), kind).by("b");
    let mut restored = |kind| {
        line.kind = kind;
        line.tool = kind.names_a_tool().then(|| "t".into());
        line.event()
    };
    let (id, batch, digest) = (Some("i".into()), Some("p".into()), Digest([0xa5; 32]));
    let call = CallRef { id: id.clone(), batch, digest: Some(digest) };
    let args = Value::empty();
    let expect = by(EventKind::ToolCall { tool: "t".into(), args, call, effects: None });
    assert_eq!(restored(Kind::ToolCall), expect);
    let (outcome, output) = (Outcome::Ok, Value::Null);
    let expect = by(EventKind::ToolResult { tool: "t".into(), id, outcome, output });
    assert_eq!(restored(Kind::ToolResult), expect);
    let expect =
        by(EventKind::DataWrite { key: "s".into(), fields: Box::default(), internal: true });
    assert_eq!(restored(Kind::DataWrite), expect);
    let expect = by(EventKind::Approval { contract: "s".into(), digest, expires: Timestamp(1) });
    assert_eq!(restored(Kind::Approval), expect);
}

#[test]
fn who_acted_is_told_where_it_is_not_the_agent() {
    let mut line = full();
    let mut agent = |by: Option<&str>| {
        line.by = by.map(Into::into);
        line.event().agent
    };
    assert_eq!(agent(None), Some("treasurer".into()));
    assert_eq!(agent(Some("b")), Some("b".into()));
    assert_eq!(agent(Some("")), None);
}

fn one_of<T: Copy + core::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    proptest::sample::select(all)
}

fn name() -> impl Strategy<Value = Box<str>> {
    ".{0,8}".prop_map(Into::into)
}

fn maybe_name() -> impl Strategy<Value = Option<Box<str>>> {
    proptest::option::of(name())
}

prop_compose! {
    fn contract_line()(
        contract in name(), id in 0..100_000u64, hash in name(), before in one_of(&Verdict::ALL),
        after in one_of(&Verdict::ALL), outcome in proptest::option::of(one_of(&decision::Outcome::ALL)),
        witness in proptest::collection::vec(name(), 0..3),
    ) -> ContractLine {
        ContractLine { contract, id, hash, before, after, outcome, witness }
    }
}

prop_compose! {
    fn any_line()(
        (time, seq, session, agent) in (0..i64::MAX, any::<u64>(), name(), name()),
        kind in one_of(&Kind::ALL),
        tool in maybe_name(), subject in maybe_name(), failure in maybe_name(),
        truths in proptest::collection::btree_map(
            name(), one_of(&[Truth::True, Truth::Unknown, Truth::Absent]), 0..4,
        ),
        values in proptest::collection::btree_map(name(), name(), 0..3),
        decision in one_of(&Decision::ALL), mode in one_of(&[Mode::Enforce, Mode::Observe]),
        contracts in proptest::collection::vec(contract_line(), 0..3),
        redirect in proptest::option::of((name(), name())),
        (repair, owed) in (proptest::collection::vec(name(), 0..3), proptest::collection::vec(name(), 0..3)),
        result in proptest::option::of(one_of(&[Outcome::Ok, Outcome::Timeout])),
        (by, id, batch) in (maybe_name(), maybe_name(), maybe_name()),
        (user, parent, tree) in (maybe_name(), maybe_name(), maybe_name()),
        digest in proptest::option::of(any::<[u8; 32]>()),
        (expires, internal) in (proptest::option::of(0..=i64::MAX), any::<bool>()),
        (program, clamped, args_sha256) in (name(), any::<bool>(), proptest::option::of(name())),
        (args, latency) in (proptest::option::of((name(), name())), any::<u64>()),
    ) -> Line {
        let truths = Valuation {
            truths: truths.into_iter().collect(),
            values: values.into_iter().collect(),
        };
        let args = args.map(|(key, text)| Value::Object([(key, Value::Text(text))].into()));
        let redirect = redirect.map(|(tool, message)| Redirect { tool, message });
        Line {
            time: Timestamp(time), seq, session, user, parent, tree, agent, by, kind, tool, subject, id, batch, result,
            args_sha256,
            digest: digest.map(Digest), expires: expires.map(Timestamp), internal, truths, decision,
            mode, contracts, redirect, repair, owed, program, clamped, failure, args, latency,
        }
    }
}

proptest! {
    #[test]
    fn a_line_reads_back(line in any_line()) {
        let text = line.write();
        prop_assert!(!text.contains('\n'));
        prop_assert_eq!(Line::read(text.as_bytes(), 1), Ok(line));
    }

    #[test]
    fn a_damaged_line_is_read_without_a_panic(line in any_line(), at in 0..400usize, byte: u8) {
        let mut bytes = line.write().into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = Line::read(&bytes, 1);
        let _ = Line::read(&bytes[..at], 1);
    }
}
