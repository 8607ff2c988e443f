//! What was heard, brought before the guard; the decision, in the host's words.

use sponsio_engine::decision::{Decision, Outcome};
use sponsio_engine::event::{CallRef, EventKind, Tokens, USER, Value};
use sponsio_engine::strategy::{Mode, Strategy};
use sponsio_guard::Answer;
use sponsio_guard::failure::Failure;
use sponsio_guard::guard::Told;
use sponsio_hosts::{Call, Form, Heard, Host, Reply, Ruling, Unheard, What, universal};
use sponsio_record::schema::canonical::{call_digest, to_hex};
use sponsio_record::schema::value;

use super::desk::Desk;
use super::waiting::{self, Waiting};
use super::{HookArgs, place};
use crate::logs::moment::now;

/// The answer to a payload.
pub(super) fn reply(args: &HookArgs, host: &Host, payload: &[u8]) -> Reply {
    match host.hear(payload, args.event.as_deref()) {
        Ok((heard, sender)) => {
            let ruling = rule(args, sender, &heard);
            if sender.name == host.name {
                sender.reply(&heard.event, heard.form(), &ruling)
            } else {
                sender.reply_as_guest(&heard.event, heard.form(), &ruling)
            }
        }
        Err(error) => match unheard(args, host, &error) {
            ruling if ruling.decision.runs() => host.reply("", Form::Call, &ruling),
            ruling => universal(&ruling),
        },
    }
}

/// What is ruled about a payload that says nothing. It is recorded as a call that could not be judged.
fn unheard(args: &HookArgs, host: &Host, error: &Unheard) -> Ruling {
    let failure = match error {
        Unheard::TooLong | Unheard::TooDeep | Unheard::Name(_) => Failure::PayloadTooLarge,
        Unheard::Empty | Unheard::NotUtf8 | Unheard::NotAnObject(_) | Unheard::Missing(_) => {
            Failure::PayloadMalformed
        }
    };
    match Desk::open(args, host, None) {
        Ok(desk) => {
            let answer = desk.session.not_judged(host.name, failure);
            Ruling::new(answer.decision, &error.to_string())
        }
        Err(ruling) => *ruling,
    }
}

/// What is ruled about what was heard.
fn rule(args: &HookArgs, host: &Host, heard: &Heard) -> Ruling {
    if heard.what == What::Nothing {
        return Ruling::silent();
    }
    let desk = match Desk::open(args, host, Some(heard)) {
        Ok(desk) => desk,
        Err(ruling) => return *ruling,
    };
    let agent = desk.guard.agent().to_owned();
    match &heard.what {
        What::Call(call) => asked(args, &desk, host, heard, call),
        What::Result { call, ended, output } => {
            let args = value::parse(&call.args).unwrap_or_else(|_| Value::empty());
            if waiting::are_there(&desk.state) {
                // It ran, so nobody has to be asked any more.
                let digest = call_digest(&call.tool, &args);
                let id = Waiting::id_of(desk.guard.agent(), &desk.name, digest);
                waiting::remove(&desk.state, &id);
            }
            // What a call returned and cannot be read is not known; that it ended is.
            let output = output.as_deref().and_then(|output| value::parse(output).ok());
            let (id, output) = (call.id.as_deref(), output.unwrap_or_default());
            told(&desk.session.ended(&call.tool, &args, id, *ended, output))
        }
        What::Prompt(text) => told(&desk.session.message(USER, &agent, text)),
        What::Said(text) => told(&desk.session.said(text, None, Tokens::default())),
        What::Delegated(to) => {
            told(&desk.session.observe(EventKind::Delegation { to: to.clone() }))
        }
        What::Stop { again } => stops(&desk, *again),
        What::Over => {
            desk.session.end();
            Ruling::silent()
        }
        What::Began | What::Nothing => Ruling::silent(),
    }
}

/// Whether a call may run.
fn asked(args: &HookArgs, desk: &Desk, host: &Host, heard: &Heard, call: &Call) -> Ruling {
    let hook = args;
    let args = match value::parse(&call.args) {
        Ok(args) => args,
        Err(error) => {
            return told(&desk.session.not_judged(&call.tool, Failure::of_payload(&error)));
        }
    };
    let voice = format!("{} {} {}", host.name, heard.event, heard.dialect);
    let id = CallRef { id: call.id.clone(), ..CallRef::default() };
    let told = desk.session.announced(&call.tool, &args, id, &voice);
    let reason = spoken(told.decision(), told.reason());
    match told.decision() {
        Decision::Escalate => {
            let digest = call_digest(&call.tool, &args);
            let asking = Waiting {
                id: Waiting::id_of(desk.guard.agent(), &desk.name, digest),
                host: host.name.to_owned(),
                session: desk.name.clone(),
                agent: desk.guard.agent().to_owned(),
                config: hook.config.as_deref().map(place::absolute),
                mode: hook.mode.map(|mode| mode.name().to_owned()),
                contracts: asking(&told),
                digest: to_hex(&digest.0),
                tool: call.tool.to_string(),
                call: waiting::shown(&call.args),
                asked: now(),
                refused: false,
            };
            waits(desk, reason, &asking)
        }
        decision => Ruling::new(decision, reason),
    }
}

/// The contracts that let a call run only after a person said so.
fn asking(told: &Told) -> Vec<String> {
    let Told::First(answer) = told else { return Vec::new() };
    let asking = answer.objections.iter().filter(|one| one.outcome == Outcome::Escalated);
    asking.map(|objection| objection.contract.to_string()).collect()
}

/// What is ruled about a call that waits: where a person said no already, it is not asked about again.
fn waits(desk: &Desk, reason: &str, asking: &Waiting) -> Ruling {
    let known = waiting::get(&desk.state, &asking.id);
    if known.as_ref().is_some_and(|known| known.refused) {
        let why = format!("a person refused this call of `{}`; do something else", asking.tool);
        return Ruling::new(Decision::Block, &why);
    }
    let is_there = known.is_some()
        || !asking.contracts.is_empty() && waiting::put(&desk.state, asking).is_ok();
    let how = format!("; a person lets it run with `sponsio approve {}`", asking.id);
    // Without the file nobody can say so, and the host's own question is the only one.
    let how = if is_there { how.as_str() } else { "" };
    Ruling::new(Decision::Escalate, &format!("{reason}{how}"))
}

/// What is ruled about something that happened.
fn told(answer: &Answer) -> Ruling {
    Ruling::new(answer.decision, spoken(answer.decision, &answer.reason))
}

/// What is only recorded is not said.
fn spoken(decision: Decision, reason: &str) -> &str {
    if decision == Decision::Allow { "" } else { reason }
}

/// Whether the agent may stop: not while something is to be met that is enforced. It is told once, so that an agent
/// that cannot meet it ends all the same; what it still owes is in the log.
fn stops(desk: &Desk, again: bool) -> Ruling {
    if again {
        return Ruling::silent();
    }
    let owed = desk.session.owed();
    let program = desk.guard.program();
    let contracts = program.contracts().iter();
    let is_enforced = |contract: &&sponsio_engine::program::CompiledContract| {
        contract.mode() == Mode::Enforce && *contract.strategy() != Strategy::WarnOnly
    };
    let names: Vec<String> = contracts
        .filter(is_enforced)
        .filter(|contract| owed.iter().any(|name| **name == *contract.name()))
        .map(|contract| format!("\"{}\"", contract.name()))
        .collect();
    match names.split_last() {
        None => Ruling::silent(),
        Some((last, [])) => Ruling::new(
            Decision::Block,
            &format!("the contract {last} is still to be met; do what it asks for, then stop"),
        ),
        Some((last, others)) => {
            let names = format!("{} and {last}", others.join(", "));
            let ask = "are still to be met; do what they ask for, then stop";
            Ruling::new(Decision::Block, &format!("the contracts {names} {ask}"))
        }
    }
}
