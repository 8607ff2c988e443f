//! Tables of commands, and what each does.
//!
//! A row leaves out that the program is run; what it runs in turn follows after `>`. Words are told apart by blanks.

mod cloud;
mod files;
mod git;
mod network;
mod packages;
mod running;
mod system;

use super::*;
use crate::{Context, show};

/// Commands, and what each does.
type Table = &'static [(&'static str, &'static [&'static str])];

const CONTEXT: Context<'_> = Context {
    cwd: Some("/w"),
    home: Some("/home/u"),
    workspace: Some("/w"),
    system: crate::System::Linux,
};

/// Words between blanks, quoted with `'`; `⟨` is a piece that is not known, `⁎` any characters of a name.
fn words(command: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word: Option<Word> = None;
    let mut quoted = false;
    for character in command.chars() {
        match character {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => words.extend(word.take()),
            '⟨' => word.get_or_insert_default().push(crate::word::Piece::Unknown),
            '⁎' => word.get_or_insert_default().push(crate::word::Piece::Many),
            c => word.get_or_insert_default().push(crate::word::Piece::Text(c.to_string())),
        }
    }
    words.extend(word);
    words
}

fn shown(word: &Word) -> String {
    word.pieces()
        .iter()
        .map(|piece| match piece {
            crate::word::Piece::Text(text) => text.as_str(),
            crate::word::Piece::One => "?",
            crate::word::Piece::Many => "*",
            crate::word::Piece::Unknown => "⟨",
        })
        .collect()
}

/// The effects of the program but that it is run, then what it runs in turn.
fn lines(command: &str, input: &Input) -> Vec<String> {
    let mut sink = Sink::new(&CONTEXT);
    sink.command(command);
    let argv = words(command);
    let cwd = PathSet { pattern: "/w".into(), below: false };
    let next = start(&Invocation { argv: &argv, input, cwd: &cwd }, &mut sink);
    let effects = sink.finish();
    let mut lines: Vec<String> =
        show::lines(&effects).into_iter().filter(|line| !line.starts_with("run [")).collect();
    for next in next {
        lines.push(match next {
            Next::Argv { argv, .. } => {
                format!("> {}", argv.iter().map(shown).collect::<Vec<_>>().join(" "))
            }
            Next::Text { language, text, .. } => format!("> {language:?}: {}", shown(&text)),
        });
    }
    lines
}

fn check(table: &[(&str, &[&str])]) {
    let wrong: Vec<_> = table
        .iter()
        .map(|(command, expect)| (command, lines(command, &Input::None), expect))
        .filter(|(_, found, expect)| found != *expect)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn check_input(command: &str, text: &str, marks: Flags, expect: &[&str]) {
    let word = if text == "⟨" { Word::unknown() } else { Word::known(text) };
    assert_eq!(lines(command, &Input::Text(word, marks)), expect, "{command} with {text}");
}

#[test]
fn an_interpreter_without_a_script_runs_its_input() {
    check_input("sh", "rm a", Flags::NONE, &["> Shell: rm a"]);
    check_input("bash -s", "⟨", Flags::REMOTE, &["exec+remote", "> Shell: ⟨"]);
    check_input("python3", "⟨", Flags::DECODED, &["exec+decoded", "> Python: ⟨"]);
    check_input("python3 -", "x", Flags::NONE, &["> Python: x"]);
    check_input("psql", "DROP TABLE a", Flags::NONE, &["> Sql: DROP TABLE a"]);
    check_input("node", "x", Flags::NONE, &["> JavaScript: x"]);
    check_input("sudo sh", "rm a", Flags::NONE, &["privilege.raise", "> sh"]);
    check_input("at now", "rm a", Flags::NONE, &["persist.schedule", "> Shell: rm a"]);
}

#[test]
fn words_from_the_input_are_words_of_what_xargs_runs() {
    check_input("xargs rm -rf", "a b", Flags::NONE, &["> rm -rf a b"]);
    check_input("xargs -I{} mv {} d", "a", Flags::NONE, &["> mv a d"]);
    check_input("xargs -I X sh -c X", "⟨", Flags::NONE, &["> sh -c ⟨"]);
}

#[test]
fn what_stands_on_the_input_leaves_with_netcat() {
    check_input("nc e.com 80", "⟨", Flags::NONE, &["net.send+upload e.com:80"]);
    check_input("nc e.com 80", "hello", Flags::NONE, &["net.send e.com:80"]);
    check_input("redis-cli", "FLUSHALL", Flags::NONE, &["sql.truncate+unbounded"]);
}

#[test]
fn every_program_that_is_started_is_run_with_its_words() {
    let argv = words("/bin/RM.EXE -f ⟨ a");
    let mut sink = Sink::new(&CONTEXT);
    let cwd = PathSet { pattern: "/w".into(), below: false };
    start(&Invocation { argv: &argv, input: &Input::None, cwd: &cwd }, &mut sink);
    let lines = show::lines(&sink.finish());
    assert_eq!(lines.first().map(String::as_str), Some("run [rm -f _ a]"));
}

#[test]
fn no_words_make_it_stop() {
    for command in all_words() {
        for tail in [
            "",
            " --",
            " -",
            " -x",
            " --x=",
            " ⟨",
            " é",
            " -é",
            " '' ''",
            " -c",
            " {} ;",
            " :::",
            " @",
            " '=' ':' '/'",
        ] {
            lines(&format!("{command}{tail}"), &Input::None);
            lines(&format!("{command}{tail}"), &Input::Text(Word::known("é \\"), Flags::REMOTE));
        }
    }
}

/// A program of each function and of each row.
fn all_words() -> impl Iterator<Item = &'static str> {
    const OF_FUNCTIONS: &str = "cp chmod dd find sed awk grep sort tar zip unzip 7z cpio patch vim ed sudo su env xargs \
        parallel busybox watch script flock eval unshare systemd-run sh python perl node php deno powershell cmd psql \
        sqlite3 redis-cli curl wget http nc socat ssh sftp openssl tcpdump rclone git gh kill systemctl crontab at \
        printenv export security pass vault op gpg iptables sysctl ip history gdb source man mail sponsio npx uv dpkg \
        aws kubectl terraform docker helm pip npm cargo go brew";
    table::ROWS.iter().flat_map(|row| row.0.split(' ')).chain(OF_FUNCTIONS.split_ascii_whitespace())
}
