//! Checks of the repository as a whole: what may depend on what, what documents say, how sources look.
//!
//! A reviewer should not have to look for what a program can see. Each finding says where, what, why it matters
//! and what to do. The same checks run as an ordinary test of this crate, so `cargo test` sees them too.
//!
//! Sources are read as text, line by line, on the layout that rustfmt gives them: no parser, no false alarm
//! about code that does not compile. Lints of the compiler and of clippy are not repeated here.

pub(crate) mod commands;
pub(crate) mod configurations;
pub(crate) mod documents;
pub(crate) mod layers;
pub(crate) mod sources;
pub(crate) mod tree;
pub(crate) mod words;

use std::fmt;
use std::path::Path;

use anyhow::{Result, bail};

use tree::Tree;

/// Why something is looked for, and what to do about it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reason {
    pub(crate) why: &'static str,
    pub(crate) remedy: &'static str,
}

/// Something to mend.
#[derive(Debug)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    what: String,
    reason: &'static Reason,
}

impl Finding {
    pub(crate) fn new(
        path: &str,
        line: usize,
        what: impl Into<String>,
        reason: &'static Reason,
    ) -> Self {
        Self { path: path.to_owned(), line, what: what.into(), reason }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, what, reason } = self;
        write!(f, "{path}:{line}: {what}\n    why: {}\n    do:  {}", reason.why, reason.remedy)
    }
}

/// Every finding of the repository, in the order of its files.
fn findings(root: &Path) -> Result<Vec<Finding>> {
    let tree = Tree::read(root)?;
    let mut findings = layers::check(&tree, root)?;
    findings.extend(sources::check(&tree));
    findings.extend(words::check(&tree));
    findings.extend(documents::check(&tree));
    findings.extend(configurations::check(&tree));
    findings.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    Ok(findings)
}

/// Prints every finding; fails where there is one.
pub(crate) fn run(root: &Path) -> Result<()> {
    let findings = findings(root)?;
    for finding in &findings {
        println!("{finding}");
    }
    if !findings.is_empty() {
        bail!("tidy: {} findings", findings.len());
    }
    println!("tidy: nothing to mend");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_tidy() {
        let findings = findings(&crate::run::root()).unwrap();
        let text: Vec<String> = findings.iter().map(Finding::to_string).collect();
        assert!(findings.is_empty(), "\n{}", text.join("\n"));
    }
}
