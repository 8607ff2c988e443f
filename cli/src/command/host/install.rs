//! `sponsio host install` and `uninstall`.

use clap::Args;
use sponsio_hosts::Host;
use sponsio_hosts::install::File;

use super::canary::{self, Proof};
use super::files;
use super::place::{Folder, Words};
use super::{Chosen, Wanted};
use crate::contracts;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::text::shown;
use crate::output::{Page, Report, Style, Terminal};

/// Tell hosts to ask before each tool call, and prove that they are told no
#[derive(Args, Debug)]
#[command(
    long_about = "Adds the hooks of Sponsio to the files of a host. Everything else in these files stays as it is, \
        comments included; what stood there before is kept in `FILE.before-sponsio`. Installing again changes only \
        what differs. Afterwards a call that cannot be judged is sent through the installed command, for the main \
        agent and for a sub-agent, and must come back refused.\n\n\
        Exits with 1 if the proof fails.",
    after_long_help = "Examples:\n  sponsio host install claude-code\n  \
        sponsio host install codex cursor --mode observe\n  \
        sponsio host install gemini-cli --scope project --config sponsio.yaml"
)]
pub(super) struct InstallArgs {
    #[command(flatten)]
    chosen: Chosen,
    #[command(flatten)]
    wanted: Wanted,
}

/// Take the hooks out again
#[derive(Args, Debug)]
#[command(
    long_about = "Takes the hooks of Sponsio out of the files of a host. What others wrote stays; a file that only \
        ever held these hooks goes. Contracts, sessions and the log stay.",
    after_long_help = "Example:\n  sponsio host uninstall claude-code"
)]
pub(super) struct UninstallArgs {
    #[command(flatten)]
    chosen: Chosen,
}

pub(super) fn install(args: &InstallArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let hosts = args.chosen.hosts()?;
    let folder = Folder::of(args.chosen.scope)?;
    let words = Words::of(&args.wanted)?;
    if let Some(config) = &args.wanted.config {
        // A hook whose contracts cannot be used would refuse everything.
        contracts::read(config, terminal)?;
    }
    let mut page = Page::new(terminal.width());
    let mut exit = Exit::Fine;
    for host in hosts {
        let (install, all) = folder.files_of(host)?;
        page.gap();
        page.heading(&format!("{} ({})", host.title, args.wanted.mode.name()));
        for file in all {
            one(file, host, &folder, &words, &mut page)?;
        }
        let proof = canary::prove(host, &words.hook(host.name).command(), args.wanted.mode)?;
        show(host, &proof, &mut page);
        if !proof.holds() {
            exit = Exit::Found;
        }
        for step in install.then {
            page.labelled("  next    ", Style::Warn, step);
        }
        for gap in host.gaps {
            page.labelled("  open    ", Style::Faint, gap);
        }
    }
    Ok(Report::page(page, exit))
}

/// Installs into one file.
fn one(
    file: &File,
    host: &'static Host,
    folder: &Folder,
    words: &Words,
    page: &mut Page,
) -> Result<(), Failure> {
    let path = folder.path.join(file.path);
    let before = files::read(&path)?;
    let text = file
        .with(before.as_deref(), &words.hook(host.name))
        .map_err(|error| Failure::new(format!("`{}` is left as it is: {error}", path.display())))?;
    let what = if before.as_deref() == Some(text.as_str()) {
        "as it should be"
    } else {
        files::write(&path, before.as_deref(), &text, file.is_executable())?;
        "written"
    };
    page.labelled("  file    ", Style::Faint, &shown(&format!("{} ({what})", path.display())));
    Ok(())
}

/// Shows what was proved.
pub(super) fn show(host: &Host, proof: &Proof, page: &mut Page) {
    for (who, said) in proof.lines(host) {
        let style = if proof.holds() { Style::Good } else { Style::Bad };
        page.labelled(&format!("  {who:<8}"), style, &shown(&said));
    }
}

pub(super) fn uninstall(args: &UninstallArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let hosts = args.chosen.hosts()?;
    let folder = Folder::of(args.chosen.scope)?;
    let mut page = Page::new(terminal.width());
    for host in hosts {
        let (_, all) = folder.files_of(host)?;
        page.gap();
        page.heading(host.title);
        for file in all {
            let path = folder.path.join(file.path);
            let what = taken_out(file, host, &folder)?;
            let line = format!("{} ({what})", path.display());
            page.labelled("  file    ", Style::Faint, &shown(&line));
        }
    }
    Ok(Report::page(page, Exit::Fine))
}

/// Takes our hooks out of one file; what became of it.
fn taken_out(file: &File, host: &Host, folder: &Folder) -> Result<&'static str, Failure> {
    let path = folder.path.join(file.path);
    let Some(before) = files::read(&path)? else { return Ok("not there") };
    let rest = file
        .without(&before, host.name)
        .map_err(|error| Failure::new(format!("`{}` is left as it is: {error}", path.display())))?;
    match rest {
        None => {
            files::remove(&path, &folder.path)?;
            Ok("removed")
        }
        Some(rest) if rest == before => Ok("holds no hook of ours"),
        Some(rest) => {
            files::write(&path, None, &rest, file.is_executable())?;
            files::forget(&path);
            Ok("without our hooks")
        }
    }
}
