//! What runs because of a variable or a file, and not because it is called: `GIT_EDITOR`, `LESSOPEN`, `~/.bashrc`.
//!
//! Whether the program that is started looks at the variable is not asked: who sets it means it to be run.

use sponsio_engine::event::{Certainty, Deed, Flags, Object, PathSet};

use super::printer::Printed;
use super::{Shell, fields};
use crate::sink::Sink;
use crate::word::Word;
use crate::{Language, path, persist};

/// Variables whose value is a command of a shell.
const COMMANDS: &[&str] = &[
    "BROWSER",
    "EDITOR",
    "FCEDIT",
    "GIT_ASKPASS",
    "GIT_EDITOR",
    "GIT_EXTERNAL_DIFF",
    "GIT_PAGER",
    "GIT_PROXY_COMMAND",
    "GIT_SEQUENCE_EDITOR",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "LESSCLOSE",
    "LESSOPEN",
    "MANPAGER",
    "PAGER",
    "PROMPT_COMMAND",
    "SSH_ASKPASS",
    "SUDO_EDITOR",
    "VISUAL",
];

impl Shell {
    /// Walks what a variable makes others run.
    pub(super) fn variable_runs(&mut self, name: &str, sink: &mut Sink<'_>) {
        let is_file = matches!(name, "BASH_ENV" | "ENV" | "PYTHONSTARTUP");
        if !is_file && !COMMANDS.contains(&name) {
            return;
        }
        let value = self.value(name, sink);
        if value.text().is_none_or(str::is_empty) {
            return;
        }
        if is_file {
            let path = path::resolve(&value, &self.state.cwd, sink.context);
            sink.add(Certainty::May, Deed::Exec, Object::Path(path.clone()), Flags::NONE);
            self.run_files(&[], &[path], sink);
            return;
        }
        let text = fields::text(&value);
        let command = Word::known(text.trim_start_matches(['|', '-']).trim_start());
        sink.under(Certainty::May, |sink| {
            self.text(Language::Shell, &command, &[], Flags::NONE, sink);
        });
    }

    /// Walks what is written to a file that a shell or a schedule reads later.
    pub(super) fn written_runs(&mut self, path: &PathSet, printed: &Printed, sink: &mut Sink<'_>) {
        let Some(deed) = persist::besides(Deed::Write, path)
            .find(|deed| matches!(deed, Deed::PersistProfile | Deed::PersistSchedule))
        else {
            return;
        };
        let text = fields::text(&printed.word);
        let of_system = path.pattern.starts_with("/etc/");
        let text = if deed == Deed::PersistSchedule { scheduled(&text, of_system) } else { text };
        let flags = printed.flags;
        if !text.is_empty() && !printed.word.is_unknown() {
            sink.under(Certainty::May, |sink| {
                self.text(Language::Shell, &fields::word(&text), &[], flags, sink);
            });
        }
    }
}

/// The commands of a table of `cron`; in one of the system, a user stands before each.
fn scheduled(table: &str, of_system: bool) -> String {
    let mut script = String::new();
    for line in table.lines() {
        let line = line.trim_start();
        let times = if line.starts_with('@') { 1 } else { 5 } + usize::from(of_system);
        let mut rest = line;
        for _ in 0..times {
            rest = rest.split_once([' ', '\t']).map_or("", |(_, rest)| rest.trim_start());
        }
        script.push_str(rest);
        script.push('\n');
    }
    script
}
