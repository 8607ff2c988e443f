//! The closed registry of diagnostic codes.
//!
//! A code is a promise: scripts filter by it and the reference page lists it. So every code is in this one
//! table, has a meaning of its own, and is reached by a test; errors begin with `E`, warnings with `W`.

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

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal;)+) => {
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
    Syntax = "E001";
    /// a part of YAML that is not used here: tags, merge keys, several documents, keys that are not text
    Unsupported = "E002";
    /// a key occurs twice in one map
    DuplicateKey = "E003";
    /// a text is over a limit of this program
    Limit = "E004";
    /// a value has another shape than the key needs
    Shape = "E005";
    /// a key that nothing reads
    UnknownKey = "E006";
    /// a key of older files that has no meaning here
    RefusedKey = "E007";
    /// a key that is needed is missing
    MissingKey = "E008";
    /// two keys exclude each other
    Conflict = "E009";
    /// a value that is none of the allowed ones
    Value = "E010";
    /// a formula does not parse
    Formula = "E011";
    /// there is no pattern with this name
    UnknownPattern = "E012";
    /// the arguments of a pattern do not fit
    PatternArguments = "E013";
    /// a sentence is not one of the known forms, as a whole
    Sentence = "E014";
    /// an include cannot be resolved
    Include = "E015";
    /// the configuration yields no contract at all
    NoContracts = "E016";
    /// `activate_at: first_match` needs another assumption
    Activation = "E017";
    /// the engine cannot compile a contract
    Compile = "E018";
    /// a threshold other than 1: contracts are exact
    Threshold = "E019";
    /// `${NAME}` has no value, or is not well-formed
    Variable = "E020";
    /// `<workspace>` or `<agent>` has no value
    Placeholder = "E021";
    /// a tool is renamed to itself, in a circle, or to no name
    Rename = "E022";
    /// no tool has this tag
    UnknownTag = "E023";
    /// a change under `customized` matches no contract
    Unmatched = "E024";
    /// an example that the regular expressions of its clause do not match, or a counterexample that they do
    Example = "E025";
    /// a set refers to one that is not defined, or to one that cannot stand there
    UnknownSet = "E026";
    /// the file speaks of two modes; enforce wins
    ModesDiffer = "W101";
    /// an assumption speaks of the first event only
    FirstEventOnly = "W102";
    /// a comparison of a value is false, and so a violation, at every event that does not have it
    UnguardedArgument = "W103";
    /// the agent is not in the file, and the only agent of the file is used instead
    OnlyAgent = "W104";
    /// the same file is included twice by one agent and counts once
    IncludedTwice = "W105";
    /// a contract names a tool that is not among the `tools` of the file, and so may never act
    UndeclaredTool = "W106";
    /// a guarantee holds whatever happens, so it requires nothing
    Vacuous = "W107";
    /// nothing can meet a guarantee
    Unsatisfiable = "W108";
    /// a contract says the same as one before it
    SameContract = "W109";
    /// a tool is renamed that no contract names
    UnusedRename = "W110";
    /// there are more diagnostics than are shown
    Omitted = "W111";
    /// a distance in calls of something that never, or always, holds at a call
    BetweenCalls = "W112";
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
