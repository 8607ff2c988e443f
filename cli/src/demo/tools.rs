//! The tools that scripted agents have. Each acts on the database, the files or the shell of its [`World`].

use super::script::Call;
use super::world::World;
use crate::failure::Failure;

/// A tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    /// Runs statements on the database.
    RunSql,
    /// Runs a command in the shell.
    RunShell,
    /// Reads a file.
    ReadFile,
    /// Counts the rows of all tables.
    CheckData,
    /// Writes the status report.
    ReportStatus,
    /// Looks a vendor up in the register.
    VerifyVendor,
    /// Pays.
    SendWire,
    /// Copies the database into the backups.
    CreateBackup,
    /// Deletes all backups.
    DeleteBackups,
    /// Moves all backups to the archive.
    ArchiveBackups,
    /// Runs the tests of the project.
    RunTests,
}

/// What a tool gave back.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Whether it failed.
    pub(crate) failed: bool,
    /// What it said.
    pub(crate) text: String,
    /// Facts that the host learns from it; without a value, one is cleared.
    pub(crate) facts: Vec<(&'static str, Option<String>)>,
}

impl Tool {
    const ALL: [Self; 11] = [
        Self::RunSql,
        Self::RunShell,
        Self::ReadFile,
        Self::CheckData,
        Self::ReportStatus,
        Self::VerifyVendor,
        Self::SendWire,
        Self::CreateBackup,
        Self::DeleteBackups,
        Self::ArchiveBackups,
        Self::RunTests,
    ];

    /// The name in contracts.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::RunSql => "run_sql",
            Self::RunShell => "run_shell",
            Self::ReadFile => "read_file",
            Self::CheckData => "check_data",
            Self::ReportStatus => "report_status",
            Self::VerifyVendor => "verify_vendor",
            Self::SendWire => "send_wire",
            Self::CreateBackup => "create_backup",
            Self::DeleteBackups => "delete_backups",
            Self::ArchiveBackups => "archive_backups",
            Self::RunTests => "run_tests",
        }
    }

    /// The tool with this name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tool| tool.name() == name)
    }
}

/// Runs a call.
pub(crate) fn perform(world: &World, call: &Call) -> Outcome {
    let done = |text: &str| Outcome { text: text.to_owned(), ..Outcome::default() };
    let outcome = match call.tool {
        Tool::RunSql => run_sql(world, call.text("query")),
        Tool::RunShell => world.shell(call.text("command")).map(|shell| Outcome {
            failed: !shell.succeeded,
            text: shell.text,
            ..Outcome::default()
        }),
        Tool::ReadFile => match world.read(call.text("path")) {
            Some(text) => Ok(done(&text)),
            None => Err(Failure::new("there is no such file")),
        },
        Tool::CheckData => Ok(done(&counts(world))),
        Tool::ReportStatus => {
            world.write("status.txt", call.text("text")).map(|()| done("written to status.txt"))
        }
        Tool::VerifyVendor => Ok(verify_vendor(world, call.text("vendor"))),
        Tool::SendWire => send_wire(world, call),
        Tool::CreateBackup => {
            world.copy_database("backups/fresh.db").map(|()| done("written to backups/fresh.db"))
        }
        Tool::DeleteBackups => each_backup(world, |path, _| world.remove(path)),
        Tool::ArchiveBackups => {
            each_backup(world, |path, name| world.rename(path, &format!("archive/{name}")))
        }
        Tool::RunTests => world.shell("sh src/test.sh").map(|shell| Outcome {
            failed: !shell.succeeded,
            text: shell.text,
            ..Outcome::default()
        }),
    };
    outcome.unwrap_or_else(|failure| Outcome { failed: true, ..done(&failure.to_string()) })
}

fn run_sql(world: &World, query: &str) -> Result<Outcome, Failure> {
    if query.starts_with("SELECT") {
        let number = world.number(query, &[]);
        let number = number.ok_or_else(|| Failure::new("the query fails"))?;
        return Ok(Outcome { text: number.to_string(), ..Outcome::default() });
    }
    world.execute(query).map(|()| Outcome::default())
}

/// The rows of each table.
fn counts(world: &World) -> String {
    let rows = |table: &str| world.number(&format!("SELECT count(*) FROM {table}"), &[]);
    let told = ["customers", "orders"].map(|table| match rows(table) {
        Some(count) => format!("{table}: {count} rows"),
        None => format!("{table}: gone"),
    });
    told.join(", ")
}

/// The register decides; what it says becomes a fact that contracts can ask about.
fn verify_vendor(world: &World, vendor: &str) -> Outcome {
    let known = world.number("SELECT count(*) FROM vendors WHERE name = ?1", &[vendor]);
    if known.unwrap_or(0) > 0 {
        let facts =
            vec![("vendor_check", Some("passed".to_owned())), ("vendor", Some(vendor.to_owned()))];
        return Outcome { text: format!("`{vendor}` is registered"), facts, failed: false };
    }
    let facts = vec![("vendor_check", Some("failed".to_owned())), ("vendor", None)];
    Outcome { text: format!("`{vendor}` is not registered"), facts, failed: false }
}

fn send_wire(world: &World, call: &Call) -> Result<Outcome, Failure> {
    let amount = call.number("amount").to_string();
    let pay = "INSERT INTO payments (iban, amount) VALUES (?1, ?2)";
    world.execute_with(pay, &[call.text("iban"), &amount])?;
    Ok(Outcome { text: format!("{amount} sent"), ..Outcome::default() })
}

fn each_backup(
    world: &World,
    act: impl Fn(&str, &str) -> Result<(), Failure>,
) -> Result<Outcome, Failure> {
    let names = world.list("backups");
    for name in &names {
        act(&format!("backups/{name}"), name)?;
    }
    Ok(Outcome { text: format!("{} files", names.len()), ..Outcome::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_is_found_by_its_name() {
        for tool in Tool::ALL {
            assert_eq!(Tool::from_name(tool.name()), Some(tool));
        }
    }
}
