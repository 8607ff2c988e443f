//! Package managers: what is installed, removed, run and published, and from where.
//!
//! A manager is a row: the words for its deeds. Where a package is an address, a repository or a path, that is what is
//! installed, and it may run code of its own.

use sponsio_engine::event::{Deed, Flags};

use super::call::{Call, owned};
use super::options::Options;
use crate::url;
use crate::word::Word;

/// Names, words for installing, removing, publishing, running, and changing sources; whether it is global by itself.
struct Manager(
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    bool,
);

#[rustfmt::skip]
const MANAGERS: &[Manager] = &[
    Manager("apt apt-get aptitude", "install upgrade dist-upgrade full-upgrade reinstall build-dep", "remove \
        purge autoremove autopurge", "", "", "add-repository", true),
    Manager("dnf yum microdnf zypper tdnf", "install update upgrade localinstall reinstall in up dup", "remove \
        erase autoremove rm", "", "", "config-manager addrepo ar removerepo", true),
    Manager("apk", "add upgrade", "del", "", "", "", true),
    Manager("brew", "install upgrade reinstall bundle", "uninstall remove rm autoremove", "", "", "tap untap", true),
    Manager("snap flatpak", "install refresh update", "remove uninstall", "", "run", "remote-add", true),
    Manager("port pkg choco scoop winget nix-env opkg", "install upgrade add", "uninstall remove \
        delete", "", "", "source bucket", true),
    Manager("pip pip3 pipx", "install upgrade inject upgrade-all", "uninstall \
        uninstall-all", "upload", "run", "config", false),
    Manager("poetry pdm hatch rye pipenv uv", "add install update lock sync", "remove \
        uninstall", "publish", "", "source config", false),
    Manager("conda mamba micromamba", "install create update upgrade", "remove \
        uninstall", "upload", "", "config", false),
    Manager("npm pnpm yarn cnpm", "install i add ci update upgrade up link isntall install-test", "uninstall \
        remove rm un unlink r", "publish unpublish deprecate", "exec x dlx create init", "config set", false),
    Manager("cargo", "install add update fetch", "uninstall remove rm", "publish yank owner", "", "login", false),
    Manager("gem", "install update", "uninstall", "push yank owner", "exec", "sources", false),
    Manager("bundle bundler", "install add update", "remove", "", "", "config", false),
    Manager("go", "install get", "", "", "", "env", false),
    Manager("composer", "require install update", "remove", "", "", "config", false),
    Manager("nuget dotnet", "add install", "remove uninstall", "push delete", "", "sources", false),
    Manager("mvn mvnw gradle gradlew", "", "", "deploy publish release:perform", "", "", false),
    Manager("twine flit", "", "", "upload publish", "", "", false),
    Manager("luarocks cpan cpanm opam stack cabal mix pub", "install add get", "remove uninstall", "upload \
        publish", "", "", false),
];

/// Whether the program is one of them.
pub(super) fn knows(name: &str) -> bool {
    MANAGERS.iter().any(|row| row.0.split(' ').any(|known| known == name))
}

/// Any of them.
pub(super) fn call(call: &mut Call<'_, '_, '_>) {
    let name = match call.name {
        "pip" => "pip",
        name if name.starts_with("pip") && !matches!(name, "pipx" | "pipenv") => "pip",
        name => name,
    };
    let Some(manager) = MANAGERS.iter().find(|row| row.0.split(' ').any(|known| known == name))
    else {
        return;
    };
    let options = call.parse(specification(name));
    let mut operands = options.operands.as_slice();
    let mut verb = options.text(0).unwrap_or_default();
    // `poetry self add`, `yarn global add`, `yarn workspace x add`, `dotnet tool install`.
    let mut global = manager.6;
    if matches!(verb, "global" | "self" | "workspace" | "tool" | "nuget" | "package") {
        global |= verb == "global";
        let skip = if verb == "workspace" { 2 } else { 1 };
        operands = operands.get(skip..).unwrap_or_default();
        verb = operands.first().and_then(|word| word.text()).unwrap_or_default();
    }
    let is = |list: &'static str| list.split(' ').any(|word| word == verb && !word.is_empty());
    let mut packages = operands.get(1..).unwrap_or_default();
    global |= options.has(&["g", "global", "system", "break-system-packages"])
        || matches!(name, "cargo" | "go" | "gem" | "pipx") && verb == "install";
    let mut flags = if global { Flags::GLOBAL } else { Flags::NONE };
    let deed = if is(manager.1) || (verb.is_empty() && name == "yarn") {
        Deed::PackageInstall
    } else if is(manager.2) {
        Deed::PackageUninstall
    } else if is(manager.3) {
        Deed::PackagePublish
    } else if is(manager.4) {
        Deed::PackageRun
    } else if is(manager.5) && changes_source(name, verb, packages) {
        Deed::PackageSource
    } else {
        return ordinary(call, name, verb, packages);
    };
    if deed == Deed::PackageSource {
        return match packages.last() {
            Some(word) => call.name(deed, word, flags),
            None => call.deed(deed, flags),
        };
    }
    sources(call, &options);
    if deed == Deed::PackageRun {
        packages = packages.get(..1).unwrap_or_default();
    }
    if options.has(&["f", "force", "allow-unauthenticated", "force-yes"])
        && deed != Deed::PackageUninstall
    {
        flags = flags.with(Flags::FORCE);
    }
    if matches!(name, "npm" | "pnpm" | "yarn")
        && matches!(verb, "init" | "create")
        && packages.is_empty()
    {
        return;
    }
    each(call, (deed, flags), &options, packages);
}

/// The packages, and the files that name some.
fn each(
    call: &mut Call<'_, '_, '_>,
    (deed, flags): (Deed, Flags),
    options: &Options<'_>,
    packages: &[&Word],
) {
    for file in options.values(&["r", "requirement", "c", "constraint"]) {
        call.path(Deed::Read, file, Flags::NONE);
    }
    for word in options.values(&["e", "editable", "git", "path"]) {
        package(call, deed, word, flags);
    }
    if packages.is_empty() {
        call.deed(deed, flags);
    }
    for word in packages {
        package(call, deed, word, flags);
    }
}

/// The options of a manager that take a value.
fn specification(name: &str) -> &'static str {
    if name == "go" {
        "C"
    } else if matches!(name, "pip" | "pipx" | "uv") {
        "r requirement c constraint e editable i index-url extra-index-url index find-links f t target root \
            prefix python p"
    } else {
        "c channel registry prefix target root path git branch rev tag source features version package \
            python repository repository-url index-url extra-index-url index o t C cwd workspace w F p"
    }
}

/// Whether the words of a setting change where packages come from.
fn changes_source(name: &str, verb: &str, words: &[&Word]) -> bool {
    let has = |text: &str| words.iter().any(|word| word.prefix().contains(text));
    match (name, verb) {
        (
            "pip" | "pip3" | "npm" | "pnpm" | "yarn" | "conda" | "mamba" | "composer" | "poetry"
            | "bundle",
            "config" | "set",
        ) => {
            has("index-url")
                || has("registry")
                || has("channel")
                || has("repo")
                || has("mirror")
                || has("trusted-host")
                || has("proxy")
        }
        ("gem", "sources") => has("-a") || has("http"),
        ("go", "env") => has("GOPROXY=") || has("GOSUMDB=") || has("GOFLAGS="),
        ("cargo", "login") => false,
        _ => true,
    }
}

/// `--index-url`, `--registry`, `--repository`: packages come from there.
fn sources(call: &mut Call<'_, '_, '_>, options: &Options<'_>) {
    for word in options.values(&[
        "i",
        "index-url",
        "extra-index-url",
        "index",
        "registry",
        "find-links",
        "repository-url",
        "source",
    ]) {
        if url::is_url(word.prefix()) {
            call.name(Deed::PackageSource, word, Flags::NONE);
            call.host(Deed::NetReceive, word, Flags::NONE);
        }
    }
    for word in options.values(&["prefix", "target", "root"]) {
        call.path(Deed::Write, word, Flags::RECURSIVE);
    }
}

/// One package: a name, an address, or a path.
fn package(call: &mut Call<'_, '_, '_>, deed: Deed, word: &Word, flags: Flags) {
    let known = word.prefix();
    let installs = deed == Deed::PackageInstall || deed == Deed::PackageRun;
    let address = known.strip_prefix("git+").unwrap_or(known);
    let address = match address.split_once(" @ ") {
        Some((_, after)) => after.strip_prefix("git+").unwrap_or(after),
        None => address,
    };
    if installs
        && (url::is_url(address) || address.starts_with("git@") || known.starts_with("github:"))
    {
        call.name(deed, word, flags.with(Flags::REMOTE));
        if known.starts_with("github:") {
            return call.host(Deed::NetReceive, &Word::known("github.com"), Flags::NONE);
        }
        return call.host(
            Deed::NetReceive,
            &word.after(known.len().saturating_sub(address.len())),
            Flags::NONE,
        );
    }
    if installs && (known.starts_with(['.', '/', '~']) || known.starts_with("file:")) {
        call.name(deed, word, flags);
        return call.path(Deed::Exec, word, Flags::NONE);
    }
    call.name(deed, word, flags);
    if deed == Deed::PackageUninstall && known.contains("sponsio") {
        call.name(Deed::GuardChange, word, Flags::NONE);
    }
}

/// Commands of a manager that are about the project: tests, builds, lists, scripts.
fn ordinary(call: &mut Call<'_, '_, '_>, name: &str, verb: &str, words: &[&Word]) {
    match (name, verb) {
        ("poetry" | "pdm" | "hatch" | "rye" | "pipenv", "run") | ("bundle" | "bundler", "exec") => {
            call.run(owned(words), Flags::NONE);
        }
        ("conda" | "mamba" | "micromamba", "run") => {
            let skip = if words.first().is_some_and(|w| w.text() == Some("-n")) { 2 } else { 0 };
            call.run(owned(words.get(skip..).unwrap_or_default()), Flags::NONE);
        }
        ("npm" | "pnpm" | "yarn", "token" | "whoami") if verb == "token" => {
            call.deed(Deed::SecretRead, Flags::NONE)
        }
        ("go", "run") => {
            if let Some(word) = words.first() {
                if word.prefix().contains('@') {
                    call.name(Deed::PackageRun, word, Flags::NONE);
                } else {
                    call.path(Deed::Exec, word, Flags::NONE);
                }
            }
        }
        ("cargo", "clean") => call.place(Deed::Delete, "target", Flags::RECURSIVE),
        _ => {}
    }
}

/// `npx`, `bunx`, `uvx`, `pnpx`: a package is fetched and run.
pub(super) fn runner(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("+p package c call from with python index-url registry");
    sources(call, &options);
    for text in options.values(&["c", "call"]) {
        call.text(crate::Language::Shell, text.clone(), Flags::NONE);
    }
    for word in options.values(&["p", "package", "from", "with"]) {
        package(call, Deed::PackageRun, word, Flags::NONE);
    }
    if let Some(word) = options.operands.first() {
        package(call, Deed::PackageRun, word, Flags::NONE);
        if word.text() == Some("sponsio") {
            call.run(owned(&options.operands), Flags::NONE);
        }
    }
}

/// `uv`: pip, tools, projects.
pub(super) fn uv(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("+directory project python p with from");
    let words = owned(options.rest(1));
    match options.text(0).unwrap_or_default() {
        "pip" => call.run(std::iter::once(Word::known("pip")).chain(words).collect(), Flags::NONE),
        "tool" => match options.text(1) {
            Some("run") => call.run(
                std::iter::once(Word::known("uvx")).chain(owned(options.rest(2))).collect(),
                Flags::NONE,
            ),
            _ => call.run(std::iter::once(Word::known("pipx")).chain(words).collect(), Flags::NONE),
        },
        "run" => {
            let inner =
                Options::parse("+with from python p package env-file module m extra group", &words);
            for word in inner.values(&["with"]) {
                package(call, Deed::PackageInstall, word, Flags::NONE);
            }
            let rest = owned(&inner.operands);
            if let Some(module) = inner.value(&["m", "module"]) {
                let mut argv = vec![Word::known("python"), Word::known("-m"), module.clone()];
                argv.extend(rest);
                return call.run(argv, Flags::NONE);
            }
            match rest.first() {
                Some(script) if script.prefix().ends_with(".py") => {
                    call.path(Deed::Exec, script, Flags::NONE)
                }
                _ => call.run(rest, Flags::NONE),
            }
        }
        "add" | "sync" | "lock" | "remove" | "publish" => {
            self::call(call);
        }
        _ => {}
    }
}

/// `dpkg`, `rpm`, `pacman`: their deeds are letters.
pub(super) fn letters(call: &mut Call<'_, '_, '_>) {
    let options = call.parse("root admindir dbpath");
    let has = |names: &[&str]| options.has(names);
    let (installs, removes) = match call.name {
        "dpkg" => {
            (has(&["i", "install", "unpack", "configure"]), has(&["r", "P", "remove", "purge"]))
        }
        "rpm" => {
            (has(&["i", "U", "F", "install", "upgrade"]) && !has(&["q"]), has(&["e", "erase"]))
        }
        _ => (
            (has(&["S", "U", "sync", "upgrade"])) && !has(&["s", "i", "Q", "l"]),
            has(&["R", "remove"]),
        ),
    };
    let deed = match (installs, removes) {
        (true, _) => Deed::PackageInstall,
        (_, true) => Deed::PackageUninstall,
        _ => return,
    };
    if options.operands.is_empty() {
        call.deed(deed, Flags::GLOBAL);
    }
    for word in &options.operands {
        package(call, deed, word, Flags::GLOBAL);
    }
}
