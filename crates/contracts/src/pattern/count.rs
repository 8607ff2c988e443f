//! How often, and how fast.
//!
//! Counts are per session and include the call that is judged.

use super::{Category, Instance, Kind, Parameter, Pattern, no_problem, no_strategy};

const ACTION: Parameter = Parameter::new("action", Kind::Tool, "what is counted");

fn at_most(i: &Instance, limit: u64) -> String {
    format!("G({})", i.tool(0).at_most(limit))
}

pub(super) static RATE_LIMIT: Pattern = Pattern {
    name: "rate_limit",
    category: Category::Count,
    doc: "`action` is called at most `max_count` times in a session",
    parameters: &[ACTION, Parameter::new("max_count", Kind::Count, "how many calls are allowed")],
    shape: "G(count(action) <= max_count)",
    example_args: "[search, 3]",
    example: "tool `search` at most 3 times",
    canonical: &["tool {action} at most {max_count#count}"],
    forms: &[
        "[call] [tool] {action} (at most|no more than|up to|a maximum of) {max_count#count} \
         [per session|in a session]",
        "limit [tool] {action} to {max_count#times} [per session]",
        "[tool] {action} (must not|may not|should not|cannot|can not) be (called|run|executed|used) \
         more than \
         {max_count#times} [per session|in a session]",
        "[tool] {action} (may|can|must|should) be (called|run|executed|used) (at most|no more than) \
         {max_count#count} [per session|in a session]",
        "[tool] {action} (args|arguments) matching {action+} at most {max_count#count} [per session]",
    ],
    formula: |i| at_most(i, i.count(1)),
    describe: |i| format!("{} limited to {} invocations", i.text(0), i.count(1)),
    problem: no_problem,
    strategy: no_strategy,
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
        "[tool] {action} [(must|may|can|should) (execute|run|happen|be called|be executed|be run)] \
         at most once \
         [per session|in a session]",
        "[tool] {action} (must|should|may|can) only (run|execute|be called|be executed|be run) once \
         [per session|in a session]",
        "(call|run|execute) [tool] {action} (only|at most) once [per session]",
        "[tool] {action} (must be|is) idempotent",
    ],
    formula: |i| at_most(i, 1),
    describe: |i| format!("{} must be idempotent (at most once)", i.text(0)),
    problem: no_problem,
    strategy: no_strategy,
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
    formula: |i| at_most(i, 1),
    describe: |i| format!("{} is irreversible and may be called at most once", i.text(0)),
    problem: no_problem,
    strategy: no_strategy,
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
        "[tool] {action} (at most|no more than|up to) {max_retries#retries}",
        "[tool] {action} (may|can) be retried (at most|no more than) {max_retries#count}",
        "[tool] {action} (must not|may not|cannot) be retried more than {max_retries#times}",
        "retry [tool] {action} (at most|no more than) {max_retries#times}",
        "limit retries of [tool] {action} to {max_retries}",
    ],
    formula: |i| at_most(i, i.count(1)),
    describe: |i| format!("{} limited to {} retries", i.text(0), i.count(1)),
    problem: no_problem,
    strategy: no_strategy,
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
        "[tool] {action} (must not|may not|cannot|should not) loop more than {max_consecutive#times}",
        "[tool] {action} (must not|may not|cannot|should not) be called more than {max_consecutive#times} \
         (consecutively|in a row|in succession)",
        "[tool] {action} (at most|no more than) {max_consecutive#times} (consecutively|in a row|in \
         succession)",
    ],
    formula: |i| {
        let tool = super::quote::in_formula(i.text(0));
        format!("G(consecutive_count({tool}) <= {})", i.count(1))
    },
    describe: |i| {
        format!("{} must not be called more than {} times consecutively", i.text(0), i.count(1))
    },
    problem: no_problem,
    strategy: no_strategy,
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
        "cooldown [of] {steps#steps} between [calls of|calls to] [tool] {action}",
        "[at least] {steps#steps} between (calls of|calls to) [tool] {action}",
        "wait [at least] {steps#steps} between (calls of|calls to) [tool] {action}",
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
    problem: no_problem,
    strategy: no_strategy,
};
