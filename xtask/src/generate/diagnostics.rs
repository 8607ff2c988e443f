//! The reference of the diagnostic codes, from their registry.

use std::path::Path;

use anyhow::Result;
use sponsio_contracts::diagnostic::{Code, Severity};

use super::cell;

const INTRODUCTION: &str = "\
# Diagnostics

What can be wrong with a configuration. With an error it enforces nothing; with a warning it does, but probably does not
say what was meant. A code keeps its meaning. Each has an example: a configuration for the agent `bot`.
";

/// The page.
pub(crate) fn page(_root: &Path) -> Result<String> {
    let mut page = INTRODUCTION.to_owned();
    for (title, severity) in [("Errors", Severity::Error), ("Warnings", Severity::Warning)] {
        page.push_str(&format!(
            "\n## {title}\n\n| code | meaning | for example |\n|---|---|---|\n"
        ));
        for code in Code::ALL.iter().filter(|code| code.severity() == severity) {
            let (meaning, example) = (cell(code.explanation()), cell(&shortened(code.example())));
            page.push_str(&format!("| {} | {meaning} | `` {example} `` |\n", code.name()));
        }
    }
    Ok(page)
}

/// The example, cut where one is long because it repeats itself.
fn shortened(example: &str) -> String {
    const CHARACTERS_MAX: usize = 160;
    match example.char_indices().nth(CHARACTERS_MAX) {
        Some((at, _)) => format!("{}…", example.get(..at).unwrap_or(example)),
        None => example.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_on_the_page_once() {
        let page = page(Path::new("")).unwrap();
        for code in Code::ALL {
            assert_eq!(page.matches(&format!("| {} |", code.name())).count(), 1, "{}", code.name());
        }
    }
}
