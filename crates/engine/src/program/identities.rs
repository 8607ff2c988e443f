//! Which names a formula tells apart.
//!
//! An automaton must know every letter that can come, so every kind of name that a formula tells apart is listed at
//! load: the tools it mentions, the members of its sets, and what names that nobody mentions can be. Of the latter,
//! one can be alike to several tools of one bare name, and match several globs, exactly or only after folding. Which
//! globs can be matched at once is known for a few of them; whether a name is alike to the others is left open, as a
//! namespace can make it so.
//!
//! For more globs than a few, the truth of each is left *open*: what a formula makes of them is then bounded from
//! above, which costs precision and never a decision.

use crate::ground::{Identity, ToolId, Tools, Truth, overlaps};
use crate::limits::GLOBS_TOLD_APART_MAX;

/// Kinds of names that nobody mentions, of which each is looked at where a formula mentions globs.
const KINDS_MAX: usize = 4_096;

/// A kind of name.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Kind {
    identity: Identity,
    /// Groups that such a name may be in, be alike to, or neither.
    open: Vec<ToolId>,
}

/// A name as a hypothesis supposes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Supposed<'t> {
    pub(crate) identity: &'t Identity,
    /// Groups that it may be in, be alike to, or neither.
    pub(crate) open: &'t [ToolId],
}

impl<'t> From<&'t Identity> for Supposed<'t> {
    fn from(identity: &'t Identity) -> Self {
        Self { identity, open: &[] }
    }
}

impl Supposed<'_> {
    /// Whether it may be this tool, or in this group, or be confused with it.
    pub(super) fn may_name(&self, tool: ToolId) -> bool {
        self.open.contains(&tool) || self.identity.names(tool) != Truth::False
    }
}

impl Kind {
    pub(super) fn supposed(&self) -> Supposed<'_> {
        Supposed { identity: &self.identity, open: &self.open }
    }
}

/// Every kind of name that a formula about `told`, which is sorted, tells apart.
pub(super) fn identities(tools: &Tools, told: &[ToolId]) -> Vec<Kind> {
    let mut named: Vec<ToolId> =
        told.iter().flat_map(|tool| tools.members(tool)).copied().collect();
    named.sort_unstable();
    named.dedup();
    let exact =
        |tool: &ToolId| Kind { identity: tools.identity_among(*tool, told), open: Vec::new() };
    let mut kinds: Vec<Kind> = named.iter().map(exact).collect();
    let confused = confusions(tools, told, &named);
    let globbed: Vec<ToolId> =
        told.iter().copied().filter(|group| !tools.globs(*group).is_empty()).collect();
    let matched = told_apart(tools, &globbed, confused.len());
    let Some(matched) = matched else {
        kinds.extend(confused.into_iter().map(|mut alike| {
            alike.retain(|tool| globbed.binary_search(tool).is_err());
            let identity = Identity { exact: None, alike, groups: Vec::new() };
            Kind { identity, open: globbed.clone() }
        }));
        return each_once(kinds);
    };
    let chosen = |bits: u32| {
        let is_chosen = move |(place, _): &(u32, &ToolId)| bits >> place & 1 == 1;
        (0u32..).zip(&globbed).filter(is_chosen).map(|(_, group)| *group)
    };
    for alike in &confused {
        for groups in &matched {
            for folded in (0..choices(&globbed)).filter(|folded| folded & groups == 0) {
                kinds.push(unmentioned(alike, chosen(*groups).collect(), chosen(folded)));
            }
        }
    }
    each_once(kinds)
}

fn each_once(mut kinds: Vec<Kind>) -> Vec<Kind> {
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// How many choices there are of some of a few groups.
fn choices(groups: &[ToolId]) -> u32 {
    u32::try_from(groups.len()).ok().and_then(|n| 1u32.checked_shl(n)).unwrap_or(u32::MAX)
}

/// Which of these groups a name can be in at once, as bits; `None` if there are too many of them, or too many kinds of
/// names with the `confusions` that each of those may have.
fn told_apart(tools: &Tools, globbed: &[ToolId], confusions: usize) -> Option<Vec<u32>> {
    if globbed.len() > GLOBS_TOLD_APART_MAX {
        return None;
    }
    let lists: Vec<_> = globbed.iter().map(|group| tools.globs(*group)).collect();
    let matched = overlaps(&lists).unwrap_or_else(|| (0..choices(globbed)).collect());
    let folded = usize::try_from(choices(globbed)).ok()?;
    let kinds = confusions.checked_mul(matched.len())?.checked_mul(folded)?;
    (globbed.is_empty() || kinds <= KINDS_MAX).then_some(matched)
}

/// A name that no contract mentions.
fn unmentioned(
    alike: &[ToolId],
    groups: Vec<ToolId>,
    folded: impl Iterator<Item = ToolId>,
) -> Kind {
    let mut alike: Vec<ToolId> = alike.iter().copied().chain(folded).collect();
    alike.retain(|tool| !groups.contains(tool));
    alike.sort_unstable();
    alike.dedup();
    Kind { identity: Identity { exact: None, alike, groups }, open: Vec::new() }
}

/// What a name that is none of `named` may be alike to by looking like some of them: those of one bare name.
fn confusions(tools: &Tools, told: &[ToolId], named: &[ToolId]) -> Vec<Vec<ToolId>> {
    let mut bare: Vec<(&str, Vec<ToolId>)> = named
        .iter()
        .map(|tool| {
            let told = |tool: &ToolId| told.binary_search(tool).is_ok();
            (tools.bare(*tool), tools.with_sets_of(*tool).filter(told).collect())
        })
        .collect();
    bare.sort_unstable();
    bare.dedup();
    let mut confusions: Vec<Vec<ToolId>> = vec![Vec::new()];
    for together in bare.chunk_by(|a, b| a.0 == b.0) {
        subsets(together, |alike| confusions.push(alike));
    }
    confusions.sort_unstable();
    confusions.dedup();
    confusions
}

/// What names may be alike to that are confused with several tools at once: all choices of a few tools, else each one
/// and all. A name that falls between makes the step fail, closed.
fn subsets(tools: &[(&str, Vec<ToolId>)], mut visit: impl FnMut(Vec<ToolId>)) {
    const ALL_SUBSETS_MAX: usize = 4;
    let mut union = |chosen: &mut dyn Iterator<Item = &(&str, Vec<ToolId>)>| {
        let mut union: Vec<ToolId> = chosen.flat_map(|(_, alike)| alike).copied().collect();
        union.sort_unstable();
        union.dedup();
        visit(union);
    };
    if tools.len() > ALL_SUBSETS_MAX {
        tools.iter().for_each(|tool| union(&mut core::iter::once(tool)));
        return union(&mut tools.iter());
    }
    for subset in 1..1usize << tools.len() {
        let chosen = tools.iter().enumerate().filter(|(bit, _)| subset >> bit & 1 == 1);
        union(&mut chosen.map(|(_, tool)| tool));
    }
}
