//! Where a call runs, and the paths and commands that it names.

use sponsio_engine::event::{Certainty, Flags, Object, PathSet};

use crate::program::{Input, Invocation, Next, start};
use crate::sink::Sink;
use crate::word::Word;
use crate::{Context, path, run_text};

/// The working directory.
pub(crate) fn cwd(context: &Context<'_>) -> PathSet {
    path::begin(context)
}

/// The path as an object; an unknown one is any.
pub(crate) fn path_object(text: Option<&str>, cwd: &PathSet, context: &Context<'_>) -> Object {
    let word = text.map_or_else(Word::unknown, Word::known);
    Object::Path(path::resolve(&word, cwd, context))
}

/// Adds the effects of starting a program with these words, and of what it runs in turn.
pub(crate) fn run_words(argv: &[Word], flags: Flags, sink: &mut Sink<'_>) {
    let cwd = cwd(sink.context);
    started(argv, &Input::None, &cwd, flags, sink);
}

/// The same in this directory, with this on its standard input.
pub(crate) fn run_words_in(
    argv: &[Word],
    input: &Input,
    cwd: &PathSet,
    flags: Flags,
    sink: &mut Sink<'_>,
) {
    started(argv, input, cwd, flags, sink);
}

fn started(argv: &[Word], input: &Input, cwd: &PathSet, flags: Flags, sink: &mut Sink<'_>) {
    sink.within(Certainty::Must, flags, |sink| {
        for next in start(&Invocation { argv, input, cwd }, sink) {
            match next {
                Next::Argv { argv, input, marks } => started(&argv, &input, cwd, marks, sink),
                Next::Text { language, text, marks } => {
                    sink.within(Certainty::Must, marks, |sink| match text.text() {
                        Some(text) => run_text(language, text, sink),
                        None => sink.opaque(),
                    });
                }
            }
        }
    });
}

/// The directory that `given` names in the context, absolute; none where that is not known.
pub(crate) fn directory(given: &str, context: &Context<'_>) -> Option<String> {
    let given = given.trim();
    let is_drive = given.as_bytes().get(1) == Some(&b':');
    let whole = if given.starts_with('/') || is_drive {
        given.to_owned()
    } else if let Some(rest) = given.strip_prefix("~/") {
        format!("{}/{rest}", context.home?)
    } else {
        format!("{}/{given}", context.cwd?)
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    Some(format!("/{}", parts.join("/")))
}
