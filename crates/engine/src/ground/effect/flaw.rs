//! What can be wrong with a set of deeds, paths, hosts or objects.

use crate::formula::selector::SelectorError;
use crate::limits::{
    EFFECT_ELEMENT_NAMES_MAX, EFFECT_NAME_CHARACTERS_MAX, SET_MEMBERS_MAX, TOOL_BYTES_MAX,
};

/// Why a text is no such set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SetFlaw {
    #[error("{}", syntax(.0))]
    Syntax(SelectorError),
    #[error("there is a `!` with nothing to take out")]
    NoElement,
    #[error("`{0}` is no deed")]
    Deed(Box<str>),
    #[error("`{0}` is no mark of a deed")]
    Flag(Box<str>),
    #[error("`{0}` climbs with `..`")]
    Climbs(Box<str>),
    #[error("`{0}` is below the home of one user")]
    HomeOf(Box<str>),
    #[error("`{0}` begins with a drive")]
    Drive(Box<str>),
    #[error("`{0}` is no host")]
    Host(Box<str>),
    #[error("`{0}` has a name of more than {EFFECT_NAME_CHARACTERS_MAX} characters")]
    LongName(Box<str>),
    #[error("the path has {0} names, the limit is {EFFECT_ELEMENT_NAMES_MAX}")]
    Names(usize),
    #[error("the set `{0}` is not defined")]
    Undefined(Box<str>),
    #[error("`{0}` holds what may be in it, and cannot be taken out")]
    TakesOut(Box<str>),
    #[error("the arguments are none that the word takes")]
    Malformed,
}

impl SetFlaw {
    /// What to write instead, where that is always the same.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Syntax(SelectorError::Bytes(_) | SelectorError::Members) => return None,
            Self::Syntax(_) => "write a set as `{a, !b, \"c d\"}`",
            Self::NoElement => "write what to take out behind it: `!~/.ssh/*.pub`",
            Self::Climbs(_) => "write the path that is meant, without `..`",
            Self::HomeOf(_) => "`~/…` is below the home of any user; write `/home/name/…` for one",
            Self::Drive(_) => "write it as `/c:/Users/…`",
            Self::Host(_) => {
                "write a name such as `*.example.com`, an address, or a class such as `@private`"
            }
            Self::TakesOut(_) => "take out `!@own`, which holds what surely is in it",
            Self::Undefined(_) => "define it under `sets`",
            Self::Deed(_)
            | Self::Flag(_)
            | Self::LongName(_)
            | Self::Names(_)
            | Self::Malformed => {
                return None;
            }
        })
    }
}

fn syntax(error: &SelectorError) -> String {
    match error {
        SelectorError::Empty => "the set is empty".into(),
        SelectorError::Separator(at) => format!("a `,` or `}}` is missing in the set, at `{at}`"),
        SelectorError::NoMember => "the set has no element between two of its signs".into(),
        SelectorError::Brace => "an element of the set begins with `{`".into(),
        SelectorError::Members => format!("the set has more than {SET_MEMBERS_MAX} elements"),
        SelectorError::Bytes(bytes) => {
            format!("an element of the set has {bytes} bytes, the limit is {TOOL_BYTES_MAX}")
        }
    }
}
