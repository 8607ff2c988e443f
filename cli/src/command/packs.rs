//! `sponsio packs`: the contracts that ship with the program.

use clap::Args;
use serde::Serialize;
use sponsio_contracts::config::{Loaded, Source, SourceError, Text};
use sponsio_guard::load::read_from;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::text::{counted, shown, width};
use crate::output::{Page, Report, Style, Terminal, drawn};

/// List the packs of contracts that ship with Sponsio
#[derive(Args, Debug)]
#[command(after_long_help = "Examples:\n  sponsio packs\n  sponsio packs --search git\n  \
    sponsio packs capability/git")]
pub(crate) struct PacksArgs {
    /// One pack, in full
    name: Option<String>,
    /// Packs in whose name, purpose or contracts all these words occur
    #[arg(long, value_name = "TEXT", conflicts_with = "name")]
    search: Option<String>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// One pack, read.
#[derive(Serialize)]
pub(crate) struct Described {
    pub(crate) name: &'static str,
    pub(crate) about: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) sources: Vec<String>,
    /// Its own contracts.
    pub(crate) contracts: Vec<Contract>,
    /// The packs that it includes, which have contracts of their own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) includes: Vec<String>,
    /// How many cases prove it.
    pub(crate) cases: usize,
}

/// One contract of a pack.
#[derive(Serialize)]
pub(crate) struct Contract {
    pub(crate) contract: String,
    pub(crate) strategy: &'static str,
    pub(crate) requires: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) advice: String,
}

#[derive(Serialize)]
struct Document<'p> {
    packs: &'p [Described],
}

pub(crate) fn run(args: &PacksArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let mut packs = match &args.name {
        Some(name) => vec![one(name, terminal)?],
        None => all(terminal)?,
    };
    if let Some(text) = &args.search {
        packs.retain(|pack| fits(pack, text));
        if packs.is_empty() {
            return Err(Failure::new(format!("no pack is found by `{text}`"))
                .hint("`sponsio packs` lists all of them")
                .exits(Exit::Found));
        }
    }
    if args.json {
        return Ok(Report::json(&Document { packs: &packs }, Exit::Fine));
    }
    let mut page = Page::new(terminal.width());
    match (&args.name, packs.as_slice()) {
        (Some(_), [pack]) => in_full(pack, &mut page),
        _ => list(&packs, &mut page),
    }
    Ok(Report::page(page, Exit::Fine))
}

/// Every shipped pack.
pub(crate) fn all(terminal: &Terminal) -> Result<Vec<Described>, Failure> {
    sponsio_packs::PACKS.iter().map(|pack| read(pack, terminal)).collect()
}

fn one(name: &str, terminal: &Terminal) -> Result<Described, Failure> {
    let name = name.strip_prefix("sponsio:").unwrap_or(name);
    let pack = sponsio_packs::find(name).ok_or_else(|| {
        Failure::new(format!("there is no pack `{name}`")).hint("`sponsio packs` lists all of them")
    })?;
    read(pack, terminal)
}

/// A configuration that includes one pack and has nothing else.
struct Including(&'static str);

impl Source for Including {
    fn read(&self, including: Option<&str>, spec: &str) -> Result<Text, SourceError> {
        match including {
            None => {
                let text = format!("agents: {{\"*\": {{include: [\"sponsio:{}\"]}}}}", self.0);
                Ok(Text { name: spec.to_owned(), text })
            }
            Some(_) => Err(SourceError::new("a pack includes only packs")),
        }
    }
}

fn read(pack: &'static sponsio_packs::Pack, terminal: &Terminal) -> Result<Described, Failure> {
    let read = read_from("sponsio.yaml", &Including(pack.name), None);
    let configuration = read.map_err(|error| {
        Failure::new(format!("the pack `{}` cannot be read", pack.name)).drawn(drawn(
            &error.diagnostics,
            &error.files,
            terminal.errors_width(),
        ))
    })?;
    let spec = format!("sponsio:{}", pack.name);
    let config = &configuration.config;
    let own = |loaded: &&Loaded| loaded.origin.pack.as_deref() == Some(&spec);
    let contracts = config.agents.iter().flat_map(|agent| &agent.contracts).filter(own);
    let note = config.notes.iter().find(|note| note.include == spec);
    let others = config.notes.iter().filter(|note| note.include != spec);
    Ok(Described {
        name: pack.name,
        about: note.map(|note| note.about.to_string()).unwrap_or_default(),
        sources: note.iter().flat_map(|n| &n.sources).map(ToString::to_string).collect(),
        contracts: contracts.map(contract).collect(),
        includes: others.map(|note| note.include.clone()).collect(),
        // A case is the only thing in its file that expects something.
        cases: pack.cases.matches("expect:").count(),
    })
}

fn contract(loaded: &Loaded) -> Contract {
    Contract {
        contract: loaded.contract.name.to_string(),
        strategy: loaded.contract.strategy.name(),
        requires: loaded.origin.guarantees.iter().map(|clause| clause.text.clone()).collect(),
        advice: loaded.contract.advice.to_string(),
    }
}

fn fits(pack: &Described, text: &str) -> bool {
    let names: Vec<&str> = pack.contracts.iter().map(|c| c.contract.as_str()).collect();
    let all = format!("{} {} {}", pack.name, pack.about, names.join(" ")).to_lowercase();
    text.to_lowercase().split_whitespace().all(|word| all.contains(word))
}

fn list(packs: &[Described], page: &mut Page) {
    if packs.is_empty() {
        page.paragraph(0, Style::Plain, "This build ships no packs.");
        return;
    }
    let column = packs.iter().map(|pack| width(pack.name)).max().unwrap_or(0);
    for pack in packs {
        let count = match (pack.contracts.len(), pack.includes.len()) {
            (contracts, 0) => counted(contracts, "contract"),
            (0, packs) => counted(packs, "included pack"),
            (contracts, packs) => {
                format!("{}, {}", counted(contracts, "contract"), counted(packs, "included pack"))
            }
        };
        let label = format!("{:<column$} ", pack.name);
        page.labelled(&label, Style::Accent, &format!("{} ({count})", shown(&pack.about)));
    }
    page.gap();
    page.paragraph(0, Style::Faint, "`sponsio packs NAME` shows one in full.");
}

fn in_full(pack: &Described, page: &mut Page) {
    page.labelled(&format!("sponsio:{}", pack.name), Style::Accent, &counted(pack.cases, "case"));
    page.paragraph(2, Style::Plain, &shown(&pack.about));
    for source in &pack.sources {
        page.labelled("  source  ", Style::Faint, &shown(source));
    }
    for include in &pack.includes {
        page.labelled("  includes", Style::Faint, &shown(include));
    }
    for contract in &pack.contracts {
        page.gap();
        let heading = format!("{} ({})", shown(&contract.contract), contract.strategy);
        page.labelled("  contract", Style::Faint, &heading);
        for text in &contract.requires {
            page.labelled("  requires", Style::Faint, &shown(text));
        }
        if !contract.advice.is_empty() {
            page.labelled("  instead ", Style::Faint, &shown(&contract.advice));
        }
    }
}

/// Every shipped pack as a page of the reference.
pub(crate) fn reference() -> Result<String, String> {
    let terminal = Terminal::new(crate::output::ColorWhen::Never);
    let packs = all(&terminal).map_err(|failure| failure.to_string())?;
    let mut page =
        "# Packs\n\nContracts that ship with Sponsio. `include: [sponsio:NAME]` takes one in; \
        [their format](../../packs/README.md) says what a pack is.\n"
            .to_owned();
    for pack in &packs {
        page.push_str(&format!("\n## `{}`\n\n{}\n", pack.name, pack.about));
        let list = |title: &str, items: &[String], page: &mut String| {
            if !items.is_empty() {
                page.push_str(&format!("\n{title}: {}.\n", items.join(", ")));
            }
        };
        list("Sources", &pack.sources, &mut page);
        let includes: Vec<String> = pack.includes.iter().map(|name| format!("`{name}`")).collect();
        list("Includes", &includes, &mut page);
        if !pack.contracts.is_empty() {
            page.push_str("\n| contract | violated | instead |\n|---|---|---|\n");
        }
        for contract in &pack.contracts {
            let cell = |text: &str| text.replace('|', "\\|");
            let (name, advice) = (cell(&contract.contract), cell(&contract.advice));
            page.push_str(&format!("| {name} | `{}` | {advice} |\n", contract.strategy));
        }
    }
    Ok(page)
}
