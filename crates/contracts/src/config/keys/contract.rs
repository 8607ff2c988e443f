//! The keys of a contract and of its clauses.

use super::{Block, Key, Refused, Shape};

const CLAUSES: Shape = Shape::Some(&Shape::Either(&[Shape::Text, Shape::Block(Block::Clause)]));
pub(super) const STRATEGIES: &[&str] = &["block", "escalate", "warn_only", "redirect_to_safe"];

/// The names of `contract::Scope`.
const SCOPES: &[&str] = &["session", "tree", "user", "agent", "global"];

/// Where a threshold is refused, these are the words.
const EXACT: &str = "contracts are exact: a guarantee holds or is violated";

pub(super) const PROMPT: Refused = Refused {
    name: "prompt_override",
    reason: "no contract asks a model",
    remedy: "remove it, and say exactly what must hold",
};
pub(super) const SCOPE: Refused = Refused {
    name: "context_scope",
    reason: "no contract asks a model",
    remedy: "remove it; a contract sees the whole session",
};

pub(super) const CONTRACT: &[Key] = &[
    Key::new("G", CLAUSES, "what must hold: a sentence, a clause or a list of them; all of them must hold",
        "{G: \"tool `search` at most 3 times\"}").also(&["guarantee", "E", "enforcement"]),
    Key::new("A", CLAUSES, "what must hold for the guarantees to be required",
        "{A: called `fetch`, G: never call `send`}").also(&["assumption"]),
    Key::new("activate_at", Shape::Words(&["first_match"]),
        "from when on the guarantees are judged: from the event on at which the assumptions first hold",
        "{A: called `fetch`, G: never call `send`, activate_at: first_match}")
        .default("from the beginning, whenever the assumptions hold of the whole session"),
    Key::new("name", Shape::Text, "what records and reasons call it", "{name: R1, G: never call `rm`}")
        .default("`desc`, else what its guarantees say"),
    Key::new("desc", Shape::Text, "what it is for", "{desc: files are never deleted, G: never call `rm`}"),
    Key::new("source", Shape::Text, "where the requirement comes from", "{source: handbook 4.2, G: never call `rm`}"),
    Key::new("advice", Shape::Text, "what the agent can do instead, in one sentence; the reason of a refusal \
        ends with it",
        "{advice: move the file to the trash, G: never call `rm`}"),
    Key::new("strategy", Shape::Either(&[Shape::Words(STRATEGIES), Shape::Block(Block::Strategy)]),
        "what a violation does", "{G: never call `rm`, strategy: escalate}").default("that of its pattern, else \
            `block`"),
    Key::new("mode", Shape::Words(&["enforce", "observe"]), "whether a violation acts",
        "{G: never call `rm`, mode: observe}").default("that of the file").variables(),
    Key::new("for_each", Shape::Either(&[Shape::Text, Shape::Block(Block::ForEach),
            Shape::List(&Shape::Either(&[Shape::Text, Shape::Block(Block::ForEach)]))]),
        "the contract is judged for each value of this key, with a state of its own: `args.PATH`, `ctx.KEY`, `agent`, \
         or a list for combinations of values",
        "{G: \"tool `pay` at most 3 times\", for_each: args.account_id}").default("once for the whole scope"),
    Key::new("scope", Shape::Words(SCOPES),
        "whose events it is judged on, with one state for all of them: those of the `session`, of the `tree` of \
         sessions that it belongs to, of all sessions of the `user` or of the `agent`, or of all sessions, `global`",
        "{G: \"tool `refund` at most 3 times\", scope: user}").default("`session`"),
    Key::new("alpha", Shape::Certain, "1: contracts are exact, so no other value has a meaning",
        "{G: never call `rm`, alpha: 1.0}").default("1"),
    Key::new("beta", Shape::Certain, "1: contracts are exact, so no other value has a meaning",
        "{G: never call `rm`, beta: 1.0}").default("1"),
];

pub(super) const CONTRACT_REFUSED: &[Refused] = &[
    Refused {
        name: "risk_profile",
        reason: EXACT,
        remedy: "remove it; for less than blocking, write `strategy: escalate`, `strategy: warn_only` or `mode: \
            observe`",
    },
    Refused {
        name: "costs",
        reason: EXACT,
        remedy: "remove it; for less than blocking, write `strategy: escalate`, `strategy: warn_only` or `mode: \
            observe`",
    },
    Refused {
        name: "threshold",
        reason: "a threshold belongs to a clause, where 1 is the one that has a meaning",
        remedy: "remove it",
    },
    PROMPT,
    SCOPE,
];

pub(super) const CLAUSE: &[Key] = &[
    Key::new(
        "pattern",
        Shape::PatternName,
        "a pattern, with `args`",
        "{pattern: rate_limit, args: [search, 3]}",
    ),
    Key::new(
        "args",
        Shape::Arguments,
        "its arguments: a list in the order of its parameters, or a map by their names",
        "{pattern: rate_limit, args: {action: search, max_count: 3}}",
    ),
    Key::new("ltl", Shape::Text, "a formula", "{ltl: \"G(called(pay) -> O called(verify))\"}"),
    Key::new("nl", Shape::Text, "a sentence", "{nl: \"tool `search` at most 3 times\"}"),
    Key::new(
        "desc",
        Shape::Text,
        "what it requires, in a few words",
        "{ltl: G !called(rm), desc: no deletion}",
    ),
    Key::new(
        "source",
        Shape::Text,
        "where the requirement comes from",
        "{ltl: G !called(rm), source: handbook 4.2}",
    ),
    Key::new(
        "example",
        Shape::Some(&Shape::Text),
        "texts that one of the clause's regular expressions has to match; `sponsio validate` tries them",
        "{pattern: arg_blacklist, args: [bash, command, ['rm\\s+-rf']], example: rm  -rf /}",
    ),
    Key::new(
        "counterexample",
        Shape::Some(&Shape::Text),
        "texts that none of the clause's regular expressions may match; `sponsio validate` tries them",
        "{pattern: arg_blacklist, args: [bash, command, ['rm\\s+-rf']], counterexample: [git rm x]}",
    ),
    Key::new(
        "threshold",
        Shape::Certain,
        "1: contracts are exact, so no other threshold has a meaning",
        "{ltl: G !called(rm), threshold: 1}",
    )
    .default("1"),
];

pub(super) const CLAUSE_REFUSED: &[Refused] = &[
    PROMPT,
    SCOPE,
    Refused { name: "output_type", reason: "no contract asks a model", remedy: "remove it" },
];

pub(super) const STRATEGY: &[Key] = &[Key::new(
    "redirect_to_safe",
    Shape::Either(&[Shape::Text, Shape::Block(Block::Redirect)]),
    "the tool that is called instead",
    "{redirect_to_safe: trash}",
)];

pub(super) const REDIRECT: &[Key] = &[
    Key::new("tool", Shape::Text, "the tool that is called instead", "{tool: trash}"),
    Key::new(
        "message",
        Shape::Text,
        "what the agent is told",
        "{tool: trash, message: files are moved to the trash}",
    ),
];

pub(super) const FOR_EACH: &[Key] = &[
    Key::new(
        "args",
        Shape::Either(&[Shape::Text, Shape::Map("a tool", &Shape::Text)]),
        "the path of an argument; by tool where its name differs",
        "{args: {verify: id, pay: account}}",
    ),
    Key::new("ctx", Shape::Text, "the key of a context fact", "{ctx: user}"),
    Key::new(
        "as",
        Shape::Words(&["string"]),
        "how values are compared: `string` makes the number 1 and the text `1` one key",
        "{args: account_id, as: string}",
    )
    .default("by type and value"),
];
