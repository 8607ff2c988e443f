//! What a program prints, as far as its words tell: what the next stage of a pipe finds, or what stands for `$(…)`.

use sponsio_engine::event::{Flags, PathSet};

use super::{Input, Invocation};
use crate::path;
use crate::word::{Piece, Word};

/// What a program prints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    /// This text, with what it went through: `DECODED` for what was put together or decoded, `REMOTE` for what came
    /// from a host.
    Text(Word, Flags),
    /// The content of these paths.
    File(PathSet),
    /// Nothing.
    Nothing,
}

impl Output {
    /// What the next stage of a pipe finds.
    pub(crate) fn into_input(self) -> Input {
        match self {
            Self::Text(word, flags) => Input::Text(word, flags),
            Self::File(set) => Input::File(set),
            Self::Nothing => Input::Text(Word::default(), Flags::NONE),
        }
    }
}

/// What the program prints; the shell asks for the stage before a pipe, and for a substitution.
pub(crate) fn output(invocation: &Invocation<'_>, context: &crate::Context<'_>) -> Output {
    let Some((first, args)) = invocation.argv.split_first() else { return Output::Nothing };
    let unknown = Output::Text(Word::unknown(), Flags::NONE);
    let Some(name) = first.text() else { return unknown };
    let name = super::name_of(name);
    match &*name {
        "echo" => Output::Text(echo(args), Flags::NONE),
        "printf" => printf(args).map_or(unknown, |text| Output::Text(text, Flags::NONE)),
        "basename" => basename(args).map_or(unknown, |text| Output::Text(text, Flags::NONE)),
        "dirname" => dirname(args).map_or(unknown, |text| Output::Text(text, Flags::NONE)),
        "true" | ":" | "false" | "cd" | "mkdir" | "rm" | "touch" | "sleep" | "test" | "[" => {
            Output::Nothing
        }
        "pwd" => Output::Text(
            match context.cwd {
                Some(_) if !invocation.cwd.pattern.contains('*') => {
                    Word::known(&*invocation.cwd.pattern)
                }
                _ => Word::unknown(),
            },
            Flags::NONE,
        ),
        "curl" | "wget" | "nc" | "ncat" | "netcat" | "http" | "https" | "xh" | "aria2c"
        | "lynx" | "w3m" | "links" | "fetch" | "ftp" | "dig" | "ssh" | "scp" | "gsutil" | "iwr"
        | "irm" | "socat" => Output::Text(Word::unknown(), Flags::REMOTE),
        "base64" | "base32" | "xxd" | "openssl" | "gunzip" | "zcat" | "gzip" | "bzip2" | "xz"
        | "uudecode" | "rev" | "tr" | "gpg" | "zstd" | "basenc" | "hexdump" | "od" | "bzcat"
        | "xzcat" | "sed" | "awk" | "gawk" | "perl" | "python" | "python3" | "jq" | "cut" => {
            transformed(&name, invocation)
        }
        "tee" | "grep" | "head" | "tail" | "sort" | "uniq" | "less" | "more" | "nl" | "tac"
        | "fold" | "sponge" | "pv" | "stdbuf" | "iconv" | "dos2unix" => {
            passed(&name, invocation, context)
        }
        "cat" | "bat" => passed(&name, invocation, context),
        "sudo" | "env" | "nohup" | "nice" | "timeout" | "time" | "command" | "builtin" => {
            let skip = usize::from(&*name == "timeout");
            let words: Vec<Word> = args
                .iter()
                .skip_while(|word| word.prefix().starts_with('-') || word.prefix().contains('='))
                .skip(skip)
                .cloned()
                .collect();
            if words.is_empty() || words.len() >= invocation.argv.len() {
                return unknown;
            }
            let inner = Invocation { argv: &words, input: invocation.input, cwd: invocation.cwd };
            output(&inner, context)
        }
        _ => unknown,
    }
}

/// The words with blanks between them.
fn echo(args: &[Word]) -> Word {
    let words = args
        .iter()
        .skip_while(|word| matches!(word.text(), Some("-n" | "-e" | "-E" | "-ne" | "-en")));
    let mut text = Word::default();
    for (index, word) in words.enumerate() {
        if index > 0 {
            text.push(Piece::Text(" ".into()));
        }
        text.append(word.clone());
    }
    let escapes =
        args.first().and_then(Word::text).is_some_and(|o| o.starts_with('-') && o.contains('e'));
    match text.text() {
        Some(known) if escapes => Word::known(unescaped(known)),
        _ => text,
    }
}

/// The format with its words in their places, if it only has `%s`, `%b`, `%d` and `%%`.
fn printf(args: &[Word]) -> Option<Word> {
    let args = match args.split_first()? {
        (first, rest) if first.text() == Some("--") => rest,
        _ => args,
    };
    let (format, rest) = args.split_first()?;
    let format = unescaped(format.text()?);
    let mut rest = rest.iter();
    let mut text = Word::default();
    loop {
        let mut any = false;
        let mut parts = format.split('%');
        text.push(Piece::Text(parts.next()?.to_owned()));
        while let Some(part) = parts.next() {
            let mut characters = part.chars();
            match characters.next() {
                Some('s' | 'd' | 'i') => {
                    any = true;
                    if let Some(word) = rest.next() {
                        text.append(word.clone());
                    }
                }
                Some('b') => {
                    any = true;
                    match rest.next().map(|word| word.text().map(unescaped)) {
                        Some(Some(known)) => text.push(Piece::Text(known)),
                        Some(None) => text.push(Piece::Unknown),
                        None => {}
                    }
                }
                None => {
                    text.push(Piece::Text("%".into()));
                    text.push(Piece::Text(parts.next()?.to_owned()));
                    continue;
                }
                Some(_) => return None,
            }
            text.push(Piece::Text(characters.as_str().to_owned()));
        }
        if rest.len() == 0 || !any {
            return Some(text);
        }
    }
}

/// `\n`, `\t`, `\\`, `\x41`, `\101`.
fn unescaped(text: &str) -> String {
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    let mut rest = text.bytes().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        match rest.next() {
            Some(b'n') => out.push(b'\n'),
            Some(b't') => out.push(b'\t'),
            Some(b'r') => out.push(b'\r'),
            Some(b'\\') => out.push(b'\\'),
            Some(b'x') => out.push(digits(&mut rest, 16, 2, 0)),
            Some(b'0') => out.push(digits(&mut rest, 8, 3, 0)),
            Some(digit @ b'1'..=b'7') => {
                out.push(digits(&mut rest, 8, 2, digit.saturating_sub(b'0')))
            }
            Some(other) => out.extend([b'\\', other]),
            None => out.push(b'\\'),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn digits(
    rest: &mut std::iter::Peekable<std::str::Bytes<'_>>,
    radix: u32,
    most: u8,
    start: u8,
) -> u8 {
    let mut value = start;
    for _ in 0..most {
        let Some(digit) = rest.peek().and_then(|byte| char::from(*byte).to_digit(radix)) else {
            break;
        };
        rest.next();
        let radix = u8::try_from(radix).unwrap_or(16);
        value = value.wrapping_mul(radix).wrapping_add(u8::try_from(digit).unwrap_or(0));
    }
    value
}

fn basename(args: &[Word]) -> Option<Word> {
    let [path, rest @ ..] = args else { return None };
    let name = path.text()?.trim_end_matches('/').rsplit('/').next()?;
    let end = rest.first().and_then(Word::text).unwrap_or_default();
    Some(Word::known(name.strip_suffix(end).filter(|name| !name.is_empty()).unwrap_or(name)))
}

fn dirname(args: &[Word]) -> Option<Word> {
    let [path] = args else { return None };
    let text = path.text()?.trim_end_matches('/');
    Some(match text.rsplit_once('/') {
        Some(("", _)) => Word::known("/"),
        Some((folder, _)) => Word::known(folder),
        None => Word::known("."),
    })
}

/// What was on the input, changed into something that is not told.
fn transformed(name: &str, invocation: &Invocation<'_>) -> Output {
    let mut flags = match invocation.input {
        Input::Text(_, flags) => *flags,
        Input::None | Input::File(_) => Flags::NONE,
    };
    let decodes = match name {
        "base64" | "base32" | "xxd" | "openssl" | "basenc" => {
            invocation.argv.iter().skip(1).any(|word| {
                word.text().is_some_and(|text| {
                    matches!(text, "--decode" | "-D" | "dec")
                        || (text.starts_with('-')
                            && !text.starts_with("--")
                            && text.contains(['d', 'r']))
                })
            })
        }
        _ => true,
    };
    if decodes {
        flags = flags.with(Flags::DECODED);
    }
    Output::Text(Word::unknown(), flags)
}

/// What was on the input, or the files that are named, wholly or in part.
fn passed(name: &str, invocation: &Invocation<'_>, context: &crate::Context<'_>) -> Output {
    let args = invocation.argv.get(1..).unwrap_or_default();
    let skip = usize::from(name == "grep");
    let files: Vec<&Word> =
        args.iter().filter(|word| !word.prefix().starts_with('-')).skip(skip).collect();
    let takes_number = matches!(name, "head" | "tail")
        && args.iter().any(|word| matches!(word.text(), Some("-n" | "-c")));
    let files = files.get(usize::from(takes_number)..).unwrap_or_default();
    match (files, invocation.input, name) {
        (
            [file],
            _,
            "cat" | "bat" | "head" | "tail" | "sort" | "uniq" | "tac" | "nl" | "less" | "more"
            | "grep" | "iconv",
        ) => Output::File(path::resolve(file, invocation.cwd, context)),
        (
            [],
            Input::Text(text, flags),
            "cat" | "bat" | "tee" | "less" | "more" | "pv" | "sponge" | "stdbuf" | "dos2unix",
        ) => Output::Text(text.clone(), *flags),
        (_, Input::Text(_, flags), _) => Output::Text(Word::unknown(), *flags),
        ([], Input::File(set), _) => Output::File(set.clone()),
        _ => Output::Text(Word::unknown(), Flags::NONE),
    }
}
