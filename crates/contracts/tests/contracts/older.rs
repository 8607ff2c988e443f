//! Older files, rewritten and explained.
//!
//! `older/NAME.yaml` is migrated; the rewritten text, every remark and what is then still wrong are compared with
//! `older/NAME.txt`. With the environment variable `UPDATE` set the text files are written instead.

#![expect(clippy::disallowed_methods, reason = "the files are read from the source tree")]

use std::fs;
use std::path::Path;

use sponsio_contracts::config::migrate::{Migration, Remark, migrate};

use crate::source::{load_text, summary};

const NAMES: [&str; 4] = ["keys", "lists", "sentences", "formulas"];

fn show(migration: &Migration) -> String {
    let line = |remark: &Remark| {
        let file = migration.files.get(remark.location.file).unwrap();
        let contract =
            remark.contract.as_ref().map(|name| format!(" [{name}]")).unwrap_or_default();
        format!("{}:{contract} {}\n", file.position(remark.location.start).line, remark.text)
    };
    let edits: String = migration.edits.iter().map(line).collect();
    let notes: String = migration.notes.iter().map(line).collect();
    let (_, diagnostics, files) = load_text(&migration.text);
    let wrong: String =
        summary(&diagnostics, &files).iter().map(|text| format!("{text}\n")).collect();
    format!(
        "{}\n# rewritten\n{edits}\n# judged otherwise\n{notes}\n# still reported\n{wrong}",
        migration.text
    )
}

#[test]
fn older_files_are_rewritten_as_recorded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contracts/older");
    let update = std::env::var_os("UPDATE").is_some();
    for name in NAMES {
        let text = fs::read_to_string(folder.join(format!("{name}.yaml"))).unwrap();
        let got = show(&migrate("sponsio.yaml", &text).unwrap());
        let path = folder.join(format!("{name}.txt"));
        if update {
            fs::write(&path, &got).unwrap();
        } else {
            assert_eq!(
                fs::read_to_string(&path).unwrap_or_default(),
                got,
                "{name}: run with UPDATE=1 and read"
            );
        }
    }
}

#[test]
fn a_rewritten_file_has_nothing_more_to_rewrite() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contracts/older");
    for name in NAMES {
        let text = fs::read_to_string(folder.join(format!("{name}.yaml"))).unwrap();
        let once = migrate("sponsio.yaml", &text).unwrap();
        let twice = migrate("sponsio.yaml", &once.text).unwrap();
        assert_eq!(twice.text, once.text, "{name}");
        assert_eq!(twice.edits, [], "{name}");
    }
}

#[test]
fn a_present_file_is_left_as_it_is() {
    let text = "# mine\nagents:\n  bot:\n    - never call `x`   # why\n";
    let migration = migrate("sponsio.yaml", text).unwrap();
    assert_eq!((migration.text.as_str(), migration.edits.len()), (text, 0));
}

#[test]
fn what_is_no_yaml_is_reported() {
    assert!(migrate("sponsio.yaml", "a: [").is_err());
}
