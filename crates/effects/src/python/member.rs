//! Methods of values that are not known, by names that mean one thing wherever they stand.

use sponsio_engine::event::{Certainty, Deed, Flags, Host, Object};

use super::act::uploads;
use super::call::{Arguments, argument};
use super::library::is_fetch;
use super::value::Value;
use super::walk::Walk;
use crate::Language;

/// What made a value, and the host it is about.
fn made(object: &Value) -> (&str, Option<Host>) {
    match object {
        Value::Made(maker, host) => (maker, host.clone()),
        _ => ("", None),
    }
}

/// Adds what is done to the host of a value, or else to the one that the script connected to last.
fn on_host(walk: &mut Walk<'_, '_, '_>, host: Option<&Host>, deed: Deed, flags: Flags) {
    let host = host.or(walk.host.as_ref()).cloned();
    walk.add(Certainty::Must, deed, host.map_or(Object::None, Object::Host), flags);
}

/// Methods of values that are not known, by names that mean one thing wherever they stand.
pub(super) fn method(
    walk: &mut Walk<'_, '_, '_>,
    object: &Value,
    name: &str,
    arguments: &Arguments,
) -> Value {
    let unknown = Value::Unknown;
    let first = argument(arguments, 0, &[]).unwrap_or(&unknown);
    let (maker, host) = made(object);
    let hosted =
        |walk: &mut Walk<'_, '_, '_>, deed, flags| on_host(walk, host.as_ref(), deed, flags);
    if let Some(value) = connection(walk, object, name, arguments) {
        return value;
    }
    if files(walk, maker, name, arguments) {
        return Value::Unknown;
    }
    match name {
        "execute" | "executemany" | "executescript" | "exec_driver_sql" | "raw_sql"
            if matches!(first, Value::Text(_))
                || maker.contains("connect")
                || maker.contains("cursor") =>
        {
            walk.run(Language::Sql, first);
        }
        "exec_command" | "run_command" | "sudo" if !maker.is_empty() => {
            hosted(walk, Deed::NetSend, Flags::NONE);
            walk.opaque(Flags::REMOTE);
        }
        "kill" | "terminate" | "send_signal"
            if maker.contains("psutil") || maker.contains("Popen") =>
        {
            if maker.contains("psutil") {
                // What was searched for is any process.
                let is_found = maker.contains("[]");
                let certainty = if is_found { Certainty::Opaque } else { Certainty::Must };
                walk.add(certainty, Deed::ProcessKill, Object::None, Flags::NONE);
            }
        }
        "__subclasses__" | "__globals__" | "__reduce__" => {
            walk.opaque(Flags::NONE);
            return Value::Dynamic;
        }
        "system" if maker.contains("CDLL") || maker.contains("get_ipython") => {
            walk.run(Language::Shell, first)
        }
        "run_cell" | "runcode" | "runsource" | "exec_module" => walk.opaque(Flags::NONE),
        _ => {
            if let Some(deed) = cloud(maker, name) {
                walk.add(Certainty::Must, deed, Object::Name(name.into()), Flags::NONE);
            }
            return super::call::by_name(walk, &unnamed(maker, name), arguments);
        }
    }
    Value::Unknown
}

/// Methods that read and write files; whether it is one.
fn files(walk: &mut Walk<'_, '_, '_>, maker: &str, name: &str, arguments: &Arguments) -> bool {
    let unknown = Value::Unknown;
    let first = argument(arguments, 0, &[]).unwrap_or(&unknown);
    match name {
        "extractall" | "extract" if maker.contains("zip") || maker.contains("tar") => {
            let path = argument(arguments, usize::from(name == "extract"), &["path"]);
            let here = Value::text(".");
            walk.path(Deed::Write, path.unwrap_or(&here), Flags::RECURSIVE);
        }
        "to_csv" | "to_json" | "to_excel" | "to_parquet" | "savefig" | "to_pickle"
        | "write_image" | "imwrite"
            if matches!(first, Value::Text(_) | Value::Path(_)) =>
        {
            walk.path(Deed::Write, first, Flags::NONE);
        }
        // A path of which nothing is known.
        "unlink" | "rmdir" if arguments.len() <= 1 && maker.is_empty() => {
            walk.path(Deed::Delete, &Value::Unknown, Flags::NONE);
        }
        "write_text" | "write_bytes" if maker.is_empty() => {
            walk.path(Deed::Write, &Value::Unknown, Flags::NONE)
        }
        "read_text" | "read_bytes" if maker.is_empty() => {
            walk.path(Deed::Read, &Value::Unknown, Flags::NONE)
        }
        "schedule" | "add_watch" if maker.contains("Observer") || maker.contains("otify") => {
            let path = argument(arguments, usize::from(name == "schedule"), &["path"]);
            walk.path(Deed::List, path.unwrap_or(&unknown), Flags::RECURSIVE);
        }
        _ => return false,
    }
    true
}

/// Methods of connections, clients and what they fetch.
fn connection(
    walk: &mut Walk<'_, '_, '_>,
    object: &Value,
    name: &str,
    arguments: &Arguments,
) -> Option<Value> {
    let unknown = Value::Unknown;
    let first = argument(arguments, 0, &[]).unwrap_or(&unknown);
    let (maker, host) = made(object);
    let hosted =
        |walk: &mut Walk<'_, '_, '_>, deed, flags| on_host(walk, host.as_ref(), deed, flags);
    let is_web = is_fetch(maker) || maker.contains("Session") || maker.contains("Client");
    let is_socket = maker.contains("socket");
    match name {
        "get" | "head" | "options" if is_web => {
            let host = walk.network(Deed::NetReceive, first, Flags::NONE);
            return Some(Value::Made("requests.get".into(), host));
        }
        "post" | "put" | "patch" | "delete" if is_web => {
            let host = walk.network(Deed::NetSend, first, uploads(arguments));
            return Some(Value::Made("requests.post".into(), host));
        }
        "request" if is_web || maker.contains("HTTP") => {
            if maker.contains("HTTP") {
                hosted(walk, Deed::NetSend, uploads(arguments));
            } else {
                walk.network(
                    Deed::NetSend,
                    argument(arguments, 1, &["url"]).unwrap_or(&unknown),
                    uploads(arguments),
                );
            }
        }
        "read" | "decode" | "json" | "getvalue" | "strip" if is_fetch(maker) => {
            return Some(Value::From(Flags::REMOTE));
        }
        "read" | "decode" | "communicate" | "splitlines"
            if maker.starts_with("subprocess") || maker.starts_with("os.") =>
        {
            return Some(Value::From(Flags::NONE));
        }
        "connect" | "connect_ex"
            if is_socket
                || maker.contains("SSH")
                || maker.contains("Transport")
                || maker.contains("FTP") =>
        {
            walk.address(Deed::NetConnect, first);
        }
        "bind" if is_socket => drop(walk.address(Deed::NetListen, first)),
        "sendto" if is_socket && arguments.len() > 1 => {
            if let Some((_, target)) = arguments.last() {
                walk.address(Deed::NetSend, &target.clone());
            }
        }
        "send" | "sendall" | "sendto" if is_socket => {
            hosted(walk, Deed::NetSend, uploads(arguments))
        }
        "recv" if is_socket => return Some(Value::From(Flags::REMOTE)),
        "fileno" | "makefile" if is_socket => return Some(object.clone()),
        "sendmail" | "send_message" if maker.contains("smtp") => {
            hosted(walk, Deed::NetSend, uploads(arguments))
        }
        "storbinary" | "storlines" => hosted(walk, Deed::NetSend, Flags::UPLOAD),
        "retrbinary" => hosted(walk, Deed::NetReceive, Flags::NONE),
        _ => return None,
    }
    Some(Value::Unknown)
}

/// The name of a method of something that is made; it is in no table.
fn unnamed(maker: &str, name: &str) -> String {
    format!("{maker}().{name}")
}

/// What a method of a client of a cloud does.
fn cloud(maker: &str, name: &str) -> Option<Deed> {
    if !["boto3", "kubernetes", "docker", "google.cloud", "azure"]
        .iter()
        .any(|module| maker.starts_with(module))
    {
        return None;
    }
    let starts = |verbs: &[&str]| verbs.iter().any(|verb| name.starts_with(verb));
    if starts(&["delete", "terminate", "remove", "purge", "prune"]) {
        Some(Deed::CloudDelete)
    } else if starts(&[
        "create", "put", "update", "modify", "run", "start", "stop", "patch", "replace", "attach",
        "upload",
    ]) {
        Some(Deed::CloudChange)
    } else if starts(&["list", "describe", "get", "read", "head", "download"]) {
        Some(Deed::CloudRead)
    } else {
        None
    }
}
