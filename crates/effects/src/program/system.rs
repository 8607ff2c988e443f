//! Processes, services, schedules, settings and secrets of the machine.

use sponsio_engine::event::{Deed, Flags};

use super::call::{Call, owned};
use super::{Input, wrap};
use crate::Language;
use crate::word::{Piece, Word};

/// `kill`, `pkill`, `killall`.
pub(super) fn kill(call: &mut Call<'_, '_, '_>) {
    let mut forced = false;
    let mut words = call.args.iter();
    let mut targets = Vec::new();
    let mut dashes = false;
    while let Some(word) = words.next() {
        match word.text() {
            Some("-l" | "-L" | "--list") if call.name == "kill" => return,
            Some("-0") => return,
            Some("--") => dashes = true,
            Some("-s" | "-n" | "--signal") => {
                let signal = words.next().and_then(Word::text).unwrap_or_default();
                forced |= signal.ends_with("KILL") || signal == "9";
            }
            Some("-u" | "-U" | "-g" | "-t" | "-P" | "-F" | "--user") if call.name != "kill" => {
                targets.extend(words.next());
            }
            Some("-9" | "-KILL" | "-SIGKILL" | "-kill") => forced = true,
            Some("-1") if targets.is_empty() && forced => targets.push(word),
            Some(text) if text.starts_with('-') && !dashes => {}
            _ => targets.push(word),
        }
    }
    let force = if forced { Flags::FORCE } else { Flags::NONE };
    // `$!` is a process that this script has started.
    targets.retain(|target| target.text() != Some("$!"));
    for target in targets {
        let text = target.text().unwrap_or_default();
        let all = call.name == "kill" && matches!(text, "-1" | "1" | "0");
        let flags = if all { force.with(Flags::UNBOUNDED) } else { force };
        if text.contains("sponsio") {
            call.named(Deed::GuardChange, text, Flags::NONE);
        }
        call.name(Deed::ProcessKill, target, flags);
    }
}

/// `systemctl`: services, power, and what starts with the machine.
pub(super) fn systemctl(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("H host M machine t type p property n lines o output s signal");
    let verb = options.text(0).unwrap_or_default();
    let deed = match verb {
        "poweroff" | "reboot" | "halt" | "suspend" | "hibernate" | "kexec" | "rescue"
        | "emergency" | "hybrid-sleep" | "soft-reboot" => {
            return call.deed(Deed::ProcessPower, Flags::NONE);
        }
        "enable" | "reenable" | "link" | "preset" | "edit" | "add-wants" | "set-default" => {
            Deed::PersistService
        }
        "status" | "list-units" | "list-unit-files" | "is-active" | "is-enabled" | "is-failed"
        | "show" | "cat" | "" | "list-timers" | "list-sockets" | "list-dependencies"
        | "get-default" | "help" => return,
        _ => Deed::ProcessService,
    };
    if verb == "set-environment" || verb == "import-environment" {
        return call.deed(Deed::EnvSet, Flags::NONE);
    }
    let global = if options.has(&["user"]) { Flags::NONE } else { Flags::GLOBAL };
    for word in options.rest(1) {
        call.name(deed, word, global);
        if deed == Deed::PersistService && verb.ends_with("enable") && options.has(&["now"]) {
            call.name(Deed::ProcessService, word, global);
        }
        if word.prefix().starts_with("auditd")
            || matches!(
                word.prefix(),
                "firewalld" | "ufw" | "apparmor" | "rsyslog" | "iptables" | "nftables" | "fail2ban"
            ) && matches!(verb, "stop" | "disable" | "mask" | "kill")
        {
            call.name(Deed::SystemSecurity, word, Flags::NONE);
        }
        if word.prefix().contains("sponsio") {
            call.name(Deed::GuardChange, word, Flags::NONE);
        }
    }
    if options.rest(1).is_empty() {
        call.deed(deed, global);
    }
}

/// `crontab`, `at`, `batch`: what runs later.
pub(super) fn schedule(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("u f q t c");
    if call.name == "crontab" {
        if options.has(&["l"]) {
            return;
        }
        if options.has(&["r"]) {
            call.deed(Deed::PersistSchedule, Flags::NONE);
            return call.deed(Deed::Delete, Flags::NONE);
        }
        call.deed(Deed::PersistSchedule, Flags::NONE);
        if let Input::Text(text, flags) = call.input {
            // What the table held before is not known, and was there before.
            let known = text.pieces().iter().filter_map(|piece| match piece {
                Piece::Text(text) => Some(text.as_str()),
                Piece::One | Piece::Many | Piece::Unknown => None,
            });
            for line in known.flat_map(str::lines).take(256) {
                let times = if line.starts_with('@') { 1 } else { 5 };
                let command =
                    line.split_ascii_whitespace().skip(times).collect::<Vec<_>>().join(" ");
                call.text(Language::Shell, Word::known(command), *flags);
            }
        }
        for word in &options.operands {
            if word.text() != Some("-") {
                call.path(Deed::Read, word, Flags::NONE);
            }
        }
        return;
    }
    if matches!(call.name, "atq" | "schtasks")
        && !call.args.iter().any(|w| w.text().is_some_and(|t| t.eq_ignore_ascii_case("/create")))
    {
        return;
    }
    call.deed(Deed::PersistSchedule, Flags::NONE);
    for file in options.values(&["f"]) {
        call.path(Deed::Exec, file, Flags::NONE);
    }
    if matches!(call.name, "at" | "batch") {
        call.run_input(Language::Shell);
    }
}

/// `printenv`, `export -p`, `set`: the environment is listed; `export NAME=…` changes it.
pub(super) fn environment(call: &mut Call<'_, '_, '_>) {
    match call.name {
        "printenv" => match call.args.iter().find(|word| !word.prefix().starts_with('-')) {
            Some(word) => call.name(Deed::EnvRead, word, Flags::NONE),
            None => call.deed(Deed::EnvRead, Flags::NONE),
        },
        "export" | "setx" => {
            if call.args.is_empty() || call.args.iter().any(|word| word.text() == Some("-p")) {
                return call.deed(Deed::EnvRead, Flags::NONE);
            }
            for word in call.args {
                let name = word.prefix().split('=').next().unwrap_or_default();
                if word.prefix().contains('=') && wrap::changes_programs(name) {
                    call.named(Deed::EnvSet, name, Flags::NONE);
                }
            }
        }
        _ if call.args.is_empty() => call.deed(Deed::EnvRead, Flags::NONE),
        _ => {}
    }
}

/// Stores of secrets.
pub(super) fn secrets(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("-a s l w g field vault o output export-secret-keys! format path");
    let verb = options.text(0).unwrap_or_default();
    let second = options.text(1).unwrap_or_default();
    let reads = match call.name {
        "pass" | "gopass" => {
            !matches!(
                verb,
                "insert"
                    | "generate"
                    | "rm"
                    | "edit"
                    | "init"
                    | "git"
                    | "help"
                    | "mv"
                    | "cp"
                    | "ls"
                    | "list"
                    | "find"
                    | "search"
                    | "new"
                    | "create"
                    | "mounts"
                    | "sync"
                    | "version"
                    | "recipients"
                    | "audit"
                    | ""
            ) && (verb, second) != ("otp", "insert")
                && (verb, second) != ("otp", "append")
        }
        "vault" => matches!(
            (verb, second),
            ("read", _) | ("kv", "get") | ("print", _) | ("token", "create")
        ),
        "op" => matches!(verb, "read" | "item" | "get" | "inject" | "run" | "document"),
        "bw" | "lpass" | "keepassxc-cli" => matches!(verb, "get" | "list" | "export" | "show"),
        "secret-tool" | "keyctl" => matches!(verb, "lookup" | "search" | "print" | "read" | "pipe"),
        "gpg" | "gpg2" => {
            return gpg(call);
        }
        "doppler" | "infisical" | "chamber" => {
            matches!(verb, "secrets" | "run" | "export" | "read")
        }
        "ssh-add" => options.has(&["L"]),
        _ => true,
    };
    if !reads {
        return;
    }
    match options.operands.last() {
        Some(word) => call.name(Deed::SecretRead, word, Flags::NONE),
        None => call.deed(Deed::SecretRead, Flags::NONE),
    }
    if let Some(at) = call.args.iter().position(|word| word.text() == Some("--"))
        && matches!(call.name, "op" | "doppler" | "infisical" | "chamber")
    {
        let words: Vec<&Word> = call.args.iter().skip(at.saturating_add(1)).collect();
        call.run(owned(&words), Flags::NONE);
    }
}

fn gpg(call: &mut Call<'_, '_, '_>) {
    let options = call
        .parse("o output r recipient u local-user homedir passphrase passphrase-file keyserver");
    if options.given.iter().any(|given| given.name.starts_with("export-secret")) {
        call.deed(Deed::SecretRead, Flags::NONE);
    }
    for file in options.values(&["o", "output"]) {
        call.path(Deed::Write, file, Flags::NONE);
    }
    let on_files = options.has(&[
        "d",
        "decrypt",
        "c",
        "symmetric",
        "e",
        "encrypt",
        "s",
        "sign",
        "import",
        "verify",
        "b",
        "detach-sign",
    ]);
    if on_files || options.given.is_empty() {
        for word in &options.operands {
            call.path(Deed::Read, word, Flags::NONE);
        }
    }
}

/// Firewalls: what looks at them changes nothing.
pub(super) fn firewall(call: &mut Call<'_, '_, '_>) {
    let lists = call.args.iter().any(|word| {
        matches!(
            word.text(),
            Some("-L" | "-S" | "--list" | "--list-rules" | "status" | "list" | "show")
        )
    });
    if lists {
        return;
    }
    let clears = call.args.iter().any(|word| {
        matches!(word.text(), Some("-F" | "--flush" | "-X" | "flush" | "disable" | "reset"))
    });
    let flags = if clears { Flags::UNBOUNDED } else { Flags::NONE };
    if call.name == "iptables-restore" || call.name == "ip6tables-restore" {
        for word in call.args.iter().filter(|word| !word.prefix().starts_with('-')) {
            call.path(Deed::Read, word, Flags::NONE);
        }
    }
    call.deed(Deed::SystemSecurity, flags);
}

/// `sysctl`, `date`, `ip`, `ifconfig`, `route`, `journalctl`, `history`, `ulimit`: some of their words change
/// something.
pub(super) fn setting(call: &mut Call<'_, '_, '_>) {
    let has = |texts: &[&str]| {
        call.args.iter().any(|word| word.text().is_some_and(|text| texts.contains(&text)))
    };
    let deed = match call.name {
        "sysctl" => {
            let writes = has(&["-w", "-p", "--write", "--load", "--system"])
                || call.args.iter().any(|word| word.prefix().contains('='));
            writes.then_some(Deed::SystemConfig)
        }
        "date" => {
            let sets = call
                .args
                .iter()
                .any(|word| word.prefix().starts_with("-s") || word.prefix().starts_with("--set"));
            sets.then_some(Deed::SystemConfig)
        }
        "ip" | "route" | "ifconfig" | "tc" | "brctl" | "iw" | "netsh" | "arp" => {
            let changes = has(&[
                "add", "del", "delete", "set", "change", "replace", "flush", "up", "down", "exec",
                "append", "-s", "-d",
            ]);
            if has(&["netns"]) && has(&["exec"]) {
                let words: Vec<&Word> =
                    call.args.iter().skip_while(|w| w.text() != Some("exec")).skip(2).collect();
                call.run(owned(&words), Flags::NONE);
            }
            changes.then_some(Deed::SystemConfig)
        }
        "journalctl" => {
            let removes = call.args.iter().any(|word| {
                word.prefix().starts_with("--vacuum")
                    || matches!(word.text(), Some("--rotate" | "--flush"))
            });
            removes.then_some(Deed::SystemLog)
        }
        "history" => has(&["-c", "-d", "-w", "-cw", "-wc"]).then_some(Deed::SystemLog),
        "trust" => has(&["anchor"]).then_some(Deed::SystemConfig),
        "wevtutil" => has(&["cl", "clear-log"]).then_some(Deed::SystemLog),
        "xinput" => has(&["test", "test-xi2"]).then_some(Deed::ProcessInspect),
        "fc" => has(&["-p", "-W"]).then_some(Deed::SystemLog),
        "dmesg" => has(&["-c", "-C", "--clear"]).then_some(Deed::SystemLog),
        "init" | "telinit" => {
            let stops = has(&["0", "6", "1", "S", "s"]);
            let other = (!call.args.is_empty()).then_some(Deed::ProcessService);
            if stops { Some(Deed::ProcessPower) } else { other }
        }
        "loginctl" => {
            has(&["poweroff", "reboot", "suspend", "hibernate"]).then_some(Deed::ProcessPower)
        }
        "pmset" => has(&["sleepnow"]).then_some(Deed::ProcessPower),
        _ => None,
    };
    if let Some(deed) = deed {
        call.deed(deed, Flags::NONE);
    }
}

/// `gdb`, `lldb`: they change other processes, and run what their options say.
pub(super) fn debugger(call: &mut Call<'_, '_, '_>) {
    let options =
        call.parse("-p pid ex eval-command x command o one-line iex n batch! q! quiet! core");
    if options.has(&["p", "pid", "attach"]) {
        call.deed(Deed::ProcessInspect, Flags::NONE);
    }
    for text in options.values(&["ex", "eval-command", "iex", "o", "one-line"]) {
        let known = text.prefix();
        let command = known.strip_prefix('!').or_else(|| known.strip_prefix("shell "));
        if let Some(command) = command {
            call.text(
                Language::Shell,
                text.after(known.len().saturating_sub(command.len())),
                Flags::NONE,
            );
        } else if let Some(code) =
            known.strip_prefix("python ").or_else(|| known.strip_prefix("py "))
        {
            call.text(
                Language::Python,
                text.after(known.len().saturating_sub(code.len())),
                Flags::NONE,
            );
        } else if known.starts_with("attach") || known.starts_with("call") {
            call.deed(Deed::ProcessInspect, Flags::NONE);
        }
    }
    for file in options.values(&["x", "command"]) {
        call.path(Deed::Exec, file, Flags::NONE);
    }
    match options.operands.split_first() {
        Some((program, rest)) if options.has(&["args"]) => {
            let mut words = vec![(*program).clone()];
            words.extend(owned(rest));
            call.run(words, Flags::NONE);
        }
        Some((program, _)) => call.path(Deed::Read, program, Flags::NONE),
        None => {}
    }
}

/// `source`, `.`, `source`-like: a file is run in this shell.
pub(super) fn source(call: &mut Call<'_, '_, '_>) {
    if let Some(word) = call.args.first() {
        call.path(Deed::Exec, word, Flags::NONE);
    }
}

/// Commands of Sponsio that only look.
const LOOKING: &[&str] = &[
    "",
    "audit",
    "check",
    "completions",
    "demo",
    "doctor",
    "effects",
    "eval",
    "explain",
    "export",
    "export-sessions",
    "help",
    "packs",
    "patterns",
    "pending",
    "replay",
    "report",
    "schema",
    "validate",
    "watch",
];
/// Commands of `sponsio host` that only look.
const LOOKING_AT_HOSTS: &[&str] = &["", "help", "list", "status", "test", "trace"];

/// Sponsio itself: whatever does more than look says what the guard allows, or takes it away.
pub(super) fn guard(call: &mut Call<'_, '_, '_>) {
    // A word that is not known could be any command.
    let is_known = call.args.iter().all(|word| word.text().is_some());
    let options =
        call.parse("color c config a agent s session l log state o out output html pattern");
    for file in options.values(&["o", "out", "output", "html"]) {
        call.path(Deed::Write, file, Flags::NONE);
    }
    let verb = options.text(0).unwrap_or_default();
    let looks = options.has(&["help", "h", "version", "V"])
        || LOOKING.contains(&verb)
        || verb == "host" && LOOKING_AT_HOSTS.contains(&options.text(1).unwrap_or_default())
        || verb == "init" && options.has(&["plan"]) && !options.has(&["apply"])
        || verb == "migrate" && !options.has(&["write", "w"]);
    if !(is_known && looks) {
        call.deed(Deed::GuardChange, Flags::NONE);
    }
}

/// `mail`, `sendmail`, …: a message leaves.
pub(super) fn mail(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("s a A c b r S f t u m o");
    let attached = options.has(&["a", "A"]);
    for file in options.values(&["a", "A"]) {
        call.path(Deed::Read, file, Flags::NONE);
    }
    let carries = attached || !matches!(call.input, Input::None);
    let flags = if carries { Flags::UPLOAD } else { Flags::NONE };
    let mut any = false;
    for word in options.operands.iter().filter(|word| word.prefix().contains('@')) {
        any = true;
        call.host(Deed::NetSend, word, flags);
    }
    if !any {
        call.any_host(Deed::NetSend, flags);
    }
}

/// `man -P program`.
pub(super) fn pager(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("P pager M C S");
    for program in options.values(&["P", "pager"]) {
        call.text(Language::Shell, program.clone(), Flags::NONE);
    }
}
