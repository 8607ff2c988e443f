//! The reference of a program's commands, from its own description of its arguments.
//!
//! It walks the description instead of printing `--help`: the page needs no terminal width, and links and tables
//! read better than a screen that was copied.

use std::path::Path;

use anyhow::Result;
use clap::{Arg, Command};

use super::cell;

/// The page of `cargo xtask`.
pub(crate) fn xtask(_root: &Path) -> Result<String> {
    Ok(page(crate::command()))
}

/// The page of `sponsio`.
pub(crate) fn sponsio(_root: &Path) -> Result<String> {
    Ok(page(sponsio_cli::command()))
}

fn page(mut command: Command) -> String {
    command.build();
    let mut page = format!("# `{}`\n", command.get_bin_name().unwrap_or(command.get_name()));
    describe(&command, &mut page);
    let mut inner = Vec::new();
    collect(&command, &mut inner);
    for mut command in inner {
        let name = command.get_bin_name().unwrap_or(command.get_name()).to_owned();
        page.push_str(&format!("\n## `{name}`\n"));
        describe(&command, &mut page);
        let usage = command.render_usage().to_string();
        page.push_str(&format!("\n```text\n{}\n```\n", usage.trim_start_matches("Usage: ")));
        arguments(&command, &mut page);
    }
    page
}

/// The commands inside, each before its own inner ones; `help` is the same everywhere and left out.
fn collect(command: &Command, into: &mut Vec<Command>) {
    let visible = |inner: &&Command| !inner.is_hide_set() && inner.get_name() != "help";
    for inner in command.get_subcommands().filter(visible) {
        into.push(inner.clone());
        collect(inner, into);
    }
}

fn describe(command: &Command, page: &mut String) {
    if let Some(about) = command.get_long_about().or_else(|| command.get_about()) {
        let about = about.to_string();
        let stop = if about.ends_with('.') { "" } else { "." };
        page.push_str(&format!("\n{about}{stop}\n"));
    }
}

fn arguments(command: &Command, page: &mut String) {
    let shown =
        |arg: &&Arg| !arg.is_hide_set() && !matches!(arg.get_id().as_str(), "help" | "version");
    let arguments: Vec<&Arg> = command.get_arguments().filter(shown).collect();
    if arguments.is_empty() {
        return;
    }
    page.push_str("\n| argument | is |\n|---|---|\n");
    for argument in arguments {
        let mut help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        let default = argument.get_default_values().join(" ".as_ref());
        if argument.get_action().takes_values() && !default.is_empty() {
            help.push_str(&format!("; `{}` where it is not given", default.display()));
        }
        page.push_str(&format!("| `{}` | {} |\n", cell(&written(argument)), cell(&help)));
    }
}

/// The argument as it is written: `--check`, `--minutes <MINUTES>`, `STEPS`.
fn written(argument: &Arg) -> String {
    let values: Vec<String> = argument
        .get_value_names()
        .map(|names| names.iter().map(ToString::to_string).collect())
        .unwrap_or_else(|| vec![argument.get_id().to_string()]);
    let values =
        if argument.get_action().takes_values() { values.join(" ") } else { String::new() };
    match (argument.get_short(), argument.get_long()) {
        (_, None) => values,
        (None, Some(long)) if values.is_empty() => format!("--{long}"),
        (None, Some(long)) => format!("--{long} <{values}>"),
        (Some(short), Some(long)) if values.is_empty() => format!("-{short}, --{long}"),
        (Some(short), Some(long)) => format!("-{short}, --{long} <{values}>"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_argument_is_on_the_page() {
        let command = Command::new("a")
            .about("does a")
            .arg(Arg::new("colour").long("colour").short('c').value_name("WHEN").help("x|y"))
            .subcommand(Command::new("b").subcommand(Command::new("c").arg(Arg::new("file"))))
            .subcommand(Command::new("hidden").hide(true));
        let page = page(command);
        for expect in ["# `a`", "does a.", "## `a b`", "## `a b c`", "| `file` |  |"] {
            assert!(page.contains(expect), "{expect} in\n{page}");
        }
        assert!(!page.contains("hidden"), "{page}");
    }
}
