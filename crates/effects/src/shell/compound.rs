//! The compound commands: `if`, `while`, `for`, `case`, groups, functions.

use super::parse::{Broken, Parser, Result};
use super::scan::is_meta;
use super::syntax::{Kind, List};

impl<'s> Parser<'s> {
    /// A compound command; `None` if what stands here is a simple one.
    pub(super) fn compound(&mut self) -> Result<Option<Kind<'s>>> {
        let kind = match self.peek() {
            Some(b'(') => self.parenthesis()?,
            Some(b'{') if self.takes("{")? => Kind::Group(self.list_to("}")?),
            Some(b'[') if self.takes("[[")? => Kind::Test(self.test()?),
            Some(b'i') if self.takes("if")? => self.if_else()?,
            Some(b'w') if self.takes("while")? => self.repeat(false)?,
            Some(b'u') if self.takes("until")? => self.repeat(true)?,
            Some(b'f') if self.takes("for")? => self.each(false)?,
            Some(b's') if self.takes("select")? => self.each(true)?,
            Some(b'c') if self.takes("case")? => self.case()?,
            Some(b'c') if self.takes("coproc")? => self.coprocess()?,
            Some(b'f') if self.takes("function")? => self.named_function()?,
            _ => return Ok(None),
        };
        Ok(Some(kind))
    }

    /// Passes this word of the grammar, if it stands here.
    fn takes(&mut self, word: &str) -> Result<bool> {
        let is_here = self.is_reserved(word);
        if is_here {
            self.bump(word.len())?;
        }
        Ok(is_here)
    }

    fn list_to(&mut self, end: &str) -> Result<List<'s>> {
        let list = self.list()?;
        self.reserved(end)?;
        Ok(list)
    }

    /// `(( … ))` or `( … )`.
    fn parenthesis(&mut self) -> Result<Kind<'s>> {
        if self.at(1) == Some(b'(')
            && let Some(expression) = self.arithmetic()?
        {
            return Ok(Kind::Arithmetic(expression));
        }
        self.bump(1)?;
        let list = self.list()?;
        if self.peek() != Some(b')') {
            return Err(Broken);
        }
        self.bump(1)?;
        Ok(Kind::Subshell(list))
    }

    /// The words of `[[ … ]]`; its operators are left out.
    fn test(&mut self) -> Result<Vec<&'s str>> {
        let mut words = Vec::new();
        loop {
            self.lines()?;
            if self.is_reserved("]]") {
                self.bump(2)?;
                return Ok(words);
            }
            if let Some(word) = self.word()? {
                words.push(word);
            } else {
                let byte = self.peek().ok_or(Broken)?;
                if !is_meta(byte) {
                    return Err(Broken);
                }
                self.bump(1)?;
            }
        }
    }

    fn if_else(&mut self) -> Result<Kind<'s>> {
        let mut arms = Vec::new();
        loop {
            let condition = self.list_to("then")?;
            arms.push((condition, self.list()?));
            if self.takes("elif")? {
                continue;
            }
            let otherwise = if self.takes("else")? { self.list()? } else { Vec::new() };
            self.reserved("fi")?;
            return Ok(Kind::If { arms, otherwise });
        }
    }

    fn repeat(&mut self, is_until: bool) -> Result<Kind<'s>> {
        let condition = self.list_to("do")?;
        Ok(Kind::Loop { condition, is_until, body: self.list_to("done")? })
    }

    fn each(&mut self, asks: bool) -> Result<Kind<'s>> {
        self.blanks()?;
        if self.peek() == Some(b'(') && self.at(1) == Some(b'(') {
            let expression = self.arithmetic()?.ok_or(Broken)?;
            return Ok(Kind::Count { expression, body: self.loop_body()? });
        }
        let name = self.word()?.ok_or(Broken)?;
        self.lines()?;
        let words = if self.takes("in")? {
            let mut words = Vec::new();
            loop {
                self.blanks()?;
                match self.word()? {
                    Some(word) => words.push(word),
                    None => break Some(words),
                }
            }
        } else {
            None
        };
        Ok(Kind::For { name, words, asks, body: self.loop_body()? })
    }

    /// `; do … done`, or the braces that some shells accept.
    fn loop_body(&mut self) -> Result<List<'s>> {
        self.blanks()?;
        if self.peek() == Some(b';') {
            self.bump(1)?;
        }
        self.lines()?;
        if self.takes("{")? {
            return self.list_to("}");
        }
        self.reserved("do")?;
        self.list_to("done")
    }

    fn case(&mut self) -> Result<Kind<'s>> {
        self.blanks()?;
        let word = self.word()?.ok_or(Broken)?;
        self.reserved("in")?;
        let (mut arms, mut falls) = (Vec::new(), false);
        loop {
            self.lines()?;
            if self.takes("esac")? {
                return Ok(Kind::Case { word, arms, falls });
            }
            if self.peek() == Some(b'(') {
                self.bump(1)?;
            }
            let mut patterns = Vec::new();
            loop {
                self.blanks()?;
                patterns.push(self.word()?.ok_or(Broken)?);
                self.blanks()?;
                match self.peek() {
                    Some(b'|') => self.bump(1)?,
                    Some(b')') => break self.bump(1)?,
                    _ => return Err(Broken),
                }
            }
            arms.push((patterns, self.list()?));
            while let Some(byte @ (b';' | b'&')) = self.peek() {
                falls |= byte == b'&';
                self.bump(1)?;
            }
        }
    }

    fn coprocess(&mut self) -> Result<Kind<'s>> {
        self.blanks()?;
        // Before a compound command stands the name that it may have.
        let start = self.pos;
        self.word()?;
        self.blanks()?;
        let words = ["{", "[[", "if", "while", "until", "for", "case", "select"];
        if self.peek() != Some(b'(') && !words.iter().any(|word| self.is_reserved(word)) {
            self.pos = start;
        }
        Ok(Kind::Coprocess(Box::new(self.command()?)))
    }

    fn named_function(&mut self) -> Result<Kind<'s>> {
        self.blanks()?;
        let name = self.word()?.ok_or(Broken)?;
        self.blanks()?;
        if self.peek() == Some(b'(') && self.at(1) == Some(b')') {
            self.bump(2)?;
        }
        self.function_body(name)
    }
}
