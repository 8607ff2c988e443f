//! `sponsio validate`: what contracts mean, and what is wrong with them.
//!
//! A file that loads and enforces less than it says is not valid either: it names tools that are not there, repeats a
//! contract, has a guarantee that requires nothing or an example that is not matched. What is wrong is what this
//! command is asked for, so diagnostics go to standard output and the exit code is 1, unlike in the other commands,
//! which cannot do their work with contracts that do not load.

mod example;

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use sponsio_contracts::diagnostic::{Diagnostic, Files};
use sponsio_contracts::sentence::{Compiled, compile_sentence};
use sponsio_engine::contract::Contract;
use sponsio_engine::program::{Options, Program};
use sponsio_guard::load::{self, LoadError};

use crate::contracts;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::text::{counted, shown};
use crate::output::{
    ContractDocument, Described, Finding, Page, Report, Sarif, Style, Terminal, drawn, findings,
};

/// Say what contracts mean, and what is wrong with them
#[derive(Args, Debug)]
#[command(
    long_about = "Compiles contracts and says what they mean: in words, as a formula, what kind of property it is, \
        how large its automaton is, and how much a session has to remember. Everything that is wrong is shown at \
        once.\n\nWithout a sentence, validates the contract file. Exits with 1 if anything is wrong, or if the file \
        enforces less than it says: it names tools that are not among its `tools`, repeats a contract, has a guarantee \
        that requires nothing or that nothing can meet, or an example that its clause does not match.",
    after_long_help = "Examples:\n  sponsio validate\n  sponsio validate sponsio.yaml\n  \
        sponsio validate 'tool `check_policy` must precede `issue_refund`'"
)]
pub(crate) struct ValidateArgs {
    /// Sentences, or one contract file ending in `.yaml` or `.yml`
    #[arg(value_name = "SENTENCE")]
    sentences: Vec<String>,
    /// The contract file; without it `$SPONSIO_CONFIG`, then `sponsio.yaml` in this directory
    #[arg(long, short, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
    /// Print what is wrong as SARIF 2.1.0, for code hosts and editors
    #[arg(long, conflicts_with = "json")]
    sarif: bool,
}

/// The contracts of one agent, or the sentences.
#[derive(Serialize)]
struct Group {
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<String>,
    state_bytes: usize,
    contracts: Vec<ContractDocument>,
}

#[derive(Serialize)]
struct Document {
    ok: bool,
    groups: Vec<Group>,
    diagnostics: Vec<Finding>,
}

/// What was validated so far.
struct Validation {
    page: Page,
    document: Document,
    sarif: Sarif,
    contracts: usize,
}

pub(crate) fn run(args: &ValidateArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let mut validation = Validation {
        page: Page::new(terminal.width()),
        document: Document { ok: true, groups: Vec::new(), diagnostics: Vec::new() },
        sarif: Sarif::default(),
        contracts: 0,
    };
    let (file, sentences) = match args.sentences.as_slice() {
        [only] if is_file(only) && args.config.is_none() => (Some(PathBuf::from(only)), &[][..]),
        sentences => (args.config.clone(), sentences),
    };
    for sentence in sentences {
        validation.sentence(sentence);
    }
    if file.is_some() || sentences.is_empty() {
        let path = contracts::find(file.as_deref())?;
        contracts::readable(&path)?;
        validation.file(&path);
    }
    let Validation { mut page, document, sarif, contracts } = validation;
    let exit = if document.ok { Exit::Fine } else { Exit::Found };
    if args.json {
        return Ok(Report::json(&document, exit));
    }
    if args.sarif {
        return Ok(Report::json(&sarif.document(), exit));
    }
    page.gap();
    let is_error = |finding: &&Finding| finding.is_error();
    let errors = document.diagnostics.iter().filter(is_error).count();
    let warnings = document.diagnostics.len().saturating_sub(errors);
    let mut parts = Vec::new();
    if errors > 0 {
        parts.push(counted(errors, "error"));
    }
    if warnings > 0 {
        parts.push(counted(warnings, "warning"));
    }
    let which = if errors > 0 { "valid contract" } else { "contract" };
    parts.push(counted(contracts, which));
    let text = parts.join(", ");
    match exit {
        Exit::Fine => page.labelled("valid:", Style::Good, &text),
        Exit::Found | Exit::Unable | Exit::Refused => {
            page.labelled("not valid:", Style::Bad, &text)
        }
    }
    Ok(Report::page(page, exit))
}

fn is_file(text: &str) -> bool {
    let extension = Path::new(text).extension();
    !text.contains(' ') && extension.is_some_and(|e| e == "yaml" || e == "yml")
}

impl Validation {
    fn diagnostics(&mut self, diagnostics: &[Diagnostic], files: &Files) {
        if diagnostics.is_empty() {
            return;
        }
        let is_wrong = |diagnostic: &Diagnostic| diagnostic.is_error() || diagnostic.code.weakens();
        self.document.ok &= !diagnostics.iter().any(is_wrong);
        self.sarif.add(diagnostics, files);
        self.document.diagnostics.extend(findings(diagnostics, files));
        self.page.gap();
        let width = self.page.width();
        self.page.raw(drawn(diagnostics, files, width).trim_end());
    }

    fn sentence(&mut self, text: &str) {
        let files = Files::single("sentence", text);
        let compiled = match compile_sentence(text) {
            Ok(compiled) => compiled,
            Err(diagnostic) => return self.diagnostics(&[*diagnostic], &files),
        };
        let Compiled { formula, sentence, description, .. } = &compiled;
        let mut contract =
            Contract::new(sentence.as_deref().unwrap_or(description), formula.clone());
        if let Some(strategy) = compiled.instance.strategy() {
            contract.strategy = strategy;
        }
        match Program::compile(&[contract], &Options::default()) {
            Ok(program) => self.group(None, &program, &[]),
            Err(errors) => {
                let message = |error: &sponsio_engine::program::CompileError| {
                    let code = sponsio_contracts::diagnostic::Code::Compile;
                    Diagnostic::without_place(code, error.to_string()).hint_if(error.hint())
                };
                let all: Vec<Diagnostic> = errors.iter().map(message).collect();
                self.diagnostics(&all, &files);
            }
        }
    }

    fn file(&mut self, path: &Path) {
        let configuration = match load::read(path, None) {
            Ok(configuration) => configuration,
            Err(LoadError { diagnostics, files, .. }) => {
                return self.diagnostics(&diagnostics, &files);
            }
        };
        self.diagnostics(&configuration.warnings, &configuration.files);
        self.diagnostics(&configuration.config.audit(), &configuration.files);
        self.diagnostics(&example::differing(&configuration.config), &configuration.files);
        for agent in &configuration.config.agents {
            if agent.contracts.is_empty() {
                continue;
            }
            match configuration.program(&agent.id) {
                Ok(ready) => self.group(Some(&agent.id), &ready.program, &agent.contracts),
                Err(LoadError { diagnostics, files, .. }) => self.diagnostics(&diagnostics, &files),
            }
        }
    }

    fn group(
        &mut self,
        agent: Option<&str>,
        program: &Program,
        loaded: &[sponsio_contracts::config::Loaded],
    ) {
        if let Some(agent) = agent {
            self.page.gap();
            let bytes = counted(program.state_bytes(), "byte");
            let text = format!("{bytes} for each session");
            self.page.labelled(&format!("agent {}:", shown(agent)), Style::Strong, &text);
        }
        let all = Described::all(program, loaded);
        for described in &all {
            self.page.gap();
            described.show(&mut self.page);
        }
        self.contracts = self.contracts.saturating_add(all.len());
        self.document.groups.push(Group {
            agent: agent.map(str::to_owned),
            state_bytes: program.state_bytes(),
            contracts: all.iter().map(|described| described.document(false)).collect(),
        });
    }
}
