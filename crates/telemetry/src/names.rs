//! The names of attributes and metrics: ours, each with what it says, and those of the conventions that we use.
//!
//! The conventions for generative AI have no crate of constants: the one of OpenTelemetry marks them all as moved away.

/// An attribute or a metric of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub says: &'static str,
}

macro_rules! attributes {
    ($($constant:ident = $name:literal: $says:literal;)*) => {
        $(#[doc = $says] pub const $constant: &str = $name;)*
        /// Every attribute of ours.
        pub const ATTRIBUTES: &[Attribute] = &[$(Attribute { name: $name, says: $says }),*];
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

/// What a span is: `execute_tool`, `invoke_agent`, `chat`.
pub const OPERATION: &str = "gen_ai.operation.name";
/// Whose span it is.
pub const AGENT: &str = "gen_ai.agent.name";
/// The session.
pub const CONVERSATION: &str = "gen_ai.conversation.id";
/// The tool that is called.
pub const TOOL: &str = "gen_ai.tool.name";
/// The caller's name for a call.
pub const CALL_ID: &str = "gen_ai.tool.call.id";
/// The arguments of a call, as JSON.
pub const ARGUMENTS: &str = "gen_ai.tool.call.arguments";
/// What a call returned, as JSON.
pub const RESULT: &str = "gen_ai.tool.call.result";
/// What a model was asked.
pub const INPUT: &str = "gen_ai.input.messages";
/// What a model answered.
pub const OUTPUT: &str = "gen_ai.output.messages";
/// What a request cost.
pub const INPUT_TOKENS: &str = "gen_ai.usage.input_tokens";
/// What an answer cost.
pub const OUTPUT_TOKENS: &str = "gen_ai.usage.output_tokens";
/// Why something did not succeed.
pub const ERROR: &str = "error.type";
/// Whose spans they are.
pub const SERVICE: &str = "service.name";
/// How long a call took, in seconds.
pub const TOOL_DURATION: &str = "gen_ai.execute_tool.duration";
/// How long a session took, in seconds.
pub const AGENT_DURATION: &str = "gen_ai.invoke_agent.duration";

/// Events that were judged.
pub const DECISIONS: Attribute = Attribute {
    name: "sponsio.decisions",
    says: "events that were judged, by decision, mode, kind, agent and tool",
};
/// Objections of contracts.
pub const OBJECTIONS: Attribute = Attribute {
    name: "sponsio.objections",
    says: "objections, by contract, what they came to, and agent",
};
/// Events without a judgement.
pub const FAILURES: Attribute = Attribute {
    name: "sponsio.failures",
    says: "events that could not be judged, by reason, decision and agent",
};
/// The time of a decision.
pub const DECISION_DURATION: Attribute = Attribute {
    name: "sponsio.decision.duration",
    says: "seconds from the question to the decision, by agent",
};
/// Every metric of ours.
pub const METRICS: &[Attribute] = &[DECISIONS, OBJECTIONS, FAILURES, DECISION_DURATION];
