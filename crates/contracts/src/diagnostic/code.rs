//! The closed registry of diagnostic codes.
//!
//! A code is a promise: scripts filter by it and the reference page lists it. So every code is in this one
//! table, has a meaning of its own, and an example that a test tries; errors begin with `E`, warnings with `W`.

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The configuration cannot be used to enforce anything.
    Error,
    /// It can be used, but probably does not say what was meant.
    Warning,
}

impl Severity {
    /// The word in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// The text ten times.
macro_rules! ten {
    ($text:expr) => {
        concat!($text, $text, $text, $text, $text, $text, $text, $text, $text, $text)
    };
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal, $example:expr;)+) => {
        /// What kind of thing is wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Code {
            /// Every code, in the order of the reference page.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code in output, for example `E006`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// A configuration for the agent `bot` that has it.
            pub fn example(self) -> &'static str {
                match self {
                    $(Self::$variant => $example,)+
                }
            }

            /// One sentence on what it means.
            pub fn explanation(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!($($doc,)+).trim_ascii(),)+
                }
            }
        }
    };
}

codes! {
    /// the text is not well-formed YAML
    Syntax = "E001",
        "agents: {bot: [`x` is banned]}";
    /// a part of YAML that is not used here: tags, merge keys, several documents, keys that are not text
    Unsupported = "E002",
        "agents: {bot: [!!str never call `a`]}";
    /// a key occurs twice in one map
    DuplicateKey = "E003",
        "agents: {bot: [never call `a`], bot: [never call `b`]}";
    /// a text is over a limit of this program
    Limit = "E004",
        "agents: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]";
    /// a value has another shape than the key needs
    Shape = "E005",
        "agents: {bot: 1}";
    /// a key that nothing reads
    UnknownKey = "E006",
        "agents: {bot: {contract: [never call `a`]}}";
    /// a key of older files that has no meaning here
    RefusedKey = "E007",
        "agents: {bot: [{G: never call `a`, risk_profile: cautious}]}";
    /// a key that is needed is missing
    MissingKey = "E008",
        "agents: {bot: [{desc: refunds}]}";
    /// two keys exclude each other
    Conflict = "E009",
        "agents: {bot: {customized: [{match: {desc: c}, disabled: true, mode: observe}]}}";
    /// a value that is none of the allowed ones
    Value = "E010",
        "agents: {bot: [{G: never call `a`, mode: maybe}]}";
    /// a formula does not parse
    Formula = "E011",
        "agents: {bot: [{G: {ltl: F caled(b)}}]}";
    /// there is no pattern with this name
    UnknownPattern = "E012",
        "agents: {bot: [{G: {pattern: idempotant, args: [pay]}}]}";
    /// the arguments of a pattern do not fit
    PatternArguments = "E013",
        "agents: {bot: [{G: {pattern: idempotent}}]}";
    /// a sentence is not one of the known forms, as a whole
    Sentence = "E014",
        "agents: {bot: [be nice]}";
    /// an include cannot be resolved
    Include = "E015",
        "agents: {bot: {include: [missing.yaml]}}";
    /// the configuration yields no contract at all
    NoContracts = "E016",
        "agents: {}";
    /// `activate_at: first_match` needs another assumption
    Activation = "E017",
        "agents: {bot: [{A: {ltl: F G called(a)}, G: never call `b`, activate_at: first_match}]}";
    /// the engine cannot compile a contract
    Compile = "E018",
        "agents: {bot: [{G: never call `a`, strategy: {redirect_to_safe: a}}]}";
    /// a threshold other than 1: contracts are exact
    Threshold = "E019",
        "agents: {bot: [{G: never call `a`, alpha: 0.9}]}";
    /// `${NAME}` has no value, or is not well-formed
    Variable = "E020",
        r#"{mode: "${UNSET}", agents: {bot: [never call `a`]}}"#;
    /// `<workspace>` or `<agent>` has no value
    Placeholder = "E021",
        "agents: {bot: [{G: {pattern: scope_limit, args: [write, [<workspace>/x]]}}]}";
    /// a tool is renamed to itself, in a circle, or to no name
    Rename = "E022",
        "agents: {bot: {tool_rename: {exec: exec}, contracts: [never call `exec`]}}";
    /// no tool has this tag
    UnknownTag = "E023",
        r#"{tools: {a: {tags: [safe]}}, agents: {bot: [{G: {ltl: 'G !called("@risky")'}}]}}"#;
    /// a change under `customized` matches no contract
    Unmatched = "E024",
        "agents: {bot: {contracts: [{desc: c, G: never call `a`}], customized: [{match: {desc: d}, mode: observe}]}}";
    /// an example that the regular expressions of its clause do not match, or a counterexample that they do
    Example = "E025",
        "agents: {bot: [{G: {pattern: arg_blacklist, args: [bash, command, [sudo]], example: ls}}]}";
    /// a set refers to one that is not defined, or to one that cannot stand there
    UnknownSet = "E026",
        "agents: {bot: [{G: {ltl: 'G !touches(@secret, read)'}}]}";
    /// the file speaks of two modes; enforce wins
    ModesDiffer = "W101",
        "{mode: observe, runtime: {mode: enforce}, agents: {bot: [never call `a`]}}";
    /// an assumption speaks of the first event only
    FirstEventOnly = "W102",
        "agents: {bot: [{A: {ltl: called(a)}, G: never call `b`}]}";
    /// a comparison of a value is false, and so a violation, at every event that does not have it
    UnguardedArgument = "W103",
        "agents: {bot: [{G: {ltl: 'G(arg(pay, amount) <= 5)'}}]}";
    /// the agent is not in the file, and the only agent of the file is used instead
    OnlyAgent = "W104",
        "agents: {other: [never call `a`]}";
    /// the same file is included twice by one agent and counts once
    IncludedTwice = "W105",
        "agents: {bot: {include: [sponsio:core/runaway, sponsio:core/runaway]}}";
    /// a contract names a tool that is not among the `tools` of the file, and so may never act
    UndeclaredTool = "W106",
        "{tools: [refund], agents: {bot: [never call `refnd`]}}";
    /// a guarantee holds whatever happens, so it requires nothing
    Vacuous = "W107",
        "agents: {bot: [{G: {ltl: 'G(called(a) -> called(a))'}}]}";
    /// nothing can meet a guarantee
    Unsatisfiable = "W108",
        "agents: {bot: [{G: {ltl: 'G(called(a) & !called(a))'}}]}";
    /// a contract says the same as one before it
    SameContract = "W109",
        "agents: {bot: [never call `a`, {desc: again, G: never call `a`}]}";
    /// a tool is renamed that no contract names
    UnusedRename = "W110",
        "agents: {bot: {tool_rename: {exec: bash}, contracts: [never call `a`]}}";
    /// there are more diagnostics than are shown
    Omitted = "W111",
        concat!("agents: {bot: [", ten!(ten!("x, ")), ten!(ten!("x, ")), "x]}");
    /// a distance in calls of something that never, or always, holds at a call
    BetweenCalls = "W112",
        "agents: {bot: [{G: {ltl: 'G(called(a) -> Y succeeded(b))'}}]}";
    /// a fact about where a value came from stands where what is not known about it permits
    LenientOrigin = "W113",
        "agents: {bot: [{G: {ltl: 'G(called(pay) -> arg_from(pay, to, book))'}}]}";
}

impl Code {
    /// Error or warning, as its first letter says.
    pub fn severity(self) -> Severity {
        if self.name().starts_with('W') { Severity::Warning } else { Severity::Error }
    }

    /// Whether a file with such a warning enforces less than it says, which `validate` does not accept.
    pub fn weakens(self) -> bool {
        matches!(
            self,
            Self::UndeclaredTool
                | Self::Vacuous
                | Self::Unsatisfiable
                | Self::SameContract
                | Self::BetweenCalls
                | Self::LenientOrigin
        )
    }

    /// The code with this [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_unique_and_tell_the_severity() {
        assert!(Code::ALL.windows(2).all(|pair| pair[0].name() < pair[1].name()));
        for code in Code::ALL {
            assert_eq!(Code::from_name(code.name()), Some(*code));
            assert_eq!(code.severity() == Severity::Error, code.name().starts_with('E'));
        }
    }

    #[test]
    fn explanations_are_phrases_in_house_style() {
        for code in Code::ALL {
            let text = code.explanation();
            assert!(!text.is_empty() && !text.ends_with('.'), "{text}");
            assert!(text.starts_with(|c: char| c.is_lowercase() || c == '`'), "{text}");
        }
    }
}
