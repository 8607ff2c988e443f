//! Programs of macOS that change settings, accounts and what protects the machine, or that only look at them.
//!
//! Most of them have a word for what they do, and do nothing to the machine with the others. What a setting means
//! beyond itself is told where it runs something: a hook of the login window.

use sponsio_engine::event::{Deed, Flags};

use super::call::Call;
use crate::word::Word;

/// Settings whose value is a program that runs when somebody logs in or out.
const HOOKS: &[&str] = &["loginhook", "logouthook"];

/// `defaults write domain key value`: a domain is a name or the path of a file.
pub(super) fn defaults(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("-host");
    let verb = options.text(0).unwrap_or_default();
    if !matches!(verb, "write" | "delete" | "import" | "rename" | "delete-all") {
        return;
    }
    let runs = call
        .args
        .iter()
        .filter_map(Word::text)
        .any(|text| HOOKS.iter().any(|hook| text.eq_ignore_ascii_case(hook)));
    if runs {
        call.deed(Deed::PersistService, Flags::NONE);
    }
    match options.operands.get(1) {
        Some(domain) if domain.prefix().starts_with(['/', '.', '~']) => {
            call.path(Deed::Write, domain, Flags::NONE);
        }
        Some(domain) => call.name(Deed::SystemConfig, domain, Flags::NONE),
        None => call.deed(Deed::SystemConfig, Flags::NONE),
    }
}

/// `plutil -insert key -bool YES file`, `PlistBuddy -c "Set :key value" file`: a file of settings.
pub(super) fn properties(call: &mut Call<'_, '_, '_>) {
    let Some((file, rest)) = call.args.split_last() else { return };
    let changes = if call.name == "plutil" {
        rest.iter().filter_map(Word::text).any(|word| {
            matches!(word, "-insert" | "-replace" | "-remove" | "-convert" | "-create" | "-append")
        })
    } else {
        let mut commands = rest.windows(2).filter_map(|pair| match pair {
            [option, command] if option.text() == Some("-c") => Some(command),
            _ => None,
        });
        // Without a command, it asks for some.
        let first = commands.next();
        first.is_none() || first.into_iter().chain(commands).any(|command| !only_prints(command))
    };
    call.path(Deed::Read, file, Flags::NONE);
    if changes {
        call.path(Deed::Write, file, Flags::NONE);
    }
}

fn only_prints(command: &Word) -> bool {
    let known = command.prefix().trim_start().to_ascii_lowercase();
    ["print", "help", "exit"].iter().any(|verb| known.starts_with(verb))
}

/// `dseditgroup -o edit …`, `pwpolicy -setpolicy …`: groups, and what passwords must be.
pub(super) fn accounts(call: &mut Call<'_, '_, '_>) {
    let changes = call.args.iter().filter_map(Word::text).any(|word| {
        let word = word.trim_start_matches('-');
        match call.name {
            "dseditgroup" => matches!(word, "create" | "delete" | "edit"),
            _ => ["set", "clear", "disable", "enable"].iter().any(|verb| word.starts_with(verb)),
        }
    });
    if changes {
        call.deed(Deed::PrivilegeGrant, Flags::NONE);
    }
}

/// `security`: what of a keychain is told is a secret, and whom the machine trusts is a setting of it.
pub(super) fn security(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("s l k");
    let verb = options.text(0).unwrap_or_default();
    let second = options.text(1).unwrap_or_default();
    match verb {
        "find-generic-password"
        | "find-internet-password"
        | "dump-keychain"
        | "export"
        | "find-key"
        | "unlock-keychain" => call.named(Deed::SecretRead, verb, Flags::NONE),
        // All of a keychain, and not the one that is looked for.
        "find-certificate" | "find-identity" if options.has(&["a"]) => {
            call.named(Deed::SecretRead, verb, Flags::NONE);
        }
        "add-trusted-cert"
        | "remove-trusted-cert"
        | "trust-settings-import"
        | "delete-certificate"
        | "delete-keychain"
        | "set-keychain-settings" => {
            call.named(Deed::SystemConfig, verb, Flags::NONE);
        }
        "authorizationdb" if matches!(second, "write" | "remove") => {
            call.named(Deed::PrivilegeGrant, verb, Flags::NONE);
        }
        _ => {}
    }
}

/// `tmutil`, `log`, `kmutil`, `socketfilterfw`: backups, logs, modules of the kernel and the firewall.
pub(super) fn machine(call: &mut Call<'_, '_, '_>) {
    let first = call.args.iter().filter_map(Word::text).find(|word| !word.starts_with("--no"));
    let first = first.unwrap_or_default();
    let deed = match (call.name, first) {
        ("tmutil", "disable" | "delete" | "deletelocalsnapshots" | "removedestination") => {
            Deed::SystemConfig
        }
        ("log", "erase") => Deed::SystemLog,
        ("log", "config") | ("kmutil", "load" | "unload" | "install") => Deed::SystemConfig,
        ("socketfilterfw", option)
            if ["--set", "--add", "--remove", "--block", "--unblock"]
                .iter()
                .any(|change| option.starts_with(change)) =>
        {
            Deed::SystemSecurity
        }
        _ => return,
    };
    call.deed(deed, Flags::NONE);
}
