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

#[test]
fn every_code_occurs() {
    let mut codes = BTreeSet::new();
    for name in names() {
        let (config, diagnostics, _) = load(&format!("{name}.yaml"), &Directory(directory()));
        codes.extend(
            diagnostics
                .iter()
                .chain(&config.iter().flat_map(Config::audit).collect::<Vec<_>>())
                .map(|d| d.code),
        );
    }
    // Some codes need something that no file shows: an agent that is asked for, the engine's refusal, an
    // example that is tried, more diagnostics than are shown.
    let flood = format!("agents:\n  bot:\n{}", "    - x\n".repeat(999));
    codes.extend(crate::source::load_text(&flood).1.iter().map(|d| d.code));
    let text = "agents: {bot: [{G: never call `a`, strategy: {redirect_to_safe: a}}]}";
    let memory = Memory::new([("sponsio.yaml", text)]);
    let (config, _, _) = load("sponsio.yaml", &memory);
    let config = config.unwrap();
    let selection = config.select("other").unwrap();
    codes.insert(selection.warning.as_ref().unwrap().code);
    let errors = Program::compile(&selection.contracts(), &Options::default()).unwrap_err();
    codes.extend(selection.refused(&errors).iter().map(|d| d.code));
    let clause = &selection.loaded()[0].origin.guarantees[0];
    codes.insert(clause.unmatched_example(clause.location, "x").code);
    codes.insert(load("missing.yaml", &memory).1[0].code);
    let missing: Vec<&str> =
        Code::ALL.iter().filter(|c| !codes.contains(c)).map(|c| c.name()).collect();
    assert_eq!(missing, Vec::<&str>::new());
}
