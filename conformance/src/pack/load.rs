//! From the text of a file to the cases of a pack.

use sponsio_engine::decision::Decision;
use sponsio_engine::event::{Event, Timestamp, Value};

use super::{PackCase, Place};
use crate::case::event::{argument, read};
use crate::case::tree::{self, CaseError, Kind, Node, get};

const KEYS: &[&str] = &[
    "name", "note", "context", "expect", "contract", "call", "events", "shell", "sql", "python",
    "write", "read",
];
const WHAT: [&str; 7] = ["call", "events", "shell", "sql", "python", "write", "read"];

/// The cases of a file.
pub fn load(text: &str) -> Result<Vec<PackCase>, CaseError> {
    let root = tree::parse(text)?;
    let fields = root.fields("a file of cases", &["context", "cases"])?;
    let common = get(fields, "context").map_or(Ok(Place::default()), place)?;
    let cases = needed(&root, fields, "cases")?.list("`cases`")?;
    let cases: Vec<PackCase> =
        cases.iter().map(|node| case(node, &common)).collect::<Result<_, _>>()?;
    for (place, case) in cases.iter().enumerate() {
        if cases.iter().take(place).any(|other| other.name == case.name) {
            return Err(CaseError::new(case.line, format!("two cases are called `{}`", case.name)));
        }
    }
    Ok(cases)
}

fn needed<'n>(node: &Node, fields: &'n [(String, Node)], key: &str) -> Result<&'n Node, CaseError> {
    get(fields, key).ok_or_else(|| node.error(format!("`{key}` is missing")))
}

fn case(node: &Node, common: &Place) -> Result<PackCase, CaseError> {
    let fields = node.fields("a case", KEYS)?;
    let name = needed(node, fields, "name")?.text("`name`")?.to_owned();
    if let Some(note) = get(fields, "note") {
        note.text("`note`")?;
    }
    let expect = expected(needed(node, fields, "expect")?)?;
    let contract = get(fields, "contract").map(|node| node.text("`contract`")).transpose()?;
    if contract.is_some() == (expect == Decision::Allow) {
        let message = "a case has `contract`, the `desc` of the one that objects, exactly if it does not expect \
            `allow`";
        return Err(node.error(message));
    }
    let place = get(fields, "context").map_or_else(|| Ok(common.clone()), place)?;
    let contract = contract.map(str::to_owned);
    Ok(PackCase { name, line: node.line, place, events: events(node, fields)?, expect, contract })
}

fn expected(node: &Node) -> Result<Decision, CaseError> {
    match node.text("`expect`")? {
        "allow" => Ok(Decision::Allow),
        "warn" => Ok(Decision::Warn),
        "redirect" => Ok(Decision::Redirect),
        "escalate" => Ok(Decision::Escalate),
        "block" => Ok(Decision::Block),
        word => Err(node.error(format!(
            "there is no decision `{word}`; write `block`, `escalate`, `redirect`, `warn` or `allow`"
        ))),
    }
}

fn place(node: &Node) -> Result<Place, CaseError> {
    let fields = node.fields("`context`", &["cwd", "home", "workspace", "system"])?;
    let text = |key: &str| -> Result<Option<String>, CaseError> {
        get(fields, key).map(|node| node.text(key).map(str::to_owned)).transpose()
    };
    let system = text("system")?;
    if let Some(word) = system.as_deref().filter(|w| !["linux", "mac", "windows"].contains(w)) {
        return Err(node.error(format!("there is no system `{word}`")));
    }
    Ok(Place { cwd: text("cwd")?, home: text("home")?, workspace: text("workspace")?, system })
}

fn events(node: &Node, fields: &[(String, Node)]) -> Result<Vec<Event>, CaseError> {
    let mut given = WHAT.into_iter().filter_map(|key| Some((key, get(fields, key)?)));
    let (Some((key, what)), None) = (given.next(), given.next()) else {
        return Err(node.error(format!("a case has one of `{}`", WHAT.join("`, `"))));
    };
    let text = |what: &Node| what.text(&format!("`{key}`")).map(|text| Value::Text(text.into()));
    let call = |tool: &str, args: Vec<(&str, Value)>| {
        let args = args.into_iter().map(|(name, value)| (name.into(), value));
        Ok(vec![Event::call(Timestamp::default(), tool, Value::Object(args.collect()))])
    };
    match key {
        "shell" => call("Bash", vec![("command", text(what)?)]),
        "sql" => call("sql", vec![("query", text(what)?)]),
        "python" => call("python", vec![("code", text(what)?)]),
        "read" => call("Read", vec![("file_path", text(what)?)]),
        "write" => {
            let fields = what.fields("`write`", &["path", "content"])?;
            let part = |key: &str| needed(what, fields, key).and_then(text);
            call("Write", vec![("file_path", part("path")?), ("content", part("content")?)])
        }
        "call" => {
            let fields = what.fields("`call`", &["tool", "args"])?;
            let tool = needed(what, fields, "tool")?.text("`tool`")?;
            let args = match get(fields, "args") {
                None => Value::empty(),
                Some(node) if matches!(node.kind, Kind::Map(_)) => argument(node)?,
                Some(node) => return Err(node.error("`args` is a map")),
            };
            Ok(vec![Event::call(Timestamp::default(), tool, args)])
        }
        _ => {
            let mut events = Vec::new();
            for entry in what.list("`events`")? {
                events.extend(read(entry)?.into_iter().map(|expected| expected.event));
            }
            if events.is_empty() {
                return Err(what.error("`events` is empty"));
            }
            Ok(events)
        }
    }
}
