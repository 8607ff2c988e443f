//! What a host tells a session besides calls.
//!
//! One method for each kind of event, each of which comes down to [`GuardSession::observe`]. None of these events can
//! be stopped: they have happened. What contracts object to in them is in the answer all the same. A session is of one
//! agent, and yet what other agents do may matter to it: who wrote what it reads, who delegated to it.

use sponsio_engine::event::{EventKind, Outcome, Tokens, Value};

use crate::guard::GuardSession;
use crate::live::Answer;

impl GuardSession {
    /// Tells how a call ended.
    pub fn result(&self, tool: &str, outcome: Outcome) -> Answer {
        self.result_of(None, tool, outcome, Value::Null)
    }

    /// Tells how the call with this id ended, and what it returned; `null` where that is not known.
    pub fn result_of(
        &self,
        id: Option<&str>,
        tool: &str,
        outcome: Outcome,
        output: Value,
    ) -> Answer {
        let (tool, id) = (tool.into(), id.map(Into::into));
        self.observe(EventKind::ToolResult { tool, id, outcome, output })
    }

    /// Sets context facts; `None` clears one.
    pub fn context(&self, facts: &[(&str, Option<&str>)]) -> Answer {
        let facts = facts.iter().map(|(key, value)| ((*key).into(), value.map(Into::into)));
        self.observe(EventKind::Context { facts: facts.collect() })
    }

    /// Tells of a message. What [`USER`](sponsio_engine::event::USER) sends are the user's own words.
    pub fn message(&self, from: &str, to: &str, text: &str) -> Answer {
        self.observe_of(from, EventKind::Message { to: to.into(), text: text.into() })
    }

    /// Tells that an agent delegated work to another.
    pub fn delegated(&self, from: &str, to: &str) -> Answer {
        self.observe_of(from, EventKind::Delegation { to: to.into() })
    }

    /// Tells what the model was asked, whether a system prompt went with it, and how long the whole context was.
    pub fn asked(&self, text: &str, system_prompt: bool, context_length: Option<u64>) -> Answer {
        self.observe(EventKind::LlmRequest { text: text.into(), system_prompt, context_length })
    }

    /// Tells what the model answered, which part of the answer that is, and what it cost.
    pub fn said(&self, text: &str, segment: Option<&str>, tokens: Tokens) -> Answer {
        let segment = segment.map(Into::into);
        self.observe(EventKind::LlmResponse { text: text.into(), segment, tokens })
    }

    /// Tells that an agent read data.
    pub fn read(&self, agent: &str, key: &str) -> Answer {
        self.observe_of(agent, EventKind::DataRead { key: key.into() })
    }

    /// Tells that an agent wrote data: the names of its fields, and whether no other agent is meant to read it.
    pub fn wrote(&self, agent: &str, key: &str, fields: &[&str], internal: bool) -> Answer {
        let fields = fields.iter().map(|field| (*field).into()).collect();
        self.observe_of(agent, EventKind::DataWrite { key: key.into(), fields, internal })
    }
}
