//! The user's own words, and whether a text stands in them.
//!
//! Asked in a position where "yes" permits, so it is exact: the words are kept as they were written, folded in
//! case and blanks, up to a limit; what does not fit was not said. A text stands in them where it begins and
//! ends at a word boundary. A text with digits or punctuation in it names something, and names nothing where it
//! is only a part of a longer name: `b@example.com` was not said by who said `a.b@example.com`.

use super::buffers::Buffers;
use super::exact::{canonical, is_name};
use crate::event::Decimal;
use crate::limits::{PROVENANCE_EXACT_TEXT_BYTES_MAX, PROVENANCE_USER_BYTES_MAX};

/// Between two messages; a control character cannot be part of a text that is looked for.
const PART: char = '\n';

/// Bytes of a text that is looked for in groups; no account number is longer.
const ACCOUNT_BYTES_MAX: usize = 64;

/// What the user said, one message after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    words: String,
}

impl Said {
    pub(super) fn bytes(&self) -> usize {
        self.words.capacity()
    }

    pub(super) fn words(&self) -> &str {
        &self.words
    }

    /// What [`words`](Self::words) gave.
    pub(super) fn restore(words: &str) -> Option<Self> {
        (words.len() <= PROVENANCE_USER_BYTES_MAX).then(|| Self { words: words.to_owned() })
    }

    pub(super) fn record(&mut self, text: &str) {
        let room = PROVENANCE_USER_BYTES_MAX.saturating_sub(self.words.len());
        let mut folded = String::with_capacity(text.len());
        fold(&separate(text), &mut folded);
        // A word that is cut would be another word: the last blank before the limit ends what is kept.
        let kept = if folded.len() < room {
            folded.as_str()
        } else {
            let cut = (0..=room.saturating_sub(1)).rev().find(|at| folded.is_char_boundary(*at));
            let head = cut.and_then(|at| folded.get(..at)).unwrap_or_default();
            head.rsplit_once(' ').map_or("", |(head, _)| head)
        };
        if kept.is_empty() {
            return;
        }
        // Growth by doubling would pass the limit.
        let wanted = kept.len().saturating_add(1);
        self.words.reserve_exact(wanted.max(self.words.len().min(room)));
        self.words.push_str(kept);
        self.words.push(PART);
    }

    /// Whether the text stands in the user's words.
    pub(super) fn contains(&self, text: &str, buffers: &mut Buffers) -> bool {
        if text.len() > PROVENANCE_EXACT_TEXT_BYTES_MAX {
            return false;
        }
        let Buffers { folded, canonical: bare, .. } = buffers;
        fold(text, folded);
        self.stands(folded)
            || canonical(text, bare).is_some_and(|bare| {
                // An account number is found however either side groups it, an address with any scheme.
                (bare != folded && self.stands(bare)) || self.stands_grouped(bare)
            })
            || self.stands_as_number(text)
    }

    fn stands(&self, text: &str) -> bool {
        let name = text.bytes().any(|b| b.is_ascii_digit()) || text.contains(['@', '.', '/', '_']);
        let mut matches = self.words.match_indices(text);
        !text.is_empty()
            && matches.any(|(start, found)| {
                let (before, rest) = self.words.split_at_checked(start).unwrap_or_default();
                let after = rest.get(found.len()..).unwrap_or_default();
                ends_before(before, name) && begins_after(after, name)
            })
    }

    /// Whether a text of letters and digits stands in the words when blanks and hyphens of these are left out.
    fn stands_grouped(&self, text: &str) -> bool {
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        if digits < 6
            || text.len() > ACCOUNT_BYTES_MAX
            || !text.bytes().all(|b| b.is_ascii_alphanumeric())
        {
            return false;
        }
        let starts = self.words.char_indices().filter(|(start, c)| {
            c.is_ascii_alphanumeric()
                && self.words.get(..*start).is_some_and(|before| ends_before(before, true))
        });
        starts.map(|(start, _)| self.words.get(start..).unwrap_or_default()).any(|rest| {
            let mut rest = rest.char_indices().peekable();
            for wanted in text.chars() {
                while rest.next_if(|(_, c)| matches!(c, ' ' | '-')).is_some() {}
                if rest.next_if(|(_, c)| *c == wanted).is_none() {
                    return false;
                }
            }
            rest.peek().is_none_or(|(_, c)| !c.is_alphanumeric())
        })
    }

    /// Whether the text is a number and the user said that number in another writing.
    fn stands_as_number(&self, text: &str) -> bool {
        let Some(number) = Decimal::parse(text) else { return false };
        let pieces =
            self.words.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '"' | '\''));
        pieces.map(amount).any(|piece| Decimal::parse(piece) == Some(number))
    }
}

/// A piece of a sentence without the currency and punctuation around a number.
fn amount(piece: &str) -> &str {
    let piece = piece.trim_end_matches(['.', ',', ';', ':', '!', '?', '%']);
    piece.trim_matches(['$', '\u{20AC}', '\u{A3}', '\u{A5}'])
}

/// With the blank that is missing in `example.com.They`: a capitalised word after a full stop begins a sentence.
fn separate(text: &str) -> String {
    let mut separated = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !separated.is_empty() {
            separated.push(' ');
        }
        match word.rsplit_once('.') {
            Some((head, tail))
                if is_name(tail) && !head.contains(|c: char| c == '@' || c.is_uppercase()) =>
            {
                separated.extend([head, ". ", tail]);
            }
            _ => separated.push_str(word),
        }
    }
    separated
}

/// Lower case, blanks joined.
fn fold(text: &str, folded: &mut String) {
    folded.clear();
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.extend(word.chars().flat_map(char::to_lowercase));
    }
}

/// Whether a name may begin after this text.
fn ends_before(before: &str, name: bool) -> bool {
    let bare = ["https://", "http://", "mailto:", "www."].iter().any(|s| before.ends_with(s));
    bare || match before.chars().next_back() {
        None => true,
        Some(c) if c.is_alphanumeric() => false,
        Some('.' | '-' | '_' | '@' | '+' | '%' | '/' | ',') if name => {
            let inner = before.chars().rev().nth(1);
            inner.is_none_or(|c| !c.is_alphanumeric())
        }
        Some(_) => true,
    }
}

/// Whether a name may end before this text. A path or a query after a host leaves the host.
fn begins_after(after: &str, name: bool) -> bool {
    let mut after = after.chars();
    match after.next() {
        None => true,
        Some(c) if c.is_alphanumeric() => false,
        Some('.' | '-' | '_' | '@' | '+' | '%' | ',') if name => {
            after.next().is_none_or(|c| !c.is_alphanumeric())
        }
        Some(_) => true,
    }
}
