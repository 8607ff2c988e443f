//! How the rows of the table are applied.

use std::sync::LazyLock;

use sponsio_engine::event::{Deed, Flags};

use super::call::{Call, owned};
use super::options::Options;
use super::table::{ROWS, Row};
use crate::Language;
use crate::word::Word;

static INDEX: LazyLock<Vec<(&'static str, &'static Row)>> = LazyLock::new(|| {
    let mut index: Vec<_> = ROWS
        .iter()
        .flat_map(|row| row.0.split_ascii_whitespace().map(move |name| (name, row)))
        .collect();
    index.sort_by_key(|(name, _)| *name);
    index
});

/// The row of a program.
pub(super) fn row(name: &str) -> Option<&'static Row> {
    let at = INDEX.binary_search_by_key(&name, |(name, _)| *name).ok()?;
    INDEX.get(at).map(|(_, row)| *row)
}

/// What a role or an option of a row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Nothing,
    Deed(Deed),
    Run,
    Text(Language),
}

/// `deed+mark+mark`, `run`, `shell`, …
fn what(text: &str) -> Option<(What, Flags)> {
    let mut parts = text.split('+');
    let what = match parts.next()? {
        "-" => What::Nothing,
        "run" => What::Run,
        "shell" => What::Text(Language::Shell),
        "python" => What::Text(Language::Python),
        "sql" => What::Text(Language::Sql),
        "javascript" => What::Text(Language::JavaScript),
        "other" => What::Text(Language::Other),
        name => What::Deed(Deed::named(name)?),
    };
    let flags = parts.try_fold(Flags::NONE, |all, name| Some(all.with(Flags::named(name)?)))?;
    Some((what, flags))
}

/// Applies the row to the call.
pub(super) fn apply(row: &'static Row, call: &mut Call<'_, '_, '_>) {
    let Row(_, takes, operands, effects) = *row;
    let options = call.parse(takes);
    let mut marks = Flags::NONE;
    for effect in effects.split_ascii_whitespace() {
        if let Some((names, flags)) = effect.split_once('=') {
            if given(&options, names).next().is_some()
                && let Some((_, flags)) = what(&format!("-+{flags}"))
            {
                marks = marks.with(flags);
            }
        } else if let Some((names, text)) = effect.split_once('>') {
            let Some((what, flags)) = what(text) else { continue };
            let values: Vec<Word> = given(&options, names)
                .filter_map(|given| given.value.as_deref().cloned())
                .collect();
            for value in values {
                act(call, what, &value, flags);
            }
        } else if let Some((names, text)) = effect.split_once('!')
            && (names.is_empty() || given(&options, names).next().is_some())
            && let Some((What::Deed(deed), flags)) = what(text)
        {
            call.deed(deed, flags);
        }
    }
    operate(call, &options, operands, marks);
}

fn given<'o, 'w>(
    options: &'o Options<'w>,
    names: &'static str,
) -> impl Iterator<Item = &'o super::options::Given<'w>> {
    options.given.iter().filter(move |given| names.split(',').any(|name| name == given.name))
}

/// Gives each operand its role.
fn operate(call: &mut Call<'_, '_, '_>, options: &Options<'_>, roles: &'static str, marks: Flags) {
    let mut words = options.operands.as_slice();
    let last = roles.split(' ').find_map(|role| role.strip_suffix('$'));
    let mut destination = None;
    if last.is_some()
        && words.len() > 1
        && let Some((word, rest)) = words.split_last()
    {
        destination = Some(*word);
        words = rest;
    }
    let mut roles = roles.split(' ').filter(|role| !role.ends_with('$') && !role.is_empty());
    let mut repeated = None;
    while let Some((word, rest)) = words.split_first() {
        let role = match repeated {
            Some(role) => role,
            None => match roles.next() {
                Some(role) => role,
                None => break,
            },
        };
        let role = match role.strip_suffix('*') {
            Some(role) => {
                repeated = Some(role);
                role
            }
            None => role,
        };
        for part in role.split('&') {
            match what(part) {
                Some((What::Run, flags)) => return call.run(owned(words), flags),
                Some((what, flags)) => act(call, what, word, flags.with(marks)),
                None => {}
            }
        }
        words = rest;
    }
    if let (Some(word), Some(role)) = (destination, last)
        && let Some((what, flags)) = what(role)
    {
        act(call, what, word, flags.with(marks));
    }
}

/// Does one thing to what one word names.
fn act(call: &mut Call<'_, '_, '_>, what: What, word: &Word, flags: Flags) {
    match what {
        What::Nothing => {}
        What::Run => call.text(Language::Shell, word.clone(), flags),
        What::Text(language) => call.text(language, word.clone(), flags),
        What::Deed(deed) => match deed {
            Deed::Read | Deed::List | Deed::Write | Deed::Delete | Deed::Chmod | Deed::Exec => {
                // `-` is the standard input or output.
                if word.text() != Some("-") {
                    call.path(deed, word, flags);
                }
            }
            Deed::DeviceFormat | Deed::DeviceMount => call.path(deed, word, flags),
            Deed::NetConnect
            | Deed::NetReceive
            | Deed::NetSend
            | Deed::NetListen
            | Deed::NetShell => call.host(deed, word, flags),
            _ => call.name(deed, word, flags),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_and_option_of_each_row_is_understood() {
        for Row(names, _, operands, effects) in ROWS {
            for role in operands.split_ascii_whitespace() {
                for part in role.trim_end_matches(['*', '$']).split('&') {
                    assert!(what(part).is_some(), "{names}: {role}");
                }
            }
            for effect in effects.split_ascii_whitespace() {
                let known = match effect.split_once('=') {
                    Some((_, flags)) => what(&format!("-+{flags}")).is_some(),
                    None => {
                        let at = effect.find(['>', '!']).expect("an option has a sign");
                        effect.get(at + 1..).and_then(what).is_some()
                    }
                };
                assert!(known, "{names}: {effect}");
            }
        }
    }

    #[test]
    fn each_program_has_one_row() {
        for pair in INDEX.windows(2) {
            assert_ne!(pair[0].0, pair[1].0);
        }
    }
}
