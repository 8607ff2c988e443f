//! URLs and hosts.

use sponsio_engine::event::Host;

use crate::word::Word;

/// The host that a URL, an address or `user@host:path` names.
pub(crate) fn host(_word: &Word) -> Option<Host> {
    None
}
