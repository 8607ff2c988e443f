//! The commands, one file each: its arguments, what it does, what it prints.

mod approval;
mod audit;
mod check;
mod completions;
pub(crate) mod daemon;
mod demo;
mod doctor;
mod effects;
mod eval;
mod explain;
mod export;
mod export_sessions;
mod host;
mod init;
mod migrate;
mod mode;
pub(crate) mod packs;
mod patterns;
mod replay;
mod report;
pub(crate) mod schema;
mod telemetry;
mod validate;
mod watch;

use clap::{Parser, Subcommand};

use crate::failure::Failure;
use crate::hook;
use crate::output::{ColorWhen, Report, Terminal};

/// Decides whether an AI agent's tool calls may run, by contracts over the whole session
#[derive(Debug, Parser)]
#[command(
    name = "sponsio",
    version,
    long_about = "Sponsio decides, before an AI agent's tool call runs, whether it may run.\n\n\
        It judges each call against contracts: statements in temporal logic about the whole session. \
        Contracts are written in a `sponsio.yaml`, as patterns, English sentences or formulas.",
    after_long_help = "Begin with:\n  sponsio demo                          see what contracts are for\n  \
        sponsio patterns                      what can be said\n  \
        sponsio validate 'never call `rm`'    what a sentence means\n  \
        sponsio check --trace t.json          judge what an agent did\n\n\
        Exit codes: 0 nothing found, 1 something found, 2 it could not be done."
)]
pub(crate) struct Cli {
    /// When output is coloured
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: ColorWhen,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The text of each is that of its arguments.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Demo(demo::DemoArgs),
    Host(host::HostArgs),
    Hook(hook::HookArgs),
    Doctor(doctor::DoctorArgs),
    Daemon(daemon::DaemonArgs),
    Init(init::InitArgs),
    Mode(mode::ModeArgs),
    Pending(approval::PendingArgs),
    Approve(approval::ApproveArgs),
    Deny(approval::DenyArgs),
    Check(check::CheckArgs),
    Eval(eval::EvalArgs),
    Validate(validate::ValidateArgs),
    Explain(explain::ExplainArgs),
    Effects(effects::EffectsArgs),
    Patterns(patterns::PatternsArgs),
    Packs(packs::PacksArgs),
    Report(report::ReportArgs),
    Replay(replay::ReplayArgs),
    Watch(watch::WatchArgs),
    Telemetry(telemetry::TelemetryArgs),
    Export(export::ExportArgs),
    ExportSessions(export_sessions::ExportSessionsArgs),
    Audit(audit::AuditArgs),
    Migrate(migrate::MigrateArgs),
    Schema(schema::SchemaArgs),
    Completions(completions::CompletionsArgs),
}

/// Runs a command.
pub(crate) fn run(command: Command, terminal: &Terminal) -> Result<Report, Failure> {
    match command {
        Command::Demo(args) => demo::run(&args, terminal),
        Command::Doctor(args) => doctor::run(&args, terminal),
        Command::Daemon(args) => daemon::run(&args, terminal),
        Command::Init(args) => init::run(&args, terminal),
        Command::Mode(args) => mode::run(&args, terminal),
        Command::Pending(args) => approval::pending(&args, terminal),
        Command::Approve(args) => approval::approve(&args, terminal),
        Command::Deny(args) => approval::deny(&args, terminal),
        Command::Host(args) => host::run(&args, terminal),
        // Its answer is written as a whole, and not for people.
        Command::Hook(args) => Ok(Report { text: String::new(), exit: hook::answer(&args) }),
        Command::Check(args) => check::run(&args, terminal),
        Command::Eval(args) => eval::run(&args, terminal),
        Command::Validate(args) => validate::run(&args, terminal),
        Command::Explain(args) => explain::run(&args, terminal),
        Command::Effects(args) => effects::run(&args, terminal),
        Command::Patterns(args) => patterns::run(&args, terminal),
        Command::Packs(args) => packs::run(&args, terminal),
        Command::Report(args) => report::run(&args, terminal),
        Command::Replay(args) => replay::run(&args, terminal),
        Command::Watch(args) => watch::run(&args, terminal),
        Command::Telemetry(args) => telemetry::run(&args, terminal),
        Command::Export(args) => export::run(&args, terminal),
        Command::ExportSessions(args) => export_sessions::run(&args, terminal),
        Command::Audit(args) => audit::run(&args, terminal),
        Command::Migrate(args) => migrate::run(&args, terminal),
        Command::Schema(args) => Ok(schema::run(&args)),
        Command::Completions(args) => completions::run(&args),
    }
}
