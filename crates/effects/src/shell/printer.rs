//! What a program prints, where it is one whose output follows from its words and its input.
//!
//! Anything else prints something unknown, which keeps where its input came from; the text of what a decoder prints is
//! marked as decoded whether or not it could be decoded here.

use sponsio_engine::event::{Flags, PathSet};

use super::{decode, escape, fields};
use crate::path;
use crate::program::Input;
use crate::sink::Sink;
use crate::word::{Piece, Word};

/// What was printed so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Printed {
    pub(super) word: Word,
    pub(super) flags: Flags,
    /// The paths whose content it is, if it is that and nothing else.
    pub(super) file: Option<PathSet>,
}

impl Printed {
    /// Adds what is printed next.
    pub(super) fn add(&mut self, input: Input) {
        match input {
            Input::None => {}
            Input::Text(word, flags) => {
                if !word.pieces().is_empty() {
                    self.word.append(word);
                    self.file = None;
                }
                self.flags = self.flags.with(flags);
            }
            Input::File(path) => {
                self.file = self.word.pieces().is_empty().then_some(path);
                self.word.push(Piece::Unknown);
            }
        }
    }

    /// Whether it is a text of which most is known.
    pub(super) fn is_known(&self) -> bool {
        let is_text = |piece: &Piece| matches!(piece, Piece::Text(_));
        let pieces = self.word.pieces();
        self.file.is_none()
            && pieces.iter().filter(|piece| is_text(piece)).count() * 2 > pieces.len()
    }

    /// As the input of what reads it.
    pub(super) fn input(&self) -> Input {
        match &self.file {
            Some(path) => Input::File(path.clone()),
            None => Input::Text(self.word.clone(), self.flags),
        }
    }

    /// After something that is not known.
    pub(super) fn after_unknown(self) -> Self {
        let mut word = Word::unknown();
        word.append(self.word);
        Self { word, flags: self.flags, file: None }
    }
}

impl From<Input> for Printed {
    fn from(input: Input) -> Self {
        let mut printed = Self::default();
        printed.add(input);
        printed
    }
}

/// What the program prints. `received`: the marks of what it got from elsewhere.
pub(super) fn output(
    argv: &[Word],
    input: &Input,
    cwd: &PathSet,
    received: Flags,
    sink: &mut Sink<'_>,
) -> Input {
    let Some((name, words)) = argv.split_first() else { return Input::None };
    let name = name.text().unwrap_or_default();
    let name = name.rsplit('/').next().unwrap_or(name);
    let given = match input {
        Input::Text(_, flags) => *flags,
        Input::None | Input::File(_) => Flags::NONE,
    };
    let unknown = |flags: Flags| Input::Text(Word::unknown(), flags.with(given).with(received));
    match name {
        "echo" | "yes" => Input::Text(echo(words), Flags::NONE),
        "printf" => Input::Text(printf(words, sink), Flags::NONE),
        "pwd" => Input::Text(super::state::path_word(cwd), Flags::NONE),
        "which" | "type" => {
            match words.iter().rfind(|w| w.text().is_none_or(|t| !t.starts_with('-'))) {
                Some(word) => Input::Text(word.clone(), Flags::NONE),
                None => unknown(Flags::NONE),
            }
        }
        "basename" | "dirname" => part(name, words).map_or_else(
            || unknown(Flags::NONE),
            |text| Input::Text(Word::known(text), Flags::NONE),
        ),
        "cat" | "tee" => {
            let mut files = words.iter().filter(|w| w.text().is_none_or(|t| !t.starts_with('-')));
            match (files.next(), files.next()) {
                (None, _) => input.clone(),
                (Some(_), _) if name == "tee" => input.clone(),
                (Some(file), None) => Input::File(path::resolve(file, cwd, sink.context)),
                (Some(_), Some(_)) => unknown(Flags::NONE),
            }
        }
        "mktemp" => Input::Text(temporary(words), Flags::NONE),
        "pgrep" | "pidof" => {
            // The numbers of processes stand for these processes: what is killed is named.
            match words.iter().rfind(|w| w.text().is_some_and(|t| !t.starts_with('-'))) {
                Some(word) => Input::Text(word.clone(), Flags::NONE),
                None => unknown(Flags::NONE),
            }
        }
        "find" | "ls" => listing(name, words)
            .map_or_else(|| unknown(Flags::NONE), |word| Input::Text(word, Flags::NONE)),
        "sed" => edited(input, words).map_or_else(
            || unknown(Flags::NONE),
            |text| Input::Text(Word::known(text), given.with(Flags::DECODED)),
        ),
        "tac" | "sort" | "uniq" => match input {
            // One line is itself, whatever order lines have.
            Input::Text(word, _) if words.is_empty() && is_line(word) => input.clone(),
            _ => unknown(Flags::NONE),
        },
        _ if let Some(printed) = packed(name, words, input, given) => printed,
        "date" if let Some(text) = dated(words) => Input::Text(text, Flags::NONE),
        _ if let Some(place) = repository(name, words) => Input::Text(place, Flags::NONE),
        _ => match decode::decoded(name, words, input, sink) {
            Some(Some(text)) => Input::Text(fields::word(&text), given.with(Flags::DECODED)),
            Some(None) => unknown(Flags::DECODED),
            None => unknown(Flags::NONE),
        },
    }
}

/// What is packed is unpacked by what comes next.
fn packed(name: &str, words: &[Word], input: &Input, given: Flags) -> Option<Input> {
    let is_packer = matches!(
        name,
        "gzip"
            | "bzip2"
            | "xz"
            | "zstd"
            | "gunzip"
            | "bunzip2"
            | "unxz"
            | "unzstd"
            | "zcat"
            | "xzcat"
    );
    match input {
        Input::Text(word, _) if is_packer && only_options(words) && word.text().is_some() => {
            Some(Input::Text(word.clone(), given.with(Flags::DECODED)))
        }
        _ => None,
    }
}

/// What `git rev-parse` says of the repository.
fn repository(name: &str, words: &[Word]) -> Option<Word> {
    let has = |option: &str| name == "git" && words.iter().any(|word| word.text() == Some(option));
    if has("--git-dir") {
        Some(Word::known(".git"))
    } else {
        has("--show-toplevel").then(|| Word::known("."))
    }
}

/// What `sed` makes of its input with a script that substitutes.
fn edited(input: &Input, words: &[Word]) -> Option<String> {
    match (input, words) {
        (Input::Text(word, _), [script]) => substituted(word.text()?, script.text()?),
        _ => None,
    }
}

/// What `date` makes of a format: all of it but the parts of the time.
fn dated(words: &[Word]) -> Option<Word> {
    let [format] = words else { return None };
    let mut rest = format.text()?.strip_prefix('+')?;
    let mut word = Word::default();
    while let Some((before, after)) = rest.split_once('%') {
        word.push(Piece::Text(before.to_owned()));
        // Flags and widths stand before the letter.
        let letter = after.trim_start_matches(|c: char| "-_0^#:".contains(c) || c.is_ascii_digit());
        let kind = letter.chars().next();
        match kind {
            Some('%') => word.push(Piece::Text("%".into())),
            Some('n') => word.push(Piece::Text("\n".into())),
            Some('t') => word.push(Piece::Text("\t".into())),
            _ => word.push(Piece::Unknown),
        }
        rest = letter.get(kind.map_or(0, char::len_utf8)..).unwrap_or_default();
    }
    word.push(Piece::Text(format!("{rest}\n")));
    Some(word)
}

/// The file that `mktemp` makes.
fn temporary(words: &[Word]) -> Word {
    let template = words.iter().rfind(|word| word.prefix().ends_with('X'));
    let mut file = Word::known("/tmp/tmp.");
    file.push(Piece::Many);
    template.cloned().unwrap_or(file)
}

fn only_options(words: &[Word]) -> bool {
    words.iter().all(|word| word.text().is_some_and(|text| text.starts_with('-')))
}

/// The names that `find` and `ls` print, as one word: below the one place, or the places as they are written.
fn listing(name: &str, words: &[Word]) -> Option<Word> {
    let is_place = |word: &&Word| !word.prefix().starts_with(['-', '(', '!', '\\']);
    if name == "find" {
        return crate::program::found(words);
    }
    let options = words.iter().filter(|word| !is_place(word)).filter_map(Word::text);
    if options.into_iter().any(|text| text.contains(['l', 'R', 's', 'i', 'g', 'o', 'n'])) {
        return None;
    }
    let mut places = words.iter().filter(is_place);
    match (places.next(), places.next()) {
        (None, _) => Some(any_name()),
        // Of a pattern the paths are printed, of a directory the names in it.
        (Some(place), None) if place.pieces().contains(&Piece::Many) => Some(place.clone()),
        (Some(place), None) if !place.has_unknown() => Some(any_name()),
        _ => None,
    }
}

fn any_name() -> Word {
    let mut word = Word::default();
    word.push(Piece::Many);
    word
}

/// The text after `s/a/b/` or `s/a/b/g`, where both are plain.
fn substituted(text: &str, script: &str) -> Option<String> {
    let rest = script.strip_prefix('s')?;
    let delimiter = rest.chars().next().filter(char::is_ascii_punctuation)?;
    let mut parts = rest.get(1..)?.split(delimiter);
    let (from, to, flags) = (parts.next()?, parts.next()?, parts.next()?);
    let is_plain = |part: &str| !part.contains(['.', '*', '[', ']', '^', '$', '\\', '&', '+', '?']);
    if parts.next().is_some() || from.is_empty() || !is_plain(from) || !is_plain(to) {
        return None;
    }
    match flags {
        "" => Some(text.lines().map(|line| line.replacen(from, to, 1) + "\n").collect()),
        "g" => Some(text.replace(from, to)),
        _ => None,
    }
}

fn is_line(word: &Word) -> bool {
    word.text().is_some_and(|text| !text.trim_end_matches('\n').contains('\n'))
}

fn part(name: &str, words: &[Word]) -> Option<String> {
    let text = words.first()?.text()?.trim_end_matches('/');
    let (directory, file) = text.rsplit_once('/').unwrap_or((".", text));
    if name == "dirname" {
        return Some(directory.to_owned());
    }
    let suffix = words.get(1).map_or(Some(""), |word| word.text())?;
    Some(file.strip_suffix(suffix).unwrap_or(file).to_owned())
}

fn echo(words: &[Word]) -> Word {
    let (mut escapes, mut ends_line) = (false, true);
    let mut rest = words;
    while let Some((first, after)) = rest.split_first() {
        let Some(option) = first.text().and_then(|text| text.strip_prefix('-')) else { break };
        if option.is_empty() || !option.chars().all(|c| matches!(c, 'e' | 'n' | 'E')) {
            break;
        }
        escapes |= option.contains('e');
        ends_line &= !option.contains('n');
        rest = after;
    }
    let mut text = fields::join(rest, " ");
    if escapes {
        text = fields::word(&escape::unescape(&fields::text(&text), true));
    }
    if ends_line {
        text.push(Piece::Text("\n".into()));
    }
    text
}

/// `printf`, its format used again until the words are used up.
pub(super) fn printf(words: &[Word], sink: &mut Sink<'_>) -> Word {
    let mut words = words;
    match words.split_first() {
        Some((first, rest)) if first.text() == Some("--") => words = rest,
        Some((first, rest)) if first.text() == Some("-v") => words = rest.get(1..).unwrap_or(&[]),
        _ => {}
    }
    let Some((format, values)) = words.split_first() else { return Word::default() };
    let format = escape::unescape(&fields::text(format), false);
    let mut values = values.iter();
    let mut printed = Word::default();
    loop {
        let left = values.len();
        if !sink.spend(format.len() + 8) {
            return Word::unknown();
        }
        if formatted(&format, &mut values, &mut printed).is_none() {
            return Word::unknown();
        }
        if values.len() == 0 || values.len() == left {
            return printed;
        }
    }
}

/// Adds the format once; `None` where it is not understood.
fn formatted<'w>(
    format: &str,
    values: &mut impl Iterator<Item = &'w Word>,
    printed: &mut Word,
) -> Option<()> {
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('%') {
        printed.append(fields::word(before));
        let digits = after.trim_start_matches([
            '-', '0', '.', ' ', '+', '1', '2', '3', '4', '5', '6', '7', '8', '9',
        ]);
        let is_bare = digits.len() == after.len();
        let kind = digits.chars().next()?;
        rest = digits.get(kind.len_utf8()..)?;
        if kind == '%' {
            printed.push(Piece::Text("%".into()));
            continue;
        }
        if !is_bare {
            return None;
        }
        let value = values.next().cloned().unwrap_or_default();
        match kind {
            's' => printed.append(value),
            'q' => printed.append(value),
            'b' => printed.append(fields::word(&escape::unescape(&fields::text(&value), true))),
            'c' => {
                let text = value.text()?;
                printed.push(Piece::Text(text.chars().take(1).collect()));
            }
            'd' | 'i' | 'u' | 'x' | 'X' | 'o' => {
                let number = number(value.text()?)?;
                printed.push(Piece::Text(match kind {
                    'x' => format!("{number:x}"),
                    'X' => format!("{number:X}"),
                    'o' => format!("{number:o}"),
                    _ => number.to_string(),
                }));
            }
            _ => return None,
        }
    }
    printed.append(fields::word(rest));
    Some(())
}

/// A number of `printf`: `65`, `0x41`, `0101`, `'A`.
fn number(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.is_empty() {
        return Some(0);
    }
    if let Some(letter) = text.strip_prefix(['\'', '"']) {
        return letter.chars().next().map(|c| i64::from(u32::from(c)));
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return i64::from_str_radix(digits, 16).ok();
    }
    match text.strip_prefix('0') {
        Some(digits) if !digits.is_empty() => i64::from_str_radix(digits, 8).ok(),
        _ => text.parse().ok(),
    }
}
