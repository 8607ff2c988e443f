//! The members of one JSON object with their places, taken out by name.
//!
//! Both readers of objects with named members, traces and log lines, need the same: a member of the right
//! kind or an error that names it and points at it.

use sponsio_engine::event::{Decimal, Value};

use super::json::{JsonError, Position, Reader, kind_name, refuse_duplicates};

/// The members of one object that were not taken yet.
#[derive(Debug)]
pub(crate) struct Members {
    /// Where the object begins.
    pub(crate) position: Position,
    members: Vec<Member>,
}

/// One member.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: Box<str>,
    pub(crate) name_at: Position,
    pub(crate) value_at: Position,
    pub(crate) value: Value,
}

impl Members {
    /// Members that were read one by one.
    pub(crate) fn new(position: Position, members: Vec<Member>) -> Result<Self, JsonError> {
        refuse_duplicates(members.iter().map(|m| (&*m.name, m.name_at)))?;
        Ok(Self { position, members })
    }

    /// Reads a whole object.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, JsonError> {
        let (_, position) = reader.peek()?;
        reader.begin_object()?;
        let mut members = Vec::new();
        while reader.has_next()? {
            members.push(Member::read(reader)?);
        }
        reader.end_object()?;
        Self::new(position, members)
    }

    /// The members of a value that was read already; all of them are said to stand at `position`.
    pub(crate) fn of(value: Value, what: &str, position: Position) -> Result<Self, JsonError> {
        match value {
            Value::Object(members) => {
                let place =
                    |(name, value)| Member { name, name_at: position, value_at: position, value };
                Ok(Self { position, members: members.into_iter().map(place).collect() })
            }
            other => {
                Err(JsonError::shape(position, format!("`{what}`"), "an object", kind_name(&other)))
            }
        }
    }

    /// Whether there is a member with this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.members.iter().any(|m| *m.name == *name)
    }

    /// Takes a member out. `null` counts as a missing member.
    pub(crate) fn take(&mut self, name: &str) -> Option<Member> {
        let at = self.members.iter().position(|m| *m.name == *name)?;
        Some(self.members.swap_remove(at)).filter(|m| m.value != Value::Null)
    }

    /// Takes a member out that must be there.
    pub(crate) fn required(&mut self, name: &str) -> Result<Member, JsonError> {
        let position = self.position;
        self.take(name)
            .ok_or_else(|| JsonError::meaning(position, format!("the key `{name}` is missing")))
    }

    /// A text, if it is there.
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<Box<str>>, JsonError> {
        self.take(name).map(Member::text).transpose()
    }

    /// A text that must be there.
    pub(crate) fn required_text(&mut self, name: &str) -> Result<Box<str>, JsonError> {
        self.required(name)?.text()
    }

    /// A truth value; false where it is missing.
    pub(crate) fn flag(&mut self, name: &str) -> Result<bool, JsonError> {
        match self.take(name) {
            None => Ok(false),
            Some(Member { value: Value::Bool(flag), .. }) => Ok(flag),
            Some(member) => Err(member.not("true or false")),
        }
    }

    /// A list; empty where it is missing.
    pub(crate) fn list(&mut self, name: &str) -> Result<(Box<[Value]>, Position), JsonError> {
        match self.take(name) {
            None => Ok((Box::default(), self.position)),
            Some(Member { value: Value::List(items), value_at, .. }) => Ok((items, value_at)),
            Some(member) => Err(member.not("a list")),
        }
    }

    /// A text that `from` knows, and must be there.
    pub(crate) fn word<T>(
        &mut self,
        name: &str,
        from: impl Fn(&str) -> Option<T>,
        words: &str,
    ) -> Result<T, JsonError> {
        let member = self.required(name)?;
        member.word(from, words)
    }
}

impl Member {
    /// Reads the next member of the object that the reader is in.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, JsonError> {
        let name_at = reader.position();
        let name = reader.name()?;
        Self::read_value(reader, name, name_at)
    }

    /// Reads the value of the member whose name was read.
    pub(crate) fn read_value(
        reader: &mut Reader<'_>,
        name: Box<str>,
        name_at: Position,
    ) -> Result<Self, JsonError> {
        let (_, value_at) = reader.peek()?;
        Ok(Self { name, name_at, value_at, value: reader.value()? })
    }

    /// The error that the value should have been something else.
    pub(crate) fn not(&self, expected: &'static str) -> JsonError {
        JsonError::shape(
            self.value_at,
            format!("`{}`", self.name),
            expected,
            kind_name(&self.value),
        )
    }

    /// The text.
    pub(crate) fn text(self) -> Result<Box<str>, JsonError> {
        match self.value {
            Value::Text(text) => Ok(text),
            _ => Err(self.not("a text")),
        }
    }

    /// The number.
    pub(crate) fn number(&self) -> Result<Decimal, JsonError> {
        match self.value {
            Value::Number(number) => Ok(number),
            _ => Err(self.not("a number")),
        }
    }

    /// The whole number, zero or more.
    pub(crate) fn natural(&self) -> Result<u64, JsonError> {
        self.number()?.to_u64().ok_or_else(|| {
            JsonError::meaning(
                self.value_at,
                format!("`{}` must be a whole number, zero or more", self.name),
            )
        })
    }

    /// A text that `from` knows; `words` lists what it knows.
    pub(crate) fn word<T>(
        self,
        from: impl Fn(&str) -> Option<T>,
        words: &str,
    ) -> Result<T, JsonError> {
        let (name, position) = (self.name.clone(), self.value_at);
        let text = self.text()?;
        from(&text).ok_or_else(|| {
            let message = format!("`{name}` is `{text}`, which is none of {words}");
            JsonError::meaning(position, message)
        })
    }
}
