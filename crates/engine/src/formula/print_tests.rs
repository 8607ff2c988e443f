//! What is printed reads back: random formulas, and those whose text could not be read.

use proptest::prelude::*;

use super::*;
use crate::event::Decimal;
use crate::formula::ast::{Arena, Relation};
use crate::ground::catalog::{CATALOG, Entry, Sort};

/// Texts for arguments: names, operators, and what needs quotes or escapes.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z][a-z0-9_]{0,6}([-.:][a-z0-9]{1,3})?",
        prop::sample::select(vec![
            "G", "X", "U", "true", "Var", "rise", "12", "-", "a b", "ü", "\\d", "\\"
        ])
        .prop_map(str::to_owned),
        ".{1,8}",
    ]
}

fn number() -> impl Strategy<Value = Decimal> {
    (any::<bool>(), any::<u64>(), -30i32..30)
        .prop_map(|(n, d, e)| Decimal::new(n, d.into(), e).unwrap())
}

/// Names, globs, tags and sets of them, in their canonical form.
fn tool() -> impl Strategy<Value = String> {
    let member = prop_oneof![
        4 => text().prop_filter("a set", |text| !text.is_empty() && !text.starts_with('{')),
        1 => prop::sample::select(vec!["mcp__*", "@risky", "@a-b", "a,b", "q\"}"])
            .prop_map(str::to_owned),
    ];
    prop::collection::vec(member, 1..4).prop_map(|members| {
        if let [only] = &*members {
            return only.clone();
        }
        let quoted = members.iter().map(|member| {
            let mut text = String::new();
            write_quoted(&mut text, member).unwrap();
            text
        });
        let set = format!("{{{}}}", quoted.collect::<Vec<_>>().join(","));
        super::super::selector::canonical(&set).unwrap().into()
    })
}

fn constant(kind: Kind) -> BoxedStrategy<Constant> {
    let one_of = |texts: Vec<&'static str>| {
        prop::sample::select(texts).prop_map(|text| Constant::Text(text.into())).boxed()
    };
    match kind {
        Kind::Natural => any::<u64>().prop_map(|n| Constant::Number(n.into())).boxed(),
        Kind::ArgPath => one_of(vec!["amount", "a.b", "items[*].to", "x[0]", "G"]),
        Kind::Regex => one_of(vec!["a", r"rm\s+-rf", "\"'\n\t", r"\\", "(?i)x|y", "G"]),
        Kind::Outcome | Kind::Tokens | Kind::Grade | Kind::Access | Kind::Certainty => {
            one_of(kind.choices().iter().map(|choice| choice.name).collect())
        }
        Kind::Source => {
            let members = prop::collection::vec("[a-z]{1,3}( [a-z])?", 0..3);
            (tool(), members, any::<bool>())
                .prop_map(|(tools, members, in_text)| {
                    let members = members.into_iter().map(Into::into).collect();
                    let source = crate::formula::Source { tools: tools.into(), members, in_text };
                    let text = source.to_string();
                    let read = crate::formula::Source::new(&text).map(|s| s.to_string());
                    Constant::Text(read.unwrap_or_else(|| "read".into()).into())
                })
                .boxed()
        }
        Kind::Fact => symbol(Sort::Fact).prop_map(|fact| Constant::Fact(Box::new(fact))).boxed(),
        Kind::Deed => one_of(vec!["read", "git", "any", "git.push+force", "{read, write+append}"]),
        Kind::Paths => {
            one_of(vec!["/etc/**", "{~/.ssh/**, !~/.ssh/*.pub}", "@secrets", r#"{"a b", c}"#])
        }
        Kind::Hosts => one_of(vec!["*", "@metadata", "{*, !*.corp.com}", "127.0.0.1"]),
        Kind::Objects => one_of(vec!["*", "users", r#"{"rm -rf*", !rm}"#, "@private"]),
        Kind::Tool => tool().prop_map(|text| Constant::Text(text.into())).boxed(),
        Kind::Prefix
        | Kind::Key
        | Kind::Text
        | Kind::Agent
        | Kind::Permission
        | Kind::Field
        | Kind::Segment => text().prop_map(|text| Constant::Text(text.into())).boxed(),
    }
}

fn symbol(sort: Sort) -> BoxedStrategy<Symbol> {
    symbol_of(move |entry| entry.sort == sort)
}

fn symbol_of(fits: impl Fn(&Entry) -> bool) -> BoxedStrategy<Symbol> {
    let entries: Vec<&'static Entry> = CATALOG.iter().filter(|entry| fits(entry)).collect();
    let symbols = prop::sample::select(entries).prop_flat_map(|entry| {
        let args: Vec<_> =
            entry.parameters.iter().map(|parameter| constant(parameter.kind)).collect();
        args.prop_map(|args| Symbol { word: entry.word, args: args.into() })
    });
    symbols.boxed()
}

fn relation() -> impl Strategy<Value = Relation> {
    use Relation::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    prop::sample::select(vec![Less, LessOrEqual, Greater, GreaterOrEqual, Equal, NotEqual])
}

fn wrapped(leaf: impl Strategy<Value = Term>) -> impl Strategy<Value = Term> {
    (leaf, prop::collection::vec(any::<bool>(), 0..3)).prop_map(|(leaf, wraps)| {
        wraps.into_iter().fold(leaf, |term, is_length| {
            let wrap = if is_length { Term::Length } else { Term::Optional };
            wrap(Box::new(term))
        })
    })
}

fn literal() -> impl Strategy<Value = Term> {
    prop_oneof![number().prop_map(Term::Number), text().prop_map(|text| Term::Text(text.into())),]
}

fn condition() -> impl Strategy<Value = Condition> {
    let of = |sort| symbol_of(move |e| e.sort == sort && e.word.is_condition());
    let term = move || wrapped(prop_oneof![literal(), of(Sort::Term).prop_map(Term::Symbol)]);
    prop_oneof![
        (of(Sort::Fact), any::<bool>())
            .prop_map(|(fact, positive)| Condition::Fact { fact, positive }),
        (relation(), term(), term()).prop_map(|(r, a, b)| Condition::Compare(r, a, b)),
    ]
}

fn selected() -> impl Strategy<Value = Term> {
    let seconds = prop::option::of(1..=crate::limits::BOUND_SECONDS_MAX);
    let units = prop::sample::select(vec![1, 60, 3_600, 86_400]);
    let counters = symbol_of(|entry| entry.word.takes_within());
    let conditions = prop::collection::vec(condition(), 0..3);
    (counters, conditions, seconds, units).prop_map(|(of, conditions, seconds, unit)| {
        let conditions = if of.word.takes_where() { conditions } else { Vec::new() };
        let seconds = seconds.map(|s| (s - s % unit).max(1));
        Term::selected(of, conditions.into(), seconds)
    })
}

fn term() -> impl Strategy<Value = Term> {
    wrapped(prop_oneof![
        1 => literal(),
        2 => symbol(Sort::Term).prop_map(Term::Symbol),
        1 => selected(),
    ])
}

fn leaf() -> impl Strategy<Value = Node> {
    prop_oneof![
        Just(Node::True),
        Just(Node::False),
        symbol(Sort::Fact).prop_map(Node::Fact),
        (relation(), term(), term()).prop_map(|(relation, a, b)| Node::Compare(relation, a, b)),
    ]
}

/// The node that `choice` makes of two operands.
fn combine(choice: u8, n: u32, f: NodeId, g: NodeId) -> Node {
    match choice {
        0 => Node::Not(f),
        1 => Node::And(f, g),
        2 => Node::Or(f, g),
        3 => Node::Implies(f, g),
        4 => Node::Yesterday(f),
        5 => Node::Once(f),
        6 => Node::Historically(f),
        7 => Node::Since(f, g),
        8 => Node::OnceWithin(Bound::Calls(n), f),
        9 => Node::OnceWithin(Bound::Seconds(u64::from(n) * 100), f),
        10 => Node::Rise(f),
        11 => Node::Next(f),
        12 => Node::StrongNext(f),
        13 => Node::Finally(f),
        14 => Node::Globally(f),
        15 => Node::Until(f, g),
        16 => Node::WeakUntil(f, g),
        17 => Node::Release(f, g),
        18 => Node::FinallyWithin(n, f),
        _ => Node::GloballyWithin(n, f),
    }
}

/// Random formulas, shared parts included: small enough as text, and never looking ahead below the past.
fn formulas() -> impl Strategy<Value = Formula> {
    let steps = prop::collection::vec(
        (0u8..20, 0u32..=1_000, any::<prop::sample::Index>(), any::<prop::sample::Index>()),
        0..24,
    );
    (prop::collection::vec(leaf(), 1..5), steps).prop_map(|(leaves, steps)| {
        const TREE_NODES_MAX: usize = 400;
        let mut arena = Arena::new();
        // Each node with the size of its tree and whether it looks ahead.
        let mut built: Vec<(NodeId, usize, bool)> =
            leaves.into_iter().map(|leaf| (arena.add(leaf).unwrap(), 1, false)).collect();
        for (choice, n, first, second) in steps {
            let (f, g) = (built[first.index(built.len())], built[second.index(built.len())]);
            let (size, ahead) = (f.1 + g.1 + 1, f.2 || g.2);
            let node = combine(choice, n, f.0, g.0);
            if size <= TREE_NODES_MAX && !(ahead && node.is_past()) {
                let ahead = ahead || node.is_future();
                built.push((arena.add(node).unwrap(), size, ahead));
            }
        }
        Formula::new(&arena, built[built.len() - 1].0)
    })
}

proptest! {
    #[test]
    fn what_is_printed_reads_back(formula in formulas()) {
        let printed = formula.to_string();
        let read = Formula::parse(&printed);
        prop_assert_eq!(read.as_ref(), Ok(&formula), "{}", printed);
    }

    #[test]
    fn every_part_prints_as_it_does_alone(formula in formulas()) {
        for (id, _) in formula.iter() {
            let printed = formula.display(id).to_string();
            prop_assert_eq!(Formula::parse(&printed).unwrap().to_string(), printed);
        }
    }
}

#[test]
fn a_shared_formula_prints_no_more_than_could_be_read() {
    let mut arena = Arena::new();
    let mut root = arena.add(Node::True).unwrap();
    for _ in 0..200 {
        root = arena.add(Node::Or(root, root)).unwrap();
    }
    let printed = Formula::new(&arena, root).to_string();
    assert!(printed.ends_with('…') && printed.len() < FORMULA_BYTES_MAX + 16, "{}", printed.len());
}

#[test]
fn the_parts_of_a_formula_print_alone() {
    let formula = Formula::parse("G(called(a) -> O(called(b) & count(c) <= 3))").unwrap();
    let printed: Vec<_> = formula.iter().map(|(id, _)| formula.display(id).to_string()).collect();
    assert_eq!(
        printed,
        [
            "called(a)",
            "called(b)",
            "count(c) <= 3",
            "called(b) & count(c) <= 3",
            "O(called(b) & count(c) <= 3)",
            "called(a) -> O(called(b) & count(c) <= 3)",
            "G(called(a) -> O(called(b) & count(c) <= 3))",
        ]
    );
}
