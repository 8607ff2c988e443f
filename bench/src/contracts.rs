//! The contracts that are measured, written as sentences.
//!
//! A *table* set has only contracts that a table look-up decides: it measures the control part of a step, which
//! is finding the contracts, stepping them and committing. Its traces settle down to being allowed. A *mixed* set
//! has what a careful person would write for one agent. A *regex* set reads a shell command twenty times.

use std::sync::Arc;

use sponsio_contracts::sentence::compile_sentence;
use sponsio_engine::contract::Contract;
use sponsio_engine::formula::Formula;
use sponsio_engine::program::{Options, Program};
use sponsio_engine::strategy::Mode;

use crate::Failure;

/// An order of attempts, as a formula: a table decides it. The sentence about it also takes failed calls back, which an
/// accumulator does.
fn order(first: &str, then: &str) -> String {
    format!("{FORMULA}!called({then}) W called({first})")
}

/// What stands before a formula among sentences.
const FORMULA: &str = "formula: ";

/// A blocking contract that says this sentence.
pub fn contract(sentence: &str) -> Result<Contract, Failure> {
    if let Some(formula) = sentence.strip_prefix(FORMULA) {
        let parsed = Formula::parse(formula).map_err(|error| format!("{formula}: {error}"))?;
        return Ok(Contract::new(formula, parsed));
    }
    let compiled = compile_sentence(sentence).map_err(|error| format!("{sentence}: {error:?}"))?;
    Ok(Contract::new(sentence, compiled.formula))
}

/// Contracts that say these sentences.
pub fn contracts<S: AsRef<str>>(sentences: &[S]) -> Result<Vec<Contract>, Failure> {
    sentences.iter().map(|sentence| contract(sentence.as_ref())).collect()
}

/// A program in enforce mode.
pub fn program(contracts: &[Contract]) -> Result<Arc<Program>, Failure> {
    let options = Options { mode: Mode::Enforce, ..Options::default() };
    Program::compile(contracts, &options).map_err(|errors| format!("{errors:?}").into())
}

/// The name of a tool of a table set.
pub fn tool(number: usize) -> String {
    format!("tool_{number}")
}

/// A table set of `count` contracts over `tools` tools.
///
/// Of four contracts, one owes a later call, one wants an earlier call, and two relate a tool to one that is never
/// called. So a tool is mentioned by 1.5 × `count` / `tools` contracts. What wants an earlier call has an odd
/// number and what is wanted an even one, so no two contracts wait for each other.
pub fn table(count: usize, tools: usize) -> Vec<String> {
    let mut random = fastrand::Rng::with_seed(1);
    let tools = tools.max(1);
    let mut sentence = |place: usize| {
        let a = place % tools;
        let other = random.usize(..tools);
        let unused = format!("unused_{place}");
        match (place / tools + place) % 4 {
            0 if a != other => format!("every `{}` must be followed by `{}`", tool(a), tool(other)),
            1 if (a | 1) < tools => order(&tool(other & !1), &tool(a | 1)),
            2 => format!("tools `{}` and `{unused}` are mutually exclusive", tool(a)),
            _ => format!("after `{unused}`, tool `{}` is forbidden", tool(a)),
        }
    };
    (0..count).map(&mut sentence).collect()
}

/// Ten contracts that all mention the tool `core`.
pub fn core() -> Vec<String> {
    let partner = |place: usize| format!("partner_{}", place % 3);
    let sentence = |place: usize| match place % 4 {
        0 => format!("every `core` must be followed by `{}`", partner(place)),
        1 => order("core", &partner(place)),
        2 => format!("tools `core` and `idle_{place}` are mutually exclusive"),
        _ => format!("after `idle_{place}`, tool `core` is forbidden"),
    };
    (0..10).map(sentence).collect()
}

/// Twenty contracts for one agent: order, obligations, counts and arguments.
pub const MIXED: [&str; 20] = [
    "tool `check_policy` must precede `issue_refund`",
    "tool `verify_vendor` must precede `wire`",
    "tool `run_tests` must precede `deploy`",
    "tool `read_file` must precede `write_file`",
    "after `freeze`, tool `deploy` is forbidden",
    "after `export`, tool `send_mail` is forbidden",
    "tools `approve` and `reject` are mutually exclusive",
    "every `issue_refund` must be followed by `notify`",
    "every `open_ticket` must be followed by `close_ticket`",
    "after `page`, tool `acknowledge` must be called within 5 steps",
    "tool `issue_refund` at most 1000000 times",
    "tool `search` at most 1000000 times",
    "tool `wire` must execute at most once",
    "tool `search` must not loop more than 1000000 times",
    "tool `deploy` has a cooldown of 3 steps",
    "argument `command` of tool `bash` must not contain `rm -rf`, `sudo`, `mkfs`",
    "argument `amount` of tool `issue_refund` must be between 0 and 10000",
    "argument `query` of tool `sql` at most 500 characters",
    "argument `host` of tool `http_get` must be one of `api.corp.com`",
    "tool `write_file` restricted to `/app/data`",
];

/// Twenty expressions that a shell command must not match.
const EXPRESSIONS: [&str; 20] = [
    r"rm\s+-rf",
    r"\bsudo\b",
    r"mkfs\.\w+",
    r"dd\s+if=",
    r"\bshutdown\b",
    r"chmod\s+777",
    r"curl .*\|\s*sh",
    r"wget .*\|\s*bash",
    r"git\s+push\s+--force",
    r"drop\s+table",
    r"truncate\s+-s",
    r"kill\s+-9",
    r">\s*.dev.sd[a-z]",
    r"nc\s+-l",
    r"base64\s+-d",
    r"\beval\b",
    r"chown\s+root",
    r"iptables\s+-F",
    r"systemctl\s+stop",
    r"userdel\s+\w+",
];

/// Twenty contracts, each with one expression about the command of `bash`.
pub fn regexes() -> Vec<String> {
    let sentence =
        |regex: &&str| format!("argument `command` of tool `bash` must not contain /{regex}/");
    EXPRESSIONS.iter().map(sentence).collect()
}
