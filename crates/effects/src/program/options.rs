//! The options and operands among a program's words, by the rules of `getopt`.
//!
//! A specification lists the options that take a value, by letter or long name: `"n lines"`. `name!` is a long option
//! without a value, listed so that its abbreviations are known. A `+` at its start says that options end at the first
//! operand (`sudo -u x rm -r a`), a `-` that long names follow one dash (`find -name`).

use std::borrow::Cow;

use crate::word::Word;

/// An option that is given.
#[derive(Debug)]
pub(crate) struct Given<'w> {
    /// Its letter or its long name, without dashes.
    pub(crate) name: &'w str,
    /// Its value.
    pub(crate) value: Option<Cow<'w, Word>>,
}

/// The words of a program, told apart.
#[derive(Debug, Default)]
pub(crate) struct Options<'w> {
    pub(crate) given: Vec<Given<'w>>,
    pub(crate) operands: Vec<&'w Word>,
}

impl<'w> Options<'w> {
    /// Tells the words apart.
    pub(crate) fn parse(specification: &'static str, words: &'w [Word]) -> Self {
        let stops = specification.starts_with('+');
        let one_dash = specification.starts_with('-');
        let list = specification.trim_start_matches(['+', '-']);
        let mut found = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let known = word.prefix();
            if known == "--" && word.text().is_some() {
                found.operands.extend(words.by_ref());
                break;
            }
            if known.len() < 2 || !known.starts_with('-') {
                found.operands.push(word);
                if stops {
                    found.operands.extend(words.by_ref());
                }
                continue;
            }
            if known.starts_with("--") || one_dash {
                found.long(list, known, word, &mut words);
            } else {
                found.cluster(list, known, word, &mut words);
            }
        }
        found
    }

    /// `--name`, `--name=value`, `--name value`, and what is short for it.
    fn long(
        &mut self,
        list: &'static str,
        known: &'w str,
        word: &'w Word,
        words: &mut std::slice::Iter<'w, Word>,
    ) {
        let body = known.trim_start_matches('-');
        let (written, attached) = match body.split_once('=') {
            Some((name, value)) => (name, Some(known.len() - value.len())),
            None => (body, None),
        };
        let (name, takes) = find(list, written);
        let value = match attached {
            Some(at) => Some(Cow::Owned(word.after(at))),
            None if takes => words.next().map(Cow::Borrowed),
            None => None,
        };
        self.given.push(Given { name, value });
    }

    /// `-abc`, where the first letter that takes a value takes the rest of the word or the next one.
    fn cluster(
        &mut self,
        list: &'static str,
        known: &'w str,
        word: &'w Word,
        words: &mut std::slice::Iter<'w, Word>,
    ) {
        for (at, letter) in known.char_indices().skip(1) {
            let end = at.saturating_add(letter.len_utf8());
            let Some(name) = known.get(at..end) else { continue };
            if !list.split(' ').any(|item| item == name) {
                self.given.push(Given { name, value: None });
                continue;
            }
            let rest = word.after(end);
            let value = if rest.pieces().is_empty() {
                words.next().map(Cow::Borrowed)
            } else {
                Some(Cow::Owned(rest))
            };
            self.given.push(Given { name, value });
            return;
        }
    }

    /// Whether one of these options is given.
    pub(crate) fn has(&self, names: &[&str]) -> bool {
        self.given.iter().any(|given| names.contains(&given.name))
    }

    /// The value of the last of these options.
    pub(crate) fn value(&self, names: &[&str]) -> Option<&Word> {
        self.values(names).last()
    }

    /// The values of these options.
    pub(crate) fn values(&self, names: &[&str]) -> impl Iterator<Item = &Word> {
        self.given
            .iter()
            .filter(move |given| names.contains(&given.name))
            .filter_map(|given| given.value.as_deref())
    }

    /// The text of an operand, if it is known.
    pub(crate) fn text(&self, index: usize) -> Option<&'w str> {
        self.operands.get(index).and_then(|word| word.text())
    }

    /// The operands from there on.
    pub(crate) fn rest(&self, from: usize) -> &[&'w Word] {
        self.operands.get(from..).unwrap_or_default()
    }
}

/// The option of the list that the name is, or is the one abbreviation of, and whether it takes a value.
fn find<'w>(list: &'static str, written: &'w str) -> (&'w str, bool) {
    let mut begun = None;
    let mut several = false;
    for item in list.split(' ') {
        let (name, takes) = item.strip_suffix('!').map_or((item, true), |name| (name, false));
        if name == written {
            return (written, takes);
        }
        if name.len() > 1 && name.starts_with(written) {
            several = begun.is_some();
            begun = Some((name, takes));
        }
    }
    match begun {
        Some(found) if !several && written.len() > 1 => found,
        _ => (written, false),
    }
}
