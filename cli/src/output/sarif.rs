//! Diagnostics as SARIF 2.1.0, which code hosts and editors show beside the lines.
//!
//! As much of the format as has something to say here: one run, a rule for each code that occurs, a result for
//! each diagnostic.

use std::collections::BTreeSet;

use serde::Serialize;
use sponsio_contracts::diagnostic::{Code, Diagnostic, Files, Label};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const INFORMATION: &str = "https://github.com/sponsio/sponsio";

/// Collects results; places are resolved at once, since each set of diagnostics has its own files.
#[derive(Debug, Default)]
pub(crate) struct Sarif {
    results: Vec<(Code, Entry)>,
}

impl Sarif {
    /// Adds diagnostics.
    pub(crate) fn add(&mut self, diagnostics: &[Diagnostic], files: &Files) {
        for diagnostic in diagnostics {
            let hint = diagnostic.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
            let places = diagnostic.primary.iter().filter_map(|label| place(label, files, None));
            let related = diagnostic
                .related
                .iter()
                .filter_map(|label| place(label, files, Some(Text { text: label.text.clone() })));
            let entry = Entry {
                message: Text { text: format!("{}{hint}", diagnostic.message) },
                locations: places.collect(),
                related_locations: related.collect(),
            };
            self.results.push((diagnostic.code, entry));
        }
    }

    /// The document.
    pub(crate) fn document(self) -> impl Serialize {
        let codes: BTreeSet<Code> = self.results.iter().map(|(code, _)| *code).collect();
        let codes: Vec<Code> = codes.into_iter().collect();
        let result = |(code, entry): (Code, Entry)| Finding {
            rule_id: code.name(),
            rule_index: codes.iter().position(|known| *known == code).unwrap_or(0),
            level: code.severity().name(),
            entry,
        };
        let results = self.results.into_iter().map(result).collect();
        let rules = codes.iter().map(|code| Rule {
            id: code.name(),
            short_description: Text { text: code.explanation().to_owned() },
            default_configuration: Configuration { level: code.severity().name() },
        });
        let driver = Driver {
            name: "sponsio",
            version: env!("CARGO_PKG_VERSION"),
            information_uri: INFORMATION,
            rules: rules.collect(),
        };
        let run = Run { tool: Tool { driver }, column_kind: "unicodeCodePoints", results };
        Document { schema: SCHEMA, version: "2.1.0", runs: [run] }
    }
}

fn place(label: &Label, files: &Files, message: Option<Text>) -> Option<Place> {
    let file = files.get(label.location.file)?;
    let range = file.clamp(label.location.range());
    let (start, end) = (file.position(range.start), file.position(range.end));
    let region = Region {
        start_line: start.line,
        start_column: start.column,
        end_line: end.line,
        end_column: end.column,
    };
    let artifact_location = Artifact { uri: uri(file.name()) };
    let message = message.filter(|message| !message.text.is_empty());
    Some(Place { message, physical_location: Physical { artifact_location, region } })
}

/// A path as a reference: what has a meaning in one is written with its number.
fn uri(path: &str) -> String {
    let mut out = if path.starts_with('/') { "file://".to_owned() } else { String::new() };
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            b'\\' => out.push('/'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[derive(Debug, Serialize)]
struct Document {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    column_kind: &'static str,
    results: Vec<Finding>,
}

#[derive(Debug, Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    information_uri: &'static str,
    rules: Vec<Rule>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: Text,
    default_configuration: Configuration,
}

#[derive(Debug, Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    #[serde(flatten)]
    entry: Entry,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    message: Text,
    locations: Vec<Place>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Place>,
}

#[derive(Debug, Serialize)]
struct Text {
    text: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
    physical_location: Physical,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Debug, Serialize)]
struct Artifact {
    uri: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use sponsio_contracts::diagnostic::Severity;

    #[test]
    fn levels_are_those_of_the_format() {
        assert_eq!([Severity::Error, Severity::Warning].map(Severity::name), ["error", "warning"]);
    }

    #[test]
    fn a_path_becomes_a_reference() {
        assert_eq!(uri("a b/ü.yaml"), "a%20b/%C3%BC.yaml");
        assert_eq!(uri("/srv/x#1.yaml"), "file:///srv/x%231.yaml");
        assert_eq!(uri("a\\b.yaml"), "a/b.yaml");
    }
}
