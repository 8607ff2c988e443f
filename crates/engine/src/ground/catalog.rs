//! The vocabulary: every atom and every term a formula may use, in one table.
//!
//! The parser checks names, arity and types against it; the reference pages, the completion and the
//! completeness tests are derived from it. A word that is not here cannot be written.

/// A word of the vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is documented in the table below")]
pub enum Word {
    Called,
    CalledAny,
    CalledWith,
    ArgHas,
    ArgFieldHas,
    ArgFieldIs,
    ArgLengthExceeds,
    ArgPathsWithin,
    Ctx,
    CtxMatches,
    Denied,
    Count,
    CountWith,
    ConsecutiveCount,
    CountDenied,
    Arg,
    ArgNumeric,
    CtxValue,
}

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
    /// A tool name, a glob such as `mcp__fs__*`, or a set of both such as `{read, write}`.
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

const fn one(name: &'static str, kind: Kind) -> Parameter {
    Parameter { name, kind, repeated: false }
}

const TOOL: Parameter = one("tool", Kind::Tool);
const PATH: Parameter = one("path", Kind::ArgPath);
const REGEX: Parameter = one("regex", Kind::Regex);
const KEY: Parameter = one("key", Kind::Key);

/// Every word, facts first. Two entries may share a name when one is a fact and the other a term, or when
/// they differ in the number of parameters.
pub const CATALOG: &[Entry] = &[
    Entry {
        word: Word::Called,
        name: "called",
        aliases: &[],
        sort: Sort::Fact,
        parameters: &[TOOL],
        doc: "the event is a call of the tool",
        example: "G(called(pay) -> O called(verify))",
    },
    Entry {
        word: Word::CalledAny,
        name: "called_any",
        aliases: &[],
        sort: Sort::Fact,
        parameters: &[],
        doc: "the event is a tool call",
        example: "G(called_any -> called(read) | called(list))",
    },
    Entry {
        word: Word::CalledWith,
        name: "called_with",
        aliases: &[],
        sort: Sort::Fact,
        parameters: &[TOOL, REGEX],
        doc: "the event is a call of the tool, and the regex is found in one of its argument values",
        example: r#"G !called_with(bash, "rm\\s+-rf")"#,
    },
    Entry {
        word: Word::ArgHas,
        name: "arg_has",
        aliases: &[],
        sort: Sort::Fact,
        parameters: &[TOOL, REGEX],
        doc: "as called_with, for a call that has arguments",
        example: r#"G !arg_has(http_post, "secret")"#,
    },
    Entry {
        word: Word::ArgFieldHas,
        name: "arg_field_has",
        aliases: &[],
        sort: Sort::Fact,
        parameters: &[TOOL, PATH, REGEX],
        doc: "the event is a call of the tool, and the regex is found in a value at the path or below it",
        example: r#"G !arg_field_has(bash, command, "sudo")"#,
    },
    Entry {
        word: Word::ArgFieldIs,
        name: "arg_field_is",
        aliases: &[],
        sort: Sort::Fact,
        parameters: &[TOOL, PATH, REGEX],
        doc: "the event is a call of the tool, there is a value at the path, and the regex matches \
              each value there from its first to its last character",
        example: r#"G(called(mail) -> arg_field_is(mail, to, ".+@corp\\.com"))"#,
    },
    Entry {
        word: Word::ArgLengthExceeds,
        name: "arg_length_exceeds",
        aliases: &[],
        sort: Sort::Fact,
        parameters: &[TOOL, PATH, one("characters", Kind::Natural)],
        doc: "the event is a call of the tool, and the text of the value at the path has more \
              characters than that",
        example: "G !arg_length_exceeds(post, body, 500)",
    },
    Entry {
        word: Word::ArgPathsWithin,
        name: "arg_paths_within",
        aliases: &[],
        sort: Sort::Fact,
        parameters: &[TOOL, Parameter { name: "prefix", kind: Kind::Prefix, repeated: true }],
        doc: "the event is a call of the tool, it names at least one path, and each path it names \
              lies, after lexical normalisation, at or below one of the prefixes",
        example: r#"G(called(write) -> arg_paths_within(write, "/workspace"))"#,
    },
    Entry {
        word: Word::Ctx,
        name: "ctx",
        aliases: &[],
        sort: Sort::Fact,
        parameters: &[KEY, one("value", Kind::Text)],
        doc: "the context fact has that value at this event",
        example: "G(called(deploy) -> ctx(role, admin))",
    },
    Entry {
        word: Word::CtxMatches,
        name: "ctx_matches",
        aliases: &[],
        sort: Sort::Fact,
        parameters: &[KEY, REGEX],
        doc: "the context fact is set, and the regex matches its value from its first to its last character",
        example: r#"G(called(deploy) -> ctx_matches(caller, "spiffe://prod/.*"))"#,
    },
    Entry {
        word: Word::Denied,
        name: "denied",
        aliases: &[],
        sort: Sort::Fact,
        parameters: &[TOOL],
        doc: "the event is the refusal of a call of the tool",
        example: "G(denied(transfer) -> X !called(transfer))",
    },
    Entry {
        word: Word::Count,
        name: "count",
        aliases: &[],
        sort: Sort::Term,
        parameters: &[TOOL],
        doc: "the calls of the tool so far, this one included",
        example: "G(count(refund) <= 3)",
    },
    Entry {
        word: Word::CountWith,
        name: "count_with",
        aliases: &[],
        sort: Sort::Term,
        parameters: &[TOOL, REGEX],
        doc: "the calls so far of which called_with was true, this one included",
        example: r#"G(count_with(bash, "git push") <= 1)"#,
    },
    Entry {
        word: Word::ConsecutiveCount,
        name: "consecutive_count",
        aliases: &[],
        sort: Sort::Term,
        parameters: &[TOOL],
        doc: "the calls of the tool up to here without a call of another tool between them",
        example: "G(consecutive_count(search) <= 5)",
    },
    Entry {
        word: Word::CountDenied,
        name: "denied",
        aliases: &[],
        sort: Sort::Term,
        parameters: &[TOOL],
        doc: "the refusals of calls of the tool so far",
        example: "G(called(transfer) -> denied(transfer) < 3)",
    },
    Entry {
        word: Word::Arg,
        name: "arg",
        aliases: &["arg_value", "ArgValue"],
        sort: Sort::Term,
        parameters: &[TOOL, PATH],
        doc: "the value at the path, of a call of the tool",
        example: "G(called(pay) -> arg(pay, amount) <= 1000)",
    },
    Entry {
        word: Word::ArgNumeric,
        name: "arg_numeric",
        aliases: &[],
        sort: Sort::Term,
        parameters: &[TOOL, PATH],
        doc: "the number at the path, of a call of the tool",
        example: "G(called(pay) -> arg_numeric(pay, amount) >= 1)",
    },
    Entry {
        word: Word::CtxValue,
        name: "ctx",
        aliases: &["ctx_value", "CtxValue"],
        sort: Sort::Term,
        parameters: &[KEY],
        doc: "the value of the context fact at this event",
        example: "G(called(pay) -> arg(pay, account) == ctx(account))",
    },
];

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
}

impl Entry {
    /// Whether the word is written `name`.
    pub fn is_named(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }

    /// Whether `count` arguments are as many as it takes.
    pub fn takes(&self, count: usize) -> bool {
        let repeated = self.parameters.last().is_some_and(|p| p.repeated);
        count == self.parameters.len() || (repeated && count > self.parameters.len())
    }

    /// The parameter of the argument at `index`.
    pub fn parameter(&self, index: usize) -> Option<&'static Parameter> {
        self.parameters.get(index).or_else(|| self.parameters.last().filter(|p| p.repeated))
    }
}
