//! The substitute of a redirected call: judged as the call that it is, with the same arguments.

use super::Session;
use super::scratch::Scratch;
use crate::decision::Outcome;
use crate::event::{Event, EventKind};
use crate::ground::{Content, Given};
use crate::strategy::Strategy;

impl Session {
    /// Whether the substitute of a redirected call may run itself. It may not be redirected again.
    #[inline(never)]
    pub(super) fn substitute_runs(
        &self,
        event: &Event,
        content: &Content<'_>,
        scratch: &mut Scratch,
    ) -> bool {
        let redirected = scratch.objections.iter().filter(|o| o.outcome == Outcome::Redirected);
        let contracts = redirected.filter_map(|o| self.program().contract(o.contract));
        let mut substitutes = contracts.filter_map(|contract| match contract.strategy() {
            Strategy::RedirectToSafe { tool, .. } => Some(tool),
            Strategy::Block | Strategy::Escalate | Strategy::WarnOnly => None,
        });
        let first = substitutes.next();
        // Contracts that ask for different substitutes cannot all be followed, whatever their order.
        let is_one = substitutes.all(|other| Some(other) == first);
        let (Some(safe), Some(inner), EventKind::ToolCall { tool, args, .. }) =
            (first, scratch.inner.as_deref_mut(), &event.kind)
        else {
            return false;
        };
        if safe == tool || !is_one {
            return false;
        }
        scratch.asked_inner = true;
        let mut substitute =
            Event { agent: event.agent.clone(), ..Event::call(event.time, safe, args.clone()) };
        if let (Some(analyst), Content::Event) = (&scratch.analyst, content)
            && let EventKind::ToolCall { tool, args, effects, .. } = &mut substitute.kind
            && self.program().asks_effects()
        {
            *effects = Some(Box::new(analyst.effects(tool, args)));
        }
        let content = match *content {
            Content::Recorded { substitute, each, .. } => {
                Content::Recorded { own: substitute, substitute: Given::default(), each }
            }
            other => other,
        };
        let way = self.way(&substitute, inner);
        let judged = self.judge_without_substitute(way, &substitute, &content, inner);
        judged.decision.runs() && judged.failure.is_none()
    }
}
