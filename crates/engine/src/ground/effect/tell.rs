//! An effect in words: ``` `rm -rf /etc` deletes `/etc` and all below it ```.

use crate::event::{Certainty, Deed, Effect, Effects, Flags, Object};

/// What the effect is, and which of the commands has it.
pub(super) fn effect(effect: &Effect, effects: &Effects) -> String {
    let command = effects.commands.get(usize::from(effect.command)).map_or("", |text| text);
    let mut text = if command.is_empty() { String::from("the call") } else { quoted(command) };
    text.push_str(match effect.certainty {
        Certainty::Must => " ",
        Certainty::May => " may ",
        Certainty::Opaque => " could, as far as can be told, ",
    });
    let (sure, unsure) = verb(effect.deed);
    let verb = if effect.certainty == Certainty::Must { sure } else { unsure };
    let object = object(&effect.object);
    match (verb, object) {
        (Some(verb), Some(object)) => text.extend([verb, " ", &object]),
        (Some(verb), None) => text.extend([verb, " something"]),
        (None, object) => {
            let has = if effect.certainty == Certainty::Must { "does" } else { "do" };
            text.extend([has, " `", effect.deed.name(), "`"]);
            text.extend(object.iter().flat_map(|object| [" on ", object]));
        }
    }
    let below = matches!(&effect.object, Object::Path(path) if path.below);
    text.push_str(if below { " and all below it" } else { "" });
    let marks: Vec<&str> = Flags::ALL
        .iter()
        .filter(|(flag, ..)| effect.flags.has(*flag) && !(below && *flag == Flags::RECURSIVE))
        .map(|(_, name, _)| *name)
        .collect();
    if !marks.is_empty() {
        text.extend([" (", &marks.join(", "), ")"]);
    }
    text
}

/// What is said of a deed that is sure, and of one that is not.
fn verb(deed: Deed) -> (Option<&'static str>, Option<&'static str>) {
    let (sure, unsure) = match deed {
        Deed::Read => ("reads", "read"),
        Deed::Write => ("writes", "write"),
        Deed::Delete => ("deletes", "delete"),
        Deed::Chmod => ("changes the mode of", "change the mode of"),
        Deed::Exec => ("runs", "run"),
        Deed::NetConnect => ("connects to", "connect to"),
        Deed::NetReceive => ("fetches from", "fetch from"),
        Deed::NetSend => ("sends to", "send to"),
        _ => return (None, None),
    };
    (Some(sure), Some(unsure))
}

fn object(object: &Object) -> Option<String> {
    match object {
        Object::None => None,
        Object::Name(name) => Some(quoted(name)),
        Object::Path(path) => Some(match &*path.pattern {
            "**" => "any path".into(),
            pattern => quoted(pattern),
        }),
        Object::Host(host) => Some(match (&*host.name, host.port) {
            ("*", None) => "any host".into(),
            (name, None) => quoted(name),
            (name, Some(port)) => quoted(&format!("{name}:{port}")),
        }),
        Object::Command(words) => {
            let words: Vec<&str> =
                words.iter().map(|word| word.as_deref().unwrap_or("…")).collect();
            Some(quoted(&words.join(" ")))
        }
    }
}

/// A text between backticks, on one line.
fn quoted(text: &str) -> String {
    let line: String =
        text.chars().map(|c| if c.is_control() || c == '`' { ' ' } else { c }).collect();
    format!("`{line}`")
}
