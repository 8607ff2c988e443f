//! The entries of the catalog.

use super::{Entry, Kind, Parameter, Sort, Word};

const fn one(name: &'static str, kind: Kind) -> Parameter {
    Parameter { name, kind, repeated: false, default: None }
}

const TOOL: Parameter = one("tool", Kind::Tool);
const PATH: Parameter = one("path", Kind::ArgPath);
const REGEX: Parameter = one("regex", Kind::Regex);
const KEY: Parameter = one("key", Kind::Key);
const PREFIXES: Parameter = Parameter { repeated: true, ..one("prefix", Kind::Prefix) };
const SOURCE: Parameter = one("source", Kind::Source);
const SOURCES: Parameter = Parameter { repeated: true, ..SOURCE };
const GRADE: Parameter = Parameter { default: Some("value"), ..one("grade", Kind::Grade) };
const DEED: Parameter = one("deed", Kind::Deed);
const OBJECT: Parameter = Parameter { default: Some("*"), ..one("object", Kind::Objects) };
const PATHS: Parameter = one("paths", Kind::Paths);
const ACCESS: Parameter = one("access", Kind::Access);
const HOSTS: Parameter = one("hosts", Kind::Hosts);
const CERTAINTY: Parameter =
    Parameter { default: Some("may"), ..one("certainty", Kind::Certainty) };
const TOKENS: Parameter = Parameter { default: Some("total"), ..one("kind", Kind::Tokens) };

const fn entry(
    word: Word,
    name: &'static str,
    sort: Sort,
    parameters: &'static [Parameter],
    doc: &'static str,
    example: &'static str,
) -> Entry {
    Entry { word, name, aliases: &[], sort, parameters, doc, example }
}

const fn fact(
    word: Word,
    name: &'static str,
    parameters: &'static [Parameter],
    doc: &'static str,
    example: &'static str,
) -> Entry {
    entry(word, name, Sort::Fact, parameters, doc, example)
}

const fn term(
    word: Word,
    name: &'static str,
    parameters: &'static [Parameter],
    doc: &'static str,
    example: &'static str,
) -> Entry {
    entry(word, name, Sort::Term, parameters, doc, example)
}

/// Every word, facts first. Two entries may share a name when one is a fact and the other a term.
pub const CATALOG: &[Entry] = &[
    Entry {
        aliases: &["attempted"],
        ..fact(
            Word::Called,
            "called",
            &[TOOL],
            "the event is a call of the tool",
            "G(called(pay) -> O called(verify))",
        )
    },
    fact(
        Word::CalledAny,
        "called_any",
        &[],
        "the event is a tool call",
        "G(called_any -> called(read) | called(list))",
    ),
    fact(
        Word::CalledWith,
        "called_with",
        &[TOOL, REGEX],
        "the event is a call of the tool, and the regex is found in one of its argument values",
        r#"G !called_with(bash, "rm\\s+-rf")"#,
    ),
    fact(
        Word::ArgHas,
        "arg_has",
        &[TOOL, REGEX],
        "as called_with, for a call that has arguments",
        r#"G !arg_has(http_post, "secret")"#,
    ),
    fact(
        Word::ArgFieldHas,
        "arg_field_has",
        &[TOOL, PATH, REGEX],
        "the event is a call of the tool, and the regex is found in a value at the path or \
         below it",
        r#"G !arg_field_has(bash, command, "sudo")"#,
    ),
    fact(
        Word::ArgFieldIs,
        "arg_field_is",
        &[TOOL, PATH, REGEX],
        "the event is a call of the tool, there is a value at the path, and the regex matches \
         each value there from its first to its last character",
        r#"G(called(mail) -> arg_field_is(mail, to, ".+@corp\\.com"))"#,
    ),
    fact(
        Word::ArgLengthExceeds,
        "arg_length_exceeds",
        &[TOOL, PATH, one("characters", Kind::Natural)],
        "the event is a call of the tool, and the text of the value at the path has more \
         characters than that",
        "G !arg_length_exceeds(post, body, 500)",
    ),
    fact(
        Word::ArgPathsWithin,
        "arg_paths_within",
        &[TOOL, PREFIXES],
        "the event is a call of the tool, it names at least one path, and each path it names \
         lies, after lexical normalisation, at or below one of the prefixes",
        r#"G(called(write) -> arg_paths_within(write, "/workspace"))"#,
    ),
    fact(
        Word::ArgFrom,
        "arg_from",
        &[TOOL, PATH, SOURCE, GRADE],
        "the event is a call of the tool, and a text at the path or below it may carry a value \
         that came from an output of the source, in whatever encoding; with `quote`, six words of \
         it in a row are enough. The path `*` is all arguments",
        "G !arg_from(send_money, recipient, read_file)",
    ),
    fact(
        Word::ArgFromUser,
        "arg_from_user",
        &[TOOL, PATH],
        "the event is a call of the tool, and each text at the path or below it appears in the \
         user's own words",
        "G(called(send_money) -> arg_from_user(send_money, recipient))",
    ),
    fact(
        Word::ArgKnown,
        "arg_known",
        &[TOOL, PATH, SOURCES],
        "the event is a call of the tool, and each text at the path or below it is known from one \
         of the sources: it is a whole value in an output that succeeded, or stands in one where \
         the source is in `text(…)`, or appears in the user's own words where `user` is a source",
        r#"G(called(send_money) -> arg_known(send_money, recipient, user, "get_payees.{iban}"))"#,
    ),
    fact(
        Word::Does,
        "does",
        &[DEED, OBJECT, CERTAINTY],
        "the event is a call, and one of its effects is such a deed on an object in the set; with `must` an effect \
         that is sure, with `opaque` also one that cannot be told",
        r#"G !does("git.push+force")"#,
    ),
    fact(
        Word::Touches,
        "touches",
        &[PATHS, ACCESS, CERTAINTY],
        "the event is a call, and one of its effects is such an access to a path in the set: `read`, `list`, \
         `write`, `delete`, `change`, `exec`, `give` or `any`; `@seen`, `@beside`, `@own` and `@typed` are the paths \
         that the session read, those beside them, those that it made, and those that it wrote by hand",
        r#"G !touches("{~/.ssh/**, !~/.ssh/*.pub}", read)"#,
    ),
    fact(
        Word::Reaches,
        "reaches",
        &[HOSTS, CERTAINTY],
        "the event is a call, and one of its effects on the network is on a host in the set",
        r#"G !reaches("{@metadata, *.example.net}")"#,
    ),
    fact(
        Word::Opaque,
        "opaque",
        &[DEED],
        "the event is a call, and of one of its effects that are such a deed it cannot be told what is done, or \
            to what",
        "G !opaque(exec)",
    ),
    fact(
        Word::Succeeded,
        "succeeded",
        &[TOOL],
        "the event is the result of a call of the tool, and the call succeeded",
        "G(called(pay) -> O succeeded(verify))",
    ),
    fact(
        Word::Result,
        "result",
        &[TOOL, one("outcome", Kind::Outcome)],
        "the event is the result of a call of the tool, with that outcome: `ok`, `error`, \
         `denied`, `timeout` or `unknown`",
        "G(result(deploy, error) -> X !called(deploy))",
    ),
    fact(
        Word::OutputHas,
        "output_has",
        &[TOOL, REGEX],
        "the event is the result of a call of the tool, and the regex is found in its output",
        r#"G(output_has(scan, "(?i)malware") -> X called(quarantine))"#,
    ),
    fact(
        Word::Done,
        "done",
        &[TOOL],
        "a call of the tool stands: it was allowed, at this event or before it, and no result \
         said that it failed, was denied or ran out of time",
        "G(called(pay) -> done(verify))",
    ),
    fact(
        Word::DoneWith,
        "done_with",
        &[TOOL, REGEX],
        "a call of the tool of which called_with was true stands, as with done",
        r#"G(called(merge) -> done_with(run, "^pytest"))"#,
    ),
    fact(
        Word::Denied,
        "denied",
        &[TOOL],
        "the event is the refusal of a call of the tool",
        "G(denied(transfer) -> X !called(transfer))",
    ),
    fact(
        Word::Ctx,
        "ctx",
        &[KEY, one("value", Kind::Text)],
        "the context fact has that value at this event",
        "G(called(deploy) -> ctx(role, admin))",
    ),
    fact(
        Word::CtxMatches,
        "ctx_matches",
        &[KEY, REGEX],
        "the context fact is set, and the regex matches its value from its first to its last \
         character",
        r#"G(called(deploy) -> ctx_matches(caller, "spiffe://prod/.*"))"#,
    ),
    Entry {
        aliases: &["current_agent"],
        ..fact(
            Word::AgentIs,
            "agent_is",
            &[one("agent", Kind::Agent)],
            "the event is one of the agent; it cannot be told where the event does not say whose it is",
            "G(called(deploy) -> agent_is(release_manager))",
        )
    },
    fact(
        Word::Perm,
        "perm",
        &[one("permission", Kind::Permission)],
        "the event's agent has the permission; an agent that is not known has none",
        "G(called(delete_user) -> perm(admin))",
    ),
    fact(
        Word::UserSaid,
        "user_said",
        &[REGEX],
        "the regex is found in a message of the user, at this event or before it",
        r#"G(called(send_money) -> user_said("(?i)\\b(pay|send|transfer)"))"#,
    ),
    fact(
        Word::LlmSaid,
        "llm_said",
        &[REGEX],
        "the event is a model's reply, and the regex is found in its text",
        r#"G !llm_said("\\b\\d{3}-\\d{2}-\\d{4}\\b")"#,
    ),
    fact(
        Word::Segment,
        "segment",
        &[one("name", Kind::Segment)],
        "the event is that part of a model's reply, for example `thinking` or `answer`",
        "G(segment(answer) -> O called(cite_sources))",
    ),
    fact(
        Word::PromptContains,
        "prompt_contains",
        &[REGEX],
        "the event is a request to a model, and the regex is found in its text",
        r#"G !prompt_contains("BEGIN [A-Z ]*PRIVATE KEY")"#,
    ),
    fact(
        Word::SystemPromptPresent,
        "system_prompt_present",
        &[],
        "the event is a request to a model, and it has a system prompt",
        "G(called(pay) -> O system_prompt_present)",
    ),
    fact(
        Word::Contains,
        "contains",
        &[one("field", Kind::Field)],
        "some data that was written, at this event or before it, has the field",
        "G(contains(ssn) -> !called(send_email))",
    ),
    fact(
        Word::Flow,
        "flow",
        &[one("source", Kind::Agent), one("destination", Kind::Agent)],
        "at this event or before it, the source sent a message to the destination, or the \
         destination read what the source was the last to write, other than internally",
        "G !flow(researcher, publisher)",
    ),
    term(
        Word::Count,
        "count",
        &[TOOL],
        "the calls of the tool so far, this one included",
        "G(count(refund) <= 3)",
    ),
    term(
        Word::CountWith,
        "count_with",
        &[TOOL, REGEX],
        "the calls so far of which called_with was true, this one included",
        r#"G(count_with(bash, "git push") <= 1)"#,
    ),
    term(
        Word::ConsecutiveCount,
        "consecutive_count",
        &[TOOL],
        "the calls of the tool up to here without a call of another tool between them",
        "G(consecutive_count(search) <= 5)",
    ),
    term(
        Word::CountDenied,
        "denied",
        &[TOOL],
        "the refusals of calls of the tool so far",
        "G(called(transfer) -> denied(transfer) < 3)",
    ),
    term(
        Word::Sum,
        "sum",
        &[TOOL, PATH],
        "the sum of the numbers at the path, over the calls of the tool so far, this one \
         included; only of those calls that meet the conditions after `where`",
        "G(sum(pay, amount) where arg(pay, currency) == \"EUR\" within 1d <= 1000)",
    ),
    term(
        Word::Distinct,
        "distinct",
        &[TOOL, PATH],
        "how many different values there were at the path in the calls of the tool so far, \
         this one included",
        "G(distinct(send_email, to) <= 10)",
    ),
    Entry {
        aliases: &["arg_value", "ArgValue"],
        ..term(
            Word::Arg,
            "arg",
            &[TOOL, PATH],
            "the value at the path, of a call of the tool",
            "G(called(pay) -> arg(pay, amount) <= 1000)",
        )
    },
    term(
        Word::ArgNumeric,
        "arg_numeric",
        &[TOOL, PATH],
        "the number at the path, of a call of the tool",
        "G(called(pay) -> arg_numeric(pay, amount) >= 1)",
    ),
    Entry {
        aliases: &["ctx_value", "CtxValue"],
        ..term(
            Word::CtxValue,
            "ctx",
            &[KEY],
            "the value of the context fact at this event",
            "G(called(pay) -> arg(pay, account) == ctx(account))",
        )
    },
    term(
        Word::TimeSince,
        "time_since",
        &[one("fact", Kind::Fact)],
        "the seconds since the fact became true last; missing where it never did",
        "G(called(pay) -> time_since(called(verify)) <= 300)",
    ),
    term(
        Word::TokenCount,
        "token_count",
        &[TOKENS],
        "the tokens of all requests to models and their replies so far: `total`, `input` or \
         `output`",
        "G(token_count(total) <= 100000)",
    ),
    term(
        Word::DelegationDepth,
        "delegation_depth",
        &[],
        "how deep the event's agent stands in the chain of delegations; an agent to which \
         nothing was delegated stands at 0",
        "G(delegation_depth <= 2)",
    ),
    term(
        Word::ResponseWords,
        "response_words",
        &[],
        "the words of a model's reply; missing at any other event",
        "G(optional(response_words) <= 500)",
    ),
    term(
        Word::ResponseChars,
        "response_chars",
        &[],
        "the characters of a model's reply; missing at any other event",
        "G(segment(answer) -> response_chars <= 4000)",
    ),
    term(
        Word::ContextLength,
        "context_length",
        &[],
        "the length of the context of a request to a model, as the event says it",
        "G(system_prompt_present -> context_length <= 200000)",
    ),
    term(
        Word::Now,
        "now",
        &[],
        "the time of the event, in seconds since 1970",
        "G(called(deploy) -> now < 1924991999)",
    ),
];
