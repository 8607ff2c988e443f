//! From tokens to a pattern with arguments.
//!
//! Every form is tried on the whole sentence. A form that matches only a beginning is no match: what is
//! left over was written for a reason. If two forms match and mean different things, the sentence is
//! refused too. What the error says comes from the form that got furthest.

use super::SentenceError;
use super::form::{Form, Piece, Slot, forms};
use super::slot;
use super::token::{Spanned, Token, tokens};
use crate::limits::SENTENCE_STEPS_MAX;
use crate::pattern::{Input, Instance};

/// The arguments that slots have taken so far, by parameter.
pub(super) type Taken = Vec<Option<Input>>;

/// The pattern with arguments that a sentence says.
pub(super) fn parse(text: &str) -> Result<Instance, SentenceError> {
    let tokens = tokens(text)?;
    if tokens.is_empty() {
        return Err(SentenceError::new(0..text.len(), "the sentence is empty"));
    }
    let mut matcher = Matcher::new(text, &tokens);
    let words: Vec<String> = tokens
        .iter()
        .filter_map(|t| match &t.token {
            Token::Word(word) => Some(word.to_lowercase()),
            _ => None,
        })
        .collect();
    for form in forms().iter().filter(|form| form.needed.iter().all(|word| words.contains(word))) {
        matcher.attempt(form);
    }
    matcher.check_steps()?;
    match matcher.found.as_slice() {
        [only] => return Ok(only.clone()),
        [] => {}
        several => return Err(ambiguous(text, several)),
    }
    if let Some(refused) = matcher.refused.take() {
        return Err(refused);
    }
    // A second pass over all forms, only to find out what was nearly meant.
    for form in forms() {
        matcher.attempt(form);
    }
    Err(matcher.explain())
}

fn ambiguous(text: &str, readings: &[Instance]) -> SentenceError {
    let readings: Vec<String> = readings.iter().filter_map(super::render::render).collect();
    SentenceError::new(0..text.len(), "the sentence can be read in more than one way")
        .hint(format!("write one of: {}", readings.join("; ")))
}

/// What to match after the current pieces.
#[derive(Clone, Copy)]
struct Frame<'f> {
    pieces: &'f [Piece],
    next: Option<&'f Self>,
}

/// How far a form got.
struct Attempt {
    form: &'static Form,
    /// The token that did not fit.
    at: usize,
    /// What would have fitted.
    wanted: Vec<String>,
    /// Whether the form was complete before the token.
    complete: Option<Instance>,
    hint: Option<String>,
}

struct Matcher<'t> {
    text: &'t str,
    tokens: &'t [Spanned],
    steps: usize,
    found: Vec<Instance>,
    /// A sentence of a known form whose arguments do not fit the pattern.
    refused: Option<SentenceError>,
    attempts: Vec<Attempt>,
    current: Option<Attempt>,
}

impl<'t> Matcher<'t> {
    fn new(text: &'t str, tokens: &'t [Spanned]) -> Self {
        let (found, attempts) = (Vec::new(), Vec::new());
        Self { text, tokens, steps: 0, found, refused: None, attempts, current: None }
    }

    fn attempt(&mut self, form: &'static Form) {
        self.current =
            Some(Attempt { form, at: 0, wanted: Vec::new(), complete: None, hint: None });
        let taken = vec![None; form.pattern.parameters.len()];
        self.run(Frame { pieces: &form.pieces, next: None }, 0, &taken);
        self.attempts.extend(self.current.take());
    }

    /// Matches the pieces of `frame` and of those behind it from token `at` on, in every possible way.
    ///
    /// The recursion is as deep as the template is long.
    fn run(&mut self, frame: Frame<'_>, at: usize, taken: &Taken) {
        self.steps = self.steps.saturating_add(1);
        if self.steps > SENTENCE_STEPS_MAX {
            return;
        }
        let Some((piece, pieces)) = frame.pieces.split_first() else {
            match frame.next {
                Some(next) => self.run(*next, at, taken),
                None => self.complete(at, taken),
            }
            return;
        };
        let rest = Frame { pieces, next: frame.next };
        match piece {
            Piece::Word(word) => match self.tokens.get(at).map(|t| &t.token) {
                Some(Token::Word(got)) if got.eq_ignore_ascii_case(word) => {
                    self.run(rest, at.saturating_add(1), taken);
                }
                _ => self.miss(at, format!("`{word}`"), None),
            },
            Piece::Comma => match self.tokens.get(at).map(|t| &t.token) {
                Some(Token::Comma) => self.run(rest, at.saturating_add(1), taken),
                _ => self.miss(at, "`,`".to_owned(), None),
            },
            Piece::Choice(alternatives) => {
                for alternative in alternatives {
                    self.run(Frame { pieces: alternative, next: Some(&rest) }, at, taken);
                }
            }
            Piece::Slot(slot) => self.slot(slot, rest, at, taken),
        }
    }

    fn slot(&mut self, slot: &Slot, rest: Frame<'_>, at: usize, taken: &Taken) {
        let Some(form) = self.current.as_ref().map(|attempt| attempt.form) else { return };
        let mut taken = taken.clone();
        match slot::take(form.pattern, slot, self.text, self.tokens, at, &mut taken) {
            Ok(after) => self.run(rest, after, &taken),
            Err(miss) => self.miss(at.saturating_add(miss.after), miss.wanted, miss.hint),
        }
    }

    fn complete(&mut self, at: usize, taken: &Taken) {
        let Some(attempt) = &mut self.current else { return };
        let pattern = attempt.form.pattern;
        let given = pattern.parameters.iter().zip(taken);
        let given = given.filter_map(|(p, input)| Some((p.name.to_owned(), input.clone()?)));
        let instance = pattern.bind_named(given.collect());
        if at < self.tokens.len() {
            if at >= attempt.at {
                attempt.at = at;
                attempt.wanted.clear();
                attempt.complete = instance.ok();
            }
            return;
        }
        match instance {
            Ok(instance) if self.found.contains(&instance) => {}
            Ok(instance) => self.found.push(instance),
            Err(error) => {
                let refused = SentenceError::new(0..self.text.len(), error.message);
                self.refused = Some(SentenceError { hint: error.hint, ..refused });
            }
        }
    }

    fn miss(&mut self, at: usize, wanted: String, hint: Option<String>) {
        let Some(attempt) = &mut self.current else { return };
        if at > attempt.at {
            attempt.at = at;
            attempt.wanted.clear();
            attempt.complete = None;
        }
        if at == attempt.at {
            if !attempt.wanted.contains(&wanted) {
                attempt.wanted.push(wanted);
            }
            attempt.hint = hint.or(attempt.hint.take());
        }
    }

    fn check_steps(&self) -> Result<(), SentenceError> {
        if self.steps <= SENTENCE_STEPS_MAX {
            return Ok(());
        }
        let message = "the sentence takes too long to read".to_owned();
        Err(SentenceError::limit(0..self.text.len(), message))
    }

    /// The error of a sentence that no form matches.
    fn explain(&self) -> SentenceError {
        let nearness = |attempt: &Attempt| {
            // The words that a sentence shares with a form say more about what was meant than how far the
            // form got.
            let shared = self.tokens.iter().filter(|t| match &t.token {
                Token::Word(word) => attempt.form.words.contains(&word.to_lowercase()),
                _ => false,
            });
            let words = shared.count().saturating_mul(3);
            // A form that fails on a number, or is complete before the end, was surely meant.
            let sure = attempt.complete.is_some() || attempt.hint.is_some();
            let sure = if sure { self.tokens.len() } else { 0 };
            (words.saturating_add(attempt.at).saturating_add(sure), attempt.at)
        };
        let mut best: Option<&Attempt> = None;
        for attempt in &self.attempts {
            if best.is_none_or(|b| nearness(attempt) > nearness(b)) {
                best = Some(attempt);
            }
        }
        let Some(best) = best else {
            return SentenceError::new(0..self.text.len(), "this is no known form of a contract");
        };
        let from = self.tokens.get(best.at).map_or(self.text.len(), |t| t.range.start);
        let to = self.tokens.get(best.at).map_or(self.text.len(), |t| t.range.end);
        let example = format!("the nearest form is: {}", best.form.pattern.example);
        if let Some(read) = best.complete.as_ref().and_then(super::render::render) {
            let end = self.tokens.last().map_or(to, |t| t.range.end);
            return SentenceError::new(
                from..end,
                "a sentence says one thing, and this goes on after it",
            )
            .label("not understood")
            .hint(super::advice::advice(self.text).unwrap_or_else(|| {
                format!("up to here it reads: {read}; write a sentence of its own for the rest")
            }));
        }
        let wanted = wanted(&best.wanted);
        let error = SentenceError::new(from..to, "this is no known form of a contract");
        let error = if best.at == 0 { error } else { error.label(format!("expected {wanted}")) };
        let hint =
            super::advice::advice(self.text).or_else(|| best.hint.clone()).unwrap_or(example);
        let whole = 0..self.text.len();
        SentenceError { range: if best.at == 0 { whole } else { error.range.clone() }, ..error }
            .hint(hint)
    }
}

/// `a`, `b` or `c`
fn wanted(list: &[String]) -> String {
    const SHOWN: usize = 4;
    let shown: Vec<&str> = list.iter().take(SHOWN).map(String::as_str).collect();
    match shown.split_last() {
        None => "the end".to_owned(),
        Some((last, [])) => (*last).to_owned(),
        Some(_) if list.len() > SHOWN => format!("{} …", shown.join(", ")),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}
