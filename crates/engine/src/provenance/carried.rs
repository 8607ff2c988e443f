//! What a text carries: which of its values were in whose outputs.
//!
//! Three grades, each containing the one before, because an argument that names something and an argument that
//! is prose need different questions:
//!
//! | grade | what was in the output of the source |
//! |---|---|
//! | `value` | the text as a whole, up to [`WHOLE_WORDS_MAX`] words, or an identifying token in it |
//! | `quote` | or [`QUOTE_WORDS`] words of it in a row |
//! | `word` | or any word of it with six letters |
//!
//! Identifying tokens are addresses, hosts, words of six characters with a digit, and account numbers however
//! they are grouped.

use super::Index;
use super::buffers::Buffers;
use super::exact::{is_identifying, trim};
use super::layers::{self, Complete};
use super::source::Sources;
use super::words::{Mark, Words};
use crate::limits::PROVENANCE_SOURCES_MAX;

/// Words of the longest text that is taken as one value.
pub const WHOLE_WORDS_MAX: usize = 12;
/// Words of the shortest quotation.
pub const QUOTE_WORDS: u8 = 6;
/// Characters of the shortest word that counts by itself.
pub const WORD_CHARS_MIN: usize = 6;
/// Letters and digits of the shortest account number.
const ACCOUNT_CHARS_MIN: usize = 8;

/// The sources of what a text carries, by grade.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Of the text as a whole or of identifying tokens in it.
    pub value: Sources,
    /// Of those, or of a quotation.
    pub quote: Sources,
    /// Of those, or of any word of six letters.
    pub word: Sources,
}

impl Carried {
    fn value(&mut self, sources: Sources) {
        self.value = self.value.or(sources);
        self.quote(sources);
    }

    fn quote(&mut self, sources: Sources) {
        self.quote = self.quote.or(sources);
        self.word(sources);
    }

    fn word(&mut self, sources: Sources) {
        self.word = self.word.or(sources);
    }
}

/// What the text carries, in itself and in every decoding of it.
pub(super) fn of(index: &Index, text: &str, buffers: &mut Buffers) -> Carried {
    let mut carried = Carried::default();
    if index.seen().is_empty() || !text.contains(char::is_alphanumeric) {
        return carried;
    }
    let Buffers { layers, wide, .. } = buffers;
    let complete = layers::each(text, layers, &mut |layer| read(index, layer, wide, &mut carried));
    if complete == Complete::No {
        carried.value(index.seen());
    }
    // What was left out of a full index might be what the text carries.
    carried.value(index.full());
    carried
}

/// One layer: every mark looked up once, then the tokens in it.
fn read(index: &Index, text: &str, wide: &mut Vec<u8>, carried: &mut Carried) {
    let mut runs = Runs::default();
    let mut accounts = Accounts::default();
    Words::new(text, index.word_key(), wide).each(&mut |mark| match mark {
        Mark::Word { hash, chars, digit, .. } => {
            let sources = index.sources(hash);
            runs.word(sources);
            if chars >= WORD_CHARS_MIN {
                if digit { carried.value(sources) } else { carried.word(sources) }
            }
        }
        Mark::Pair { hash } => carried.quote(runs.pair(index.sources(hash))),
        Mark::Number { hash } => runs.number(index.sources(hash)),
        Mark::Digits { hash, run } => carried.value(accounts.window(index.sources(hash), run)),
    });
    if runs.words <= WHOLE_WORDS_MAX {
        carried.value(runs.whole());
    }
    if runs.words > 1 && carried.value != index.seen() {
        tokens(index, text, wide, carried);
    }
}

/// The identifying tokens of a text, each as a value of its own.
fn tokens(index: &Index, text: &str, wide: &mut Vec<u8>, carried: &mut Carried) {
    let delimiter = |c: char| c.is_whitespace() || "<>()[]{}\"'`|,;".contains(c);
    for token in text.split(delimiter).map(trim).filter(|token| is_identifying(token)) {
        carried.value(chain(index, token, wide));
        let (_, bare) = token.split_once("://").unwrap_or(("", token));
        let bare = bare.strip_prefix("www.").unwrap_or(bare);
        let host = bare.split(['/', '?', '#', ':']).next().unwrap_or_default();
        carried.value(chain(index, host, wide));
        // A value smuggled out in a query or a path.
        for part in bare.split(['/', '?', '#', '&', '=']).skip(1) {
            if part.chars().count() >= 6 {
                carried.value(chain(index, part, wide));
            }
        }
    }
}

/// The sources in which the words of the text stand in a row.
fn chain(index: &Index, text: &str, wide: &mut Vec<u8>) -> Sources {
    let mut runs = Runs::default();
    Words::new(text, index.word_key(), wide).each(&mut |mark| match mark {
        Mark::Word { hash, .. } => runs.word(index.sources(hash)),
        Mark::Pair { hash } => {
            runs.pair(index.sources(hash));
        }
        Mark::Number { hash } => runs.number(index.sources(hash)),
        Mark::Digits { .. } => {}
    });
    runs.whole()
}

/// Chains of pairs, for each source.
struct Runs {
    words: usize,
    /// The sources of the first word and of every pair: the text as a whole.
    all: Option<Sources>,
    /// The sources of a number with separators, of which the text may consist.
    numbers: Sources,
    pairs: [u8; PROVENANCE_SOURCES_MAX_SIZE],
}

/// As the length of an array.
const PROVENANCE_SOURCES_MAX_SIZE: usize = 64;
const _: () = assert!(PROVENANCE_SOURCES_MAX == 64);

impl Default for Runs {
    fn default() -> Self {
        let pairs = [0; PROVENANCE_SOURCES_MAX_SIZE];
        Self { words: 0, all: None, numbers: Sources::NONE, pairs }
    }
}

impl Runs {
    fn word(&mut self, sources: Sources) {
        self.words = self.words.saturating_add(1);
        self.all = Some(self.all.map_or(sources, |all| all.and(sources)));
    }

    /// The sources of a quotation that ends here.
    fn pair(&mut self, sources: Sources) -> Sources {
        let mut quoted = Sources::NONE;
        self.all = self.all.map(|all| all.and(sources));
        for (source, length) in (0..PROVENANCE_SOURCES_MAX).zip(&mut self.pairs) {
            *length = if sources.bits() >> source & 1 == 1 { length.saturating_add(1) } else { 0 };
            if *length >= QUOTE_WORDS - 1 {
                quoted = quoted.or(Sources::from_bits(1 << source));
            }
        }
        quoted
    }

    fn number(&mut self, sources: Sources) {
        self.numbers = self.numbers.or(sources);
    }

    fn whole(&self) -> Sources {
        // `1,000.50` has three words and is one number.
        let number = if self.words <= 4 { self.numbers } else { Sources::NONE };
        self.all.unwrap_or_default().or(number)
    }
}

/// Windows of one run of groups: an account number.
#[derive(Default)]
struct Accounts {
    run: u32,
    windows: usize,
    sources: Sources,
}

impl Accounts {
    /// The sources of an account number that ends here.
    fn window(&mut self, sources: Sources, run: u32) -> Sources {
        let together = self.sources.and(sources);
        if run == self.run && !together.is_empty() {
            (self.windows, self.sources) = (self.windows.saturating_add(1), together);
        } else {
            (self.windows, self.sources) = (usize::from(!sources.is_empty()), sources);
        }
        self.run = run;
        let chars = self.windows.saturating_add(5);
        if chars >= ACCOUNT_CHARS_MIN { self.sources } else { Sources::NONE }
    }
}
