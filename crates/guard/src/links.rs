//! Symbolic links: an effect on a path is one on what the path leads to, too.
//!
//! Only paths that are wholly known are followed, and what was found is added, never put in place of what is written.
//! Between this look and the call a link can be changed: who may do that needs no link. A removal takes the link and
//! not what it leads to, so there only the directory is followed.
//!
//! The look-ups of one call are bounded. A path that they do not suffice for may lead anywhere, and is so opaque.

use std::path::{Path, PathBuf};

use sponsio_engine::event::{Certainty, Deed, Effect, Effects, Object, PathSet};

use crate::limits::LINK_LOOKUPS_MAX;

/// The effects, and those on what their paths lead to.
pub(crate) fn followed(effects: Effects) -> Effects {
    let mut left = LINK_LOOKUPS_MAX;
    let mut added: Vec<Effect> = Vec::new();
    for effect in &effects.list {
        let Object::Path(path) = &effect.object else { continue };
        let (pattern, certainty) =
            match led_to(&path.pattern, effect.deed == Deed::Delete, &mut left) {
                Led::Nowhere => continue,
                Led::To(pattern) => (pattern, effect.certainty),
                Led::Untold => (ANYWHERE.into(), Certainty::Opaque),
            };
        let object = Object::Path(PathSet { pattern, below: path.below });
        let effect = Effect { certainty, object, ..effect.clone() };
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

/// The path that can be any.
const ANYWHERE: &str = "**";

/// Where a path leads.
#[derive(Debug, PartialEq, Eq)]
enum Led {
    /// Only where it says.
    Nowhere,
    /// To another path.
    To(Box<str>),
    /// That was not found out.
    Untold,
}

fn led_to(pattern: &str, is_removed: bool, left: &mut usize) -> Led {
    if !pattern.starts_with('/') || pattern.contains(['*', '?']) {
        return Led::Nowhere;
    }
    let whole = Path::new(pattern);
    let above = |path: &Path| path.parent().map(Path::to_owned);
    let mut known = if is_removed { above(whole) } else { Some(whole.to_owned()) };
    while let Some(path) = known {
        let Some(fewer) = left.checked_sub(1) else { return Led::Untold };
        *left = fewer;
        if let Ok(found) = path.canonicalize() {
            let Ok(rest) = whole.strip_prefix(&path) else { return Led::Untold };
            let is_itself = found == path;
            let end = if rest.as_os_str().is_empty() { found } else { found.join(rest) };
            return if is_itself { Led::Nowhere } else { text(end).map_or(Led::Untold, Led::To) };
        }
        known = above(&path);
    }
    Led::Nowhere
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
        let pattern = path.to_str().unwrap_or_default().into();
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
    fn a_path_that_the_lookups_do_not_suffice_for_is_opaque() {
        let deep = "/nothing-here".repeat(LINK_LOOKUPS_MAX + 1);
        let mut left = LINK_LOOKUPS_MAX;
        assert_eq!(led_to(&deep, false, &mut left), Led::Untold);
        assert_eq!(left, 0);
        let found = followed(effects(Deed::Read, Path::new(&deep)));
        assert_eq!(paths(&found), [&*deep, ANYWHERE]);
        let certainties: Vec<_> = found.list.iter().map(|effect| effect.certainty).collect();
        assert_eq!(certainties, [Certainty::Must, Certainty::Opaque]);
    }
}
