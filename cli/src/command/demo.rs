//! `sponsio demo`: the demonstrations, in a temporary folder or in one that is kept.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::demo::{SCENARIOS, Scenario, Shown, document, find, perform, show, summary};
use crate::exit::Exit;
use crate::failure::{Failure, reason};
use crate::output::{Page, Report, Terminal};

/// Show what contracts are for: a scripted agent on a real database, real files and a real shell
#[derive(Args, Debug)]
#[command(
    long_about = "A scripted agent works in a temporary folder on a real SQLite database, real files and a real \
        shell, twice: without contracts and with them. What was destroyed and what was saved is then read back \
        from the database and the disk and shown side by side, with each refused call, the contract that refused \
        it, what led to it, and what would unlock it. The record of all decisions is decided again.\n\n\
        Exits with 0 only if the second run saved what the first one lost.",
    after_long_help = "Examples:\n  sponsio demo\n  sponsio demo wire\n  sponsio demo freeze --keep kept\n  \
        sponsio demo --json"
)]
pub(crate) struct DemoArgs {
    /// Which demonstration; all of them where none is named
    #[arg(value_parser = PossibleValuesParser::new(SCENARIOS.iter().map(|scenario| scenario.name)))]
    scenario: Option<String>,
    /// Keep databases, files, contracts and records in this folder, which must be empty or not there
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &DemoArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let chosen: Vec<&'static Scenario> = match &args.scenario {
        Some(name) => find(name).into_iter().collect(),
        None => SCENARIOS.to_vec(),
    };
    // A temporary folder is removed when this goes out of scope.
    let temporary;
    let folder: &Path = match &args.keep {
        Some(folder) => kept(folder)?,
        None => {
            temporary =
                tempfile::Builder::new().prefix("sponsio-demo-").tempdir().map_err(|error| {
                    Failure::new(format!("no temporary folder can be made: {}", reason(&error)))
                        .hint("name a folder with `--keep DIR`")
                })?;
            temporary.path()
        }
    };
    let mut all: Vec<Shown> = Vec::new();
    for scenario in chosen {
        all.push(perform(scenario, folder, terminal)?);
    }
    let good = all.iter().all(|shown| shown.differences().is_empty());
    let exit = if good { Exit::Fine } else { Exit::Found };
    let name = args.keep.as_ref().map(|folder| folder.display().to_string());
    if args.json {
        return Ok(Report::json(&document(&all, name.as_deref()), exit));
    }
    let mut page = Page::new(terminal.width());
    for shown in &all {
        show(shown, name.is_some(), &mut page);
    }
    summary(&all, name.as_deref(), &mut page);
    Ok(Report::page(page, exit))
}

/// The demonstration destroys things, so it works only where there is nothing.
fn kept(folder: &Path) -> Result<&Path, Failure> {
    let failed = |error: &std::io::Error| {
        Failure::new(format!("`{}` cannot be used: {}", folder.display(), reason(error)))
    };
    fs::create_dir_all(folder).map_err(|e| failed(&e))?;
    if fs::read_dir(folder).map_err(|e| failed(&e))?.next().is_some() {
        let message = format!("`{}` is not empty", folder.display());
        return Err(Failure::new(message)
            .hint("the demonstration destroys things; name a folder that does not exist yet"));
    }
    Ok(folder)
}
