//! The store in a file: whose it must be, and what becomes of one that cannot be used.

use sponsio_engine::decision::Decision;
use sponsio_engine::event::EventKind;
use sponsio_engine::strategy::Mode;
use sponsio_guard::Guard;
use sponsio_guard::failure::Failure;
use sponsio_guard::store::{Sqlite, Store as _, StoreError};

use super::{call, settings};
use crate::Place;

#[test]
fn a_store_that_nobody_can_write_to_refuses_and_what_happened_meanwhile_counts_afterwards() {
    let place =
        Place::with("agents: {treasurer: [{G: {ltl: 'G(called(wire) -> !ctx(frozen, yes))'}}]}");
    let program = place.program(Mode::Enforce);
    let store = place.path().join("s.db");
    let shared = Sqlite::open(&store, None).unwrap();
    let guard = Guard::with_store(settings(&program), Box::new(shared));
    let session = guard.session("s").unwrap();
    assert!(call(&session, "wire").decision.runs());
    let database = rusqlite::Connection::open(&store).unwrap();
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    let answer = call(&session, "wire");
    assert_eq!(
        (answer.decision, answer.failure),
        (Decision::Block, Some(Failure::StoreUnavailable))
    );
    let facts = [("frozen".into(), Some("yes".into()))].into();
    session.observe(EventKind::Context { facts });
    database.execute_batch("ROLLBACK").unwrap();
    let answer = call(&session, "wire");
    assert_eq!((answer.decision, answer.failure), (Decision::Block, None), "{answer:?}");
}

#[test]
fn what_is_no_store_of_this_owner_is_not_used_and_not_changed() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let refused = |name: &str| match Sqlite::open(&path(name), None) {
        Err(StoreError::Unusable(why)) => why,
        other => panic!("{name}: {other:?}"),
    };
    drop(Sqlite::open(&path("own.db"), None).unwrap());
    let mode = std::fs::metadata(path("own.db")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    symlink(path("own.db"), path("link.db")).unwrap();
    assert!(refused("link.db").contains("symbolic link"));
    std::fs::set_permissions(path("own.db"), std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(refused("own.db").contains("chmod 600"));
    std::fs::write(path("text.db"), "a text that is longer than the head of a database".repeat(9))
        .unwrap();
    std::fs::set_permissions(path("text.db"), std::fs::Permissions::from_mode(0o600)).unwrap();
    let before = std::fs::read(path("text.db")).unwrap();
    assert!(refused("text.db").contains("not a database"));
    assert_eq!(std::fs::read(path("text.db")).unwrap(), before);
    let foreign = rusqlite::Connection::open(path("foreign.db")).unwrap();
    foreign.execute_batch("CREATE TABLE mine (x)").unwrap();
    std::fs::set_permissions(path("foreign.db"), std::fs::Permissions::from_mode(0o600)).unwrap();
    assert!(refused("foreign.db").contains("database of something else"));
    std::fs::create_dir(path("folder.db")).unwrap();
    refused("folder.db");
}

#[test]
fn expired_sessions_leave_the_file_when_others_begin() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.db");
    let idle = std::time::Duration::from_secs(1);
    let store = Sqlite::open(&path, Some(idle)).unwrap();
    let put = |session: &str| {
        let key = sponsio_guard::store::Key { agent: "a", session };
        store.visit(key, &mut |_| Ok(sponsio_guard::store::Left::Changed(vec![1]))).unwrap();
    };
    ["1", "2", "3"].into_iter().for_each(put);
    while store.sessions().unwrap() > 0 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    put("4");
    let database = rusqlite::Connection::open(&path).unwrap();
    let rows: i64 =
        database.query_row("SELECT count(*) FROM session", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 1);
}
