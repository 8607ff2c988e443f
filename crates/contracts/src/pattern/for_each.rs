//! What a contract is judged apart for: each customer, each agent, each pair of values.
//!
//! A contract with keys has a state of its own for every value of them. A pattern can bring keys, as one that
//! joins two calls by a value does; a sentence can name some; both together are the combination. This file
//! knows how keys are written, not how states are kept.

use core::fmt;

use sponsio_engine::event::Path;

/// The keys of a contract.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ForEach {
    /// Who acts.
    Agent,
    /// The value of a context fact.
    Context(Box<str>),
    /// The value at this path of the arguments, whatever the tool.
    Argument(Box<str>),
    /// The value at a path of the arguments, by tool.
    Arguments(Vec<(Box<str>, Box<str>)>),
    /// The combination of several.
    All(Vec<Self>),
}

impl ForEach {
    /// Reads `agent`, `ctx.user`, `args.customer_id`, or `customer_id` for the last.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "agent" {
            return Some(Self::Agent);
        }
        if let Some(key) = text.strip_prefix("ctx.") {
            return (!key.is_empty()).then(|| Self::Context(key.into()));
        }
        let path = text.strip_prefix("args.").unwrap_or(text);
        Path::parse(path).ok().map(|_| Self::Argument(path.into()))
    }

    /// Both, as one combination; what occurs in both counts once.
    pub fn and(self, other: Self) -> Self {
        let mut keys = self.into_keys();
        for key in other.into_keys() {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        match keys.len() {
            1 => keys.remove(0),
            _ => Self::All(keys),
        }
    }

    /// The keys one by one.
    pub fn keys(&self) -> &[Self] {
        match self {
            Self::All(keys) => keys,
            one => core::slice::from_ref(one),
        }
    }

    fn into_keys(self) -> Vec<Self> {
        match self {
            Self::All(keys) => keys,
            one => vec![one],
        }
    }
}

/// As in a file: `agent`, `ctx.user`, `args.id`, `{verify: id, pay: account}`.
impl fmt::Display for ForEach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agent => f.write_str("agent"),
            Self::Context(key) => write!(f, "ctx.{key}"),
            Self::Argument(path) => write!(f, "args.{path}"),
            Self::Arguments(places) => {
                let places: Vec<String> =
                    places.iter().map(|(tool, path)| format!("{tool}: {path}")).collect();
                write!(f, "{{{}}}", places.join(", "))
            }
            Self::All(keys) => {
                let keys: Vec<String> = keys.iter().map(Self::to_string).collect();
                write!(f, "[{}]", keys.join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_they_are_written() {
        let check = |text: &str, expect: Option<&str>| {
            assert_eq!(
                ForEach::parse(text).map(|keys| keys.to_string()).as_deref(),
                expect,
                "{text}"
            );
        };
        check("agent", Some("agent"));
        check("ctx.user", Some("ctx.user"));
        check("args.order.id", Some("args.order.id"));
        check("customer_id", Some("args.customer_id"));
        check("args.agent", Some("args.agent"));
        check("ctx.", None);
        check("", None);
        check("a..b", None);
    }

    #[test]
    fn a_combination_names_each_key_once() {
        let user = || ForEach::Context("user".into());
        let both = ForEach::Agent.and(user());
        assert_eq!(both.to_string(), "[agent, ctx.user]");
        assert_eq!(both.clone().and(user()), both);
        assert_eq!(user().and(user()), user());
        assert_eq!(both.keys().len(), 2);
        assert_eq!(user().keys(), [user()]);
    }
}
