//! The command that a host runs, and how it is known again.

use sponsio_engine::strategy::Mode;

/// What stands before the event in a command.
pub(super) const EVENT: &str = " --event ";

/// What a host is told to run.
#[derive(Clone, Debug)]
pub struct Hook<'h> {
    /// The program, as an absolute path.
    pub program: &'h str,
    /// The host.
    pub host: &'h str,
    /// Whether violations are stopped.
    pub mode: Mode,
    /// The contract file, as an absolute path; without it the shipped contracts.
    pub config: Option<&'h str>,
}

impl Hook<'_> {
    /// The words of the command, the program first.
    pub fn words(&self) -> Vec<String> {
        let mut words: Vec<String> =
            [self.program, "hook", self.host, "--mode", self.mode.name()].map(Into::into).into();
        if let Some(config) = self.config {
            words.extend(["--config".to_owned(), config.to_owned()]);
        }
        words
    }

    /// The command as a shell reads it, for hosts whose payloads do not name this event.
    pub(crate) fn command_for(&self, event: &str) -> String {
        format!("{}{EVENT}{}", self.command(), quoted(event))
    }

    /// The command as a shell reads it.
    pub fn command(&self) -> String {
        let words: Vec<String> = self.words().iter().map(|word| quoted(word)).collect();
        words.join(" ")
    }
}

/// Whether a command is one of ours, for this host. Those of earlier versions are ours too.
pub(super) fn is_ours(command: &str, host: &str) -> bool {
    let earlier: &[&str] = match host {
        "claude-code" => &["host guard claude-code", "plugin guard --stdin"],
        "cursor" => &["host guard cursor", "cursor guard --event"],
        _ => &[],
    };
    let is_sponsio = command.contains("sponsio");
    is_sponsio
        && (command.contains(&format!(" hook {host} --mode "))
            || earlier.iter().any(|earlier| command.contains(earlier)))
}

/// A word as a shell of POSIX, and the command line of Windows where nothing is special, reads it.
pub(super) fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-:=\\".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) && !word.contains('\\') {
        return word.to_owned();
    }
    if word.contains('\\') && !word.contains('"') {
        // Only paths of Windows hold it.
        return format!("\"{word}\"");
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(word: &str, expect: &str) {
        assert_eq!(quoted(word), expect);
    }

    #[test]
    fn a_word_is_quoted_where_a_shell_would_take_it_apart() {
        check("/usr/bin/sponsio", "/usr/bin/sponsio");
        check("/my programs/sponsio", "'/my programs/sponsio'");
        check("/it's/sponsio", r"'/it'\''s/sponsio'");
        check("/$HOME/sponsio", "'/$HOME/sponsio'");
        check(r"C:\Program Files\sponsio.exe", "\"C:\\Program Files\\sponsio.exe\"");
    }

    #[test]
    fn a_command_of_an_earlier_version_is_known() {
        assert!(is_ours("/bin/sponsio host guard cursor --event preToolUse", "cursor"));
        assert!(!is_ours("/bin/sponsio hook cursor --mode enforce", "claude-code"));
        assert!(!is_ours("my-hook cursor --mode enforce", "cursor"));
    }
}
