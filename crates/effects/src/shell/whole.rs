//! What stands around a script, and a script that ends too early.
//!
//! A model wraps a command in a fence of Markdown or puts a prompt before it. Some hosts take that off, and others
//! hand it to the shell, which runs what the fence holds and then what that prints. Both readings are walked: what is
//! inside, and, where it is known, what it prints. What is printed and not known are the contents of files or names of
//! files, and to run these is to run a script that lies there.
//!
//! A line that ends inside of a quotation or a loop is refused by every shell, and nothing of it runs. It is completed
//! and walked all the same, as what may happen: whoever completes it in another way does not do more. Only the last
//! line is, because what stands after a quotation that was opened wrongly could be anything. The same holds of a line
//! with a word of the grammar where none may stand: what is before it is walked.
//!
//! A text with a path of Windows was written for the command line of Windows, and a tool that is called a shell may be
//! that. What the lines would do to files there may happen too.

use std::borrow::Cow;

use sponsio_engine::event::{Certainty, Deed, Flags, Object};

use super::parse;
use super::syntax::{Chain, Kind};
use super::{Shell, fields};
use crate::program::Input;
use crate::sink::Sink;
use crate::word::Word;

const FENCE: &str = "```";

/// Names of a shell that a fence may begin with.
const LANGUAGES: &[&str] = &["bash", "sh", "shell", "zsh", "console", "shell-session", "terminal"];

/// What a line may lack at its end, and no shell runs without.
const ENDINGS: &[&str] =
    &["'", "\"", "`", "; done", "; fi", "; }", ")", "\")", "')", "; done; done", "; fi; done"];

/// Words of the grammar that close or go on with what was opened before.
const CLOSERS: &[&str] = &["done", "fi", "then", "do", "else", "elif", "esac", ")"];

/// How often such a word is looked at in one line.
const CLOSERS_MAX: usize = 24;

/// A longer line is not completed.
const LINE_BYTES_MAX: usize = 2_048;

impl Shell {
    /// Runs a script as a tool is given it.
    pub(super) fn whole(&mut self, text: &str, sink: &mut Sink<'_>) {
        let expanded = on_drive(text);
        if names_drive(&expanded) {
            sink.under(Certainty::May, |sink| crate::script::on_windows(&expanded, sink));
        }
        if text.contains("<!--#") {
            // An order to a server that puts pages together: it may be written to a page.
            sink.opaque();
        }
        let bare = without_prompt(text);
        match without_fence(bare) {
            Some(inside) => {
                self.script(&inside, sink);
                self.printed_is_run(sink);
            }
            None => self.script(bare, sink),
        }
    }

    /// A fence that reaches the shell is a substitution whose output is a command.
    fn printed_is_run(&mut self, sink: &mut Sink<'_>) {
        let Input::Text(word, flags) = self.out.input() else { return };
        if flags != Flags::NONE {
            sink.add(Certainty::May, Deed::Exec, Object::None, flags);
        }
        let words = word.text().unwrap_or_default().split_ascii_whitespace().map(Word::known);
        let argv: Vec<Word> = words.take(64).collect();
        if !argv.is_empty() {
            sink.under(Certainty::May, |sink| self.dispatch(argv, sink));
        }
    }

    /// Runs a line that does not parse, if it only ends too early; whether it does.
    pub(super) fn completed(&mut self, line: &str, sink: &mut Sink<'_>) -> bool {
        let line = line.trim_end();
        if line.len() > LINE_BYTES_MAX || line.contains(fields::GAP) {
            return false;
        }
        for ending in ENDINGS {
            if !sink.spend(line.len()) {
                return false;
            }
            let text = format!("{line}{ending}");
            let parsed = parse::parse(&text, parse::fuel_for(&text));
            if parsed.fuel.is_some() && !parsed.list.iter().any(is_broken) {
                sink.under(Certainty::May, |sink| self.script(&text, sink));
                return true;
            }
        }
        // A word of the grammar may be an alias.
        if CLOSERS.iter().any(|closer| self.state.alias(closer).is_some()) {
            return false;
        }
        match refused(line, sink) {
            Some(before) => {
                sink.under(Certainty::May, |sink| self.script(before, sink));
                true
            }
            None => false,
        }
    }
}

/// What stands before a word that no shell takes where it stands: `done`, `fi` or a parenthesis that closes nothing, or
/// a word right behind what closes a compound command.
fn refused<'l>(line: &'l str, sink: &mut Sink<'_>) -> Option<&'l str> {
    let is_blank = |c: char| c.is_whitespace() || c == ';';
    let mut tried = 0_usize;
    for closer in CLOSERS {
        for (at, _) in line.match_indices(closer) {
            tried = tried.saturating_add(1);
            if tried > CLOSERS_MAX || !sink.spend(line.len().saturating_mul(2)) {
                return None;
            }
            let (before, after) = (line.get(..at)?, line.get(at.saturating_add(closer.len())..)?);
            let is_sign = *closer == ")";
            let starts = is_sign || before.is_empty() || before.ends_with(is_blank);
            if !starts || !(is_sign || after.is_empty() || after.starts_with(is_blank)) {
                continue;
            }
            let is_command = is_sign || before.trim_end().ends_with(';');
            if before.trim().is_empty() || (is_command && ends(before).is_some()) {
                return Some(before);
            }
            let through = line.get(..at.saturating_add(closer.len()))?;
            let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '"');
            let has_word = after.starts_with(' ') && after.trim_start().starts_with(is_word);
            if has_word && ends(through) == Some(true) {
                return Some(through);
            }
        }
    }
    None
}

/// Whether the text is a script of which nothing is missing, and then whether a compound command ends it.
fn ends(text: &str) -> Option<bool> {
    let parsed = parse::parse(text, parse::fuel_for(text));
    if parsed.fuel.is_none() || parsed.list.iter().any(is_broken) {
        return None;
    }
    let last = parsed.list.last()?;
    let stages = last.rest.last().map_or(&last.first.stages, |(_, pipeline)| &pipeline.stages);
    let command = stages.last()?;
    let is_simple = matches!(command.kind, Kind::Simple { .. } | Kind::Broken);
    Some(!is_simple && command.redirects.is_empty())
}

/// Whether it is a statement that did not parse.
pub(super) fn is_broken(chain: &Chain<'_>) -> bool {
    chain.first.stages.iter().any(|command| matches!(command.kind, Kind::Broken))
}

/// Without the prompt that stands before it: no program is called `$`.
fn without_prompt(text: &str) -> &str {
    let trimmed = text.trim_start();
    trimmed.strip_prefix("$ ").unwrap_or(text)
}

/// What a fence of Markdown holds, and what stands behind it.
fn without_fence(text: &str) -> Option<String> {
    if !text.contains(FENCE) {
        return None;
    }
    let trimmed = text.trim();
    let Some(inside) = trimmed.strip_prefix(FENCE) else {
        // Only the end of one.
        let before = trimmed.strip_suffix(FENCE)?;
        return (!before.contains(FENCE)).then(|| before.to_owned());
    };
    let word = inside.split(char::is_whitespace).next().unwrap_or_default();
    let is_language = LANGUAGES.contains(&&*word.to_ascii_lowercase());
    let inside = if is_language { inside.get(word.len()..).unwrap_or_default() } else { inside };
    let (inside, behind) = inside.split_once(FENCE).unwrap_or((inside, ""));
    Some(format!("{}\n{behind}", without_prompt(inside)))
}

/// The text with the folder of Windows in the place of the variables that hold it.
fn on_drive(text: &str) -> Cow<'_, str> {
    const VARIABLES: &[&str] =
        &["%SYSTEMROOT%", "%SystemRoot%", "%systemroot%", "%WINDIR%", "%WinDir%", "%windir%"];
    let mut text = Cow::Borrowed(text);
    for variable in VARIABLES {
        if text.contains(variable) {
            text = Cow::Owned(text.replace(variable, "C:\\Windows"));
        }
    }
    text
}

/// Whether a path of Windows stands in the text: `C:\a`.
fn names_drive(text: &str) -> bool {
    text.match_indices(":\\").any(|(at, colon)| {
        let (before, after) = (text.get(..at).unwrap_or(""), text.get(at + colon.len()..));
        let mut letters = before.chars().rev();
        letters.next().is_some_and(|c| c.is_ascii_alphabetic())
            && letters
                .next()
                .is_none_or(|c| c.is_whitespace() || matches!(c, '"' | '\'' | '=' | '/'))
            && after.is_some_and(|after| after.starts_with(|c: char| c.is_ascii_alphanumeric()))
    })
}
