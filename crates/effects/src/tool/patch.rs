//! The paths that a patch changes: `*** Update File: a` and unified diffs.

use std::collections::BTreeSet;

use sponsio_engine::event::Deed;

use crate::limits::EFFECTS_MAX;

/// What stands before a path, and what the patch does to it.
const HEADS: &[(&str, Deed)] = &[
    ("*** Add File:", Deed::Write),
    ("*** Update File:", Deed::Write),
    ("*** Delete File:", Deed::Delete),
    ("*** Move to:", Deed::Write),
    ("rename from ", Deed::Delete),
    ("rename to ", Deed::Write),
    ("copy to ", Deed::Write),
];
/// Bytes of the shortest thing that stands before a path: `--- `.
const HEAD_BYTES_MIN: usize = 4;

/// What the patch does to which path, in its order.
pub(super) fn paths(text: &str) -> Vec<(Deed, &str)> {
    let mut found: Vec<(Deed, &str)> = Vec::new();
    let mut seen: BTreeSet<(Deed, &str)> = BTreeSet::new();
    let mut add = |deed, path| {
        // One more than there may be effects, so that it is told that there are more.
        if found.len() <= EFFECTS_MAX && seen.insert((deed, path)) {
            found.push((deed, path));
        }
    };
    let mut old = "";
    for line in text.split('\n').filter(|line| line.len() > HEAD_BYTES_MIN) {
        let line = line.trim_end_matches('\r');
        let trimmed = line.trim_start();
        // Most lines are what changes, and begin otherwise.
        let heads = if trimmed.starts_with(['*', 'r', 'c']) { HEADS } else { &[] };
        if let Some((path, deed)) =
            heads.iter().find_map(|(head, deed)| Some((trimmed.strip_prefix(head)?, *deed)))
        {
            add(deed, path.trim());
        } else if let Some(path) = line.strip_prefix("--- ") {
            old = side(path);
        } else if let Some(path) = line.strip_prefix("+++ ") {
            match (old, side(path)) {
                ("/dev/null", "/dev/null") => {}
                (old, "/dev/null") => add(Deed::Delete, old),
                (_, new) => add(Deed::Write, new),
            }
        }
    }
    found
}

/// The path of one side of a unified diff: without `a/`, `b/` and the time.
fn side(text: &str) -> &str {
    let path = text.split('\t').next().unwrap_or(text).trim().trim_matches('"');
    path.strip_prefix("a/").or_else(|| path.strip_prefix("b/")).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[(Deed, &str)]) {
        assert_eq!(paths(text), expect, "{text}");
    }

    #[test]
    fn a_patch_names_its_paths() {
        check(
            "*** Begin Patch\n*** Add File: a\n+x\n*** Update File: b c\n*** Move to: d\n@@\n*** Delete File: e\n",
            &[(Deed::Write, "a"), (Deed::Write, "b c"), (Deed::Write, "d"), (Deed::Delete, "e")],
        );
        check("--- a/x\n+++ b/x\n@@ -1 +1 @@\n", &[(Deed::Write, "x")]);
        check("--- a/x\t2020\n+++ /dev/null\n", &[(Deed::Delete, "x")]);
        check("--- /dev/null\n+++ b/etc/x\n", &[(Deed::Write, "etc/x")]);
        check("nothing", &[]);
    }
}
