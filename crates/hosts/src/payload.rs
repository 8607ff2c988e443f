//! The members of a payload, by name.
//!
//! A host's payload is one JSON object of which a few members matter. Those are looked at where they stand; the text
//! of arguments and outputs is handed on as it came, so that no number loses a digit on its way to who reads it
//! strictly. A member that occurs twice is refused: two readers could see two different calls.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::heard::Unheard;
use crate::limits::{NAME_BYTES_MAX, PAYLOAD_BYTES_MAX, PAYLOAD_DEPTH_MAX, PAYLOAD_MEMBERS_MAX};

/// An object whose members are looked at by name.
#[derive(Debug, Default)]
pub(crate) struct Object<'p>(Vec<(Cow<'p, str>, &'p RawValue)>);

impl<'p> Object<'p> {
    /// The object that the bytes are. Some hosts begin with a byte order mark.
    pub(crate) fn read(bytes: &'p [u8]) -> Result<Self, Unheard> {
        if bytes.len() > PAYLOAD_BYTES_MAX {
            return Err(Unheard::TooLong);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| Unheard::NotUtf8)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim().is_empty() {
            return Err(Unheard::Empty);
        }
        if depth(text) > PAYLOAD_DEPTH_MAX {
            return Err(Unheard::TooDeep);
        }
        Self::parse(text)
    }

    fn parse(text: &'p str) -> Result<Self, Unheard> {
        serde_json::from_str(text).map_err(|error| Unheard::NotAnObject(error.to_string().into()))
    }

    /// The member, as it came; `null` stands for none.
    pub(crate) fn raw(&self, name: &str) -> Option<&'p RawValue> {
        let found = self.0.iter().find(|(own, _)| own == name).map(|(_, value)| *value);
        found.filter(|value| value.get() != "null")
    }

    /// The text that a member is; none where it is something else.
    pub(crate) fn text(&self, name: &str) -> Option<Box<str>> {
        serde_json::from_str(self.raw(name)?.get()).ok()
    }

    /// The text that the first of these members is.
    pub(crate) fn text_of(&self, names: &[&str]) -> Option<Box<str>> {
        names.iter().find_map(|name| self.text(name))
    }

    /// The first text of a list.
    pub(crate) fn first(&self, name: &str) -> Option<Box<str>> {
        let all: Vec<Box<str>> = serde_json::from_str(self.raw(name)?.get()).ok()?;
        all.into_iter().next()
    }

    /// A text that is a name: of a session, a call, an agent. An empty one is none.
    pub(crate) fn name(&self, names: &[&str]) -> Result<Option<Box<str>>, Unheard> {
        match self.text_of(names).filter(|name| !name.is_empty()) {
            Some(name) if name.len() > NAME_BYTES_MAX => Err(Unheard::Name(name.len())),
            name => Ok(name),
        }
    }

    /// A name without which the payload says nothing.
    pub(crate) fn need(&self, names: &[&'static str]) -> Result<Box<str>, Unheard> {
        self.name(names)?.ok_or(Unheard::Missing(names.first().copied().unwrap_or_default()))
    }

    /// Whether a member is `true`.
    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.raw(name).is_some_and(|value| value.get() == "true")
    }

    /// The object that a member is; an empty one where it is something else.
    pub(crate) fn object(&self, name: &str) -> Result<Self, Unheard> {
        match self.raw(name) {
            Some(value) if value.get().starts_with('{') => Self::parse(value.get()),
            _ => Ok(Self::default()),
        }
    }

    /// The arguments of a call as the text of an object, whatever form they came in: an object stays as it is, a text
    /// that is an object is opened, and anything else is the one argument `input`.
    pub(crate) fn arguments(&self, name: &str) -> Box<str> {
        self.raw(name).map_or_else(|| "{}".into(), arguments)
    }

    /// What a call returned, as it came.
    pub(crate) fn output(&self, names: &[&str]) -> Option<Box<str>> {
        names.iter().find_map(|name| self.raw(name)).map(|value| value.get().into())
    }
}

fn arguments(value: &RawValue) -> Box<str> {
    let text = value.get();
    if text.starts_with('{') {
        return text.into();
    }
    let inner: Option<String> = serde_json::from_str(text).ok();
    let opened = inner.filter(|inner| inner.trim_start().starts_with('{'));
    match opened.filter(|inner| serde_json::from_str::<&RawValue>(inner).is_ok()) {
        Some(inner) => inner.trim().into(),
        None => format!("{{\"input\":{text}}}").into(),
    }
}

/// An object with these members, for arguments that a host spreads over its payload.
pub(crate) fn object_of(members: &[(&str, Option<&RawValue>)]) -> Box<str> {
    let members = members.iter().filter_map(|(name, value)| value.map(|value| (name, value)));
    let members: Vec<String> =
        members.map(|(name, value)| format!("\"{name}\":{}", value.get())).collect();
    format!("{{{}}}", members.join(",")).into()
}

/// How deep brackets stand in one another, whether or not they fit.
pub(crate) fn depth(text: &str) -> usize {
    let (mut depth, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => {
                depth = depth.saturating_add(1);
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members: Vec<(Cow<'de, str>, &'de RawValue)> = Vec::new();
                while let Some(Name(name)) = map.next_key()? {
                    if members.iter().any(|(other, _)| *other == name) {
                        return Err(A::Error::custom(format_args!(
                            "the member `{}` occurs twice",
                            name.escape_debug()
                        )));
                    }
                    if members.len() >= PAYLOAD_MEMBERS_MAX {
                        return Err(A::Error::custom("the object has too many members"));
                    }
                    members.push((name, map.next_value()?));
                }
                Ok(Object(members))
            }
        }

        deserializer.deserialize_map(Members)
    }
}

/// The name of a member, which is borrowed where it needs no unescaping.
#[derive(Deserialize)]
struct Name<'n>(#[serde(borrow)] Cow<'n, str>);

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &[u8], expect: &str) {
        let error = Object::read(text).unwrap_err();
        assert!(error.to_string().starts_with(expect), "{error}");
    }

    #[track_caller]
    fn check_arguments(payload: &str, expect: &str) {
        assert_eq!(&*Object::read(payload.as_bytes()).unwrap().arguments("a"), expect);
    }

    #[test]
    fn what_is_no_object_is_refused() {
        refused(b"", "the payload is empty");
        refused(b" \n", "the payload is empty");
        refused(b"\xff\xfe", "the payload is not UTF-8");
        refused(b"[1]", "the payload is not one JSON object: ");
        refused(b"{\"a\":", "the payload is not one JSON object: ");
        refused(b"{} {}", "the payload is not one JSON object: ");
        refused(br#"{"a":1,"\u0061":2}"#, "the payload is not one JSON object: the member `a`");
    }

    #[test]
    fn what_is_over_a_limit_is_refused() {
        let long = vec![b' '; PAYLOAD_BYTES_MAX + 1];
        refused(&long, "the payload has more than");
        let deep = |n: usize| format!("{{\"a\":{}{}}}", "[".repeat(n), "]".repeat(n));
        assert!(Object::read(deep(PAYLOAD_DEPTH_MAX - 1).as_bytes()).is_ok());
        refused(deep(PAYLOAD_DEPTH_MAX).as_bytes(), "the payload is nested deeper than");
        let members: Vec<String> =
            (0..=PAYLOAD_MEMBERS_MAX).map(|n| format!("\"m{n}\":0")).collect();
        refused(
            format!("{{{}}}", members.join(",")).as_bytes(),
            "the payload is not one JSON object: the object has too many members",
        );
        let name = "n".repeat(NAME_BYTES_MAX + 1);
        let text = format!("{{\"s\":\"{name}\"}}");
        let object = Object::read(text.as_bytes()).unwrap();
        assert_eq!(object.need(&["s"]).unwrap_err(), Unheard::Name(NAME_BYTES_MAX + 1));
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_payload() {
        let object = Object::read(b"\xef\xbb\xbf{\"s\":\"a\"}").unwrap();
        assert_eq!(object.text("s").as_deref(), Some("a"));
    }

    #[test]
    fn arguments_are_an_object_in_whatever_form_they_come() {
        check_arguments(
            r#"{"a":{"n":12345678901234567890123}}"#,
            r#"{"n":12345678901234567890123}"#,
        );
        check_arguments(r#"{"a":"{\"b\":1}"}"#, r#"{"b":1}"#);
        check_arguments(r#"{"a":"{not json"}"#, r#"{"input":"{not json"}"#);
        check_arguments(r#"{"a":"ls"}"#, r#"{"input":"ls"}"#);
        check_arguments(r#"{"a":["ls","-l"]}"#, r#"{"input":["ls","-l"]}"#);
        check_arguments(r#"{"a":null}"#, "{}");
        check_arguments("{}", "{}");
    }
}
