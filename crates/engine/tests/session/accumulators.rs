//! What is accumulated over a session, held against the naive way: to look at the whole trace again at every event.
//!
//! The naive way is written from the meaning of the words, over lists of events, without rings, bits or buckets. A
//! trace is judged in both modes, with automata built ahead and as they run, with the session saved and read back
//! before every event, and once more from the recorded values alone; all must object to the same events.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use sponsio_engine::event::{
    CallRef, Decimal, Event, EventKind, Outcome, Timestamp, Tokens, Value,
};
use sponsio_engine::program::Program;
use sponsio_engine::session::{Scratch, Session, refusal};
use sponsio_engine::strategy::Mode;

use crate::support::{args, compile, contract};

/// What has happened, the event that is judged last.
pub(crate) struct History<'t> {
    /// As the contract sees it: without what it treats as suppressed.
    own: &'t [Event],
    /// All of it.
    all: &'t [Event],
}

/// What the naive way says: the event is objected to, it is not, or it may be.
pub(crate) type Naive = fn(&History<'_>) -> Option<bool>;

impl History<'_> {
    fn here(&self) -> &Event {
        self.own.last().expect("the event that is judged")
    }

    fn is_call_of(&self, tool: &str) -> bool {
        tool_of_call(self.here()) == Some(tool)
    }

    /// The calls of `pay`, and with `alike` those of `Pay`, in the last seconds.
    fn pays(&self, alike: bool, seconds: Option<i64>) -> impl Iterator<Item = &Event> {
        let now = self.here().time.0;
        let tools = if alike { &["pay", "Pay"][..] } else { &["pay"] };
        self.own.iter().filter(move |event| {
            tool_of_call(event).is_some_and(|tool| tools.contains(&tool))
                && seconds.is_none_or(|s| event.time.0 > now - s * 1_000_000)
        })
    }

    /// The sum of what can be added, in cents.
    fn sum(&self, alike: bool, micros: Option<i64>) -> i64 {
        let now = self.here().time.0;
        let in_window = |e: &&Event| micros.is_none_or(|m| e.time.0 > now - m);
        self.pays(alike, None).filter(in_window).filter_map(cents).sum()
    }

    /// Whether this call's amount cannot be added.
    fn is_unreadable(&self, alike: bool) -> bool {
        self.pays(alike, None).any(|e| std::ptr::eq(e, self.here())) && cents(self.here()).is_none()
    }
}

fn tool_of_call(event: &Event) -> Option<&str> {
    match &event.kind {
        EventKind::ToolCall { tool, .. } => Some(tool),
        _ => None,
    }
}

fn arg<'e>(event: &'e Event, name: &str) -> Option<&'e Value> {
    match &event.kind {
        EventKind::ToolCall { args, .. } => args.member(name),
        _ => None,
    }
}

fn cents(event: &Event) -> Option<i64> {
    match arg(event, "amount")? {
        Value::Number(number) if !number.is_negative() => {
            let units = Decimal::new(false, number.digits(), number.exponent() + 2)?.to_u64()?;
            i64::try_from(units).ok()
        }
        _ => None,
    }
}

fn agree(formula: &str, events: &[Event], naive: Naive) {
    for (mode, lazy) in [(Mode::Enforce, false), (Mode::Observe, false), (Mode::Enforce, true)] {
        let program = compile(&[contract(formula)], mode, lazy);
        run(&program, events, mode, formula, naive);
    }
}

fn run(program: &Arc<Program>, events: &[Event], mode: Mode, formula: &str, naive: Naive) {
    let mut session = Session::new(program);
    let mut replayed = Session::new(program);
    let mut scratch = Scratch::new(program);
    let (mut own, mut all): (Vec<Event>, Vec<Event>) = (Vec::new(), Vec::new());
    let mut queue: Vec<Event> = events.iter().rev().cloned().collect();
    while let Some(event) = queue.pop() {
        let mut bytes = Vec::new();
        session.snapshot(&mut bytes);
        let restored = Session::restore(program, &bytes);
        assert!(restored.as_ref() == Ok(&session), "{formula}: the session does not read back");
        own.push(event.clone());
        all.push(event.clone());
        let step = session.step(&event, &mut scratch);
        let (objects, runs) = (!step.objections.is_empty(), step.decision.runs());
        let valuation = scratch.valuation(program);
        let expect = naive(&History { own: &own, all: &all });
        let trace = || all.iter().map(|e| format!("{e:?}\n")).collect::<String>();
        assert!(
            expect.is_none_or(|e| e == objects),
            "{formula}, {mode:?}: {objects} at\n{}",
            trace()
        );
        let again = replayed.step_recorded(&bare(&event), &valuation, &mut scratch);
        assert_eq!(!again.objections.is_empty(), objects, "{formula} again:\n{}", trace());
        if objects {
            own.pop();
        }
        if !runs && event.is_call() {
            all.pop();
            queue.extend(refusal(&event).filter(|_| program.counts_refusals()));
        }
    }
}

/// What a log keeps of an event besides its values.
fn bare(event: &Event) -> Event {
    let kind = match &event.kind {
        EventKind::ToolCall { tool, .. } => EventKind::ToolCall {
            tool: tool.clone(),
            args: Value::empty(),
            call: CallRef::default(),
            effects: None,
        },
        EventKind::ToolResult { tool, outcome, .. } => {
            return Event::result(event.time, tool, *outcome);
        }
        EventKind::LlmResponse { .. } => return Event::answer(event.time, ""),
        EventKind::DataWrite { key, .. } => {
            EventKind::DataWrite { key: key.clone(), fields: Box::default(), internal: false }
        }
        EventKind::Context { .. } => EventKind::Context { facts: Box::default() },
        other => other.clone(),
    };
    Event::new(event.time, kind)
}

fn one() -> impl Strategy<Value = EventKind> {
    let tool = prop::sample::select(vec!["pay", "pay", "pay", "Pay", "go", "go", "x"]);
    let amount = prop::sample::select(vec!["10", "0.5", "25", "40", "0", "-5", "lots", ""]);
    let to = prop::sample::select(vec!["1", "one", "two", "two", "e\u{301}", "\u{e9}", ""]);
    let currency = prop::sample::select(vec!["EUR", "EUR", "USD", ""]);
    let id = prop::sample::select(vec!["", "i", "j", "k"]);
    let agent = || prop::sample::select(vec!["a", "b", "c"]);
    let outcome = prop::sample::select(vec![
        Outcome::Ok,
        Outcome::Error,
        Outcome::Denied,
        Outcome::Timeout,
        Outcome::Unknown,
    ]);
    let named = |id: &str| Some(id).filter(|id| !id.is_empty()).map(Into::into);
    let call = (tool.clone(), amount, to, currency, id.clone()).prop_map(
        move |(tool, amount, to, currency, id)| {
            let pairs = [("amount", amount), ("to", to), ("cur", currency)];
            let pairs: Vec<_> = pairs.into_iter().filter(|(_, text)| !text.is_empty()).collect();
            let call = CallRef { id: named(id), ..CallRef::default() };
            EventKind::ToolCall { tool: tool.into(), args: args(&pairs), call, effects: None }
        },
    );
    let result = (tool, id, outcome).prop_map(move |(tool, id, outcome)| EventKind::ToolResult {
        tool: tool.into(),
        id: named(id),
        outcome,
        output: Value::Null,
    });
    let key = || prop::sample::select(vec!["s", "t"]);
    let fact = prop::option::of(prop::sample::select(vec!["admin", "12.5", "60"]));
    prop_oneof![
        8 => call,
        4 => result,
        1 => fact.prop_map(|value| EventKind::Context { facts: [("role".into(), value.map(Into::into))].into() }),
        1 => (0..30u64, 0..30u64).prop_map(|(input, output)| EventKind::LlmResponse {
            text: "".into(),
            segment: None,
            tokens: Tokens { input, output, total: input + output },
        }),
        1 => key().prop_map(|key| EventKind::DataRead { key: key.into() }),
        1 => (key(), any::<bool>(), any::<bool>()).prop_map(|(key, ssn, internal)| EventKind::DataWrite {
            key: key.into(),
            fields: if ssn { ["ssn".into()].into() } else { Box::default() },
            internal,
        }),
        1 => agent().prop_map(|to| EventKind::Message { to: to.into(), text: "".into() }),
        1 => agent().prop_map(|to| EventKind::Delegation { to: to.into() }),
    ]
}

prop_compose! {
    fn trace()(
        steps in prop::collection::vec(
            (one(), prop::sample::select(vec![0, 1, 500_000, 1_000_000, 3_000_000, 9_999_999]),
             prop::option::of(prop::sample::select(vec!["a", "b", "c"]))),
            0..40,
        )
    ) -> Vec<Event> {
        let mut time = 0;
        steps.into_iter().map(|(kind, wait, agent)| {
            time += wait;
            Event { time: Timestamp(time), agent: agent.map(Into::into), kind }
        }).collect()
    }
}

/// The formulas, and what they mean.
const CASES: &[(&str, Naive)] = &[
    ("G(count(pay) within 10s <= 2)", |h| Some(h.pays(true, Some(10)).count() > 2)),
    ("G(!(count(pay) within 10s > 2))", |h| Some(h.pays(true, Some(10)).count() > 2)),
    ("G(3 > count(pay) within 10s)", |h| Some(h.pays(true, Some(10)).count() > 2)),
    ("G(called(go) -> count(pay) within 10s >= 2)", |h| {
        Some(h.is_call_of("go") && h.pays(false, Some(10)).count() < 2)
    }),
    ("G(called(go) -> count(pay) within 4s == 1)", |h| {
        let least = h.pays(false, Some(4)).count();
        Some(h.is_call_of("go") && (least, h.pays(true, Some(4)).count()) != (1, 1))
    }),
    ("G(called(go) -> count(pay) within 4s != 1)", |h| {
        let (least, most) = (h.pays(false, Some(4)).count(), h.pays(true, Some(4)).count());
        Some(h.is_call_of("go") && least <= 1 && most >= 1)
    }),
    (r#"G(count_with(pay, "two") within 10s <= 1)"#, |h| {
        let has = |e: &&Event| arg(e, "to") == Some(&Value::Text("two".into()));
        Some(h.pays(true, Some(10)).filter(has).count() > 1)
    }),
    ("G(called(pay) -> denied(pay) within 10s < 2) & G(count(pay) <= 1)", |h| {
        let now = h.here().time.0;
        let refused = |e: &&Event| match &e.kind {
            EventKind::Denied { tool } => {
                matches!(&**tool, "pay" | "Pay") && e.time.0 > now - 10_000_000
            }
            _ => false,
        };
        let refused = h.own.iter().filter(refused).count();
        let pays = h.is_call_of("pay") || h.is_call_of("Pay");
        Some((pays && refused >= 2) || h.pays(true, None).count() > 1)
    }),
    ("G(sum(pay, amount) <= 100.5)", |h| Some(h.is_unreadable(true) || h.sum(true, None) > 10_050)),
    ("G(optional(sum(pay, amount)) < 60)", |h| {
        let missing = h.is_unreadable(true) && arg(h.here(), "amount").is_none();
        Some(!missing && (h.is_unreadable(true) || h.sum(true, None) >= 6_000))
    }),
    ("G(called(go) -> sum(pay, amount) >= 50)", |h| {
        Some(h.is_call_of("go") && h.sum(false, None) < 5_000)
    }),
    ("G(called(go) -> sum(pay, amount) <= ctx(role))", |h| {
        if !h.is_call_of("go") {
            return Some(false);
        }
        let limit = h.all.iter().rev().find_map(|e| match &e.kind {
            EventKind::Context { facts } => facts.first().map(|(_, value)| value.clone()),
            _ => None,
        });
        let limit = match limit.flatten().as_deref() {
            Some("12.5") => 1_250,
            Some("60") => 6_000,
            _ => return Some(true),
        };
        Some(h.sum(true, None) > limit)
    }),
    (r#"G(sum(pay, amount) where arg(pay, cur) == "EUR" <= 60)"#, |h| {
        // A currency that is missing may be that one.
        let may_be = |e: &&Event| arg(e, "cur").is_none_or(|c| *c == Value::Text("EUR".into()));
        let here = h.pays(true, None).filter(may_be).any(|e| std::ptr::eq(e, h.here()));
        let sum: i64 = h.pays(true, None).filter(may_be).filter_map(cents).sum();
        Some((here && cents(h.here()).is_none()) || sum > 6_000)
    }),
    (r#"G(called(go) -> sum(pay, amount) where !arg_field_is(pay, cur, "EUR") >= 30)"#, |h| {
        let other = |e: &&Event| arg(e, "cur").is_none_or(|c| *c != Value::Text("EUR".into()));
        let sum: i64 = h.pays(false, None).filter(other).filter_map(cents).sum();
        Some(h.is_call_of("go") && sum < 3_000)
    }),
    ("G(sum(pay, amount) within 8s <= 50)", |h| {
        let limit = 5_000;
        if h.is_unreadable(true) || h.sum(true, Some(8_000_000)) > limit {
            return Some(true);
        }
        (h.sum(true, Some(8_125_000)) <= limit).then_some(false)
    }),
    ("G(called(go) -> sum(pay, amount) within 8s >= 20)", |h| {
        if !h.is_call_of("go") {
            return Some(false);
        }
        let limit = 2_000;
        if h.sum(false, Some(8_000_000)) < limit {
            return Some(true);
        }
        (h.sum(false, Some(7_875_000)) >= limit).then_some(false)
    }),
    ("G(distinct(pay, to) <= 2)", |h| {
        let (values, here) = recipients(h, true);
        Some(here == Some(false) || values > 2)
    }),
    ("G(called(go) -> distinct(pay, to) >= 2)", |h| {
        Some(h.is_call_of("go") && recipients(h, false).0 < 2)
    }),
    ("G(called(go) -> done(pay))", |h| {
        Some(h.is_call_of("go") && standing(h, false, |_| true) == 0)
    }),
    ("G(called(go) -> !done(pay))", |h| {
        Some(h.is_call_of("go") && standing(h, true, |_| true) > 0)
    }),
    (r#"G(called(go) -> done_with(pay, "two"))"#, |h| {
        let has = |e: &Event| arg(e, "to") == Some(&Value::Text("two".into()));
        Some(h.is_call_of("go") && standing(h, false, has) == 0)
    }),
    ("G(called(go) -> time_since(called(pay)) <= 5)", |h| {
        let last = h.pays(false, None).last().map(|e| h.here().time.0 - e.time.0);
        Some(h.is_call_of("go") && last.is_none_or(|since| since > 5_000_000))
    }),
    ("G(called(go) -> optional(time_since(called(pay))) > 5)", |h| {
        let last = h.pays(true, None).last().map(|e| h.here().time.0 - e.time.0);
        Some(h.is_call_of("go") && last.is_some_and(|since| since <= 5_000_000))
    }),
    ("G(called(go) -> time_since(ctx(role, admin)) < 3.5)", |h| {
        let (mut was, mut since) = (false, None);
        let mut here = h.own.iter().peekable();
        let mut is = false;
        for event in h.all {
            if let EventKind::Context { facts } = &event.kind {
                is = facts.first().is_some_and(|(_, v)| v.as_deref() == Some("admin"));
            }
            // The contract looks at the events that it sees.
            if here.next_if_eq(&event).is_some() {
                since = if is && !was { Some(event.time.0) } else { since };
                was = is;
            }
        }
        let since = since.map(|time| h.here().time.0 - time);
        Some(h.is_call_of("go") && since.is_none_or(|since| since >= 3_500_000))
    }),
    ("G(called_any -> token_count(output) <= 40)", |h| {
        let output = |e: &Event| match &e.kind {
            EventKind::LlmResponse { tokens, .. } => tokens.output,
            _ => 0,
        };
        Some(h.here().is_call() && h.own.iter().map(output).sum::<u64>() > 40)
    }),
    ("G(called_any -> token_count <= 60)", |h| {
        let total = |e: &Event| match &e.kind {
            EventKind::LlmResponse { tokens, .. } => tokens.total,
            _ => 0,
        };
        Some(h.here().is_call() && h.own.iter().map(total).sum::<u64>() > 60)
    }),
    ("G(delegation_depth <= 1)", |h| {
        let mut depths = std::collections::BTreeMap::<&str, u32>::new();
        let depth = |depths: &std::collections::BTreeMap<&str, u32>, event: &Event| {
            event.agent.as_deref().and_then(|a| depths.get(a).copied()).unwrap_or(0)
        };
        for event in h.all.iter().take(h.all.len() - 1) {
            if let EventKind::Delegation { to } = &event.kind {
                let below = depth(&depths, event) + 1;
                let slot = depths.entry(to).or_default();
                *slot = below.max(*slot);
            }
        }
        Some(depth(&depths, h.here()) > 1)
    }),
    ("G(called_any -> !flow(a, b))", |h| {
        let mut flowed = false;
        for (at, event) in h.own.iter().enumerate() {
            // Who does not say who it is may be anyone.
            let by = |agent: &str| event.agent.as_deref().is_none_or(|name| name == agent);
            flowed |= match &event.kind {
                EventKind::Message { to, .. } => by("a") && &**to == "b",
                // All reads and writes happen, whatever the contract says.
                EventKind::DataRead { key } => {
                    let before = h.all.iter().position(|e| std::ptr::eq(e, event));
                    let before = before.unwrap_or_else(|| place(h, at));
                    let writer = h.all.iter().take(before).rev().find_map(|e| match &e.kind {
                        EventKind::DataWrite { key: k, internal: false, .. } if k == key => {
                            Some(&e.agent)
                        }
                        _ => None,
                    });
                    by("b") && writer.is_some_and(|w| w.as_deref().is_none_or(|w| w == "a"))
                }
                _ => false,
            };
        }
        Some(h.here().is_call() && flowed)
    }),
    ("G(called_any -> !contains(ssn))", |h| {
        let has = |e: &Event| matches!(&e.kind, EventKind::DataWrite { fields, .. } if !fields.is_empty());
        Some(h.here().is_call() && h.own.iter().any(has))
    }),
    ("G(called(pay) -> now <= 20)", |h| {
        let pays = h.is_call_of("pay") || h.is_call_of("Pay");
        Some(pays && h.here().time.0 > 20_000_000)
    }),
];

/// The place in the whole trace of an event that the contract sees. The contract sees everything but some calls.
fn place(h: &History<'_>, at: usize) -> usize {
    let not_calls = |events: &[Event]| events.iter().filter(|e| !e.is_call()).count();
    let before = not_calls(&h.own[..at]);
    let mut seen = 0;
    h.all
        .iter()
        .position(|e| {
            let here = !e.is_call() && seen == before;
            seen += usize::from(!e.is_call());
            here
        })
        .unwrap_or(0)
}

/// How many different recipients there are, and whether this call's can be told; nothing where it is no such call.
fn recipients(h: &History<'_>, alike: bool) -> (usize, Option<bool>) {
    let name = |e: &Event| match arg(e, "to") {
        Some(Value::Text(text)) if &**text == "e\u{301}" => Some("text \u{e9}".to_owned()),
        Some(Value::Text(text)) => Some(format!("text {text}")),
        Some(Value::Number(number)) => Some(format!("number {number}")),
        _ => None,
    };
    let mut names: Vec<String> = h.pays(alike, None).filter_map(name).collect();
    names.sort_unstable();
    names.dedup();
    let here = h.pays(alike, None).find(|e| std::ptr::eq(*e, h.here()));
    (names.len(), here.map(|e| name(e).is_some()))
}

/// How many calls of `pay` stand, among those with such arguments: every result looks for its call by id.
fn standing(h: &History<'_>, alike: bool, with: fn(&Event) -> bool) -> usize {
    // The calls with an id, whichever tool they are of, and whether they count here and have not ended.
    let mut named: Vec<(&str, bool)> = Vec::new();
    let (mut standing, mut nameless) = (0usize, 0usize);
    let mut own = h.own.iter().peekable();
    for event in h.all {
        let is_own = own.next_if_eq(&event).is_some();
        match &event.kind {
            EventKind::ToolCall { tool, call, .. } => {
                let is_it = &**tool == "pay" || (alike && &**tool == "Pay");
                let counts = is_own && is_it && with(event);
                standing += usize::from(counts);
                match &call.id {
                    Some(id) => named.push((id, counts)),
                    None => nameless += usize::from(counts),
                }
            }
            EventKind::ToolResult { tool, id, outcome, .. } if is_own => {
                // What only looks like it takes back where that hurts.
                let is_it = &**tool == "pay" || (!alike && &**tool == "Pay");
                let failed = matches!(outcome, Outcome::Error | Outcome::Denied | Outcome::Timeout);
                if !is_it || *outcome == Outcome::Unknown {
                    continue;
                }
                let known = id.as_deref().map(|id| named.iter_mut().rfind(|(i, _)| *i == id));
                let takes_back = match known {
                    Some(Some((_, open))) => std::mem::take(open) && failed,
                    Some(None) if !failed || nameless == 0 => false,
                    Some(None) | None => {
                        nameless = nameless.saturating_sub(usize::from(failed));
                        failed
                    }
                };
                standing = standing.saturating_sub(usize::from(takes_back));
            }
            _ => {}
        }
    }
    standing
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn what_is_accumulated_is_what_the_whole_trace_says(events in trace()) {
        for (formula, naive) in CASES {
            agree(formula, &events, *naive);
        }
    }
}

#[test]
fn every_formula_is_kept_by_some_events_and_hurt_by_others() {
    let mut runner = TestRunner::deterministic();
    let traces: Vec<Vec<Event>> =
        (0..100).map(|_| trace().new_tree(&mut runner).unwrap().current()).collect();
    for (formula, _) in CASES {
        let program = compile(&[contract(formula)], Mode::Observe, false);
        let mut scratch = Scratch::new(&program);
        let (mut hurt, mut kept) = (0, 0);
        for events in &traces {
            let mut session = Session::new(&program);
            for event in events {
                let objects = !session.step(event, &mut scratch).objections.is_empty();
                hurt += usize::from(objects);
                kept += usize::from(!objects);
            }
        }
        assert!(hurt > 3 && kept > 3, "{formula}: {hurt} objections, {kept} events without");
    }
}
