//! The configurations that documents show are loaded like any other, and must load without a diagnostic.
//!
//! Fenced YAML with a file name that ends in `sponsio.yaml`, as in `yaml file=sponsio.yaml`, is a configuration. A
//! document that shows a mistake on purpose leaves the file name out.

use sponsio_contracts::config::{self, Source, SourceError, Text};

use super::tree::Tree;
use super::{Finding, Reason};
use crate::markdown::{Block, blocks};

const LOADS: Reason = Reason {
    why: "a reader will start from it",
    remedy: "correct the configuration, or the program if the configuration is right",
};

/// Every finding about configurations in documents.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.with_extension("md") {
        let blocks = blocks(&file.text);
        let is_configuration = |block: &&Block<'_>| {
            block.info.starts_with("yaml ") && block.info.ends_with("sponsio.yaml")
        };
        for block in blocks.iter().filter(is_configuration) {
            let (_, diagnostics, files) = config::load("sponsio.yaml", &Document(block));
            for diagnostic in diagnostics {
                let line = diagnostic.locate(&files).map_or(1, |located| located.start.line);
                let what = format!("{}: {}", diagnostic.code.name(), diagnostic.message);
                findings.push(Finding::new(&file.path, block.line + line - 1, what, &LOADS));
            }
        }
    }
    findings
}

/// A block as the only file there is.
struct Document<'b, 't>(&'b Block<'t>);

impl Source for Document<'_, '_> {
    fn read(&self, including: Option<&str>, spec: &str) -> Result<Text, SourceError> {
        if including.is_some() {
            return Err(SourceError::new("a configuration in a document includes no file"));
        }
        Ok(Text { name: spec.to_owned(), text: self.0.lines.join("\n") + "\n" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        check(&Tree::of(&[("a.md", text)])).iter().map(Finding::to_string).collect()
    }

    #[test]
    fn a_mistake_is_found_at_its_line_of_the_document() {
        let text = "# A\n\n```yaml file=sponsio.yaml\nagents:\n  a:\n    contract: []\n```\n";
        let found = found(text);
        assert!(found.iter().any(|finding| finding.starts_with("a.md:6: E006: ")), "{found:?}");
    }

    #[test]
    fn a_configuration_without_a_mistake_is_not_a_finding() {
        let text = "```yaml file=sponsio.yaml\nagents:\n  a:\n    contracts:\n      \
                    - G: {pattern: must_precede, args: [b, c]}\n```\n";
        assert_eq!(found(text), [""; 0]);
    }

    #[test]
    fn other_yaml_is_not_loaded() {
        assert_eq!(found("```yaml\ncontract: []\n```\n"), [""; 0]);
    }
}
