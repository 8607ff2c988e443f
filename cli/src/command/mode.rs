//! `sponsio mode`: whether violations of a contract file are stopped or only recorded.
//!
//! One value is changed in the text of the file, so everything else stays as it was written. The text is read again
//! before it takes the place of the file: what cannot be read, or would say something else, is not written.

use std::path::{Path, PathBuf};

use clap::Args;
use sponsio_contracts::config::{Source, SourceError, Text};
use sponsio_guard::load;
use sponsio_guard::source::FileSystem;
use sponsio_hosts::HOSTS;

use super::host::{Folder, Scope, files};
use crate::contracts;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::hook::HookMode;
use crate::output::text::shown;
use crate::output::{Page, Report, Style, Terminal};

/// Switch a contract file between stopping violations and only recording them
#[derive(Args, Debug)]
#[command(
    long_about = "Changes the key `mode` of a contract file, and nothing else in it: comments, blanks and the order of \
        keys stay. The file is replaced as a whole, and only by one that can be read.",
    after_long_help = "Examples:\n  sponsio mode observe\n  sponsio mode enforce team/sponsio.yaml"
)]
pub(crate) struct ModeArgs {
    /// Whether violations are stopped or only recorded
    #[arg(value_enum)]
    mode: HookMode,
    /// The contract file; without it `$SPONSIO_CONFIG`, then `sponsio.yaml` in this directory
    file: Option<PathBuf>,
}

pub(crate) fn run(args: &ModeArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let path = contracts::find(args.file.as_deref())?;
    let wanted = args.mode.name();
    let Some(before) = files::read(&path)? else {
        contracts::readable(&path)?;
        return Err(Failure::new(format!("`{}` is no file", path.display())));
    };
    let after = edited(&before, wanted).ok_or_else(|| by_hand(&path, wanted))?;
    check(&path, &after, args.mode, terminal)?;
    let is_same = before == after;
    if !is_same {
        files::write(&path, None, &after, false)?;
    }
    let mut page = Page::new(terminal.width());
    let verb = if is_same { "is" } else { "is now" };
    page.labelled("mode", Style::Good, &shown(&format!("{} {verb} {wanted}", path.display())));
    for host in apart(&path, args.mode) {
        let line = format!(
            "the hooks of {host} have a mode of their own; `sponsio host install {host} --mode {wanted} --config {}`",
            path.display()
        );
        page.labelled("next", Style::Warn, &shown(&line));
    }
    Ok(Report::page(page, Exit::Fine))
}

fn by_hand(path: &Path, mode: &str) -> Failure {
    Failure::new(format!("`{}` is written in a way that is not edited", path.display()))
        .hint(format!("write `mode: {mode}` at its top yourself"))
}

/// The text with this mode; none where it is not one block of keys.
fn edited(text: &str, mode: &str) -> Option<String> {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let key_of = |line: &String| {
        let (key, _) = line.split_once(':')?;
        Some(key.trim_end().trim_matches(['"', '\'']).to_owned()).filter(|key| {
            !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        })
    };
    let first = lines.iter().position(|line| key_of(line).is_some())?;
    let found: Vec<usize> = (0..lines.len())
        .filter(|at| lines.get(*at).and_then(key_of).as_deref() == Some("mode"))
        .collect();
    match found.as_slice() {
        [] => {
            let version = lines.iter().position(|line| key_of(line).as_deref() == Some("version"));
            let at = version.map_or(first, |at| at.saturating_add(1));
            if let Some(before) = at.checked_sub(1).and_then(|at| lines.get_mut(at))
                && !before.ends_with('\n')
            {
                before.push('\n');
            }
            lines.insert(at, format!("mode: {mode}\n"));
        }
        [at] => {
            let line = lines.get_mut(*at)?;
            *line = with_value(line, mode)?;
        }
        _ => return None,
    }
    Some(lines.concat())
}

/// A line `mode: VALUE  # comment` with another value, in the quotes that the old one had.
fn with_value(line: &str, mode: &str) -> Option<String> {
    let (key, rest) = line.split_once(':')?;
    let value = rest.trim_start();
    let blanks = rest.get(..rest.len().checked_sub(value.len())?)?;
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let end = match quote {
        Some(quote) => value.get(1..)?.find(quote)?.checked_add(2)?,
        None => value.find(|c: char| c.is_whitespace() || c == '#').unwrap_or(value.len()),
    };
    let behind = value.get(end..)?;
    let quote = quote.map(String::from).unwrap_or_default();
    let blanks = if blanks.is_empty() || blanks.contains('\n') { " " } else { blanks };
    let behind = if end == 0 && !behind.starts_with('\n') {
        format!("\n{behind}")
    } else {
        behind.to_owned()
    };
    Some(format!("{key}:{blanks}{quote}{mode}{quote}{behind}"))
}

/// A file whose text is not on the disk yet.
struct Edited<'t> {
    entry: &'t str,
    text: &'t str,
    others: FileSystem,
}

impl Source for Edited<'_> {
    fn read(&self, including: Option<&str>, spec: &str) -> Result<Text, SourceError> {
        let read = self.others.read(including, spec)?;
        let is_it = including.is_none() && spec == self.entry;
        Ok(if is_it { Text { text: self.text.to_owned(), ..read } } else { read })
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.others.variable(name)
    }
}

/// That the text can be used, and says this mode.
fn check(path: &Path, text: &str, mode: HookMode, terminal: &Terminal) -> Result<(), Failure> {
    let unusable = |error| contracts::unusable(&error, path, terminal);
    let entry = load::entry_of(path, None).map_err(unusable)?;
    let source = Edited { entry, text, others: FileSystem::new() };
    let found = load::read_from(entry, &source, None).map_err(unusable)?;
    if found.config.mode == Some(mode.into()) {
        return Ok(());
    }
    Err(Failure::new(format!(
        "another key of `{}` says that violations are stopped",
        path.display()
    ))
    .hint(format!("change it to `{}` by hand", mode.name())))
}

/// The hosts that are told to ask with this file, in another mode than this one.
fn apart(path: &Path, mode: HookMode) -> Vec<&'static str> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let path = path.to_string_lossy();
    let folders =
        [Scope::User, Scope::Project].into_iter().filter_map(|scope| Folder::of(scope).ok());
    let folders: Vec<Folder> = folders.collect();
    let is_apart = |command: &String| {
        command.contains(&*path) && !command.contains(&format!("--mode {}", mode.name()))
    };
    let hosts = HOSTS.iter().filter(|host| {
        folders.iter().filter_map(|folder| folder.command(host)).any(|command| is_apart(&command))
    });
    hosts.map(|host| host.name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Option<&str>) {
        assert_eq!(edited(text, "observe").as_deref(), expect, "{text:?}");
    }

    #[test]
    fn one_value_is_changed_and_everything_else_stays() {
        check("mode: enforce\n", Some("mode: observe\n"));
        check(
            "# a\nmode:   enforce  # why\nagents: {}\n",
            Some("# a\nmode:   observe  # why\nagents: {}\n"),
        );
        check("\"mode\": 'enforce' # x", Some("\"mode\": 'observe' # x"));
        check("mode: enforce\r\nagents: {}\r\n", Some("mode: observe\r\nagents: {}\r\n"));
        check(
            "agents:\n  a:\n    mode: enforce\n",
            Some("mode: observe\nagents:\n  a:\n    mode: enforce\n"),
        );
    }

    #[test]
    fn a_file_without_a_mode_gets_one_behind_its_version() {
        check("# c\nversion: 1\nagents: {}", Some("# c\nversion: 1\nmode: observe\nagents: {}"));
        check("# c\n\nagents: {}\n", Some("# c\n\nmode: observe\nagents: {}\n"));
        check("version: 1", Some("version: 1\nmode: observe\n"));
    }

    #[test]
    fn what_is_not_a_block_of_keys_is_left_alone() {
        check("{agents: {}}", None);
        check("", None);
        check("mode: enforce\nmode: enforce\n", None);
    }
}
