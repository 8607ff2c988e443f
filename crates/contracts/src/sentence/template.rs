//! Templates of forms: words, slots, and choices between them.
//!
//! `[x|y]` may be left out, `(x|y)` may not; both may hold several words, slots and further brackets. A comma
//! stands for itself. `~name` is a group of words of [`GROUPS`]. A slot takes the argument of the parameter
//! it names:
//!
//! | slot | takes |
//! |---|---|
//! | `{p}` | what the parameter's kind says: a name, a list, a number; of tools also ``any of `a`, `b` `` |
//! | `{p&}` | the same, and ``  `a` and `b` ``, which says one thing of each |
//! | `{p+}` | the same, and ``  `a` and `b` ``, which says one thing of both together |
//! | `{a*b}` | two tools or more, each with each of the others |
//! | `{p#times}` | a number and `times` or `calls`, or `once`, or `twice` |
//! | `{p#count}` | the same without `once` |
//! | `{p#steps}`, … | a number and a unit of `unit` |
//! | `{p#words<}`, `{p<}` | the same, and the argument is one less |
//! | `{p#window}` | `per minute`, `within 24 hours`, `a day` |
//! | `{p.q}` | one name of the shape `tool.path`, for two parameters |
//! | `{p=x}` | nothing; the argument is `x` |
//! | `{p=x<q>}` | nothing; the argument is `x` and then the argument of `q` |

use super::unit::Unit;
use crate::pattern::Pattern;

/// Words that many forms share.
pub(crate) const GROUPS: &[(&str, &str)] = &[
    ("call", "(call|run|execute|use|invoke)"),
    ("called", "(called|run|executed|used|invoked)"),
    ("calling", "[calling|running|executing|using|reading]"),
    ("must", "(must|should|shall|has to|have to|needs to|need to)"),
    (
        "mustnot",
        "(must not|must never|may not|may never|cannot|can not|can never|should not|should never|shall not)",
    ),
    ("dont", "(never|do not|don't|must not|may not|cannot|can not)"),
    ("most", "(at most|no more than|not more than|up to|a maximum of|maximum|max)"),
];

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Word(String),
    Comma,
    Slot(Slot),
    /// One of the alternatives; an empty one makes the piece optional.
    Choice(Vec<Vec<Self>>),
}

/// A slot of a template. Parameters are named by their places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    /// The argument of a parameter, and what several names joined by `and` would mean.
    Plain(usize, Joined),
    /// Tools, each with each of the others.
    Pairs(usize, usize),
    /// A number, with its unit if there is one; the argument is one less if it is `below`.
    Measure { index: usize, unit: Option<Unit>, below: bool },
    /// A length of time after `per`, `within` and the like.
    Window(usize),
    /// `tool.path`, for two parameters.
    Target(usize, usize),
    /// A given argument, and the parameter whose argument is added to it.
    Fixed(usize, String, Option<usize>),
}

/// What several names joined by `and` mean in a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Joined {
    /// Nothing: one name is wanted.
    Not,
    /// One thing is said of each.
    Each,
    /// One thing is said of all of them together.
    Together,
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
                '~' => {
                    self.skip();
                    let name = self.word();
                    let group = GROUPS.iter().find(|(known, _)| *known == name);
                    let group = group.map_or("", |(_, words)| words);
                    pieces.extend(template_pieces(self.pattern, group));
                }
                _ => pieces.push(Piece::Word(self.word().to_lowercase())),
            }
        }
        list.push(pieces);
        list
    }

    fn word(&mut self) -> String {
        let end = self.rest.find([' ', '\n', '[', ']', '(', ')', '{', '|', ',', '~']);
        let (word, rest) =
            self.rest.split_at_checked(end.unwrap_or(self.rest.len())).unwrap_or_default();
        self.rest = rest;
        word.to_owned()
    }

    fn skip(&mut self) {
        let mut chars = self.rest.chars();
        chars.next();
        self.rest = chars.as_str();
    }

    fn slot(&self, text: &str) -> Option<Slot> {
        let index = |name: &str| self.pattern.position(name);
        if let Some((name, value)) = text.split_once('=') {
            let (value, from) = match value.split_once('<') {
                Some((value, from)) => (value, Some(index(from.strip_suffix('>')?)?)),
                None => (value, None),
            };
            return Some(Slot::Fixed(index(name)?, value.to_owned(), from));
        }
        let (text, below) = match text.strip_suffix('<') {
            Some(text) => (text, true),
            None => (text, false),
        };
        match text.split_once('#') {
            Some((name, "window")) => return index(name).map(Slot::Window),
            Some((name, unit)) => {
                let unit = Some(Unit::from_name(unit)?);
                return Some(Slot::Measure { index: index(name)?, unit, below });
            }
            None if below => {
                return Some(Slot::Measure { index: index(text)?, unit: None, below });
            }
            None => {}
        }
        if let Some((first, second)) = text.split_once('*') {
            return Some(Slot::Pairs(index(first)?, index(second)?));
        }
        if let Some((tool, path)) = text.split_once('.') {
            return Some(Slot::Target(index(tool)?, index(path)?));
        }
        let (name, joined) = match (text.strip_suffix('&'), text.strip_suffix('+')) {
            (Some(name), _) => (name, Joined::Each),
            (_, Some(name)) => (name, Joined::Together),
            _ => (text, Joined::Not),
        };
        index(name).map(|index| Slot::Plain(index, joined))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern;

    #[test]
    fn a_template_becomes_pieces() {
        let pattern = pattern::find("cooldown").unwrap();
        let word = |w: &str| Piece::Word(w.to_owned());
        assert_eq!(
            template_pieces(pattern, "[tool] {action&} (at most|for) {steps#steps}, x {steps<}"),
            [
                Piece::Choice(vec![vec![word("tool")], vec![]]),
                Piece::Slot(Slot::Plain(0, Joined::Each)),
                Piece::Choice(vec![vec![word("at"), word("most")], vec![word("for")]]),
                Piece::Slot(Slot::Measure { index: 1, unit: Some(Unit::Steps), below: false }),
                Piece::Comma,
                word("x"),
                Piece::Slot(Slot::Measure { index: 1, unit: None, below: true }),
            ]
        );
    }

    #[test]
    fn a_group_stands_for_its_words() {
        let pattern = pattern::find("cooldown").unwrap();
        assert_eq!(template_pieces(pattern, "~call"), template_pieces(pattern, GROUPS[0].1));
        for (name, words) in GROUPS {
            assert!(!template_pieces(pattern, &format!("~{name} x")).is_empty(), "{words}");
        }
    }
}
