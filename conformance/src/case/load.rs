//! From the text of a file to cases.

use sponsio_engine::program::{Options, Permissions, Program};
use sponsio_engine::strategy::Mode;

use super::configuration::{self, Found};
use super::contracts::{Contracts, mode};
use super::event::{names, read};
use super::tree::{self, CaseError, Node, get};
use super::written::Written;
use super::{Case, Topic};

const CASE_KEYS: &[&str] = &[
    "name",
    "note",
    "mode",
    "permissions",
    "contracts",
    "tool_policy",
    "config",
    "files",
    "variables",
    "agent",
    "warned",
    "refused",
    "events",
    "owed",
];
/// What a whole configuration says itself.
const OUTSIDE_KEYS: &[&str] = &["mode", "permissions", "contracts", "tool_policy"];
/// What only a whole configuration needs.
const CONFIG_KEYS: &[&str] = &["files", "variables", "agent"];

/// What a case says before its events.
pub(super) struct Setting {
    pub(super) mode: Mode,
    pub(super) permissions: Permissions,
    pub(super) contracts: Contracts,
}

/// The cases of a file.
pub fn load(text: &str) -> Result<Topic, CaseError> {
    let root = tree::parse(text)?;
    let fields = root.fields("a file of cases", &["about", "cases"])?;
    let about = needed(&root, fields, "about")?.text("`about`")?.to_owned();
    let cases = needed(&root, fields, "cases")?.list("`cases`")?;
    let cases = all(cases.iter().map(case))?;
    for (place, case) in cases.iter().enumerate() {
        if cases.iter().take(place).any(|other| other.name == case.name) {
            return Err(CaseError::new(case.line, format!("two cases are called `{}`", case.name)));
        }
    }
    Ok(Topic { about, cases })
}

/// The cases, or everything that is wrong with them, at the line of the first.
fn all(cases: impl Iterator<Item = Result<Case, CaseError>>) -> Result<Vec<Case>, CaseError> {
    let (mut right, mut wrong) = (Vec::new(), Vec::new());
    for case in cases {
        match case {
            Ok(case) => right.push(case),
            Err(error) => wrong.push(error),
        }
    }
    let Some((first, rest)) = wrong.split_first() else { return Ok(right) };
    let mut message = first.message.clone();
    for error in rest {
        message.push_str(&format!("\n{error}"));
    }
    Err(CaseError::new(first.line, message))
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
    let warned = get(fields, "warned").map(|node| names(node, "`warned`")).transpose()?;
    let mut found = Found { audit: warned.is_some(), ..Found::default() };
    let written = written(fields);
    let setting = setting(fields, &mut found);
    if let Some(wanted) = get(fields, "refused") {
        let wanted = names(wanted, "`refused`")?;
        return refused(node, name, &wanted, setting, found, written);
    }
    let Setting { mode, permissions, contracts } = setting?;
    let written = written?;
    for text in warned.iter().flatten() {
        contains(node, text, &found.texts.join("\n"))?;
    }
    let mut events = Vec::new();
    for entry in needed(node, fields, "events")?.list("`events`")? {
        events.extend(read(entry)?);
    }
    let owed = get(fields, "owed").map(|node| names(node, "`owed`")).transpose()?;
    let case = Case {
        name,
        line: node.line,
        mode,
        permissions,
        contracts: contracts.contracts,
        patterns: contracts.patterns,
        codes: found.codes,
        written,
        is_refused: false,
        events,
        owed,
    };
    known_names(&case)?;
    Ok(case)
}

/// The contracts of a case as files.
fn written(fields: &[(String, Node)]) -> Result<Written, CaseError> {
    if let Some(config) = get(fields, "config") {
        return configuration::written(config, fields);
    }
    let mode = get(fields, "mode").map(|node| mode(node, node.text("`mode`")?)).transpose()?;
    let entries = get(fields, "contracts").map_or(Ok(&[][..]), |node| node.list("`contracts`"))?;
    let (policy, permissions) = (get(fields, "tool_policy"), get(fields, "permissions"));
    Written::of(entries, policy, permissions, mode.unwrap_or(Mode::Enforce))
}

fn setting(fields: &[(String, Node)], found: &mut Found) -> Result<Setting, CaseError> {
    let given = |keys: &[&'static str]| keys.iter().find_map(|key| Some((*key, get(fields, key)?)));
    if let Some(config) = get(fields, "config") {
        return match given(OUTSIDE_KEYS) {
            Some((key, node)) => {
                Err(node.error(format!("beside `config` there is no `{key}`: it says that itself")))
            }
            None => configuration::read(config, fields, found),
        };
    }
    if let Some((key, node)) = given(CONFIG_KEYS) {
        return Err(node.error(format!("`{key}` needs a `config`")));
    }
    let mode = match get(fields, "mode") {
        None => Mode::Enforce,
        Some(node) => mode(node, node.text("`mode`")?)?,
    };
    let entries = get(fields, "contracts").map_or(Ok(&[][..]), |node| node.list("`contracts`"))?;
    let contracts = Contracts::read(entries, get(fields, "tool_policy"), found)?;
    let permissions = get(fields, "permissions").map(permissions).transpose()?.unwrap_or_default();
    Ok(Setting { mode, permissions, contracts })
}

/// A case of contracts that are refused: by whoever reads them, or by the engine.
fn refused(
    node: &Node,
    name: String,
    wanted: &[String],
    setting: Result<Setting, CaseError>,
    found: Found,
    written: Result<Written, CaseError>,
) -> Result<Case, CaseError> {
    let message = match setting {
        Err(error) => error.message,
        Ok(setting) => {
            let compiled = Program::compile(&setting.contracts.contracts, &Options::default());
            let Err(errors) = compiled else {
                return Err(node.error("these contracts are not refused"));
            };
            errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        }
    };
    for text in wanted {
        contains(node, text, &message)?;
    }
    Ok(Case {
        name,
        line: node.line,
        mode: Mode::Enforce,
        permissions: Permissions::new(),
        contracts: Vec::new(),
        patterns: Vec::new(),
        codes: found.codes,
        written: written.unwrap_or_default(),
        is_refused: true,
        events: Vec::new(),
        owed: None,
    })
}

/// Refuses a case of which something else was found than it says.
fn contains(node: &Node, wanted: &str, found: &str) -> Result<(), CaseError> {
    match found.contains(wanted) {
        true => Ok(()),
        false => Err(node.error(format!("expected {wanted:?}, found:\n{found}"))),
    }
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
