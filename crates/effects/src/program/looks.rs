//! Forms of programs that only look at what the program could otherwise change.
//!
//! A program whose row says that it changes the machine has most often a few words with which it only shows something.
//! They stand here, so that a row need not say them. A form is taken for one that looks only if nothing else is given
//! that could change something: `pfctl -s info -d` both shows and switches off.

use super::Input;
use super::call::Call;

/// Names, first words that only look (`.` for no word at all), options that only look, and options that such a form
/// may have besides. `*` at the end of an option stands for any characters.
struct Form(&'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const FORMS: &[Form] = &[
    Form("at batch", "", "-l -c", "-q -v"),
    Form("crontab", "", "-l", "-u"),
    Form("chsh", "", "-l --list-shells", ""),
    Form("passwd", "", "-S --status", "-a --all"),
    Form("chage", "", "-l --list", ""),
    Form("pfctl", "", "-s*", "-v -vv -q -g -P"),
    Form("ipset", "list save version help -L -S", "-L -S", "-n -t -o -q -s -r -name -terse -sorted"),
    Form("firewall-cmd", "", "--list* --get-* --state --query-* --info-*", "--zone* --permanent --policy*"),
    Form("ebtables", "", "-L --list", "-t --Lx --Lc --Ln"),
    Form("auditctl", "", "-l -s", "-i -k"),
    Form("semanage", "", "-l --list", "-n -C -E"),
    Form("restorecon", "", "-n", "-v -R -r -F -p -vv"),
    Form("apparmor_parser", "", "-N -p -Q", "-v"),
    Form("networksetup", "", "-list* -get* -show* -is* -print*", ""),
    Form("scutil", "", "--dns --proxy --get --nwi --renderer -r", "-W -w"),
    Form("localectl timedatectl hostnamectl", ". status list-locales list-keymaps list-x11-keymap-models \
        list-x11-keymap-layouts list-x11-keymap-variants list-x11-keymap-options list-timezones show \
        timesync-status show-timesync", "", ""),
    Form("hwclock", ". ", "-r --show --get", "-u -l --utc --localtime -v --verbose"),
    Form("nvram", "", "-p", "-x"),
    Form("csrutil spctl", "status report list assess", "--status --assess --list", "-v -a -t --type"),
    Form("systemsetup", "", "-get* -list* -print*", ""),
    Form("bootctl", ". status list is-installed random-seed-status", "-p -x --print-*", ""),
    Form("efibootmgr", ".", "-v", ""),
    Form("kmod", "list static-nodes", "", ""),
    Form("modprobe", "", "-n --dry-run --show-depends -D -c --showconfig -R", "-v -a"),
    Form("depmod", "", "-n --dry-run --show", "-a -e -b -v -F"),
    Form("dmsetup", "ls info status table deps targets version", "", ""),
    Form("swapon", ". ", "-s --show* --summary", "--bytes --noheadings --raw"),
    Form("zramctl", ".", "--output* --raw --noheadings --bytes", ""),
    Form("logrotate", "", "-d --debug", "-v -s --state --verbose"),
    Form("launchctl", "list print print-disabled print-cache hostinfo dumpstate blame procinfo getenv version \
        managerpid manageruid managername help error limit resolveport examine plist", "", ""),
    Form("rc-service", "", "-l --list -e --exists", ""),
    Form("fdisk sfdisk", "", "-l --list -d --dump -J --json -s -x", "-o -u -c"),
    Form("sgdisk gdisk", "", "-p -i -v -l --print --info --verify", ""),
    Form("parted", "", "-l --list", "-s -m"),
    Form("wipefs", "", "-n --no-act -J -p", "-a -i"),
    Form("fsck e2fsck", "", "-n -N", "-f -v -V"),
    Form("cryptsetup", "status luksDump isLuks luksUUID benchmark", "", ""),
    Form("losetup", ".", "-l --list -j -a --all", "-O -n"),
    Form("zpool", "list status history get iostat events version", "", ""),
    Form("mdadm", "", "-D --detail -E --examine -Q --query", "--scan -v"),
    Form("nvme", "list list-subsys id-ctrl id-ns smart-log error-log show-regs get-log get-feature", "", ""),
    Form("tune2fs", "", "-l", ""),
    Form("hdparm", "", "-I -i -g -C -t -T", ""),
    Form("mount", ". ", "-l --show-labels", "-t --types"),
    Form("pwck", "", "-r --read-only", "-q"),
    Form("badblocks", "", "-n", "-v -s"),
];

/// Whether the program only looks with these words.
pub(super) fn only_looks(call: &Call<'_, '_, '_>) -> bool {
    if tells_about_itself(call) {
        return true;
    }
    match call.name {
        "nmcli" => return nmcli(call),
        "service" => {
            return matches!(word(call, 1), Some("status"))
                || word(call, 0) == Some("--status-all");
        }
        _ => {}
    }
    FORMS
        .iter()
        .filter(|form| form.0.split(' ').any(|name| name == call.name))
        .any(|form| fits(form, call))
}

/// Whether all that is asked is the help or the version. Of `shutdown`, `-h` is an order.
fn tells_about_itself(call: &Call<'_, '_, '_>) -> bool {
    let [only] = call.args else { return false };
    if *call.input != Input::None {
        return false;
    }
    match only.text() {
        Some("--help" | "--version") => true,
        Some("-h" | "-V") => call.name != "shutdown" && !super::is_interpreter(call.name),
        _ => false,
    }
}

fn fits(form: &Form, call: &Call<'_, '_, '_>) -> bool {
    let Form(_, verbs, options, besides) = *form;
    let mut verb = None;
    let mut looks = false;
    for argument in call.args {
        let Some(text) = argument.text() else {
            // What is not known could be any option.
            if argument.prefix().is_empty() {
                return false;
            }
            continue;
        };
        if !text.starts_with('-') {
            verb = verb.or(Some(text));
        } else if is_among(text, options) {
            looks = true;
        } else if !is_among(text, besides) && !options.is_empty() {
            return false;
        }
    }
    match verb {
        _ if looks => true,
        Some(verb) => verbs.split_ascii_whitespace().any(|known| known == verb),
        None => call.args.is_empty() && verbs.split_ascii_whitespace().any(|known| known == "."),
    }
}

fn is_among(option: &str, list: &str) -> bool {
    list.split_ascii_whitespace().any(|known| match known.strip_suffix('*') {
        Some(begin) => option.starts_with(begin),
        None => option == known,
    })
}

fn word<'w>(call: &Call<'w, '_, '_>, at: usize) -> Option<&'w str> {
    call.args.get(at).and_then(|word| word.text())
}

/// `nmcli`, whose objects and commands may be cut short: `nmcli d s` is `nmcli device status`.
fn nmcli(call: &Call<'_, '_, '_>) -> bool {
    let mut words = Vec::with_capacity(4);
    for argument in call.args {
        let Some(text) = argument.text() else { return false };
        if !text.starts_with('-') {
            words.push(text);
        }
    }
    let begins = |word: &str, list: &[&str]| list.iter().any(|full| full.starts_with(word));
    match words.as_slice() {
        [] => true,
        [object, ..] if begins(object, &["monitor", "agent"]) => true,
        [object] => begins(object, &["general", "connection", "device", "networking", "radio"]),
        [object, verb] if begins(object, &["general"]) => {
            begins(verb, &["status", "permissions", "hostname", "logging"])
        }
        [object, verb, ..] if begins(object, &["connection", "device"]) && *verb != "d" => {
            begins(verb, &["show", "status", "monitor", "lldp"])
                || (begins(verb, &["wifi"])
                    && words.get(2).is_none_or(|third| begins(third, &["list"])))
        }
        [object, verb] if begins(object, &["networking"]) => begins(verb, &["connectivity"]),
        [object, verb] if begins(object, &["radio"]) => begins(verb, &["all", "wifi", "wwan"]),
        _ => false,
    }
}
