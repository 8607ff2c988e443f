//! Where effects are collected, under the bounds.

use sponsio_engine::event::{Certainty, Deed, Effect, Effects, Flags, Object};

use crate::Context;
use crate::limits::{COMMANDS_MAX, EFFECTS_MAX, NESTING_MAX, SHOWN_CHARACTERS_MAX};

/// The effects found so far, and what is known where the next one happens.
#[derive(Debug)]
pub(crate) struct Sink<'c> {
    pub(crate) context: &'c Context<'c>,
    commands: Vec<Box<str>>,
    effects: Vec<Effect>,
    nesting: u16,
    /// The certainty that an effect has at most: what runs under a condition is never sure.
    ceiling: Certainty,
    /// What every effect is marked with: inside `sudo` everything is privileged.
    marks: Flags,
    is_full: bool,
}

impl<'c> Sink<'c> {
    pub(crate) fn new(context: &'c Context<'c>) -> Self {
        Self {
            context,
            commands: Vec::new(),
            effects: Vec::new(),
            nesting: 0,
            ceiling: Certainty::Must,
            marks: Flags::NONE,
            is_full: false,
        }
    }

    /// Begins the next simple command; what is added is its effect.
    pub(crate) fn command(&mut self, shown: &str) {
        if self.commands.len() >= COMMANDS_MAX {
            self.give_up();
            return;
        }
        let mut characters = shown.chars();
        let mut text: String = characters.by_ref().take(SHOWN_CHARACTERS_MAX).collect();
        if characters.next().is_some() {
            text.push('…');
        }
        self.commands.push(text.into());
    }

    /// Adds an effect.
    pub(crate) fn add(&mut self, certainty: Certainty, deed: Deed, object: Object, flags: Flags) {
        let command = u16::try_from(self.commands.len().saturating_sub(1)).unwrap_or(u16::MAX);
        let certainty = certainty.max(self.ceiling);
        let effect = Effect { command, certainty, deed, object, flags: flags.with(self.marks) };
        if self.effects.contains(&effect) {
            return;
        }
        if self.effects.len() >= EFFECTS_MAX {
            self.is_full = true;
            return;
        }
        self.effects.push(effect);
    }

    /// Something is run that is not understood.
    pub(crate) fn opaque(&mut self) {
        self.add(Certainty::Opaque, Deed::Exec, Object::None, Flags::NONE);
    }

    /// A bound was reached: what comes after it is opaque.
    pub(crate) fn give_up(&mut self) {
        self.is_full = true;
    }

    /// Does `inner` one level deeper, unless that is too deep; what it adds is not surer than `ceiling` and carries the
    /// marks.
    pub(crate) fn within(
        &mut self,
        ceiling: Certainty,
        marks: Flags,
        inner: impl FnOnce(&mut Self),
    ) {
        if self.nesting >= NESTING_MAX {
            self.give_up();
            return;
        }
        let before = (self.ceiling, self.marks);
        self.nesting = self.nesting.saturating_add(1);
        self.ceiling = self.ceiling.max(ceiling);
        self.marks = self.marks.with(marks);
        inner(self);
        self.nesting = self.nesting.saturating_sub(1);
        (self.ceiling, self.marks) = before;
    }

    pub(crate) fn finish(mut self) -> Effects {
        if self.is_full {
            // The place of the last effect, if need be: that there is more matters more.
            self.effects.truncate(EFFECTS_MAX.saturating_sub(1));
            (self.ceiling, self.marks) = (Certainty::Opaque, Flags::NONE);
            self.opaque();
        }
        Effects {
            home: self.context.home.map(Into::into),
            workspace: self.context.workspace.map(Into::into),
            commands: self.commands.into(),
            list: self.effects.into(),
        }
    }
}
