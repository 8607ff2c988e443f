//! Loops without end that use the machine up.
//!
//! A loop whose condition always holds and whose body starts something beside itself, or adds to a file, and that has
//! nothing to stop it or to wait for. It looks at what is written alone: a condition that holds for another reason is
//! an ordinary loop.

use sponsio_engine::event::{Certainty, Deed, Flags, Object};

use super::syntax::{Command, Kind, List, RedirectKind};
use crate::sink::Sink;

/// Rounds of a loop that starts something beside itself in each.
pub(super) const MANY: usize = 100;

/// Programs and builtins that end a loop or slow it down.
const STOPS: &[&str] = &[
    "break",
    "exec",
    "exit",
    "inotifywait",
    "read",
    "return",
    "select",
    "sleep",
    "usleep",
    "wait",
];

/// Whether the condition always holds.
pub(super) fn holds(condition: &List<'_>, is_until: bool) -> bool {
    let [chain] = condition.as_slice() else { return false };
    let [command] = chain.first.stages.as_slice() else { return false };
    if !chain.rest.is_empty() {
        return false;
    }
    let value = match &command.kind {
        Kind::Simple { words, .. } => match words.as_slice() {
            [":"] | ["true"] | ["[", "1", "]"] | ["test", "1"] => true,
            ["false"] => false,
            _ => return false,
        },
        Kind::Test(words) if words.as_slice() == ["1"] => true,
        Kind::Arithmetic(text) if text.trim() == "1" => true,
        _ => return false,
    };
    value != (is_until != chain.first.is_negated)
}

/// Whether `for ((…))` has no condition, or one that always holds.
pub(super) fn counts(expression: &str) -> bool {
    expression.split(';').nth(1).is_some_and(|middle| matches!(middle.trim(), "" | "1"))
}

/// Adds what such a loop does to the machine, if it does.
pub(super) fn exhausts(body: &List<'_>, sink: &mut Sink<'_>) {
    let mut found = Found::default();
    found.list(body, sink);
    if found.grows && !found.stops {
        sink.add(Certainty::May, Deed::ProcessExhaust, Object::None, Flags::NONE);
    }
}

#[derive(Debug, Default)]
struct Found {
    grows: bool,
    stops: bool,
}

impl Found {
    fn list(&mut self, list: &List<'_>, sink: &mut Sink<'_>) {
        for chain in list {
            if chain.is_background {
                // It waits for nothing that stands there.
                self.grows = true;
                continue;
            }
            let rest = chain.rest.iter().map(|(_, pipeline)| pipeline);
            for pipeline in core::iter::once(&chain.first).chain(rest) {
                for command in &pipeline.stages {
                    if self.stops || !sink.spend(4) {
                        return;
                    }
                    self.command(command, sink);
                }
            }
        }
    }

    fn command(&mut self, command: &Command<'_>, sink: &mut Sink<'_>) {
        self.grows |= command.redirects.iter().any(|redirect| {
            matches!(redirect.kind, RedirectKind::Append | RedirectKind::AppendAll)
                && !redirect.target.starts_with("/dev/")
        });
        match &command.kind {
            Kind::Simple { words, .. } => {
                self.stops |= words.first().is_some_and(|first| STOPS.contains(first));
            }
            Kind::Subshell(list) | Kind::Group(list) => self.list(list, sink),
            Kind::If { arms, otherwise } => {
                for (condition, then) in arms {
                    self.list(condition, sink);
                    self.list(then, sink);
                }
                self.list(otherwise, sink);
            }
            Kind::Loop { condition, body, .. } => {
                self.list(condition, sink);
                self.list(body, sink);
            }
            Kind::For { body, .. } | Kind::Count { body, .. } => self.list(body, sink),
            Kind::Case { arms, .. } => arms.iter().for_each(|(_, list)| self.list(list, sink)),
            Kind::Coprocess(_) => self.grows = true,
            Kind::Arithmetic(_) | Kind::Test(_) | Kind::Function { .. } | Kind::Broken => {}
        }
    }
}
