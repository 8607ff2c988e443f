//! The commands that documents and comments name, compared with the programs.
//!
//! A command line is read against the program's own description of its arguments: each subcommand and each long
//! option must exist. Values and placeholders (`FILE`, `[SCENARIO]`, `…`) are not looked at, and neither is what
//! follows a pipe or a redirection.

use clap::{Arg, Command};

/// A program whose commands are checked.
struct Program {
    /// How a command line starts that runs it.
    prefix: &'static [&'static str],
    command: fn() -> Command,
}

const PROGRAMS: &[Program] = &[
    Program { prefix: &["cargo", "xtask"], command: crate::command },
    Program { prefix: &["sponsio"], command: sponsio_cli::command },
];

/// What is wrong with this command line; nothing where it is right or where it runs some other program.
pub(crate) fn mistake(line: &str) -> Option<String> {
    let ends = |word: &&str| !matches!(*word, "|" | "||" | "&&" | ">" | ">>" | "<" | "#" | "&");
    let words: Vec<&str> = line.split_whitespace().take_while(ends).collect();
    let words: Vec<&str> = words.iter().map(|word| word.trim_end_matches(';')).collect();
    let words = directly(words);
    PROGRAMS.iter().find_map(|program| {
        let rest = words.strip_prefix(program.prefix)?;
        let mut command = (program.command)();
        command.build();
        mistake_of(&command, &program.prefix.join(" "), rest)
    })
}

/// `cargo run … -- WORDS` runs the program of the workspace's default member, unless it names another.
fn directly(words: Vec<&str>) -> Vec<&str> {
    let other = |word: &&str| matches!(*word, "-p" | "--package" | "--bin" | "--example");
    match words.as_slice() {
        ["cargo", "run", rest @ ..] if !rest.iter().any(other) => {
            let after = rest.iter().skip_while(|word| **word != "--").skip(1).copied();
            std::iter::once("sponsio").chain(after).collect()
        }
        _ => words,
    }
}

fn mistake_of(command: &Command, name: &str, words: &[&str]) -> Option<String> {
    let (word, rest) = words.split_first()?;
    if *word == "--" {
        return None;
    }
    if let Some(option) = word.strip_prefix("--") {
        let (long, value) = option.split_once('=').map_or((option, None), |(l, v)| (l, Some(v)));
        let Some(known) = command.get_arguments().find(|arg| arg.get_long() == Some(long)) else {
            let passes_on = command.get_arguments().any(Arg::is_allow_hyphen_values_set);
            return (!passes_on).then(|| format!("`{name}` has no option `--{long}`"));
        };
        let takes_next = value.is_none() && known.get_action().takes_values();
        return mistake_of(command, name, rest.get(usize::from(takes_next)..).unwrap_or_default());
    }
    let is_name =
        word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.starts_with('-');
    if !is_name || !command.has_subcommands() {
        return mistake_of(command, name, rest);
    }
    match command.find_subcommand(word) {
        Some(inner) => mistake_of(inner, &format!("{name} {word}"), rest),
        None => Some(format!("`{name}` has no command `{word}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expect: Option<&str>) {
        assert_eq!(mistake(line).as_deref(), expect, "{line}");
    }

    #[test]
    fn commands_that_exist_are_accepted() {
        check("cargo xtask test", None);
        check("cargo xtask test clippy tests", None);
        check("cargo xtask generate --check | less", None);
        check("cargo xtask fuzz --minutes 3; echo $?", None);
        check("cargo xtask soak --seed 3", None);
        check("cargo xtask --help", None);
        check("cargo build", None);
    }

    #[test]
    fn running_the_default_program_is_running_it_by_name() {
        let split = |line: &'static str| directly(line.split(' ').collect()).join(" ");
        assert_eq!(split("cargo run --release -- demo"), "sponsio demo");
        assert_eq!(
            split("cargo run -p sponsio-bench -- demo"),
            "cargo run -p sponsio-bench -- demo"
        );
    }

    #[test]
    fn placeholders_are_not_commands() {
        check("cargo xtask <sub>", None);
        check("cargo xtask …", None);
    }

    #[test]
    fn a_command_that_does_not_exist_is_named() {
        check("cargo xtask tests", Some("`cargo xtask` has no command `tests`"));
    }

    #[test]
    fn an_option_that_does_not_exist_is_named() {
        check(
            "cargo xtask generate --dry-run",
            Some("`cargo xtask generate` has no option `--dry-run`"),
        );
    }
}
