//! Who may depend on whom: the one place that holds the table, and the comparison with the manifests.
//!
//! Cargo would accept edges that the architecture refuses: a record that needs the contract language to be read,
//! an engine that knows a file format. A row is changed here, deliberately, or not at all; the table in
//! ARCHITECTURE.md is generated from it.
//!
//! Build and ordinary dependencies are held to the row. Tests may use the test tools beside it, and no crate may
//! use more of the workspace for its tests than for its code, except a crate for tests itself.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use super::tree::Tree;
use super::{Finding, Reason};
use crate::run::{cargo, output};

/// What one crate may know.
pub(crate) struct Layer {
    pub(crate) package: &'static str,
    pub(crate) folder: &'static str,
    /// Crates of the workspace it may depend on.
    pub(crate) workspace: Names,
    /// Crates from outside it may depend on.
    pub(crate) outside: Names,
    /// Whether everything in it is a function of its arguments: no clock, file, environment, process, thread.
    pub(crate) is_pure: bool,
    /// What must not appear in it.
    pub(crate) ignores: &'static str,
}

/// A set of crates.
pub(crate) enum Names {
    Any,
    Only(&'static [&'static str]),
}

use Names::{Any, Only};

/// Every crate of the workspace, in pipeline order.
pub(crate) const LAYERS: &[Layer] = &[
    Layer {
        package: "sponsio-engine",
        folder: "crates/engine",
        workspace: Only(&[]),
        outside: Only(&[
            "fancy-regex",
            "foldhash",
            "hashbrown",
            "memchr",
            "regex-automata",
            "regex-syntax",
            "siphasher",
            "thiserror",
            "twox-hash",
            "unicode-normalization",
            "unicode-security",
        ]),
        is_pure: true,
        ignores: "YAML, JSON, serde, pattern names, hosts, files, clocks",
    },
    Layer {
        package: "sponsio-effects",
        folder: "crates/effects",
        workspace: Only(&["sponsio-engine"]),
        outside: Only(&[
            "serde_json",
            "tree-sitter",
            "tree-sitter-python",
            "unicode-normalization",
            "url",
        ]),
        is_pure: true,
        ignores: "contracts, sessions",
    },
    Layer {
        package: "sponsio-packs",
        folder: "packs",
        workspace: Only(&[]),
        outside: Only(&[]),
        is_pure: true,
        ignores: "everything: it is data, and its code only embeds it",
    },
    Layer {
        package: "sponsio-contracts",
        folder: "crates/contracts",
        workspace: Only(&["sponsio-engine", "sponsio-packs"]),
        outside: Only(&["annotate-snippets", "saphyr-parser", "serde", "strsim", "thiserror"]),
        is_pure: true,
        ignores: "sessions, decisions, records",
    },
    Layer {
        package: "sponsio-record",
        folder: "crates/record",
        workspace: Only(&["sponsio-engine"]),
        outside: Only(&[
            "base64",
            "ed25519-dalek",
            "regex-automata",
            "serde",
            "serde_json",
            "sha2",
            "struson",
            "thiserror",
        ]),
        is_pure: true,
        ignores: "the contract language, hosts, where files are",
    },
    Layer {
        package: "sponsio-hosts",
        folder: "crates/hosts",
        workspace: Only(&["sponsio-engine"]),
        outside: Only(&["jsonc-parser", "serde", "serde_json", "thiserror"]),
        is_pure: true,
        ignores: "programs, sessions, files",
    },
    Layer {
        package: "sponsio-guard",
        folder: "crates/guard",
        workspace: Only(&[
            "sponsio-engine",
            "sponsio-effects",
            "sponsio-contracts",
            "sponsio-record",
        ]),
        outside: Only(&[
            "redis",
            "rusqlite",
            "rustix",
            "rustls",
            "rustls-native-certs",
            "saphyr-parser",
            "thiserror",
            "tokio",
            "tokio-postgres",
            "tokio-postgres-rustls",
            "url",
        ]),
        is_pure: false,
        ignores: "terminals, host protocols, sockets but those of a store that was configured",
    },
    Layer {
        package: "sponsio-telemetry",
        folder: "crates/telemetry",
        workspace: Only(&["sponsio-engine", "sponsio-guard", "sponsio-record"]),
        outside: Only(&[
            "async-trait",
            "opentelemetry",
            "opentelemetry-http",
            "opentelemetry-otlp",
            "opentelemetry_sdk",
            "sha2",
            "thiserror",
            "ureq",
        ]),
        is_pure: false,
        ignores: "decisions: it is told them; files, sockets but that of the collector that was configured",
    },
    Layer {
        package: "sponsio-cli",
        folder: "cli",
        workspace: Only(&[
            "sponsio-engine",
            "sponsio-effects",
            "sponsio-packs",
            "sponsio-contracts",
            "sponsio-record",
            "sponsio-hosts",
            "sponsio-guard",
            "sponsio-telemetry",
        ]),
        outside: Only(&[
            "anstream",
            "anstyle",
            "clap",
            "clap_complete",
            "ctrlc",
            "flate2",
            "getrandom",
            "jiff",
            "rusqlite",
            "serde",
            "serde_json",
            "sha2",
            "similar",
            "tempfile",
            "terminal_size",
            "tokio",
            "unicode-width",
            "ureq",
        ]),
        is_pure: false,
        ignores: "how a decision is made",
    },
    Layer {
        package: "sponsio-python",
        folder: "bindings/python",
        workspace: Only(&[
            "sponsio-engine",
            "sponsio-contracts",
            "sponsio-record",
            "sponsio-guard",
            "sponsio-cli",
        ]),
        outside: Only(&["pyo3", "thiserror"]),
        is_pure: false,
        ignores: "how a decision is made",
    },
    Layer {
        package: "sponsio-conformance",
        folder: "conformance",
        workspace: Any,
        outside: Any,
        is_pure: false,
        ignores: "nothing depends on it",
    },
    Layer {
        package: "sponsio-bench",
        folder: "bench",
        workspace: Any,
        outside: Any,
        is_pure: false,
        ignores: "nothing depends on it",
    },
    Layer {
        package: "xtask",
        folder: "xtask",
        workspace: Any,
        outside: Any,
        is_pure: false,
        ignores: "nothing depends on it",
    },
];

/// What the tests of any crate may use.
const TEST_TOOLS: &[&str] = &[
    "criterion",
    "fastrand",
    "flate2",
    "jsonschema",
    "opentelemetry-proto",
    "proptest",
    "prost",
    "saphyr-parser",
    "serde_json",
    "serde_json_canonicalizer",
    "tempfile",
];

const EDGE: Reason = Reason {
    why: "the layers are what keeps the engine small, decisions pure and logs readable on their own",
    remedy: "move the code to the crate that may know it, or change the row in \
             `xtask/src/tidy/layers.rs` as a decision about the architecture",
};
const ROW: Reason = Reason {
    why: "a crate without a row may depend on anything",
    remedy: "bring `xtask/src/tidy/layers.rs` and the crates of the workspace into agreement",
};

/// Compares the manifests with the table.
pub(crate) fn check(tree: &Tree, root: &Path) -> Result<Vec<Finding>> {
    let manifest = root.join("Cargo.toml");
    let mut command = cargo(&["metadata", "--no-deps", "--offline", "--format-version", "1"]);
    let text = output(command.arg("--manifest-path").arg(manifest))?;
    let metadata: Value = serde_json::from_str(&text)?;
    let packages = metadata.get("packages").and_then(Value::as_array);
    Ok(compare(packages.context("`cargo metadata` names no package")?, tree))
}

fn compare(packages: &[Value], tree: &Tree) -> Vec<Finding> {
    let name = |value: &Value| value.get("name").and_then(Value::as_str).unwrap_or("").to_owned();
    let names: Vec<String> = packages.iter().map(name).collect();
    let mut findings = Vec::new();
    for layer in LAYERS.iter().filter(|layer| !names.iter().any(|name| name == layer.package)) {
        let what = format!("the table has a row for `{}`, which is not there", layer.package);
        findings.push(Finding::new("xtask/src/tidy/layers.rs", 1, what, &ROW));
    }
    for (package, name) in packages.iter().zip(&names) {
        match LAYERS.iter().find(|layer| layer.package == name) {
            Some(layer) => edges(layer, package, &names, tree, &mut findings),
            None => {
                let what = format!("the table has no row for `{name}`");
                findings.push(Finding::new("Cargo.toml", 1, what, &ROW));
            }
        }
    }
    findings
}

fn edges(
    layer: &Layer,
    package: &Value,
    workspace: &[String],
    tree: &Tree,
    findings: &mut Vec<Finding>,
) {
    let dependencies = package.get("dependencies").and_then(Value::as_array);
    for dependency in dependencies.into_iter().flatten() {
        let text = |key: &str| dependency.get(key).and_then(Value::as_str);
        let Some(name) = text("name") else { continue };
        let is_test = text("kind") == Some("dev");
        let is_own = workspace.iter().any(|own| own == name);
        let allowed = if is_own {
            layer.workspace.has(name)
        } else {
            layer.outside.has(name) || (is_test && TEST_TOOLS.contains(&name))
        };
        if !allowed {
            let path = format!("{}/Cargo.toml", layer.folder);
            let kind = if is_test { "its tests depend" } else { "it depends" };
            let what = format!("`{}`: {kind} on `{name}`", layer.package);
            findings.push(Finding::new(&path, line_of(tree, &path, name), what, &EDGE));
        }
    }
}

/// The line of a manifest that names a dependency.
fn line_of(tree: &Tree, path: &str, name: &str) -> usize {
    let text = tree.file(path).map_or("", |file| file.text.as_str());
    text.lines().position(|line| line.starts_with(name)).map_or(1, |index| index + 1)
}

impl Names {
    fn has(&self, name: &str) -> bool {
        match self {
            Any => true,
            Only(names) => names.contains(&name),
        }
    }

    /// The names as the table in the documents shows them.
    pub(crate) fn list(&self) -> String {
        match self {
            Any => "anything".to_owned(),
            Only([]) => "nothing".to_owned(),
            Only(names) => names.join(", "),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The findings for a workspace that has every crate, of which one has these dependencies.
    fn check_edges(package: &str, dependencies: &[(&str, &str)], expect: &[&str]) {
        let value = |name: &str| {
            let list: Vec<Value> = dependencies
                .iter()
                .filter(|_| name == package)
                .map(|(name, kind)| serde_json::json!({ "name": name, "kind": kind }))
                .collect();
            serde_json::json!({ "name": name, "dependencies": list })
        };
        let packages: Vec<Value> = LAYERS.iter().map(|layer| value(layer.package)).collect();
        let found: Vec<String> =
            compare(&packages, &Tree::default()).into_iter().map(|f| f.what).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn an_edge_of_the_table_is_accepted() {
        check_edges("sponsio-record", &[("sponsio-engine", ""), ("serde_json", "")], &[]);
    }

    #[test]
    fn an_edge_against_the_pipeline_is_refused() {
        let expect = "`sponsio-record`: it depends on `sponsio-contracts`";
        check_edges("sponsio-record", &[("sponsio-contracts", "")], &[expect]);
    }

    #[test]
    fn an_unlisted_dependency_from_outside_is_refused() {
        let expect = "`sponsio-engine`: it depends on `serde`";
        check_edges("sponsio-engine", &[("serde", "")], &[expect]);
    }

    #[test]
    fn nothing_may_depend_on_tools_not_even_for_tests() {
        let expect = "`sponsio-engine`: its tests depend on `sponsio-conformance`";
        check_edges("sponsio-engine", &[("sponsio-conformance", "dev")], &[expect]);
    }

    #[test]
    fn test_tools_are_for_tests() {
        check_edges("sponsio-engine", &[("proptest", "dev")], &[]);
        let expect = "`sponsio-engine`: it depends on `proptest`";
        check_edges("sponsio-engine", &[("proptest", "")], &[expect]);
    }

    #[test]
    fn a_crate_without_a_row_is_found() {
        let mut packages: Vec<Value> =
            LAYERS.iter().map(|layer| serde_json::json!({ "name": layer.package })).collect();
        packages.push(serde_json::json!({ "name": "extra" }));
        let found = compare(&packages, &Tree::default());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].what, "the table has no row for `extra`");
    }

    #[test]
    fn a_row_without_a_crate_is_found() {
        let found = compare(&[], &Tree::default());
        assert_eq!(found.len(), LAYERS.len());
    }
}
