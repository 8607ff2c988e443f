//! From a text to what all its statements say.
//!
//! A text is one statement, or several with `and`, `but`, `;` or a full stop between them. `for each x` and
//! `per x` say what the statement is judged apart for. A text that is a statement as a whole is never taken
//! apart: in `` `a` must precede `b` and `c` `` the `and` joins two names.

use std::collections::BTreeMap;

use super::SentenceError;
use super::parse::{Matched, Matcher};
use super::slot::bare_name;
use super::token::{Spanned, Token, tokens};
use crate::limits::{SENTENCE_GUARANTEES_MAX, SENTENCE_JOINTS_MAX};
use crate::pattern::{Category, ForEach, Instance};

type Said = Result<Vec<Instance>, SentenceError>;

/// Everything that a text says.
pub(super) fn parse_all(text: &str) -> Said {
    let tokens = tokens(text)?;
    if tokens.is_empty() {
        return Err(SentenceError::new(0..text.len(), "the sentence is empty"));
    }
    let joints = joints(&tokens);
    if joints.len() > SENTENCE_JOINTS_MAX {
        let message = format!("a sentence joins at most {SENTENCE_JOINTS_MAX} statements");
        return Err(SentenceError::limit(0..text.len(), message).hint("write several sentences"));
    }
    let mut reader = Reader { text, tokens: &tokens, joints, steps: 0, said: BTreeMap::new() };
    let said = reader.statements(0)?;
    if said.len() > SENTENCE_GUARANTEES_MAX {
        let message = format!("the sentence says more than {SENTENCE_GUARANTEES_MAX} things");
        return Err(SentenceError::limit(0..text.len(), message));
    }
    let keys: Vec<Option<ForEach>> = said.iter().map(Instance::for_each).collect();
    if keys.iter().any(|one| Some(one) != keys.first()) {
        let message = "the parts of this sentence are judged apart for different things";
        return Err(SentenceError::new(0..text.len(), message)
            .hint("write one sentence, and one contract, for each"));
    }
    Ok(said)
}

/// Where a statement may end: the tokens that join it to the next.
#[derive(Clone, Copy)]
struct Joint {
    start: usize,
    end: usize,
    /// Whether what is joined could still belong to the clause before.
    loose: bool,
}

fn joints(tokens: &[Spanned]) -> Vec<Joint> {
    let mut list = Vec::new();
    for (at, spanned) in tokens.iter().enumerate() {
        let comma = at
            .checked_sub(1)
            .filter(|before| tokens.get(*before).is_some_and(|t| t.token == Token::Comma));
        let joint = match &spanned.token {
            Token::Stop => Joint { start: at, end: at.saturating_add(1), loose: false },
            Token::Word(word) if matches!(word.to_lowercase().as_str(), "and" | "but") => {
                Joint { start: comma.unwrap_or(at), end: at.saturating_add(1), loose: true }
            }
            _ => continue,
        };
        list.push(joint);
    }
    list
}

struct Reader<'t> {
    text: &'t str,
    tokens: &'t [Spanned],
    joints: Vec<Joint>,
    steps: usize,
    /// What the text says from a token on.
    said: BTreeMap<usize, Said>,
}

impl Reader<'_> {
    /// What is said from a token to the end.
    fn statements(&mut self, from: usize) -> Said {
        if let Some(said) = self.said.get(&from) {
            return said.clone();
        }
        let said = self.read(from);
        self.said.insert(from, said.clone());
        said
    }

    fn read(&mut self, from: usize) -> Said {
        let rest = self.tokens.get(from..).unwrap_or_default();
        if rest.is_empty() {
            let end = self.text.len();
            return Err(SentenceError::new(
                end..end,
                "the sentence ends where another was to begin",
            ));
        }
        let (keys, body) = leading_keys(rest);
        let mut refused = match self.statement(rest) {
            Matched::Says(said) => return Ok(said),
            Matched::Refused(error) => Some(error),
            Matched::Nothing => None,
        };
        let body = self.tokens.len().saturating_sub(body.len());
        let joints: Vec<Joint> = self.joints.iter().filter(|j| j.start > body).copied().collect();
        for joint in joints {
            let Some(first) = self.tokens.get(body..joint.start) else { continue };
            let Matched::Says(mut said) = self.statement(first) else { continue };
            match self.statements(joint.end) {
                Ok(_) if joint.loose && is_subordinate(first, &said) => {
                    refused = Some(self.in_doubt(first, joint));
                    break;
                }
                Ok(others) => {
                    said.extend(others);
                    return Ok(said.into_iter().map(|i| with_keys(i, &keys)).collect());
                }
                // A few words are rather a part of this statement than another one.
                Err(_) if !self.is_statement_like(joint.end) => {}
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        match refused {
            Some(error) => Err(error),
            None => {
                let (_, body) = without_keys(rest);
                Err(Matcher::new(self.text, &body, &mut self.steps).explain())
            }
        }
    }

    /// What one statement says, with its keys.
    fn statement(&mut self, tokens: &[Spanned]) -> Matched {
        let matched = Matcher::new(self.text, tokens, &mut self.steps).matched();
        if !matches!(matched, Matched::Nothing) {
            return matched;
        }
        let (keys, body) = without_keys(tokens);
        if keys.is_empty() {
            return Matched::Nothing;
        }
        match Matcher::new(self.text, &body, &mut self.steps).matched() {
            Matched::Says(said) => {
                Matched::Says(said.into_iter().map(|i| with_keys(i, &keys)).collect())
            }
            other => other,
        }
    }

    fn is_statement_like(&self, from: usize) -> bool {
        let rest = self.tokens.get(from..).unwrap_or_default().iter();
        rest.filter(|t| matches!(t.token, Token::Word(_))).count() > 1
    }

    fn in_doubt(&self, first: &[Spanned], joint: Joint) -> SentenceError {
        let opening = match first.first().map(|t| &t.token) {
            Some(Token::Word(word)) => word.to_lowercase(),
            _ => String::new(),
        };
        let range = self.tokens.get(joint.start..joint.end).map_or(0..self.text.len(), |joint| {
            let start = joint.first().map_or(0, |t| t.range.start);
            start..joint.last().map_or(self.text.len(), |t| t.range.end)
        });
        let message = format!("what follows could belong to `{opening} …` or stand for itself");
        SentenceError::new(range, message).hint(format!(
            "repeat `{opening} …` if it belongs to it, or write `;` in place of `and` if it does not"
        ))
    }
}

/// Whether a statement begins with a condition that what is joined to it could share.
fn is_subordinate(tokens: &[Spanned], said: &[Instance]) -> bool {
    let opens = |word: &str| {
        ["after", "once", "when", "whenever", "before", "if", "within"]
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known))
    };
    let is_fact = said.iter().all(|i| i.pattern().category == Category::Trigger);
    let opening = tokens.first().map(|t| &t.token);
    !is_fact && matches!(opening, Some(Token::Word(word)) if opens(word))
}

fn with_keys(instance: Instance, keys: &[ForEach]) -> Instance {
    keys.iter().fold(instance, |instance, key| instance.per(key.clone()))
}

/// The keys that a statement begins with, and the rest of it.
fn leading_keys(tokens: &[Spanned]) -> (Vec<ForEach>, &[Spanned]) {
    let (mut keys, mut rest) = (Vec::new(), tokens);
    while let Some((key, length)) = key(rest) {
        keys.push(key);
        rest = rest.get(length..).unwrap_or_default();
        if rest.first().is_some_and(|t| t.token == Token::Comma) {
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    (keys, rest)
}

/// The keys of a statement, wherever they stand, and the statement without them.
fn without_keys(tokens: &[Spanned]) -> (Vec<ForEach>, Vec<Spanned>) {
    let (mut keys, rest) = leading_keys(tokens);
    let mut body: Vec<Spanned> = Vec::with_capacity(rest.len());
    let mut at = 0usize;
    while let Some(spanned) = rest.get(at) {
        match rest.get(at..).and_then(key) {
            Some((found, length)) => {
                keys.push(found);
                if body.last().is_some_and(|t| t.token == Token::Comma) {
                    body.pop();
                }
                at = at.saturating_add(length);
            }
            None => {
                body.push(spanned.clone());
                at = at.saturating_add(1);
            }
        }
    }
    (keys, body)
}

/// `for each x`, `for every x`, `per x`: the key, and how many tokens say it.
fn key(tokens: &[Spanned]) -> Option<(ForEach, usize)> {
    let word = |at: usize| match tokens.get(at).map(|t| &t.token) {
        Some(Token::Word(word)) => Some(word.to_lowercase()),
        _ => None,
    };
    let mut at = match (word(0)?.as_str(), word(1).as_deref()) {
        ("for", Some("each" | "every")) => 2,
        ("per", _) => 1,
        _ => return None,
    };
    if word(at).as_deref() == Some("value") && word(at.saturating_add(1)).as_deref() == Some("of") {
        at = at.saturating_add(2);
    }
    if word(at).as_deref() == Some("argument") {
        at = at.saturating_add(1);
    }
    let key = match &tokens.get(at)?.token {
        Token::Quoted(text) => ForEach::parse(text)?,
        Token::Word(word) if word.eq_ignore_ascii_case("agent") => ForEach::Agent,
        Token::Word(word) if bare_name(word) => ForEach::parse(word)?,
        _ => return None,
    };
    Some((key, at.saturating_add(1)))
}
