//! A program as bytes, and back: its contracts as they were given, and how they were compiled.
//!
//! ```text
//!  magic "SPPR"  version u8  0 u8  0 u16
//!  mode u8, is lazy u8
//!  agents u32, each: name, permissions u32, each: text
//!  contracts u32, each:
//!    name, advice
//!    assumptions u32, each: formula;  activation u8;  guarantees u32, each: formula
//!    has a key u8: parts u32, each: kind u8 and what it names;  as text u8
//!    scope u8;  strategy u8, of a redirection: tool, message;  mode u8
//!  XXH3 of everything before, u64
//! ```
//!
//! A text is its length, u32, and its bytes; a formula is its text in canonical form. Automata and tables are not
//! written: they are made again, which is bounded, and cannot be wrong. What was checked before it was written is not
//! checked once more: where it is wrong after all, whoever asks for it gets no answer, which permits nothing.

use std::sync::Arc;

use super::builder::{Texts, compile_again};
use super::{CompileError, Options, Permissions, Program};
use crate::bytes::{Flaw, Reader, body_of, frame, put};
use crate::contract::{Activation, Contract, ForEach, KeyPart, Scope};
use crate::formula::Formula;
use crate::limits::PROGRAM_BYTES_MAX;
use crate::strategy::{Mode, Strategy};

const MAGIC: &[u8; 4] = b"SPPR";
const VERSION: u8 = 1;

/// Why bytes are not a program.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RestoreError {
    /// They do not begin as a program does.
    #[error("these bytes are no program")]
    NotAProgram,
    /// They are of a version that this engine does not read.
    #[error("the program has version {0}, and version {1} is expected")]
    Version(u8, u8),
    /// They are damaged, truncated or too long.
    #[error("the program is damaged")]
    Damaged,
    /// This engine does not compile the contracts.
    #[error("the program cannot be compiled: {0}")]
    Compile(CompileError),
}

impl From<Flaw> for RestoreError {
    fn from(flaw: Flaw) -> Self {
        match flaw {
            Flaw::Beginning => Self::NotAProgram,
            Flaw::Version { found, expected } => Self::Version(found, expected),
            Flaw::Damaged => Self::Damaged,
        }
    }
}

impl Program {
    /// Appends the program to `out`.
    pub fn write(&self, out: &mut Vec<u8>) {
        frame(out, (MAGIC, VERSION), |out| self.write_body(out));
    }

    fn write_body(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&[mode_code(Some(self.mode)), self.is_lazy.into()]);
        put(out, self.permissions.len());
        for (agent, permissions) in &self.permissions {
            put_text(out, agent);
            put_texts(out, permissions.iter().map(|text| text.to_string()));
        }
        put(out, self.contracts.len());
        self.contracts.iter().for_each(|contract| put_contract(out, &contract.source));
    }

    /// The program that `bytes` hold, compiled.
    ///
    /// # Errors
    ///
    /// The bytes are damaged, or of another version, or this engine does not compile the contracts.
    pub fn read(bytes: &[u8]) -> Result<Arc<Self>, RestoreError> {
        let mut reader = Reader(body_of(bytes, (MAGIC, VERSION), PROGRAM_BYTES_MAX)?);
        let [mode, lazy] = reader.take()?;
        let mode = mode_of(mode)?.ok_or(Flaw::Damaged)?;
        let lazy = flag(lazy)?;
        let permissions: Permissions = list(&mut reader, |reader| {
            Ok((text(reader)?.into(), list(reader, |reader| Ok(text(reader)?.into()))?))
        })?;
        let read = list(&mut reader, contract)?;
        let (contracts, texts): (Vec<Contract>, Vec<Texts<'_>>) = read.into_iter().unzip();
        if !reader.0.is_empty() {
            return Err(RestoreError::Damaged);
        }
        let options = Options { mode, lazy, permissions };
        let compiled = compile_again(&contracts, &options, &texts).map(Arc::new);
        let first = |errors: Vec<CompileError>| errors.into_iter().next();
        compiled
            .map_err(|errors| first(errors).map_or(RestoreError::Damaged, RestoreError::Compile))
    }
}

fn put_contract(out: &mut Vec<u8>, contract: &Contract) {
    put_text(out, &contract.name);
    put_text(out, &contract.advice);
    put_texts(out, contract.assumptions.iter().map(Formula::to_string));
    out.push((contract.activation == Activation::FirstMatch).into());
    put_texts(out, contract.guarantees.iter().map(Formula::to_string));
    out.push(contract.for_each.is_some().into());
    if let Some(for_each) = &contract.for_each {
        put(out, for_each.keys.len());
        for part in &for_each.keys {
            put_part(out, part);
        }
        out.push(for_each.as_text.into());
    }
    out.push(scope_code(contract.scope));
    match &contract.strategy {
        Strategy::Block => out.push(0),
        Strategy::Escalate => out.push(1),
        Strategy::WarnOnly => out.push(2),
        Strategy::RedirectToSafe { tool, message } => {
            out.push(3);
            put_text(out, tool);
            put_text(out, message);
        }
    }
    out.push(mode_code(contract.mode));
}

fn put_part(out: &mut Vec<u8>, part: &KeyPart) {
    match part {
        KeyPart::Agent => out.push(0),
        KeyPart::Fact(key) => {
            out.push(1);
            put_text(out, key);
        }
        KeyPart::Argument { path, by_tool } => {
            out.push(2);
            out.push(path.is_some().into());
            put_text(out, path.as_deref().unwrap_or_default());
            put(out, by_tool.len());
            for (tool, path) in by_tool {
                put_text(out, tool);
                put_text(out, path);
            }
        }
    }
}

fn contract<'b>(reader: &mut Reader<'b>) -> Result<(Contract, Texts<'b>), Flaw> {
    let (name, advice) = (text(reader)?.into(), text(reader)?.into());
    let (assumptions, assumed) = list(reader, formula)?.into_iter().unzip();
    let [first_match] = reader.take()?;
    let activation = if flag(first_match)? { Activation::FirstMatch } else { Activation::Always };
    let (guarantees, guaranteed) = list(reader, formula)?.into_iter().unzip();
    let [has_key] = reader.take()?;
    let for_each = match flag(has_key)? {
        false => None,
        true => {
            let keys = list(reader, part)?;
            let [as_text] = reader.take()?;
            Some(ForEach { keys, as_text: flag(as_text)? })
        }
    };
    let [scope, strategy] = reader.take()?;
    let is_it = |known: &Scope| scope_code(*known) == scope;
    let scope = Scope::ALL.into_iter().find(is_it).ok_or(Flaw::Damaged)?;
    let strategy = match strategy {
        0 => Strategy::Block,
        1 => Strategy::Escalate,
        2 => Strategy::WarnOnly,
        3 => Strategy::RedirectToSafe { tool: text(reader)?.into(), message: text(reader)?.into() },
        _ => return Err(Flaw::Damaged),
    };
    let [mode] = reader.take()?;
    let mode = mode_of(mode)?;
    let contract = Contract {
        name,
        assumptions,
        activation,
        guarantees,
        for_each,
        scope,
        strategy,
        mode,
        advice,
    };
    Ok((contract, [assumed, guaranteed]))
}

fn part(reader: &mut Reader<'_>) -> Result<KeyPart, Flaw> {
    match reader.take()? {
        [0] => Ok(KeyPart::Agent),
        [1] => Ok(KeyPart::Fact(text(reader)?.into())),
        [2] => {
            let [has_path] = reader.take()?;
            let path: Box<str> = text(reader)?.into();
            let by_tool = list(reader, |reader| Ok((text(reader)?.into(), text(reader)?.into())))?;
            Ok(KeyPart::Argument { path: flag(has_path)?.then_some(path), by_tool })
        }
        _ => Err(Flaw::Damaged),
    }
}

/// A formula and its text.
fn formula<'b>(reader: &mut Reader<'b>) -> Result<(Formula, &'b str), Flaw> {
    let text = text(reader)?;
    Formula::parse_again(text).map(|formula| (formula, text)).map_err(|_| Flaw::Damaged)
}

fn text<'b>(reader: &mut Reader<'b>) -> Result<&'b str, Flaw> {
    let length = reader.length()?;
    core::str::from_utf8(reader.bytes(length)?).map_err(|_| Flaw::Damaged)
}

/// As many items as a number says, each of which takes at least a byte.
fn list<'b, T>(
    reader: &mut Reader<'b>,
    mut item: impl FnMut(&mut Reader<'b>) -> Result<T, Flaw>,
) -> Result<Vec<T>, Flaw> {
    let count = reader.length()?;
    reader.within(count, 1)?;
    (0..count).map(|_| item(reader)).collect()
}

fn flag(byte: u8) -> Result<bool, Flaw> {
    match byte {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Flaw::Damaged),
    }
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

fn put_texts(out: &mut Vec<u8>, texts: impl ExactSizeIterator<Item = String>) {
    put(out, texts.len());
    texts.for_each(|text| put_text(out, &text));
}

fn scope_code(scope: Scope) -> u8 {
    match scope {
        Scope::Session => 0,
        Scope::Tree => 1,
        Scope::User => 2,
        Scope::Agent => 3,
        Scope::Global => 4,
    }
}

fn mode_code(mode: Option<Mode>) -> u8 {
    match mode {
        None => 0,
        Some(Mode::Observe) => 1,
        Some(Mode::Enforce) => 2,
    }
}

fn mode_of(code: u8) -> Result<Option<Mode>, Flaw> {
    match code {
        0 => Ok(None),
        1 => Ok(Some(Mode::Observe)),
        2 => Ok(Some(Mode::Enforce)),
        _ => Err(Flaw::Damaged),
    }
}
