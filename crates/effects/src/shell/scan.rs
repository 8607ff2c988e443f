//! Where a word, a quotation or an expansion ends.
//!
//! A word is cut out of the source without being evaluated. What stands in `$(…)` is parsed to find its end, as a
//! shell does: counting parentheses is wrong inside `case` and comments.

use super::parse::{Broken, Parser, Result};

/// Whether the byte ends a word that is not quoted.
pub(super) const fn is_meta(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')')
}

/// Whether the byte may be in the name of a variable.
pub(super) const fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

impl<'s> Parser<'s> {
    /// Passes a word and gives it; `None` if there is none here.
    pub(super) fn word(&mut self) -> Result<Option<&'s str>> {
        let start = self.pos;
        while let Some(byte) = self.peek() {
            match byte {
                b'\\' => self.bump(2)?,
                b'\'' => self.single()?,
                b'"' => self.double()?,
                b'`' => self.backtick()?,
                b'$' => self.dollar()?,
                b'<' | b'>' if self.at(1) == Some(b'(') => {
                    if self.pos > start {
                        break;
                    }
                    self.bump(2)?;
                    self.nested_list()?;
                }
                b'(' => {
                    let before = self.src.as_bytes().get(self.pos.wrapping_sub(1)).copied();
                    if self.pos == start {
                        break;
                    }
                    match before {
                        Some(b'=') => self.parenthesised()?,
                        Some(b'@' | b'?' | b'*' | b'+' | b'!') => self.parenthesised()?,
                        _ => break,
                    }
                }
                byte if is_meta(byte) => break,
                _ => self.bump(1)?,
            }
        }
        Ok((self.pos > start).then(|| self.since(start)))
    }

    /// Passes `'…'`.
    pub(super) fn single(&mut self) -> Result<()> {
        self.bump(1)?;
        self.past(b'\'')
    }

    /// Passes what lies before the byte, and the byte.
    fn past(&mut self, byte: u8) -> Result<()> {
        let rest = self.src.as_bytes().get(self.pos..).unwrap_or_default();
        match rest.iter().position(|b| *b == byte) {
            Some(offset) => self.bump(offset + 1),
            None => {
                self.bump(rest.len())?;
                Err(Broken)
            }
        }
    }

    /// Passes `"…"`.
    pub(super) fn double(&mut self) -> Result<()> {
        self.bump(1)?;
        loop {
            match self.peek().ok_or(Broken)? {
                b'"' => return self.bump(1),
                b'\\' => self.bump(2)?,
                b'`' => self.backtick()?,
                b'$' if matches!(self.at(1), Some(b'(' | b'{')) => self.dollar()?,
                _ => self.bump(1)?,
            }
        }
    }

    /// Passes `` `…` ``.
    pub(super) fn backtick(&mut self) -> Result<()> {
        self.bump(1)?;
        loop {
            match self.peek().ok_or(Broken)? {
                b'`' => return self.bump(1),
                b'\\' => self.bump(2)?,
                _ => self.bump(1)?,
            }
        }
    }

    /// Passes what a dollar sign begins.
    pub(super) fn dollar(&mut self) -> Result<()> {
        match self.at(1) {
            Some(b'(') if self.at(2) == Some(b'(') => {
                let before = self.pos;
                self.bump(1)?;
                if self.arithmetic()?.is_none() {
                    self.pos = before;
                    self.bump(2)?;
                    self.nested_list()?;
                }
                Ok(())
            }
            Some(b'(') => {
                self.bump(2)?;
                self.nested_list()
            }
            Some(b'{') => {
                self.bump(2)?;
                self.deeper(Self::braced)
            }
            Some(b'[') => {
                self.bump(2)?;
                self.past(b']')
            }
            Some(b'\'') => {
                self.bump(2)?;
                loop {
                    match self.peek().ok_or(Broken)? {
                        b'\'' => return self.bump(1),
                        b'\\' => self.bump(2)?,
                        _ => self.bump(1)?,
                    }
                }
            }
            Some(b'"') => {
                self.bump(1)?;
                self.double()
            }
            _ => self.bump(1),
        }
    }

    /// Passes the rest of `${…}`.
    fn braced(&mut self) -> Result<()> {
        loop {
            match self.peek().ok_or(Broken)? {
                b'}' => return self.bump(1),
                b'\\' => self.bump(2)?,
                b'\'' => self.single()?,
                b'"' => self.double()?,
                b'`' => self.backtick()?,
                b'$' => self.dollar()?,
                _ => self.bump(1)?,
            }
        }
    }

    /// Passes commands up to the parenthesis that closes them, and the parenthesis.
    fn nested_list(&mut self) -> Result<()> {
        self.deeper(|parser| {
            parser.list()?;
            if parser.peek() != Some(b')') {
                return Err(Broken);
            }
            parser.bump(1)
        })
    }

    /// Passes `(…)`, the words of an array or an extended pattern.
    pub(super) fn parenthesised(&mut self) -> Result<()> {
        self.bump(1)?;
        self.deeper(|parser| {
            loop {
                match parser.peek().ok_or(Broken)? {
                    b')' => return parser.bump(1),
                    b'(' => parser.parenthesised()?,
                    b'#' if parser.begins_word() => parser.comment()?,
                    b'\\' => parser.bump(2)?,
                    b'\'' => parser.single()?,
                    b'"' => parser.double()?,
                    b'`' => parser.backtick()?,
                    b'$' => parser.dollar()?,
                    _ => parser.bump(1)?,
                }
            }
        })
    }

    fn begins_word(&self) -> bool {
        let before = self.src.as_bytes().get(self.pos.wrapping_sub(1)).copied();
        before.is_none_or(|byte| byte.is_ascii_whitespace())
    }

    /// Passes `((…))` and gives what is between; `None` if this is none.
    pub(super) fn arithmetic(&mut self) -> Result<Option<&'s str>> {
        let before = self.pos;
        self.bump(2)?;
        let start = self.pos;
        let mut open = 0usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'(' => open += 1,
                b')' if open > 0 => open -= 1,
                b')' if self.at(1) == Some(b')') => {
                    let expression = self.since(start);
                    self.bump(2)?;
                    return Ok(Some(expression));
                }
                b')' | b'\'' => break,
                _ => {}
            }
            if byte == b'$' && matches!(self.at(1), Some(b'(' | b'{')) {
                self.deeper(Self::dollar)?;
            } else {
                self.bump(1)?;
            }
        }
        self.pos = before;
        Ok(None)
    }
}
