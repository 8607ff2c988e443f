//! Programs of Windows that change the machine: `reg`, `net`, `sc`.
//!
//! They are named in scripts for any shell, and have options with a slash.

use sponsio_engine::event::{Deed, Flags};

use super::call::Call;

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
        _ => {}
    }
}

fn object(call: &mut Call<'_, '_, '_>, deed: Deed, at: usize) {
    match call.args.get(at) {
        Some(word) => call.name(deed, word, Flags::NONE),
        None => call.deed(deed, Flags::NONE),
    }
}
