//! What each recorded payload says, and what each host is answered, as text.
//!
//! Compared with `golden/HOST.txt`; with the environment variable `UPDATE` set the files are written instead. Read the
//! difference before keeping it.

#![expect(clippy::disallowed_methods, reason = "the golden files are in the source tree")]
#![expect(clippy::unwrap_used, reason = "writing to a string cannot fail")]

use std::fmt::Write;
use std::fs;

use sponsio_engine::decision::Decision;
use sponsio_hosts::{Call, Form, HOSTS, Heard, Host, Reply, Ruling, What};

use crate::recorded::{folder, payloads};

#[test]
fn payloads_and_replies_are_as_recorded() {
    let mut different = Vec::new();
    for host in HOSTS {
        let text = page(host);
        let path = folder().join("golden").join(format!("{}.txt", host.name));
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &text).unwrap();
        }
        if fs::read_to_string(&path).unwrap_or_default() != text {
            different.push(host.name);
        }
    }
    assert!(different.is_empty(), "{different:?} differ from their golden files");
}

fn page(host: &Host) -> String {
    let mut page = format!("# {}\n\n## What it sends\n", host.title);
    for (name, bytes) in payloads(host) {
        let heard = match host.hear(&bytes, None) {
            Ok((heard, sender)) => heard_as_text(&heard, sender, host),
            Err(error) => format!("refused: {error}\n"),
        };
        write!(page, "\n{name}\n{}", indented(&heard)).unwrap();
    }
    page.push_str("\n## What it is answered\n");
    for form in Form::ALL {
        for decision in Decision::ALL {
            let reason = match decision {
                Decision::Allow => "",
                _ => "`shell` is against the contract \"x\"",
            };
            let reply = host.reply("EVENT", form, &Ruling::new(decision, reason));
            write!(page, "\n{} {decision}\n{}", form.name(), indented(&reply_as_text(&reply)))
                .unwrap();
        }
    }
    page
}

fn heard_as_text(heard: &Heard, sender: &Host, host: &Host) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            writeln!(text, "{name}: {value}").unwrap();
        }
    };
    line("host", if sender.name == host.name { "" } else { sender.name });
    line("event", &heard.event);
    line("dialect", heard.dialect);
    line("session", &heard.session);
    line("cwd", heard.cwd.as_deref().unwrap_or_default());
    line("workspace", heard.workspace.as_deref().unwrap_or_default());
    line("sub-agent", heard.by.id.as_deref().unwrap_or_default());
    line("kind", heard.by.kind.as_deref().unwrap_or_default());
    line("parent", heard.by.parent.as_deref().unwrap_or_default());
    let call = |call: &Call| {
        let id = call.id.as_deref().unwrap_or("without an id");
        format!("{} ({id}) {}", call.tool, compact(&call.args))
    };
    match &heard.what {
        What::Call(asked) => line("asks", &call(asked)),
        What::Result { call: ended, ended: how, output } => {
            line("ended", &format!("{how:?}: {}", call(ended)));
            line("output", &output.as_deref().map_or_else(|| "not told".to_owned(), compact));
        }
        What::Prompt(text) => line("user", text),
        What::Said(text) => line("model", text),
        What::Stop { again } => line("stops", if *again { "again" } else { "at first" }),
        What::Delegated(to) => line("delegates to", to),
        What::Began => line("session", "begins"),
        What::Over => line("session", "ends"),
        What::Nothing => line("says", "nothing"),
    }
    text
}

/// The JSON without blanks.
fn compact(json: &str) -> String {
    serde_json::from_str::<serde_json::Value>(json).unwrap().to_string()
}

fn reply_as_text(reply: &Reply) -> String {
    let mut text = String::new();
    for (name, stream) in [("stdout", &reply.stdout), ("stderr", &reply.stderr)] {
        if !stream.is_empty() {
            writeln!(text, "{name}: {}", stream.trim_end()).unwrap();
        }
    }
    writeln!(text, "exit: {}", reply.exit).unwrap();
    text
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}
