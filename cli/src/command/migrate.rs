//! `sponsio migrate`: an older contract file in the present form, and what it means here.

#![expect(
    clippy::disallowed_methods,
    reason = "the file that the user names is written where `--write` says so"
)]

use std::path::{Path, PathBuf};

use clap::Args;
use similar::TextDiff;
use sponsio_contracts::config::migrate::{self, Migration, Remark};
use sponsio_contracts::config::{Source, SourceError, Text};
use sponsio_contracts::diagnostic::{Diagnostic, Files};
use sponsio_contracts::limits::FILE_BYTES_MAX;
use sponsio_guard::load::{self, LoadError};
use sponsio_guard::source::FileSystem;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::output::text::{counted, shown};
use crate::output::{Page, Report, Style, Terminal, drawn};

/// Rewrite an older contract file, and say where its meaning differs
#[derive(Args, Debug)]
#[command(
    long_about = "Rewrites what older files write otherwise: keys, thresholds, formulas in constructor form. Comments \
        and order stay. What a contract says is not changed; where the same words are judged otherwise here, it says \
        so, contract by contract.\n\nExits with 1 if the rewritten file does not load.",
    after_long_help = "Examples:\n  sponsio migrate sponsio.yaml\n  sponsio migrate sponsio.yaml --diff\n  \
        sponsio migrate sponsio.yaml --write"
)]
pub(crate) struct MigrateArgs {
    /// The contract file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Replace the file
    #[arg(long, conflicts_with = "diff")]
    write: bool,
    /// Print the changes as a unified diff, and nothing else
    #[arg(long)]
    diff: bool,
}

pub(crate) fn run(args: &MigrateArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let path = &args.file;
    let bytes = input::read(path, FILE_BYTES_MAX)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::new(format!("`{}` is not UTF-8", path.display())))?;
    let name = path.display().to_string();
    let migration = migrate::migrate(&name, &text).map_err(|(diagnostics, files)| {
        let text = drawn(&diagnostics, &files, terminal.errors_width());
        Failure::new(format!("`{name}` cannot be read")).drawn(text).exits(Exit::Found)
    })?;
    let left = wrong(path, &migration.text);
    let exit = if left.0.iter().any(Diagnostic::is_error) { Exit::Found } else { Exit::Fine };
    if args.diff {
        return Ok(Report { text: difference(&name, &text, &migration.text), exit });
    }
    let changed = migration.text != text;
    if args.write && changed {
        std::fs::write(path, &migration.text).map_err(|error| Failure::unwritable(path, &error))?;
    }
    Ok(Report::page(page(&migration, &left, args.write && changed, terminal), exit))
}

/// What is wrong with the rewritten file.
fn wrong(path: &Path, text: &str) -> (Vec<Diagnostic>, Files) {
    let Some(entry) = path.to_str() else { return (Vec::new(), Files::new()) };
    let source = Rewritten { text, entry, files: FileSystem::new() };
    match load::read_from(entry, &source, None) {
        Ok(configuration) => (configuration.warnings, configuration.files),
        Err(LoadError { diagnostics, files, .. }) => (diagnostics, files),
    }
}

/// The files there are, with one of them rewritten.
struct Rewritten<'t> {
    text: &'t str,
    entry: &'t str,
    files: FileSystem,
}

impl Source for Rewritten<'_> {
    fn read(&self, including: Option<&str>, spec: &str) -> Result<Text, SourceError> {
        if including.is_none() && spec == self.entry {
            return Ok(Text { name: self.entry.to_owned(), text: self.text.to_owned() });
        }
        self.files.read(including, spec)
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.files.variable(name)
    }
}

fn difference(name: &str, before: &str, after: &str) -> String {
    if before == after {
        return String::new();
    }
    TextDiff::from_lines(before, after)
        .unified_diff()
        .context_radius(2)
        .header(name, name)
        .to_string()
}

fn page(
    migration: &Migration,
    (diagnostics, files): &(Vec<Diagnostic>, Files),
    written: bool,
    terminal: &Terminal,
) -> Page {
    let mut page = Page::new(terminal.width());
    let place = |remark: &Remark| {
        let file = migration.files.get(remark.location.file);
        file.map_or(0, |file| file.position(remark.location.start).line)
    };
    if !migration.edits.is_empty() {
        page.heading(if written { "rewritten" } else { "to rewrite" });
        for edit in &migration.edits {
            page.labelled(&format!("  line {:<4}", place(edit)), Style::Accent, &shown(&edit.text));
        }
    }
    if !migration.notes.is_empty() {
        page.gap();
        page.heading("judged otherwise here");
    }
    let mut contract: Option<&str> = None;
    for note in &migration.notes {
        if note.contract.as_deref() != contract {
            contract = note.contract.as_deref();
            if let Some(contract) = contract {
                page.labelled("", Style::Strong, &shown(contract));
            }
        }
        page.labelled(&format!("  line {:<4}", place(note)), Style::Accent, &shown(&note.text));
    }
    if !diagnostics.is_empty() {
        page.gap();
        page.raw(drawn(diagnostics, files, terminal.width()).trim_end());
    }
    page.gap();
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
    let edits = counted(migration.edits.len(), "change");
    let notes = counted(migration.notes.len(), "remark");
    let (label, style) = match errors {
        0 => ("loads:", Style::Good),
        _ => ("does not load:", Style::Bad),
    };
    let wrong = if errors > 0 { format!(", {}", counted(errors, "error")) } else { String::new() };
    page.labelled(label, style, &format!("{edits}, {notes}{wrong}"));
    if !written && !migration.edits.is_empty() {
        page.paragraph(0, Style::Faint, "`--write` replaces the file, `--diff` shows the changes.");
    }
    page
}
