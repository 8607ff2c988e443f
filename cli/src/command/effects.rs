//! `sponsio effects`: what a call would do, as the atoms `does`, `touches`, `reaches` and `opaque` are asked about it.
//!
//! Nothing of the text is run, and nothing of this machine is looked at: where the call would run is what is given.

use std::path::Path;

use clap::{Args, ValueEnum};
use serde::Serialize;
use sponsio_effects::{Context, Language, analyse, analyse_text};
use sponsio_engine::event::{Certainty, Effect, Effects, Flags, Object};
use sponsio_record::schema::value;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::output::text::{counted, shown};
use crate::output::{Cell, Page, Report, Style, Table, Terminal};

/// Bytes of a text or of arguments.
const BYTES_MAX: usize = 1 << 24;

/// Show what a call or a text would do
#[derive(Args, Debug)]
#[command(
    long_about = "Shows the effects that contracts are asked about: of a text in some language, or of a call of a \
        tool, whose arguments are JSON. Nothing is run. An effect is certain (`must`), possible (`may`), or cannot be \
        told (`opaque`).",
    after_long_help = "Examples:\n  sponsio effects 'git push --force'\n  \
        sponsio effects --language sql 'DROP TABLE users'\n  \
        sponsio effects --tool write_file '{\"path\": \"/etc/hosts\"}'\n  \
        sponsio effects --cwd /home/ann/app - < deploy.sh"
)]
pub(crate) struct EffectsArgs {
    /// The text, or the arguments of the tool in JSON; `-` reads standard input
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    text: String,
    /// The tool that is called
    #[arg(long, value_name = "TOOL", conflicts_with = "language")]
    tool: Option<String>,
    /// The language of the text
    #[arg(long, value_enum, value_name = "LANGUAGE", default_value_t = Written::Shell)]
    language: Written,
    /// The working directory, absolute
    #[arg(long, value_name = "DIRECTORY")]
    cwd: Option<String>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// What a text is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Written {
    Shell,
    Sql,
    Python,
    #[value(name = "javascript")]
    JavaScript,
    #[value(name = "powershell")]
    PowerShell,
    Cmd,
    Other,
}

impl Written {
    const fn language(self) -> Language {
        match self {
            Self::Shell => Language::Shell,
            Self::Sql => Language::Sql,
            Self::Python => Language::Python,
            Self::JavaScript => Language::JavaScript,
            Self::PowerShell => Language::PowerShell,
            Self::Cmd => Language::Cmd,
            Self::Other => Language::Other,
        }
    }
}

pub(crate) fn run(args: &EffectsArgs, terminal: &Terminal) -> Result<Report, Failure> {
    let cwd = args.cwd.as_deref();
    if let Some(cwd) = cwd.filter(|cwd| !Path::new(cwd).is_absolute()) {
        return Err(Failure::new(format!("`{cwd}` is no absolute path"))
            .hint("write the working directory from the root on"));
    }
    let text = match args.text.as_str() {
        "-" => String::from_utf8(input::read(Path::new("-"), BYTES_MAX)?)
            .map_err(|_| Failure::new("standard input is not UTF-8"))?,
        text => text.to_owned(),
    };
    let context = Context { cwd, ..Context::default() };
    let effects = match &args.tool {
        None => analyse_text(args.language.language(), &text, &context),
        Some(tool) => {
            let arguments = value::parse_bytes(text.as_bytes()).map_err(|error| {
                Failure::new(format!("the arguments of `{tool}` are no JSON: {error}"))
                    .hint("write them as `{\"name\": \"value\"}`")
            })?;
            analyse(tool, &arguments, &context)
        }
    };
    if args.json {
        return Ok(Report::json(&document(&effects), Exit::Fine));
    }
    Ok(Report::page(page(&effects, terminal.width()), Exit::Fine))
}

fn page(effects: &Effects, width: usize) -> Page {
    let mut page = Page::new(width);
    let mut table = Table::new(&["certainty", "deed", "object", "command"], 3, 0);
    for effect in &effects.list {
        let style = match effect.certainty {
            Certainty::Must => Style::Plain,
            Certainty::May => Style::Warn,
            Certainty::Opaque => Style::Bad,
        };
        let mut deed = effect.deed.name().to_owned();
        for mark in marks(effect) {
            deed.push('+');
            deed.push_str(mark);
        }
        table.row([
            Cell::new(style, word(effect.certainty)),
            Cell::new(Style::Accent, deed),
            shown(&object(&effect.object)).into(),
            Cell::new(Style::Faint, shown(command(effects, effect))),
        ]);
    }
    if !effects.list.is_empty() {
        table.write(&mut page);
        page.gap();
    }
    page.paragraph(0, Style::Strong, &counted(effects.list.len(), "effect"));
    page
}

const fn word(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Must => "must",
        Certainty::May => "may",
        Certainty::Opaque => "opaque",
    }
}

fn marks(effect: &Effect) -> impl Iterator<Item = &'static str> {
    let flags = effect.flags;
    Flags::ALL.iter().filter(move |(flag, ..)| flags.has(*flag)).map(|(_, name, _)| *name)
}

/// The simple command that has the effect.
fn command<'e>(effects: &'e Effects, effect: &Effect) -> &'e str {
    effects.commands.get(usize::from(effect.command)).map_or("", |text| text)
}

fn object(object: &Object) -> String {
    match object {
        Object::None => String::new(),
        Object::Name(name) => name.to_string(),
        Object::Path(set) if set.below => format!("{} and below", set.pattern),
        Object::Path(set) => set.pattern.to_string(),
        Object::Host(host) => match host.port {
            Some(port) => format!("{}:{port}", host.name),
            None => host.name.to_string(),
        },
        Object::Command(words) => {
            let words: Vec<&str> = words.iter().map(|w| w.as_deref().unwrap_or("…")).collect();
            words.join(" ")
        }
    }
}

#[derive(Serialize)]
struct Document<'e> {
    commands: &'e [Box<str>],
    effects: Vec<Entry<'e>>,
}

#[derive(Serialize)]
struct Entry<'e> {
    deed: &'static str,
    certainty: &'static str,
    flags: Vec<&'static str>,
    command: u16,
    #[serde(flatten)]
    object: ObjectMembers<'e>,
}

/// The object of an effect: none, or the members that its kind has.
#[derive(Default, Serialize)]
struct ObjectMembers<'e> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    below: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<&'e [Option<Box<str>>]>,
}

fn document<'e>(effects: &'e Effects) -> Document<'e> {
    let entry = |effect: &'e Effect| -> Entry<'e> {
        let Effect { command, certainty, deed, object, .. } = effect;
        let (deed, certainty) = (deed.name(), word(*certainty));
        let flags = marks(effect).collect();
        Entry { deed, certainty, flags, command: *command, object: members(object) }
    };
    Document { commands: &effects.commands, effects: effects.list.iter().map(entry).collect() }
}

fn members(object: &Object) -> ObjectMembers<'_> {
    let none = ObjectMembers::default();
    match object {
        Object::None => none,
        Object::Name(name) => ObjectMembers { name: Some(name), ..none },
        Object::Path(set) => {
            ObjectMembers { path: Some(&set.pattern), below: Some(set.below), ..none }
        }
        Object::Host(host) => ObjectMembers { host: Some(&host.name), port: host.port, ..none },
        Object::Command(words) => ObjectMembers { words: Some(words), ..none },
    }
}
