//! Directories of users: `pw`, `dscl`, `sysadminctl`. What only lists gives nobody a right.

use sponsio_engine::event::{Deed, Flags};

use super::call::Call;
use crate::word::Word;

/// `pw useradd name`, `pw user add name`.
pub(super) fn pw(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("R V C q! n N u c d e p g G m M k w s L h H");
    let verb = options.text(0).unwrap_or_default();
    let second = options.text(1).unwrap_or_default();
    let looks = ["show", "next"].iter().any(|look| verb.ends_with(look) || second == *look);
    if !looks {
        grant(call, options.operands.last().copied());
    }
}

/// `dscl`: `-create`, `-append`, … change; `sysadminctl`: most options change.
pub(super) fn directory(call: &mut Call<'_, '_, '_>) {
    let is = |list: &[&str]| {
        call.args
            .iter()
            .filter_map(Word::text)
            .any(|text| list.contains(&text.trim_start_matches('-')))
    };
    let changes = if call.name == "dscl" {
        is(&["create", "append", "merge", "delete", "change", "changei", "passwd"])
            // Without a command, what stands on the input is one.
            || (call.args.len() < 2 && *call.input != super::Input::None)
    } else {
        !is(&[
            "secureTokenStatus",
            "guestAccountStatus",
            "afpGuestAccessStatus",
            "smbGuestAccessStatus",
            "help",
        ]) && !call.args.is_empty()
    };
    if changes {
        grant(call, call.args.iter().find(|word| !word.prefix().starts_with(['-', '.'])));
    }
}

fn grant(call: &mut Call<'_, '_, '_>, name: Option<&Word>) {
    match name {
        Some(name) => call.name(Deed::PrivilegeGrant, name, Flags::NONE),
        None => call.deed(Deed::PrivilegeGrant, Flags::NONE),
    }
}
