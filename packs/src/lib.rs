//! The shipped packs, as text.
//!
//! A pack is two files in this directory, in the formats that `README.md` beside it defines: its contracts, and the
//! cases that prove them. This crate embeds the files and nothing else: it does not read YAML, does not know what a
//! contract is, and depends on nothing. `sponsio-contracts` resolves `include: [sponsio:core/x]` against [`PACKS`].
//! The list is written by hand, one line a pack, and a test compares it with the directory: a list that is made by a
//! build script would make every build depend on what lies about.

/// One shipped pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pack {
    /// What an `include` calls it after `sponsio:`, for example `core/universal`.
    pub name: &'static str,
    /// The text of its YAML file.
    pub text: &'static str,
    /// The text of its cases.
    pub cases: &'static str,
}

/// The list of packs from their names.
macro_rules! packs {
    ($($name:literal,)*) => {
        /// Every shipped pack, sorted by name.
        pub const PACKS: &[Pack] = &[$(Pack {
            name: $name,
            text: include_str!(concat!("../", $name, ".yaml")),
            cases: include_str!(concat!("../", $name, ".cases.yaml")),
        },)*];
    };
}

packs! {
    "capability/cloud",
    "capability/cloud-changes",
    "capability/code",
    "capability/concealment",
    "capability/credentials",
    "capability/database",
    "capability/destructive",
    "capability/discovery",
    "capability/evidence",
    "capability/filesystem",
    "capability/filesystem-strict",
    "capability/git",
    "capability/host-config-integrity",
    "capability/known-hosts",
    "capability/network-egress",
    "capability/package-install",
    "capability/self-modify",
    "capability/shell",
    "capability/subagent",
    "capability/system-reads",
    "capability/tested-changes",
    "core/output_safety",
    "core/runaway",
    "core/universal",
    "host/code-runner",
    "host/coding-agent",
    "host/sub-agent",
    "incident/amazon-q-wiper",
    "incident/antigravity-drive-wipe",
    "incident/claude-code-secret-bypass",
    "incident/cursor-railway-wipe",
    "incident/gemini-cli-lost-files",
    "incident/github-mcp-leak",
    "incident/mcp-composition",
    "incident/nx-s1ngularity",
    "incident/openclaw",
    "incident/postmark-mcp",
    "incident/replit-code-freeze",
    "incident/shai-hulud",
    "incident/subagent-escape",
    "incident/supabase-mcp-leak",
}

/// The pack with this name; a trailing `.yaml` is ignored.
pub fn find(name: &str) -> Option<&'static Pack> {
    let name = name.strip_suffix(".yaml").unwrap_or(name);
    PACKS.iter().find(|pack| pack.name == name)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const KINDS: [&str; 4] = ["capability", "core", "host", "incident"];

    #[test]
    fn packs_are_sorted_and_no_name_occurs_twice() {
        assert!(PACKS.windows(2).all(|pair| pair[0].name < pair[1].name));
    }

    #[test]
    fn a_name_that_is_not_shipped_is_not_found() {
        assert_eq!(find("core/nothing"), None);
        assert_eq!(find("core/nothing.yaml"), None);
    }

    #[test]
    fn every_pack_is_found_by_its_name() {
        for pack in PACKS {
            assert_eq!(find(pack.name), Some(pack));
        }
    }

    #[test]
    fn every_file_of_the_directory_belongs_to_a_pack_of_the_list() {
        let mut files = Vec::new();
        for kind in KINDS {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(kind);
            for entry in std::fs::read_dir(folder).into_iter().flatten() {
                files.push(format!("{kind}/{}", entry.unwrap().file_name().display()));
            }
        }
        files.sort_unstable();
        let mut expect: Vec<String> = PACKS
            .iter()
            .flat_map(|pack| ["cases.yaml", "yaml"].map(|end| format!("{}.{end}", pack.name)))
            .collect();
        expect.sort_unstable();
        assert_eq!(files, expect);
    }

    #[test]
    fn a_pack_is_of_one_of_the_kinds() {
        for pack in PACKS {
            assert!(KINDS.iter().any(|kind| pack.name.starts_with(&format!("{kind}/"))));
        }
    }
}
