//! What a payload says, in words that are the same for every host.

use sponsio_engine::event::Outcome;

use crate::limits::{NAME_BYTES_MAX, PAYLOAD_BYTES_MAX, PAYLOAD_DEPTH_MAX};
use crate::reply::Form;

/// One payload, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// What the host calls the event; its reply may have to say it.
    pub event: Box<str>,
    /// Which version of the host's protocol it is, where it has several.
    pub dialect: &'static str,
    /// The host's name of the session.
    pub session: Box<str>,
    /// Where the call runs, where the host says so.
    pub cwd: Option<Box<str>>,
    /// The folder that the agent works in, where the host says so.
    pub workspace: Option<Box<str>>,
    /// Who acted.
    pub by: Actor,
    /// What happened, or is about to.
    pub what: What,
}

/// Who acted: the main agent, or one that it started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Actor {
    /// The host's name of a sub-agent; none for the main agent.
    pub id: Option<Box<str>>,
    /// What kind of sub-agent it is, as the host or its user named it.
    pub kind: Option<Box<str>>,
    /// Who started it, where the host says so; else the main agent did.
    pub parent: Option<Box<str>>,
}

impl Actor {
    /// Whether another agent started it.
    pub fn is_sub_agent(&self) -> bool {
        self.id.is_some()
    }
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The host's name of the call, by which its result is joined with it.
    pub id: Option<Box<str>>,
    /// The tool, as the host names it.
    pub tool: Box<str>,
    /// Its arguments: the text of a JSON object, to be read strictly.
    pub args: Box<str>,
}

/// What happened, or is about to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A call is about to run: the question.
    Call(Call),
    /// A call ended.
    Result {
        /// Which.
        call: Call,
        /// How.
        ended: Outcome,
        /// What it returned: the text of a JSON value.
        output: Option<Box<str>>,
    },
    /// The user said something.
    Prompt(Box<str>),
    /// The model said something.
    Said(Box<str>),
    /// The session began, or goes on.
    Began,
    /// The session ended.
    Over,
    /// The agent wants to stop.
    Stop {
        /// Whether it goes on already because a stop was refused.
        again: bool,
    },
    /// Work was delegated to a sub-agent.
    Delegated(Box<str>),
    /// Nothing that contracts speak of.
    Nothing,
}

impl Heard {
    /// What kind of answer the host waits for.
    pub fn form(&self) -> Form {
        match &self.what {
            What::Call(_) => Form::Call,
            What::Result { .. } => Form::Result,
            What::Prompt(_) => Form::Prompt,
            What::Stop { .. } => Form::Stop,
            What::Said(_) | What::Began | What::Over | What::Delegated(_) | What::Nothing => {
                Form::Note
            }
        }
    }
}

/// Why a payload says nothing. In enforce mode what it asks about is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unheard {
    /// There is none.
    #[error("the payload is empty; a host sends one JSON object on standard input")]
    Empty,
    /// It is no text.
    #[error("the payload is not UTF-8")]
    NotUtf8,
    /// It is over the limit.
    #[error("the payload has more than {PAYLOAD_BYTES_MAX} bytes")]
    TooLong,
    /// It is over the limit.
    #[error("the payload is nested deeper than {PAYLOAD_DEPTH_MAX}")]
    TooDeep,
    /// It is no JSON, or no object, or ends too early.
    #[error("the payload is not one JSON object: {0}")]
    NotAnObject(Box<str>),
    /// What everything else hangs on is not there.
    #[error("the payload has no `{0}`; is this the host that the hook was installed for?")]
    Missing(&'static str),
    /// A name is over the limit.
    #[error("a name in the payload has {0} bytes, and at most {NAME_BYTES_MAX} are read")]
    Name(usize),
}
