//! The reference of the hosts, from the registry that hooks and installations use.

use std::path::Path;

use anyhow::Result;
use sponsio_hosts::install::File;
use sponsio_hosts::{HOSTS, Host};

use super::{cell, sentence};

const INTRODUCTION: &str = "\
# Hosts

The programs whose agents Sponsio is asked about, as `sponsio hook` and `sponsio host` know them. A call that waits for
a person is asked about by the host's own question where there is one, and refused elsewhere. A call that is to be
replaced is refused everywhere, with the name of the substitute: no host lets a hook name another tool.

The last columns say what a host can be told: to ask its user, to show a warning, not to stop, to hold a prompt back.

| host | `sponsio hook` | written against | waits | ask | warning | not to stop | prompt |
|---|---|---|---|---|---|---|---|
";

const FILES: &str = "
## Files

Below the user's home, and below the folder of a project.

| host | for all projects | for one project |
|---|---|---|
";

const GAPS: &str = "
## What cannot be closed

A host decides what it does with an answer. This is what no hook can change, and what is left to do by hand.
";

/// The page.
pub(crate) fn page(_root: &Path) -> Result<String> {
    let hosts: String = HOSTS.iter().map(line).collect();
    let files: String = HOSTS.iter().filter_map(files).collect();
    let gaps: String = HOSTS.iter().map(gaps).collect();
    Ok(format!("{INTRODUCTION}{hosts}{FILES}{files}{GAPS}{gaps}"))
}

fn line(host: &Host) -> String {
    let said = |is: bool| if is { "yes" } else { "no" };
    let words = [host.words.asks, host.words.warns, host.words.stops, host.words.prompts];
    format!(
        "| {} | `{}` | {} | {} s | {} |\n",
        host.title,
        host.name,
        cell(host.version),
        host.waits,
        words.map(said).join(" | ")
    )
}

fn files(host: &Host) -> Option<String> {
    let install = host.install.as_ref()?;
    let named = |below: &str, files: &[File]| match files {
        [] => "none".to_owned(),
        files => {
            let names = files.iter().map(|file| format!("`{below}{}`", file.path));
            names.collect::<Vec<_>>().join(" ")
        }
    };
    let (user, project) = (named("~/", install.user), named("", install.project));
    Some(format!("| {} | {user} | {project} |\n", host.title))
}

fn gaps(host: &Host) -> String {
    let then = host.install.as_ref().map_or(&[][..], |install| install.then);
    let list = |kind: &str, lines: &[&str]| -> String {
        lines.iter().map(|line| format!("- {kind}{}.\n", sentence(line))).collect()
    };
    let (gaps, then) = (list("", host.gaps), list("By hand: ", then));
    format!("\n### {}\n\n{gaps}{then}", host.title)
}
