//! What is asked about results, about models' prompts and replies, and about who acts.
//!
//! A result is of a tool, and its name is resolved as that of a call: where it only looks like the tool's, it cannot
//! be told whether the result is the tool's. Of an event that does not say who acts it cannot be told whether an
//! agent does; such an event has no permissions. Where the question is what could be called at all, by whom is as open
//! as with which arguments. Values of other events than this one are missing here.

use super::matcher::{Expression, Matcher, Matches, Texts, both};
use super::name::ToolId;
use super::scalar::{Scalar, characters};
use super::test::{Content, View};
use super::valuation::Truth;
use crate::event::{Decimal, EventKind, Outcome, Timestamp};
use crate::formula::USER;

/// What is asked about an event.
#[derive(Clone, Debug)]
pub(crate) enum EventTest {
    /// It is a result of the tool, with that outcome.
    Result { tool: ToolId, outcome: Outcome },
    /// It is a result of the tool, and the expression is found in its output.
    Output { tool: ToolId, expression: Expression },
    /// It is a message of the user, and the expression is found in it.
    Said(Expression),
    /// It is a reply, and the expression is found in it.
    Reply(Expression),
    /// It is this part of a reply.
    Segment(Box<str>),
    /// It is a prompt, and the expression is found in it.
    Prompt(Expression),
    /// It is a prompt with a system prompt.
    SystemPrompt,
    /// The agent acts.
    Agent(Box<str>),
    /// One of the agents acts that have a permission.
    AnyAgent(Box<[Box<str>]>),
}

impl EventTest {
    pub(super) fn truth(
        &self,
        view: &View<'_>,
        matcher: &Matcher,
        epoch: u64,
        matches: &mut Matches,
    ) -> Truth {
        let mut found =
            |expression, texts| matcher.is_match(expression, false, texts, epoch, matches);
        match (self, &view.event.kind) {
            (Self::Result { tool, outcome: asked }, EventKind::ToolResult { outcome, .. })
                if asked == outcome =>
            {
                view.identity.names(*tool)
            }
            (Self::Output { tool, expression }, EventKind::ToolResult { output, .. }) => {
                match view.identity.names(*tool) {
                    Truth::False => Truth::False,
                    named => both(named, found(*expression, Texts::Arguments(output))),
                }
            }
            (Self::Reply(expression), EventKind::LlmResponse { text, .. })
            | (Self::Prompt(expression), EventKind::LlmRequest { text, .. }) => {
                found(*expression, Texts::Text(Some(text)))
            }
            (Self::Said(expression), EventKind::Message { text, .. }) => {
                let by_user = view.event.agent.as_deref() == Some(USER);
                if by_user { found(*expression, Texts::Text(Some(text))) } else { Truth::False }
            }
            (Self::Segment(name), EventKind::LlmResponse { segment, .. }) => {
                (segment.as_ref() == Some(name)).into()
            }
            (Self::SystemPrompt, EventKind::LlmRequest { system_prompt, .. }) => {
                (*system_prompt).into()
            }
            (Self::Agent(name), _) => match (&view.event.agent, view.content) {
                (Some(agent), _) => (agent == name).into(),
                (None, Content::Undisclosed) => Truth::Absent,
                (None, _) => Truth::Unknown,
            },
            (Self::AnyAgent(agents), _) => match (&view.event.agent, view.content) {
                (Some(agent), _) => agents.contains(agent).into(),
                (None, Content::Undisclosed) => Truth::Absent,
                (None, _) => Truth::False,
            },
            _ => Truth::False,
        }
    }

    /// Whether it is about who acts, also in calls and refusals.
    pub(crate) fn is_about_agent(&self) -> bool {
        matches!(self, Self::Agent(_) | Self::AnyAgent(_))
    }

    /// The tool whose result it is about.
    pub(crate) fn tool(&self) -> Option<ToolId> {
        match self {
            Self::Result { tool, .. } | Self::Output { tool, .. } => Some(*tool),
            Self::Said(_)
            | Self::Reply(_)
            | Self::Segment(_)
            | Self::Prompt(_)
            | Self::SystemPrompt
            | Self::Agent(_)
            | Self::AnyAgent(_) => None,
        }
    }
}

/// A value that an event has by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EventValue {
    /// The words of a reply.
    Words,
    /// The characters of a reply.
    Characters,
    /// The length of a prompt's context.
    ContextLength,
    /// The time, in seconds.
    Now,
}

impl EventValue {
    pub(super) fn of<'e>(self, view: &View<'_>) -> Scalar<'e> {
        let number = match (self, &view.event.kind) {
            (Self::Now, _) => return seconds(view.time).map_or(Scalar::IllTyped, Scalar::Number),
            (Self::Words, EventKind::LlmResponse { text, .. }) => {
                u64::try_from(text.split_whitespace().count()).ok()
            }
            (Self::Characters, EventKind::LlmResponse { text, .. }) => Some(characters(text)),
            (Self::ContextLength, EventKind::LlmRequest { context_length, .. }) => *context_length,
            _ => None,
        };
        number.map_or(Scalar::Missing, |n| Scalar::Number(Decimal::from(n)))
    }

    /// Whether a call and a refusal have it.
    pub(crate) fn is_of_calls(self) -> bool {
        self == Self::Now
    }
}

/// The seconds since 1970, exactly.
fn seconds(time: Timestamp) -> Option<Decimal> {
    Decimal::new(time.0 < 0, u128::from(time.0.unsigned_abs()), -6)
}
