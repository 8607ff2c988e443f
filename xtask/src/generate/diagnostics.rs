//! The reference of the diagnostic codes, from their registry.

use std::path::Path;

use anyhow::Result;
use sponsio_contracts::diagnostic::{Code, Severity};

use super::cell;

const INTRODUCTION: &str = "\
# Diagnostics

What can be wrong with a configuration. With an error it enforces nothing; with a warning it does, but probably does not
say what was meant. A code keeps its meaning.
";

/// The page.
pub(crate) fn page(_root: &Path) -> Result<String> {
    let mut page = INTRODUCTION.to_owned();
    for (title, severity) in [("Errors", Severity::Error), ("Warnings", Severity::Warning)] {
        page.push_str(&format!("\n## {title}\n\n| code | meaning |\n|---|---|\n"));
        for code in Code::ALL.iter().filter(|code| code.severity() == severity) {
            page.push_str(&format!("| {} | {} |\n", code.name(), cell(code.explanation())));
        }
    }
    Ok(page)
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
