//! Every diagnostic as a person sees it.
//!
//! `golden/NAME.yaml` is loaded and what is reported is compared with `golden/NAME.txt`. With the
//! environment variable `UPDATE` set the text files are written instead; read the difference before keeping
//! it.

#![expect(clippy::disallowed_methods, reason = "the golden files are read from the source tree")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use sponsio_contracts::config::{Config, Source, SourceError, Text, load};
use sponsio_contracts::diagnostic::{Code, Colour, Diagnostic, Files, render};

use sponsio_engine::program::{Options, Program};

use crate::source::{Memory, join};

struct Directory(PathBuf);

impl Source for Directory {
    fn read(&self, including: Option<&str>, spec: &str) -> Result<Text, SourceError> {
        let name = join(including, spec);
        match fs::read_to_string(self.0.join(&name)) {
            Ok(text) => Ok(Text { name, text }),
            Err(_) => Err(SourceError::new("there is no such file")),
        }
    }

    fn variable(&self, name: &str) -> Option<String> {
        crate::source::variable(name)
    }
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contracts/golden")
}

/// The diagnostics as terminal text and as a table for machines.
fn show(diagnostics: &[Diagnostic], files: &Files) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        text += &render(diagnostic, files, Colour::Never, 120);
        text += "\n\n";
    }
    for diagnostic in diagnostics {
        let place = diagnostic.locate(files).map_or_else(String::new, |at| {
            let (start, end) = (at.start, at.end);
            format!(" {}:{}:{}-{}:{}", at.file, start.line, start.column, end.line, end.column)
        });
        text += &format!("{}{place}\n", diagnostic.code.name());
    }
    text
}

fn names() -> Vec<String> {
    let entries = fs::read_dir(directory()).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut names: Vec<String> = paths
        .filter(|path| path.extension().is_some_and(|e| e == "yaml"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn diagnostics_are_as_recorded() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut different = Vec::new();
    for name in names() {
        let (config, mut diagnostics, files) =
            load(&format!("{name}.yaml"), &Directory(directory()));
        assert_eq!(config.is_none(), diagnostics.iter().any(Diagnostic::is_error), "{name}");
        diagnostics.extend(config.iter().flat_map(Config::audit));
        let got = show(&diagnostics, &files);
        let path = directory().join(format!("{name}.txt"));
        if update {
            fs::write(&path, &got).unwrap();
        } else if fs::read_to_string(&path).unwrap_or_default() != got {
            different.push(format!("{name}:\n{got}"));
        }
    }
    assert!(
        different.is_empty(),
        "run again with UPDATE=1 and read the difference\n{}",
        different.join("\n")
    );
}

/// The codes of a configuration for the agent `bot`, with all that is tried of it before it is enforced.
fn codes(text: &str) -> BTreeSet<Code> {
    let memory = Memory::new([("sponsio.yaml", text)]);
    let (config, mut diagnostics, _) = load("sponsio.yaml", &memory);
    if let Some(config) = &config {
        diagnostics.extend(config.audit());
        let selection = config.select("bot").unwrap();
        diagnostics.extend(selection.warning.clone());
        if let Err(errors) = Program::compile(&selection.contracts(), &Options::default()) {
            diagnostics.extend(selection.refused(&errors));
        }
        // What `validate` tries: here no example is matched.
        for clause in selection.loaded().iter().flat_map(|loaded| &loaded.origin.guarantees) {
            let examples = &clause.examples;
            diagnostics
                .extend(examples.iter().map(|(at, text)| clause.unmatched_example(*at, text)));
        }
    }
    diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
}

#[test]
fn each_code_is_that_of_its_example() {
    for code in Code::ALL {
        assert!(
            codes(code.example()).contains(code),
            "{}: {:?}",
            code.name(),
            codes(code.example())
        );
    }
}
