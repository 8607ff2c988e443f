//! What each word says, as a clause of a sentence.
//!
//! A reason is read by an agent, so what was found has to be said without the vocabulary of formulas. One template a
//! word, matched without a catch-all: a word cannot be added without one. Facts are clauses, in which `{is}`, `{are}`
//! and `{has}` are the verb that can be negated and put into the past; terms are nouns. `{0}` is the first argument,
//! `{2..}` all from the third on. How they are filled in is in [`phrase`](crate::ground::phrase).

use super::Word;

impl Word {
    /// The template.
    pub(crate) fn clause(self) -> &'static str {
        match self {
            Self::Called => "{0} {is} called",
            Self::CalledAny => "a tool {is} called",
            Self::CalledWith | Self::ArgHas => "{0} {is} called with {1} in an argument",
            Self::ArgFieldHas => "{2} {is} found in {1}",
            Self::ArgFieldIs => "{1} {is} matched as a whole by {2}",
            Self::ArgLengthExceeds => "{1} {is} longer than {2} characters",
            Self::ArgPathsWithin => "the paths of the call {are} all within {1..}",
            Self::ArgFrom => "{1} {is} found in an output of {2}",
            Self::ArgFromUser => "{1} {is} in the user's own words",
            Self::ArgKnown => "{1} {is} known from {2..}",
            Self::Does => "the call {is} one that does {0} on {1}",
            Self::Touches => "the call {is} one that touches {0} for {1}",
            Self::Reaches => "the call {is} one that reaches {0}",
            Self::Opaque => "the call {is} one of which it cannot be told what it does by {0}",
            Self::Succeeded => "a call of {0} {has} succeeded",
            Self::Result => "a call of {0} {has} ended with {1}",
            Self::OutputHas => "{1} {is} found in an output of {0}",
            Self::Done => "{0} {has} succeeded before",
            Self::DoneWith => "{0} with {1} in an argument {has} succeeded before",
            Self::Denied => "a call of {0} {is} refused",
            Self::Ctx => "the fact {0} {is} {1}",
            Self::CtxMatches => "the fact {0} {is} matched as a whole by {1}",
            Self::AgentIs => "the agent {is} {0}",
            Self::Perm => "the agent {is} given the permission {0}",
            Self::UserSaid => "{0} {is} found in what the user said",
            Self::LlmSaid => "{0} {is} found in the reply",
            Self::Segment => "the event {is} the part {0} of a reply",
            Self::PromptContains => "{0} {is} found in the prompt",
            Self::SystemPromptPresent => "a system prompt {is} given",
            Self::Contains => "data with the field {0} {is} written",
            Self::Flow => "something {is} passed from {0} to {1}",
            Self::Count => "the number of calls of {0}",
            Self::CountWith => "the number of calls of {0} with {1} in an argument",
            Self::ConsecutiveCount => "the number of calls of {0} in a row",
            Self::CountDenied => "the number of refused calls of {0}",
            Self::Sum => "the sum of {1} over the calls of {0}",
            Self::Distinct => "the number of different values of {1} in calls of {0}",
            Self::Arg | Self::ArgNumeric => "{1}",
            Self::CtxValue => "the fact {0}",
            Self::TimeSince => "the number of seconds since {0}",
            Self::TokenCount => "the number of tokens ({0})",
            Self::DelegationDepth => "the depth of delegation",
            Self::ResponseWords => "the number of words of the reply",
            Self::ResponseChars => "the number of characters of the reply",
            Self::ContextLength => "the length of the context",
            Self::Now => "the time, in seconds since 1970,",
        }
    }
}
