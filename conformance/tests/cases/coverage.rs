//! What the cases must cover, derived from the registries: a pattern, an operator or an atom that is added
//! without a case is found here.

use std::collections::{BTreeMap, BTreeSet};

use sponsio_conformance::case::Case;
use sponsio_conformance::generate;
use sponsio_contracts::diagnostic::Code;
use sponsio_contracts::pattern::PATTERNS;
use sponsio_engine::contract::{Activation, Contract};
use sponsio_engine::decision::Decision;
use sponsio_engine::event::{Certainty, Deed, EventKind, Flags};
use sponsio_engine::formula::{Bound, Constant, Formula, Node, Relation, Term};
use sponsio_engine::ground::catalog::{CATALOG, Word};
use sponsio_engine::program::{Options, Program};
use sponsio_engine::strategy::{Mode, Strategy};
use sponsio_engine::verdict::Verdict;

use crate::corpus::topics;

const CASES_MIN: usize = 1_500;
/// Found by `validate` alone, which tries examples; its tests have cases of it.
const CODES_ELSEWHERE: [Code; 1] = [Code::Example];

fn cases() -> Vec<Case> {
    topics().into_iter().flat_map(|(_, cases)| cases).collect()
}

fn formulas(cases: &[Case]) -> impl Iterator<Item = &Formula> {
    let contracts = cases.iter().flat_map(|case| &case.contracts);
    contracts.flat_map(|contract| contract.assumptions.iter().chain(&contract.guarantees))
}

#[track_caller]
fn all_of<'a>(wanted: impl IntoIterator<Item = &'a str>, got: &BTreeSet<&str>) {
    let missing: Vec<&str> = wanted.into_iter().filter(|name| !got.contains(name)).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
}

#[test]
fn there_are_enough_cases_and_no_name_comes_twice() {
    let mut names = BTreeSet::new();
    for (file, cases) in topics() {
        for case in cases {
            let is_shown = case.is_refused || !case.events.is_empty();
            assert!(is_shown, "{file}: `{}` has no events", case.name);
            assert!(names.insert(case.name.clone()), "{file}: `{}` comes twice", case.name);
        }
    }
    assert!(names.len() >= CASES_MIN, "{} cases, and {CASES_MIN} are needed", names.len());
}

#[test]
fn each_pattern_has_cases_that_run_and_cases_that_do_not() {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for case in cases() {
        let violated = case.events.iter().any(|e| !e.decision.runs() || e.objecting() != Some(&[]));
        let violated = violated || case.owed.as_ref().is_some_and(|owed| !owed.is_empty());
        let allowed = case.events.iter().any(|e| e.event.is_call() && e.decision.runs());
        for pattern in case.patterns.iter().collect::<BTreeSet<_>>() {
            let (bad, good) = counts.entry(pattern).or_default();
            *bad += usize::from(violated);
            *good += usize::from(allowed);
        }
    }
    for pattern in PATTERNS {
        let (bad, good) = counts.get(pattern.name).copied().unwrap_or_default();
        assert!(bad > 0 && good > 0, "`{}`: {bad} cases refuse and {good} allow", pattern.name);
    }
}

/// Patterns that refuse nothing: what they ask for is owed at the end, by the name of the contract.
const OWED: [&str; 5] = [
    "always_followed_by",
    "audit_after",
    "required_steps_completion",
    "obligation_before_end",
    "trigger_called",
];

#[test]
fn the_reason_of_each_pattern_is_written_down() {
    let cases = cases();
    let says = |case: &&Case| case.events.iter().any(|event| event.says.is_some());
    let got = cases.iter().filter(says).flat_map(|case| case.patterns.iter().copied()).collect();
    all_of(PATTERNS.iter().map(|pattern| pattern.name).filter(|name| !OWED.contains(name)), &got);
}

/// The operators; the match in [`operator`] makes the compiler ask for each that is added.
const OPERATORS: [&str; 22] = [
    "true", "false", "!", "&", "|", "->", "X", "X!", "F", "G", "U", "W", "R", "F[<=n]", "G[<=n]",
    "Y", "O", "H", "S", "O[<=n]", "O[<=s]", "rise",
];

fn operator(node: &Node) -> Option<&'static str> {
    Some(match node {
        Node::Fact(_) | Node::Compare(..) => return None,
        Node::True => "true",
        Node::False => "false",
        Node::Not(_) => "!",
        Node::And(..) => "&",
        Node::Or(..) => "|",
        Node::Implies(..) => "->",
        Node::Next(_) => "X",
        Node::StrongNext(_) => "X!",
        Node::Finally(_) => "F",
        Node::Globally(_) => "G",
        Node::Until(..) => "U",
        Node::WeakUntil(..) => "W",
        Node::Release(..) => "R",
        Node::FinallyWithin(..) => "F[<=n]",
        Node::GloballyWithin(..) => "G[<=n]",
        Node::Yesterday(_) => "Y",
        Node::Once(_) => "O",
        Node::Historically(_) => "H",
        Node::Since(..) => "S",
        Node::OnceWithin(Bound::Calls(_), _) => "O[<=n]",
        Node::OnceWithin(Bound::Seconds(_), _) => "O[<=s]",
        Node::Rise(_) => "rise",
    })
}

#[test]
fn each_operator_has_a_case() {
    let cases = cases();
    let got = formulas(&cases).flat_map(Formula::nodes).filter_map(operator).collect();
    all_of(OPERATORS, &got);
}

fn words(term: &Term, words: &mut BTreeSet<Word>, functions: &mut BTreeSet<&str>) {
    match term {
        Term::Number(_) | Term::Text(_) => {}
        Term::Symbol(symbol) => drop(words.insert(symbol.word)),
        Term::Selected(selection) => {
            words.insert(selection.of.word);
            if selection.seconds.is_some() {
                functions.insert("within");
            }
            if !selection.conditions.is_empty() {
                functions.insert("where");
            }
        }
        Term::Length(inner) => {
            functions.insert("length");
            self::words(inner, words, functions);
        }
        Term::Optional(inner) => {
            functions.insert("optional");
            self::words(inner, words, functions);
        }
    }
}

#[test]
fn each_word_relation_and_function_has_a_case() {
    let cases = cases();
    let (mut used, mut functions) = (BTreeSet::new(), BTreeSet::new());
    let mut relations = BTreeSet::new();
    for node in formulas(&cases).flat_map(Formula::nodes) {
        match node {
            Node::Fact(symbol) => drop(used.insert(symbol.word)),
            Node::Compare(relation, left, right) => {
                relations.insert(relation.sign());
                words(left, &mut used, &mut functions);
                words(right, &mut used, &mut functions);
            }
            _ => {}
        }
    }
    let compiles = |example: &str| {
        let contract = Contract::new(example, Formula::parse(example).unwrap());
        Program::compile(&[contract], &Options::default()).is_ok()
    };
    let entries = CATALOG.iter().filter(|entry| compiles(entry.example));
    let missing: Vec<Word> = entries.map(|e| e.word).filter(|w| !used.contains(w)).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
    use Relation::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    let all = [Less, LessOrEqual, Greater, GreaterOrEqual, Equal, NotEqual];
    all_of(all.map(Relation::sign), &relations);
    all_of(["length", "optional"], &functions);
}

#[test]
fn each_strategy_mode_and_activation_has_a_case() {
    let cases = cases();
    let contracts = || cases.iter().flat_map(|case| &case.contracts);
    let safe = Strategy::RedirectToSafe { tool: "x".into(), message: "".into() };
    let all = [Strategy::Block, Strategy::Escalate, safe, Strategy::WarnOnly];
    all_of(all.iter().map(Strategy::name), &contracts().map(|c| c.strategy.name()).collect());
    for mode in [Mode::Enforce, Mode::Observe] {
        assert!(cases.iter().any(|case| case.mode == mode));
        assert!(contracts().any(|contract| contract.mode == Some(mode)));
    }
    for activation in [Activation::Always, Activation::FirstMatch] {
        let assuming = |c: &&Contract| !c.assumptions.is_empty();
        assert!(contracts().filter(assuming).any(|c| c.activation == activation));
    }
}

#[test]
fn each_verdict_and_decision_is_expected_somewhere() {
    let cases = cases();
    let events = || cases.iter().flat_map(|case| &case.events);
    all_of(Decision::ALL.map(Decision::name), &events().map(|e| e.decision.name()).collect());
    let mut verdicts: BTreeSet<&str> =
        events().flat_map(|e| &e.verdicts).map(|(_, verdict)| verdict.name()).collect();
    // No session is left in a violated state: what would violate is the objection.
    if events().any(|e| e.by.as_ref().is_some_and(|by| !by.is_empty())) {
        verdicts.insert(Verdict::Violated.name());
    }
    all_of(Verdict::ALL.map(Verdict::name), &verdicts);
}

#[test]
fn each_diagnostic_is_found_in_a_case() {
    let cases = cases();
    let got: BTreeSet<&str> = cases.iter().flat_map(|case| &case.codes).copied().collect();
    let wanted = Code::ALL.iter().filter(|code| !CODES_ELSEWHERE.contains(code));
    all_of(wanted.map(|code| code.name()), &got);
}

#[test]
fn each_pattern_has_a_case_of_arguments_that_are_refused() {
    let cases = cases();
    let names: BTreeSet<&str> = cases
        .iter()
        .filter(|case| case.is_refused)
        .filter_map(|case| case.name.split_once(':').map(|(name, _)| name))
        .collect();
    all_of(PATTERNS.iter().map(|pattern| pattern.name), &names);
}

#[test]
fn each_kind_of_event_occurs() {
    let kind = |kind: &EventKind| match kind {
        EventKind::ToolCall { .. } => "call",
        EventKind::ToolResult { .. } => "result",
        EventKind::Denied { .. } => "denied",
        EventKind::LlmRequest { .. } => "ask",
        EventKind::LlmResponse { .. } => "say",
        EventKind::DataRead { .. } => "read",
        EventKind::DataWrite { .. } => "write",
        EventKind::Message { .. } => "message",
        EventKind::Delegation { .. } => "delegate",
        EventKind::Approval { .. } => "approve",
        EventKind::Context { .. } => "context",
        EventKind::SessionEnd => "end",
    };
    let kinds = [
        "call", "result", "denied", "ask", "say", "read", "write", "message", "delegate",
        "context", "end",
    ];
    let cases = cases();
    all_of(kinds, &cases.iter().flat_map(|c| &c.events).map(|e| kind(&e.event.kind)).collect());
}

#[test]
fn each_kind_of_deed_mark_and_certainty_occurs() {
    let cases = cases();
    let effects = || {
        let events = cases.iter().flat_map(|case| &case.events);
        events.filter_map(|event| match &event.event.kind {
            EventKind::ToolCall { effects: Some(effects), .. } => Some(effects),
            _ => None,
        })
    };
    let all = || effects().flat_map(|effects| &effects.list);
    all_of(Deed::ALL.iter().map(|deed| deed.kind()), &all().map(|e| e.deed.kind()).collect());
    let marks = all().flat_map(|effect| {
        let has = |(flag, name, _): &(Flags, &'static str, &'static str)| {
            effect.flags.has(*flag).then_some(*name)
        };
        Flags::ALL.iter().filter_map(has)
    });
    all_of(Flags::ALL.iter().map(|(_, name, _)| *name), &marks.collect());
    for certainty in [Certainty::Must, Certainty::May, Certainty::Opaque] {
        assert!(all().any(|effect| effect.certainty == certainty), "{certainty:?}");
    }
}

type Form = (&'static str, fn(&str) -> bool);

/// How an element of a set can be written, and what is only written so.
const FORMS: &[Form] = &[
    ("everything", |e| e == "*"),
    ("taken out", |e| e.starts_with('!')),
    ("absolute", |e| e.starts_with('/')),
    ("below a home", |e| e.starts_with("~/")),
    ("below the workspace", |e| e.starts_with("./")),
    ("in any directory", |e| e.starts_with('.') && !e.contains('/')),
    ("a directory and all below it", |e| e.ends_with("/**")),
    ("a directory with a slash", |e| e.ends_with('/')),
    ("names in between", |e| e.contains("/**/")),
    ("any name", |e| e.contains("/*/")),
    ("hosts of a domain", |e| e.starts_with("*.")),
    ("an address", |e| e.parse::<core::net::IpAddr>().is_ok()),
    ("words of a program", |e| e.contains(' ')),
];

#[test]
fn each_access_certainty_and_form_of_a_set_is_asked_for() {
    let cases = cases();
    let (mut asked, mut elements) = (BTreeSet::new(), BTreeSet::new());
    for node in formulas(&cases).flat_map(Formula::nodes) {
        let Node::Fact(symbol) = node else { continue };
        let texts = symbol.args.iter().filter_map(|arg| match arg {
            Constant::Text(text) => Some(&**text),
            _ => None,
        });
        match symbol.word {
            Word::Does | Word::Touches | Word::Reaches => {}
            _ => continue,
        }
        for text in texts {
            let inner = text.trim_start_matches('{').trim_end_matches('}');
            let listed = inner.split(',').map(|e| e.trim().trim_matches('"'));
            elements.extend(listed.map(str::to_owned));
            asked.insert(text);
        }
    }
    all_of(generate::effect::ACCESSES.into_iter().chain(generate::effect::CERTAINTIES), &asked);
    for class in ["@loopback", "@private", "@link_local", "@metadata"] {
        assert!(elements.iter().any(|e| e.trim_start_matches('!') == class), "no case for {class}");
    }
    for (form, is) in FORMS {
        assert!(elements.iter().any(|element| is(element)), "no case for {form}");
    }
}
