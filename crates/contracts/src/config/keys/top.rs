//! The keys of a whole configuration, of its agents and of its tools.

use super::{Block, Key, Refused, Shape};

const MODE: Shape = Shape::Words(&["enforce", "observe"]);
/// How much the log matters.
pub(crate) const AUDIT: Shape = Shape::Words(&["required", "best_effort"]);
const CONTRACTS: Shape = Shape::Either(&[Shape::List(&CONTRACT), Shape::Nothing]);
const CONTRACT: Shape =
    Shape::Either(&[Shape::Text, Shape::Block(Block::Contract), Shape::Block(Block::Clause)]);
const NOTE: Shape = Shape::Either(&[Shape::Blank, Shape::Text, Shape::Nothing]);
const PARAMS: Shape = Shape::Either(&[
    Shape::Blank,
    Shape::Text,
    Shape::List(&Shape::Text),
    Shape::Map("a parameter", &NOTE),
    Shape::Nothing,
]);
const INCLUDE: Shape = Shape::Either(&[Shape::Some(&Shape::Text), Shape::Nothing]);
const TAGS: Shape = Shape::Some(&Shape::Text);

const INCLUDE_DOC: &str = "files whose contracts come before the ones written here: a path, relative to this file and \
    below its folder, or absolute, or below the home folder as `~/…`; or `sponsio:category/name`, a shipped pack";

pub(super) const TOP: &[Key] = &[
    Key::new("version", Shape::Either(&[Shape::Words(&["1", "1.0"]), Shape::Certain]),
        "the version of this format; there is one", "{version: 1, agents: {bot: [never call `rm`]}}")
        .default("1"),
    Key::new("mode", MODE,
        "whether violations act (`enforce`) or are only recorded (`observe`). Where several keys name a mode, \
            enforce wins",
        "{mode: enforce, agents: {bot: [never call `rm`]}}").default("observe").variables(),
    Key::new("agents", Shape::Map("the id of an agent, or `*` for every other,", &Shape::Either(&[
            Shape::Block(Block::Agent), Shape::List(&CONTRACT), Shape::Nothing])),
        "the agents and their contracts", "{agents: {bot: [never call `rm`], \"*\": [\"tool `search` at most 9 \
            times\"]}}"),
    Key::new("contracts", CONTRACTS, "contracts of every agent of the file", "{contracts: [never call `rm`]}"),
    Key::new("include", INCLUDE, INCLUDE_DOC, "{include: [], contracts: [never call `rm`]}").variables(),
    Key::new("tools", Shape::Either(&[
            Shape::Map("the name of a tool", &Shape::Either(&[Shape::Block(Block::Tool), Shape::Nothing])),
            Shape::List(&Shape::Either(&[Shape::Text, Shape::Block(Block::ListedTool)])), Shape::Nothing]),
        "the tools there are, with tags. Where it is given, a contract that names another tool is reported",
        "{tools: {rm: {tags: [destructive]}, ls: }, contracts: [never call `rm`]}"),
    Key::new("sets", Shape::Map("the name of a set", &Shape::Some(&Shape::Text)),
        "lists of paths, hosts or names that the sets of `does`, `touches` and `reaches` name as `@name`. One that an \
            included file has is replaced by it; inside of it, `@name` is the one of the included file",
        "{sets: {secrets: [\"~/.ssh/**\", \"!~/.ssh/*.pub\"]}, contracts: [{G: {ltl: \"G !touches(@secrets, \
            read)\"}}]}"),
    Key::new("tool_policy", Shape::Block(Block::ToolPolicy), "what holds for tools that no contract names",
        "{tool_policy: {default: deny, approved: [read_file]}}"),
    Key::new("framework", Shape::Text, "the framework that the agent is built with, for adapters and for readers",
        "{framework: langgraph, contracts: [never call `rm`]}").variables(),
    Key::new("sessions_dir", Shape::Text, "the folder in which records of sessions are kept",
        "{sessions_dir: \"${HOME_OF_LOGS:-.sponsio/sessions}\", contracts: [never call `rm`]}").variables(),
    Key::new("session_log", Shape::Truth,
        "whether a log is kept, where whoever opens the guard names one",
        "{session_log: false, contracts: [never call `rm`]}").default("true").variables(),
    Key::new("audit", AUDIT,
        "whether a call that cannot be recorded does not run (`required`), or runs and is counted (`best_effort`). \
            Where nothing is said, it is required where anything is enforced",
        "{audit: required, contracts: [never call `rm`]}").variables(),
    Key::new("log", Shape::Block(Block::Log), "what the log keeps, and how surely",
        "{log: {durable: true}, contracts: [never call `rm`]}").variables(),
    Key::new("sessions", Shape::Block(Block::Sessions), "where sessions are between two events, and for how long",
        "{sessions: {store: .sponsio/sessions.db}, contracts: [never call `rm`]}").variables(),
    Key::new("runtime", Shape::Block(Block::Runtime), "how the guard runs",
        "{runtime: {mode: enforce}, contracts: [never call `rm`]}").variables(),
    Key::new("defaults", Shape::Block(Block::Defaults), "what holds where nothing else is said",
        "{defaults: {mode: enforce}, contracts: [never call `rm`]}").variables(),
    Key::new("judge", Shape::Block(Block::Judge), "the model that contracts about meaning may ask",
        "{judge: {provider: openai, fallback_mode: deny}, contracts: [never call `rm`]}").variables(),
    Key::new("extractor", Shape::Block(Block::Extractor), "the model that proposes contracts when tools are scanned",
        "{extractor: {provider: openai}, contracts: [never call `rm`]}").variables(),
    Key::new("performance", Shape::Block(Block::Performance), "what is measured and reported",
        "{performance: {report: never}, contracts: [never call `rm`]}").variables(),
];

pub(super) const TOP_REFUSED: &[Refused] = &[
    Refused {
        name: "assumptions",
        reason: "an assumption belongs to a contract",
        remedy: "write `A:` in each contract",
    },
    Refused {
        name: "guarantees",
        reason: "a guarantee belongs to a contract",
        remedy: "write `G:` in each contract",
    },
    Refused {
        name: "customized",
        reason: "overrides belong to an agent",
        remedy: "move it below the agent",
    },
    Refused {
        name: "tool_rename",
        reason: "names belong to an agent",
        remedy: "move it below the agent",
    },
    Refused {
        name: "workspace",
        reason: "a workspace belongs to an agent",
        remedy: "move it below the agent",
    },
];

pub(super) const AGENT: &[Key] = &[
    Key::new("contracts", CONTRACTS, "its contracts, each a sentence or a map", "{contracts: [never call `rm`]}"),
    Key::new("include", INCLUDE, INCLUDE_DOC, "{include: [], contracts: [never call `rm`]}").variables(),
    Key::new("workspace", Shape::Text,
        "the folder that `<workspace>/` stands for in the arguments of patterns and in formulas",
        "{workspace: /srv/app, contracts: [{pattern: scope_limit, args: [write, [<workspace>/out]]}]}").variables(),
    Key::new("permissions", Shape::Some(&Shape::Text), "what `perm(…)` is true of for this agent",
        "{permissions: [refunds], contracts: [never call `rm`]}").default("none"),
    Key::new("tool_rename", Shape::Map("a tool as contracts name it", &Shape::Either(&[
            Shape::Text, Shape::Block(Block::Renamed)])),
        "what tools of the contracts are called by this agent's host, and what their arguments are called. Names are \
         replaced where a tool or an argument is named, never inside regular expressions, values or descriptions; all \
         at once, so no name is replaced twice",
        "{tool_rename: {exec: Bash}, contracts: [\"tool `exec` at most 9 times\"]}"),
    Key::new("customized", Shape::List(&Shape::Block(Block::Override)),
        "changes of single contracts, included ones too. A change that matches no contract is an error",
        "{contracts: [{desc: d, G: never call `rm`}], customized: [{match: {desc: d}, mode: observe}]}"),
];

pub(super) const AGENT_REFUSED: &[Refused] = &[
    Refused {
        name: "assumptions",
        reason: "an assumption belongs to a contract",
        remedy: "write `A:` in each contract; `sponsio migrate` does it",
    },
    Refused {
        name: "guarantees",
        reason: "a guarantee belongs to a contract",
        remedy: "write `G:` in each contract; `sponsio migrate` does it",
    },
    Refused {
        name: "tweaks",
        reason: "it is called `customized`",
        remedy: "rename it; `sponsio migrate` does it",
    },
    Refused {
        name: "overrides",
        reason: "it is called `customized`",
        remedy: "rename it; `sponsio migrate` does it",
    },
];

pub(super) const RENAMED: &[Key] = &[
    Key::new("to", Shape::Text, "what the host calls the tool", "{to: transfer}")
        .default("the same name"),
    Key::new(
        "args",
        Shape::Map("an argument as contracts name it", &Shape::Text),
        "what the host calls its arguments",
        "{args: {path: file_path}}",
    ),
];

pub(super) const OVERRIDE: &[Key] = &[
    Key::new(
        "match",
        Shape::Block(Block::Match),
        "which contracts are changed: those that fit every entry",
        "{match: {desc: refunds}, mode: observe}",
    ),
    Key::new(
        "disabled",
        Shape::Truth,
        "`true` takes the contracts out; nothing else may be changed beside it",
        "{match: {pattern: rate_limit}, disabled: true}",
    )
    .default("false"),
    Key::new(
        "strategy",
        Shape::Either(&[Shape::Words(super::contract::STRATEGIES), Shape::Block(Block::Strategy)]),
        "another strategy",
        "{match: {source: finance}, strategy: escalate}",
    ),
    Key::new("mode", MODE, "another mode", "{match: {desc: refunds}, mode: enforce}").variables(),
    Key::new(
        "threshold",
        Shape::Certain,
        "1: contracts are exact, so no other threshold has a meaning",
        "{match: {desc: refunds}, threshold: 1.0}",
    ),
];

pub(super) const OVERRIDE_REFUSED: &[Refused] = &[super::contract::PROMPT, super::contract::SCOPE];

pub(super) const MATCH: &[Key] = &[
    Key::new("desc", Shape::Text, "the `desc` of the contract", "{desc: refunds}"),
    Key::new(
        "name",
        Shape::Text,
        "the name of the contract: its `name`, else its `desc`, else what its guarantees say",
        "{name: refunds}",
    ),
    Key::new(
        "pack_source",
        Shape::Text,
        "the `include` entry that brought the contract",
        "{pack_source: x.yaml}",
    ),
    Key::new(
        "source",
        Shape::Text,
        "the `source` of the contract or of one of its clauses",
        "{source: finance}",
    ),
    Key::new(
        "pattern",
        Shape::PatternName,
        "the pattern of one of its guarantees",
        "{pattern: rate_limit}",
    ),
];

pub(super) const TOOL: &[Key] = &[
    Key::new("description", NOTE, "what it does", "{description: deletes files}"),
    Key::new("params", PARAMS, "its parameters, for readers", "{params: {path: text, force: }}"),
    Key::new(
        "tags",
        TAGS,
        "the tags under which contracts can name it: `@destructive`",
        "{tags: [destructive]}",
    ),
];

pub(super) const LISTED_TOOL: &[Key] = &[
    Key::new("name", Shape::Text, "its name", "{name: rm}"),
    Key::new("description", NOTE, "what it does", "{name: rm, description: deletes files}"),
    Key::new("params", PARAMS, "its parameters, for readers", "{name: rm, params: \"path: str\"}"),
    Key::new(
        "tags",
        TAGS,
        "the tags under which contracts can name it: `@destructive`",
        "{name: rm, tags: destructive}",
    ),
];

pub(super) const INCLUDED: &[Key] = &[
    Key::new("about", Shape::Text, "why the file exists, in one paragraph; a pack has it", ""),
    Key::new(
        "sources",
        Shape::Some(&Shape::Text),
        "where what it protects from is described in public: titles and addresses",
        "",
    ),
    Key::new(
        "sets",
        Shape::Map("the name of a set", &Shape::Some(&Shape::Text)),
        "lists of paths, hosts or names that the sets of `does`, `touches` and `reaches` name as `@name`; the \
            including file may say what they are",
        "",
    ),
    Key::new(
        "version",
        Shape::Either(&[Shape::Words(&["1", "1.0"]), Shape::Certain]),
        "as in a configuration",
        "",
    )
    .default("1"),
    Key::new(
        "agents",
        Shape::Map(
            "`*`",
            &Shape::Either(&[
                Shape::Block(Block::IncludedAgent),
                Shape::List(&CONTRACT),
                Shape::Nothing,
            ]),
        ),
        "the one agent `*`, which stands for whoever includes the file",
        "",
    ),
    Key::new(
        "tools",
        Shape::Either(&[
            Shape::Map(
                "the name of a tool",
                &Shape::Either(&[Shape::Block(Block::Tool), Shape::Nothing]),
            ),
            Shape::List(&Shape::Either(&[Shape::Text, Shape::Block(Block::ListedTool)])),
            Shape::Nothing,
        ]),
        "the tools that its contracts are about, for readers; the including file says which tools there are and what \
         tags they have",
        "",
    ),
];

pub(super) const INCLUDED_AGENT: &[Key] = &[
    Key::new("contracts", CONTRACTS, "its contracts", ""),
    Key::new("include", INCLUDE, INCLUDE_DOC, "").variables(),
];
