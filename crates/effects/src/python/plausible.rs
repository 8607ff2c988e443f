//! Whether a text may be Python, before a parser is asked.
//!
//! The parser of Python tries a text with errors in several ways at once, and what that takes grows with the square of
//! what it cannot make sense of. It can be told to stop only between steps, and a single step may be long. So texts
//! that are known to be dear are found first, in one pass: they are no Python, and opaque.
//!
//! * Many lines that go on behind a backslash: all of them are gone through for each place that is tried.
//! * Many operators without anything between that they could be about.
//! * A long text in three quotation marks that does not end: what stands in it is then tried as code.

use crate::limits::{PYTHON_CONTINUATIONS_MAX, PYTHON_OPERATORS_MAX};

/// Whether the text may be Python.
pub(super) fn is(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut at, mut continuations, mut operators) = (0, 0, 0);
    while let Some(&byte) = bytes.get(at) {
        let next = bytes.get(at.saturating_add(1)).copied();
        match byte {
            b'#' => at = line_end(bytes, at),
            b'"' | b'\'' => {
                let Some(end) = string_end(bytes, at, byte) else { return false };
                (at, operators) = (end, 0);
                continue;
            }
            b'\\' if matches!(next, Some(b'\n' | b'\r')) => continuations += 1,
            b'+' | b'-' | b'*' | b'/' | b'%' | b'=' | b'<' | b'>' | b'!' | b'&' | b'|' | b'^'
            | b'~' | b'@' => operators += 1,
            // What may stand between an operator and what it is about.
            b'(' | b'[' | b'{' | b',' | b':' | b'\\' => {}
            byte if byte.is_ascii_whitespace() => {}
            _ => operators = 0,
        }
        if continuations > PYTHON_CONTINUATIONS_MAX || operators > PYTHON_OPERATORS_MAX {
            return false;
        }
        at = at.saturating_add(1);
    }
    true
}

/// Where the line ends.
fn line_end(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    from.saturating_add(rest.iter().take_while(|byte| **byte != b'\n').count())
}

/// Behind the string that begins here: one in three marks must end, and any other one ends with its line.
fn string_end(bytes: &[u8], from: usize, mark: u8) -> Option<usize> {
    let is_mark = |at: usize| bytes.get(at) == Some(&mark);
    let is_long = is_mark(from.saturating_add(1)) && is_mark(from.saturating_add(2));
    let mut at = from.saturating_add(if is_long { 3 } else { 1 });
    loop {
        match bytes.get(at) {
            Some(b'\\') => at = at.saturating_add(2),
            Some(b'\n') if !is_long => return Some(at),
            Some(byte) if *byte == mark => {
                if !is_long {
                    return Some(at.saturating_add(1));
                }
                if is_mark(at.saturating_add(1)) && is_mark(at.saturating_add(2)) {
                    return Some(at.saturating_add(3));
                }
                at = at.saturating_add(1);
            }
            Some(_) => at = at.saturating_add(1),
            None => return (!is_long).then_some(bytes.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_parser_should_be_asked_about_is_found() {
        let run = "+++=+".repeat(64);
        for text in [
            run.as_str(),
            &format!("x = 1\n{run}"),
            &format!("'a' {run}"),
            &format!("'\n{run}"),
            &format!("\"\"\"{run}"),
            &"\\\n".repeat(100),
            &"+=(+=[\n".repeat(64),
        ] {
            assert!(!is(text), "{text}");
        }
    }

    #[test]
    fn what_is_python_may_be() {
        let run = "+++=+".repeat(64);
        for text in [
            "",
            "x = - -~1 ** -2\ny >>= -1",
            "print(*[*(*a,)], **b)\nx = [[-1, -2], [(-3)]]",
            &format!("# {run}\nx = '{run}'\ny = \"\"\"{run}\n{run}\"\"\"\nz = f'{{x}}'"),
            "s = 'it\\'s' + \"\\\"\"",
        ] {
            assert!(is(text), "{text}");
        }
    }
}
