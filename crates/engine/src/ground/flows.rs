//! Where the values of a call came from: what a session keeps of outputs and of the user's words, and what is asked.
//!
//! Only the sources that some contract names are recorded, and of each only what its questions need. What is recorded
//! is what happened: outputs of calls, also of failed ones, and messages of the user. A value is known only from a
//! call that succeeded, and from a tool that surely is the one that is named; it may come from any of the others.
//!
//! An output that is over the limits of an event is read by nobody here, and the model has read it: from then on every
//! text may carry a value of its sources.
//!
//! The index itself is in `provenance`; which text stands where in a call, and which output is whose, is here.

use core::fmt::Write as _;
use std::sync::Arc;

use super::effect::Trail;
use super::name::{Identity, ToolId};
use super::registry::Tests;
use super::valuation::Truth;
use crate::event::{Event, EventKind, Outcome, Path, Value};
use crate::formula::USER;
use crate::limits::PROVENANCE_APART_BYTES_MAX;
use crate::provenance::{Buffers, DecodeError, Index, Key, Reader, SourceId, Sources, Uses};

/// A source that contracts name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) tools: ToolId,
    /// The members of outputs that are meant; all where there is none.
    pub(crate) members: Box<[Box<str>]>,
    /// What is asked of it.
    pub(crate) uses: Uses,
}

/// What is asked about the texts at a path of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// One of them may carry a value of these sources, or a quotation.
    From { sources: Sources, quote: bool },
    /// Each of them was said by the user, is a value of these sources, or stands in a text of those.
    Known { user: bool, values: Sources, texts: Sources },
}

/// An event that happened.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heard<'e> {
    pub(crate) event: &'e Event,
    /// Whether it could not be read.
    pub(crate) lost: bool,
    /// Who takes its texts apart.
    pub(crate) reader: Option<Reader>,
}

/// What a session has seen of values.
#[derive(Clone, Debug)]
pub(crate) struct Flows {
    index: Index,
    trail: Trail,
}

/// Equal where they are the same bytes.
impl PartialEq for Flows {
    fn eq(&self, other: &Self) -> bool {
        let bytes = |flows: &Self| {
            let mut out = Vec::new();
            flows.encode(&mut out);
            out
        };
        bytes(self) == bytes(other)
    }
}

impl Eq for Flows {}

impl Flows {
    fn new() -> Self {
        Self { index: Index::new(KEY), trail: Trail::default() }
    }

    /// Takes in an event that happened.
    pub(crate) fn note(
        flows: &mut Option<Arc<Self>>,
        tests: &Tests,
        Heard { event, lost, reader }: Heard<'_>,
    ) {
        let needs = &tests.needs;
        match &event.kind {
            EventKind::Message { text, .. }
                if needs.user_words
                    && !lost
                    && event.agent.as_deref() == Some(USER)
                    && !text.trim().is_empty() =>
            {
                Self::of(flows).index.record_user(text);
            }
            EventKind::ToolCall { effects, .. } if needs.trail => {
                match effects.as_deref().filter(|_| !lost) {
                    Some(effects) if !Trail::is_left_by(effects) => {}
                    effects => Self::of(flows).trail.note(effects),
                }
            }
            EventKind::ToolResult { tool, outcome, output, .. } if !needs.origins.is_empty() => {
                let identity = tests.tools.identity(tool);
                let owners = Owners::new(&needs.origins, &identity, *outcome == Outcome::Ok);
                if lost {
                    let may = owners.may();
                    if !may.is_empty() {
                        Self::of(flows).index.record_lost(may);
                    }
                } else if !owners.is_empty() && *output != Value::Null {
                    owners.record(&mut Self::of(flows).index, output, reader);
                }
            }
            _ => {}
        }
    }

    fn of(flows: &mut Option<Arc<Self>>) -> &mut Self {
        Arc::make_mut(flows.get_or_insert_with(|| Arc::new(Self::new())))
    }

    /// What a program with other tests asks for of what those of another one have taken in; none where it asks for
    /// nothing of it.
    pub(crate) fn under(&self, there: &Tests, here: &Tests) -> Option<Self> {
        if !here.needs.follows_values() {
            return None;
        }
        let ours = |origin: &Origin| {
            let tools = there.tools.name(origin.tools);
            let is_it =
                |own: &Origin| own.members == origin.members && here.tools.name(own.tools) == tools;
            let place = here.needs.origins.iter().position(is_it)?;
            SourceId::new(u16::try_from(place).ok()?)
        };
        let places: Vec<Option<SourceId>> = there.needs.origins.iter().map(ours).collect();
        let index = self.index.with_sources(&places, here.needs.user_words);
        let trail = if here.needs.trail { self.trail.clone() } else { Trail::default() };
        Some(Self { index, trail })
    }

    /// The paths that calls had to do with.
    pub(crate) fn trail(&self) -> &Trail {
        &self.trail
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        self.index.encode(out);
        self.trail.encode(out);
    }

    /// What was [encoded](Self::encode), of a program with so many sources.
    pub(crate) fn decode(origins: usize, bytes: &[u8]) -> Result<Self, DecodeError> {
        let (index, rest) = Index::decode(KEY, bytes)?;
        let (trail, rest) = Trail::decode(rest).ok_or(DecodeError)?;
        let is_known = |source: SourceId| usize::from(source.number()) < origins;
        if rest.is_empty() && index.seen().iter().all(is_known) {
            Ok(Self { index, trail })
        } else {
            Err(DecodeError)
        }
    }
}

/// The key of all hashes. Whoever can read a program knows its key too, so one for all hides no less, and a session
/// can go on under another program.
const KEY: Key = Key(0x5370_6f6e_7369_6f20, 0x7072_6f76_656e_616e);

/// The sources that one output belongs to.
struct Owners<'o> {
    /// Each with what is recorded of it.
    origins: Vec<(SourceId, Uses, &'o [Box<str>])>,
}

impl<'o> Owners<'o> {
    fn new(origins: &'o [Origin], identity: &Identity, succeeded: bool) -> Self {
        let heard = |(place, origin): (usize, &'o Origin)| {
            let source = SourceId::new(u16::try_from(place).ok()?)?;
            let uses = match identity.names(origin.tools) {
                Truth::False => return None,
                Truth::True if succeeded => origin.uses,
                _ => Uses { whole: false, tokens: false, ..origin.uses },
            };
            let any = uses.carried || uses.whole || uses.tokens;
            any.then_some((source, uses, &*origin.members))
        };
        Self { origins: origins.iter().enumerate().filter_map(heard).collect() }
    }

    fn is_empty(&self) -> bool {
        self.origins.is_empty()
    }

    /// Those whose values may be carried.
    fn may(&self) -> Sources {
        self.origins
            .iter()
            .filter(|(_, uses, _)| uses.carried)
            .map(|(source, ..)| *source)
            .collect()
    }

    fn record(&self, index: &mut Index, output: &Value, reader: Option<Reader>) {
        const MAY: Uses = Uses { carried: true, whole: false, tokens: false };
        const WHOLE: Uses = Uses { carried: false, whole: true, tokens: false };
        const TOKENS: Uses = Uses { carried: false, whole: true, tokens: true };
        // Sources of the same output are recorded together: reading it is what takes time.
        let mut all = [Sources::NONE; 3];
        // Texts are taken apart once, and only for a source that has no such member otherwise.
        let mut apart: Option<Vec<Value>> = None;
        for (source, uses, members) in &self.origins {
            let source = Sources::one(*source);
            let mut found = Vec::new();
            below(output, members, &mut found);
            if members.is_empty() {
                let [may, whole, tokens] = &mut all;
                *may = if uses.carried { may.or(source) } else { *may };
                *tokens = if uses.tokens { tokens.or(source) } else { *tokens };
                *whole = if uses.whole && !uses.tokens { whole.or(source) } else { *whole };
            } else if found.is_empty() {
                if uses.carried {
                    // Whoever wrote the text may have hidden something from the one who takes it apart.
                    index.record(source, MAY, output);
                }
                if let (Some(reader), true) = (reader, uses.whole || uses.tokens) {
                    let structures = apart.get_or_insert_with(|| taken_apart(output, reader));
                    let mut found = Vec::new();
                    structures.iter().for_each(|value| below(value, members, &mut found));
                    let known = Uses { carried: false, ..*uses };
                    found.iter().for_each(|value| index.record(source, known, value));
                }
            } else {
                found.iter().for_each(|value| index.record(source, *uses, value));
            }
        }
        for (sources, uses) in all.into_iter().zip([MAY, WHOLE, TOKENS]) {
            if !sources.is_empty() {
                index.record(sources, uses, output);
            }
        }
    }
}

/// The structures that texts of the output are.
fn taken_apart(output: &Value, reader: Reader) -> Vec<Value> {
    let (mut open, mut structures, mut bytes) = (vec![output], Vec::new(), 0usize);
    while let Some(value) = open.pop() {
        match value {
            Value::Text(text) => {
                bytes = bytes.saturating_add(text.len());
                if bytes <= PROVENANCE_APART_BYTES_MAX {
                    structures.extend(reader(text));
                }
            }
            Value::List(items) => open.extend(items),
            Value::Object(members) => open.extend(members.iter().map(|(_, member)| member)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    structures
}

/// Every value of a member with one of the names, at whatever depth.
fn below<'v>(value: &'v Value, names: &[Box<str>], found: &mut Vec<&'v Value>) {
    if names.is_empty() {
        return;
    }
    // The recursion is as deep as the output, which `limits::ARGUMENT_DEPTH_MAX` bounds.
    match value {
        Value::List(items) => items.iter().for_each(|item| below(item, names, found)),
        Value::Object(members) => {
            for (name, member) in members {
                if names.contains(name) { found.push(member) } else { below(member, names, found) }
            }
        }
        _ => {}
    }
}

impl Asked {
    /// Whether it is true of the texts at the path; of all texts where there is no path.
    pub(super) fn truth(
        self,
        flows: Option<&Flows>,
        path: Option<&Path>,
        args: &Value,
        buffers: &mut Buffers,
    ) -> Truth {
        let index = flows.map(|flows| &flows.index);
        let (mut any, mut all) = (false, true);
        let mut number = core::mem::take(&mut buffers.number);
        let mut judge = |text: &str, is_flag: bool| match self {
            // One of two values is no trace of anything.
            Self::From { .. } if any || is_flag => {}
            Self::From { sources, quote } => {
                let carried =
                    index.map(|index| index.carried_with(text, buffers)).unwrap_or_default();
                let carried = if quote { carried.quote } else { carried.value };
                any |= !carried.and(sources).is_empty();
            }
            Self::Known { user, values, texts } => {
                all = all
                    && index.is_some_and(|index| {
                        let mut known = || {
                            let (whole, part) = index.known(text, buffers);
                            !whole.and(values).or(part.and(texts)).is_empty()
                        };
                        (!values.or(texts).is_empty() && known())
                            || (user && index.said_with(text, buffers))
                    });
            }
        };
        match path {
            None => each_text(args, &mut number, &mut judge),
            Some(path) => {
                path.each(args, &mut |value| each_text(value, &mut number, &mut judge));
            }
        }
        buffers.number = number;
        match self {
            Self::From { .. } => any.into(),
            Self::Known { .. } => all.into(),
        }
    }
}

/// Every text that is a value, and whether it is `true` or `false`. A blank one is none. Numbers are written in
/// `number`.
fn each_text(value: &Value, number: &mut String, visit: &mut dyn FnMut(&str, bool)) {
    // The recursion is as deep as the arguments, which `limits::ARGUMENT_DEPTH_MAX` bounds.
    match value {
        Value::Null => {}
        Value::Bool(true) => visit("true", true),
        Value::Bool(false) => visit("false", true),
        Value::Number(decimal) => {
            number.clear();
            // Writing to a text cannot fail.
            let _ = write!(number, "{decimal}");
            visit(number, false);
        }
        Value::Text(text) if text.trim().is_empty() => {}
        Value::Text(text) => visit(text, false),
        Value::List(items) => items.iter().for_each(|item| each_text(item, number, visit)),
        Value::Object(members) => {
            members.iter().for_each(|(_, member)| each_text(member, number, visit));
        }
    }
}
