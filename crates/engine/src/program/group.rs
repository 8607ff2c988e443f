//! A contract whose state is not that of the session, because it is judged for each value of a key or shared with other
//! sessions: a program of its own, and how its key is read.

use std::hash::Hasher as _;
use std::sync::Arc;

use siphasher::sip128::{Hasher128 as _, SipHasher24};

use super::{ContractId, Names, Program};
use crate::contract::{ForEach, KeyPart, Scope};
use crate::event::{Event, EventKind, Found, Path, Value};
use crate::ground::{Fact, Named, digest_value};

/// A contract that is judged for each value of a key, or shared with other sessions.
#[derive(Debug)]
pub(crate) struct Group {
    /// Its place in the whole program.
    pub(crate) contract: ContractId,
    /// Whose events it is judged on.
    pub(crate) scope: Scope,
    /// The contract alone.
    pub(crate) program: Arc<Program>,
    /// The parts of its key; none where there is one value for all events.
    parts: Vec<Part>,
    as_text: bool,
}

#[derive(Debug)]
enum Part {
    Agent,
    /// The value of the fact with this place among the facts that the program mentions.
    Fact(usize, Box<str>),
    /// The value at a path of the arguments: that of the tool, or that of any other.
    Argument {
        any: Option<Path>,
        by_tool: Vec<(Named, Path)>,
    },
}

/// What one part of the key is.
enum Piece {
    /// Of no value: the event belongs to all.
    All,
    Digest(u128),
}

const NOTHING: u128 = 0;

impl Group {
    /// Facts that the key reads have to be mentioned by the program; they are its first ones, in order.
    pub(super) fn new(
        contract: ContractId,
        scope: Scope,
        program: Arc<Program>,
        for_each: &ForEach,
    ) -> Option<Self> {
        let part = |part: &KeyPart| {
            Some(match part {
                KeyPart::Agent => Part::Agent,
                KeyPart::Fact(key) => {
                    let place = program.tests.keys.iter().position(|known| known == key)?;
                    Part::Fact(place, key.clone())
                }
                KeyPart::Argument { path, by_tool } => Part::Argument {
                    any: path.as_deref().map(Path::parse).transpose().ok()?,
                    by_tool: by_tool
                        .iter()
                        .map(|(tool, path)| {
                            Some((program.tests.tools.named(tool), Path::parse(path).ok()?))
                        })
                        .collect::<Option<_>>()?,
                },
            })
        };
        let parts = for_each.keys.iter().map(part).collect::<Option<_>>()?;
        Some(Self { contract, scope, parts, as_text: for_each.as_text, program })
    }

    /// Whether its values are told apart; otherwise there is one for all events.
    pub(crate) fn has_key(&self) -> bool {
        !self.parts.is_empty()
    }

    /// Whether other sessions share its state.
    pub(crate) fn is_shared(&self) -> bool {
        self.scope != Scope::Session
    }

    /// The digest of the value that the event belongs to; none where it belongs to all of them.
    pub(crate) fn key(&self, event: &Event, facts: &[Fact]) -> Option<u128> {
        let mut hasher = SipHasher24::new();
        for part in &self.parts {
            match self.piece(part, event, facts) {
                Piece::All => return None,
                Piece::Digest(digest) => hasher.write(&digest.to_le_bytes()),
            }
        }
        Some(hasher.finish128().as_u128())
    }

    /// Whether the event is a call that moves nothing of any value, and that nothing remembers. What cannot be told
    /// without looking at a value is not left alone.
    pub(crate) fn is_left_alone_by(&self, event: &Event, names: &mut Names) -> bool {
        let EventKind::ToolCall { tool: name, .. } = &event.kind else { return false };
        let program = &*self.program;
        let needs = &program.tests.needs;
        if needs.calls
            || needs.follows_values()
            || program.counts_calls()
            || !program.kind(&event.kind).is_empty()
        {
            return false;
        }
        match program.tests.tools.exact(name) {
            Some(tool) => program.tool(tool).is_some_and(|tool| tool.called.is_empty()),
            None => names.of(program, name).called.is_empty(),
        }
    }

    fn piece(&self, part: &Part, event: &Event, facts: &[Fact]) -> Piece {
        let text = |text: Option<&str>| {
            let value = text.map(|text| Value::Text(text.into()));
            Piece::Digest(value.map_or(NOTHING, |value| digest_value(&value, self.as_text)))
        };
        match part {
            Part::Agent => text(event.agent.as_deref()),
            Part::Fact(place, key) => {
                if let EventKind::Context { facts } = &event.kind
                    && let Some((_, value)) = facts.iter().rev().find(|(k, _)| k == key)
                {
                    return text(value.as_deref());
                }
                match facts.get(*place) {
                    Some(Fact::Value(value)) => text(Some(value)),
                    Some(Fact::Unset) | None => text(None),
                    // It may be of any.
                    Some(Fact::Lost) => Piece::All,
                }
            }
            Part::Argument { any, by_tool } => {
                let EventKind::ToolCall { tool, args, .. } = &event.kind else { return Piece::All };
                let identity = self.program.tests.tools.identity(tool);
                let mut own = by_tool.iter().filter(|(named, _)| named.may_be(tool, &identity));
                let own = own.next().map(|(_, path)| path);
                let Some(path) = own.or(any.as_ref()) else { return Piece::Digest(NOTHING) };
                Piece::Digest(match path.find(args) {
                    Found::One(Value::Null) | Found::Nothing => NOTHING,
                    Found::One(value) => digest_value(value, self.as_text),
                    // Several values are one value, together.
                    Found::Several => {
                        let mut hasher = SipHasher24::new();
                        path.each(args, &mut |value| {
                            hasher.write(&digest_value(value, self.as_text).to_le_bytes());
                        });
                        hasher.finish128().as_u128()
                    }
                })
            }
        }
    }
}
