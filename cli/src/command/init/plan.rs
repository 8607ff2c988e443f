//! From what was found to a contract file, with a reason for each of its packs.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::file_of;
use super::found::{Found, Kind, Used};
use crate::failure::Failure;
use crate::hook::HookMode;

/// A pack, and why it is chosen.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Chosen {
    pub(super) name: &'static str,
    pub(super) why: String,
}

/// What would be written, and why.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Plan {
    pub(super) file: PathBuf,
    pub(super) mode: &'static str,
    pub(super) frameworks: Vec<Used>,
    pub(super) hosts: Vec<&'static str>,
    pub(super) packs: Vec<Chosen>,
    pub(super) text: String,
    /// What to do afterwards.
    pub(super) next: Vec<String>,
}

impl Plan {
    /// The plan for a folder.
    pub(super) fn of(folder: &Path, mode: HookMode, found: Found) -> Result<Self, Failure> {
        let file = file_of(folder);
        let packs = packs(&found);
        let text = text(mode, &packs);
        let hosts = found.hosts.iter().map(|host| host.name).collect();
        let next = next(&found, &file, mode);
        let frameworks =
            found.used.into_iter().filter(|used| used.kind == Kind::Framework).collect();
        Ok(Self { file, mode: mode.name(), frameworks, hosts, packs, text, next })
    }
}

fn packs(found: &Found) -> Vec<Chosen> {
    let mut packs = Vec::new();
    let mut choose = |name, why: String| packs.push(Chosen { name, why });
    if let Some(host) = found.hosts.first() {
        // It includes the packs for shells, files, git, databases, clouds and the network.
        choose("host/coding-agent", format!("{} is here", host.title));
        return packs;
    }
    choose("core/universal", "it holds for every agent".to_owned());
    choose("core/runaway", "an agent that goes in circles is stopped".to_owned());
    choose("core/output_safety", "what an agent says can be sent on".to_owned());
    let kinds = [
        (Kind::Database, "capability/database"),
        (Kind::Cloud, "capability/cloud"),
        (Kind::Network, "capability/network-egress"),
    ];
    for (kind, pack) in kinds {
        if let Some(used) = found.first(kind) {
            choose(pack, format!("{} names {}", used.file, used.name));
        }
    }
    packs
}

fn text(mode: HookMode, packs: &[Chosen]) -> String {
    let mut text = String::from(
        "# Contracts for the agents of this project. `sponsio packs NAME` shows what a pack asks for,\n\
         # `sponsio mode enforce` stops what `observe` only records.\n\
         version: 1\n",
    );
    text.push_str(&format!("mode: {}\n", mode.name()));
    text.push_str("agents:\n  \"*\":\n    include:\n");
    for pack in packs {
        text.push_str(&format!("      - sponsio:{} # {}\n", pack.name, pack.why));
    }
    text
}

fn next(found: &Found, file: &Path, mode: HookMode) -> Vec<String> {
    let (mode, file) = (mode.name(), file.display());
    let hosts = found.hosts.iter().map(|host| {
        format!(
            "`sponsio host install {} --mode {mode} --config {file}` tells {} to ask",
            host.name, host.title
        )
    });
    let watch = "`sponsio validate` says what the contracts mean".to_owned();
    hosts.chain([watch]).collect()
}
