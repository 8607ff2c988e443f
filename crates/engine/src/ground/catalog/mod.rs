//! The vocabulary: every atom and every term a formula may use, in one table.
//!
//! The parser checks names, arity and types against it; the reference pages, the completion and the
//! completeness tests are derived from it. A word that is not here cannot be written. This file says what an
//! entry is; the entries are in `table`.

mod clause;
mod table;

pub use table::CATALOG;

/// A word of the vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is documented in the table")]
pub enum Word {
    Called,
    CalledAny,
    CalledWith,
    ArgHas,
    ArgFieldHas,
    ArgFieldIs,
    ArgLengthExceeds,
    ArgPathsWithin,
    ArgFrom,
    ArgFromUser,
    ArgKnown,
    Does,
    Touches,
    Reaches,
    Opaque,
    Succeeded,
    Result,
    OutputHas,
    Done,
    DoneWith,
    Denied,
    Ctx,
    CtxMatches,
    AgentIs,
    Perm,
    UserSaid,
    LlmSaid,
    Segment,
    PromptContains,
    SystemPromptPresent,
    Contains,
    Flow,
    Count,
    CountWith,
    ConsecutiveCount,
    CountDenied,
    Sum,
    Distinct,
    Arg,
    ArgNumeric,
    CtxValue,
    TimeSince,
    TokenCount,
    DelegationDepth,
    ResponseWords,
    ResponseChars,
    ContextLength,
    Now,
}

/// How a path can be touched, and what each means.
pub const ACCESSES: [(&str, &str); 7] = [
    ("read", "its content is read"),
    ("list", "the names in it are listed"),
    ("write", "it is created, or its content changed"),
    ("delete", "it is removed, or moved away"),
    ("change", "it is written, deleted, or its mode, owner, attributes or access list changed"),
    ("exec", "it is run as a program"),
    ("any", "it is what something is done to, whatever is done but `list`"),
];

/// How sure an effect can be asked to be at least, and what each means.
pub const CERTAINTIES: [(&str, &str); 3] = [
    ("must", "if the call runs, it happens to this object"),
    (
        "may",
        "as `must`; or it happens on some runs, or to some of the things in a set that is known",
    ),
    (
        "opaque",
        "as `may`; or it cannot be told what is done, or to what: the widest that it could be",
    ),
];

/// What a word stands for in a formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// True or false of an event.
    Fact,
    /// A value, to be compared.
    Term,
}

/// What a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A tool, or several: a name, which is matched exactly, a glob such as `"mcp__github__*"`, a tag such as
    /// `@destructive`, or a set of those, `{a, b}`.
    Tool,
    /// A path into the arguments: `amount`, `input.command`, `items[*].to`.
    ArgPath,
    /// A regular expression.
    Regex,
    /// A directory or file path that bounds other paths.
    Prefix,
    /// The key of a context fact.
    Key,
    /// A literal text.
    Text,
    /// A whole number, zero or more.
    Natural,
    /// Where a value came from: `read_file`, `"{get_a, get_b}.{recipient, sender}"`, `"text(read_inbox)"`; where values
    /// are known, also `user`.
    Source,
    /// How much of a value has to be carried.
    Grade,
    /// How a call ended.
    Outcome,
    /// Which of the tokens.
    Tokens,
    /// The name of an agent.
    Agent,
    /// The name of a permission.
    Permission,
    /// The name of a field of stored data.
    Field,
    /// The name of a part of a model's reply.
    Segment,
    /// A fact: `called(pay)`.
    Fact,
    /// A deed, a kind of deeds or `any`, with the marks it must have: `git.push`, `sql`, `"git.push+force"`; or a set
    /// of those.
    Deed,
    /// How a path is touched.
    Access,
    /// How sure an effect has to be.
    Certainty,
    /// A set of paths: `"{~/.ssh/**, !~/.ssh/*.pub}"`.
    Paths,
    /// A set of hosts: `"{*, !*.example.com}"`, `@metadata`.
    Hosts,
    /// A set of paths, hosts, names or programs with their words.
    Objects,
}

/// One of the names that a parameter with a closed set of values takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The name.
    pub name: &'static str,
    /// Other accepted spellings, which the printer never uses.
    pub aliases: &'static [&'static str],
}

const fn choice(name: &'static str, aliases: &'static [&'static str]) -> Choice {
    Choice { name, aliases }
}

impl Kind {
    /// Whether sets in braces and names behind `@` may stand there without quotes.
    pub fn takes_sets(self) -> bool {
        matches!(
            self,
            Self::Tool | Self::Source | Self::Deed | Self::Paths | Self::Hosts | Self::Objects
        )
    }

    /// The values it takes, where they are a closed set.
    pub fn choices(self) -> &'static [Choice] {
        const OUTCOMES: &[Choice] = &[
            choice("ok", &[]),
            choice("error", &[]),
            choice("denied", &[]),
            choice("timeout", &[]),
            choice("unknown", &[]),
        ];
        const TOKENS: &[Choice] = &[
            choice("total", &["total_tokens"]),
            choice("input", &["input_tokens"]),
            choice("output", &["output_tokens"]),
        ];
        const ACCESSES: &[Choice] = &[
            choice("read", &[]),
            choice("list", &[]),
            choice("write", &[]),
            choice("delete", &[]),
            choice("change", &[]),
            choice("exec", &[]),
            choice("any", &[]),
        ];
        const CERTAINTIES: &[Choice] =
            &[choice("must", &[]), choice("may", &[]), choice("opaque", &[])];
        const GRADES: &[Choice] = &[choice("value", &[]), choice("quote", &[])];
        match self {
            Self::Outcome => OUTCOMES,
            Self::Grade => GRADES,
            Self::Tokens => TOKENS,
            Self::Access => ACCESSES,
            Self::Certainty => CERTAINTIES,
            _ => &[],
        }
    }
}

/// One parameter.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name in the documentation.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Whether it may be given more than once; only the last parameter may.
    pub repeated: bool,
    /// What it is where it is not given; only for the last parameters.
    pub default: Option<&'static str>,
}

/// The entry of one word.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The word.
    pub word: Word,
    /// How it is written.
    pub name: &'static str,
    /// Other accepted spellings, which the printer never uses.
    pub aliases: &'static [&'static str],
    /// Fact or term.
    pub sort: Sort,
    /// Its parameters, in order.
    pub parameters: &'static [Parameter],
    /// One sentence.
    pub doc: &'static str,
    /// A formula that uses it.
    pub example: &'static str,
}

impl Word {
    /// The entry of this word.
    pub fn entry(self) -> &'static Entry {
        static MISSING: Entry = Entry {
            word: Word::CalledAny,
            name: "",
            aliases: &[],
            sort: Sort::Fact,
            parameters: &[],
            doc: "",
            example: "",
        };
        CATALOG.iter().find(|entry| entry.word == self).unwrap_or(&MISSING)
    }

    /// Whether `within 60s` may follow the term.
    pub fn takes_within(self) -> bool {
        matches!(self, Self::Count | Self::CountWith | Self::CountDenied | Self::Sum)
    }

    /// Whether `where …` may follow the term.
    pub fn takes_where(self) -> bool {
        self == Self::Sum
    }

    /// Whether the word may stand in a condition of `where`: it is about one call, or about what holds when the
    /// call is made.
    pub fn is_condition(self) -> bool {
        matches!(
            self,
            Self::Called
                | Self::CalledAny
                | Self::CalledWith
                | Self::ArgHas
                | Self::ArgFieldHas
                | Self::ArgFieldIs
                | Self::ArgLengthExceeds
                | Self::ArgPathsWithin
                | Self::ArgFrom
                | Self::ArgFromUser
                | Self::ArgKnown
                | Self::Does
                | Self::Touches
                | Self::Reaches
                | Self::Opaque
                | Self::Ctx
                | Self::CtxMatches
                | Self::AgentIs
                | Self::Perm
                | Self::Arg
                | Self::ArgNumeric
                | Self::CtxValue
                | Self::Now
        )
    }
}

impl Entry {
    /// Whether the word is written `name`.
    pub fn is_named(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }

    /// Whether `count` arguments are as many as it takes.
    pub fn takes(&self, count: usize) -> bool {
        let repeated = self.parameters.last().is_some_and(|p| p.repeated);
        count == self.parameters.len()
            || (repeated && count > self.parameters.len())
            || self
                .parameters
                .get(count..)
                .is_some_and(|rest| rest.iter().all(|p| p.default.is_some()))
    }

    /// The parameter of the argument at `index`.
    pub fn parameter(&self, index: usize) -> Option<&'static Parameter> {
        self.parameters.get(index).or_else(|| self.parameters.last().filter(|p| p.repeated))
    }
}
