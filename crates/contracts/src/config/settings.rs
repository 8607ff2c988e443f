//! Settings: what a configuration says beside its contracts.
//!
//! They are read and checked here, and used by whoever they are for: the guard, the adapters, reports.
//! Nothing here decides about a call.

use core::fmt;

use sponsio_engine::event::Decimal;

use super::Loader;
use super::fields::Fields;
use super::keys::{AUDIT, Block, Shape};
use super::tree::{Node, Scalar, ScalarKind, Value};
use crate::diagnostic::{Code, Diagnostic};

/// What a configuration says beside its contracts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The framework that the agent is built with.
    pub framework: Option<Box<str>>,
    /// The folder for records of sessions.
    pub sessions_dir: Option<Box<str>>,
    /// What is recorded.
    pub log: Log,
    /// Where sessions are, and for how long.
    pub sessions: Sessions,
    /// Whether a dashboard is shown.
    pub dashboard: Dashboard,
    /// Whether adapters print what they decide.
    pub verbose: Option<bool>,
    /// How much they print.
    pub verbosity: Option<u64>,
    /// Whether they print a summary at the end.
    pub auto_summary: Option<bool>,
    /// The model that contracts about meaning may ask.
    pub judge: Option<Judge>,
    /// The model that proposes contracts.
    pub extractor: Option<Model>,
    /// What is measured.
    pub performance: Option<Performance>,
}

/// What is recorded, and how surely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Log {
    /// Whether anything is.
    pub is_on: bool,
    /// Whether a call that cannot be recorded does not run; where nothing is said, that depends on the mode.
    pub is_required: Option<bool>,
    /// Whether lines keep the arguments of calls, without secrets.
    pub args: bool,
    /// Whether a line must survive the loss of power before its decision is told.
    pub durable: bool,
    /// How many bytes a file has, at most.
    pub file_bytes: Option<u64>,
}

impl Default for Log {
    fn default() -> Self {
        Self { is_on: true, is_required: None, args: false, durable: false, file_bytes: None }
    }
}

/// Where sessions are between two events, and for how long.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sessions {
    /// The store: a word, a path or an address, which may hold a password.
    pub store: Option<Secret>,
    /// After how many seconds without an event a session is forgotten.
    pub idle_seconds: Option<u64>,
}

/// Whether a dashboard is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Dashboard {
    /// None.
    #[default]
    Off,
    /// At its usual address.
    On,
    /// At this address.
    At(Box<str>),
}

/// A model and where it is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Model {
    /// Whose.
    pub provider: Option<Box<str>>,
    /// Which.
    pub model: Option<Box<str>>,
    /// The key.
    pub api_key: Option<Secret>,
    /// The address.
    pub base_url: Option<Box<str>>,
}

/// A model that judges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judge {
    /// The model.
    pub model: Model,
    /// What holds where it gives no answer.
    pub fallback: Fallback,
    /// Whether it is left alone for a while when it fails again and again.
    pub circuit_breaker: bool,
    /// After how many failures.
    pub failure_threshold: u64,
    /// For how many seconds.
    pub cooldown_seconds: Decimal,
}

/// What holds where a judge gives no answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fallback {
    /// As if it had no objection.
    Allow,
    /// As if it objected.
    #[default]
    Deny,
    /// As if it had not been asked.
    Skip,
}

/// What is measured and reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Performance {
    /// When a report is printed.
    pub report: ReportWhen,
    /// Where it is written.
    pub export_path: Option<Box<str>>,
    /// A step slower than this many microseconds is reported; none if it is not positive.
    pub warn_slow_us: Option<Decimal>,
    /// How many durations are kept.
    pub histogram_size: u64,
}

/// When a report is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReportWhen {
    /// Where there is something to report.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// A text that is not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Box<str>);

impl Secret {
    /// The text.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A map whose shape was checked.
#[derive(Clone, Copy)]
struct Checked<'n>(Option<Fields<'n>>);

impl<'n> Checked<'n> {
    fn node(&self, name: &str) -> Option<&'n Node> {
        self.0?.get(name)
    }

    fn text(&self, name: &str) -> Option<Box<str>> {
        self.node(name).and_then(Node::text).map(Into::into)
    }

    fn truth(&self, name: &str) -> Option<bool> {
        match self.node(name).map(|node| &node.value) {
            Some(Value::Scalar(Scalar { kind: ScalarKind::Bool(truth), .. })) => Some(*truth),
            _ => None,
        }
    }

    fn number(&self, name: &str) -> Option<&'n str> {
        match self.node(name).map(|node| &node.value) {
            Some(Value::Scalar(Scalar { kind: ScalarKind::Number, text, .. })) => Some(text),
            _ => None,
        }
    }

    fn whole(&self, name: &str) -> Option<u64> {
        self.number(name).and_then(|text| text.parse().ok())
    }

    fn decimal(&self, name: &str) -> Option<Decimal> {
        self.number(name).and_then(Decimal::parse)
    }

    fn model(&self) -> Model {
        Model {
            provider: self.text("provider"),
            model: self.text("model"),
            api_key: self.text("api_key").map(Secret),
            base_url: self.text("base_url"),
        }
    }
}

impl Loader<'_> {
    /// Reads every setting.
    pub(super) fn settings(&mut self, fields: Fields<'_>) -> Settings {
        let log = self.checked(fields, Block::Log, "log");
        let sessions = self.checked(fields, Block::Sessions, "sessions");
        let runtime = self.checked(fields, Block::Runtime, "runtime");
        let defaults = self.checked(fields, Block::Defaults, "defaults");
        let judge = self.checked(fields, Block::Judge, "judge");
        let extractor = self.checked(fields, Block::Extractor, "extractor");
        let performance = self.checked(fields, Block::Performance, "performance");
        for key in ["framework", "sessions_dir"] {
            if let Some(node) = fields.get(key) {
                self.text(node, &format!("`{key}`"));
            }
        }
        for (key, shape) in [("session_log", Shape::Truth), ("audit", AUDIT)] {
            if let Some(node) = fields.get(key) {
                self.check(node, &format!("`{key}`"), shape);
            }
        }
        let top = Checked(Some(fields));
        Settings {
            framework: top.text("framework"),
            sessions_dir: top.text("sessions_dir"),
            log: Log {
                is_on: top.truth("session_log").unwrap_or(true),
                is_required: top.text("audit").map(|word| &*word == "required"),
                args: log.truth("args").unwrap_or(false),
                durable: log.truth("durable").unwrap_or(false),
                file_bytes: log.whole("file_bytes"),
            },
            sessions: Sessions {
                store: sessions.text("store").map(Secret),
                idle_seconds: sessions.whole("idle_seconds"),
            },
            dashboard: runtime
                .node("dashboard")
                .map_or(Dashboard::Off, |node| self.dashboard(node)),
            verbose: defaults.truth("verbose"),
            verbosity: defaults.whole("verbosity"),
            auto_summary: defaults.truth("auto_summary"),
            judge: judge.0.map(|_| judge_of(judge)),
            extractor: extractor.0.map(|_| extractor.model()),
            performance: performance.0.map(|_| performance_of(performance)),
        }
    }

    /// A block of settings, if it is there and right.
    fn checked<'n>(&mut self, fields: Fields<'n>, block: Block, key: &str) -> Checked<'n> {
        let node =
            fields.get(key).filter(|node| self.check(node, block.name(), Shape::Block(block)));
        Checked(node.and_then(Fields::of))
    }

    fn dashboard(&mut self, node: &Node) -> Dashboard {
        match &node.value {
            Value::Scalar(Scalar { kind: ScalarKind::Bool(true), .. }) => Dashboard::On,
            Value::Scalar(Scalar { kind: ScalarKind::Text, text, .. }) => match &*text
                .to_lowercase()
            {
                "true" | "yes" | "on" | "1" => Dashboard::On,
                "false" | "no" | "off" | "0" | "none" | "null" => Dashboard::Off,
                _ if text.contains("://") => Dashboard::At(text.clone()),
                _ => {
                    let message = format!("`dashboard` cannot be `{text}`");
                    let hint =
                        "write `true`, `false` or an address such as `http://127.0.0.1:8000`";
                    self.report(Diagnostic::new(Code::Value, node.location, message).hint(hint));
                    Dashboard::Off
                }
            },
            _ => Dashboard::Off,
        }
    }
}

fn judge_of(fields: Checked<'_>) -> Judge {
    Judge {
        model: fields.model(),
        fallback: match fields.text("fallback_mode").as_deref() {
            Some("allow") => Fallback::Allow,
            Some("skip") => Fallback::Skip,
            _ => Fallback::Deny,
        },
        circuit_breaker: fields.truth("circuit_breaker").unwrap_or(true),
        failure_threshold: fields.whole("failure_threshold").unwrap_or(5),
        cooldown_seconds: fields
            .decimal("cooldown_seconds")
            .unwrap_or_else(|| Decimal::from(10_u32)),
    }
}

fn performance_of(fields: Checked<'_>) -> Performance {
    let slow = fields.decimal("warn_slow_dfa_us").unwrap_or_else(|| Decimal::from(500_u32));
    Performance {
        report: match fields.text("report").as_deref() {
            Some("always") => ReportWhen::Always,
            Some("never") => ReportWhen::Never,
            _ => ReportWhen::Auto,
        },
        export_path: fields.text("export_path"),
        warn_slow_us: (slow > Decimal::from(0_u32)).then_some(slow),
        histogram_size: fields.whole("histogram_size").unwrap_or(10_000),
    }
}
