//! A log decided again.
//!
//! Each line is an event without its content and with the truths of what was asked about the content.
//! That is enough to decide it again, by the same path as ever, and to compare what comes out with what
//! was written. With the program that wrote the log every line must come out the same. With another
//! program lines are compared contract by contract, for the contracts that both programs have; an atom
//! that the first program did not ask about counts as false.
//!
//! A line whose number was there already continues what lies before the earlier one: what followed was written, and the
//! store that it was to be put back into never had it, because the process ended or the store failed in between. Number
//! 1 begins the session anew. A log in which somebody doubled a line is found by its chain.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use sponsio_engine::decision::Outcome;
use sponsio_engine::program::Program;
use sponsio_engine::strategy::decide_failure;
use sponsio_record::schema::line::{ContractLine, Line};

use crate::commons::{Common, Commons, Locked};
use crate::identity::Identity;
use crate::limits::RETRACED_EVENTS_MAX;
use crate::live::Live;

/// What a replay came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Lines that were decided again.
    pub lines: usize,
    /// Sessions they belong to.
    pub sessions: usize,
    /// Programs that wrote lines and are not those that decided them again: theirs and ours.
    pub other_programs: Vec<(Box<str>, Box<str>)>,
    /// Contracts of the log that our program does not have, by name.
    pub missing_contracts: Vec<Box<str>>,
    /// The first line that comes out differently.
    pub difference: Option<Difference>,
}

/// A line that comes out differently.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: `{what}` was {recorded}, and is {replayed} when decided again")]
pub struct Difference {
    /// Its number in the log.
    pub line: usize,
    /// The key that differs.
    pub what: String,
    /// What the log says.
    pub recorded: String,
    /// What comes out.
    pub replayed: String,
}

impl Replayed {
    /// Whether every decision was reproduced, by the program that made it.
    pub fn is_exact(&self) -> bool {
        self.difference.is_none() && self.other_programs.is_empty()
    }
}

/// Who gives the program for a line; lines without one are a difference.
type ProgramOf<'p> = &'p mut dyn FnMut(&Line) -> Option<Arc<Program>>;

/// Decides the lines of a log again, up to the first that differs.
pub fn replay(lines: &[(usize, Line)], program_of: ProgramOf<'_>) -> Replayed {
    let mut replaying = Replaying::default();
    for (number, line) in lines {
        let difference = replaying.step(*number, line, program_of);
        if difference.is_some() {
            break;
        }
    }
    replaying.finish()
}

/// Decides every line again, also behind one that differs, and says of each what differs. A session goes on from what
/// came out, so that one difference may lead to others.
pub fn replay_each(
    lines: &[(usize, Line)],
    program_of: ProgramOf<'_>,
) -> (Replayed, Vec<Option<Difference>>) {
    let mut replaying = Replaying::default();
    let each =
        lines.iter().map(|(number, line)| replaying.step(*number, line, program_of)).collect();
    (replaying.finish(), each)
}

/// Sessions that are decided again, and what came of it.
#[derive(Default)]
struct Replaying<'l> {
    replayed: Replayed,
    sessions: BTreeMap<(&'l str, &'l str), Again>,
    /// What they share.
    commons: Commons,
}

impl<'l> Replaying<'l> {
    /// Decides a line again. What differs, if something does.
    fn step(
        &mut self,
        number: usize,
        line: &'l Line,
        program_of: ProgramOf<'_>,
    ) -> Option<Difference> {
        let found = self.decide(line, program_of);
        let difference = found.map(|difference| Difference { line: number, ..difference });
        if difference.is_none() {
            self.replayed.lines = self.replayed.lines.saturating_add(1);
        } else if self.replayed.difference.is_none() {
            self.replayed.difference.clone_from(&difference);
        }
        difference
    }

    fn decide(&mut self, line: &'l Line, program_of: ProgramOf<'_>) -> Option<Difference> {
        let again = match self.sessions.entry((&*line.session, &*line.agent)) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => match program_of(line) {
                Some(program) => entry.insert(Again::new(&program, line, &self.commons)),
                None => {
                    let none = "an agent without contracts".to_owned();
                    return differs("agent", line.agent.to_string(), none);
                }
            },
        };
        let commons = again.commons.clone();
        let mut locked = Locked::all(&commons);
        if let Some(locked) = &mut locked {
            locked.exchange(&mut again.live);
        }
        let difference = one(again, line, &mut self.replayed);
        if let Some(locked) = &mut locked {
            locked.exchange(&mut again.live);
        }
        difference
    }

    fn finish(self) -> Replayed {
        Replayed { sessions: self.sessions.len(), ..self.replayed }
    }
}

fn identity_of(line: &Line) -> Identity {
    Identity {
        session: line.session.clone(),
        user: line.user.clone(),
        parent: line.parent.clone(),
        tree: line.tree.clone(),
    }
}

/// A session that is decided again.
struct Again {
    live: Live,
    /// What it was, by the number of the next event.
    before: VecDeque<(u64, Vec<u8>)>,
    /// What it shares with other sessions.
    commons: Vec<Common>,
}

impl Again {
    fn new(program: &Arc<Program>, line: &Line, commons: &Commons) -> Self {
        let identity = identity_of(line);
        let commons = commons.of(program, &identity, &line.agent).unwrap_or_default();
        let live = Live::of(program, &line.agent, identity);
        Self { live, before: VecDeque::new(), commons }
    }

    fn next(&self) -> u64 {
        self.live.session().events().saturating_add(1)
    }

    /// Goes back to where the line continues, if that lies behind.
    fn retrace(&mut self, line: &Line) {
        if line.seq >= self.next() {
            return;
        }
        while let Some((seq, state)) = self.before.pop_back() {
            if seq == line.seq {
                // What was saved here fits; what does not shows as a difference.
                let _ = self.live.resume(&state, |_| None);
                return;
            }
        }
        if line.seq == 1 {
            let program = Arc::clone(self.live.session().program());
            self.live = Live::of(&program, &line.agent, identity_of(line));
        }
    }

    fn keep(&mut self) {
        if self.before.len() >= RETRACED_EVENTS_MAX {
            self.before.pop_front();
        }
        let mut state = Vec::new();
        self.live.save(&mut state);
        self.before.push_back((self.next(), state));
    }
}

fn one(session: &mut Again, line: &Line, replayed: &mut Replayed) -> Option<Difference> {
    let program = Arc::clone(session.live.session().program());
    let ours = program.hash().to_string();
    let is_same = *line.program == *ours;
    if !is_same {
        let pair = (line.program.clone(), Box::from(ours));
        if !replayed.other_programs.contains(&pair) {
            replayed.other_programs.push(pair);
        }
    }
    if line.failure.is_some() {
        // Nothing was judged and nothing was committed: the mode alone decided.
        let expect = decide_failure(program.failure_mode());
        return compare("decision", &line.decision, &expect);
    }
    if is_same {
        session.retrace(line);
        session.keep();
    }
    let answer = session.live.step_recorded(&line.event(), &line.truths);
    let again = &answer.line;
    if !is_same {
        return common_contracts(&program, line, again, replayed);
    }
    compare("seq", &line.seq, &again.seq)
        .or_else(|| compare("clamped", &line.clamped, &again.clamped))
        .or_else(|| compare("decision", &line.decision, &again.decision))
        .or_else(|| differs("contracts", shown(&line.contracts), shown(&again.contracts)))
        .or_else(|| differs("owed", line.owed.join(", "), again.owed.join(", ")))
}

/// Compares the contracts that both programs have.
fn common_contracts(
    program: &Program,
    line: &Line,
    again: &Line,
    replayed: &mut Replayed,
) -> Option<Difference> {
    for contract in &line.contracts {
        let has = program.contracts().iter().any(|c| c.hash().to_string() == *contract.hash);
        if !has {
            if !replayed.missing_contracts.contains(&contract.contract) {
                replayed.missing_contracts.push(contract.contract.clone());
            }
            continue;
        }
        let ours = again.contracts.iter().find(|c| c.hash == contract.hash);
        let ours = ours.map_or_else(|| "not moved".to_owned(), said);
        let difference =
            differs(&format!("contracts: {}", contract.contract), said(contract), ours);
        if difference.is_some() {
            return difference;
        }
    }
    None
}

fn shown(contracts: &[ContractLine]) -> String {
    let each = contracts.iter().map(|c| format!("{} ({}) {}", c.contract, c.hash, said(c)));
    each.collect::<Vec<_>>().join(", ")
}

fn said(contract: &ContractLine) -> String {
    let outcome = contract.outcome.map_or("moved", Outcome::name);
    format!("{} to {}, {outcome}", contract.before, contract.after)
}

fn compare<T: PartialEq + ToString>(what: &str, recorded: &T, replayed: &T) -> Option<Difference> {
    if recorded == replayed {
        None
    } else {
        differs(what, recorded.to_string(), replayed.to_string())
    }
}

fn differs(what: &str, recorded: String, replayed: String) -> Option<Difference> {
    let what = what.to_owned();
    (recorded != replayed).then_some(Difference { line: 0, what, recorded, replayed })
}
