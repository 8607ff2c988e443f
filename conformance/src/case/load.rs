//! From the text of a file to cases.

use sponsio_engine::program::Permissions;
use sponsio_engine::strategy::Mode;

use super::contracts::{Contracts, mode};
use super::event::{names, read};
use super::tree::{self, CaseError, Node, get};
use super::{Case, Topic};

const CASE_KEYS: &[&str] =
    &["name", "note", "mode", "permissions", "contracts", "tool_policy", "events", "owed"];

/// The cases of a file.
pub fn load(text: &str) -> Result<Topic, CaseError> {
    let root = tree::parse(text)?;
    let fields = root.fields("a file of cases", &["about", "cases"])?;
    let about = needed(&root, fields, "about")?.text("`about`")?.to_owned();
    let cases = needed(&root, fields, "cases")?.list("`cases`")?;
    let cases: Vec<Case> = cases.iter().map(case).collect::<Result<_, _>>()?;
    for (place, case) in cases.iter().enumerate() {
        if cases.iter().take(place).any(|other| other.name == case.name) {
            return Err(CaseError::new(case.line, format!("two cases are called `{}`", case.name)));
        }
    }
    Ok(Topic { about, cases })
}

fn needed<'n>(node: &Node, fields: &'n [(String, Node)], key: &str) -> Result<&'n Node, CaseError> {
    get(fields, key).ok_or_else(|| node.error(format!("`{key}` is missing")))
}

fn case(node: &Node) -> Result<Case, CaseError> {
    let fields = node.fields("a case", CASE_KEYS)?;
    let name = needed(node, fields, "name")?.text("`name`")?.to_owned();
    if let Some(note) = get(fields, "note") {
        note.text("`note`")?;
    }
    let mode = match get(fields, "mode") {
        None => Mode::Enforce,
        Some(node) => mode(node, node.text("`mode`")?)?,
    };
    let entries = get(fields, "contracts").map_or(Ok(&[][..]), |node| node.list("`contracts`"))?;
    let Contracts { contracts, patterns } = Contracts::read(entries, get(fields, "tool_policy"))?;
    let mut events = Vec::new();
    for entry in needed(node, fields, "events")?.list("`events`")? {
        events.extend(read(entry)?);
    }
    let owed = get(fields, "owed").map(|node| names(node, "`owed`")).transpose()?;
    let permissions = get(fields, "permissions").map(permissions).transpose()?.unwrap_or_default();
    let line = node.line;
    let case = Case { name, line, mode, permissions, contracts, patterns, events, owed };
    known_names(&case)?;
    Ok(case)
}

/// The permissions of each agent.
fn permissions(node: &Node) -> Result<Permissions, CaseError> {
    let mut permissions = Vec::new();
    for (agent, list) in node.map("`permissions`")? {
        let list = names(list, "permissions")?.into_iter().map(Into::into).collect();
        permissions.push((agent.as_str().into(), list));
    }
    Ok(permissions)
}

/// Refuses expectations about contracts that are not there.
fn known_names(case: &Case) -> Result<(), CaseError> {
    let unknown = |name: &&String| case.contracts.iter().all(|c| *c.name != ***name);
    for expected in &case.events {
        let by = expected.by.iter().flatten();
        let mut names = by.chain(expected.verdicts.iter().map(|(name, _)| name));
        if let Some(name) = names.find(unknown) {
            return Err(CaseError::new(expected.line, format!("no contract is called `{name}`")));
        }
    }
    match case.owed.iter().flatten().find(unknown) {
        Some(name) => Err(CaseError::new(case.line, format!("no contract is called `{name}`"))),
        None => Ok(()),
    }
}
