//! `find`: where it begins, and what it does with what it finds.

use sponsio_engine::event::{Certainty, Deed, Flags, Object};

use super::call::{Call, certainty};
use super::{Input, Next};
use crate::path;
use crate::word::{Piece, Word};

/// `find`, and `fd` with its own options.
pub(super) fn find(call: &mut Call<'_, '_, '_>) {
    let args = call.args;
    let is_expression =
        |word: &Word| word.prefix().starts_with(['-', '(', '!']) && !word.is_unknown();
    let mut at = 0;
    // Options that stand before the places.
    while let Some(text) = args.get(at).and_then(Word::text) {
        match text {
            "-H" | "-L" | "-P" | "-E" | "-X" | "-x" | "-d" | "-s" => at += 1,
            "-D" | "-O" | "-f" => at += 2,
            _ if text.starts_with("-O") => at += 1,
            _ => break,
        }
    }
    let rest = args.get(at..).unwrap_or_default();
    let count = rest.iter().position(is_expression).unwrap_or(rest.len());
    let here = [Word::known(".")];
    let (places, expression) = rest.split_at(count);
    let places = if places.is_empty() { here.as_slice() } else { places };
    let names = name_tests(expression);
    let is_limited = expression.iter().any(is_test);
    // `-path './.git/*'` names what is found, wherever the search begins.
    let paths = path_test(expression).and_then(Word::text).filter(|path| !path.starts_with('*'));
    let named = paths.map(|path| [as_paths(path)]);
    let (places, names, is_limited) = match &named {
        Some(path) => (path.as_slice(), Vec::new(), false),
        None => (places, names, is_limited),
    };
    let is_named = named.is_some();
    looked_for(call, places, expression);
    let mut words = expression.iter();
    while let Some(word) = words.next() {
        match word.text() {
            Some("-delete") => {
                let is_sure = !expression.iter().any(|w| is_test(w) || w.text() == Some("-type"));
                let sure = if is_sure { Certainty::Must } else { Certainty::May };
                found(call, (Deed::Delete, sure), places, &names, is_limited, is_named);
            }
            Some("-fprint" | "-fprint0" | "-fls" | "-fprintf") => {
                if let Some(file) = words.next() {
                    call.path(Deed::Write, file, Flags::NONE);
                }
            }
            Some("-exec" | "-execdir" | "-ok" | "-okdir") => {
                let command: Vec<&Word> =
                    words.by_ref().take_while(|word| !ends_command(word)).collect();
                run_on(call, &command, places, &names, is_limited, is_named);
            }
            Some("-files0-from") => {
                words.next();
            }
            _ => {}
        }
    }
}

/// What the search is for, where that tells something: names, and programs with the rights of another user.
fn looked_for(call: &mut Call<'_, '_, '_>, places: &[Word], expression: &[Word]) {
    let mut names: Vec<Word> = expression
        .windows(2)
        .enumerate()
        .filter(|(at, _)| !is_negated(expression, *at))
        .filter_map(|(_, pair)| asked_name(pair))
        .collect();
    names.sort_by(|a, b| a.text().cmp(&b.text()));
    names.dedup();
    let gives_rights = expression.windows(2).any(|pair| {
        let [test, mode] = pair else { return false };
        test.text() == Some("-perm") && mode.text().is_some_and(is_of_another)
    });
    for place in places {
        let sure = Certainty::May.max(certainty(place));
        for name in &names {
            if call.sink.is_full() {
                return;
            }
            let one = core::slice::from_ref(name);
            let set = path::resolve(&thing(place, one, true), call.cwd, call.sink.context);
            call.sink.add(sure, Deed::List, Object::Path(set), Flags::RECURSIVE);
        }
        if gives_rights {
            let mut set = path::resolve(place, call.cwd, call.sink.context);
            set.below = true;
            let flags = Flags::RECURSIVE.with(Flags::PRIVILEGED);
            call.sink.add(sure, Deed::List, Object::Path(set), flags);
        }
    }
}

fn is_negated(expression: &[Word], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| expression.get(at));
    before.is_some_and(|word| matches!(word.text(), Some("!" | "\\!" | "-not")))
}

/// The name that a test asks for, if it is one. A pattern stands as the shortest name that fits it, because a search
/// for `*.txt` is not one for every name that may end so.
fn asked_name(pair: &[Word]) -> Option<Word> {
    let name = match pair {
        [test, name] if matches!(test.text(), Some("-name" | "-iname")) => name.text()?.to_owned(),
        [test, path] if is_path_test(test) => last_name(path)?.text()?.to_owned(),
        _ => return None,
    };
    let name = name.replace('*', "");
    (!name.is_empty()).then(|| Word::known(name))
}

/// Whether a mode that is asked for has the bit by which a program runs as its owner or group.
fn is_of_another(mode: &str) -> bool {
    let bits = mode.trim_start_matches(['-', '/', '+']);
    let digits = bits.trim_start_matches('0');
    if !bits.is_empty() && bits.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits.len() == 4 && matches!(digits.as_bytes().first(), Some(b'2' | b'4' | b'6'));
    }
    mode.contains('s')
}

/// What the one place of a search prints, as one word.
pub(crate) fn printed(args: &[Word]) -> Option<Word> {
    let is_expression = |word: &Word| word.prefix().starts_with(['-', '(', '!']);
    let count = args.iter().position(is_expression).unwrap_or(args.len());
    let (places, expression) = args.split_at_checked(count)?;
    let prints_more = |word: &Word| {
        word.text().is_none_or(|text| {
            text.starts_with("-printf") || text.starts_with("-exec") || text == "-ls"
        })
    };
    if expression.iter().any(prints_more) {
        return None;
    }
    let here = Word::known(".");
    let place = match places {
        [] => &here,
        [place] => place,
        _ => return None,
    };
    if let Some(path) = path_test(expression).and_then(Word::text).filter(|p| !p.starts_with('*')) {
        return Some(as_paths(path));
    }
    Some(thing(place, &name_tests(expression), expression.iter().any(is_test)))
}

fn ends_command(word: &Word) -> bool {
    matches!(word.text(), Some(";" | "\\;" | "+"))
}

/// The names that are asked for, if the names are all that is asked.
fn name_tests(expression: &[Word]) -> Vec<Word> {
    let has_or = expression
        .iter()
        .any(|word| matches!(word.text(), Some("-o" | "-or" | "!" | "-not" | "," | "-prune")));
    if has_or {
        return Vec::new();
    }
    expression
        .windows(2)
        .filter_map(|pair| match pair {
            [test, name] if matches!(test.text(), Some("-name" | "-iname")) => Some(name.clone()),
            [test, path] if is_path_test(test) => last_name(path),
            _ => None,
        })
        .collect()
}

fn is_path_test(word: &Word) -> bool {
    matches!(word.text(), Some("-path" | "-ipath" | "-wholename" | "-iwholename"))
}

/// The paths that are asked for, if one such test is all that is asked.
fn path_test(expression: &[Word]) -> Option<&Word> {
    let mut given = expression.windows(2).filter_map(|pair| match pair {
        [test, path] if is_path_test(test) => Some(path),
        _ => None,
    });
    let only = given.next().filter(|_| given.next().is_none())?;
    let others = ["-o", "-or", "!", "-not", ",", "-prune", "-name", "-iname"];
    let is_alone = !expression.iter().any(|word| word.text().is_some_and(|t| others.contains(&t)));
    is_alone.then_some(only)
}

/// The last name of a pattern of paths.
fn last_name(path: &Word) -> Option<Word> {
    let name = path.text()?.rsplit('/').next()?;
    (!name.is_empty() && name != "*").then(|| Word::known(name))
}

/// A pattern of paths as a word: its `*` passes slashes.
fn as_paths(pattern: &str) -> Word {
    let mut word = Word::default();
    for (number, part) in pattern.split('*').enumerate() {
        if number > 0 {
            word.push(Piece::Unknown);
        }
        word.push(Piece::Text(part.to_owned()));
    }
    word
}

fn is_test(word: &Word) -> bool {
    word.text().is_some_and(|text| {
        matches!(
            text,
            "-name"
                | "-iname"
                | "-path"
                | "-ipath"
                | "-regex"
                | "-iregex"
                | "-size"
                | "-mtime"
                | "-atime"
                | "-ctime"
                | "-mmin"
                | "-amin"
                | "-cmin"
                | "-newer"
                | "-empty"
                | "-user"
                | "-group"
                | "-perm"
                | "-maxdepth"
                | "-wholename"
        )
    })
}

/// The set of what is found at a place: all below it, or what has the name there.
fn found(
    call: &mut Call<'_, '_, '_>,
    (deed, sure): (Deed, Certainty),
    places: &[Word],
    names: &[Word],
    is_limited: bool,
    is_named: bool,
) {
    for place in places {
        let word = if is_named { place.clone() } else { thing(place, names, is_limited) };
        let mut set = path::resolve(&word, call.cwd, call.sink.context);
        let flags = if names.len() == 1 { Flags::NONE } else { Flags::RECURSIVE };
        set.below = flags == Flags::RECURSIVE;
        call.sink.add(sure.max(certainty(place)), deed, Object::Path(set), flags);
    }
}

/// What stands for `{}`: where nothing limits what is found, the place itself and all below it.
fn thing(place: &Word, names: &[Word], is_limited: bool) -> Word {
    let mut word = place.clone();
    if let [name] = names {
        word.push(Piece::Text("/".into()));
        word.push(Piece::Unknown);
        word.push(Piece::Text("/".into()));
        let mut text = String::new();
        for character in name.text().unwrap_or("*").chars() {
            match character {
                '*' | '?' => {
                    word.push(Piece::Text(std::mem::take(&mut text)));
                    word.push(if character == '*' { Piece::Many } else { Piece::One });
                }
                c => text.push(c),
            }
        }
        word.push(Piece::Text(text));
    } else {
        word.push(Piece::Text("/".into()));
        word.push(Piece::Unknown);
        if is_limited {
            word.push(Piece::Text("/".into()));
            word.push(Piece::Many);
        }
    }
    word
}

/// The command, with what is found in the place of `{}`.
fn run_on(
    call: &mut Call<'_, '_, '_>,
    command: &[&Word],
    places: &[Word],
    names: &[Word],
    is_limited: bool,
    is_named: bool,
) {
    for place in places {
        let thing = if is_named { place.clone() } else { thing(place, names, is_limited) };
        let argv = command.iter().map(|word| substitute(word, "{}", &thing)).collect();
        call.next.push(Next::Argv { argv, input: Input::None, marks: Flags::NONE, cwd: None });
    }
}

/// The word with another one in the place of a text.
pub(super) fn substitute(word: &Word, text: &str, thing: &Word) -> Word {
    let mut out = Word::default();
    for piece in word.pieces() {
        let Piece::Text(known) = piece else {
            out.push(piece.clone());
            continue;
        };
        let mut parts = known.split(text);
        if let Some(first) = parts.next() {
            out.push(Piece::Text(first.to_owned()));
        }
        for part in parts {
            out.append(thing.clone());
            out.push(Piece::Text(part.to_owned()));
        }
    }
    out
}
