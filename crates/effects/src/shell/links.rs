//! Links and copies that a script makes: what it then does to the link, it does to what the link leads to.
//!
//! The disk is not asked, so only links of the same script are known. To remove a link removes the link alone.

use sponsio_engine::event::{Certainty, Deed, Effect, Flags, Object, PathSet};

use super::Shell;
use super::state::Value;
use crate::path;
use crate::sink::Sink;
use crate::word::Word;

/// Links that are remembered.
const LINKS_MAX: usize = 16;

/// A path that stands for another.
#[derive(Clone, Debug)]
pub(super) struct Link {
    from: PathSet,
    to: PathSet,
    /// Whether it is a copy: the same program, and another file.
    is_copy: bool,
}

impl Shell {
    /// Remembers what `ln` and `cp` make.
    pub(super) fn note_link(&mut self, argv: &[Word], sink: &Sink<'_>) {
        let Some((name, words)) = argv.split_first() else { return };
        let name = name.text().unwrap_or_default();
        let name = name.rsplit('/').next().unwrap_or(name);
        if !matches!(name, "ln" | "cp") || self.links.len() >= LINKS_MAX {
            return;
        }
        let mut operands = words.iter().filter(|word| !word.prefix().starts_with('-'));
        let (Some(target), Some(link), None) = (operands.next(), operands.next(), operands.next())
        else {
            return;
        };
        let resolved = |word: &Word| path::resolve(word, &self.state.cwd, sink.context);
        let (to, mut from) = (resolved(target), resolved(link));
        let is_folder = link.text().is_some_and(|text| text.ends_with('/') || text == ".");
        if is_folder && let Some(last) = to.pattern.rsplit('/').next() {
            from.pattern = format!("{}/{last}", from.pattern).into();
        }
        self.links.push(Link { from, to, is_copy: name == "cp" });
    }

    /// The program that a link or a copy is, by its name.
    pub(super) fn original(&self, argv: &[Word], sink: &Sink<'_>) -> Option<Vec<Word>> {
        let first = argv.first().filter(|name| name.prefix().contains('/'))?;
        if self.links.is_empty() {
            return None;
        }
        let path = path::resolve(first, &self.state.cwd, sink.context);
        let link = self.links.iter().find(|link| link.from == path)?;
        let mut argv = argv.to_vec();
        *argv.first_mut()? = Word::known(&*link.to.pattern);
        Some(argv)
    }

    /// Adds what effects on the first links do to what these lead to.
    pub(super) fn through_links(&self, count: usize, mark: usize, sink: &mut Sink<'_>) {
        let links = self.links.get(..count).unwrap_or_default();
        if links.is_empty() {
            return;
        }
        let mut more: Vec<Effect> = Vec::new();
        for effect in sink.since(mark) {
            let Object::Path(path) = &effect.object else { continue };
            for link in links.iter().filter(|link| !link.is_copy) {
                let Some(rest) = path.pattern.strip_prefix(&*link.from.pattern) else { continue };
                let is_link = rest.is_empty() && effect.deed == Deed::Delete;
                if is_link || !(rest.is_empty() || rest.starts_with('/')) {
                    continue;
                }
                let pattern = format!("{}{rest}", link.to.pattern.trim_end_matches('/'));
                let pattern = if pattern.is_empty() { "/".into() } else { pattern.into() };
                let object = Object::Path(PathSet { pattern, below: path.below });
                more.push(Effect { object, ..effect.clone() });
            }
        }
        for effect in more {
            sink.add(effect.certainty, effect.deed, effect.object, effect.flags);
        }
    }

    /// A program that this script has written and that is found because it has set `PATH`.
    pub(super) fn found_in_path(&mut self, argv: &[Word], sink: &mut Sink<'_>) {
        let Some(name) = argv.first().and_then(Word::text).filter(|name| !name.contains('/'))
        else {
            return;
        };
        let Some(Value::Scalar(search)) = self.state.variable("PATH").map(|v| &v.value) else {
            return;
        };
        let places: Vec<PathSet> = search
            .prefix()
            .split(':')
            .filter(|directory| !directory.is_empty())
            .take(16)
            .map(|directory| {
                let file = Word::known(format!("{directory}/{name}"));
                path::resolve(&file, &self.state.cwd, sink.context)
            })
            .collect();
        if let Some(path) = places.into_iter().find(|path| self.content(path).is_some()) {
            sink.add(Certainty::Must, Deed::Exec, Object::Path(path.clone()), Flags::NONE);
            self.run_files(argv, &[path], sink);
        }
    }
}
