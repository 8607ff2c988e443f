//! Where effects are collected, under the bounds.

use sponsio_engine::event::{Certainty, Deed, Effect, Effects, Flags, Object, PathSet};

use crate::limits::{
    COMMANDS_MAX, DEPTH_MAX, EFFECTS_MAX, FUEL_MAX, NESTING_MAX, SHOWN_CHARACTERS_MAX,
};
use crate::{Context, path, persist};

/// The effects found so far, and what is known where the next one happens.
#[derive(Debug)]
pub(crate) struct Sink<'c> {
    pub(crate) context: &'c Context<'c>,
    commands: Vec<Box<str>>,
    effects: Vec<Effect>,
    nesting: u16,
    /// How deep commands and expansions stand in one another, in all languages together.
    depth: u16,
    /// How much work may still be done.
    fuel: usize,
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
            depth: 0,
            fuel: FUEL_MAX,
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

    /// Adds an effect, and what it is besides.
    pub(crate) fn add(&mut self, certainty: Certainty, deed: Deed, object: Object, flags: Flags) {
        if self.effects.len() >= EFFECTS_MAX {
            self.is_full = true;
            return;
        }
        let command = u16::try_from(self.commands.len().saturating_sub(1)).unwrap_or(u16::MAX);
        let certainty = certainty.max(self.ceiling);
        let flags = flags.with(self.marks);
        let besides: Vec<Deed> = match &object {
            // Where no work is left, the end says that there may be more.
            Object::Path(set) if self.spend(persist::WORK) => persist::besides(deed, set).collect(),
            _ => Vec::new(),
        };
        for also in besides {
            self.push(Effect { command, certainty, deed: also, object: object.clone(), flags });
        }
        self.push(Effect { command, certainty, deed, object, flags });
    }

    fn push(&mut self, effect: Effect) {
        // It is compared with each that is there. Where no work is left it is kept unseen: nothing is lost by that.
        let work = self.effects.len().saturating_div(4).saturating_add(8);
        let is_there = self.spend(work) && self.effects.contains(&effect);
        if self.effects.len() >= EFFECTS_MAX {
            self.is_full = true;
        } else if !is_there {
            self.effects.push(effect);
        }
    }

    /// Marks the latest effect that writes the path.
    pub(crate) fn mark_write(&mut self, path: &PathSet, mark: Flags) {
        let is_such = |effect: &&mut Effect| {
            effect.deed == Deed::Write && matches!(&effect.object, Object::Path(set) if set == path)
        };
        if let Some(effect) = self.effects.iter_mut().rev().find(is_such) {
            effect.flags = effect.flags.with(mark);
        }
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

    /// Does `inner`; what it adds is not surer than `ceiling`.
    pub(crate) fn under(&mut self, ceiling: Certainty, inner: impl FnOnce(&mut Self)) {
        let before = self.ceiling;
        self.ceiling = self.ceiling.max(ceiling);
        inner(self);
        self.ceiling = before;
    }

    /// Does `inner` one step deeper in the code, unless the stack could run out.
    pub(crate) fn descend(&mut self, inner: impl FnOnce(&mut Self)) {
        if self.depth >= DEPTH_MAX {
            self.give_up();
            return;
        }
        self.depth = self.depth.saturating_add(1);
        inner(self);
        self.depth = self.depth.saturating_sub(1);
    }

    /// How much work may still be done.
    pub(crate) const fn fuel(&self) -> usize {
        self.fuel
    }

    /// Takes this much of the work; whether any is left.
    pub(crate) fn spend(&mut self, work: usize) -> bool {
        self.fuel = self.fuel.saturating_sub(work);
        if self.fuel == 0 {
            self.give_up();
        }
        self.fuel > 0
    }

    /// Whether a bound was reached, so that going on adds nothing.
    pub(crate) const fn is_full(&self) -> bool {
        self.is_full
    }

    /// How many effects there are.
    pub(crate) fn mark(&self) -> usize {
        self.effects.len()
    }

    /// The effects that were added since there were as many as the mark says.
    pub(crate) fn since(&self, mark: usize) -> &[Effect] {
        self.effects.get(mark..).unwrap_or_default()
    }

    pub(crate) fn finish(mut self) -> Effects {
        if self.is_full {
            // The place of the last effect, if need be: that there is more matters more.
            self.effects.truncate(EFFECTS_MAX.saturating_sub(1));
            (self.ceiling, self.marks) = (Certainty::Opaque, Flags::NONE);
            self.opaque();
        }
        Effects {
            home: self.context.home.map(|home| path::absolute(home, self.context)),
            workspace: self.context.workspace.map(|folder| path::absolute(folder, self.context)),
            commands: self.commands.into(),
            list: self.effects.into(),
        }
    }
}
