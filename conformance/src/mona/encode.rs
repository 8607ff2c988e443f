//! A temporal formula in MONA's language: positions as first-order variables, facts as sets of positions.
//!
//! The operators are quantifiers, as in Kamp's "Tense logic and the theory of linear order" (1968), read
//! from left to right. Nothing is normalised or shared. The encoding recurses: it is for the formulas that
//! generators make.

use core::fmt::Write;

use sponsio_engine::formula::{Formula, Node, NodeId, Symbol};
use sponsio_engine::ground::catalog::Word;

/// The formula as a MONA program; `None` if it has operators or facts that the encoding does not know.
pub fn encode(formula: &Formula, propositions: &[Symbol]) -> Option<String> {
    let mut encoder = Encoder { formula, propositions, variables: 0 };
    let names: Vec<String> = (0..propositions.len()).map(|place| format!("P{place}")).collect();
    let body = encoder.at(formula.root(), "0")?;
    Some(format!("m2l-str;\nvar2 {};\n{body};\n", names.join(", ")))
}

struct Encoder<'f> {
    formula: &'f Formula,
    propositions: &'f [Symbol],
    variables: usize,
}

impl Encoder<'_> {
    /// That the node holds at position `x`.
    fn at(&mut self, node: NodeId, x: &str) -> Option<String> {
        Some(match self.formula.node(node)? {
            Node::True => "true".into(),
            Node::False => "false".into(),
            Node::Fact(fact) => format!("({x} in {})", self.set(fact)?),
            Node::Not(f) => format!("~{}", self.at(*f, x)?),
            Node::And(f, g) => format!("({} & {})", self.at(*f, x)?, self.at(*g, x)?),
            Node::Or(f, g) => format!("({} | {})", self.at(*f, x)?, self.at(*g, x)?),
            Node::Implies(f, g) => format!("({} => {})", self.at(*f, x)?, self.at(*g, x)?),
            Node::Finally(f) => {
                let y = self.fresh();
                format!("(ex1 {y}: {x} <= {y} & {})", self.at(*f, &y)?)
            }
            Node::Globally(f) => {
                let y = self.fresh();
                format!("(all1 {y}: {x} <= {y} => {})", self.at(*f, &y)?)
            }
            Node::Until(f, g) => self.until(*f, *g, x)?,
            Node::WeakUntil(f, g) => {
                let y = self.fresh();
                let always = format!("(all1 {y}: {x} <= {y} => {})", self.at(*f, &y)?);
                format!("({always} | {})", self.until(*f, *g, x)?)
            }
            Node::Release(f, g) => {
                let (y, z) = (self.fresh(), self.fresh());
                let (here, released) = (self.at(*g, &y)?, self.at(*f, &z)?);
                format!(
                    "(all1 {y}: {x} <= {y} => ({here} | (ex1 {z}: {x} <= {z} & {z} < {y} & {released})))"
                )
            }
            Node::Next(f) => {
                let y = self.fresh();
                format!("(all1 {y}: {} => {})", self.is_next_call(x, &y)?, self.at(*f, &y)?)
            }
            Node::StrongNext(f) => {
                let y = self.fresh();
                format!("(ex1 {y}: {} & {})", self.is_next_call(x, &y)?, self.at(*f, &y)?)
            }
            Node::FinallyWithin(n, f) => {
                let y = self.fresh();
                format!("(ex1 {y}: {} & {})", self.is_within(x, &y, *n)?, self.at(*f, &y)?)
            }
            Node::GloballyWithin(n, f) => {
                let y = self.fresh();
                format!("(all1 {y}: {} => {})", self.is_within(x, &y, *n)?, self.at(*f, &y)?)
            }
            Node::Compare(..)
            | Node::Yesterday(_)
            | Node::Once(_)
            | Node::Historically(_)
            | Node::Since(..)
            | Node::OnceWithin(..)
            | Node::Rise(_) => return None,
        })
    }

    fn until(&mut self, f: NodeId, g: NodeId, x: &str) -> Option<String> {
        let (y, z) = (self.fresh(), self.fresh());
        let (reached, before) = (self.at(g, &y)?, self.at(f, &z)?);
        Some(format!(
            "(ex1 {y}: {x} <= {y} & {reached} & (all1 {z}: ({x} <= {z} & {z} < {y}) => {before}))"
        ))
    }

    /// That `y` is the first call after `x`.
    fn is_next_call(&mut self, x: &str, y: &str) -> Option<String> {
        let calls = self.calls()?;
        let z = self.fresh();
        Some(format!(
            "({x} < {y} & {y} in {calls} & ~(ex1 {z}: {x} < {z} & {z} < {y} & {z} in {calls}))"
        ))
    }

    /// That `y` is `x` or one of the first `n` calls after it: there are no `n + 1` calls up to `y`.
    fn is_within(&mut self, x: &str, y: &str, n: u32) -> Option<String> {
        let calls = self.calls()?;
        let mut more = String::new();
        let mut last = x.to_string();
        for _ in 0..=n {
            let z = self.fresh();
            write!(more, "(ex1 {z}: {last} < {z} & {z} <= {y} & {z} in {calls} & ").ok()?;
            last = z;
        }
        let close = ")".repeat(usize::try_from(n).ok()? + 1);
        Some(format!("({y} = {x} | ({x} < {y} & {y} in {calls} & ~{more}true{close}))"))
    }

    fn calls(&self) -> Option<String> {
        let place = self.propositions.iter().position(|fact| fact.word == Word::CalledAny)?;
        Some(format!("P{place}"))
    }

    fn set(&self, fact: &Symbol) -> Option<String> {
        let place = self.propositions.iter().position(|known| known == fact)?;
        Some(format!("P{place}"))
    }

    fn fresh(&mut self) -> String {
        self.variables += 1;
        format!("x{}", self.variables)
    }
}
