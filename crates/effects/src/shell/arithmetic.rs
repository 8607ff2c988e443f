//! Arithmetic of the shell, as far as it is used to put text together.
//!
//! Whole numbers with the usual operators, by precedence. Assignments set the variable; anything else that has an
//! effect or does not parse gives no number. Operators are kept on a stack of their own, so depth costs no stack.

use sponsio_engine::event::Flags;

use super::state::{State, Value};
use crate::word::Word;

/// Tokens that are looked at.
const TOKENS_MAX: usize = 512;

/// The value of an expression.
pub(super) fn evaluate(text: &str, state: &mut State) -> Option<i64> {
    let text = text.trim();
    if let Some((name, operator, value)) = assigned(text) {
        let right = if changes(value) { forget_names(value, state) } else { simple(value, state) };
        let left = if operator.is_empty() { Some(0) } else { variable(name, state) };
        let result = match (left, right) {
            (Some(_), Some(right)) if operator.is_empty() => Some(right),
            (Some(left), Some(right)) => apply(operator, left, right),
            _ => None,
        };
        match result {
            Some(number) => {
                let value = Value::Scalar(Word::known(number.to_string()));
                state.set(name, value, Flags::NONE);
            }
            None => state.forget(name),
        }
        return result;
    }
    if let Some(name) = stepped(text) {
        let step = if text.contains("++") { 1 } else { -1 };
        let Some(before) = variable(name, state) else {
            state.forget(name);
            return None;
        };
        let after = before.wrapping_add(step);
        state.set(name, Value::Scalar(Word::known(after.to_string())), Flags::NONE);
        return Some(if text.starts_with(name) { before } else { after });
    }
    if changes(text) { forget_names(text, state) } else { simple(text, state) }
}

/// Whether the expression sets something somewhere inside.
fn changes(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_set = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        bytes.get(at + 1) != Some(&b'=')
            && match before {
                Some(b'=' | b'!') => false,
                Some(b'<' | b'>') => at >= 2 && bytes.get(at - 2) == before,
                _ => true,
            }
    };
    text.contains("++")
        || text.contains("--")
        || bytes.iter().enumerate().any(|(at, byte)| *byte == b'=' && is_set(at))
}

/// Any variable that the expression names may be something else after it.
fn forget_names(text: &str, state: &mut State) -> Option<i64> {
    for name in text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
        if is_name(name) {
            state.forget(name);
        }
    }
    None
}

/// `name = value` and `name += value`.
fn assigned(text: &str) -> Option<(&str, &str, &str)> {
    let (left, value) = text.split_once('=')?;
    if value.starts_with('=') {
        return None;
    }
    let left = left.trim_end();
    let name = left.trim_end_matches(['+', '-', '*', '/', '%', '<', '>', '&', '|', '^']);
    let operator = left.get(name.len()..).unwrap_or_default();
    let name = name.trim_end();
    if matches!(operator, "<" | ">") {
        return None;
    }
    is_name(name).then_some((name, operator, value))
}

/// `name++`, `--name`.
fn stepped(text: &str) -> Option<&str> {
    let name = text.trim_matches(['+', '-']);
    (name.len() + 2 == text.len() && is_name(name)).then_some(name)
}

fn is_name(text: &str) -> bool {
    text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && text.bytes().all(super::scan::is_name_byte)
}

fn variable(name: &str, state: &State) -> Option<i64> {
    match &state.variable(name)?.value {
        Value::Scalar(word) => match word.text()?.trim() {
            "" => Some(0),
            text => literal(text),
        },
        Value::Unset => Some(0),
        Value::Array(_) => None,
    }
}

fn literal(text: &str) -> Option<i64> {
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return i64::from_str_radix(digits, 16).ok();
    }
    if let Some((base, digits)) = text.split_once('#') {
        let base = base.parse().ok().filter(|base| (2..=36).contains(base))?;
        return i64::from_str_radix(digits, base).ok();
    }
    match text.strip_prefix('0') {
        Some(digits) if !digits.is_empty() => i64::from_str_radix(digits, 8).ok(),
        _ => text.parse().ok(),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator<'t> {
    Open,
    Unary(u8),
    Binary(&'t str),
}

const BINARY: &[(&str, u8)] = &[
    ("**", 12),
    ("<<", 8),
    (">>", 8),
    ("<=", 7),
    (">=", 7),
    ("==", 6),
    ("!=", 6),
    ("&&", 2),
    ("||", 1),
    ("*", 10),
    ("/", 10),
    ("%", 10),
    ("+", 9),
    ("-", 9),
    ("<", 7),
    (">", 7),
    ("&", 5),
    ("^", 4),
    ("|", 3),
];

/// An expression without assignments.
fn simple(text: &str, state: &State) -> Option<i64> {
    let (mut values, mut operators) = (Vec::new(), Vec::new());
    let mut rest = text.trim_start();
    let mut wants_value = true;
    for _ in 0..TOKENS_MAX {
        let Some(first) = rest.bytes().next() else {
            while let Some(operator) = operators.pop() {
                reduce(operator, &mut values)?;
            }
            return if wants_value { None } else { values.pop() };
        };
        let mut length = 1;
        match first {
            b'(' if wants_value => operators.push(Operator::Open),
            b')' if !wants_value => loop {
                match operators.pop()? {
                    Operator::Open => break,
                    operator => reduce(operator, &mut values)?,
                }
            },
            b'-' | b'+' | b'!' | b'~' if wants_value => operators.push(Operator::Unary(first)),
            _ if wants_value => {
                length = rest
                    .bytes()
                    .take_while(|b| super::scan::is_name_byte(*b) || *b == b'#')
                    .count();
                let token = rest.get(..length).filter(|token| !token.is_empty())?;
                values.push(if is_name(token) { variable(token, state) } else { literal(token) }?);
                wants_value = false;
            }
            _ => {
                let (operator, precedence) =
                    BINARY.iter().find(|(operator, _)| rest.starts_with(operator))?;
                while operators.last().is_some_and(|top| binds(*top) >= *precedence) {
                    reduce(operators.pop()?, &mut values)?;
                }
                operators.push(Operator::Binary(operator));
                length = operator.len();
                wants_value = true;
            }
        }
        rest = rest.get(length..)?.trim_start();
    }
    None
}

fn binds(operator: Operator<'_>) -> u8 {
    match operator {
        Operator::Open => 0,
        Operator::Unary(_) => 11,
        Operator::Binary(name) => {
            BINARY.iter().find(|(other, _)| *other == name).map_or(0, |(_, binds)| *binds)
        }
    }
}

fn reduce(operator: Operator<'_>, values: &mut Vec<i64>) -> Option<()> {
    let right = values.pop()?;
    let value = match operator {
        Operator::Open => return None,
        Operator::Unary(b'-') => right.wrapping_neg(),
        Operator::Unary(b'!') => i64::from(right == 0),
        Operator::Unary(b'~') => !right,
        Operator::Unary(_) => right,
        Operator::Binary(name) => apply(name, values.pop()?, right)?,
    };
    values.push(value);
    Some(())
}

fn apply(operator: &str, left: i64, right: i64) -> Option<i64> {
    let shift = u32::try_from(right).ok();
    Some(match operator {
        "+" => left.wrapping_add(right),
        "-" => left.wrapping_sub(right),
        "*" => left.wrapping_mul(right),
        "/" => left.checked_div(right)?,
        "%" => left.checked_rem(right)?,
        "**" => left.wrapping_pow(shift?),
        "<<" => left.checked_shl(shift?)?,
        ">>" => left.checked_shr(shift?)?,
        "<" => i64::from(left < right),
        ">" => i64::from(left > right),
        "<=" => i64::from(left <= right),
        ">=" => i64::from(left >= right),
        "==" => i64::from(left == right),
        "!=" => i64::from(left != right),
        "&" => left & right,
        "^" => left ^ right,
        "|" => left | right,
        "&&" => i64::from(left != 0 && right != 0),
        "||" => i64::from(left != 0 || right != 0),
        _ => return None,
    })
}
