//! Programs that are kept on disk: used while they hold, and otherwise made again.

use std::cell::Cell;
use std::path::PathBuf;

use sponsio_contracts::config::{Source, SourceError, Text};
use sponsio_engine::program::ProgramHash;
use sponsio_engine::strategy::Mode;
use sponsio_guard::kept::{self, Wanted};
use sponsio_guard::limits::KEPT_PROGRAMS_MAX;
use sponsio_guard::load;
use sponsio_guard::source::FileSystem;

use super::Place;

const ONE: &str = "agents: {\"*\": [\"never call `x`\"]}";
const OTHER: &str = "agents: {\"*\": [\"never call `y`\"]}";

/// A folder of contracts and of kept programs.
struct Desk(Place);

impl Desk {
    fn new() -> Self {
        Self(Place::with(ONE))
    }

    fn write(&self, text: &str) {
        std::fs::write(self.0.config(), text).unwrap();
    }

    fn folder(&self) -> PathBuf {
        self.0.path().join("programs")
    }

    fn files(&self) -> Vec<PathBuf> {
        std::fs::read_dir(self.folder()).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    fn only(&self) -> PathBuf {
        let files = self.files();
        assert_eq!(files.len(), 1, "{files:?}");
        files[0].clone()
    }

    /// The program, and whether it had to be made.
    fn prepared_by(&self, key: &str, source: &dyn Source) -> (ProgramHash, bool) {
        let is_made = Cell::new(false);
        let wanted = Wanted { key, source, rather: &["named"], agent: "main" };
        let config = self.0.config();
        let prepared = kept::prepared(&self.folder(), &wanted, |source| {
            is_made.set(true);
            load::read_from(config.to_str().unwrap(), source, Some(Mode::Enforce))
        });
        (prepared.unwrap().program.hash(), is_made.get())
    }

    fn prepared(&self) -> (ProgramHash, bool) {
        self.prepared_by("k", &FileSystem::new())
    }
}

#[test]
fn a_program_is_made_once() {
    let desk = Desk::new();
    let (hash, is_made) = desk.prepared();
    assert!(is_made);
    assert_eq!(desk.prepared(), (hash, false));
}

#[test]
fn what_is_said_of_sessions_and_of_the_log_is_kept_too() {
    let desk = Desk::new();
    desk.write(
        "sessions: {idle_seconds: 60}\nlog: {durable: true, args: true, file_bytes: 2000000}\n\
         agents: {\"*\": [\"never call `x`\"]}",
    );
    let said = || {
        let source = FileSystem::new();
        let wanted = Wanted { key: "k", source: &source, rather: &[], agent: "main" };
        let read = |source: &dyn Source| {
            load::read_from(desk.0.config().to_str().unwrap(), source, Some(Mode::Enforce))
        };
        let prepared = kept::prepared(&desk.folder(), &wanted, read).unwrap();
        (prepared.mode, prepared.sessions.idle_seconds, prepared.log)
    };
    let first = said();
    assert_eq!((first.1, first.2.durable), (Some(60), true));
    assert_eq!(said(), first);
}

#[test]
fn contracts_that_were_changed_are_read_again() {
    let desk = Desk::new();
    let before = desk.prepared();
    desk.write(OTHER);
    let (after, is_made) = desk.prepared();
    assert!(is_made && after != before.0);
}

#[test]
fn an_included_file_that_was_changed_is_read_again() {
    let desk = Desk::new();
    desk.write("agents: {\"*\": {include: [more.yaml]}}");
    let more = desk.0.path().join("more.yaml");
    std::fs::write(&more, ONE).unwrap();
    let before = desk.prepared();
    std::fs::write(&more, OTHER).unwrap();
    let (after, is_made) = desk.prepared();
    assert!(is_made && after != before.0);
}

/// Files, and one variable.
struct With<'v>(FileSystem, Option<&'v str>);

impl Source for With<'_> {
    fn read(&self, including: Option<&str>, spec: &str) -> Result<Text, SourceError> {
        self.0.read(including, spec)
    }

    fn variable(&self, _: &str) -> Option<String> {
        self.1.map(str::to_owned)
    }
}

#[test]
fn a_variable_that_was_changed_is_asked_again() {
    let desk = Desk::new();
    desk.write("sessions: {store: \"${SESSIONS_AT:-x}\"}\nagents: {\"*\": [\"never call `x`\"]}");
    let is_made = |value| desk.prepared_by("k", &With(FileSystem::new(), value)).1;
    assert!(is_made(Some("x")) && !is_made(Some("x")));
    assert!(is_made(Some("y")) && !is_made(Some("y")));
    assert!(is_made(None));
}

#[test]
fn contracts_that_cannot_be_used_any_more_are_an_error() {
    let desk = Desk::new();
    desk.prepared();
    desk.write(": [bad");
    let source = FileSystem::new();
    let wanted = Wanted { key: "k", source: &source, rather: &[], agent: "main" };
    let read = |source: &dyn Source| {
        load::read_from(desk.0.config().to_str().unwrap(), source, Some(Mode::Enforce))
    };
    assert!(kept::prepared(&desk.folder(), &wanted, read).is_err());
}

#[test]
fn the_agent_is_the_first_that_the_contracts_name() {
    let desk = Desk::new();
    desk.write("agents: {\"*\": [\"never call `x`\"], named: [\"never call `y`\"]}");
    for _ in 0..2 {
        let source = FileSystem::new();
        let rather = ["other", "named"];
        let wanted = Wanted { key: "k", source: &source, rather: &rather, agent: "main" };
        let read = |source: &dyn Source| {
            load::read_from(desk.0.config().to_str().unwrap(), source, Some(Mode::Enforce))
        };
        assert_eq!(&*kept::prepared(&desk.folder(), &wanted, read).unwrap().agent, "named");
    }
}

#[test]
fn another_key_is_another_program() {
    let desk = Desk::new();
    desk.prepared();
    assert!(desk.prepared_by("l", &FileSystem::new()).1);
}

#[test]
fn every_damaged_byte_makes_it_again() {
    let desk = Desk::new();
    let (hash, _) = desk.prepared();
    let path = desk.only();
    let whole = std::fs::read(&path).unwrap();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(desk.prepared(), (hash, true), "{at}");
    }
    for length in [0, 1, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&path, &whole[..length]).unwrap();
        assert_eq!(desk.prepared(), (hash, true), "{length}");
    }
    assert_eq!(std::fs::read(&path).unwrap(), whole);
}

#[test]
fn programs_are_kept_up_to_a_number() {
    let desk = Desk::new();
    for key in 0..KEPT_PROGRAMS_MAX + 3 {
        desk.prepared_by(&key.to_string(), &FileSystem::new());
    }
    assert_eq!(desk.files().len(), KEPT_PROGRAMS_MAX);
}

#[test]
fn a_folder_that_cannot_be_written_costs_nothing_but_time() {
    let desk = Desk::new();
    std::fs::write(desk.folder(), "a file").unwrap();
    assert_eq!(desk.prepared().0, desk.prepared().0);
}

#[cfg(unix)]
#[test]
fn what_others_could_have_written_is_not_used() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let desk = Desk::new();
    desk.prepared();
    let path = desk.only();
    let permissions = |mode| std::fs::Permissions::from_mode(mode);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::set_permissions(&path, permissions(0o666)).unwrap();
    assert!(desk.prepared().1);
    let elsewhere = desk.0.path().join("elsewhere");
    std::fs::rename(&path, &elsewhere).unwrap();
    symlink(&elsewhere, &path).unwrap();
    assert!(desk.prepared().1);
    assert!(!path.symlink_metadata().unwrap().is_symlink());
}
