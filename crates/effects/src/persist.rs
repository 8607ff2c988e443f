//! What a write to a path means beyond the path: something that runs later, a key, a log, the guard's own files.
//!
//! One table for every write, whatever made it: a redirection, `cp`, a script, or the tool of a host that edits files.

use sponsio_engine::event::{Deed, PathSet};

/// Paths that mean more: `dir/**` is a directory and all below it, and one without a slash at its start may lie
/// anywhere.
struct Place(&'static str, Deed);

#[rustfmt::skip]
const PLACES: &[Place] = &[
    Place(".bashrc .bash_profile .bash_login .bash_logout .profile .zshrc .zshenv .zprofile .zlogin .kshrc \
        .cshrc .tcshrc .xinitrc .xsession .xprofile .config/fish/config.fish .config/fish/conf.d/** \
        .config/environment.d/** .pam_environment .inputrc .pythonrc PowerShell_profile.ps1 \
        Microsoft.PowerShell_profile.ps1 profile.ps1 .bash_aliases /etc/X11/xinit/** \
        /etc/update-motd.d/**", Deed::PersistProfile),
    Place("/etc/profile /etc/profile.d/** /etc/bash.bashrc /etc/bashrc /etc/zsh/** /etc/environment \
        /etc/ld.so.preload /etc/ld.so.conf /etc/ld.so.conf.d/**", Deed::PersistProfile),
    Place("/etc/crontab /etc/cron.d/** /etc/cron.daily/** /etc/cron.hourly/** /etc/cron.weekly/** \
        /etc/cron.monthly/** /var/spool/cron/** /var/spool/at/** /etc/anacrontab", Deed::PersistSchedule),
    Place("/etc/systemd/** /lib/systemd/** /usr/lib/systemd/** .config/systemd/user/** /etc/init.d/** \
        /etc/rc.local /etc/rc.d/** /etc/xdg/autostart/** .config/autostart/** LaunchAgents/** \
        LaunchDaemons/** Programs/Startup/** /etc/emond.d/** /etc/rc.common StartupItems/**", Deed::PersistService),
    Place(".git/hooks/** .husky/** .config/git/hooks/** .git/config .gitconfig .config/git/config \
        .claude/settings.json .claude/settings.local.json .claude/hooks/** .claude/commands/** .claude.json \
        .mcp.json .cursor/mcp.json .cursor/hooks.json .codex/config.toml .codex/hooks.json \
        .gemini/settings.json .vscode/tasks.json .vscode/settings.json .config/opencode/** .windsurf/** \
        sitecustomize.py usercustomize.py .pre-commit-config.yaml .npmrc /etc/pam.d/** /etc/udev/rules.d/** \
        .direnv/** .envrc .vimrc .config/nvim/** .tmux.conf .vim/plugin/** .vim/autoload/** \
        /etc/NetworkManager/dispatcher.d/** /etc/apt/apt.conf.d/** /lib/security/** \
        /usr/lib/security/**", Deed::PersistHook),
    Place(".ssh/authorized_keys .ssh/authorized_keys2 .ssh/rc .ssh/config /etc/ssh/sshd_config \
        /etc/ssh/sshd_config.d/**", Deed::PersistKey),
    Place("/etc/sudoers /etc/sudoers.d/** /etc/passwd /etc/shadow /etc/group /etc/gshadow \
        /etc/doas.conf", Deed::PrivilegeGrant),
    Place("/etc/hosts /etc/resolv.conf /etc/sysctl.conf /etc/sysctl.d/** /etc/fstab /etc/network/** \
        /etc/netplan/** /proc/sys/** /proc/sysrq-trigger /sys/** /boot/** Library/Preferences/** \
        /usr/local/share/ca-certificates/** /etc/pki/ca-trust/** /etc/ca-certificates/**", Deed::SystemConfig),
    Place("/proc/sysrq-trigger", Deed::ProcessPower),
    Place("/etc/selinux/** /etc/apparmor.d/** /etc/audit/** /etc/iptables/** /etc/nftables.conf /etc/ufw/** \
        /sys/fs/selinux/enforce", Deed::SystemSecurity),
    Place("/var/log/** .bash_history .zsh_history .python_history .psql_history .mysql_history \
        .local/share/fish/fish_history", Deed::SystemLog),
    Place("/etc/apt/sources.list /etc/apt/sources.list.d/** /etc/yum.repos.d/** pip.conf .pypirc .condarc \
        .cargo/config.toml .yarnrc .yarnrc.yml", Deed::PackageSource),
];

/// The guard's own files, and where hosts are told to ask it.
const GUARDS: &str = "\
    sponsio.yaml sponsio.yml .sponsio/** .sponsio .config/sponsio/** .local/share/sponsio/** \
    .local/state/sponsio/** bin/sponsio .claude/settings.json .claude/settings.local.json \
    .claude/hooks/** .cursor/hooks.json .codex/config.toml .codex/hooks.json .gemini/settings.json \
    .factory/settings.json .factory/hooks.json .copilot/hooks/** .github/hooks/** .cline/hooks/** \
    .clinerules/hooks/** .config/opencode/plugins/** .opencode/plugins/** \
    .openclaw/extensions/sponsio/** .agents/plugins/sponsio/** .kiro/hooks/** .windsurf/hooks.json \
    .codeium/windsurf/hooks.json /etc/sponsio/** /etc/claude-code/** /etc/windsurf/hooks.json \
    /var/lib/sponsio/** /run/sponsio/**";

/// Work that looking a path up in all places is.
pub(crate) const WORK: usize = 128;

/// The deeds that a deed on a path is besides.
pub(crate) fn besides(deed: Deed, path: &PathSet) -> impl Iterator<Item = Deed> {
    let writes = deed == Deed::Write;
    let removes = deed == Deed::Delete;
    let changes = writes || removes || deed == Deed::Chmod;
    let pattern = path.pattern.clone();
    let moves = removes || deed == Deed::Chmod;
    let is_guard = changes && lies_in(&pattern, GUARDS) || moves && holds(&pattern, GUARDS);
    let guard = is_guard.then_some(Deed::GuardChange);
    PLACES
        .iter()
        .filter(move |place| {
            (writes || (removes && place.1 == Deed::SystemLog)) && lies_in(&pattern, place.0)
        })
        .map(|place| place.1)
        .chain(guard)
        .chain((writes && is_disk(&path.pattern)).then_some(Deed::DeviceFormat))
        .chain((writes && starts_python(&path.pattern)).then_some(Deed::PersistHook))
}

/// Whether a path is a disk or a part of one.
fn is_disk(path: &str) -> bool {
    const NAMES: &[&str] = &[
        "sd", "hd", "vd", "xvd", "nvme", "mmcblk", "disk", "rdisk", "loop", "md", "dm-", "mapper/",
    ];
    let Some(name) = strip(path, "/dev/") else { return false };
    NAMES.iter().any(|start| strip(name, start).is_some())
}

/// Whether a path is a file that Python runs whenever it starts: a line of one that begins with `import` is code.
fn starts_python(path: &str) -> bool {
    path.ends_with(".pth") && lies_in(path, "site-packages/** dist-packages/**")
}

/// Whether a path is in one of the places.
fn lies_in(path: &str, places: &str) -> bool {
    places.split(' ').any(|place| match place.strip_suffix("/**") {
        Some(folder) => is_in(path, folder, true),
        None => is_in(path, place, false),
    })
}

/// Whether a path is a folder that one of the places lies in, as far as the place itself says so: `.claude` holds
/// `.claude/settings.json`. What is not hidden could be any folder of that name.
fn holds(path: &str, places: &str) -> bool {
    places.split(' ').filter(|place| place.starts_with('.') || place.starts_with("/etc/")).any(
        |place| {
            let parts = place.trim_end_matches("/**").match_indices('/');
            let folders = parts.filter_map(|(at, _)| place.get(..at));
            folders
                .filter(|folder| !matches!(*folder, "" | "/etc"))
                .any(|folder| is_in(path, folder, false))
        },
    )
}

fn is_in(path: &str, place: &str, folder: bool) -> bool {
    if place.starts_with('/') {
        let Some(rest) = strip(path, place) else { return false };
        return rest.is_empty() || (folder && rest.starts_with('/'));
    }
    // Wherever the place stands in the path, between slashes.
    let mut from = 0;
    while let Some(tail) = path.get(from..) {
        if let Some(rest) = strip(tail, place)
            && (rest.is_empty() || (folder && rest.starts_with('/')))
        {
            return true;
        }
        match tail.find('/') {
            Some(at) => from = from.saturating_add(at).saturating_add(1),
            None => return false,
        }
    }
    false
}

/// What follows the place at the beginning of a path, without regard to case.
fn strip<'p>(path: &'p str, place: &str) -> Option<&'p str> {
    let head = path.get(..place.len())?;
    if head.eq_ignore_ascii_case(place) { path.get(place.len()..) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(deed: Deed, path: &str, expect: &[Deed]) {
        let set = PathSet { pattern: path.into(), below: false };
        assert_eq!(besides(deed, &set).collect::<Vec<_>>(), expect, "{path}");
    }

    #[test]
    fn a_write_to_a_place_that_means_more_is_a_deed_of_its_own() {
        for (path, expect) in [
            ("/home/u/.bashrc", &[Deed::PersistProfile][..]),
            ("~/.ZSHRC", &[Deed::PersistProfile]),
            ("**/.bashrc", &[Deed::PersistProfile]),
            ("/etc/cron.d/x", &[Deed::PersistSchedule]),
            ("/w/p/.git/hooks/pre-commit", &[Deed::PersistHook]),
            ("~/.ssh/authorized_keys", &[Deed::PersistKey]),
            ("/etc/sudoers.d/x", &[Deed::PrivilegeGrant]),
            ("/var/log/syslog", &[Deed::SystemLog]),
            ("./sponsio.yaml", &[Deed::GuardChange]),
            ("~/.claude/settings.json", &[Deed::PersistHook, Deed::GuardChange]),
            ("/w/p/src/main.rs", &[]),
            ("/w/p/my.bashrc", &[]),
            ("/etc/crontabs", &[]),
            ("~/Library/Preferences/com.x.plist", &[Deed::SystemConfig]),
            ("/w/venv/lib/python3/site-packages/x.pth", &[Deed::PersistHook]),
            ("/w/models/x.pth", &[]),
            ("/dev/sda", &[Deed::DeviceFormat]),
            ("/dev/nvme0n1p2", &[Deed::DeviceFormat]),
            ("/dev/null", &[]),
            ("/w/dev/sda", &[]),
        ] {
            check(Deed::Write, path, expect);
        }
    }

    #[test]
    fn reading_it_is_not() {
        check(Deed::Read, "/home/u/.bashrc", &[]);
        check(Deed::Read, "./sponsio.yaml", &[]);
    }

    #[test]
    fn removing_a_log_or_the_guard_is() {
        check(Deed::Delete, "/var/log/syslog", &[Deed::SystemLog]);
        check(Deed::Delete, "~/.sponsio/x", &[Deed::GuardChange]);
    }

    #[test]
    fn removing_a_folder_that_holds_the_guard_is() {
        for path in ["~/.local/state", "/home/u/.local", "/w/p/.claude", "~/.config/opencode"] {
            check(Deed::Delete, path, &[Deed::GuardChange]);
            check(Deed::Chmod, path, &[Deed::GuardChange]);
        }
        for path in ["/w/p/bin", "/w/p/build", "~/.cache", "/w/p/.github/workflows"] {
            check(Deed::Delete, path, &[]);
        }
        check(Deed::Write, "~/.local", &[]);
    }
}
