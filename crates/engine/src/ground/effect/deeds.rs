//! Which deeds are meant: `git.push`, `git`, `any`, `git.push+force`, `{sql.drop, sql.truncate}`.

use super::SetFlaw;
use crate::event::{Deed, Effect, Flags};
use crate::formula::selector;

/// What means every deed.
const ANY: &str = "any";

/// A set of deeds with the marks that they must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Deeds(Box<[One]>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct One {
    /// A deed, a kind of deeds, or any.
    name: Box<str>,
    flags: Flags,
}

impl Deeds {
    pub(crate) fn new(text: &str) -> Result<Self, SetFlaw> {
        let texts = selector::listed(text).map_err(SetFlaw::Syntax)?;
        texts.iter().map(|text| One::new(text)).collect::<Result<_, _>>().map(Self)
    }

    /// Whether the effect is such a deed.
    pub(super) fn has(&self, effect: &Effect) -> bool {
        self.0.iter().any(|one| {
            (*one.name == *ANY || effect.deed.is(&one.name)) && effect.flags.has(one.flags)
        })
    }

    /// The canonical text.
    pub(crate) fn canonical(text: &str) -> Result<Box<str>, SetFlaw> {
        let mut texts: Vec<String> = Vec::new();
        for text in Self::new(text)?.0.iter().map(One::text) {
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        Ok(match &*texts {
            [only] => only.as_str().into(),
            _ => selector::set_of(&texts).into(),
        })
    }

    /// Every name of a deed and of a kind.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        let all = Deed::ALL.iter().flat_map(|deed| [deed.name(), deed.kind()]);
        all.chain([ANY])
    }
}

impl One {
    fn new(text: &str) -> Result<Self, SetFlaw> {
        let mut parts = text.split('+').map(str::trim);
        let name = parts.next().unwrap_or_default();
        if !Deeds::names().any(|known| known == name) {
            return Err(SetFlaw::Deed(name.into()));
        }
        let mut flags = Flags::NONE;
        for part in parts {
            let flag = Flags::named(part).ok_or_else(|| SetFlaw::Flag(part.into()))?;
            flags = flags.with(flag);
        }
        Ok(Self { name: name.into(), flags })
    }

    fn text(&self) -> String {
        let mut text = self.name.to_string();
        for (_, name, _) in Flags::ALL.iter().filter(|(flag, ..)| self.flags.has(*flag)) {
            text.extend(["+", name]);
        }
        text
    }
}
