//! The seeded errors. Each is a textual edit of one file of the engine; a test checks that it still applies.

/// One seeded error.
pub(crate) struct Mutant {
    /// What is wrong, in a few words.
    pub(crate) name: &'static str,
    /// The file, below `crates/engine/src`.
    pub(crate) file: &'static str,
    /// Texts, each of which occurs exactly once, and what to put in their place.
    pub(crate) edits: &'static [(&'static str, &'static str)],
    /// Why it is an error.
    pub(crate) error: &'static str,
    /// Why it is none, for those that no test can find.
    pub(crate) equivalent: Option<&'static str>,
}

impl Mutant {
    /// The file with the error in it; else which edit does not apply.
    pub(crate) fn apply(&self, source: &str) -> Result<String, String> {
        let mut changed = source.to_string();
        for (from, to) in self.edits {
            match changed.matches(from).count() {
                1 => changed = changed.replacen(from, to, 1),
                count => return Err(format!("`{from}` occurs {count} times in `{}`", self.file)),
            }
        }
        Ok(changed)
    }
}

const fn error(
    name: &'static str,
    file: &'static str,
    edits: &'static [(&'static str, &'static str)],
    error: &'static str,
) -> Mutant {
    Mutant { name, file, edits, error, equivalent: None }
}

const fn equivalent(
    name: &'static str,
    file: &'static str,
    edits: &'static [(&'static str, &'static str)],
    why: &'static str,
) -> Mutant {
    Mutant { name, file, edits, error: "", equivalent: Some(why) }
}

const PROGRESS: &str = "automaton/progress.rs";
const LOWER: &str = "automaton/lower.rs";
const TEMPORAL: &str = "automaton/temporal.rs";
const MINIMIZE: &str = "automaton/minimize.rs";
const LABEL: &str = "automaton/label.rs";
const TABLE: &str = "automaton/table.rs";
const LAZY: &str = "automaton/lazy.rs";
const EVALUATE: &str = "ground/evaluate.rs";
const ROUTE: &str = "program/route.rs";
const EDGE: &str = "program/edge.rs";

pub(crate) const MUTANTS: &[Mutant] = &[
    error(
        "absorption dropped",
        PROGRESS,
        &[("clauses.retain(|_| !absorbed.next().unwrap_or(false));", "let _ = absorbed.next();")],
        "alternatives that others cover stay: the language is the same, the automaton larger",
    ),
    error(
        "absorption ignores implications",
        PROGRESS,
        &[("clauses.iter().map(|c| self.closure(c)).collect();", "clauses.to_vec();")],
        "an alternative that implies a weaker one stays: bounded operators grow",
    ),
    error(
        "implied obligations kept",
        PROGRESS,
        &[("clauses.push(self.without_implied(union));", "clauses.push(union);")],
        "a set keeps what its other members imply: equal residuals look different",
    ),
    error(
        "equal alternatives absorb each other",
        PROGRESS,
        &[("        clauses.dedup();\n", "")],
        "of two equal alternatives none is left",
    ),
    error(
        "until without its first operand",
        PROGRESS,
        &[("let on = self.and(of(f), Some(&self.owed(left)))?;", "let on = self.owed(left);")],
        "`f U g` becomes `F g`",
    ),
    error(
        "release with its operands swapped",
        PROGRESS,
        &[
            ("self.or(of(f), Some(&self.owed(left)))?", "self.or(of(g), Some(&self.owed(left)))?"),
            ("self.and(of(g), Some(&on))?", "self.and(of(f), Some(&on))?"),
        ],
        "`f R g` becomes `g R f`",
    ),
    error(
        "every alternative must accept",
        PROGRESS,
        &[("residual.iter().any(|clause|", "residual.iter().all(|clause|")],
        "one alternative without strong obligations is enough to end",
    ),
    error(
        "acceptance before the first event flipped",
        PROGRESS,
        &[("strong: !accepts_empty(temporal, root)", "strong: accepts_empty(temporal, root)")],
        "`G f` is pending before the first event",
    ),
    equivalent(
        "weak obligations imply strong ones",
        PROGRESS,
        &[("strong.filter(|_| obligation.strong)", "strong")],
        "no formula is owed in both forms: `X` waits for its call by a release, which is owed weakly, \
         and `X!` by an until, which is owed strongly",
    ),
    error(
        "chains imply what is stronger",
        PROGRESS,
        &[("skip(place.saturating_add(1))", "take(*place)")],
        "`F[<=3] f` implies `F[<=2] f`",
    ),
    equivalent(
        "no early end of a false alternative",
        PROGRESS,
        &[("if all.is_empty() {\n                    break;\n                }", "")],
        "a conjunction with false stays false; leaving the loop only saves time",
    ),
    equivalent(
        "obligations of unused subformulas kept",
        PROGRESS,
        &[("if needed.get(at).copied().unwrap_or(false)\n                && let", "if let")],
        "an obligation that no state can contain changes no state",
    ),
    error(
        "weak next is strong",
        LOWER,
        &[(
            "Node::Next(f) => temporal.next_call(propositions.call()?, same(f)?, negated)?",
            "Node::Next(f) => temporal.next_call(propositions.call()?, same(f)?, !negated)?",
        )],
        "`X f` fails at the last call",
    ),
    error(
        "negated strong next stays strong",
        LOWER,
        &[(
            "Node::StrongNext(f) => temporal.next_call(propositions.call()?, same(f)?, !negated)?",
            "Node::StrongNext(f) => temporal.next_call(propositions.call()?, same(f)?, true)?",
        )],
        "`!X! f` is `X !f`, which is weak",
    ),
    error(
        "negated weak until keeps the wrong operand",
        LOWER,
        &[("temporal.until(same(g)?, neither)?", "temporal.until(same(f)?, neither)?")],
        "`!(f W g)` is `!g U (!f & !g)`",
    ),
    error(
        "negated bound keeps its strength",
        LOWER,
        &[("*n, same(f)?, negated)?", "*n, same(f)?, false)?")],
        "`!G[<=n] f` is `F[<=n] !f`",
    ),
    error(
        "bound one call too short",
        TEMPORAL,
        &[("for _ in 0..n {", "for _ in 1..n {")],
        "`F[<=2] f` becomes `F[<=1] f`",
    ),
    error(
        "chain of G not reversed",
        TEMPORAL,
        &[("        if !strong {\n            chain.reverse();\n        }\n", "")],
        "`G[<=2] f` implies `G[<=3] f`",
    ),
    error(
        "chains forgotten",
        TEMPORAL,
        &[("if chain.len() > 1 {", "if chain.len() > 1_000_000 {")],
        "a deadline of n calls takes exponentially many states",
    ),
    error(
        "waiting for a call demands too much",
        TEMPORAL,
        &[("let either = self.or(is_not_call, f)?;", "let either = self.or(f, f)?;")],
        "`X f` demands `f` of events that are no calls",
    ),
    error(
        "until folds a true first operand",
        TEMPORAL,
        &[(
            "_ if f == g || self.op(f) == Op::False => Ok(g)",
            "_ if f == g || self.op(f) == Op::True => Ok(g)",
        )],
        "`F g` becomes `g`",
    ),
    error(
        "minimisation ignores one letter",
        MINIMIZE,
        &[("row.iter().filter_map(target)", "row.iter().skip(1).filter_map(target)")],
        "states that only this letter tells apart are merged",
    ),
    error(
        "minimisation ignores the last letter",
        MINIMIZE,
        &[("row.iter().filter_map(target)", "row.iter().rev().skip(1).filter_map(target)")],
        "states that only this letter tells apart are merged",
    ),
    error(
        "minimisation stops one round early",
        MINIMIZE,
        &[("if refined_count == count {", "if refined_count <= count + 1 {")],
        "states that only long words tell apart are merged",
    ),
    error(
        "no minimisation",
        MINIMIZE,
        &[(
            "let classes = refine(automaton);",
            "let classes: Vec<u32> = (0..).take(refine(automaton).len()).collect();",
        )],
        "equal states stay apart",
    ),
    error(
        "reachability from the wrong states",
        LABEL,
        &[("map(|a| *a == acceptance)", "map(|a| *a != acceptance)")],
        "violated and satisfied are confused",
    ),
    error(
        "reachability of one step only",
        LABEL,
        &[(
            "                *slot = true;\n                stack.push(*from);",
            "                *slot = true;",
        )],
        "a state from which acceptance is two steps away counts as violated",
    ),
    error(
        "class merging ignores one state",
        TABLE,
        &[(
            "columns.entry(column.clone())",
            "columns.entry(column.iter().skip(1).copied().collect())",
        )],
        "letters that only the initial state tells apart are merged",
    ),
    error(
        "since forgets its first operand",
        EVALUATE,
        &[("(second || (first && before)) != inverted", "(second || before) != inverted")],
        "`f S g` becomes `O g`",
    ),
    error(
        "bound of the past one call too short",
        EVALUATE,
        &[("distance <= u64::from(n)", "distance < u64::from(n)")],
        "`O[<=2] f` becomes `O[<=1] f`",
    ),
    error(
        "bound of seconds excludes its end",
        EVALUATE,
        &[(".saturating_sub(kept) <= bound", ".saturating_sub(kept) < bound")],
        "what is exactly 60 s ago is within `O[<=60s]`",
    ),
    error(
        "events that are no calls count as calls",
        EVALUATE,
        &[(
            "Self::Yesterday | Self::OnceCalls(_) if moment.is_call =>",
            "Self::Yesterday | Self::OnceCalls(_) if true =>",
        )],
        "`Y f` holds at the first call after an event with `f`",
    ),
    error(
        "rise misses the first event",
        EVALUATE,
        &[("0 => default,", "0 => !default,")],
        "`rise(f)` holds at the first event if `f` does",
    ),
    error(
        "runs are not broken by other calls",
        EVALUATE,
        &[("self.consecutive && moment.is_call", "self.consecutive && !moment.is_call")],
        "`consecutive_count` is zero at a call of another tool",
    ),
    error(
        "counters do not see the call itself",
        EVALUATE,
        &[("match (counted, self", "match (counted && registers.is_empty(), self")],
        "`count(a)` includes the call that is judged",
    ),
    error(
        "routes ignore registers",
        ROUTE,
        &[("    if effect.changes_registers {\n        return", "    if false {\n        return")],
        "an event that moves no automaton may still be counted",
    ),
    error(
        "routes ignore all but the first state",
        ROUTE,
        &[(
            "(0..table.states()).filter_map(|state| table.entry(state)).all(",
            "(0..1).filter_map(|state| table.entry(state)).all(",
        )],
        "an event that matters only in a later state is not looked at",
    ),
    error(
        "edges leave the state beside the one that they leave",
        EDGE,
        &[("left & !(1 << state)", "left & !(1 << (state ^ 1))")],
        "a monitor that has to move is taken for one that stays",
    ),
    error(
        "lazy steps kept without their letter",
        LAZY,
        &[
            ("cache.next.get(&(entry.state(), letter))", "cache.next.get(&(entry.state(), 0))"),
            (
                "cache.next.insert((entry.state(), letter), next);",
                "cache.next.insert((entry.state(), 0), next);",
            ),
        ],
        "the second letter seen in a state takes the step of the first",
    ),
    error(
        "lazy verdicts never final",
        LAZY,
        &[(
            "Ok(if accepts { Verdict::Satisfied } else { Verdict::Violated })",
            "Ok(if accepts { Verdict::Holding } else { Verdict::Pending })",
        )],
        "a violation is not reported",
    ),
    error(
        "lazy verdicts look one letter ahead",
        LAZY,
        &[("queue.push_back(next);", "drop(next);")],
        "a state from which acceptance is two steps away counts as violated",
    ),
];

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the test reads the engine's sources")]
mod tests {
    use super::*;

    #[test]
    fn every_edit_applies() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/engine/src");
        for mutant in MUTANTS {
            let source = std::fs::read_to_string(root.join(mutant.file)).unwrap();
            let changed =
                mutant.apply(&source).unwrap_or_else(|edit| panic!("`{}`: {edit}", mutant.name));
            assert_ne!(changed, source, "{}", mutant.name);
        }
    }

    #[test]
    fn names_are_distinct() {
        let mut names: Vec<&str> = MUTANTS.iter().map(|mutant| mutant.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), MUTANTS.len());
    }
}
