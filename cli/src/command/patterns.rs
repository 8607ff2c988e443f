//! `sponsio patterns`: the registry of patterns.

use clap::Args;
use serde::Serialize;
use sponsio_contracts::pattern::{self, PATTERNS, Pattern};
use sponsio_contracts::sentence::reference::{self, FormEntry};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::text::width;
use crate::output::{Page, Report, Style, Terminal};

/// List the patterns that contracts can use
#[derive(Args, Debug)]
#[command(after_long_help = "Examples:\n  sponsio patterns\n  sponsio patterns must_precede\n  \
    sponsio patterns --search 'before after'")]
pub(crate) struct PatternsArgs {
    /// One pattern, in full
    name: Option<String>,
    /// Patterns in whose name, description or example all these words occur
    #[arg(long, value_name = "TEXT", conflicts_with = "name")]
    search: Option<String>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &PatternsArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let found: Vec<&'static Pattern> = match (&args.name, &args.search) {
        (Some(name), _) => vec![one(name)?],
        (None, Some(text)) => pattern::search(text),
        (None, None) => PATTERNS.to_vec(),
    };
    if found.is_empty() {
        let text = args.search.as_deref().unwrap_or_default();
        return Err(Failure::new(format!("no pattern is found by `{text}`"))
            .hint("`sponsio patterns` lists all of them")
            .exits(Exit::Found));
    }
    if args.json {
        let document = Document { patterns: found.iter().map(|pattern| entry(pattern)).collect() };
        return Ok(Report::json(&document, Exit::Fine));
    }
    let mut page = Page::new(terminal.width());
    match (&args.name, found.as_slice()) {
        (Some(_), [pattern]) => in_full(pattern, &mut page),
        _ => list(&found, args.search.is_some(), &mut page),
    }
    Ok(Report::page(page, Exit::Fine))
}

fn one(name: &str) -> Result<&'static Pattern, Failure> {
    pattern::find(name).ok_or_else(|| {
        let failure = Failure::new(format!("there is no pattern `{name}`")).exits(Exit::Unable);
        match pattern::nearest(name) {
            Some(near) => failure.hint(format!("did you mean `{near}`?")),
            None => failure.hint("`sponsio patterns` lists all of them"),
        }
    })
}

/// A list under headings; what a search found is in the order of the search, without headings.
fn list(found: &[&Pattern], ranked: bool, page: &mut Page) {
    let column = found.iter().map(|pattern| width(pattern.name)).max().unwrap_or(0);
    let mut category = None;
    for pattern in found {
        if !ranked && category != Some(pattern.category) {
            category = Some(pattern.category);
            page.gap();
            page.heading(pattern.category.name());
        }
        let label = format!("  {:<column$} ", pattern.name);
        page.labelled(&label, Style::Accent, pattern.doc);
        let margin = " ".repeat(column.saturating_add(3));
        page.labelled(&margin, Style::Plain, pattern.example);
    }
    page.gap();
    page.paragraph(0, Style::Faint, "`sponsio patterns NAME` shows one in full.");
}

fn in_full(pattern: &Pattern, page: &mut Page) {
    page.labelled(pattern.name, Style::Accent, &format!("({})", pattern.category.name()));
    page.paragraph(2, Style::Plain, pattern.doc);
    page.gap();
    let column = pattern.parameters.iter().map(|p| width(p.name)).max().unwrap_or(0);
    for parameter in pattern.parameters {
        let optional = if parameter.optional { ", may be left out" } else { "" };
        let words = match parameter.kind.words() {
            [] => String::new(),
            words => format!(" ({})", words.join(", ")),
        };
        let text = format!("{}{words}: {}{optional}", parameter.kind.name(), parameter.doc);
        page.labelled(&format!("  {:<column$} ", parameter.name), Style::Strong, &text);
    }
    page.gap();
    page.labelled("  formula ", Style::Faint, pattern.shape);
    page.labelled("  sentence", Style::Faint, pattern.example);
    let args = pattern.example_args;
    page.labelled(
        "  pattern ",
        Style::Faint,
        &format!("{{pattern: {}, args: {args}}}", pattern.name),
    );
    page.gap();
    page.heading("sentences");
    for form in forms(pattern) {
        page.labelled("  ", Style::Plain, &form.example);
    }
}

/// The forms of one pattern.
fn forms(pattern: &Pattern) -> Vec<FormEntry> {
    reference::entries().into_iter().filter(|form| form.pattern.name == pattern.name).collect()
}

#[derive(Serialize)]
struct Document {
    patterns: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    name: &'static str,
    category: &'static str,
    doc: &'static str,
    parameters: Vec<Parameter>,
    formula: &'static str,
    example_args: &'static str,
    example_sentence: &'static str,
    sentences: Vec<Sentence>,
}

#[derive(Serialize)]
struct Sentence {
    form: String,
    example: String,
    meaning: String,
}

#[derive(Serialize)]
struct Parameter {
    name: &'static str,
    takes: &'static str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    words: &'static [&'static str],
    optional: bool,
    doc: &'static str,
}

fn entry(pattern: &'static Pattern) -> Entry {
    let parameters = pattern.parameters.iter().map(|parameter| Parameter {
        name: parameter.name,
        takes: parameter.kind.name(),
        words: parameter.kind.words(),
        optional: parameter.optional,
        doc: parameter.doc,
    });
    Entry {
        name: pattern.name,
        category: pattern.category.name(),
        doc: pattern.doc,
        parameters: parameters.collect(),
        formula: pattern.shape,
        example_args: pattern.example_args,
        example_sentence: pattern.example,
        sentences: forms(pattern).into_iter().map(said).collect(),
    }
}

fn said(form: FormEntry) -> Sentence {
    Sentence { form: form.template, example: form.example, meaning: form.meaning }
}
