//! The maps of a configuration that have keys of their own.

use super::{Key, Refused, contract, setting, top};

macro_rules! blocks {
    ($($variant:ident: $name:literal, $path:literal, $keys:expr, $refused:expr, $hint:literal, $frame:literal;)+) => {
        /// A map with known keys.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "`name` says what each is")]
        pub enum Block {
            $($variant,)+
        }

        impl Block {
            /// Every block, in the order of the reference page.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// What messages call it.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// Where it stands.
            pub fn path(self) -> &'static str {
                match self { $(Self::$variant => $path,)+ }
            }

            /// Its keys.
            pub fn keys(self) -> &'static [Key] {
                match self { $(Self::$variant => $keys,)+ }
            }

            /// The keys of older files that it refuses.
            pub fn refused(self) -> &'static [Refused] {
                match self { $(Self::$variant => $refused,)+ }
            }

            /// What to write where it has another shape.
            pub(crate) fn hint(self) -> &'static str {
                match self { $(Self::$variant => $hint,)+ }
            }

            /// A configuration around one such block, which replaces `@@`.
            pub fn frame(self) -> &'static str {
                match self { $(Self::$variant => $frame,)+ }
            }
        }
    };
}

blocks! {
    Top: "the configuration", "", top::TOP, top::TOP_REFUSED,
        "a configuration begins with `agents:`",
        "@@\n";
    Agent: "an agent", "agents.<id>", top::AGENT, top::AGENT_REFUSED,
        "for example `{contracts: [{G: \"tool `search` at most 3 times\"}]}`",
        "agents: {bot: @@}\n";
    Contract: "a contract", "contracts[]", contract::CONTRACT, contract::CONTRACT_REFUSED,
        "a contract is a sentence, or a map with `G:` and perhaps `A:`",
        "agents: {bot: [@@]}\n";
    Clause: "a clause", "contracts[].G", contract::CLAUSE, contract::CLAUSE_REFUSED,
        "a clause is a sentence, `{pattern, args}`, `{ltl}` or `{nl}`",
        "agents: {bot: [{G: @@}]}\n";
    Strategy: "`strategy`", "contracts[].strategy", contract::STRATEGY, &[],
        "write `strategy: {redirect_to_safe: {tool: safe_tool, message: why}}`",
        "agents: {bot: [{G: never call `a`, strategy: @@}]}\n";
    Redirect: "`redirect_to_safe`", "contracts[].strategy.redirect_to_safe", contract::REDIRECT, &[],
        "write `strategy: {redirect_to_safe: {tool: safe_tool, message: why}}`",
        "agents: {bot: [{G: never call `a`, strategy: {redirect_to_safe: @@}}]}\n";
    ForEach: "`for_each`", "contracts[].for_each", contract::FOR_EACH, &[],
        "for example `args.account_id`, `ctx.user`, `agent` or `{args: {verify: id, pay: account}}`",
        "agents: {bot: [{G: \"tool `pay` at most 3 times\", for_each: @@}]}\n";
    Renamed: "an entry of `tool_rename`", "agents.<id>.tool_rename.<tool>", top::RENAMED, &[],
        "for example `{to: read_file, args: {path: file_path}}`",
        "agents: {bot: {tool_rename: {pay: @@}, contracts: [\"argument `path` of tool `pay` must not contain \
            `x`\"]}}\n";
    Override: "an entry of `customized`", "agents.<id>.customized[]", top::OVERRIDE, top::OVERRIDE_REFUSED,
        "for example `{match: {desc: refunds}, strategy: escalate}`",
        "agents: {bot: {contracts: [never call `rm`, {desc: refunds, source: finance, G: \"tool `refund` at \
            most 3 times\"}], customized: [@@]}}\n";
    Match: "`match`", "agents.<id>.customized[].match", top::MATCH, &[],
        "for example `{desc: refunds}`; what is given must be equal as a whole",
        "agents: {bot: {contracts: [never call `rm`, {desc: refunds, source: finance, G: \"tool `refund` at \
            most 3 times\"}], customized: [{match: @@, mode: observe}]}}\n";
    Tool: "a tool", "tools.<name>", top::TOOL, &[],
        "for example `{description: deletes a file, tags: [destructive]}`",
        "tools: {rm: @@}\nagents: {bot: [never call `rm`]}\n";
    ListedTool: "a tool of a list", "tools[]", top::LISTED_TOOL, &[],
        "for example `{name: rm, description: deletes a file}`",
        "tools: [@@]\nagents: {bot: [never call `rm`]}\n";
    ToolPolicy: "`tool_policy`", "tool_policy", setting::TOOL_POLICY, &[],
        "for example `tool_policy: {default: deny, approved: [read_file]}`",
        "tool_policy: @@\nagents: {bot: [never call `rm`]}\n";
    Approved: "`approved`", "tool_policy.approved", setting::APPROVED, &[],
        "for example `[read_file]`",
        "tool_policy: {default: deny, approved: @@}\n";
    Sessions: "`sessions`", "sessions", setting::SESSIONS, &[],
        "for example `sessions: {store: .sponsio/sessions.db}`",
        "sessions: @@\nagents: {bot: [never call `rm`]}\n";
    Log: "`log`", "log", setting::LOG, &[],
        "for example `log: {durable: true}`",
        "log: @@\nagents: {bot: [never call `rm`]}\n";
    Runtime: "`runtime`", "runtime", setting::RUNTIME, &[],
        "for example `runtime: {mode: enforce}`",
        "runtime: @@\nagents: {bot: [never call `rm`]}\n";
    Defaults: "`defaults`", "defaults", setting::DEFAULTS, &[],
        "for example `defaults: {mode: enforce}`",
        "defaults: @@\nagents: {bot: [never call `rm`]}\n";
    Judge: "`judge`", "judge", setting::JUDGE, &[],
        "for example `judge: {provider: openai, model: gpt-4o-mini}`",
        "judge: @@\nagents: {bot: [never call `rm`]}\n";
    Extractor: "`extractor`", "extractor", setting::EXTRACTOR, &[],
        "for example `extractor: {provider: openai, model: gpt-4o-mini}`",
        "extractor: @@\nagents: {bot: [never call `rm`]}\n";
    Performance: "`performance`", "performance", setting::PERFORMANCE, &[],
        "for example `performance: {report: always}`",
        "performance: @@\nagents: {bot: [never call `rm`]}\n";
    Included: "an included file", "in a file that `include` names", top::INCLUDED, &[],
        "an included file is `agents: {\"*\": {contracts: […]}}`",
        "";
    IncludedAgent: "the agent of an included file", "in a file that `include` names", top::INCLUDED_AGENT, &[],
        "for example `{contracts: [{G: \"tool `search` at most 3 times\"}]}`",
        "";
}
