//! `sponsio host list` and `status`.

use clap::Args;
use serde::Serialize;
use sponsio_hosts::install::State;
use sponsio_hosts::{HOSTS, Host};

use super::canary::mode_of;
use super::{Chosen, Folder, Scope, files, place};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::text::shown;
use crate::output::{Cell, Page, Report, Style, Table, Terminal};

/// List the hosts, and which of them are told to ask
#[derive(Args, Debug)]
#[command(after_long_help = "Example:\n  sponsio host list")]
pub(super) struct ListArgs {
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Show what the files of hosts tell them
#[derive(Args, Debug)]
#[command(
    long_about = "Shows the command that each host is told to run. Exits with 1 if a host is not told to ask.",
    after_long_help = "Example:\n  sponsio host status claude-code --scope project"
)]
pub(super) struct StatusArgs {
    #[command(flatten)]
    chosen: Chosen,
}

#[derive(Serialize)]
struct Listed {
    name: &'static str,
    title: &'static str,
    /// Whether something of it is in the user's home.
    found: bool,
    /// The mode in which it asks, for all projects of the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'static str>,
    /// The mode in which it asks, in this project.
    #[serde(skip_serializing_if = "Option::is_none")]
    project: Option<&'static str>,
}

pub(super) fn list(args: &ListArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let (user, project) = (Folder::of(Scope::User)?, Folder::of(Scope::Project)?);
    let mode = |folder: &Folder, host: &Host| Some(mode_of(&folder.command(host)?).name());
    let one = |host: &'static Host| Listed {
        name: host.name,
        title: host.title,
        found: host.install.as_ref().is_some_and(place::is_there),
        user: mode(&user, host),
        project: mode(&project, host),
    };
    let hosts: Vec<Listed> = HOSTS.iter().map(one).collect();
    if args.json {
        return Ok(Report::json(&hosts, Exit::Fine));
    }
    let mut page = Page::new(terminal.width());
    let mut table = Table::new(&["host", "what it is", "found", "user", "project"], 1, 0);
    for host in &hosts {
        let asks = |mode: Option<&str>| match mode {
            Some(mode) => Cell::new(Style::Good, mode),
            None => Cell::new(Style::Faint, "-"),
        };
        table.row([
            Cell::new(Style::Accent, host.name),
            Cell::new(Style::Plain, host.title),
            Cell::new(Style::Faint, if host.found { "yes" } else { "-" }),
            asks(host.user),
            asks(host.project),
        ]);
    }
    table.write(&mut page);
    Ok(Report::page(page, Exit::Fine))
}

pub(super) fn status(args: &StatusArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let folder = Folder::of(args.chosen.scope)?;
    let mut page = Page::new(terminal.width());
    let mut exit = Exit::Fine;
    for host in args.chosen.hosts()? {
        let (_, all) = folder.files_of(host)?;
        page.gap();
        page.heading(host.title);
        for file in all {
            let path = folder.path.join(file.path);
            let text = files::read(&path)?;
            let command = text.as_deref().and_then(|text| file.command(text, host.name));
            let is_ours =
                match &text {
                    Some(text) => file.without(text, host.name).map_or(State::Absent, |rest| {
                        match rest.as_deref() == Some(text.as_str()) {
                            true => State::Absent,
                            false => State::Installed,
                        }
                    }),
                    None => State::Absent,
                };
            let (style, what) = match is_ours {
                State::Absent => (Style::Bad, "does not tell it to ask"),
                State::Installed | State::Different => (Style::Good, "tells it to ask"),
            };
            if is_ours == State::Absent {
                exit = Exit::Found;
            }
            let line = format!("{} {what}", path.display());
            page.labelled("  file    ", style, &shown(&line));
            if let Some(command) = command {
                page.labelled("  runs    ", Style::Faint, &shown(&command));
            }
        }
    }
    Ok(Report::page(page, exit))
}
