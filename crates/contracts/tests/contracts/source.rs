//! Configurations from memory.

use std::collections::BTreeMap;

use sponsio_contracts::config::{Config, Source, SourceError, Text, load};
use sponsio_contracts::diagnostic::{Code, Diagnostic, Files};

/// Files by name; paths are relative to the including file.
#[derive(Default)]
pub(crate) struct Memory(pub(crate) BTreeMap<String, String>);

impl Memory {
    pub(crate) fn new<const N: usize>(files: [(&str, &str); N]) -> Self {
        Self(files.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect())
    }
}

/// The name of `spec` seen from the file `including`.
pub(crate) fn join(including: Option<&str>, spec: &str) -> String {
    if spec.starts_with(['/', '~']) {
        return spec.to_owned();
    }
    let directory =
        including.and_then(|name| name.rsplit_once('/')).map_or("", |(directory, _)| directory);
    let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
    for part in spec.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

impl Source for Memory {
    fn read(&self, including: Option<&str>, spec: &str) -> Result<Text, SourceError> {
        let name = join(including, spec);
        match self.0.get(&name) {
            Some(text) => Ok(Text { name, text: text.clone() }),
            None => Err(SourceError::new(format!("there is no file `{name}`"))),
        }
    }

    fn variable(&self, name: &str) -> Option<String> {
        variable(name)
    }
}

/// The environment of every test.
pub(crate) fn variable(name: &str) -> Option<String> {
    match name {
        "MODE" => Some("enforce".to_owned()),
        "FOLDER" => Some("/srv/app".to_owned()),
        "EMPTY" => Some(String::new()),
        _ => None,
    }
}

/// One file.
pub(crate) fn load_text(text: &str) -> (Option<Config>, Vec<Diagnostic>, Files) {
    load("sponsio.yaml", &Memory::new([("sponsio.yaml", text)]))
}

/// The configuration, which has no diagnostics at all, except that contracts of a test may be equal.
#[track_caller]
pub(crate) fn right(text: &str) -> Config {
    let (config, mut diagnostics, _) = load_text(text);
    diagnostics.retain(|diagnostic| diagnostic.code != Code::SameContract);
    assert_eq!(diagnostics, []);
    config.unwrap()
}

/// `code line:column message` of every diagnostic.
pub(crate) fn summary(diagnostics: &[Diagnostic], files: &Files) -> Vec<String> {
    let show = |d: &Diagnostic| match d.locate(files) {
        Some(at) => {
            format!("{} {}:{} {}", d.code.name(), at.start.line, at.start.column, d.message)
        }
        None => format!("{} {}", d.code.name(), d.message),
    };
    diagnostics.iter().map(show).collect()
}
