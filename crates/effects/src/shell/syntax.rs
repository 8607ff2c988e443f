//! The tree of a script: what the parser gives and the walk goes through.
//!
//! Words are pieces of the source and are evaluated where they are met, because what a word means depends on the
//! variables at that moment. The body of a function is a piece of the source too, and is parsed when it is called.

/// A list of commands, one after the other.
pub(super) type List<'s> = Vec<Chain<'s>>;

/// Pipelines joined by `&&` and `||`.
#[derive(Debug)]
pub(super) struct Chain<'s> {
    pub(super) first: Pipeline<'s>,
    pub(super) rest: Vec<(Link, Pipeline<'s>)>,
    /// Whether it ends with `&`.
    pub(super) is_background: bool,
}

/// When the next pipeline of a chain runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    And,
    Or,
}

/// Commands, each of which reads what the one before it prints.
#[derive(Debug)]
pub(super) struct Pipeline<'s> {
    pub(super) is_negated: bool,
    pub(super) stages: Vec<Command<'s>>,
}

/// A command and where its input and output go.
#[derive(Debug)]
pub(super) struct Command<'s> {
    pub(super) kind: Kind<'s>,
    pub(super) redirects: Vec<Redirect<'s>>,
    /// As it is written.
    pub(super) text: &'s str,
}

/// What a command is.
#[derive(Debug)]
pub(super) enum Kind<'s> {
    /// `a=1 rm -rf x`.
    Simple { assignments: Vec<&'s str>, words: Vec<&'s str> },
    /// `( … )`.
    Subshell(List<'s>),
    /// `{ …; }`.
    Group(List<'s>),
    /// `if`, each condition with what runs then, and what runs otherwise.
    If { arms: Vec<(List<'s>, List<'s>)>, otherwise: List<'s> },
    /// `while` and `until`.
    Loop { condition: List<'s>, is_until: bool, body: List<'s> },
    /// `for x in …` and, which asks, `select x in …`; no words means those of the script.
    For { name: &'s str, words: Option<Vec<&'s str>>, asks: bool, body: List<'s> },
    /// `for ((…))`.
    Count { expression: &'s str, body: List<'s> },
    /// `case`, with the patterns and the list of each arm, and whether an arm goes on to another (`;&`, `;;&`).
    Case { word: &'s str, arms: Vec<(Vec<&'s str>, List<'s>)>, falls: bool },
    /// `(( … ))`.
    Arithmetic(&'s str),
    /// `[[ … ]]`.
    Test(Vec<&'s str>),
    /// `f() …`.
    Function { name: &'s str, body: &'s str },
    /// `coproc …`.
    Coprocess(Box<Command<'s>>),
    /// What could not be parsed.
    Broken,
}

/// A redirection.
#[derive(Debug)]
pub(super) struct Redirect<'s> {
    /// The descriptor before the operator.
    pub(super) fd: Option<u32>,
    pub(super) kind: RedirectKind,
    /// The word after the operator; of a heredoc, its delimiter.
    pub(super) target: &'s str,
}

/// What a redirection does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RedirectKind {
    /// `<`.
    Input,
    /// `>`, `>|`.
    Output,
    /// `>>`.
    Append,
    /// `<>`.
    Both,
    /// `&>`, and `>&` before a word that is no descriptor.
    OutputAll,
    /// `&>>`.
    AppendAll,
    /// `<&`.
    CopyInput,
    /// `>&`.
    CopyOutput,
    /// `<<<`.
    HereString,
    /// `<<`, whose body has this number, and whether the body is taken as it stands.
    Heredoc { number: usize, is_literal: bool, strips_tabs: bool },
}
