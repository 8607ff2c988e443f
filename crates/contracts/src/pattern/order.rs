//! Which call comes before or after which.
//!
//! What has to come first is met by a call that was allowed and did not fail, or of which nothing is known
//! yet; calls of one batch do not wait for each other. `attempted` counts calls whatever came of them.

use super::{Category, Instance, Kind, Parameter, Pattern, two_tools};

const fn tool(name: &'static str, doc: &'static str) -> Parameter {
    Parameter::new(name, Kind::Tool, doc)
}

/// The option of every order.
pub(super) const ATTEMPTED: Parameter =
    Parameter::optional("attempted", Kind::Flag, "a call counts even if it fails");

/// `after` has to wait for `before`.
pub(super) fn precede(before: &str, after: &str) -> String {
    format!("G({after} -> {before})")
}

fn first_before_second(i: &Instance) -> String {
    precede(&i.tool(0).made(i.flag(2)), &i.tool(1).called())
}

pub(super) static MUST_PRECEDE: Pattern = Pattern {
    name: "must_precede",
    category: Category::Order,
    doc: "`after` is called only once a call of `before` was made and did not fail; one is enough for \
        the session",
    parameters: &[tool("before", "what comes first"), tool("after", "what has to wait"), ATTEMPTED],
    shape: "G(called(after) -> done(before))",
    example_args: "[check_policy, issue_refund]",
    example: "tool `check_policy` must precede `issue_refund`",
    canonical: &["tool {before} must precede {after}"],
    forms: &[
        "[tool|tools] {before&} ~must [always] precede [tool|tools] {after&}",
        "[you|the agent] (~must|always) [first] ~call [tool|tools] {before&} (before|prior to) ~calling \
         [tool|tools] {after&}",
        "[tool|tools] {before&} [~must [always] [be] [called|run|executed|come|happen]] (before|prior \
         to) ~calling [tool|tools] {after&}",
        "before ~calling [tool|tools] {after&} [,] [you|the agent] [~must|always] [first] ~call \
         [tool|tools] {before&} [first]",
        "~calling [tool|tools] {before&} is (required before|a prerequisite for|a precondition of) \
         ~calling [tool|tools] {after&}",
        "[tool|tools] {after&} ~mustnot be ~called until [tool|tools] {before&} \
         [(was|were|is|are|has been|have been) ~called]",
        "[tool|tools] {after&} ~mustnot be ~called (before|prior to) ~calling [tool] {before!}",
        "~dont ~call [tool] {after} until [tool|tools] {before&} \
         [(was|were|is|are|has been|have been) ~called]",
        "~dont ~call [tool] {after} (before|prior to) ~calling [tool] {before!}",
        "[tool|tools] {after&} ~must ~call [tool|tools] {before&} first",
    ],
    formula: first_before_second,
    describe: |i| format!("{} must precede {}", i.text(0), i.text(1)),
    problem: two_tools,
    ..Pattern::BASE
};

pub(super) static DRY_RUN_BEFORE_COMMIT: Pattern = Pattern {
    name: "dry_run_before_commit",
    category: Category::Order,
    doc: "`commit` is called only once the dry run `dry_run` was made and did not fail",
    parameters: &[
        tool("dry_run", "what tries it out"),
        tool("commit", "what makes it so"),
        ATTEMPTED,
    ],
    shape: "G(called(commit) -> done(dry_run))",
    example_args: "[plan_migration, apply_migration]",
    example: "tool `plan_migration` must dry run before `apply_migration`",
    canonical: &["tool {dry_run} must dry run before {commit}"],
    forms: &[
        "[tool] {dry_run} [~must be [called|run] as a|as a|must] (dry run|dry-run) before ~calling \
         [tool|tools] {commit&}",
        "[tool|tools] {commit&} (requires|require|needs|need) a (dry run|dry-run) (by|with|of) [tool] \
         {dry_run}",
        "before ~calling [tool|tools] {commit&} [,] dry run with [tool] {dry_run}",
    ],
    formula: first_before_second,
    describe: |i| format!("{} dry-run must precede {}", i.text(0), i.text(1)),
    problem: two_tools,
    ..Pattern::BASE
};

pub(super) static BACKUP_BEFORE_DESTRUCTIVE: Pattern = Pattern {
    name: "backup_before_destructive",
    category: Category::Order,
    doc: "the destructive `action` is called only once the backup `backup` was made and did not fail",
    parameters: &[tool("backup", "what saves a copy"), tool("action", "what destroys"), ATTEMPTED],
    shape: "G(called(action) -> done(backup))",
    example_args: "[snapshot_db, drop_table]",
    example: "tool `snapshot_db` must back up before `drop_table`",
    canonical: &["tool {backup} must back up before {action}"],
    forms: &[
        "[tool] {backup} [~must be [called|run] as a|as a|must] (backup|snapshot|back up) before ~calling \
         [destructive] [action] [tool|tools] {action&}",
        "[destructive] [action] [tool|tools] {action&} (requires|require|needs|need) a (backup|snapshot) \
         (by|with|of) [tool] {backup}",
        "back up with [tool] {backup} before ~calling [tool|tools] {action&}",
    ],
    formula: first_before_second,
    describe: |i| format!("{} backup must precede destructive action {}", i.text(0), i.text(1)),
    problem: two_tools,
    ..Pattern::BASE
};

pub(super) static NO_REVERSAL: Pattern = Pattern {
    name: "no_reversal",
    category: Category::Order,
    doc: "once `commitment` was called, `contradiction` is not called any more",
    parameters: &[
        tool("commitment", "what is decided"),
        tool("contradiction", "what would undo it"),
    ],
    shape: "G(called(commitment) -> G !called(contradiction))",
    example_args: "[approve, reject]",
    example: "after `approve`, tool `reject` is forbidden",
    canonical: &["after {commitment}, tool {contradiction} is forbidden"],
    forms: &[
        "(after|once) ~calling [tool] {commitment} [(is|was|has been) ~called] [,] [tool|tools] \
         {contradiction&} (is|are|must be) (forbidden|prohibited|banned|not allowed)",
        "(after|once) ~calling [tool] {commitment} [(is|was|has been) ~called] [,] [tool|tools] \
         {contradiction&} ~mustnot be ~called [again]",
        "(after|once) ~calling [tool] {commitment} [(is|was|has been) ~called] [,] ~dont ~call [tool] \
         {contradiction}",
        "(~dont|no) [call|calling|run|execute|use] [tool] {contradiction} after ~calling [tool] {commitment}",
        "[tool|tools] {contradiction&} ~mustnot (be ~called|run|happen|come) (after|once) ~calling [tool] \
         {commitment} [(is|was|has been) ~called]",
        "[tool|tools] {contradiction&} ~mustnot follow [tool] {commitment}",
        "[calling] [tool|tools] {contradiction&} (is|are) (forbidden|prohibited|banned|not allowed) \
         (after|once) ~calling [tool] {commitment} [(is|was|has been) ~called]",
        "[tool|tools] {contradiction&} ~mustnot (reverse|undo|contradict) [tool] {commitment}",
    ],
    formula: |i| format!("G({} -> G !{})", i.tool(0).called(), i.tool(1).called()),
    describe: |i| format!("{} must never occur after {}", i.text(1), i.text(0)),
    problem: two_tools,
    instead: "go on without it",
    ..Pattern::BASE
};

pub(super) static MUTUAL_EXCLUSION: Pattern = Pattern {
    name: "mutual_exclusion",
    category: Category::Order,
    doc: "a session calls `a` or `b`, but not both",
    parameters: &[tool("a", "one tool"), tool("b", "the other tool")],
    shape: "G !called(a) | G !called(b)",
    example_args: "[approve, reject]",
    example: "tools `approve` and `reject` are mutually exclusive",
    canonical: &["tools {a*b} are mutually exclusive"],
    forms: &[
        "[tool|tools] {a*b} are [mutually] exclusive",
        "(only|at most|exactly) one of [tools|the tools] {a*b} may be ~called [per session|in a session]",
        "~dont ~call [tool|tools] {a*b} (in|within|during) (one|the same) session",
        "either [tool] {a} or [tool] {b} [may be ~called] [,] [but] not both",
    ],
    formula: not_both,
    describe: |i| format!("{} and {} are mutually exclusive", i.text(0), i.text(1)),
    problem: two_tools,
    instead: "go on without it",
    ..Pattern::BASE
};

pub(super) static NEVER_TOGETHER: Pattern = Pattern {
    name: "never_together",
    category: Category::Order,
    doc: "a session never calls both `a` and `b`; the same as `mutual_exclusion`",
    parameters: MUTUAL_EXCLUSION.parameters,
    shape: MUTUAL_EXCLUSION.shape,
    example_args: "[approve, reject]",
    example: "never call both `approve` and `reject`",
    canonical: &["never call both {a*b}"],
    forms: &[
        "~dont [ever] ~call both [tool|tools] {a*b} [in [one|the same] session]",
        "~dont ~call [tool|tools] {a*b} (together|at the same time)",
        "[tool|tools] {a*b} ~mustnot [both|ever|ever both] be ~called [together|at the same \
         time|(in|within|during) (one|the same) session]",
        "the same session ~mustnot ~call both [tool|tools] {a*b}",
    ],
    formula: not_both,
    describe: |i| format!("{} and {} must never occur together", i.text(0), i.text(1)),
    problem: two_tools,
    instead: "go on without it",
    ..Pattern::BASE
};

/// Not both calls in one session.
pub(super) fn not_both(i: &Instance) -> String {
    format!("G !{} | G !{}", i.tool(0).called(), i.tool(1).called())
}
