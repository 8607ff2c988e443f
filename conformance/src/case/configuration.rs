//! A whole `sponsio.yaml` in a case, with the files that it includes and the environment it is read in.
//!
//! What only a whole file can say is said here: tags, sets, other names of tools, changes of included contracts,
//! variables, permissions, modes. So is what is found wrong with a file, and that it is refused.

use std::collections::BTreeMap;

use sponsio_contracts::config::{self, Config, Source, SourceError, Text};
use sponsio_contracts::diagnostic::{self, Colour, Diagnostic, render};
use sponsio_engine::program::{Options, Program};
use sponsio_engine::strategy::Mode;

use super::contracts::Contracts;
use super::load::Setting;
use super::tree::{CaseError, Kind, Node, get};
use super::written::Written;

/// What is found when the contracts of a case are read: errors, warnings, and what an audit would say.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    /// The codes of the diagnostics.
    pub(super) codes: Vec<&'static str>,
    /// The diagnostics as they are printed.
    pub(super) texts: Vec<String>,
    /// Whether contracts that cannot act are looked for.
    pub(super) audit: bool,
}

impl Found {
    /// Adds diagnostics; their texts.
    fn add(&mut self, diagnostics: &[Diagnostic], files: &diagnostic::Files) -> String {
        let texts = diagnostics.iter().map(|d| render(d, files, Colour::Never, 100));
        let texts: Vec<String> = texts.collect();
        let all = texts.join("\n");
        self.codes.extend(diagnostics.iter().map(|diagnostic| diagnostic.code.name()));
        self.texts.extend(texts);
        all
    }
}

/// The files of a case and its environment.
pub(super) struct Files {
    texts: BTreeMap<String, String>,
    variables: BTreeMap<String, String>,
}

/// The name of the file that is read first.
const ENTRY: &str = "sponsio.yaml";

impl Files {
    /// One file, and an empty environment.
    pub(super) fn only(text: String) -> Self {
        Self { texts: [(ENTRY.to_owned(), text)].into(), variables: BTreeMap::new() }
    }

    pub(super) fn load(
        &self,
        node: &Node,
        found: &mut Found,
    ) -> Result<(Config, diagnostic::Files), CaseError> {
        let (config, mut diagnostics, files) = config::load(ENTRY, self);
        if let (Some(config), true) = (&config, found.audit) {
            diagnostics.extend(config.audit());
        }
        let error = node.error(found.add(&diagnostics, &files));
        config.map(|config| (config, files)).ok_or(error)
    }
}

impl Source for Files {
    fn read(&self, _including: Option<&str>, spec: &str) -> Result<Text, SourceError> {
        match self.texts.get(spec) {
            Some(text) => Ok(Text { name: spec.to_owned(), text: text.clone() }),
            None => Err(SourceError::new("the case has no such file")),
        }
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }
}

/// The files of a case with the key `config`, and its environment.
pub(super) fn written(node: &Node, fields: &[(String, Node)]) -> Result<Written, CaseError> {
    let mut written = Written::default();
    written.files.insert(ENTRY.to_owned(), text(node));
    for (name, file) in get(fields, "files").map_or(Ok(&[][..]), |node| node.map("`files`"))? {
        written.files.insert(name.clone(), text(file));
    }
    let variables = get(fields, "variables").map_or(Ok(&[][..]), |node| node.map("`variables`"))?;
    for (name, value) in variables {
        written.variables.insert(name.clone(), value.text("a variable")?.to_owned());
    }
    written.agent =
        get(fields, "agent").map(|n| n.text("`agent`").map(str::to_owned)).transpose()?;
    Ok(written)
}

/// What a case with the key `config` says before its events.
pub(super) fn read(
    node: &Node,
    fields: &[(String, Node)],
    found: &mut Found,
) -> Result<Setting, CaseError> {
    let Written { files: texts, variables, .. } = written(node, fields)?;
    let files = Files { texts, variables };
    let (config, read) = files.load(node, found)?;
    let permissions = config.agents.iter();
    let permissions = permissions.map(|agent| (agent.id.clone(), agent.permissions.clone()));
    let permissions = permissions.collect();
    let wanted = get(fields, "agent").map(|node| node.text("`agent`")).transpose()?;
    let first = config.agents.first().map(|agent| &*agent.id);
    let wanted = wanted.or(first).ok_or_else(|| node.error("the configuration has no agent"))?;
    let selection = config.select(wanted).map_err(|why| node.error(found.add(&[*why], &read)))?;
    found.add(selection.warning.as_slice(), &read);
    if let Err(errors) = Program::compile(&selection.contracts(), &Options::default()) {
        return Err(node.error(found.add(&selection.refused(&errors), &read)));
    }
    let mut contracts = Contracts::default();
    contracts.add(selection.agent.contracts.iter().cloned());
    Ok(Setting { mode: config.mode.unwrap_or(Mode::Observe), permissions, contracts })
}

/// The text of a file that is written as a map, or as it is.
fn text(node: &Node) -> String {
    if let Kind::Text(text) = &node.kind {
        return text.clone();
    }
    let mut text = String::new();
    node.write(&mut text);
    text
}
