//! The table of forms: the templates of all patterns, compiled once.
//!
//! A template is words and slots. `[x|y]` may be left out, `(x|y)` may not; both may hold several words,
//! slots and further brackets. A comma stands for itself. A slot takes the argument of the parameter it
//! names:
//!
//! | slot | takes |
//! |---|---|
//! | `{p}` | what the parameter's kind says: a name, a list, a number |
//! | `{p#times}` | a number and `times` or `calls`, or `once`, or `twice` |
//! | `{p#count}` | the same without `once` |
//! | `{p#steps}`, `{p#retries}`, `{p#chars}` | a number and that unit |
//! | `{p.q}` | one name of the shape `tool.path`, for two parameters |
//! | `{p+}` | a text that becomes the argument pattern of the tool in `p` |
//! | `{p=x}` | nothing; the argument is `x` |
//!
//! The words of all templates together are the words that a bare name may not be.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use crate::pattern::{PATTERNS, Pattern};

/// A form of one pattern.
#[derive(Debug)]
pub(crate) struct Form {
    pub(crate) pattern: &'static Pattern,
    pub(crate) pieces: Vec<Piece>,
    /// The words without which the form does not match.
    pub(crate) needed: Vec<String>,
    /// Every word of the form.
    pub(crate) words: BTreeSet<String>,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Word(String),
    Comma,
    Slot(Slot),
    /// One of the alternatives; an empty one makes the piece optional.
    Choice(Vec<Vec<Self>>),
}

/// A slot of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    /// The argument of the parameter at this index.
    Plain(usize),
    /// A number with a unit.
    Measure(usize, Unit),
    /// `tool.path`, for the parameters at both indices.
    Target(usize, usize),
    /// An argument pattern for the tool at this index.
    Matching(usize),
    /// A given argument.
    Fixed(usize, String),
}

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Times,
    Count,
    Steps,
    Retries,
    Chars,
}

impl Unit {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "times" => Self::Times,
            "count" => Self::Count,
            "steps" => Self::Steps,
            "retries" => Self::Retries,
            "chars" => Self::Chars,
            _ => return None,
        })
    }

    /// The words after the number, the canonical plural first and the singular second.
    pub(crate) fn words(self) -> &'static [&'static str] {
        match self {
            Self::Times | Self::Count => {
                &["times", "time", "calls", "call", "invocations", "invocation", "uses", "use"]
            }
            Self::Steps => &["steps", "step", "calls", "call"],
            Self::Retries => &["retries", "retry"],
            Self::Chars => &["characters", "character", "chars", "char"],
        }
    }

    /// A number and its unit in one word.
    pub(crate) fn adverb(self, word: &str) -> Option<u64> {
        match (self, word) {
            (Self::Times, "once") => Some(1),
            (Self::Times | Self::Count, "twice") => Some(2),
            _ => None,
        }
    }
}

/// Every form, pattern by pattern.
pub(crate) fn forms() -> &'static [Form] {
    static FORMS: OnceLock<Vec<Form>> = OnceLock::new();
    FORMS.get_or_init(|| {
        let mut forms = Vec::new();
        for pattern in PATTERNS {
            for template in pattern.forms {
                let pieces = template_pieces(pattern, template);
                let needed = pieces.iter().filter_map(|piece| match piece {
                    Piece::Word(word) => Some(word.clone()),
                    _ => None,
                });
                let mut words = BTreeSet::new();
                collect_words(&pieces, &mut words);
                forms.push(Form { pattern, needed: needed.collect(), words, pieces });
            }
        }
        forms
    })
}

/// Words of everyday English that stand where a name could and are no names, beside those of the templates.
const PLAIN_WORDS: &[&str] = &[
    "all",
    "also",
    "always",
    "and",
    "any",
    "anything",
    "are",
    "as",
    "at",
    "be",
    "before",
    "but",
    "by",
    "during",
    "either",
    "else",
    "ever",
    "everything",
    "for",
    "from",
    "have",
    "he",
    "her",
    "his",
    "how",
    "i",
    "into",
    "it",
    "its",
    "least",
    "less",
    "may",
    "might",
    "more",
    "much",
    "my",
    "never",
    "new",
    "nor",
    "nothing",
    "now",
    "off",
    "on",
    "or",
    "other",
    "our",
    "out",
    "over",
    "own",
    "per",
    "shall",
    "she",
    "should",
    "since",
    "so",
    "some",
    "than",
    "that",
    "their",
    "them",
    "then",
    "there",
    "these",
    "they",
    "this",
    "those",
    "through",
    "under",
    "until",
    "very",
    "was",
    "we",
    "were",
    "what",
    "where",
    "which",
    "while",
    "who",
    "why",
    "will",
    "would",
    "yet",
    "your",
    "hundred",
    "thousand",
    "million",
    "times",
    "second",
    "seconds",
    "minute",
    "minutes",
    "hour",
    "hours",
    "day",
    "days",
    "week",
    "weeks",
    "month",
    "months",
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "once",
    "twice",
    "calls",
    "steps",
    "file",
    "data",
    "later",
];

/// Whether a bare word is part of the grammar or of everyday English, so that as a name it needs backticks.
pub(crate) fn is_plain_word(word: &str) -> bool {
    static WORDS: OnceLock<BTreeSet<String>> = OnceLock::new();
    let words = WORDS.get_or_init(|| {
        let mut words: BTreeSet<String> = PLAIN_WORDS.iter().map(|w| (*w).to_owned()).collect();
        words.extend(forms().iter().flat_map(|form| form.words.iter().cloned()));
        words
    });
    words.contains(&word.to_lowercase())
}

fn collect_words(pieces: &[Piece], words: &mut BTreeSet<String>) {
    for piece in pieces {
        match piece {
            Piece::Word(word) => {
                words.insert(word.clone());
            }
            Piece::Choice(alternatives) => {
                alternatives.iter().for_each(|alternative| collect_words(alternative, words));
            }
            Piece::Comma | Piece::Slot(_) => {}
        }
    }
}

/// The pieces of a template of `pattern`.
pub(crate) fn template_pieces(pattern: &Pattern, template: &str) -> Vec<Piece> {
    let mut reader = Reader { pattern, rest: template };
    let mut alternatives = reader.alternatives();
    if alternatives.len() == 1 { alternatives.remove(0) } else { vec![Piece::Choice(alternatives)] }
}

struct Reader<'t> {
    pattern: &'t Pattern,
    rest: &'t str,
}

impl Reader<'_> {
    /// Reads alternatives up to a closing bracket or the end. Templates nest a few levels deep.
    fn alternatives(&mut self) -> Vec<Vec<Piece>> {
        let mut list = Vec::new();
        let mut pieces = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            let Some(first) = self.rest.chars().next() else { break };
            match first {
                ']' | ')' => {
                    self.skip();
                    break;
                }
                '|' => {
                    self.skip();
                    list.push(core::mem::take(&mut pieces));
                }
                '[' | '(' => {
                    self.skip();
                    let mut choice = self.alternatives();
                    if first == '[' {
                        choice.push(Vec::new());
                    }
                    pieces.push(Piece::Choice(choice));
                }
                ',' => {
                    self.skip();
                    pieces.push(Piece::Comma);
                }
                '{' => {
                    let (slot, rest) = self.rest.split_once('}').unwrap_or((self.rest, ""));
                    self.rest = rest;
                    pieces.extend(self.slot(slot.trim_start_matches('{')).map(Piece::Slot));
                }
                _ => {
                    let end = self.rest.find([' ', '\n', '[', ']', '(', ')', '{', '|', ',']);
                    let (word, rest) = self
                        .rest
                        .split_at_checked(end.unwrap_or(self.rest.len()))
                        .unwrap_or_default();
                    self.rest = rest;
                    pieces.push(Piece::Word(word.to_lowercase()));
                }
            }
        }
        list.push(pieces);
        list
    }

    fn skip(&mut self) {
        let mut chars = self.rest.chars();
        chars.next();
        self.rest = chars.as_str();
    }

    fn slot(&self, text: &str) -> Option<Slot> {
        let index = |name: &str| self.pattern.parameters.iter().position(|p| p.name == name);
        if let Some((name, unit)) = text.split_once('#') {
            return Some(Slot::Measure(index(name)?, Unit::from_name(unit)?));
        }
        if let Some((name, value)) = text.split_once('=') {
            return Some(Slot::Fixed(index(name)?, value.to_owned()));
        }
        if let Some((tool, path)) = text.split_once('.') {
            return Some(Slot::Target(index(tool)?, index(path)?));
        }
        match text.strip_suffix('+') {
            Some(name) => index(name).map(Slot::Matching),
            None => index(text).map(Slot::Plain),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern;

    fn slots(pieces: &[Piece]) -> usize {
        pieces
            .iter()
            .map(|piece| match piece {
                Piece::Slot(_) => 1,
                Piece::Choice(list) => list.iter().map(|a| slots(a)).sum(),
                Piece::Word(_) | Piece::Comma => 0,
            })
            .sum()
    }

    #[test]
    fn every_slot_of_every_template_names_a_parameter() {
        for pattern in PATTERNS {
            for template in pattern.forms.iter().chain(pattern.canonical) {
                let braces = template.matches('{').count();
                assert_eq!(slots(&template_pieces(pattern, template)), braces, "{template}");
                let open = template.matches(['[', '(']).count();
                assert_eq!(open, template.matches([']', ')']).count(), "{template}");
            }
        }
    }

    #[test]
    fn a_template_becomes_pieces() {
        let pattern = pattern::find("cooldown").unwrap();
        let word = |w: &str| Piece::Word(w.to_owned());
        assert_eq!(
            template_pieces(pattern, "[tool] {action} (at most|for) {steps#steps}, x"),
            [
                Piece::Choice(vec![vec![word("tool")], vec![]]),
                Piece::Slot(Slot::Plain(0)),
                Piece::Choice(vec![vec![word("at"), word("most")], vec![word("for")]]),
                Piece::Slot(Slot::Measure(1, Unit::Steps)),
                Piece::Comma,
                word("x"),
            ]
        );
    }

    #[test]
    fn words_of_the_grammar_are_no_names() {
        assert!(["tool", "Must", "restricted", "minute"].into_iter().all(is_plain_word));
        assert!(!["bash", "command", "deploy", "review", "at_most"].into_iter().any(is_plain_word));
    }
}
