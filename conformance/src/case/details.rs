//! What an event of a case may say besides what happened.

use sponsio_engine::event::{CallRef, Decimal, Digest, Tokens};

use super::tree::{CaseError, Kind, Node, get};

type Fields = [(String, Node)];

pub(super) fn text(fields: &Fields, name: &str) -> Result<Option<Box<str>>, CaseError> {
    get(fields, name).map(|node| node.text(name).map(Into::into)).transpose()
}

pub(super) fn texts(fields: &Fields, name: &str) -> Result<Box<[Box<str>]>, CaseError> {
    let Some(node) = get(fields, name) else { return Ok(Box::default()) };
    node.list(name)?.iter().map(|item| item.text(name).map(Into::into)).collect()
}

pub(super) fn flag(fields: &Fields, name: &str) -> Result<bool, CaseError> {
    match get(fields, name).map(|node| (&node.kind, node)) {
        None => Ok(false),
        Some((Kind::Bool(flag), _)) => Ok(*flag),
        Some((_, node)) => Err(node.error(format!("`{name}` is true or false"))),
    }
}

pub(super) fn natural(fields: &Fields, name: &str) -> Result<Option<u64>, CaseError> {
    get(fields, name).map(|node| whole(node, name)).transpose()
}

fn whole(node: &Node, name: &str) -> Result<u64, CaseError> {
    let number = match &node.kind {
        Kind::Number(text) => Decimal::parse(text).and_then(|number| number.to_u64()),
        _ => None,
    };
    number.ok_or_else(|| node.error(format!("`{name}` is a whole number, zero or more")))
}

/// What joins a call with other events.
pub(super) fn call(fields: &Fields) -> Result<CallRef, CaseError> {
    let (id, batch) = (text(fields, "id")?, text(fields, "batch")?);
    Ok(CallRef { id, batch, digest: digest(fields)? })
}

/// A digest is any short text: its bytes, filled up with zeros.
pub(super) fn digest(fields: &Fields) -> Result<Option<Digest>, CaseError> {
    let Some(text) = text(fields, "digest")? else { return Ok(None) };
    let mut bytes = [0; 32];
    bytes.iter_mut().zip(text.bytes()).for_each(|(slot, byte)| *slot = byte);
    Ok(Some(Digest(bytes)))
}

/// `tokens: 30`, or `tokens: {input: 10, output: 20}`.
pub(super) fn tokens(fields: &Fields) -> Result<Tokens, CaseError> {
    let Some(node) = get(fields, "tokens") else { return Ok(Tokens::default()) };
    if matches!(node.kind, Kind::Number(_)) {
        return Ok(Tokens { total: whole(node, "tokens")?, ..Tokens::default() });
    }
    let parts = node.fields("`tokens`", &["input", "output"])?;
    let part = |name: &str| Ok(natural(parts, name)?.unwrap_or(0));
    let (input, output) = (part("input")?, part("output")?);
    Ok(Tokens { input, output, total: input.saturating_add(output) })
}
