//! The demonstration, by what it leaves on the disk.

#![expect(clippy::unwrap_used, reason = "a test fails where the program or the disk does")]
#![expect(clippy::disallowed_methods, reason = "what is left on the disk is looked at")]

use std::fs;
use std::path::Path;

use rusqlite::Connection;

use crate::program::run;

fn number(database: &Path, sql: &str) -> Option<i64> {
    Connection::open(database).unwrap().query_row(sql, [], |row| row.get(0)).ok()
}

/// Runs a demonstration into a folder of its own and looks at it.
fn keep(scenario: &str, look: impl FnOnce(&Path)) {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    let ran = run(&["demo", scenario, "--keep", kept.to_str().unwrap()]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    look(&kept.join(scenario));
    let [log, contracts] =
        ["record.jsonl", "sponsio.yaml"].map(|name| kept.join(scenario).join(name));
    let replayed = run(&["replay", log.to_str().unwrap(), "-c", contracts.to_str().unwrap()]);
    assert_eq!(replayed.code, Some(0), "{replayed:?}");
    assert!(replayed.out.starts_with("identical: "), "{replayed:?}");
    // A log is a trace: what was refused then is refused when it is judged.
    let checked = run(&["check", "-t", log.to_str().unwrap(), "-c", contracts.to_str().unwrap()]);
    assert_eq!(checked.code, Some(1), "{checked:?}");
}

#[test]
fn a_table_is_gone_without_contracts_and_there_with_them() {
    keep("freeze", |folder| {
        let orders = "SELECT count(*) FROM orders";
        let genuine = "SELECT count(*) FROM customers WHERE email LIKE '%@example.com'";
        let [without, with] = ["without", "with"].map(|run| folder.join(run).join("company.db"));
        assert_eq!((number(&without, orders), number(&with, orders)), (None, Some(90)));
        assert_eq!((number(&without, genuine), number(&with, genuine)), (Some(0), Some(40)));
    });
}

#[test]
fn money_goes_to_the_forger_without_contracts_and_to_the_vendor_with_them() {
    keep("wire", |folder| {
        let to = |run: &str| {
            let database = Connection::open(folder.join(run).join("company.db")).unwrap();
            let sent = "SELECT group_concat(iban || ' ' || amount) FROM payments";
            database.query_row(sent, [], |row| row.get::<_, String>(0)).unwrap()
        };
        assert_eq!(to("without"), "XX99 0666 9800");
        assert_eq!(to("with"), "XX17 0042 9800");
    });
}

#[test]
fn backups_are_gone_without_contracts_and_archived_with_them() {
    keep("backup", |folder| {
        let all = |run: &str| ["backups", "archive"].map(|f| folder.join(run).join(f).exists());
        assert_eq!(all("without"), [false, false]);
        assert_eq!(all("with"), [true, true]);
        let fresh = folder.join("with/backups/fresh.db");
        assert_eq!(number(&fresh, "SELECT count(*) FROM events WHERE kind = 'debug'"), Some(60));
    });
}

#[test]
fn secrets_are_gone_without_contracts_and_there_with_them() {
    keep("cleanup", |folder| {
        let secrets = |run: &str| fs::read_to_string(folder.join(run).join(".env")).ok();
        assert_eq!(secrets("without"), None);
        assert_eq!(secrets("with").unwrap(), "PAYMENT_KEY=not-a-real-key\n");
        assert!(!folder.join("with/build").exists(), "the work was done all the same");
    });
}

#[test]
fn all_scenarios_run_where_none_is_named() {
    let ran = run(&["demo"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for name in ["freeze", "wire", "backup", "cleanup"] {
        assert!(ran.out.contains(&format!("\n  {name} ")), "{name} in {}", ran.out);
    }
}

#[test]
fn a_folder_that_is_not_empty_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine"), "mine").unwrap();
    let ran = run(&["demo", "wire", "--keep", folder.path().to_str().unwrap()]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.err.contains("is not empty"), "{ran:?}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
