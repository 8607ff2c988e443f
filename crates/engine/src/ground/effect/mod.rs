//! What is asked about the effects of a call: `does`, `touches`, `reaches`, `opaque`.
//!
//! ```text
//!  deeds ── which effects are such a deed        pattern   two patterns, sign by sign
//!  sets ─┬─ path_set   directories and files     glob      one name, `*` and `?` on both sides
//!        ├─ host_set   names and addresses       tell      an effect in words, for reasons
//!        ├─ words      programs and their words
//!        └─ trail      paths that the session had to do with
//! ```
//!
//! A set is a list of elements, read in order, of which the last that fits decides. What puts in has to be *possible*
//! for
//! the effect and what takes out *certain*: a doubt never lets anything out. The texts of elements are checked where a
//! formula is read, and compiled when something is first asked of them: most calls do nothing that most sets are about.
//!
//! What this does not do: find out what a call does. Effects arrive with the event; without them nothing can be told.

mod deeds;
mod flaw;
mod glob;
mod host_set;
mod path_set;
mod pattern;
mod tell;
mod trail;
mod words;

pub(crate) use deeds::Deeds;
pub(crate) use flaw::SetFlaw;
pub(crate) use trail::Trail;

use std::sync::OnceLock;

use self::glob::Name;
use self::path_set::Place;
use self::pattern::Steps;
use self::trail::{Known, Recalled};
use super::valuation::Truth;
use crate::event::{Certainty, Deed, Effect, Effects, Object};
use crate::formula::selector;

/// What is asked about the effects of a call.
#[derive(Clone, Debug)]
pub(crate) struct EffectTest {
    asked: Asked,
    certainty: Certainty,
}

#[derive(Clone, Debug)]
enum Asked {
    /// Some effect is such a deed, on an object in the set.
    Does(Deeds, Late<ObjectElement>),
    /// Some effect is such an access to a path in the set.
    Touches(Access, Late<PathElement>),
    /// Some effect is on a host in the set.
    Reaches(Late<HostElement>),
    /// Some effect that is such a deed is opaque.
    Opaque(Deeds),
}

/// How a path is touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    List,
    Write,
    Delete,
    Change,
    Exec,
    Give,
    Any,
}

impl Access {
    const ALL: [(&'static str, Self); 8] = [
        ("read", Self::Read),
        ("list", Self::List),
        ("write", Self::Write),
        ("delete", Self::Delete),
        ("change", Self::Change),
        ("exec", Self::Exec),
        ("give", Self::Give),
        ("any", Self::Any),
    ];

    fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, access)| *access)
    }

    fn has(self, deed: Deed) -> bool {
        match self {
            Self::Read => deed == Deed::Read,
            Self::List => deed == Deed::List,
            Self::Write => deed == Deed::Write,
            Self::Delete => deed == Deed::Delete,
            Self::Change => matches!(deed, Deed::Write | Deed::Delete | Deed::Chmod),
            Self::Exec => deed == Deed::Exec,
            Self::Give => deed == Deed::Give,
            // Names are told in every search, and given to every program; who means them says so.
            Self::Any => !matches!(deed, Deed::List | Deed::Give),
        }
    }
}

/// The certainty with this name.
fn certainty(name: &str) -> Option<Certainty> {
    match name {
        "must" => Some(Certainty::Must),
        "may" => Some(Certainty::May),
        "opaque" => Some(Certainty::Opaque),
        _ => None,
    }
}

impl EffectTest {
    pub(crate) fn does(deeds: &str, objects: &str, sure: &str) -> Result<Self, SetFlaw> {
        let asked = Asked::Does(Deeds::new(deeds)?, Late::new(objects, ObjectElement::new)?);
        Self::new(asked, sure)
    }

    pub(crate) fn touches(paths: &str, access: &str, sure: &str) -> Result<Self, SetFlaw> {
        let access = Access::named(access).ok_or(SetFlaw::Malformed)?;
        Self::new(Asked::Touches(access, Late::new(paths, path_element)?), sure)
    }

    pub(crate) fn reaches(hosts: &str, sure: &str) -> Result<Self, SetFlaw> {
        Self::new(Asked::Reaches(Late::new(hosts, HostElement::new)?), sure)
    }

    pub(crate) fn opaque(deeds: &str) -> Result<Self, SetFlaw> {
        let asked = Asked::Opaque(Deeds::new(deeds)?);
        Ok(Self { asked, certainty: Certainty::Opaque })
    }

    fn new(asked: Asked, sure: &str) -> Result<Self, SetFlaw> {
        Ok(Self { asked, certainty: certainty(sure).ok_or(SetFlaw::Malformed)? })
    }

    /// Whether it asks what earlier calls had to do with.
    pub(crate) fn asks_trail(&self) -> bool {
        // Their names begin with `@`, and sets with such names are read already.
        matches!(&self.asked, Asked::Touches(_, paths)
        if paths.read.get().and_then(Option::as_ref).is_some_and(|set| {
            set.elements.iter().any(|(_, element)| matches!(element, PathElement::Known(_)))
        }))
    }

    /// Whether it is true of a call with these effects, after such a trail.
    pub(crate) fn truth(&self, effects: Option<&Effects>, trail: Option<&Trail>) -> Truth {
        let Some(effects) = effects else { return Truth::Unknown };
        let steps = Steps::new();
        let found = self.find(effects, trail, &steps).is_some();
        if steps.are_spent() { Truth::Unknown } else { found.into() }
    }

    /// The first effect of which it is true, in words.
    pub(crate) fn witness(&self, effects: &Effects, trail: Option<&Trail>) -> Option<String> {
        self.find(effects, trail, &Steps::new()).map(|effect| tell::effect(effect, effects))
    }

    fn find<'e>(
        &self,
        effects: &'e Effects,
        trail: Option<&Trail>,
        steps: &Steps,
    ) -> Option<&'e Effect> {
        if effects.list.is_empty() {
            return None;
        }
        let recalled = Recalled::new(trail, effects);
        let place = match &self.asked {
            Asked::Does(..) | Asked::Touches(..) => Some(Place::new(effects)),
            Asked::Reaches(_) | Asked::Opaque(_) => None,
        };
        effects.list.iter().find(|effect| {
            effect.certainty <= self.certainty
                && self.is_true_of(effect, place.as_ref(), &recalled, steps)
        })
    }

    fn is_true_of(
        &self,
        effect: &Effect,
        place: Option<&Place<'_>>,
        recalled: &Recalled<'_>,
        steps: &Steps,
    ) -> bool {
        match (&self.asked, &effect.object, place) {
            (Asked::Does(deeds, objects), object, Some(place)) => {
                deeds.has(effect)
                    && objects.has(
                        |element| element.meets(effect, place, steps),
                        |element| element.covers(object, place, steps),
                        steps,
                    )
            }
            (Asked::Touches(access, paths), Object::Path(path), Some(place)) => {
                access.has(effect.deed)
                    && paths.has(
                        |element| match element {
                            PathElement::Written(own) => {
                                own.meets(path, effect.deed == Deed::Read, place, steps)
                            }
                            PathElement::Known(known) => known.has(effect, path, recalled, steps),
                        },
                        |element| match element {
                            PathElement::Written(own) => own.covers(path, place, steps),
                            PathElement::Known(known) => known.has(effect, path, recalled, steps),
                        },
                        steps,
                    )
            }
            (Asked::Reaches(hosts), object, _) if effect.deed.kind() == "net" => {
                let host = match object {
                    Object::Host(host) => &*host.name,
                    // Such as who may connect to a port: only in a set of any hosts.
                    Object::None => "",
                    Object::Name(_) | Object::Path(_) | Object::Command(_) => return false,
                };
                hosts.has(
                    |element| element.0.meets(host, steps),
                    |element| element.0.covers(host, steps),
                    steps,
                )
            }
            (Asked::Opaque(deeds), ..) => {
                deeds.has(effect) && effect.certainty == Certainty::Opaque
            }
            _ => false,
        }
    }
}

/// What makes an element of its text, and of whether it puts in.
type Make<E> = fn(&str, bool) -> Result<E, SetFlaw>;

/// A set that is read when something is first asked of it.
#[derive(Clone, Debug)]
struct Late<E> {
    text: Box<str>,
    make: Make<E>,
    /// Nothing where the text is no set.
    read: OnceLock<Option<Set<E>>>,
}

impl<E> Late<E> {
    /// A set that names others is read at once: what is not defined must be found before anything is asked.
    fn new(text: &str, make: Make<E>) -> Result<Self, SetFlaw> {
        let late = Self { text: text.into(), make, read: OnceLock::new() };
        if text.contains('@') {
            let read = Set::new(text, make)?;
            late.read.get_or_init(|| Some(read));
        }
        Ok(late)
    }

    /// As [`Set::has`]. If the text is no set, which nobody who checked it knows, the question is given up.
    fn has(&self, meets: impl Fn(&E) -> bool, covers: impl Fn(&E) -> bool, steps: &Steps) -> bool {
        match self.read.get_or_init(|| Set::new(&self.text, self.make).ok()) {
            Some(set) => set.has(meets, covers),
            None => {
                steps.spend();
                true
            }
        }
    }
}

/// Elements in order, and whether each puts in.
#[derive(Clone, Debug)]
struct Set<E> {
    begins_with_all: bool,
    elements: Box<[(bool, E)]>,
}

impl<E> Set<E> {
    fn new(text: &str, make: impl Fn(&str, bool) -> Result<E, SetFlaw>) -> Result<Self, SetFlaw> {
        let mut elements = Vec::new();
        for text in selector::listed(text).map_err(SetFlaw::Syntax)? {
            let (puts_in, text) = match text.strip_prefix('!') {
                Some(rest) => (false, rest.trim_start()),
                None => (true, text.as_str()),
            };
            if text.is_empty() {
                return Err(SetFlaw::NoElement);
            }
            elements.push((puts_in, make(text, puts_in)?));
        }
        let begins_with_all = elements.first().is_some_and(|(puts_in, _)| !puts_in);
        Ok(Self { begins_with_all, elements: elements.into() })
    }

    /// Whether something is in it that could be in an element, and has to be.
    fn has(&self, meets: impl Fn(&E) -> bool, covers: impl Fn(&E) -> bool) -> bool {
        let decides = self.elements.iter().rev().find(|(puts_in, element)| match puts_in {
            true => meets(element),
            false => covers(element),
        });
        decides.map_or(self.begins_with_all, |(puts_in, _)| *puts_in)
    }
}

/// A set that a configuration defines, which has been put in its place before a program is compiled.
fn undefined(text: &str) -> Option<SetFlaw> {
    text.starts_with('@').then(|| SetFlaw::Undefined(text.into()))
}

/// An element of a set of paths: written out, or known from what the session did.
#[derive(Clone, Debug)]
enum PathElement {
    Written(path_set::Element),
    Known(Known),
}

fn path_element(text: &str, puts_in: bool) -> Result<PathElement, SetFlaw> {
    if let Some(known) = Known::named(text, puts_in) {
        // Only what errs towards no may take out.
        return match known {
            Known::Seen | Known::Beside(_) | Known::Typed if !puts_in => {
                Err(SetFlaw::TakesOut(text.into()))
            }
            known => Ok(PathElement::Known(known)),
        };
    }
    let written = |text| path_set::Element::new(text, puts_in).map(PathElement::Written);
    undefined(text).map_or_else(|| written(text), Err)
}

#[derive(Clone, Debug)]
struct HostElement(host_set::Element);

impl HostElement {
    fn new(text: &str, _: bool) -> Result<Self, SetFlaw> {
        match host_set::Class::named(text) {
            Some(class) => Ok(Self(host_set::Element::Class(class))),
            None => undefined(text).map_or_else(|| host_set::Element::new(text).map(Self), Err),
        }
    }
}

/// An element for objects of any kind: it is what it can be read as.
#[derive(Clone, Debug)]
enum ObjectElement {
    All,
    Host(HostElement),
    Any {
        path: Option<path_set::Element>,
        host: Option<HostElement>,
        name: Option<Name>,
        words: Option<words::Element>,
    },
}

impl ObjectElement {
    fn new(text: &str, puts_in: bool) -> Result<Self, SetFlaw> {
        if text == "*" {
            return Ok(Self::All);
        }
        if text.starts_with('@') {
            return HostElement::new(text, puts_in).map(Self::Host);
        }
        let path = path_set::Element::new(text, puts_in);
        let name = Name::new(text, puts_in);
        match (path, &name) {
            (Err(flaw), None) => Err(flaw),
            (path, _) => Ok(Self::Any {
                path: path.ok(),
                host: HostElement::new(text, puts_in).ok(),
                name,
                words: words::Element::new(text, puts_in).ok(),
            }),
        }
    }

    fn meets(&self, effect: &Effect, place: &Place<'_>, steps: &Steps) -> bool {
        match (self, &effect.object) {
            (Self::All, _) => true,
            (Self::Host(own), Object::Host(host)) => own.0.meets(&host.name, steps),
            (Self::Any { path: Some(own), .. }, Object::Path(path)) => {
                own.meets(path, effect.deed == Deed::Read, place, steps)
            }
            (Self::Any { host: Some(own), .. }, Object::Host(host)) => {
                own.0.meets(&host.name, steps)
            }
            (Self::Any { name: Some(own), .. }, Object::Name(name)) => own.meets(name, steps),
            (Self::Any { words: Some(own), .. }, Object::Command(words)) => own.meets(words, steps),
            _ => false,
        }
    }

    fn covers(&self, object: &Object, place: &Place<'_>, steps: &Steps) -> bool {
        match (self, object) {
            (Self::All, _) => true,
            (Self::Host(own), Object::Host(host)) => own.0.covers(&host.name, steps),
            (Self::Any { path: Some(own), .. }, Object::Path(path)) => {
                own.covers(path, place, steps)
            }
            (Self::Any { host: Some(own), .. }, Object::Host(host)) => {
                own.0.covers(&host.name, steps)
            }
            (Self::Any { name: Some(own), .. }, Object::Name(name)) => own.covers(name, steps),
            (Self::Any { words: Some(own), .. }, Object::Command(words)) => {
                own.covers(words, steps)
            }
            _ => false,
        }
    }
}

/// The canonical text of a set of paths, which has been checked.
pub(crate) fn paths(text: &str) -> Result<Box<str>, SetFlaw> {
    checked(text, path_element)
}

/// The canonical text of a set of hosts.
pub(crate) fn hosts(text: &str) -> Result<Box<str>, SetFlaw> {
    checked(text, HostElement::new)
}

/// The canonical text of a set of objects.
pub(crate) fn objects(text: &str) -> Result<Box<str>, SetFlaw> {
    checked(text, ObjectElement::new)
}

/// A set may name others, which are put in their places later.
fn checked<E>(
    text: &str,
    make: impl Fn(&str, bool) -> Result<E, SetFlaw>,
) -> Result<Box<str>, SetFlaw> {
    Set::new(text, |text, puts_in| match make(text, puts_in) {
        Err(SetFlaw::Undefined(_)) => Ok(()),
        made => made.map(|_| ()),
    })?;
    selector::canonical_list(text).map_err(SetFlaw::Syntax)
}
