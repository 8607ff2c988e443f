//! From the text of a script to its tree.
//!
//! Recursive descent over bytes, as deep as `DEPTH_MAX` and as long as the fuel lasts: passing a byte costs one,
//! however
//! often it is passed. A statement that does not parse is [`Kind::Broken`], and the next line begins anew, so that one
//! odd line hides nothing of the others. The bodies of heredocs are found line by line and cost an eighth, because a
//! long file that is written is ordinary work.
//!
//! Aliases and options that change the grammar (`extglob`, `posix`) are not followed; a program that is started by an
//! alias is met in the walk.

use super::scan::is_meta;
use super::syntax::{Chain, Command, Kind, Link, List, Pipeline, Redirect, RedirectKind};

/// The text does not parse here, or a bound was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken;

pub(super) type Result<T> = core::result::Result<T, Broken>;

/// How deep commands and expansions may nest.
const DEPTH_MAX: u16 = 40;

/// What a command costs beside its bytes.
const COMMAND_FUEL: usize = 64;

/// What a redirection costs beside its bytes.
const REDIRECT_FUEL: usize = 48;

/// Enough fuel to pass a text that was passed before.
pub(super) const fn fuel_for(text: &str) -> usize {
    text.len().saturating_mul(COMMAND_FUEL).saturating_add(COMMAND_FUEL)
}

/// A parser, and where it is.
#[derive(Debug)]
pub(super) struct Parser<'s> {
    pub(super) src: &'s str,
    pub(super) pos: usize,
    depth: u16,
    /// Where the statement that is being parsed begins.
    statement: usize,
    fuel: usize,
    /// Heredocs whose bodies begin at the next line: number, delimiter, whether tabs are stripped.
    pending: Vec<(usize, String, bool)>,
    /// The bodies of heredocs by number.
    bodies: Vec<&'s str>,
}

/// A script that was parsed.
#[derive(Debug)]
pub(super) struct Script<'s> {
    pub(super) list: List<'s>,
    /// The bodies of heredocs by number.
    pub(super) bodies: Vec<&'s str>,
    /// The fuel that is left; `None` if it ran out before the end.
    pub(super) fuel: Option<usize>,
}

/// Parses a script.
pub(super) fn parse(src: &str, fuel: usize) -> Script<'_> {
    let mut parser = Parser::over(src, fuel);
    let mut list = Vec::new();
    loop {
        let start = parser.pos;
        match parser.list_into(&mut list) {
            Ok(()) if parser.peek().is_none() => break,
            Ok(()) => parser.statement = parser.pos,
            Err(Broken) => {}
        }
        if parser.fuel == 0 {
            return Script { list, bodies: parser.bodies, fuel: None };
        }
        list.push(Chain::broken(parser.recover(start)));
    }
    let Parser { bodies, fuel, .. } = parser;
    Script { list, bodies, fuel: Some(fuel) }
}

impl<'s> Chain<'s> {
    fn broken(text: &'s str) -> Self {
        let command = Command { kind: Kind::Broken, redirects: Vec::new(), text };
        let first = Pipeline { is_negated: false, stages: vec![command] };
        Self { first, rest: Vec::new(), is_background: false }
    }
}

impl<'s> Parser<'s> {
    pub(super) fn over(src: &'s str, fuel: usize) -> Self {
        let (pending, bodies) = (Vec::new(), Vec::new());
        Self { src, pos: 0, depth: 0, statement: 0, fuel, pending, bodies }
    }

    pub(super) const fn fuel(&self) -> usize {
        self.fuel
    }

    pub(super) fn at(&self, offset: usize) -> Option<u8> {
        self.src.as_bytes().get(self.pos + offset).copied()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.at(0)
    }

    pub(super) fn since(&self, start: usize) -> &'s str {
        self.src.get(start..self.pos).unwrap_or_default()
    }

    /// Passes this many bytes; never more than there are.
    pub(super) fn bump(&mut self, bytes: usize) -> Result<()> {
        self.pos = (self.pos + bytes).min(self.src.len());
        while !self.src.is_char_boundary(self.pos) {
            self.pos += 1;
        }
        self.burn(bytes)
    }

    fn burn(&mut self, fuel: usize) -> Result<()> {
        self.fuel = self.fuel.saturating_sub(fuel);
        if self.fuel == 0 { Err(Broken) } else { Ok(()) }
    }

    pub(super) fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= DEPTH_MAX {
            return Err(Broken);
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    /// After an error: to the line after the statement that failed, which is given.
    fn recover(&mut self, start: usize) -> &'s str {
        self.pending.clear();
        self.depth = 0;
        let from = self.statement.max(start);
        self.pos = from;
        let rest = self.src.get(from..).unwrap_or_default();
        let line = rest.find('\n').map_or(rest.len(), |offset| offset + 1);
        let _ = self.bump(line.max(1));
        self.since(from)
    }

    pub(super) fn comment(&mut self) -> Result<()> {
        let rest = self.src.get(self.pos..).unwrap_or_default();
        self.bump(rest.find('\n').unwrap_or(rest.len()))
    }

    /// Passes blanks and escaped line ends.
    pub(super) fn blanks(&mut self) -> Result<()> {
        loop {
            match (self.peek(), self.at(1)) {
                (Some(b' ' | b'\t' | b'\r'), _) => self.bump(1)?,
                (Some(b'\\'), Some(b'\n')) => self.bump(2)?,
                (Some(b'#'), _) => self.comment()?,
                _ => return Ok(()),
            }
        }
    }

    /// Passes blanks, comments and line ends.
    pub(super) fn lines(&mut self) -> Result<()> {
        loop {
            self.blanks()?;
            if self.peek() != Some(b'\n') {
                return Ok(());
            }
            self.bump(1)?;
            self.heredocs()?;
        }
    }

    /// Passes the bodies of the heredocs that the line before has begun.
    fn heredocs(&mut self) -> Result<()> {
        for (number, delimiter, strips_tabs) in core::mem::take(&mut self.pending) {
            let start = self.pos;
            let mut end = self.src.len();
            while self.pos < self.src.len() {
                let rest = self.src.get(self.pos..).unwrap_or_default();
                let length = rest.find('\n').unwrap_or(rest.len());
                let line = rest.get(..length).unwrap_or_default();
                let bare = if strips_tabs { line.trim_start_matches('\t') } else { line };
                let line_start = self.pos;
                self.pos = (self.pos + length + 1).min(self.src.len());
                self.burn(length / 8 + 1)?;
                if bare == delimiter {
                    end = line_start;
                    break;
                }
            }
            let body = self.src.get(start..end).unwrap_or_default();
            if let Some(place) = self.bodies.get_mut(number) {
                *place = body;
            }
        }
        Ok(())
    }

    /// Whether this word of the grammar stands here.
    pub(super) fn is_reserved(&self, word: &str) -> bool {
        let rest = self.src.as_bytes().get(self.pos..).unwrap_or_default();
        rest.strip_prefix(word.as_bytes())
            .is_some_and(|after| after.first().is_none_or(|byte| is_meta(*byte) || *byte == b'\r'))
    }

    pub(super) fn reserved(&mut self, word: &str) -> Result<()> {
        self.lines()?;
        if !self.is_reserved(word) {
            return Err(Broken);
        }
        self.bump(word.len())
    }

    /// Whether a list ends here.
    fn ends_list(&self) -> bool {
        let Some(byte) = self.peek() else { return true };
        match byte {
            b')' => true,
            b';' => self.at(1) == Some(b';') || self.at(1) == Some(b'&'),
            b'}' => self.is_reserved("}"),
            b't' => self.is_reserved("then"),
            b'e' => ["else", "elif", "esac"].iter().any(|word| self.is_reserved(word)),
            b'f' => self.is_reserved("fi"),
            b'd' => self.is_reserved("do") || self.is_reserved("done"),
            _ => false,
        }
    }

    pub(super) fn list(&mut self) -> Result<List<'s>> {
        let mut list = Vec::new();
        self.list_into(&mut list)?;
        Ok(list)
    }

    fn list_into(&mut self, list: &mut List<'s>) -> Result<()> {
        loop {
            self.lines()?;
            if self.ends_list() {
                return Ok(());
            }
            if self.depth == 0 {
                self.statement = self.pos;
            }
            let mut chain = self.chain()?;
            self.blanks()?;
            match (self.peek(), self.at(1)) {
                (Some(b';'), Some(b';' | b'&')) => {}
                (Some(b';'), _) => self.bump(1)?,
                (Some(b'&'), _) => {
                    chain.is_background = true;
                    self.bump(1)?;
                }
                (None | Some(b'\n' | b')'), _) => {}
                _ if self.ends_list() => {}
                _ => return Err(Broken),
            }
            list.push(chain);
        }
    }

    fn chain(&mut self) -> Result<Chain<'s>> {
        let first = self.pipeline()?;
        let mut rest = Vec::new();
        loop {
            self.blanks()?;
            let link = match (self.peek(), self.at(1)) {
                (Some(b'&'), Some(b'&')) => Link::And,
                (Some(b'|'), Some(b'|')) => Link::Or,
                _ => return Ok(Chain { first, rest, is_background: false }),
            };
            self.bump(2)?;
            self.lines()?;
            rest.push((link, self.pipeline()?));
        }
    }

    fn pipeline(&mut self) -> Result<Pipeline<'s>> {
        let mut is_negated = false;
        loop {
            self.blanks()?;
            if self.is_reserved("!") {
                is_negated = !is_negated;
                self.bump(1)?;
            } else if self.is_reserved("time") {
                self.bump(4)?;
                self.blanks()?;
                if self.is_reserved("-p") {
                    self.bump(2)?;
                }
            } else {
                break;
            }
        }
        let mut stages = vec![self.command()?];
        loop {
            self.blanks()?;
            match (self.peek(), self.at(1)) {
                (Some(b'|'), Some(b'|')) => break,
                (Some(b'|'), Some(b'&')) => self.bump(2)?,
                (Some(b'|'), _) => self.bump(1)?,
                _ => break,
            }
            self.lines()?;
            stages.push(self.command()?);
        }
        Ok(Pipeline { is_negated, stages })
    }

    pub(super) fn command(&mut self) -> Result<Command<'s>> {
        self.deeper(|parser| {
            parser.burn(COMMAND_FUEL)?;
            let start = parser.pos;
            let compound = parser.compound()?;
            let mut redirects = Vec::new();
            let kind = match compound {
                Some(kind) => loop {
                    parser.blanks()?;
                    match parser.redirect()? {
                        Some(redirect) => redirects.push(redirect),
                        None => break kind,
                    }
                },
                None => parser.simple(&mut redirects)?,
            };
            Ok(Command { kind, redirects, text: parser.since(start).trim_end() })
        })
    }

    fn simple(&mut self, redirects: &mut Vec<Redirect<'s>>) -> Result<Kind<'s>> {
        let (mut assignments, mut words) = (Vec::new(), Vec::new());
        let mut has_any = false;
        loop {
            self.blanks()?;
            if let Some(redirect) = self.redirect()? {
                redirects.push(redirect);
                has_any = true;
                continue;
            }
            if self.peek() == Some(b'(')
                && words.len() == 1
                && assignments.is_empty()
                && let Some(name) = words.pop()
            {
                return self.function(name);
            }
            let Some(word) = self.word()? else { break };
            has_any = true;
            if words.is_empty() && assignment(word).is_some() {
                assignments.push(word);
            } else {
                words.push(word);
            }
        }
        if has_any { Ok(Kind::Simple { assignments, words }) } else { Err(Broken) }
    }

    /// The rest of a function after its name.
    fn function(&mut self, name: &'s str) -> Result<Kind<'s>> {
        self.bump(1)?;
        self.blanks()?;
        if self.peek() != Some(b')') {
            return Err(Broken);
        }
        self.bump(1)?;
        self.function_body(name)
    }

    pub(super) fn function_body(&mut self, name: &'s str) -> Result<Kind<'s>> {
        self.lines()?;
        let start = self.pos;
        self.command()?;
        Ok(Kind::Function { name, body: self.since(start) })
    }

    fn redirect(&mut self) -> Result<Option<Redirect<'s>>> {
        let rest = self.src.as_bytes().get(self.pos..).unwrap_or_default();
        let digits = rest.iter().take(6).take_while(|byte| byte.is_ascii_digit()).count();
        let mut skipped = digits;
        let mut fd = self.src.get(self.pos..self.pos + digits).and_then(|text| text.parse().ok());
        if rest.first() == Some(&b'{') {
            // `{name}>file` takes a descriptor that is free.
            let name = rest.iter().skip(1).take_while(|b| super::scan::is_name_byte(**b)).count();
            if name == 0 || rest.get(name + 1) != Some(&b'}') {
                return Ok(None);
            }
            skipped = name + 2;
            fd = Some(u32::MAX);
        }
        let operator = rest.get(skipped..).unwrap_or_default();
        let (kind, length) = match operator {
            [b'&', b'>', b'>', ..] if skipped == 0 => (RedirectKind::AppendAll, 3),
            [b'&', b'>', ..] if skipped == 0 => (RedirectKind::OutputAll, 2),
            [b'<', b'<', b'<', ..] => (RedirectKind::HereString, 3),
            [b'<', b'<', b'-', ..] => (self.heredoc_kind(true), 3),
            [b'<', b'<', ..] => (self.heredoc_kind(false), 2),
            [b'<', b'>', ..] => (RedirectKind::Both, 2),
            [b'<', b'&', ..] => (RedirectKind::CopyInput, 2),
            [b'>', b'&', ..] => (RedirectKind::CopyOutput, 2),
            [b'>', b'>', ..] => (RedirectKind::Append, 2),
            [b'>', b'|', ..] => (RedirectKind::Output, 2),
            [b'<' | b'>', b'(', ..] => return Ok(None),
            [b'<', ..] => (RedirectKind::Input, 1),
            [b'>', ..] => (RedirectKind::Output, 1),
            _ => return Ok(None),
        };
        self.bump(skipped + length)?;
        self.burn(REDIRECT_FUEL)?;
        self.blanks()?;
        let target = match self.word()? {
            Some(target) => target,
            // No shell runs it. `<name>`, which stands for something that a reader is to put in, ends so.
            None if self.peek() != Some(b'(') && !matches!(kind, RedirectKind::Heredoc { .. }) => {
                super::fields::GAP_TEXT
            }
            None => return Err(Broken),
        };
        Ok(Some(Redirect { fd, kind: self.heredoc(kind, target), target }))
    }

    fn heredoc_kind(&mut self, strips_tabs: bool) -> RedirectKind {
        self.bodies.push("");
        RedirectKind::Heredoc { number: self.bodies.len() - 1, is_literal: false, strips_tabs }
    }

    /// Notes that the body of a heredoc follows.
    fn heredoc(&mut self, kind: RedirectKind, target: &str) -> RedirectKind {
        let RedirectKind::Heredoc { number, strips_tabs, .. } = kind else { return kind };
        let delimiter: String =
            target.chars().filter(|c| !matches!(c, '\'' | '"' | '\\')).collect();
        let is_literal = delimiter.len() < target.len();
        self.pending.push((number, delimiter, strips_tabs));
        RedirectKind::Heredoc { number, is_literal, strips_tabs }
    }
}

/// The name that a word assigns to, whether it adds, and the value: `a=1`, `a+=1`, `a[2]=1`.
pub(super) fn assignment(word: &str) -> Option<(&str, bool, &str)> {
    let (left, value) = word.split_once('=')?;
    let (left, adds) = left.strip_suffix('+').map_or((left, false), |left| (left, true));
    let name = match left.split_once('[') {
        Some((name, index)) if index.ends_with(']') => name,
        Some(_) => return None,
        None => left,
    };
    let mut bytes = name.bytes();
    let starts = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    (starts && bytes.all(super::scan::is_name_byte)).then_some((left, adds, value))
}
