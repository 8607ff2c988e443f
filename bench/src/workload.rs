//! A program, a session of it, and events that it steps through again and again.
//!
//! A workload is measured warm: its session has been through its events before. Its events repeat, so two
//! measurements over whole rounds do the same work.

use std::path::Path;
use std::sync::Arc;

use sponsio_engine::contract::Contract;
use sponsio_engine::event::{Decimal, Event, EventKind, Timestamp, Value};
use sponsio_engine::program::Program;
use sponsio_engine::session::{Scratch, Session};

use crate::Failure;
use crate::contracts::{MIXED, contracts, core, program, regexes, table, tool};

/// What is measured as one.
#[derive(Debug)]
pub struct Workload {
    /// What people read.
    pub name: String,
    program: Arc<Program>,
    session: Session,
    scratch: Scratch,
    events: Vec<Event>,
}

impl Workload {
    /// A fresh session of contracts that say these sentences.
    pub fn new<S: AsRef<str>>(
        name: &str,
        sentences: &[S],
        events: Vec<Event>,
    ) -> Result<Self, Failure> {
        Self::of(name, &contracts(sentences)?, events)
    }

    /// A fresh session of these contracts.
    pub fn of(name: &str, contracts: &[Contract], events: Vec<Event>) -> Result<Self, Failure> {
        let program = program(contracts)?;
        let (session, scratch) = (Session::new(&program), Scratch::new(&program));
        Ok(Self { name: name.to_owned(), program, session, scratch, events })
    }

    /// Steps through all events once; how many calls were stopped.
    pub fn round(&mut self) -> usize {
        let mut stopped = 0usize;
        for event in &self.events {
            let step = self.session.step(core::hint::black_box(event), &mut self.scratch);
            // By reference: handed over by value it would be copied, and the copy would wait for what was just written.
            core::hint::black_box(&step);
            stopped = stopped.saturating_add(usize::from(!step.decision.runs()));
        }
        stopped
    }

    /// Goes through at least this many events, in whole rounds.
    pub fn advance(&mut self, events: usize) {
        for _ in 0..events.div_ceil(self.events.len().max(1)) {
            self.round();
        }
    }

    /// Steps through other events first, so that the session is where the measurement wants it.
    pub fn after(mut self, events: &[Event]) -> Self {
        for event in events {
            self.session.step(event, &mut self.scratch);
        }
        self
    }

    /// Leaves the session in a file.
    #[expect(clippy::disallowed_methods, reason = "a session is handed from process to process")]
    pub fn save(&self, file: &Path) -> Result<(), Failure> {
        let mut bytes = Vec::new();
        self.session.snapshot(&mut bytes);
        Ok(std::fs::write(file, bytes)?)
    }

    /// Goes on with the session that a file holds.
    #[expect(clippy::disallowed_methods, reason = "a session is handed from process to process")]
    pub fn load(&mut self, file: &Path) -> Result<(), Failure> {
        self.session = Session::restore(&self.program, &std::fs::read(file)?)?;
        Ok(())
    }

    /// How many events a round has.
    pub fn events(&self) -> usize {
        self.events.len()
    }

    /// The names of the tools that its events call.
    pub fn names(&self) -> Vec<&str> {
        let calls = self.events.iter().filter_map(|event| match &event.kind {
            EventKind::ToolCall { tool, .. } => Some(&**tool),
            _ => None,
        });
        calls.collect()
    }

    /// The session.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The program.
    pub fn program(&self) -> &Arc<Program> {
        &self.program
    }
}

/// A call without arguments.
pub fn call(tool: &str) -> Event {
    Event::call(Timestamp(0), tool, Value::empty())
}

/// A call with arguments; texts that are numbers become numbers.
pub fn call_with(tool: &str, arguments: &[(&str, &str)]) -> Event {
    let value =
        |text: &str| Decimal::parse(text).map_or_else(|| Value::Text(text.into()), Value::Number);
    let members = arguments.iter().map(|(name, text)| ((*name).into(), value(text))).collect();
    Event::call(Timestamp(0), tool, Value::Object(members))
}

/// A shell command of 200 bytes that none of the expressions matches.
const COMMAND: &str = "cargo build --release --workspace && cp target/release/app dist/bin/ && \
                       tar czf dist/app.tar.gz -C dist bin && sha256sum dist/app.tar.gz > \
                       dist/checksums.txt && ls -la dist/ | tee out/list";

/// Calls of the tools of a table set, in random order.
fn table_calls(tools: usize) -> Vec<Event> {
    let mut random = fastrand::Rng::with_seed(2);
    (0..512).map(|_| call(&tool(random.usize(..tools.max(1))))).collect()
}

fn core_calls() -> Vec<Event> {
    ["core", "partner_0", "core", "partner_1", "core", "partner_2"].map(call).into()
}

/// The names of the workloads of the targets about a step, and of those whose costs are kept without a target.
pub const NAMES: [&str; 13] = [
    "1 contract",
    "20 contracts",
    "1000 contracts, 10 touched",
    "10000 contracts, 100 touched",
    "10000 contracts, 10 touched",
    "10 contracts alone",
    "allowed call",
    "denied call",
    "20 regexes, 200 bytes",
    "20 regexes, denied",
    "20 mixed contracts",
    "unmentioned tool",
    "alike tool",
];

/// Each call is looked at by four contracts, and moves the same ones whether it is allowed or denied; denied, one of
/// them objects besides.
const PAY: [&str; 7] = [
    "formula: !called(pay) W called(check)",
    "every `pay` must be followed by `notify`",
    "after `freeze`, tool `pay` is forbidden",
    "tools `pay` and `cancel` are mutually exclusive",
    "formula: !called(notify) W called(check)",
    "after `freeze`, tool `notify` is forbidden",
    "tools `notify` and `mute` are mutually exclusive",
];

/// All of them.
pub fn all() -> Result<Vec<Workload>, Failure> {
    NAMES.into_iter().map(named).collect()
}

/// The workload with this name.
pub fn named(name: &str) -> Result<Workload, Failure> {
    let table_of =
        |count: usize, tools: usize| Workload::new(name, &table(count, tools), table_calls(tools));
    let bash = |command: &str| {
        call_with("bash", &[("command", command), ("timeout", "60"), ("cwd", "src")])
    };
    let pay = |before: &[&str]| {
        let before: Vec<Event> = before.iter().copied().map(call).collect();
        Ok(Workload::new(name, &PAY, vec![call("pay"), call("notify")])?.after(&before))
    };
    match name {
        "1 contract" => table_of(1, 1),
        "20 contracts" => table_of(20, 15),
        "1000 contracts, 10 touched" => table_of(1_000, 150),
        "10000 contracts, 100 touched" => table_of(10_000, 150),
        "10000 contracts, 10 touched" => {
            let many: Vec<String> = core().into_iter().chain(table(9_990, 150)).collect();
            Workload::new(name, &many, core_calls())
        }
        "10 contracts alone" => Workload::new(name, &core(), core_calls()),
        "allowed call" => pay(&["check"]),
        "denied call" => pay(&["check", "pay", "notify", "freeze"]),
        "20 regexes, 200 bytes" => Workload::new(name, &regexes(), vec![bash(COMMAND)]),
        "20 regexes, denied" => Workload::new(name, &regexes(), vec![bash("cd / && sudo ls")]),
        "20 mixed contracts" => Workload::new(name, &MIXED, mixed_calls()),
        "unmentioned tool" => Workload::new(name, &table(20, 15), vec![call("list_channels")]),
        "alike tool" => Workload::new(name, &MIXED, vec![call("Bash"), call("mcp__x__wire")]),
        other => Err(format!("no workload `{other}`").into()),
    }
}

fn mixed_calls() -> Vec<Event> {
    vec![
        call("search"),
        call("check_policy"),
        call_with("issue_refund", &[("amount", "250"), ("order", "A-17")]),
        call("notify"),
        call_with("bash", &[("command", "cargo test --workspace")]),
        call("verify_vendor"),
        call_with("wire", &[("amount", "90")]),
        call_with("read_file", &[("path", "/app/data/a.csv")]),
        call_with("write_file", &[("path", "/app/data/b.csv"), ("text", "a,b")]),
        call_with("sql", &[("query", "select name from customers where id = 5")]),
        call_with("http_get", &[("host", "api.corp.com")]),
        call("open_ticket"),
        call("close_ticket"),
        call("run_tests"),
        call("deploy"),
        call("search"),
        call("search"),
        call("list_channels"),
    ]
}
