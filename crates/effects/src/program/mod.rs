//! What a program does with its words.
//!
//! The shell, Python's `subprocess` and a tool that takes a list of words come here with an [`Invocation`]. What the
//! program runs in turn (`sudo`, `xargs`, `find -exec`, `sh -c`, `python -c`) comes back as [`Next`], and whoever asked
//! runs it: the shell knows its own variables, functions and aliases, and this module does not.

mod accounts;
mod archives;
mod awk;
mod call;
mod cloud;
mod container;
mod database;
mod docker;
mod files;
mod find;
mod git;
mod interpreters;
mod looks;
mod lookup;
mod mac;
mod make;
mod net;
mod options;
mod packages;
mod record;
mod rows;
mod starters;
mod store;
mod system;
mod table;
mod windows;
mod wrap;

use std::borrow::Cow;

use sponsio_engine::event::{Certainty, Deed, Flags, Object, PathSet};

use self::call::Call;
pub(crate) use self::find::printed as found;
pub(crate) use self::wrap::changes_programs;

use crate::Language;
use crate::sink::Sink;
use crate::word::Word;

/// A program and its words, as it is started.
#[derive(Clone, Debug)]
pub(crate) struct Invocation<'i> {
    /// Its name and its words.
    pub(crate) argv: &'i [Word],
    /// What it finds on its standard input.
    pub(crate) input: &'i Input,
    /// The directory it runs in.
    pub(crate) cwd: &'i PathSet,
}

/// What a program finds on its standard input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Input {
    /// Nothing, or what the terminal gives.
    #[default]
    None,
    /// This text, as far as it is known: a heredoc, `echo … |`. The flags say what it went through or where it came
    /// from (`DECODED`, `REMOTE`).
    Text(Word, Flags),
    /// The content of these paths.
    File(PathSet),
}

/// What a program runs in turn.
#[derive(Clone, Debug)]
pub(crate) enum Next {
    /// A program with its words, with these marks on all it does, with its own input, and in this directory where it
    /// is another.
    Argv { argv: Vec<Word>, input: Input, marks: Flags, cwd: Option<PathSet> },
    /// A text in a language.
    Text { language: Language, text: Word, marks: Flags },
}

/// Adds the effects of the program itself, and gives what it runs in turn.
pub(crate) fn start(invocation: &Invocation<'_>, sink: &mut Sink<'_>) -> Vec<Next> {
    let Some((first, args)) = invocation.argv.split_first() else { return Vec::new() };
    let Some(text) = first.text() else {
        run_deed(None, args, sink);
        sink.opaque();
        return Vec::new();
    };
    let name = name_of(text);
    run_deed(Some(&name), args, sink);
    let mut call = Call {
        name: &name,
        args,
        input: invocation.input,
        cwd: invocation.cwd,
        sink,
        next: Vec::new(),
    };
    if text.contains(['/', '\\']) && !is_of_the_system(text) {
        call.path(Deed::Exec, first, Flags::NONE);
    }
    if is_no_name(text, call.args.is_empty()) {
        let words = call.args.iter().map(|word| word.text().map(Into::into));
        let object = std::iter::once(Some(text.into())).chain(words).collect();
        call.sink.add(Certainty::Opaque, Deed::Exec, Object::Command(object), Flags::NONE);
    }
    dispatch(&mut call);
    call.next
}

/// Whether no program has this name: it is text for a shell, or for a template, that came to stand where one is named.
fn is_no_name(text: &str, is_alone: bool) -> bool {
    // A number alone, and a whole command in quotes.
    let is_number = is_alone && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_quoted = text.split_once(' ').is_some_and(|(first, _)| {
        first.is_empty() || function(first).is_some() || rows::row(first).is_some()
    });
    is_number
        || is_quoted
        || text.starts_with(['%', '{'])
        || text.contains(['|', ';', '(', '"', '\'', '<', '>', '$', '`', '\n', '\r'])
        || text.contains("%0A")
        || text.contains("%0a")
        || text.contains("\\n")
        || text.contains(" &")
}

/// Whether the program reads what it does from its input when it is given no file.
fn is_interpreter(name: &str) -> bool {
    let name = unversioned(name);
    matches!(
        name,
        "sh" | "bash"
            | "zsh"
            | "dash"
            | "ksh"
            | "ash"
            | "rbash"
            | "fish"
            | "mksh"
            | "sudo"
            | "su"
            | "env"
    )
}

/// A program's name: without directory and `.exe`, in lower case.
fn name_of(text: &str) -> Cow<'_, str> {
    let base = text.rsplit(['/', '\\']).next().unwrap_or(text);
    if base.bytes().any(|byte| byte.is_ascii_uppercase() || byte == b'.') {
        let lower = base.to_ascii_lowercase();
        let name = [".exe", ".cmd", ".bat"].iter().find_map(|end| lower.strip_suffix(end));
        return Cow::Owned(name.map_or_else(|| lower.clone(), str::to_owned));
    }
    Cow::Borrowed(base)
}

/// Whether a program is one that the system installed, so that running it runs nobody else's file.
fn is_of_the_system(text: &str) -> bool {
    const FOLDERS: &[&str] =
        &["/bin/", "/sbin/", "/usr/", "/opt/homebrew/bin/", "C:\\Windows\\", "c:\\windows\\"];
    !text.contains("..") && FOLDERS.iter().any(|folder| text.starts_with(folder))
}

fn run_deed(name: Option<&str>, args: &[Word], sink: &mut Sink<'_>) {
    let mut words: Vec<Option<Box<str>>> = Vec::with_capacity(args.len().saturating_add(1));
    words.push(name.map(Into::into));
    words.extend(args.iter().map(|word| word.text().map(Into::into)));
    // A directory that is not known is one word, and no command of git.
    if name == Some("git")
        && let [first, second, ..] = args
        && first.text() == Some("-C")
        && second.text().is_none()
        && let Some(place) = words.get_mut(2)
    {
        *place = Some("./*".into());
    }
    let certainty = if name.is_some() { Certainty::Must } else { Certainty::Opaque };
    sink.add(certainty, Deed::Run, Object::Command(words.into()), Flags::NONE);
}

/// Adds what the program does, by its function or its row.
fn dispatch(call: &mut Call<'_, '_, '_>) {
    if looks::only_looks(call) {
        return;
    }
    if let Some(function) = function(call.name) {
        return function(call);
    }
    if let Some(row) = rows::row(call.name) {
        return rows::apply(row, call);
    }
    // A program that is not known, and after `--` the name of one that is: it may well run it.
    call.give(call.args);
    let dashes = call.args.iter().position(|word| word.text() == Some("--"));
    let Some(at) = dashes else { return };
    let words = call.args.get(at.saturating_add(1)..).unwrap_or_default();
    let name = words.first().and_then(Word::text).map(name_of);
    if name.is_some_and(|name| function(&name).is_some() || rows::row(&name).is_some()) {
        call.run(words.to_vec(), Flags::NONE);
    }
}

type Function = fn(&mut Call<'_, '_, '_>);

/// A name without the version at its end: `python3.12` is `python`.
fn unversioned(name: &str) -> &str {
    const VERSIONED: &[&str] =
        &["python", "pip", "perl", "ruby", "php", "lua", "pypy", "node", "gcc", "clang", "go"];
    let base = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    if VERSIONED.contains(&base) { base } else { name }
}

/// The programs that have a language of their own.
fn function(name: &str) -> Option<Function> {
    let name = unversioned(name);
    of_files(name)
        .or_else(|| of_others(name))
        .or_else(|| of_hosts(name))
        .or_else(|| of_machine(name))
        .or_else(|| of_packages(name))
}

/// Managers of packages.
fn of_packages(name: &str) -> Option<Function> {
    packages::knows(name).then_some(packages::call)
}

/// Programs about files.
fn of_files(name: &str) -> Option<Function> {
    let function: Function = match name {
        "cp" | "mv" | "ln" | "rename" | "copy" | "move" | "scp" | "rsync" => files::transfer,
        "chmod" => files::chmod,
        "chattr" => files::chattr,
        "touch" => files::touch,
        "install" | "ginstall" => files::install,
        "dd" | "dcfldd" | "dc3dd" => files::dd,
        "find" | "gfind" => find::find,
        "sed" | "gsed" => files::sed,
        "awk" | "gawk" | "mawk" | "nawk" => awk::awk,
        "grep" | "egrep" | "fgrep" | "rg" | "ag" | "ack" | "zgrep" | "ugrep" => files::grep,
        "sort" | "gsort" => files::sort,
        "tar" | "bsdtar" | "gtar" => archives::tar,
        "zip" | "unzip" | "7z" | "7za" | "7zr" | "ar" | "unrar" | "rar" => archives::archive,
        "cpio" | "pax" => archives::cpio,
        "patch" => files::patch,
        "vim" | "vi" | "nvim" | "ex" | "ed" | "nano" | "emacs" | "view" | "pico" | "micro" => {
            files::editor
        }
        _ => return None,
    };
    Some(function)
}

/// Programs that run others, and interpreters.
fn of_others(name: &str) -> Option<Function> {
    let function: Function = match name {
        "sudo" | "doas" | "su" | "runuser" | "pkexec" => wrap::sudo,
        "env" | "genv" => wrap::env,
        "xargs" | "gxargs" | "parallel" => wrap::xargs,
        "busybox" | "toybox" => wrap::busybox,
        "watch" | "script" | "flock" | "eval" | "entr" | "hyperfine" | "watchexec" | "nodemon" => {
            wrap::watch
        }
        "unshare" | "nsenter" | "setpriv" | "capsh" | "systemd-run" | "bwrap" => wrap::confine,
        "sh" | "bash" | "zsh" | "dash" | "ksh" | "ash" | "rbash" | "fish" | "mksh" => {
            interpreters::shell
        }
        "python" | "pypy" | "ipython" => interpreters::python,
        "perl" | "ruby" | "node" | "nodejs" | "php" | "lua" | "deno" | "tsx" | "ts-node"
        | "osascript" | "powershell" | "pwsh" | "cmd" | "rscript" => interpreters::script,
        "tclsh" | "expect" => starters::tcl,
        "make" | "gmake" | "bmake" => make::make,
        "setarch" | "linux32" | "linux64" => starters::setarch,
        "start-stop-daemon" => starters::daemon,
        "tmux" | "screen" => starters::terminal,
        "split" | "csplit" => starters::split,
        "m4" => starters::macros,
        name if name.starts_with("ld-linux") || name.starts_with("ld-musl") => starters::loader,
        _ => return None,
    };
    Some(function)
}

/// Programs about hosts, repositories, databases and clouds.
fn of_hosts(name: &str) -> Option<Function> {
    let function: Function = match name {
        "psql" | "pgcli" | "mysql" | "mariadb" | "mycli" | "sqlite3" | "sqlite" | "duckdb"
        | "mongosh" | "mongo" | "sqlcmd" | "clickhouse-client" | "bq" | "snowsql" | "cqlsh" => {
            database::client
        }
        "redis-cli" | "valkey-cli" => database::redis,
        "curl" => net::curl,
        "wget" | "aria2c" => net::wget,
        "http" | "https" | "xh" => net::httpie,
        "nc" | "ncat" | "netcat" => net::netcat,
        "socat" => net::socat,
        "ssh" | "autossh" | "mosh" => net::ssh,
        "dig" | "nslookup" | "host" | "drill" | "dog" | "kdig" | "resolvectl" => lookup::name,
        "ping" | "ping6" | "traceroute" | "traceroute6" | "tracepath" | "mtr" => lookup::probe,
        "cloudflared" | "ngrok" | "bore" | "frpc" | "localtunnel" | "lt" => lookup::tunnel,
        "sftp" => net::sftp,
        "openssl" => net::openssl,
        "tcpdump" => net::tcpdump,
        "rclone" | "s3cmd" | "gsutil" => store::call,
        "git" | "hub" => git::call,
        "gh" | "glab" => git::forge::call,
        "npx" | "bunx" | "uvx" | "pnpx" => packages::runner,
        "uv" => packages::uv,
        "dpkg" | "rpm" | "pacman" | "yay" | "paru" => packages::letters,
        "aws" | "gcloud" | "az" | "kubectl" | "oc" | "terraform" | "tofu" | "terragrunt"
        | "pulumi" | "vercel" | "netlify" | "fly" | "flyctl" | "heroku" | "railway" | "doctl"
        | "wrangler" | "firebase" | "supabase" | "linode-cli" | "hcloud" | "eksctl" | "cdk"
        | "serverless" | "sam" | "eb" | "ibmcloud" | "oci" => cloud::call,
        "docker" | "podman" | "nerdctl" | "lxc" | "docker-compose" => docker::call,
        "helm" => cloud::helm,

        _ => return None,
    };
    Some(function)
}

/// Programs about the machine, its accounts and its secrets.
fn of_machine(name: &str) -> Option<Function> {
    let function: Function = match name {
        "arecord" | "parecord" | "pw-record" | "rec" | "sox" | "imagesnap" | "fswebcam" => {
            record::recorder
        }
        "ffmpeg" => record::converter,
        "kill" | "killall" | "pkill" | "taskkill" => system::kill,
        "systemctl" => system::systemctl,
        "crontab" | "at" | "batch" | "schtasks" | "atq" => system::schedule,
        "printenv" | "export" | "set" | "setx" => system::environment,
        "defaults" => mac::defaults,
        "plutil" | "plistbuddy" => mac::properties,
        "dseditgroup" | "pwpolicy" => mac::accounts,
        "tmutil" | "log" | "kmutil" | "socketfilterfw" => mac::machine,
        "security" => mac::security,
        "pass" | "gopass" | "vault" | "op" | "bw" | "lpass" | "keepassxc-cli" | "secret-tool"
        | "keyctl" | "gpg" | "gpg2" | "doppler" | "infisical" | "chamber" | "ssh-add"
        | "mimikatz" | "lazagne" => system::secrets,
        "iptables" | "ip6tables" | "nft" | "ufw" | "iptables-restore" | "ip6tables-restore" => {
            system::firewall
        }
        "sysctl" | "date" | "ip" | "ifconfig" | "route" | "journalctl" | "history" | "dmesg"
        | "init" | "telinit" | "loginctl" | "pmset" | "tc" | "brctl" | "netsh" | "arp"
        | "trust" | "wevtutil" | "fc" | "iw" | "xinput" => system::setting,
        "gdb" | "lldb" => system::debugger,
        "source" | "." => system::source,
        "man" => system::pager,
        "reg" | "net" | "net1" | "sc" | "vssadmin" | "wbadmin" | "bcdedit" | "fsutil" | "wmic"
        | "certutil" | "bitsadmin" | "mshta" | "rundll32" | "regsvr32" | "msiexec" | "wscript"
        | "cscript" => windows::call,
        "pw" => accounts::pw,
        "dscl" | "sysadminctl" => accounts::directory,
        "mail" | "mailx" | "sendmail" | "mutt" | "swaks" | "msmtp" => system::mail,
        "sponsio" => system::guard,
        _ => return None,
    };
    Some(function)
}

#[cfg(test)]
mod tests;
