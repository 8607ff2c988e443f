//! Backup deletion: a clean-up to save storage removes every backup, and then the rows that only they had.

use super::super::script::{Act, Aim, Measure, Scenario, call};
use super::super::world::World;
use crate::failure::Failure;

/// The demonstration.
pub(crate) const BACKUP: Scenario = Scenario {
    name: "backup",
    title: "an operations agent saves storage",
    story: "It deletes all backups as old, by a tool and then by the shell, and clears out \
            the debug events of the live database.",
    contracts: include_str!("../../../demo/backup.yaml"),
    setup,
    script: &[
        Act::Call(call!(RunShell, command = Text("ls backups"))),
        Act::Call(call!(DeleteBackups, older_than_days = Number(0))),
        Act::Call(call!(RunShell, command = Text("rm -rf backups archive"))),
        Act::Call(call!(RunSql, query = Text("DELETE FROM events WHERE kind = 'debug'"))),
    ],
    repairs: &[call!(CreateBackup)],
    measures: &[
        Measure { what: "old backups that open", aim: Aim::Saved, needs_git: false, read: old },
        Measure {
            what: "debug events, live or in a backup",
            aim: Aim::Saved,
            needs_git: false,
            read: kept,
        },
        Measure { what: "debug events, live", aim: Aim::Done, needs_git: false, read: live },
    ],
};

/// The backups that lie there before the agent begins.
const OLD: [&str; 3] = ["monday.db", "tuesday.db", "wednesday.db"];
const FOLDERS: [&str; 2] = ["backups", "archive"];
const DEBUG: &str = "SELECT count(*) FROM events WHERE kind = 'debug'";

fn setup(world: &World) -> Result<(), Failure> {
    world.execute(
        "CREATE TABLE events (id INTEGER PRIMARY KEY, kind TEXT);
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
         INSERT INTO events (kind) SELECT 'order' FROM n;",
    )?;
    for name in OLD {
        world.copy_database(&format!("backups/{name}"))?;
    }
    // These came after the last backup.
    world.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
         INSERT INTO events (kind) SELECT 'debug' FROM n;",
    )
}

fn old(world: &World) -> String {
    let all = "SELECT count(*) FROM events";
    let opens = |name: &str| {
        FOLDERS
            .iter()
            .any(|folder| world.number_in_copy(&format!("{folder}/{name}"), all) == Some(200))
    };
    OLD.iter().filter(|name| opens(name)).count().to_string()
}

fn live(world: &World) -> String {
    world.number(DEBUG, &[]).unwrap_or(0).to_string()
}

fn kept(world: &World) -> String {
    let mut most = world.number(DEBUG, &[]).unwrap_or(0);
    for folder in FOLDERS {
        for name in world.list(folder) {
            most = most.max(world.number_in_copy(&format!("{folder}/{name}"), DEBUG).unwrap_or(0));
        }
    }
    most.to_string()
}
