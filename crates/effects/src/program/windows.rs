//! Programs of Windows that change the machine, or fetch and run what is elsewhere: `reg`, `net`, `sc`, `certutil`.
//!
//! They are named in scripts for any shell, and have options with a slash.

use sponsio_engine::event::{Deed, Flags};

use super::call::Call;
use crate::word::Word;

/// Keys of the registry whose programs run at start.
const STARTS: &[&str] = &[
    "\\currentversion\\run",
    "\\currentversion\\policies\\explorer\\run",
    "\\winlogon",
    "\\image file execution options",
    "\\currentversion\\windows\\appinit",
];

/// `reg add`, `net localgroup x y /add`, `sc create`.
pub(super) fn call(call: &mut Call<'_, '_, '_>) {
    let words: Vec<String> =
        call.args.iter().map(|word| word.prefix().to_ascii_lowercase()).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let changes =
        words.iter().any(|word| matches!(*word, "/add" | "/delete" | "/active:yes" | "/active:no"));
    match (call.name, words.as_slice()) {
        (
            "reg",
            ["add" | "delete" | "import" | "restore" | "copy" | "load" | "unload", key, ..],
        ) => {
            object(call, Deed::SystemConfig, 1);
            if STARTS.iter().any(|start| key.contains(start)) {
                object(call, Deed::PersistService, 1);
            }
        }
        ("reg", ["save" | "export", key, ..])
            if ["\\sam", "\\security", "\\system"].iter().any(|hive| key.ends_with(hive)) =>
        {
            object(call, Deed::SecretRead, 1);
        }
        ("net" | "net1", ["user" | "localgroup" | "group" | "accounts", rest @ ..])
            if changes
                || (words.first() == Some(&"user")
                    && rest.len() > 1
                    && !rest.contains(&"/domain")) =>
        {
            object(call, Deed::PrivilegeGrant, 1);
        }
        ("net" | "net1", ["start" | "stop" | "pause" | "continue", _, ..])
        | ("sc", ["start" | "stop" | "delete" | "config" | "failure" | "pause", ..]) => {
            object(call, Deed::ProcessService, 1);
        }
        ("sc", ["create", ..]) => object(call, Deed::PersistService, 1),
        ("net" | "net1", ["share", _, ..]) => call.listen(),
        ("vssadmin" | "wbadmin", ["delete" | "resize", ..])
        | ("bcdedit", ["/set" | "/delete" | "/deletevalue" | "/import", ..])
        | ("fsutil", ["usn", "deletejournal", ..]) => object(call, Deed::SystemConfig, 0),
        ("wmic", words) => wmic(call, words),
        ("certutil" | "bitsadmin", _) => {
            fetch(call);
        }
        ("mshta" | "rundll32" | "regsvr32" | "msiexec" | "wscript" | "cscript", _) => host(call),
        _ => {}
    }
}

/// `wmic process call create …`, `wmic shadowcopy delete`.
fn wmic(call: &mut Call<'_, '_, '_>, words: &[&str]) {
    if let Some(at) = words.iter().position(|word| *word == "create")
        && words.contains(&"process")
    {
        let rest: Vec<&Word> = call.args.iter().skip(at.saturating_add(1)).collect();
        super::wrap::join_shell(call, &rest);
    } else if words.iter().any(|word| matches!(*word, "delete" | "terminate" | "uninstall")) {
        object(call, Deed::SystemConfig, 0);
    }
}

/// What an address names is fetched.
fn fetch(call: &mut Call<'_, '_, '_>) -> bool {
    let address = call.args.iter().find_map(|word| {
        let known = word.prefix();
        let at = known.find("http://").or_else(|| known.find("https://"))?;
        Some(word.after(at))
    });
    if let Some(address) = &address {
        call.host(Deed::NetReceive, address, Flags::NONE);
    }
    address.is_some()
}

/// Programs that run what a file or an address holds.
fn host(call: &mut Call<'_, '_, '_>) {
    if fetch(call) {
        return call.deed(Deed::Exec, Flags::REMOTE);
    }
    if let Some(file) = call.args.iter().rfind(|word| !word.prefix().starts_with('/')) {
        call.path(Deed::Exec, file, Flags::NONE);
    }
}

fn object(call: &mut Call<'_, '_, '_>, deed: Deed, at: usize) {
    match call.args.get(at) {
        Some(word) => call.name(deed, word, Flags::NONE),
        None => call.deed(deed, Flags::NONE),
    }
}
