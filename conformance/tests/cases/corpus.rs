//! Every case, on every subject.

#![expect(clippy::disallowed_methods, reason = "the cases are read from the source tree")]

use std::fs;
use std::path::Path;

use sponsio_conformance::case::{Case, load};
use sponsio_conformance::subject::{all, differences};

/// Every file of cases: its name, and its cases.
pub(crate) fn topics() -> Vec<(String, Vec<Case>)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut paths: Vec<_> =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "yaml"));
    paths.sort();
    let mut wrong = Vec::new();
    let mut topics = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        match load(&fs::read_to_string(path).unwrap()) {
            Ok(topic) => topics.push((name, topic.cases)),
            Err(error) => wrong.push(format!("{name}: {error}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    topics
}

#[test]
fn every_subject_does_what_every_case_expects() {
    let subjects = all();
    let mut wrong = Vec::new();
    let mut count = 0usize;
    for (file, cases) in topics() {
        println!("{:4} cases in {file}", cases.len());
        count += cases.len();
        for case in &cases {
            for subject in &subjects {
                let texts = differences(subject.as_ref(), case);
                wrong.extend(texts.iter().map(|text| format!("{file}, {text}")));
            }
        }
    }
    println!("{count:4} cases on {} subjects", subjects.len());
    assert!(wrong.is_empty(), "{} differences\n{}", wrong.len(), wrong.join("\n"));
}
