//! From what monitors say of an event to what contracts do: their moves, their objections, and the decision.

use super::Session;
use super::scratch::{Move, Objection, Scratch, Write};
use crate::decision::{Decision, Outcome};
use crate::event::{Event, Timestamp};
use crate::program::{ContractId, Monitor, MonitorId};
use crate::strategy::decide;
use crate::verdict::Verdict;

impl Session {
    /// Puts the moved contracts in order. Those with several monitors have moved if the worst of their verdicts has.
    #[inline(always)]
    pub(super) fn finish_moves(&self, scratch: &mut Scratch) {
        if !scratch.changes.is_empty() {
            self.merge_changes(scratch);
        }
        if scratch.moves.len() > 1 && !scratch.moves.is_sorted_by_key(|moved| moved.contract) {
            scratch.moves.sort_unstable_by_key(|moved| moved.contract);
        }
    }

    #[inline(never)]
    fn merge_changes(&self, scratch: &mut Scratch) {
        let program = self.program();
        let Scratch { changes, moves, .. } = scratch;
        changes.sort_unstable_by_key(|(id, ..)| *id);
        let contract_of = |id: MonitorId| program.owner(id).map(|owner| owner.contract);
        for of_one in changes.chunk_by(|a, b| contract_of(a.0) == contract_of(b.0)) {
            let Some(contract) = of_one.first().and_then(|(id, ..)| contract_of(*id)) else {
                continue;
            };
            let first = program.contract(contract).map_or(0, |c| c.monitors.start);
            let verdict = |(at, sibling): (usize, &Monitor)| {
                let id = MonitorId::new(first.saturating_add(at));
                let change = of_one.iter().find(|(changed, ..)| Some(*changed) == id);
                change.map_or_else(|| sibling.verdict(&self.words), |(_, _, after)| *after)
            };
            let siblings = program.monitors_of(contract).iter().enumerate();
            let after = siblings.map(verdict).min().unwrap_or(Verdict::Holding);
            let before = self.verdict(contract);
            if before != after {
                moves.push(Move { contract, before, after });
            }
        }
    }

    /// From objecting monitors to objections and a decision; leaves out what suppressed contracts would write.
    #[inline(always)]
    pub(super) fn finish_objections(
        &self,
        event: &Event,
        time: Timestamp,
        scratch: &mut Scratch,
    ) -> Decision {
        let is_call = event.is_call();
        let Scratch { objecting, objections, moves, .. } = &mut *scratch;
        if objecting.len() > 1 && !objecting.is_sorted() {
            objecting.sort_unstable();
        }
        let mut decision = Decision::Allow;
        for (id, before) in objecting.iter() {
            let Some(owner) = self.program.owner(*id) else { continue };
            let contract = owner.contract;
            let mut before = *before;
            if !owner.sole {
                if objections.last().is_some_and(|o| o.contract == contract) {
                    continue;
                }
                before = self.verdict(contract);
            }
            let mut outcome = owner.outcome(is_call);
            if outcome == Outcome::Escalated {
                outcome = self.escalated(contract, event, time);
            }
            decision = decide(decision, outcome);
            objections.push(Objection { contract, outcome, before });
        }
        if is_call && !decision.runs() {
            // Nothing of it is applied: `happens` says no.
            moves.clear();
        } else {
            self.leave_out(is_call, scratch);
        }
        decision
    }

    /// What an objection comes to that waits for a person.
    #[cold]
    fn escalated(&self, contract: ContractId, event: &Event, time: Timestamp) -> Outcome {
        match self.is_approved(contract, event, time) {
            true => Outcome::Approved,
            false => Outcome::Escalated,
        }
    }

    /// Leaves out what contracts would write whose objection does not stop the event, and counts the call as one
    /// that did not happen for them.
    #[inline(never)]
    fn leave_out(&self, is_call: bool, scratch: &mut Scratch) {
        let program = self.program();
        let Scratch { objections, writes, changes, moves, .. } = scratch;
        let objects = |contract: ContractId| {
            objections.binary_search_by_key(&contract, |o| o.contract).is_ok()
        };
        writes.retain(|write| !objects(write.contract));
        moves.retain(|moved| !objects(moved.contract));
        changes.retain(|(id, ..)| program.owner(*id).is_some_and(|owner| !objects(owner.contract)));
        if is_call {
            for objection in objections.iter() {
                for at in program.monitors_of(objection.contract).iter().filter_map(|m| m.skipped) {
                    let skipped = self.words.get(at).copied().unwrap_or(0).saturating_add(1);
                    writes.push(Write::new(at, skipped, objection.contract));
                }
            }
        }
        self.finish_moves(scratch);
    }
}
