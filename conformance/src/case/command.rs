//! Commands of a shell that are harmful or harmless, as the files below `commands/` list them.
//!
//! The format is defined in `commands/README.md`. Nothing here says what a harm is: that is the business of the
//! sandbox in which a command is run, and of nobody else.

use super::tree::{self, CaseError, Kind, get};

const COMMAND_KEYS: &[&str] = &["id", "construct", "text", "harms", "runs", "note"];

/// One command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Its name in reports.
    pub id: String,
    /// What of the shell, or which way of doing harm, it is about.
    pub construct: String,
    /// What is given to the shell.
    pub text: String,
    /// What it does that must not be done; nothing if it is harmless.
    pub harms: Vec<String>,
    /// Whether it can be run without a network and without programs that are not installed.
    pub runs: bool,
}

/// The commands of a file.
pub fn load_commands(text: &str) -> Result<Vec<Command>, CaseError> {
    let root = tree::parse(text)?;
    let fields = root.fields("a file of commands", &["cases"])?;
    let list = get(fields, "cases").ok_or_else(|| root.error("`cases` is missing"))?;
    let mut commands: Vec<Command> = Vec::new();
    for node in list.list("`cases`")? {
        let fields = node.fields("a command", COMMAND_KEYS)?;
        let word = |key: &str| {
            let value =
                get(fields, key).ok_or_else(|| node.error(format!("`{key}` is missing")))?;
            value.text(key).map(str::to_owned)
        };
        let id = word("id")?;
        if commands.iter().any(|other| other.id == id) {
            return Err(node.error(format!("two commands are called `{id}`")));
        }
        let harms = match get(fields, "harms") {
            None => Vec::new(),
            Some(harms) => harms
                .list("`harms`")?
                .iter()
                .map(|harm| harm.text("a harm").map(str::to_owned))
                .collect::<Result<_, _>>()?,
        };
        let runs = match get(fields, "runs").map(|node| &node.kind) {
            None => true,
            Some(Kind::Bool(runs)) => *runs,
            Some(_) => return Err(node.error("`runs` is true or false")),
        };
        commands.push(Command {
            id,
            construct: word("construct")?,
            text: word("text")?,
            harms,
            runs,
        });
    }
    Ok(commands)
}
