//! What commands and statements must not say.
//!
//! These patterns look for words, and are no parser: a command can be written in ways that no list of words
//! finds. They catch what an agent does by mistake; the packs, which look at what a command does, catch more.
//! A word is found as a word (`DROP` is not in `DROPBOX`), with any blanks between words, and in SQL
//! whatever the case. A text between slashes is a regular expression.

use super::quote::{in_formula, literal};
use super::tool_spec::any_of;
use super::{Category, Instance, Kind, Parameter, Pattern};

/// A default entry and what it is for.
type Default = (&'static str, &'static str);

/// What no task needs done by an agent alone.
const COMMANDS: &[Default] = &[
    (
        r"\brm\s+(?:[^\s;|&]+\s+)*(?:-[A-Za-z]*[rR]|--recursive\b)",
        "delete a directory and all that is in it",
    ),
    (r"\b(?:sudo|doas)\b", "act as another user, usually as root"),
    (r"\bmkfs(?:\.\w+)?\b", "format a disk"),
    (r"\bdd\b[^|;&]*\bof=/dev/", "write over a disk"),
    (r">\s*/dev/(?:sd|nvme|disk|mapper)", "write over a disk"),
    (r"\bchmod\s+(?:-\S+\s+)*0?777\b", "let everybody change a file"),
    (r"\b(?:curl|wget)\b[^;&]*\|\s*(?:\w+\s+)?(?:ba|z|da|k)?sh\b", "run what was just downloaded"),
    (r":\s*\(\s*\)\s*\{", "start processes without end"),
    (r"\b(?:shutdown|reboot|halt|poweroff)\b", "stop the machine"),
];

/// What changes or destroys more than the rows it names.
const VERBS: &[Default] = &[
    ("DROP", "remove a table, a database, a column"),
    ("TRUNCATE", "empty a table"),
    ("DELETE", "remove rows"),
    ("ALTER", "change the shape of a table"),
];

/// Why a text is no phrase: it looks like a regular expression, which would be taken literally.
pub(super) fn problem(text: &str) -> Option<&'static str> {
    if is_slashed(text) {
        return None;
    }
    let marks = ["\\", ".*", ".+", "[^", "(?", ")?"];
    let looks = marks.iter().any(|mark| text.contains(mark))
        || text.starts_with('^')
        || text.ends_with('$');
    looks.then_some("texts here are literal, and this looks like a regular expression")
}

/// Whether a phrase is a regular expression.
pub(crate) fn is_slashed(text: &str) -> bool {
    text.len() > 2 && text.starts_with('/') && text.ends_with('/')
}

/// The regular expression that finds a phrase.
pub(super) fn regex(text: &str) -> String {
    if let Some(inner) = text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'))
        && is_slashed(text)
    {
        return inner.to_owned();
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let edge = |c: Option<char>| match c {
        Some(c) if c.is_alphanumeric() || c == '_' => r"\b",
        _ => "",
    };
    let mut regex = edge(text.trim().chars().next()).to_owned();
    let mut before: Option<char> = None;
    for word in words {
        // Around a sign of the shell blanks may be missing; between words they may not.
        let sign = |c: Option<char>| c.is_some_and(|c| "<>|;&()=".contains(c));
        if before.is_some() {
            let loose = sign(before) || sign(word.chars().next());
            regex.push_str(if loose { r"\s*" } else { r"\s+" });
        }
        regex.push_str(&literal(word));
        before = word.chars().next_back();
    }
    regex.push_str(edge(before));
    regex
}

/// The regular expressions of the list at `index`, or the defaults.
fn phrases(i: &Instance, index: usize, defaults: &[Default]) -> Vec<String> {
    match i.list(index) {
        [] => defaults.iter().map(|(text, _)| (*text).to_owned()).collect(),
        given => given.iter().map(|text| regex(text)).collect(),
    }
}

fn names(i: &Instance, index: usize, defaults: &[Default]) -> String {
    match i.list(index) {
        [] => defaults.iter().map(|(_, what)| *what).collect::<Vec<_>>().join(", "),
        given => given.join(", "),
    }
}

pub(super) static DANGEROUS_BASH_COMMANDS: Pattern = Pattern {
    name: "dangerous_bash_commands",
    category: Category::Argument,
    doc: "no call of `tool` has one of the commands `forbidden` in an argument. If none are given: deleting \
        a directory with all that is in it, acting as another user, formatting or writing over a disk, \
        letting everybody change a file, running what was just downloaded, starting processes without \
        end, stopping the machine",
    parameters: &[
        Parameter::optional("forbidden", Kind::PhraseList, "what no command contains"),
        Parameter::optional("tool", Kind::ToolName, "whose commands; `bash` if not given"),
    ],
    shape: "G !(called_with(tool, command) | …)",
    example_args: "[[\"rm -rf\", sudo]]",
    example: "commands `rm -rf`, `sudo` are banned",
    canonical: &[
        "dangerous commands are banned [in tool {tool}]",
        "commands {forbidden} are banned [in tool {tool}]",
    ],
    forms: &[
        "dangerous commands are (banned|forbidden|not allowed) [in [tool] {tool}]",
        "[the] (command|commands) {forbidden} (is|are) (banned|forbidden|not allowed) [in [tool] {tool}]",
        "(ban|forbid) [the] (command|commands) {forbidden} [in [tool] {tool}]",
    ],
    formula: |i| {
        let tool = in_formula(i.text_or(1, "bash"));
        let found = phrases(i, 0, COMMANDS);
        let found = found.iter().map(|r| format!("called_with({tool}, {})", in_formula(r)));
        format!("G !{}", any_of(&found.collect::<Vec<_>>()))
    },
    describe: |i| {
        format!("{} commands [{}] are banned", i.text_or(1, "bash"), names(i, 0, COMMANDS))
    },
    instead: "reach the goal without that command",
    ..Pattern::BASE
};

pub(super) static DANGEROUS_SQL_VERBS: Pattern = Pattern {
    name: "dangerous_sql_verbs",
    category: Category::Argument,
    doc: "no call of `tool` has one of the words `forbidden` in its statement, whatever the case. If none are \
        given: `DROP`, `TRUNCATE`, `DELETE`, `ALTER`, which remove or reshape more than they name",
    parameters: &[
        Parameter::optional("tool", Kind::ToolName, "which tool; `execute_sql` if not given"),
        Parameter::optional("forbidden", Kind::PhraseList, "what no statement contains"),
        Parameter::optional("field", Kind::ArgPath, "the statement; every argument if not given"),
    ],
    shape: "G !(called_with(tool, verb) | …)",
    example_args: "[query_db, [DROP, TRUNCATE]]",
    example: "sql verbs `DROP`, `TRUNCATE` are banned in tool `query_db`",
    canonical: &[
        "dangerous sql verbs are banned [in tool {tool}] [in argument {field}]",
        "sql verbs {forbidden} are banned [in tool {tool}] [in argument {field}]",
    ],
    forms: &[
        "dangerous sql (verbs|statements) are (banned|forbidden|not allowed) [in [tool] {tool}] [in \
         argument {field}]",
        "[the] sql (verb|verbs) {forbidden} (is|are) (banned|forbidden|not allowed) [in [tool] {tool}] [in \
         argument {field}]",
    ],
    formula: |i| {
        let tool = in_formula(i.text_or(0, "execute_sql"));
        let found = phrases(i, 1, &[]);
        let verbs = VERBS.iter().map(|(verb, _)| regex(verb));
        let found = if found.is_empty() { verbs.collect() } else { found };
        let found = found.iter().map(|verb| {
            let verb = in_formula(&format!("(?i){verb}"));
            match i.argument(2) {
                None => format!("called_with({tool}, {verb})"),
                Some(_) => format!("arg_field_has({tool}, {}, {verb})", in_formula(i.text(2))),
            }
        });
        format!("G !{}", any_of(&found.collect::<Vec<_>>()))
    },
    describe: |i| {
        let verbs: Vec<&str> = match i.list(1) {
            [] => VERBS.iter().map(|(verb, _)| *verb).collect(),
            given => given.iter().map(|verb| &**verb).collect(),
        };
        format!("{} must not use [{}]", i.text_or(0, "execute_sql"), verbs.join(", "))
    },
    instead: "reach the goal without that statement",
    ..Pattern::BASE
};

pub(super) static DATA_INTACT: Pattern = Pattern {
    name: "data_intact",
    category: Category::Argument,
    doc: "each command with `bound_tool` in it names paths, and every path it names lies below one of \
        `original_paths`",
    parameters: &[
        Parameter::new("bound_tool", Kind::Regex, "what marks such a command"),
        Parameter::new("original_paths", Kind::PrefixList, "where the original data lies"),
        Parameter::optional("tool", Kind::ToolName, "what runs commands; `bash` if not given"),
    ],
    shape: "G(called_with(tool, bound_tool) -> arg_paths_within(tool, original_path, …))",
    example_args: "[\"grade\\\\.py\", [/data/original]]",
    example: "commands with `grade.py` must only read original data from `/data/original`",
    canonical: &[
        "commands with {bound_tool} must only read original data from {original_paths} [in tool {tool}]",
    ],
    forms: &[
        "(command|commands) (with|matching|running) {bound_tool} (must|may) only (read|use|operate on) \
         [original] [data] [from|in|under|below] {original_paths} [in [tool] {tool}]",
        "{bound_tool} must use only original data from {original_paths}",
    ],
    formula: |i| {
        let tool = in_formula(i.text_or(2, "bash"));
        let paths: Vec<String> = i.list(1).iter().map(|path| in_formula(path)).collect();
        let (bound, paths) = (in_formula(i.text(0)), paths.join(", "));
        format!("G(called_with({tool}, {bound}) -> arg_paths_within({tool}, {paths}))")
    },
    describe: |i| {
        format!("{} must use only original data from [{}]", i.text(0), i.list(1).join(", "))
    },
    instead: "run it on the original data",
    ..Pattern::BASE
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_found_as_words() {
        let check = |text: &str, expect: &str| assert_eq!(regex(text), expect, "{text}");
        check("sudo", r"\bsudo\b");
        check("rm -rf", r"\brm\s+-rf\b");
        check("> /app", r">\s*/app\b");
        check("a.b | sh", r"\ba\.b\s*\|\s*sh\b");
        check(r"/rm\s+-r/", r"rm\s+-r");
        check("/", "/");
        check("/app/", "app");
    }

    #[test]
    fn what_looks_like_a_regex_is_no_phrase() {
        for text in [r"rm\s+-rf", "rm.*", "^rm", "rm$", "(?i)rm"] {
            assert!(problem(text).is_some(), "{text}");
        }
        for text in ["rm -rf", "> /app", "a|b", r"/rm\s/", "[x]", "a+b"] {
            assert!(problem(text).is_none(), "{text}");
        }
    }
}
