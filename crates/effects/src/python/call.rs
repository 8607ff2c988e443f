//! Calls: of what a module has, of what a value can do, and of the script's own functions.

use sponsio_engine::event::{Certainty, Deed, Flags, Object};
use tree_sitter::Node;

use super::act::act;
use super::computed::computed;
use super::member::method as member_of;
use super::method::{path_method, text_method};
use super::value::Value;
use super::walk::Walk;
use super::{library, process};
use crate::word::{Piece, Word};

/// Arguments, with the names that they are given by.
pub(super) type Arguments = [(Option<String>, Value)];

/// The argument at a place, or with one of these names.
pub(super) fn argument<'a>(
    arguments: &'a Arguments,
    place: usize,
    names: &[&str],
) -> Option<&'a Value> {
    let named =
        arguments.iter().find(|(name, _)| name.as_deref().is_some_and(|n| names.contains(&n)));
    let placed = || arguments.iter().filter(|(name, _)| name.is_none()).nth(place);
    named.or_else(placed).map(|(_, value)| value)
}

pub(super) fn keyword<'a>(arguments: &'a Arguments, name: &str) -> Option<&'a Value> {
    arguments.iter().find(|(own, _)| own.as_deref() == Some(name)).map(|(_, value)| value)
}

/// Whether a dotted name has effects of its own.
pub(super) fn is_known(name: &str) -> bool {
    library::does(name).is_some() || process::is_process(name) || name.starts_with("os.path.")
}

/// The name as the library has it: without the module that only passes it on.
fn canonical(name: &str) -> String {
    let name = name.replace("__builtins__.", "").replace(".__dict__", "");
    let name = name.strip_prefix("builtins.").unwrap_or(&name);
    for (from, to) in [
        ("posix.", "os."),
        ("nt.", "os."),
        ("posixpath.", "os.path."),
        ("ntpath.", "os.path."),
        ("_io.", "io."),
        ("cPickle.", "pickle."),
        ("_pickle.", "pickle."),
        ("urllib2.", "urllib.request."),
        ("commands.", "subprocess."),
    ] {
        if let Some(rest) = name.strip_prefix(from) {
            return format!("{to}{rest}");
        }
    }
    name.to_owned()
}

/// What a member of a value is.
pub(super) fn member(object: &Value, name: &str) -> Value {
    match (object, name) {
        (Value::Name(module), "modules") if module == "sys" => Value::Name("sys.modules".into()),
        (Value::Name(module), _) => Value::Name(canonical(&format!("{module}.{name}"))),
        (Value::Path(word), "parent") => Value::Path(parent(word)),
        (Value::Path(word), "name" | "stem" | "suffix") => match word.text() {
            Some(text) => Value::text(text.rsplit('/').next().unwrap_or(text)),
            None => Value::Unknown,
        },
        (Value::Made(maker, _), "text" | "content" | "json") if library::is_fetch(maker) => {
            Value::From(Flags::REMOTE)
        }
        (Value::Made(maker, host), _) => Value::Made(format!("{maker}().{name}"), host.clone()),
        (Value::Any(all), _) => {
            let mut values = all.iter().map(|value| member(value, name));
            let first = values.next().unwrap_or(Value::Unknown);
            values.fold(first, Value::or)
        }
        (Value::Dynamic, _) => Value::Dynamic,
        _ => Value::Unknown,
    }
}

pub(super) fn parent(word: &Word) -> Word {
    match word.text().and_then(|text| text.trim_end_matches('/').rsplit_once('/')) {
        Some(("", _)) => Word::known("/"),
        Some((parent, _)) => Word::known(parent),
        None if word.text().is_some() => Word::known("."),
        None => Word::unknown(),
    }
}

/// What an element with this key is.
pub(super) fn item(object: &Value, key: &Value) -> Value {
    match (object, key) {
        (Value::List(items), Value::Number(at)) => usize::try_from(*at)
            .ok()
            .and_then(|at| items.get(at))
            .cloned()
            .unwrap_or(Value::Unknown),
        (Value::Dict(members), _) => {
            let known = key.known();
            members
                .iter()
                .find(|(name, _)| Some(name) == known.as_ref())
                .map_or(Value::Unknown, |(_, value)| value.clone())
        }
        (Value::Name(name), _) if name == "sys.modules" => {
            key.known().map_or(Value::Dynamic, Value::Name)
        }
        (Value::Name(name), _) if name == "os.environ" => match key.known().as_deref() {
            Some("HOME") => Value::text("~"),
            _ => Value::Unknown,
        },
        (Value::Made(maker, _), _) if matches!(maker.as_str(), "globals" | "locals" | "vars") => {
            key.known().map_or(Value::Dynamic, Value::Name)
        }
        (Value::Name(name), _) if name.ends_with("__builtins__") || name.ends_with("__dict__") => {
            key.known()
                .map_or(Value::Dynamic, |key| Value::Name(canonical(&format!("{name}.{key}"))))
        }
        (Value::Made(maker, _), _) if maker.starts_with("vars:") => {
            let module = maker.trim_start_matches("vars:");
            key.known().map_or(Value::Dynamic, |key| Value::Name(format!("{module}.{key}")))
        }
        (Value::Text(word), Value::Number(at)) => {
            let character =
                word.text().and_then(|text| text.chars().nth(usize::try_from(*at).ok()?));
            character.map_or(Value::Unknown, |c| Value::text(c.to_string()))
        }
        _ => Value::Unknown,
    }
}

/// What an element of something that is looped over is.
pub(super) fn element(over: &Value) -> Value {
    match over {
        Value::List(items) => {
            let mut items = items.iter().cloned();
            let first = items.next().unwrap_or(Value::Unknown);
            items.fold(first, Value::or)
        }
        // What `glob`, `iterdir` and `walk` give is kept as the set of its elements.
        Value::Path(word) => Value::Path(word.clone()),
        Value::Made(maker, host) if maker.starts_with("psutil.") => {
            Value::Made(format!("{maker}()[]"), host.clone())
        }
        Value::Content(_) => Value::Unknown,
        Value::Text(word) if word.text().is_none() => Value::Text(word.clone()),
        _ => Value::Unknown,
    }
}

/// `format % values`, where only `%s` and `%d` stand in it.
pub(super) fn percent(format: &Word, values: &Value) -> Value {
    let Some(text) = format.text() else { return Value::Unknown };
    let values: Vec<Value> = match values {
        Value::List(items) => items.clone(),
        one => vec![one.clone()],
    };
    let mut values = values.into_iter();
    let mut word = Word::default();
    let mut parts = text.split('%');
    word.push(Piece::Text(parts.next().unwrap_or("").into()));
    for part in parts {
        if let Some(rest) = part.strip_prefix(['s', 'd', 'r', 'i']) {
            word.append(values.next().unwrap_or(Value::Unknown).word());
            word.push(Piece::Text(rest.into()));
        } else {
            word.push(Piece::Unknown);
            word.push(Piece::Text(part.into()));
        }
    }
    Value::Text(word)
}

/// Makes the call that the node is, and gives what it gives.
pub(super) fn made<'t>(walk: &mut Walk<'t, '_, '_>, node: Node<'t>) -> Value {
    let Some(target) = node.child_by_field_name("function") else { return Value::Unknown };
    let arguments = arguments(walk, node);
    if target.kind() == "attribute" {
        let object_node = target.child_by_field_name("object");
        let name =
            target.child_by_field_name("attribute").map_or("", |n| walk.source(n)).to_owned();
        walk.mention(&name);
        let object = object_node.map_or(Value::Unknown, |n| walk.evaluate(n));
        if let (Value::List(_), Some(object_node)) = (&object, object_node)
            && matches!(name.as_str(), "append" | "extend" | "insert")
        {
            let added: Vec<Value> = match (name.as_str(), arguments.last()) {
                ("extend", Some((_, Value::List(items)))) => items.clone(),
                (_, Some((_, value))) => vec![value.clone()],
                (_, None) => Vec::new(),
            };
            walk.append(object_node, &added);
            return Value::Unknown;
        }
        let bound: String = walk.source(target).split_whitespace().collect();
        let own = walk.look_up(&bound);
        if own != Value::Name(bound) {
            return each(walk, &own, &arguments);
        }
        let mut result = None;
        let is_sure = object.each().len() <= 1;
        for object in object.each() {
            let value = if is_sure {
                method(walk, object, &name, &arguments)
            } else {
                walk.maybe(|walk| method(walk, object, &name, &arguments))
            };
            result = Some(match result {
                Some(before) => Value::or(before, value),
                None => value,
            });
        }
        return result.unwrap_or(Value::Unknown);
    }
    let target = walk.evaluate(target);
    each(walk, &target, &arguments)
}

pub(super) fn each(walk: &mut Walk<'_, '_, '_>, target: &Value, arguments: &Arguments) -> Value {
    let is_sure = target.each().len() <= 1;
    let mut result = Value::Unknown;
    for one in target.each() {
        result = if is_sure {
            call(walk, one, arguments)
        } else {
            walk.maybe(|walk| call(walk, one, arguments))
        };
    }
    result
}

fn arguments<'t>(walk: &mut Walk<'t, '_, '_>, node: Node<'t>) -> Vec<(Option<String>, Value)> {
    let Some(list) = node.child_by_field_name("arguments") else { return Vec::new() };
    if list.kind() != "argument_list" {
        return vec![(None, walk.evaluate(list))];
    }
    let mut cursor = list.walk();
    let children: Vec<Node<'t>> = list.named_children(&mut cursor).collect();
    let mut found = Vec::new();
    for child in children {
        match child.kind() {
            "comment" => {}
            "keyword_argument" => {
                let name = child.child_by_field_name("name").map(|n| walk.source(n).to_owned());
                let value =
                    child.child_by_field_name("value").map_or(Value::Unknown, |n| walk.evaluate(n));
                // A flag such as `shell=True` is kept as a number.
                let value = match child.child_by_field_name("value").map(|n| n.kind()) {
                    Some("true") => Value::Number(1),
                    Some("false") => Value::Number(0),
                    _ => value,
                };
                found.push((name, value));
            }
            "list_splat" => match child.named_child(0).map_or(Value::Unknown, |n| walk.evaluate(n))
            {
                Value::List(items) => found.extend(items.into_iter().map(|item| (None, item))),
                _ => found.push((None, Value::Unknown)),
            },
            "dictionary_splat" => {
                if let Value::Dict(members) =
                    child.named_child(0).map_or(Value::Unknown, |n| walk.evaluate(n))
                {
                    found.extend(members.into_iter().map(|(name, value)| (Some(name), value)));
                }
            }
            _ => found.push((None, walk.evaluate(child))),
        }
    }
    found
}

/// Calls a value, unless calls stand too deep in one another.
fn call(walk: &mut Walk<'_, '_, '_>, target: &Value, arguments: &Arguments) -> Value {
    walk.deeper(|walk| call_value(walk, target, arguments)).unwrap_or(Value::Unknown)
}

fn call_value(walk: &mut Walk<'_, '_, '_>, target: &Value, arguments: &Arguments) -> Value {
    match target {
        Value::Name(name) => by_name(walk, name, arguments),
        Value::Function(place) => walk.invoke(*place, arguments),
        Value::Class(place) => walk.instance(*place, arguments),
        Value::Instance(place) => walk.method_of(*place, true, "__call__", arguments),
        Value::Bound(place, function) => {
            let mut whole = vec![(None, Value::Instance(*place))];
            whole.extend(arguments.iter().cloned());
            if walk.has_self(*function) {
                walk.invoke(*function, &whole)
            } else {
                walk.invoke(*function, arguments)
            }
        }
        Value::Made(maker, host) => {
            let (maker, name) = maker.rsplit_once("().").unwrap_or((maker, "__call__"));
            method(walk, &Value::Made(maker.to_owned(), host.clone()), name, arguments)
        }
        Value::Dynamic => {
            walk.opaque(Flags::DECODED);
            Value::Unknown
        }
        _ => {
            callbacks(walk, "", arguments);
            Value::Unknown
        }
    }
}

/// Calls what a dotted name stands for.
pub(super) fn by_name(walk: &mut Walk<'_, '_, '_>, name: &str, arguments: &Arguments) -> Value {
    let name = canonical(name);
    if let Some(value) = computed(walk, &name, arguments) {
        return value;
    }
    if process::is_process(&name) {
        return process::call(walk, &name, arguments);
    }
    if let Some(does) = library::does(&name) {
        return act(walk, &name, does, arguments);
    }
    callbacks(walk, &name, arguments);
    let is_environment = |value: &Value| *value == Value::Name("os.environ".into());
    if arguments.iter().any(|(_, value)| is_environment(value)) {
        walk.add(Certainty::Must, Deed::EnvRead, Object::None, Flags::NONE);
        return Value::From(Flags::NONE);
    }
    let host = arguments.iter().find_map(|(_, value)| match value {
        Value::Made(_, host) => host.clone(),
        _ => None,
    });
    Value::Made(name, host)
}

/// Functions that are given to others are called by them, when and with what is not told.
pub(super) fn callbacks(walk: &mut Walk<'_, '_, '_>, name: &str, arguments: &Arguments) {
    let target = keyword(arguments, "target");
    if let (Some(target), Some(Value::List(items))) = (target, keyword(arguments, "args")) {
        let items: Vec<(Option<String>, Value)> =
            items.iter().map(|item| (None, item.clone())).collect();
        each(walk, &target.clone(), &items);
        return;
    }
    let first = arguments.first().map(|(_, value)| value.clone());
    let is_callable = |value: &Value| match value {
        Value::Function(_) | Value::Bound(..) | Value::Class(_) => true,
        Value::Name(name) => is_known(name),
        _ => false,
    };
    if let Some(first) = first.filter(is_callable) {
        let rest = arguments.get(1..).unwrap_or(&[]);
        match (name, rest.first()) {
            ("map" | "filter", Some((_, Value::List(items)))) => {
                for item in items.clone().iter().take(16) {
                    each(walk, &first, &[(None, item.clone())]);
                }
            }
            _ => {
                let rest = rest.to_vec();
                walk.maybe(|walk| each(walk, &first, &rest));
            }
        }
    }
    for (_, value) in arguments.iter().skip(1).filter(|(_, value)| is_callable(value)) {
        let value = value.clone();
        walk.maybe(|walk| each(walk, &value, &[(None, Value::Unknown)]));
    }
}

/// Calls a method of a value.
fn method(walk: &mut Walk<'_, '_, '_>, object: &Value, name: &str, arguments: &Arguments) -> Value {
    match object {
        Value::Name(module) => return by_name(walk, &format!("{module}.{name}"), arguments),
        Value::Instance(place) => return walk.method_of(*place, true, name, arguments),
        Value::Class(place) => return walk.method_of(*place, false, name, arguments),
        Value::Text(word) => {
            if let Some(value) = text_method(walk, word, name, arguments) {
                return value;
            }
        }
        Value::Path(word) => {
            if let Some(value) = path_method(walk, word, name, arguments) {
                return value;
            }
        }
        Value::Content(word)
            if matches!(name, "read" | "readlines" | "readline" | "decode" | "strip") =>
        {
            return Value::Content(word.clone());
        }
        Value::From(flags) => return Value::From(*flags),
        Value::Dict(_) if name == "get" => {
            let key = argument(arguments, 0, &[]).cloned().unwrap_or(Value::Unknown);
            return item(object, &key);
        }
        Value::Dynamic => {
            walk.opaque(Flags::DECODED);
            return Value::Unknown;
        }
        _ => {}
    }
    member_of(walk, object, name, arguments)
}
