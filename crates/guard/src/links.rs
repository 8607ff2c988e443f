//! Symbolic links: an effect on a path is one on what the path leads to, too.
//!
//! Only paths that are wholly known are followed, and what was found is added, never put in place of what is written.
//! Between this look and the call a link can be changed: who may do that needs no link. A removal takes the link and not
//! what it leads to, so there only the directory is followed.

use std::path::{Path, PathBuf};

use sponsio_engine::event::{Deed, Effect, Effects, Object, PathSet};

use crate::limits::LINK_LOOKUPS_MAX;

/// The effects, and those on what their paths lead to.
pub(crate) fn followed(effects: Effects) -> Effects {
    let mut left = LINK_LOOKUPS_MAX;
    let mut added: Vec<Effect> = Vec::new();
    for effect in &effects.list {
        let Object::Path(path) = &effect.object else { continue };
        let Some(pattern) = led_to(&path.pattern, effect.deed == Deed::Delete, &mut left) else {
            continue;
        };
        let object = Object::Path(PathSet { pattern, below: path.below });
        let effect = Effect { object, ..effect.clone() };
        if !added.contains(&effect) && !effects.list.contains(&effect) {
            added.push(effect);
        }
    }
    if added.is_empty() {
        return effects;
    }
    let list = effects.list.into_iter().chain(added).collect();
    Effects { list, ..effects }
}

/// Where a path leads, if that is elsewhere.
fn led_to(pattern: &str, is_removed: bool, left: &mut usize) -> Option<Box<str>> {
    if !pattern.starts_with('/') || pattern.contains(['*', '?']) {
        return None;
    }
    let whole = Path::new(pattern);
    let mut known = if is_removed { whole.parent()? } else { whole };
    loop {
        *left = left.checked_sub(1)?;
        if let Ok(found) = known.canonicalize() {
            if found == known {
                return None;
            }
            let rest = whole.strip_prefix(known).ok()?;
            let path = if rest.as_os_str().is_empty() { found } else { found.join(rest) };
            return text(path).filter(|found| **found != *pattern);
        }
        known = known.parent()?;
    }
}

/// The path as a pattern: what would be a sign in one stands for any character.
fn text(path: PathBuf) -> Option<Box<str>> {
    let text = path.into_os_string().into_string().ok()?;
    Some(text.replace('*', "?").into())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use sponsio_engine::event::{Certainty, Flags};

    use super::*;

    fn effects(deed: Deed, path: &Path) -> Effects {
        let pattern = path.to_str().unwrap().into();
        let object = Object::Path(PathSet { pattern, below: false });
        let (certainty, flags) = (Certainty::Must, Flags::NONE);
        let list = [Effect { command: 0, certainty, deed, object, flags }].into();
        Effects { list, ..Effects::default() }
    }

    fn paths(effects: &Effects) -> Vec<&str> {
        let path = |effect| match effect {
            &Effect { object: Object::Path(PathSet { ref pattern, .. }), .. } => &**pattern,
            _ => "",
        };
        effects.list.iter().map(path).collect()
    }

    #[test]
    fn a_link_is_an_effect_on_what_it_leads_to() {
        let directory = tempfile::tempdir().unwrap();
        let here = directory.path().canonicalize().unwrap();
        let (secret, link) = (here.join("secret"), here.join("link"));
        std::fs::create_dir(&secret).unwrap();
        symlink(&secret, &link).unwrap();
        let check = |deed, path: &Path, expect: &[&Path]| {
            let found = followed(effects(deed, path));
            let expect: Vec<&str> = expect.iter().map(|path| path.to_str().unwrap()).collect();
            assert_eq!(paths(&found), expect);
        };
        check(Deed::Read, &link, &[&link, &secret]);
        check(Deed::Write, &link.join("new/x"), &[&link.join("new/x"), &secret.join("new/x")]);
        check(Deed::Delete, &link, &[&link]);
        check(Deed::Delete, &link.join("x"), &[&link.join("x"), &secret.join("x")]);
        check(Deed::Read, &secret.join("x"), &[&secret.join("x")]);
    }

    #[test]
    fn so_many_lookups_are_made_and_no_more() {
        let mut left = LINK_LOOKUPS_MAX;
        let deep = "/nothing-here".repeat(LINK_LOOKUPS_MAX + 1);
        assert_eq!(led_to(&deep, false, &mut left), None);
        assert_eq!(left, 0);
    }
}
