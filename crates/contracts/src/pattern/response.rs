//! What the model may say.
//!
//! A reply that was given cannot be taken back: a violation is reported, and stops nothing that has already
//! happened.

use super::quote::{in_formula, literal};
use super::tool_spec::any_of;
use super::{Category, Kind, Parameter, Pattern};

pub(super) static MAX_LENGTH: Pattern = Pattern {
    name: "max_length",
    category: Category::Response,
    doc: "a reply of the model has at most `max_words` words and at most `max_chars` characters",
    parameters: &[
        Parameter::optional("max_words", Kind::Count, "how many words"),
        Parameter::optional("max_chars", Kind::Count, "how many characters"),
    ],
    shape: "G(optional(response_words) <= max_words & optional(response_chars) <= max_chars)",
    example_args: "[200]",
    example: "response at most 200 words",
    canonical: &[
        "response at most {max_words#words}",
        "response at most {max_chars#chars}",
        "response at most {max_words#words} and {max_chars#chars}",
    ],
    forms: &[
        "[the|each|every] (response|output|reply|answer) [must be|must have|should be] ~most \
         {max_words#words} [long]",
        "[the|each|every] (response|output|reply|answer) [must be|must have|should be] ~most \
         {max_chars#chars} [long]",
        "[the|each|every] (response|output|reply|answer) [must be|must have|should be] ~most \
         {max_words#words} and [at most] {max_chars#chars} [long]",
        "[the|each|every] (response|output|reply|answer) [must be|must have|should be] (under|below|fewer \
         than|less than) ({max_words#words<}|{max_chars#chars<}) [long]",
    ],
    formula: |i| {
        let bound = |index: usize, term: &str| {
            i.argument(index).map(|_| format!("optional({term}) <= {}", i.count(index)))
        };
        let bounds = bound(0, "response_words").into_iter().chain(bound(1, "response_chars"));
        format!("G({})", bounds.collect::<Vec<_>>().join(" & "))
    },
    describe: |i| {
        let bound = |index: usize, unit: &str| {
            i.argument(index).map(|_| format!("≤ {} {unit}", i.count(index)))
        };
        let bounds = bound(0, "words").into_iter().chain(bound(1, "chars"));
        format!("response {}", bounds.collect::<Vec<_>>().join(" and "))
    },
    problem: |i| {
        let none = i.argument(0).is_none() && i.argument(1).is_none();
        none.then(|| "`max_length` needs `max_words` or `max_chars`".to_owned())
    },
    instead: "say it in fewer words",
    ..Pattern::BASE
};

/// What is looked for, and the expression that finds it. Dashes of every kind count as dashes.
const PII: [(&str, &str); 4] = [
    ("ssn", r"\b\d{3}[-\u{2010}-\u{2015} ]\d{2}[-\u{2010}-\u{2015} ]\d{4}\b"),
    ("credit_card", r"\b(?:\d{4}[- ]?){3}\d{4}\b|\b3[47]\d{2}[- ]?\d{6}[- ]?\d{5}\b"),
    ("email", r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"),
    ("phone", r"(?:\+1[ .-]?)?\(?\b\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}\b"),
];
const PII_NAMES: &[&str] = &["ssn", "credit_card", "email", "phone"];

pub(super) static NO_PII: Pattern = Pattern {
    name: "no_pii",
    category: Category::Response,
    doc: "no reply of the model contains what looks like a social security number, a credit card number, an \
        e-mail address or a phone number, or those of them that are given",
    parameters: &[Parameter::optional(
        "fields",
        Kind::Choices(PII_NAMES),
        "some of `ssn`, `credit_card`, `email`, `phone`; all if not given",
    )],
    shape: "G !(llm_said(ssn) | llm_said(credit_card) | llm_said(email) | llm_said(phone))",
    example_args: "[[email, phone]]",
    example: "response must not contain email, phone",
    canonical: &["response must not contain {fields}", "response must not contain PII"],
    forms: &[
        "[the|each|every|any] (response|output|reply|answer) (~mustnot|should not) (contain|include) [any] \
         {fields}",
    ],
    formula: |i| {
        let given = i.list(0);
        let wanted = PII
            .iter()
            .filter(|(name, _)| given.is_empty() || given.iter().any(|field| **field == **name));
        let said = wanted.map(|(_, regex)| format!("llm_said({})", in_formula(regex)));
        format!("G !{}", any_of(&said.collect::<Vec<_>>()))
    },
    describe: |i| {
        let fields = match i.list(0) {
            [] => PII_NAMES.join(", "),
            given => given.join(", "),
        };
        format!("response must not contain PII ({fields})")
    },
    instead: "say it without personal data",
    ..Pattern::BASE
};

pub(super) static NO_KEYWORDS: Pattern = Pattern {
    name: "no_keywords",
    category: Category::Response,
    doc: "no reply of the model contains one of `words` as a word, whatever the case",
    parameters: &[Parameter::new("words", Kind::WordList, "what is not said")],
    shape: "G !llm_said((?i)word|…)",
    example_args: "[[guarantee, refund]]",
    example: "response must not contain the words `guarantee`, `refund`",
    canonical: &["response must not contain the words {words}"],
    forms: &[
        "[the|each|every|any] (response|output|reply|answer) ~mustnot (contain|include|mention|say|use) \
         [any of] [the] (word|words|keyword|keywords|term|terms|phrase|phrases) {words}",
    ],
    formula: |i| {
        let edge = |c: Option<char>| match c {
            Some(c) if c.is_alphanumeric() || c == '_' => r"\b",
            _ => "",
        };
        let words = i.list(0).iter().map(|word| {
            let (first, last) = (edge(word.chars().next()), edge(word.chars().next_back()));
            format!("{first}{}{last}", literal(word))
        });
        let regex = format!("(?i)(?:{})", words.collect::<Vec<_>>().join("|"));
        format!("G !llm_said({})", in_formula(&regex))
    },
    describe: |i| format!("response must not contain keywords: [{}]", i.list(0).join(", ")),
    instead: "say it in other words",
    ..Pattern::BASE
};
