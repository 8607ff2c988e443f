//! Containers: what runs inside, and what of the machine is opened to it.

use sponsio_engine::event::{Certainty, Deed, Flags, Object, PathSet};

use super::Next;
use super::call::{Call, owned};
use super::options::Options;
use crate::word::Word;

/// `docker`, `podman`, `nerdctl`, `kubectl exec`, `lxc exec`: what runs inside, and what is opened to it.
pub(super) fn run(call: &mut Call<'_, '_, '_>, options: &Options<'_>, skip: usize) {
    let escapes = options.has(&["privileged"])
        || options.values(&["cap-add"]).any(|w| {
            matches!(
                w.text(),
                Some("ALL" | "SYS_ADMIN" | "SYS_PTRACE" | "SYS_MODULE" | "CAP_SYS_ADMIN")
            )
        })
        || options
            .values(&["pid", "ipc", "userns", "network", "net", "uts", "cgroupns"])
            .any(|w| w.text() == Some("host"))
        || options.values(&["security-opt"]).any(|w| w.prefix().contains("unconfined"));
    if escapes {
        call.deed(Deed::PrivilegeEscape, Flags::NONE);
    }
    let mut mounts = Vec::new();
    for volume in options.values(&["v", "volume"]) {
        let known = volume.prefix();
        let end = known.find(':').unwrap_or(known.len());
        let source = known.get(..end).unwrap_or(known);
        if source.starts_with(['/', '.', '~']) {
            mounts.push((Word::known(source), known.ends_with(":ro")));
        } else if volume.has_unknown() && source.is_empty() {
            mounts.push((volume.clone(), false));
        }
    }
    for mount in options.values(&["mount"]) {
        let known = mount.prefix();
        for part in known.split(',') {
            if let Some(source) = part.strip_prefix("source=").or_else(|| part.strip_prefix("src="))
            {
                mounts.push((Word::known(source), known.contains("readonly")));
            }
        }
    }
    for (source, is_read_only) in mounts {
        let set = crate::path::resolve(&source, call.cwd, call.sink.context);
        let is_root = matches!(
            &*set.pattern,
            "/" | "/etc"
                | "/root"
                | "/var"
                | "/home"
                | "/proc"
                | "/sys"
                | "/dev"
                | "/boot"
                | "/usr"
                | "/c:"
                | "/Users"
        ) || set.pattern.ends_with("docker.sock")
            || set.pattern.ends_with("containerd.sock");
        call.path(Deed::Read, &source, Flags::RECURSIVE);
        if is_root {
            call.deed(Deed::PrivilegeEscape, Flags::NONE);
        }
        if !is_read_only {
            let object = Object::Path(PathSet { below: true, ..set });
            call.sink.add(Certainty::May, Deed::Write, object, Flags::RECURSIVE);
        }
    }
    let mut argv = owned(options.rest(skip));
    if let Some(entry) = options.value(&["entrypoint"]) {
        argv.insert(0, entry.clone());
    }
    if !argv.is_empty() {
        let input = call.input.clone();
        call.next.push(Next::Argv { argv, input, marks: Flags::NONE, cwd: None });
    }
}
