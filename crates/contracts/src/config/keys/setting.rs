//! The keys of settings: what holds for tools that no contract names, for the guard, for models, for reports.

use super::{Block, Key, Shape};

const MODE: Shape = Shape::Words(&["enforce", "observe"]);

pub(super) const TOOL_POLICY: &[Key] = &[
    Key::new(
        "default",
        Shape::Words(&["allow", "deny"]),
        "whether a tool that is not approved may be called",
        "{default: deny, approved: [read_file]}",
    )
    .default("allow")
    .variables(),
    Key::new(
        "approved",
        Shape::Either(&[Shape::Some(&Shape::Text), Shape::Block(Block::Approved), Shape::Nothing]),
        "the tools that may be called",
        "{default: deny, approved: [read_file]}",
    ),
    Key::new(
        "enforcement",
        Shape::Words(&["reactive", "proactive"]),
        "when it acts: at a call, or before, where the host lets tools be withheld from the agent",
        "{default: deny, approved: [read_file], enforcement: proactive}",
    )
    .default("reactive")
    .variables(),
];

pub(super) const APPROVED: &[Key] = &[Key::new(
    "tools",
    Shape::Some(&Shape::Text),
    "the tools that may be called",
    "{tools: [read_file]}",
)];

pub(super) const SESSIONS: &[Key] = &[
    Key::new(
        "store",
        Shape::Text,
        "where they are, so that processes share them: `memory`, the path of a SQLite file, relative to this one, or \
         the address of a server, `redis://HOST` (Redis or Valkey) or `postgres://HOST/DATABASE`. Take a password from \
         the environment. `SPONSIO_STORE` comes before it. Without it each process has its own",
        "{store: \"${SESSIONS_AT:-.sponsio/sessions.db}\"}",
    )
    .variables(),
    Key::new(
        "idle_seconds",
        Shape::Whole(1),
        "after how many seconds without an event a session is forgotten. An agent that comes back later begins anew \
         under the same name: what may happen three times per session may then happen three times again. Without it \
         no session is forgotten before it ends",
        "{idle_seconds: 86400}",
    )
    .variables(),
];

pub(super) const LOG: &[Key] = &[
    Key::new(
        "args",
        Shape::Truth,
        "whether lines keep the arguments of calls, without secrets, beside their digest",
        "{args: true}",
    )
    .default("false")
    .variables(),
    Key::new(
        "durable",
        Shape::Truth,
        "whether a line must survive the loss of power before its decision is told, and not only the end of the \
         process. Each decision then waits for the disk, those of several threads together",
        "{durable: true}",
    )
    .default("false")
    .variables(),
    Key::new(
        "file_bytes",
        Shape::Whole(4096),
        "how many bytes a file of the log has, at most, before it is set aside and the next one begun",
        "{file_bytes: 1048576}",
    )
    .default("134217728")
    .variables(),
];

pub(super) const RUNTIME: &[Key] = &[
    Key::new("mode", MODE, "as `mode` at the top", "{mode: enforce}")
        .default("observe")
        .variables(),
    Key::new(
        "dashboard",
        Shape::Either(&[Shape::Truth, Shape::Text, Shape::Nothing]),
        "whether a dashboard is shown, or its address",
        "{dashboard: \"http://127.0.0.1:8000\"}",
    )
    .default("false")
    .variables(),
];

pub(super) const DEFAULTS: &[Key] = &[
    Key::new("mode", MODE, "as `mode` at the top", "{mode: enforce}")
        .default("observe")
        .variables(),
    Key::new(
        "verbose",
        Shape::Truth,
        "whether adapters print what they decide",
        "{verbose: false}",
    )
    .default("true")
    .variables(),
    Key::new("verbosity", Shape::Whole(0), "how much adapters print", "{verbosity: 2}")
        .default("1")
        .variables(),
    Key::new(
        "auto_summary",
        Shape::Truth,
        "whether adapters print a summary at the end",
        "{auto_summary: false}",
    )
    .default("true")
    .variables(),
];

pub(super) const JUDGE: &[Key] = &[
    Key::new("provider", Shape::Text, "whose model it is", "{provider: openai}").variables(),
    Key::new("model", Shape::Text, "which model", "{model: gpt-4o-mini}").variables(),
    Key::new(
        "api_key",
        Shape::Text,
        "the key; take it from the environment",
        "{api_key: \"${JUDGE_KEY:-none}\"}",
    )
    .variables(),
    Key::new("base_url", Shape::Text, "the address", "{base_url: \"http://127.0.0.1:11434\"}")
        .variables(),
    Key::new(
        "fallback_mode",
        Shape::Words(&["allow", "deny", "skip"]),
        "what holds where it gives no answer",
        "{fallback_mode: deny}",
    )
    .default("deny")
    .variables(),
    Key::new(
        "circuit_breaker",
        Shape::Truth,
        "whether a judge that fails again and again is left alone for a while",
        "{circuit_breaker: true}",
    )
    .default("true")
    .variables(),
    Key::new(
        "failure_threshold",
        Shape::Whole(1),
        "after how many failures",
        "{failure_threshold: 5}",
    )
    .default("5")
    .variables(),
    Key::new("cooldown_seconds", Shape::Number, "for how long", "{cooldown_seconds: 10.0}")
        .default("10")
        .variables(),
];

pub(super) const EXTRACTOR: &[Key] = &[
    Key::new("provider", Shape::Text, "whose model it is", "{provider: openai}").variables(),
    Key::new("model", Shape::Text, "which model", "{model: gpt-4o-mini}").variables(),
    Key::new(
        "api_key",
        Shape::Text,
        "the key; take it from the environment",
        "{api_key: \"${SCAN_KEY:-none}\"}",
    )
    .variables(),
    Key::new("base_url", Shape::Text, "the address", "{base_url: \"http://127.0.0.1:11434\"}")
        .variables(),
];

pub(super) const PERFORMANCE: &[Key] = &[
    Key::new(
        "report",
        Shape::Words(&["auto", "always", "never"]),
        "when a report is printed",
        "{report: never}",
    )
    .default("auto")
    .variables(),
    Key::new("export_path", Shape::Text, "where it is written", "{export_path: performance.json}")
        .variables(),
    Key::new(
        "warn_slow_dfa_us",
        Shape::Number,
        "a step slower than this many microseconds is reported; 0 for none",
        "{warn_slow_dfa_us: 500.0}",
    )
    .default("500")
    .variables(),
    Key::new(
        "histogram_size",
        Shape::Whole(1),
        "how many durations are kept",
        "{histogram_size: 10000}",
    )
    .default("10000")
    .variables(),
];
