//! `sponsio explain`: one contract and its automaton.

use clap::Args;
use serde::Serialize;

use crate::contracts::{Contracts, ContractsArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::text::shown;
use crate::output::{
    ContractDocument, Described, Page, Report, Style, Terminal, dot, mermaid, states,
};

/// Show one contract and its automaton
#[derive(Args, Debug)]
#[command(
    long_about = "Shows what a contract assumes and requires, its formula, and the automaton that judges it: its \
        states, their verdicts, and what each event must be to go from one to another.",
    after_long_help = "Examples:\n  sponsio explain C1\n  sponsio explain refund --config sponsio.yaml\n  \
        sponsio explain C2 --dot | dot -Tsvg > contract.svg"
)]
pub(crate) struct ExplainArgs {
    /// The contract: `C1` for the first one, or a part of its name
    contract: String,
    #[command(flatten)]
    contracts: ContractsArgs,
    /// Print the automaton as a graph for Graphviz
    #[arg(long, conflicts_with_all = ["mermaid", "json"])]
    dot: bool,
    /// Print the automaton as a state diagram for Mermaid
    #[arg(long, conflicts_with = "json")]
    mermaid: bool,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &ExplainArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let contracts = Contracts::load(&args.contracts, terminal)?;
    let all = Described::all(&contracts.program, contracts.loaded());
    let described = one(&all, &args.contract)?;
    if args.dot {
        return Ok(text(dot(described.name(), &described.clauses)));
    }
    if args.mermaid {
        return Ok(text(mermaid(&described.clauses)));
    }
    if args.json {
        let document = Document { agent: &contracts.agent, contract: described.document(true) };
        return Ok(Report::json(&document, Exit::Fine));
    }
    let mut page = Page::new(terminal.width());
    described.show(&mut page);
    for (index, clause) in described.clauses.iter().enumerate() {
        page.gap();
        if described.clauses.len() > 1 {
            page.heading(&format!("  guarantee {}", index.saturating_add(1)));
        }
        if clause.verdicts.is_empty() {
            let reason = "Its automaton is built as it runs, so there is no table of it.";
            page.paragraph(2, Style::Plain, reason);
        } else {
            states(&mut page, clause);
        }
    }
    Ok(Report::page(page, Exit::Fine))
}

fn text(text: String) -> Report {
    Report { text, exit: Exit::Fine }
}

/// The contract that is meant.
fn one<'a, 'p>(all: &'a [Described<'p>], query: &str) -> Result<&'a Described<'p>, Failure> {
    if let Some(found) = all.iter().find(|d| d.alias.eq_ignore_ascii_case(query)) {
        return Ok(found);
    }
    let wanted = query.to_lowercase();
    let found: Vec<&Described<'p>> =
        all.iter().filter(|d| d.name().to_lowercase().contains(&wanted)).collect();
    let list = |described: &[&Described<'p>]| {
        let named = described.iter().map(|d| format!("{} ({})", d.alias, shown(d.name())));
        named.collect::<Vec<_>>().join(", ")
    };
    match found.as_slice() {
        [one] => Ok(one),
        [] => Err(Failure::new(format!("no contract is called `{}`", shown(query)))
            .hint(format!("the contracts are {}", list(&all.iter().collect::<Vec<_>>())))),
        several => Err(Failure::new(format!("`{}` is part of several names", shown(query)))
            .hint(format!("choose one of {}", list(several)))),
    }
}

#[derive(Serialize)]
struct Document<'c> {
    agent: &'c str,
    #[serde(flatten)]
    contract: ContractDocument,
}
