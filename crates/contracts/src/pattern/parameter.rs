//! What families of patterns there are, and what their parameters take.
//!
//! A kind is what a person has to know to fill in a parameter; reading and checking an argument of it is in
//! `instance`. Lists take one entry without brackets too.

/// What a family of patterns is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Which call comes before or after which.
    Order,
    /// What is owed once something was done.
    Duty,
    /// What a person, or somebody with a permission, has to say first.
    Approval,
    /// How often and how fast.
    Count,
    /// How much in total.
    Budget,
    /// What calls may carry.
    Argument,
    /// Where data may come from and go to.
    Flow,
    /// What the model may say.
    Response,
    /// What has to be known of the surroundings.
    Context,
    /// Which tools may be used at all.
    Tool,
    /// Steps of a process.
    Workflow,
    /// Facts for assumptions: that something was called, or never.
    Trigger,
}

impl Category {
    /// The word in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Duty => "duty",
            Self::Approval => "approval",
            Self::Count => "count",
            Self::Budget => "budget",
            Self::Argument => "argument",
            Self::Flow => "flow",
            Self::Response => "response",
            Self::Context => "context",
            Self::Tool => "tool",
            Self::Workflow => "workflow",
            Self::Trigger => "trigger",
        }
    }
}

/// What a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A tool or a set of tools, or `tool:regex` for calls whose arguments match.
    Tool,
    /// A tool or a set of tools, without an argument pattern.
    ToolName,
    /// A list of tools.
    ToolList,
    /// A list of sources of values: tools, `tool.{member}`, `text(tool)`, `user`.
    SourceList,
    /// A path into the arguments of a call.
    ArgPath,
    /// A regular expression.
    Regex,
    /// A list of regular expressions.
    RegexList,
    /// A list of texts to look for; `/…/` is a regular expression.
    PhraseList,
    /// A list of words to look for.
    WordList,
    /// A list of exact values.
    ValueList,
    /// A list of directories and files.
    PrefixList,
    /// A whole number, zero or more.
    Count,
    /// A number of tool calls, one or more.
    Steps,
    /// A number.
    Number,
    /// A length of time.
    Duration,
    /// A name that is no tool's: of a permission, a role, a context fact.
    Name,
    /// A text for people.
    Text,
    /// A formula about one event, or the name of a tool.
    Trigger,
    /// `true` or `false`.
    Flag,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Some of these words.
    Choices(&'static [&'static str]),
}

impl Kind {
    /// The words in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tool => "tool or tool:regex",
            Self::ToolName => "tool",
            Self::ToolList => "list of tools",
            Self::SourceList => "list of sources",
            Self::ArgPath => "argument path",
            Self::Regex => "regular expression",
            Self::RegexList => "list of regular expressions",
            Self::PhraseList => "list of texts or /regular expressions/",
            Self::WordList => "list of words",
            Self::ValueList => "list of values",
            Self::PrefixList => "list of paths",
            Self::Count => "whole number",
            Self::Steps => "number of calls",
            Self::Number => "number",
            Self::Duration => "length of time",
            Self::Name => "name",
            Self::Text => "text",
            Self::Trigger => "formula or tool",
            Self::Flag => "true or false",
            Self::Choice(_) => "one word of a list",
            Self::Choices(_) => "words of a list",
        }
    }

    /// The words that it takes, where there are only so many.
    pub fn words(self) -> &'static [&'static str] {
        match self {
            Self::Choice(words) | Self::Choices(words) => words,
            _ => &[],
        }
    }

    /// Whether it takes several entries.
    pub fn is_list(self) -> bool {
        matches!(
            self,
            Self::ToolList
                | Self::SourceList
                | Self::RegexList
                | Self::PhraseList
                | Self::WordList
                | Self::ValueList
                | Self::PrefixList
                | Self::Choices(_)
        )
    }
}

/// One parameter of a pattern.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Whether it may be left out.
    pub optional: bool,
    /// A few words on what it is.
    pub doc: &'static str,
}

impl Parameter {
    pub(super) const fn new(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self { name, kind, optional: false, doc }
    }

    pub(super) const fn optional(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self { name, kind, optional: true, doc }
    }
}
