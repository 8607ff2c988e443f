//! Which contracts an agent has.

use sponsio_engine::contract::Contract;
use sponsio_engine::program::CompileError;

use super::{Agent, Config, Loaded};
use crate::diagnostic::{Code, Diagnostic};
use crate::suggest;

/// The contracts chosen for an agent id.
#[derive(Clone, Debug)]
pub struct Selection<'c> {
    /// The agent of the file whose contracts they are.
    pub agent: &'c Agent,
    /// Says that the id was not in the file and its only agent was taken.
    pub warning: Option<Diagnostic>,
}

impl<'c> Selection<'c> {
    /// The contracts and where they come from; the same order as [`contracts`](Self::contracts).
    pub fn loaded(&self) -> &'c [Loaded] {
        &self.agent.contracts
    }

    /// The contracts for the engine.
    pub fn contracts(&self) -> Vec<Contract> {
        self.agent.contracts.iter().map(|loaded| loaded.contract.clone()).collect()
    }

    /// The diagnostics of contracts that the engine cannot compile.
    pub fn refused(&self, errors: &[CompileError]) -> Vec<Diagnostic> {
        let refused = |error: &CompileError| match self.agent.contracts.get(error.contract()) {
            Some(loaded) => loaded.refused(error),
            None => Diagnostic::new(Code::Compile, self.agent.location, error.to_string()),
        };
        errors.iter().map(refused).collect()
    }
}

impl Config {
    /// The contracts of an agent: those under its id, else those under `*`, else, if the file has exactly
    /// one agent, that agent's with a warning.
    pub fn select(&self, agent: &str) -> Result<Selection<'_>, Box<Diagnostic>> {
        let named = |id: &str| self.agents.iter().find(|a| &*a.id == id);
        if let Some(agent) = named(agent).or_else(|| named("*")) {
            return Ok(Selection { agent, warning: None });
        }
        if let [only] = self.agents.as_slice() {
            let message =
                format!("there is no agent `{agent}`; the contracts of `{}` are used", only.id);
            let warning = Diagnostic::new(Code::OnlyAgent, only.location, message)
                .hint(format!("name the agent `{agent}`, or `\"*\"` for every agent"));
            return Ok(Selection { agent: only, warning: Some(warning) });
        }
        let ids = || self.agents.iter().map(|a| &*a.id);
        let hint = match suggest::nearest(agent, ids()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                let ids: Vec<String> = ids().map(|id| format!("`{id}`")).collect();
                format!("the agents are {}; an agent `\"*\"` stands for all others", ids.join(", "))
            }
        };
        let message = format!("there is no agent `{agent}`");
        Err(Box::new(Diagnostic::without_place(Code::Value, message).hint(hint)))
    }
}
