//! `sponsio init`: a first contract file for what is here.
//!
//! ```text
//!  found    frameworks and hosts, from manifests and folders
//!  plan     what was found → packs with reasons, the text of the file, what to do next
//! ```
//!
//! It only proposes what it can give a reason for. Nothing is written unless that was asked for, and a file that is
//! there is replaced only where somebody says so; what stood in it is kept beside it.

mod found;
mod plan;

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;

use super::host::files;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::hook::HookMode;
use crate::output::text::shown;
use crate::output::{Page, Report, Style, Terminal};
use found::Found;
use plan::Plan;

/// Write a first contract file for the project in this directory
#[derive(Args, Debug)]
#[command(
    long_about = "Looks which agent frameworks the project uses and which coding agents are here, chooses packs, and \
        says why. On a terminal it asks before it writes `sponsio.yaml`; elsewhere it writes only with `--apply`. \
        Violations are only recorded unless `--mode enforce` is given.",
    after_long_help = "Examples:\n  sponsio init\n  sponsio init --plan --json\n  \
        sponsio init agents/support --apply --mode enforce"
)]
pub(crate) struct InitArgs {
    /// The folder of the project
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// Show what would be written, and write nothing
    #[arg(long, conflicts_with_all = ["apply", "force"])]
    plan: bool,
    /// Write it without a question
    #[arg(long)]
    apply: bool,
    /// Replace a contract file that is there; it is kept as `sponsio.yaml.before-sponsio`
    #[arg(long, requires = "apply")]
    force: bool,
    /// Whether violations are stopped or only recorded
    #[arg(long, short, value_enum, default_value_t = HookMode::Observe, value_name = "MODE")]
    mode: HookMode,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &InitArgs, terminal: &Terminal) -> Result<Report, Failure> {
    if !args.folder.is_dir() {
        return Err(Failure::new(format!("`{}` is no folder", args.folder.display())));
    }
    let folder = std::path::absolute(&args.folder)
        .map_err(|error| Failure::unreadable(&args.folder, &error))?;
    let plan = Plan::of(&folder, args.mode, Found::look(&folder)?)?;
    let before = files::read(&plan.file)?;
    let is_asked = !args.plan && !args.apply && !args.json && is_a_person_here();
    let is_wanted = if is_asked { asked(&plan, before.is_some(), terminal) } else { args.apply };
    if is_wanted {
        if before.is_some() && !is_asked && !args.force {
            let message =
                format!("`{}` is there already, and was not changed", plan.file.display());
            return Err(Failure::new(message).hint("`--force` replaces it and keeps a copy"));
        }
        files::write(&plan.file, before.as_deref(), &plan.text, false)?;
    }
    if args.json {
        return Ok(Report::json(&plan, Exit::Fine));
    }
    let mut page = Page::new(terminal.width());
    if !is_asked {
        show(&plan, &mut page);
    }
    page.gap();
    match is_wanted {
        true => page.labelled("written", Style::Good, &shown(&plan.file.display().to_string())),
        false => page.labelled("nothing written", Style::Faint, "`sponsio init --apply` writes it"),
    }
    if is_wanted {
        plan.next.iter().for_each(|next| page.labelled("next", Style::Warn, &shown(next)));
    }
    Ok(Report::page(page, Exit::Fine))
}

fn is_a_person_here() -> bool {
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

/// Shows the plan and asks whether it is to be written.
fn asked(plan: &Plan, is_there: bool, terminal: &Terminal) -> bool {
    let mut page = Page::new(terminal.width());
    show(plan, &mut page);
    let verb = if is_there { "replace" } else { "write" };
    let question = format!("\n{verb} {}? [y/N] ", shown(&plan.file.display().to_string()));
    let asked = std::io::stdout().write_all((page.finish() + &question).as_bytes());
    let mut answer = String::new();
    let heard = asked
        .and_then(|()| std::io::stdout().flush())
        .and_then(|()| std::io::stdin().read_line(&mut answer));
    heard.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}

fn show(plan: &Plan, page: &mut Page) {
    for framework in &plan.frameworks {
        let line = format!("{} (in {})", framework.name, framework.file);
        page.labelled("framework", Style::Accent, &shown(&line));
    }
    for host in &plan.hosts {
        page.labelled("host     ", Style::Accent, &shown(host));
    }
    for pack in &plan.packs {
        page.labelled("pack     ", Style::Accent, &shown(&format!("{}: {}", pack.name, pack.why)));
    }
    page.gap();
    page.raw(&plan.text);
}

/// Where the contract file of a folder is.
fn file_of(folder: &Path) -> PathBuf {
    folder.join(sponsio_guard::discover::FILE_NAME)
}
