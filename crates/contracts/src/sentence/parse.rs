//! From the tokens of one statement to a pattern with arguments.
//!
//! Every form is tried on the whole statement. A form that matches only a beginning is no match: what is
//! left over was written for a reason. If two forms match and mean different things, the statement is
//! refused too. What the error says comes from the form that got furthest.

use super::SentenceError;
use super::form::{Form, forms};
use super::slot::{self, Taken, Value};
use super::template::{Piece, Slot};
use super::token::{Spanned, Token};
use crate::limits::{SENTENCE_GUARANTEES_MAX, SENTENCE_STEPS_MAX};
use crate::pattern::{ArgumentError, Input, Instance, Pattern};

/// What came of matching a statement against every form.
pub(super) enum Matched {
    /// It says this.
    Says(Vec<Instance>),
    /// It is a known form, and is refused.
    Refused(SentenceError),
    /// It is no known form.
    Nothing,
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

pub(super) struct Matcher<'t> {
    text: &'t str,
    tokens: &'t [Spanned],
    /// Steps taken over all statements of the text.
    steps: &'t mut usize,
    found: Vec<Vec<Instance>>,
    /// A sentence of a known form whose arguments do not fit the pattern.
    refused: Option<SentenceError>,
    attempts: Vec<Attempt>,
    current: Option<Attempt>,
}

impl<'t> Matcher<'t> {
    pub(super) fn new(text: &'t str, tokens: &'t [Spanned], steps: &'t mut usize) -> Self {
        let (found, attempts) = (Vec::new(), Vec::new());
        Self { text, tokens, steps, found, refused: None, attempts, current: None }
    }

    /// Matches the statement against every form.
    pub(super) fn matched(&mut self) -> Matched {
        let words: Vec<String> = self
            .tokens
            .iter()
            .filter_map(|t| match &t.token {
                Token::Word(word) => Some(word.to_lowercase()),
                _ => None,
            })
            .collect();
        let possible = |form: &&Form| form.needed.iter().all(|word| words.contains(word));
        for form in forms().iter().filter(possible) {
            self.attempt(form);
        }
        if *self.steps > SENTENCE_STEPS_MAX {
            let message = "the sentence takes too long to read".to_owned();
            return Matched::Refused(SentenceError::limit(self.range(), message));
        }
        match self.found.as_slice() {
            [only] => return Matched::Says(only.clone()),
            [] => {}
            several => return Matched::Refused(self.ambiguous(several)),
        }
        self.refused.take().map_or(Matched::Nothing, Matched::Refused)
    }

    /// The bytes of the statement.
    fn range(&self) -> core::ops::Range<usize> {
        let start = self.tokens.first().map_or(0, |t| t.range.start);
        start..self.tokens.last().map_or(self.text.len(), |t| t.range.end)
    }

    fn ambiguous(&self, readings: &[Vec<Instance>]) -> SentenceError {
        let say = |reading: &Vec<Instance>| {
            let said: Option<Vec<String>> = reading.iter().map(super::render::render).collect();
            said.map(|said| said.join("; "))
        };
        let readings: Vec<String> = readings.iter().filter_map(say).collect();
        SentenceError::new(self.range(), "the sentence can be read in more than one way")
            .hint(format!("write one of: {}", readings.join(", or: ")))
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
        *self.steps = self.steps.saturating_add(1);
        if *self.steps > SENTENCE_STEPS_MAX {
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
        match slot::ways(form.pattern, slot, self.text, self.tokens, at) {
            Ok(ways) => {
                for (values, after) in ways {
                    let mut taken = taken.clone();
                    for (index, value) in values {
                        if let Some(place) = taken.get_mut(index) {
                            *place = Some(value);
                        }
                    }
                    self.run(rest, after, &taken);
                }
            }
            Err(miss) => self.miss(at.saturating_add(miss.after), miss.wanted, miss.hint),
        }
    }

    fn complete(&mut self, at: usize, taken: &Taken) {
        let Some(attempt) = &mut self.current else { return };
        let instances = instances(attempt.form.pattern, taken);
        if at < self.tokens.len() {
            if at >= attempt.at {
                attempt.at = at;
                attempt.wanted.clear();
                attempt.complete = instances.ok().and_then(|list| list.into_iter().next());
            }
            return;
        }
        match instances {
            Ok(instances) if self.found.contains(&instances) => {}
            Ok(instances) => self.found.push(instances),
            Err(error) => {
                let refused = SentenceError::new(self.range(), error.message);
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

    /// The error of a statement that no form matches.
    pub(super) fn explain(mut self) -> SentenceError {
        // All forms again, those that cannot match too, only to find out what was nearly meant.
        self.attempts.clear();
        for form in forms() {
            self.attempt(form);
        }
        let whole = self.range();
        let Some(best) = self.nearest() else {
            return SentenceError::new(whole, "this is no known form of a contract");
        };
        let end = self.tokens.last().map_or(0, |t| t.range.end);
        let from = self.tokens.get(best.at).map_or(end, |t| t.range.start);
        let to = self.tokens.get(best.at).map_or(end, |t| t.range.end);
        let advice = super::advice::advice(self.text, self.tokens);
        if let Some(read) = best.complete.as_ref().and_then(super::render::render) {
            let message = "a sentence says one thing, and this goes on after it";
            let hint =
                || format!("up to here it reads: {read}; write a sentence of its own for the rest");
            return SentenceError::new(from..end, message)
                .label("not understood")
                .hint(advice.unwrap_or_else(hint));
        }
        let example = || format!("the nearest form is: {}", best.form.pattern.example);
        let unquoted = match self.tokens.get(best.at).map(|t| &t.token) {
            Some(Token::Word(word)) if self.wants_a_name(best) => {
                Some(format!("if `{word}` is a name, write it in backticks; {}", example()))
            }
            _ => None,
        };
        let hint = advice.or_else(|| best.hint.clone()).or(unquoted).unwrap_or_else(example);
        let message = "this is no known form of a contract";
        if best.at == 0 || self.shared(best.form) == 0 {
            return SentenceError::new(whole, message).hint(hint);
        }
        let label = format!("expected {}", wanted(&best.wanted));
        SentenceError::new(from..to, message).label(label).hint(hint)
    }

    /// How many words of the statement are words of the form.
    fn shared(&self, form: &Form) -> usize {
        let shared = self.tokens.iter().filter(|t| match &t.token {
            Token::Word(word) => form.words.contains(&word.to_lowercase()),
            _ => false,
        });
        shared.count()
    }

    /// Whether a form of the pattern has a name where the attempt failed.
    fn wants_a_name(&self, best: &Attempt) -> bool {
        let same = |a: &&Attempt| a.at == best.at && a.form.pattern.name == best.form.pattern.name;
        let mut wanted = self.attempts.iter().filter(same).flat_map(|a| &a.wanted);
        wanted.any(|wanted| wanted.ends_with(" name"))
    }

    /// The attempt that was most likely meant.
    fn nearest(&self) -> Option<&Attempt> {
        let nearness = |attempt: &Attempt| {
            // The words that a sentence shares with a form say more about what was meant than how far the
            // form got.
            let words = self.shared(attempt.form).saturating_mul(3);
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
        best
    }
}

/// The instances that the slots say: one for each combination of what was joined.
fn instances(pattern: &'static Pattern, taken: &Taken) -> Result<Vec<Instance>, ArgumentError> {
    let mut rows: Vec<Vec<Option<Input>>> = vec![vec![None; taken.len()]];
    for (index, value) in taken.iter().enumerate() {
        let choices: Vec<Vec<(usize, Input)>> = match value {
            None | Some(Value::Derived(..)) => continue,
            Some(Value::One(input)) => vec![vec![(index, input.clone())]],
            Some(Value::Each(inputs)) => {
                inputs.iter().map(|input| vec![(index, input.clone())]).collect()
            }
            Some(Value::Pairs(second, names)) => pairs(names)
                .map(|(a, b)| vec![(index, Input::Text(a)), (*second, Input::Text(b))])
                .collect(),
        };
        if rows.len().saturating_mul(choices.len()) > SENTENCE_GUARANTEES_MAX {
            let message = format!("the sentence says more than {SENTENCE_GUARANTEES_MAX} things");
            return Err(ArgumentError::new(crate::pattern::Fault::Pattern, message));
        }
        let with = |row: &Vec<Option<Input>>, choice: &[(usize, Input)]| {
            let mut row = row.clone();
            for (index, input) in choice {
                if let Some(place) = row.get_mut(*index) {
                    *place = Some(input.clone());
                }
            }
            row
        };
        rows = rows.iter().flat_map(|row| choices.iter().map(|c| with(row, c))).collect();
    }
    rows.into_iter().map(|row| instance(pattern, taken, row)).collect()
}

fn instance(
    pattern: &'static Pattern,
    taken: &Taken,
    mut row: Vec<Option<Input>>,
) -> Result<Instance, ArgumentError> {
    for (index, value) in taken.iter().enumerate() {
        if let Some(Value::Derived(text, from)) = value
            && let Some(Some(Input::Text(added))) = row.get(*from)
        {
            let derived = Input::Text(format!("{text}{added}"));
            if let Some(place) = row.get_mut(index) {
                *place = Some(derived);
            }
        }
    }
    let given = pattern.parameters.iter().zip(row);
    let given = given.filter_map(|(p, input)| Some((p.name.to_owned(), input?)));
    pattern.bind_named(given.collect())
}

/// Each name with each of those after it.
fn pairs(names: &[String]) -> impl Iterator<Item = (String, String)> {
    names.iter().enumerate().flat_map(move |(place, first)| {
        let others = names.iter().skip(place.saturating_add(1));
        others.map(move |second| (first.clone(), second.clone()))
    })
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
