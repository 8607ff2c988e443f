//! The names of attributes: ours, each with what it says, and those of the conventions that we use.

/// An attribute of ours.
#[cfg(test)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attribute {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it says.
    pub(crate) says: &'static str,
}

macro_rules! attributes {
    ($($constant:ident = $name:literal: $says:literal;)*) => {
        $(pub(super) const $constant: &str = $name;)*
        /// Every attribute of ours.
        #[cfg(test)]
        pub(crate) const ATTRIBUTES: &[Attribute] = &[$(Attribute { name: $name, says: $says }),*];
    };
}

attributes! {
    KIND = "sponsio.event.kind": "kind of the event, as in a log; a span with it reads back as that event";
    NUMBER = "sponsio.event.number": "place of the event among those of its trace, from 1";
    ANSWER_NUMBER = "sponsio.answer.number": "place of the result or the answer that the end of the span tells of";
    OUTCOME = "sponsio.outcome": "how the call ended: `ok`, `error`, `denied`, `timeout`, `unknown`";
    BATCH = "sponsio.batch": "calls that the call is concurrent with";
    DIGEST = "sponsio.digest": "call that waits for an approval, or that was approved";
    CWD = "sponsio.cwd": "working directory of the call";
    HOME = "sponsio.home": "home directory of the user";
    WORKSPACE = "sponsio.workspace": "directory that the agent works in";
    SYSTEM = "sponsio.system": "`linux`, `mac` or `windows`";
    SYSTEM_PROMPT = "sponsio.request.system_prompt": "whether the request had a system prompt";
    CONTEXT_LENGTH = "sponsio.request.context_length": "length of the context of the request";
    SEGMENT = "sponsio.response.segment": "part of the answer that this is";
    TOTAL_TOKENS = "sponsio.usage.total_tokens": "what the answer cost";
    KEY = "sponsio.data.key": "key of the data that was read or written";
    FIELDS = "sponsio.data.fields": "names of the fields that were written";
    INTERNAL = "sponsio.data.internal": "whether no other agent is meant to read it";
    TO = "sponsio.to": "to whom a message or a delegation went";
    TEXT = "sponsio.text": "text of the message";
    FACTS = "sponsio.facts": "facts that were set, as a JSON object; `null` clears one";
    CONTRACT = "sponsio.contract": "name of a contract";
    EXPIRES = "sponsio.expires": "last moment at which the approved call may run, in microseconds";
    DECISION = "sponsio.decision": "what the caller had to do: `allow`, `warn`, `redirect`, `escalate`, `block`";
    MODE = "sponsio.mode": "mode of the program: `enforce`, `observe`";
    PROGRAM = "sponsio.program": "digest of the program that decided";
    REPAIR = "sponsio.repair": "calls after which this one would be allowed";
    OWED = "sponsio.owed": "contracts that were still to be met at the end";
    FAILURE = "sponsio.failure": "why there was no judgement";
    LATENCY = "sponsio.latency_us": "microseconds from the question to the decision";
    CONTRACT_HASH = "sponsio.contract.hash": "digest of the meaning of the contract";
    BEFORE = "sponsio.verdict.before": "verdict before the event";
    AFTER = "sponsio.verdict.after": "verdict after the event";
    OBJECTION = "sponsio.objection": "what the objection came to, as in a log";
    WITNESS = "sponsio.witness": "facts that explain the objection";
}

pub(super) const OPERATION: &str = "gen_ai.operation.name";
pub(super) const AGENT: &str = "gen_ai.agent.name";
pub(super) const CONVERSATION: &str = "gen_ai.conversation.id";
pub(super) const TOOL: &str = "gen_ai.tool.name";
pub(super) const CALL_ID: &str = "gen_ai.tool.call.id";
pub(super) const ARGUMENTS: &str = "gen_ai.tool.call.arguments";
pub(super) const RESULT: &str = "gen_ai.tool.call.result";
pub(super) const INPUT: &str = "gen_ai.input.messages";
pub(super) const OUTPUT: &str = "gen_ai.output.messages";
pub(super) const INPUT_TOKENS: &str = "gen_ai.usage.input_tokens";
pub(super) const OUTPUT_TOKENS: &str = "gen_ai.usage.output_tokens";
pub(super) const ERROR: &str = "error.type";
pub(super) const SERVICE: &str = "service.name";
