//! The files of the repository, read once.
//!
//! Build output, dependencies of other languages and hidden folders that belong to tools are left out by name;
//! git is not asked, so that an unpacked archive can be checked as well.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// One file.
#[derive(Debug)]
pub(crate) struct File {
    /// Its path from the root, with slashes.
    pub(crate) path: String,
    /// Its text; empty where it is not UTF-8.
    pub(crate) text: String,
}

impl File {
    /// Whether all of it is tests or benchmarks.
    pub(crate) fn is_test(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        let in_folder = |folder: &str| format!("/{}", self.path).contains(folder);
        name == "tests.rs"
            || name.ends_with("_tests.rs")
            || ["/tests/", "/benches/"].into_iter().any(in_folder)
    }
}

/// All files, ordered by path.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(crate) files: Vec<File>,
}

/// Hidden entries that are part of the repository; all others are left out.
const HIDDEN: &[&str] = &[".cargo", ".ci", ".config", ".github", ".gitignore"];
/// Folders of build output and of installed dependencies.
const OUTPUT: &[&str] = &["target", "node_modules", "__pycache__"];
/// Folders that the fuzzer fills.
const FUZZ_OUTPUT: &[&str] = &["fuzz/corpus", "fuzz/artifacts"];

impl Tree {
    /// Reads the repository.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let mut tree = Self::default();
        tree.enter(root, "")?;
        tree.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(tree)
    }

    fn enter(&mut self, folder: &Path, prefix: &str) -> Result<()> {
        let entries = fs::read_dir(folder).with_context(|| format!("`{}`", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let left_out = name.starts_with('.') && !HIDDEN.contains(&name.as_str());
            let path = format!("{prefix}{name}");
            let is_output = OUTPUT.contains(&name.as_str()) || FUZZ_OUTPUT.contains(&path.as_str());
            if left_out || is_output {
                continue;
            }
            if entry.path().is_dir() {
                self.enter(&entry.path(), &format!("{path}/"))?;
            } else {
                let bytes = fs::read(entry.path()).with_context(|| format!("`{path}`"))?;
                self.files.push(File { path, text: String::from_utf8(bytes).unwrap_or_default() });
            }
        }
        Ok(())
    }

    /// The files whose names end so.
    pub(crate) fn with_extension(&self, extension: &str) -> impl Iterator<Item = &File> {
        let end = format!(".{extension}");
        self.files.iter().filter(move |file| file.path.ends_with(&end))
    }

    /// The file at this path.
    pub(crate) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Whether there is a file or a folder at this path.
    pub(crate) fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let folder = format!("{path}/");
        self.files.iter().any(|file| file.path == path || file.path.starts_with(&folder))
    }

    /// Whether some path ends with this one, whole names only, or has it as a folder on the way.
    pub(crate) fn has_somewhere(&self, path: &str) -> bool {
        let inner = format!("/{}/", path.trim_matches('/'));
        self.files.iter().any(|file| format!("/{}/", file.path).contains(&inner))
    }
}

#[cfg(test)]
impl Tree {
    /// A tree of these files, for tests.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let file = |&(path, text): &(&str, &str)| File { path: path.into(), text: text.into() };
        Self { files: files.iter().map(file).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_there_when_a_file_is_in_it() {
        let tree = Tree::of(&[("a/b/c.rs", "")]);
        assert!(tree.has("a/b"));
        assert!(tree.has("a/b/"));
        assert!(!tree.has("a/c"));
        assert!(!tree.has("a/b/c"));
    }

    #[test]
    fn whole_names_are_found_anywhere() {
        let tree = Tree::of(&[("a/b/c.rs", "")]);
        assert!(tree.has_somewhere("b/c.rs"));
        assert!(tree.has_somewhere("b"));
        assert!(!tree.has_somewhere("c"));
    }
}
