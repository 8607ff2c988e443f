//! `docker` and what is like it: containers, images, volumes and what is composed of them.

use sponsio_engine::event::{Deed, Flags};

use super::call::{Call, owned};
use super::container;
use super::options::Options;
use super::store::copy_between;
use crate::word::Word;

/// Words that say what the next one is done to.
const GROUPS: &[&str] = &[
    "builder",
    "buildx",
    "compose",
    "container",
    "image",
    "network",
    "node",
    "secret",
    "service",
    "stack",
    "swarm",
    "system",
    "volume",
];

/// `docker`, `podman`, `nerdctl`, `lxc`.
pub(super) fn call(call: &mut Call<'_, '_, '_>) {
    let outer = call.parse("+H host context c config l log-level f file p project-name");
    let words = owned(&outer.operands);
    if call.name == "docker-compose" {
        return compose(call, &words);
    }
    let mut at = 0;
    let mut verb = words.first().and_then(Word::text).unwrap_or_default();
    let mut group = "";
    if GROUPS.contains(&verb) {
        group = verb;
        at = 1;
        if verb == "compose" {
            let inner = Options::parse(
                "+f file p project-name profile env-file project-directory",
                words.get(1..).unwrap_or_default(),
            );
            let rest = owned(&inner.operands);
            return compose(call, &rest);
        }
        verb = words.get(1).and_then(Word::text).unwrap_or_default();
    }
    let rest = words.get(usize::saturating_add(at, 1)..).unwrap_or_default();
    let is_elsewhere = matches!(group, "service" | "stack" | "swarm" | "secret" | "node")
        || outer.has(&["H", "host", "context", "c"])
        || (call.name == "lxc" && rest.iter().any(|word| word.prefix().contains(':')));
    let loses_volumes = match verb {
        "rm" | "remove" => group == "volume",
        "prune" => {
            group == "volume" || rest.iter().any(|word| word.prefix().starts_with("--volumes"))
        }
        _ => false,
    };
    // Containers and images of this machine are no cloud; what others run, and data that volumes keep, is more.
    if !is_here(call, group, verb, rest) && (is_elsewhere || loses_volumes) {
        there(call, group, verb, rest);
    }
}

/// What is done with containers and images of this machine; whether it is that.
fn is_here(call: &mut Call<'_, '_, '_>, group: &str, verb: &str, rest: &[Word]) -> bool {
    match verb {
        "run" | "create" if !matches!(group, "volume" | "network" | "secret" | "service") => {
            let options = Options::parse(
                "+v volume mount e env env-file name p publish w workdir u user network net pid ipc userns \
                    uts cgroupns cap-add cap-drop security-opt device h hostname entrypoint m memory cpus l \
                    label restart platform gpus add-host dns expose ip link log-driver log-opt shm-size \
                    tmpfs ulimit volumes-from pull runtime",
                rest,
            );
            if let Some(image) = options.operands.first() {
                call.name(Deed::PackageRun, image, Flags::NONE);
            }
            container::run(call, &options, 1);
            if options.has(&["p", "publish", "P", "publish-all"]) {
                call.listen();
            }
        }
        "exec" => {
            let options = Options::parse("+e env env-file u user w workdir detach-keys", rest);
            container::run(call, &options, 1);
        }
        "cp" => {
            copy_between(call, "cp", &rest.iter().collect::<Vec<_>>(), |word| {
                word.prefix().contains(':')
            });
        }
        "push" => named(call, Deed::PackagePublish, rest),
        "pull" => named(call, Deed::PackageInstall, rest),
        "build" | "load" | "import" => {
            let options = Options::parse(
                "t tag f file build-arg target platform o output secret ssh network progress cache-from i input",
                rest,
            );
            for file in options.values(&["f", "file", "i", "input"]) {
                call.path(Deed::Read, file, Flags::NONE);
            }
            for word in &options.operands {
                call.path(Deed::Read, word, Flags::RECURSIVE);
            }
        }
        "save" | "export" => {
            let options = Options::parse("o output", rest);
            for file in options.values(&["o", "output"]) {
                call.path(Deed::Write, file, Flags::NONE);
            }
        }
        _ => return false,
    }
    true
}

/// What is done to something that others run, or that keeps data.
fn there(call: &mut Call<'_, '_, '_>, group: &str, verb: &str, rest: &[Word]) {
    let deed = super::cloud::verb(verb).unwrap_or(Deed::CloudChange);
    let options = Options::parse("filter format", rest);
    let mut flags = Flags::NONE;
    if options.has(&["f", "force"]) && deed == Deed::CloudDelete {
        flags = flags.with(Flags::FORCE);
    }
    if verb == "prune" {
        flags = flags.with(Flags::UNBOUNDED);
    }
    let names: Vec<&str> = options.operands.iter().map(|word| word.text().unwrap_or("*")).collect();
    let label = [group, verb]
        .iter()
        .copied()
        .filter(|s| !s.is_empty())
        .chain(names)
        .collect::<Vec<_>>()
        .join(" ");
    call.named(deed, &label, flags);
}

fn compose(call: &mut Call<'_, '_, '_>, words: &[Word]) {
    let verb = words.first().and_then(Word::text).unwrap_or_default();
    let options = Options::parse(
        "+e env u user w workdir v volume entrypoint name index",
        words.get(1..).unwrap_or_default(),
    );
    match verb {
        "exec" | "run" => container::run(call, &options, 1),
        "down" | "rm" if options.has(&["v", "volumes"]) => {
            call.named(Deed::CloudDelete, "compose", Flags::FORCE);
        }
        _ => {}
    }
}

fn named(call: &mut Call<'_, '_, '_>, deed: Deed, words: &[Word]) {
    for word in words.iter().filter(|word| !word.prefix().starts_with('-')) {
        call.name(deed, word, Flags::NONE);
    }
}
