//! What a call of a case would do: written by hand, or found out from the call.

use sponsio_effects::{Context, System, analyse};
use sponsio_engine::event::{
    Certainty, Deed, Effect, Effects, Flags, Host, Object, PathSet, Value,
};
use sponsio_engine::session::Analyst;

use super::details::{flag, natural, text};
use super::tree::{CaseError, Kind, Node, get};

const KEYS: &[&str] =
    &["deed", "certainty", "flags", "path", "below", "host", "port", "name", "words"];

/// Who tells what a call would do that no entry of a case makes: of a substitute, and of what is proposed first. As for
/// a call of which nothing else is said, nothing is known of where it runs.
pub(crate) fn analyst() -> Analyst {
    Analyst::new(|tool, args| analyse(tool, args, &Context::default()))
}

/// The effects of a call with these entries: those that are written, or what the analysis finds.
pub(super) fn read(
    fields: &[(String, Node)],
    tool: &str,
    args: &Value,
) -> Result<Effects, CaseError> {
    let [home, workspace, cwd] = ["home", "workspace", "cwd"].map(|name| text(fields, name));
    let (home, workspace, cwd) = (home?, workspace?, cwd?);
    let system = get(fields, "system").map(system).transpose()?;
    if let Some(node) = get(fields, "effects") {
        let list = node.list("`effects`")?.iter().map(effect).collect::<Result<_, _>>()?;
        return Ok(Effects { home, workspace, commands: [tool.into()].into(), list });
    }
    let (home, workspace, cwd) = (home.as_deref(), workspace.as_deref(), cwd.as_deref());
    let context = Context { cwd, home, workspace, system: system.unwrap_or_default() };
    Ok(analyse(tool, args, &context))
}

fn system(node: &Node) -> Result<System, CaseError> {
    match node.text("`system`")? {
        "linux" => Ok(System::Linux),
        "mac" => Ok(System::Mac),
        "windows" => Ok(System::Windows),
        other => Err(node.error(format!("there is no system `{other}`"))),
    }
}

fn effect(node: &Node) -> Result<Effect, CaseError> {
    let fields = node.fields("an effect", KEYS)?;
    let deed = get(fields, "deed").ok_or_else(|| node.error("an effect has a `deed`"))?;
    let name = deed.text("`deed`")?;
    let deed = Deed::named(name).ok_or_else(|| deed.error(format!("there is no deed `{name}`")))?;
    let certainty = match text(fields, "certainty")?.as_deref() {
        None | Some("must") => Certainty::Must,
        Some("may") => Certainty::May,
        Some("opaque") => Certainty::Opaque,
        Some(other) => return Err(node.error(format!("there is no certainty `{other}`"))),
    };
    let mut flags = Flags::NONE;
    for name in super::details::texts(fields, "flags")? {
        let flag = Flags::named(&name);
        flags = flags.with(flag.ok_or_else(|| node.error(format!("there is no mark `{name}`")))?);
    }
    Ok(Effect { command: 0, certainty, deed, object: object(node, fields)?, flags })
}

fn object(node: &Node, fields: &[(String, Node)]) -> Result<Object, CaseError> {
    let given =
        ["path", "host", "name", "words"].map(|key| get(fields, key).map(|node| (key, node)));
    let mut given = given.into_iter().flatten();
    let (Some((key, value)), None) = (given.next(), given.next()) else {
        return match get(fields, "path").or(get(fields, "host")).or(get(fields, "name")) {
            None => Ok(Object::None),
            Some(_) => Err(node.error("an effect has one object")),
        };
    };
    Ok(match key {
        "path" => Object::Path(PathSet {
            pattern: value.text("`path`")?.into(),
            below: flag(fields, "below")?,
        }),
        "host" => Object::Host(Host {
            name: value.text("`host`")?.into(),
            port: natural(fields, "port")?.and_then(|port| u16::try_from(port).ok()),
        }),
        "name" => Object::Name(value.text("`name`")?.into()),
        _ => {
            let word = |node: &Node| match node.kind {
                Kind::Null => Ok(None),
                _ => node.text("a word").map(|word| Some(word.into())),
            };
            Object::Command(value.list("`words`")?.iter().map(word).collect::<Result<_, _>>()?)
        }
    })
}
