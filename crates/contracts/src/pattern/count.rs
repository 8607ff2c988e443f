//! How often, and how fast.
//!
//! Counts are per session, or per window of time, and include the call that is judged. Calls that failed
//! count; calls that were refused do not.

use super::quote::in_formula;
use super::{Category, Instance, Kind, Parameter, Pattern};

const ACTION: Parameter = Parameter::new("action", Kind::Tool, "what is counted");

/// The window of a limit.
pub(super) const WITHIN: Parameter =
    Parameter::optional("within", Kind::Duration, "over how long; the session if not given");

/// The window at `index`, as formulas and descriptions have it.
pub(super) fn within(i: &Instance, index: usize) -> String {
    i.seconds(index).map(|seconds| format!(" within {seconds}s")).unwrap_or_default()
}

fn at_most(i: &Instance, limit: u64, within: &str) -> String {
    format!("G({})", i.tool(0).at_most(limit, within))
}

pub(super) static RATE_LIMIT: Pattern = Pattern {
    name: "rate_limit",
    category: Category::Count,
    doc: "`action` is called at most `max_count` times in a session, or in every window of `within`",
    parameters: &[
        ACTION,
        Parameter::new("max_count", Kind::Count, "how many calls are allowed"),
        WITHIN,
    ],
    shape: "G(count(action) [within D] <= max_count)",
    example_args: "[search, 3]",
    example: "tool `search` at most 3 times",
    canonical: &["tool {action} at most {max_count#count} [{within#window}]"],
    forms: &[
        "[~call] [tool] {action} ~most {max_count#count} [per session|in a session|{within#window}]",
        "limit [tool|calls to|calls of] {action} to {max_count#times} [per session|in a \
         session|{within#window}]",
        "[tool] {action} ~mustnot be ~called more than {max_count#times} [per session|in a \
         session|{within#window}]",
        "~dont ~call [tool] {action} more than {max_count#times} [per session|in a session|{within#window}]",
        "[tool] {action} (may|can|must|should) be ~called ~most {max_count#count} [per session|in a \
         session|{within#window}]",
        "[tool] {action} [(may|can) be ~called] (fewer|less) than {max_count#count<} [per session|in a \
         session|{within#window}]",
        "[a] rate limit of {max_count#count} [per session|{within#window}] (for|on) [tool] {action}",
        "[tool] {action} [is|must be] limited to {max_count#times} [per session|in a session|{within#window}]",
        "tools {action+} together ~most {max_count#count} [per session|in a session|{within#window}]",
        "[tool] {action} [(may|can|must) be ~called] ~most {max_count=1} once {within#window}",
    ],
    formula: |i| at_most(i, i.count(1), &within(i, 2)),
    describe: |i| format!("{} limited to {} invocations{}", i.text(0), i.count(1), within(i, 2)),
    instead: "go on without a further call",
    ..Pattern::BASE
};

pub(super) static IDEMPOTENT: Pattern = Pattern {
    name: "idempotent",
    category: Category::Count,
    doc: "`action` is called at most once in a session",
    parameters: &[ACTION],
    shape: "G(count(action) <= 1)",
    example_args: "[charge]",
    example: "tool `charge` must execute at most once",
    canonical: &["tool {action} must execute at most once"],
    forms: &[
        "[tool] {action} [~must|may|can] [execute|run|happen|be ~called] at most once [per session|in a \
         session]",
        "[tool] {action} (~must|may|can) only (run|execute|be ~called) once [per session|in a session]",
        "[tool] {action} (~must|may|can) be ~called only once [per session|in a session]",
        "~call [tool] {action} (only|at most) once [per session|in a session]",
        "[tool] {action} (must be|is) idempotent",
        "no repeated (call|calls) (of|to) [tool] {action}",
        "[tool] {action} (allows|is limited to) a single (invocation|call)",
    ],
    formula: |i| at_most(i, 1, ""),
    describe: |i| format!("{} must be idempotent (at most once)", i.text(0)),
    instead: "go on with what the first call gave",
    ..Pattern::BASE
};

pub(super) static IRREVERSIBLE_ONCE: Pattern = Pattern {
    name: "irreversible_once",
    category: Category::Count,
    doc: "`action` cannot be undone, so it is called at most once in a session",
    parameters: &[ACTION],
    shape: "G(count(action) <= 1)",
    example_args: "[send_wire]",
    example: "tool `send_wire` is irreversible",
    canonical: &["tool {action} is irreversible"],
    forms: &["[tool] {action} is irreversible [and may be called at most once]"],
    formula: |i| at_most(i, 1, ""),
    describe: |i| format!("{} is irreversible and may be called at most once", i.text(0)),
    instead: "go on with what the first call gave",
    ..Pattern::BASE
};

pub(super) static BOUNDED_RETRY: Pattern = Pattern {
    name: "bounded_retry",
    category: Category::Count,
    doc: "`action` is tried at most `max_retries` times in a session, the first try included",
    parameters: &[ACTION, Parameter::new("max_retries", Kind::Count, "how many tries are allowed")],
    shape: "G(count(action) <= max_retries)",
    example_args: "[deploy, 3]",
    example: "tool `deploy` at most 3 retries",
    canonical: &["tool {action} at most {max_retries#retries}"],
    forms: &[
        "[tool] {action} [may have|has] ~most {max_retries#retries}",
        "[tool] {action} (may|can) be retried ~most {max_retries#count}",
        "[tool] {action} ~mustnot be retried more than {max_retries#times}",
        "retry [tool] {action} ~most {max_retries#times}",
        "limit (retries|the retries) of [tool] {action} to {max_retries}",
    ],
    formula: |i| at_most(i, i.count(1), ""),
    describe: |i| format!("{} limited to {} retries", i.text(0), i.count(1)),
    instead: "stop trying, and say what failed",
    ..Pattern::BASE
};

pub(super) static LOOP_DETECTION: Pattern = Pattern {
    name: "loop_detection",
    category: Category::Count,
    doc: "`action` is called at most `max_consecutive` times without a call of another tool between",
    parameters: &[
        Parameter::new("action", Kind::ToolName, "what may loop"),
        Parameter::new("max_consecutive", Kind::Count, "how many calls in a row are allowed"),
    ],
    shape: "G(consecutive_count(action) <= max_consecutive)",
    example_args: "[search, 5]",
    example: "tool `search` must not loop more than 5 times",
    canonical: &["tool {action} must not loop more than {max_consecutive#count}"],
    forms: &[
        "[tool] {action} ~mustnot loop more than {max_consecutive#times}",
        "[tool] {action} ~mustnot be ~called more than {max_consecutive#times} (consecutively|in a row|in \
         succession)",
        "[tool] {action} ~most {max_consecutive#times} (consecutively|in a row|in succession)",
    ],
    formula: |i| {
        let tool = in_formula(i.text(0));
        format!("G(consecutive_count({tool}) <= {})", i.count(1))
    },
    describe: |i| {
        format!("{} must not be called more than {} times consecutively", i.text(0), i.count(1))
    },
    instead: "take another step before the next call of it",
    ..Pattern::BASE
};

pub(super) static COOLDOWN: Pattern = Pattern {
    name: "cooldown",
    category: Category::Count,
    doc: "after each call of `action`, none of the next `steps` calls is one of `action`",
    parameters: &[ACTION, Parameter::new("steps", Kind::Steps, "how many calls lie between")],
    shape: "G(called(action) -> !Y O[<=steps-1] called(action))",
    example_args: "[deploy, 3]",
    example: "tool `deploy` has a cooldown of 3 steps",
    canonical: &["tool {action} has a cooldown of {steps#steps}"],
    forms: &[
        "[tool] {action} [has a|needs a|with a] cooldown of {steps#steps}",
        "[tool] {action} [has a|needs a|with a] cooldown period of {steps#steps}",
        "[a] (cooldown|cool-down|cooldown period) [of] {steps#steps} between [calls of|calls to] [tool] \
         {action}",
        "[a] (gap|interval) of [at least] {steps#steps} between [calls of|calls to] [tool] {action}",
        "[wait] [at least|a minimum of] {steps#steps} between (calls of|calls to) [tool] {action}",
    ],
    formula: |i| {
        let called = i.tool(0).called();
        // Yesterday looks at the last call, so the window behind it is one shorter.
        let recent = match i.count(1).saturating_sub(1) {
            0 => called.clone(),
            window => format!("O[<={window}] {called}"),
        };
        format!("G({called} -> !Y {recent})")
    },
    describe: |i| format!("{} has a cooldown of {} steps", i.text(0), i.count(1)),
    instead: "take other steps before the next call of it",
    ..Pattern::BASE
};

pub(super) static DUPLICATE_CALL_LIMIT: Pattern = Pattern {
    name: "duplicate_call_limit",
    category: Category::Count,
    doc: "at most `max_count` calls of `tool` have `args_pattern` in one of their arguments",
    parameters: &[
        Parameter::new("tool", Kind::ToolName, "what is counted"),
        Parameter::new("args_pattern", Kind::Regex, "what such calls have in an argument"),
        Parameter::new("max_count", Kind::Count, "how many such calls are allowed"),
    ],
    shape: "G(count_with(tool, args_pattern) <= max_count)",
    example_args: "[search, invoice-42, 2]",
    example: "same `search` request `invoice-42` at most 2 times",
    canonical: &["same {tool} request {args_pattern} at most {max_count#count}"],
    forms: &[
        "[the] same [tool] {tool} (request|call) [with] {args_pattern} ~most {max_count#count} [per session]",
        "[tool] {tool} (args|arguments) (matching|with|containing) {args_pattern} ~most {max_count#count} \
         [per session]",
        "calls (of|to) [tool] {tool} (with|matching) {args_pattern} ~most {max_count#count} [per session]",
        "(no|never) (duplicate|repeat|repeated) [tool] {tool} (request|requests|call|calls) (with|matching) \
         {args_pattern} {max_count=1}",
    ],
    formula: |i| {
        let (tool, regex) = (in_formula(i.text(0)), in_formula(i.text(1)));
        format!("G(count_with({tool}, {regex}) <= {})", i.count(2))
    },
    describe: |i| {
        format!("{} calls matching '{}' at most {} times", i.text(0), i.text(1), i.count(2))
    },
    instead: "go on with what the earlier calls gave",
    ..Pattern::BASE
};

pub(super) static DENIED_LIMIT: Pattern = Pattern {
    name: "denied_limit",
    category: Category::Count,
    doc: "after `max_denied` refusals of calls of `tool`, it is not called any more",
    parameters: &[
        Parameter::new("tool", Kind::ToolName, "what is refused"),
        Parameter::new("max_denied", Kind::Steps, "how many refusals are enough"),
        WITHIN,
    ],
    shape: "G(called(tool) -> denied(tool) [within D] < max_denied)",
    example_args: "[transfer, 3]",
    example: "tool `transfer` is blocked after 3 refusals",
    canonical: &["tool {tool} is blocked after {max_denied#refusals} [{within#window}]"],
    forms: &[
        "[tool|tools] {tool&} (is|are|must be) (blocked|banned|stopped|forbidden) after \
         {max_denied#refusals} [{within#window}]",
        "after {max_denied#refusals} [{within#window}] [,] [tool|tools] {tool&} (is|are|must be) \
         (blocked|banned|stopped|forbidden)",
        "stop [calling] [tool] {tool} after {max_denied#refusals} [{within#window}]",
    ],
    formula: |i| {
        let tool = in_formula(i.text(0));
        format!("G(called({tool}) -> denied({tool}){} < {})", within(i, 2), i.count(1))
    },
    describe: |i| format!("{} is blocked after {} refusals{}", i.text(0), i.count(1), within(i, 2)),
    instead: "stop trying, and say what was refused",
    ..Pattern::BASE
};
