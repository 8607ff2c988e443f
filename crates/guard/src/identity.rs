//! Who a session is, and with whom it shares the states of contracts.

use sponsio_engine::contract::Scope;

use crate::limits::NAME_BYTES_MAX;

/// Who a session is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// Its name, which no other session of its agent has.
    pub session: Box<str>,
    /// The user it serves. All sessions of which no user is known share what the contracts of a user remember.
    pub user: Option<Box<str>>,
    /// The session that started it.
    pub parent: Option<Box<str>>,
    /// The session at the root of its tree. Where it is not given it is the root of the parent, if that is live in the
    /// same guard, else the parent, else the session itself.
    pub tree: Option<Box<str>>,
}

impl Identity {
    /// A session of which only the name is known.
    pub fn named(session: &str) -> Self {
        Self { session: session.into(), ..Self::default() }
    }

    /// Whether every name has a length that is possible.
    pub(crate) fn is_valid(&self) -> bool {
        let others = [&self.user, &self.parent, &self.tree].into_iter().flatten();
        core::iter::once(&self.session)
            .chain(others)
            .all(|name| !name.is_empty() && name.len() <= NAME_BYTES_MAX)
    }

    /// Whether it is the one that `said` speaks of: what is not said may be anything.
    pub(crate) fn may_be(&self, said: &Self) -> bool {
        let agrees =
            |own: &Option<Box<str>>, said: &Option<Box<str>>| said.is_none() || own == said;
        self.session == said.session
            && agrees(&self.user, &said.user)
            && agrees(&self.parent, &said.parent)
            && agrees(&self.tree, &said.tree)
    }

    /// The root of its tree.
    pub fn root(&self) -> &str {
        self.tree.as_deref().unwrap_or(&self.session)
    }

    /// What it has in common with the sessions that it shares a contract of this scope with.
    pub fn within<'i>(&'i self, scope: Scope, agent: &'i str) -> &'i str {
        match scope {
            Scope::Session => &self.session,
            Scope::Tree => self.root(),
            Scope::User => self.user.as_deref().unwrap_or_default(),
            Scope::Agent => agent,
            Scope::Global => "",
        }
    }
}
