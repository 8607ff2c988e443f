//! Compilation: contracts to a program, under limits, with every error at once.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::digest::{hash_contract, hash_printed, hash_program};
use super::error::{Clause, CompileError, ErrorKind};
use super::hypothesis::{Hypothesis, effect};
use super::identities::{Supposed, identities};
use super::monitor::{Home, Latch, Monitor, MonitorId, Owner, Part};
use super::route::{Kind, KindRoutes, ToolRoute, Touch, touch};
use super::{CompiledContract, ContractId, Group, Options, Program};
use crate::automaton::{Alphabet, Automaton, Form, Temporal, TemporalId, lower};
use crate::contract::{Activation, Contract, KeyPart, Scope};
use crate::formula::Formula;
use crate::ground::{Identity, Plan, Planner, Test, TestsBuilder, ToolId};
use crate::limits::{CONTRACTS_MAX, GUARANTEES_MAX, KEY_PARTS_MAX, STATE_WORDS_MAX};
use crate::strategy::{Mode, Strategy};
use crate::verdict::Verdict;

/// What makes two automata the same.
#[derive(PartialEq, Eq, Hash)]
struct Shape {
    ops: Vec<crate::automaton::TemporalOp>,
    chains: Vec<Vec<TemporalId>>,
    root: TemporalId,
    alphabet: Alphabet,
    form: Form,
}

#[derive(Default)]
struct Builder {
    tests: TestsBuilder,
    automata: HashMap<Shape, Arc<Automaton>, FixedState>,
    /// The words of a fresh session.
    initial: Vec<u32>,
    /// The words of the tail that it may get.
    tail: usize,
    monitors: Vec<Monitor>,
    /// The tools that each monitor mentions.
    mentioned: Vec<Vec<ToolId>>,
    form: Option<Form>,
}

pub(super) fn compile(
    contracts: &[Contract],
    options: &Options,
) -> Result<Program, Vec<CompileError>> {
    compile_with(contracts, options, &[], None)
}

/// The texts of the formulas of a contract: its assumptions and its guarantees, in canonical form.
pub(super) type Texts<'b> = [Vec<&'b str>; 2];

/// Compiles contracts that were compiled before, of whose formulas these are the texts.
pub(super) fn compile_again(
    contracts: &[Contract],
    options: &Options,
    texts: &[Texts<'_>],
) -> Result<Program, Vec<CompileError>> {
    compile_with(contracts, options, &[], Some(texts))
}

/// Compiles contracts; these facts are kept, whether a contract mentions them or not.
fn compile_with(
    contracts: &[Contract],
    options: &Options,
    facts: &[&str],
    texts: Option<&[Texts<'_>]>,
) -> Result<Program, Vec<CompileError>> {
    if contracts.len() > CONTRACTS_MAX {
        let kind = ErrorKind::TooManyContracts(contracts.len());
        return Err(vec![CompileError::new(CONTRACTS_MAX, Clause::Contract, kind)]);
    }
    let mut builder = Builder {
        form: Some(if options.lazy { Form::Lazy } else { Form::Fitting }),
        ..Builder::default()
    };
    builder.tests.matcher.is_known = texts.is_some();
    builder.tests.permissions.clone_from(&options.permissions);
    for fact in facts {
        builder.tests.key(fact);
    }
    let mut errors = Vec::new();
    let mut groups = Vec::new();
    let mut compiled = Vec::with_capacity(contracts.len());
    for (place, contract) in contracts.iter().enumerate() {
        let first = builder.monitors.len();
        let Some(id) = ContractId::new(place) else { continue };
        if contract.for_each.is_some() || contract.scope != Scope::Session {
            match group(id, contract, options) {
                Ok(group) => groups.push(group),
                Err(found) => errors.extend(found.into_iter().map(|error| error.at(place))),
            }
        } else if let Err(found) = builder.contract(id, contract) {
            errors.extend(
                found.into_iter().map(|(clause, kind)| CompileError::new(place, clause, kind)),
            );
            continue;
        }
        let mode = contract.mode.unwrap_or(options.mode);
        compiled.push(CompiledContract {
            id,
            source: contract.clone(),
            mode,
            hash: match texts.and_then(|texts| texts.get(place)) {
                Some(texts) => hash_contract(contract, mode, texts),
                None => hash_printed(contract, mode),
            },
            monitors: first..builder.monitors.len(),
        });
    }
    let words = builder.initial.len().saturating_add(builder.tail);
    if words > STATE_WORDS_MAX {
        let kind = ErrorKind::TooMuchState(words);
        errors.push(CompileError::new(contracts.len().saturating_sub(1), Clause::Contract, kind));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    builder.program(compiled, groups, options).map_err(|message| {
        vec![CompileError::new(0, Clause::Contract, ErrorKind::Regexes(message))]
    })
}

/// Compiles a contract whose state is not that of the session: alone, with tables, so that a state is its words.
fn group(
    id: ContractId,
    contract: &Contract,
    options: &Options,
) -> Result<Group, Vec<CompileError>> {
    let fail = |kind| vec![CompileError::new(0, Clause::Contract, kind)];
    if contract.for_each.as_ref().is_some_and(|for_each| for_each.keys.is_empty()) {
        return Err(fail(ErrorKind::BadKey));
    }
    let for_each = contract.for_each.clone().unwrap_or_default();
    if for_each.keys.len() > KEY_PARTS_MAX {
        return Err(fail(ErrorKind::TooManyKeyParts(for_each.keys.len())));
    }
    let facts: Vec<&str> = for_each
        .keys
        .iter()
        .filter_map(|part| match part {
            KeyPart::Fact(key) => Some(&**key),
            KeyPart::Agent | KeyPart::Argument { .. } => None,
        })
        .collect();
    let mode = contract.mode.unwrap_or(options.mode);
    let scope = Scope::Session;
    let alone = Contract { for_each: None, scope, mode: Some(mode), ..contract.clone() };
    let options = Options { lazy: false, mode, permissions: options.permissions.clone() };
    let program = compile_with(&[alone], &options, &facts, None)?.with_tail();
    if program.has_lazy {
        return Err(fail(ErrorKind::Automaton));
    }
    Group::new(id, contract.scope, Arc::new(program), &for_each)
        .ok_or_else(|| fail(ErrorKind::BadKey))
}

type Errors = Vec<(Clause, ErrorKind)>;

impl Builder {
    fn contract(&mut self, id: ContractId, contract: &Contract) -> Result<(), Errors> {
        let mut errors: Errors = Vec::new();
        if contract.guarantees.is_empty() {
            errors.push((Clause::Contract, ErrorKind::NoGuarantee));
        }
        if contract.guarantees.len() > GUARANTEES_MAX {
            errors
                .push((Clause::Contract, ErrorKind::TooManyGuarantees(contract.guarantees.len())));
        }
        if contract.activation == Activation::FirstMatch && contract.assumptions.is_empty() {
            errors.push((Clause::Contract, ErrorKind::NoActivation));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        for (clause, guarantee) in contract.guarantees.iter().enumerate() {
            if let Err(error) = self.monitor(id, clause, contract, guarantee) {
                errors.push(error);
            }
        }
        if let Strategy::RedirectToSafe { tool, .. } = &contract.strategy {
            match self.tests.tools.mention(tool) {
                Ok(safe) if self.tests.tools.exact(tool) != Some(safe) => {
                    errors.push((Clause::Contract, ErrorKind::RedirectToSeveral(tool.to_string())));
                }
                Ok(safe) if self.mentioned.last().is_some_and(|tools| *tools == [safe]) => {
                    errors.push((Clause::Contract, ErrorKind::SelfRedirect(tool.to_string())));
                }
                Ok(_) => {}
                Err(error) => errors.push((Clause::Contract, ErrorKind::Tools(error))),
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    fn monitor(
        &mut self,
        contract: ContractId,
        clause: usize,
        source: &Contract,
        guarantee: &Formula,
    ) -> Result<(), (Clause, ErrorKind)> {
        let conditional = source.activation == Activation::Always && !source.assumptions.is_empty();
        let activation = match source.activation {
            Activation::Always => None,
            Activation::FirstMatch => Some(self.latch(&source.assumptions)?),
        };
        let assumption = match conditional {
            false => None,
            true => {
                let whole = conjunction(&source.assumptions)
                    .ok_or((Clause::Contract, ErrorKind::TooManyOperations))?;
                let part =
                    self.part(&whole, true, true).map_err(|kind| (Clause::Assumption(0), kind))?;
                Some(part)
            }
        };
        let keep = activation.is_some() || assumption.is_some();
        let guarantee =
            self.part(guarantee, false, keep).map_err(|kind| (Clause::Guarantee(clause), kind))?;
        let plans = [
            Some(&guarantee.plan),
            assumption.as_ref().map(|a| &a.plan),
            activation.as_ref().map(|a| &a.plan),
        ];
        let plans: Vec<&Plan> = plans.into_iter().flatten().collect();
        let skipped = plans.iter().any(|plan| plan.counts_calls);
        let mut mentioned: Vec<ToolId> =
            plans.iter().flat_map(|plan| self.tools_of(plan)).collect();
        mentioned.sort_unstable();
        mentioned.dedup();
        let skipped = skipped.then(|| self.allocate(1));
        self.mentioned.push(mentioned);
        self.monitors.push(Monitor {
            contract,
            clause,
            guarantee,
            assumption,
            activation,
            skipped,
        });
        Ok(())
    }

    /// Words of state, zero in a fresh session; the first one's place.
    fn allocate(&mut self, count: usize) -> usize {
        let first = self.initial.len();
        self.initial.resize(first.saturating_add(count), 0);
        first
    }

    /// Room for the registers of a plan. The place in the tail is counted from the tail's beginning, until it is known
    /// where that is.
    fn home(&mut self, plan: &Plan) -> Home {
        let tail = self.tail;
        self.tail = tail.saturating_add(usize::from(plan.tail));
        Home { own: self.allocate(usize::from(plan.words)), tail }
    }

    fn latch(&mut self, assumptions: &[Formula]) -> Result<Latch, (Clause, ErrorKind)> {
        let once = |formula: &Formula| format!("O ({formula})");
        let text = match assumptions {
            [only] => only.clone(),
            // Several assumptions: active once each has held, at the event at which the last one does.
            _ => {
                let parts: Vec<String> = assumptions.iter().map(once).collect();
                Formula::parse(&parts.join(" & "))
                    .map_err(|_| (Clause::Assumption(0), ErrorKind::FutureInActivation))?
            }
        };
        let at = Clause::Assumption(0);
        let mut planner = Planner::new(&text, true, &mut self.tests)
            .map_err(|e| (at, ErrorKind::plan(e, &text)))?;
        planner.root(&text).ok_or((at, ErrorKind::FutureInActivation))?;
        let plan = planner.finish().map_err(|e| (at, ErrorKind::plan(e, &text)))?;
        let active = self.allocate(1);
        let home = self.home(&plan);
        Ok(Latch { plan, active, home })
    }

    /// Compiles a formula. `keep` asks for an entry even where there is but one state to be in.
    fn part(&mut self, formula: &Formula, lenient: bool, keep: bool) -> Result<Part, ErrorKind> {
        let mut temporal = Temporal::default();
        let mut planner = Planner::new(formula, lenient, &mut self.tests)
            .map_err(|error| ErrorKind::plan(error, formula))?;
        let root = lower(formula, &mut temporal, &mut planner)?;
        let plan = planner.finish().map_err(|error| ErrorKind::plan(error, formula))?;
        let alphabet = self.alphabet(&plan)?;
        let automaton = self.automaton(temporal, root, alphabet);
        let initial = automaton.initial().map_err(|_| ErrorKind::Automaton)?;
        let live = automaton.table().map(|table| {
            let entries = (0..table.states()).filter_map(|s| table.entry(s));
            entries.filter(|e| e.verdict() != Verdict::Violated).count()
        });
        let entry = (keep || live != Some(1)).then(|| self.allocate(1));
        if let Some(slot) = entry.and_then(|at| self.initial.get_mut(at)) {
            *slot = initial.word();
        }
        let armed = (entry.is_some() && automaton.is_armed(initial)).then(|| self.allocate(1));
        let home = self.home(&plan);
        Ok(Part { formula: formula.clone(), plan, automaton, initial, entry, armed, home })
    }

    fn alphabet(&self, plan: &Plan) -> Result<Alphabet, ErrorKind> {
        let mut letters = effect(plan, Hypothesis::Other, &self.tests).letters;
        for kind in identities(&self.tests.tools, &self.tools_of(plan)) {
            let supposed = kind.supposed();
            for hypothesis in Hypothesis::of_tools(supposed) {
                letters.extend(effect(plan, hypothesis, &self.tests).letters);
            }
        }
        Alphabet::new(plan.propositions.len(), letters).map_err(|_| ErrorKind::TooManyLetters)
    }

    fn tools_of(&self, plan: &Plan) -> Vec<ToolId> {
        let mut tools: Vec<ToolId> = plan
            .ops
            .iter()
            .filter_map(|op| match op {
                crate::ground::Op::Test { test, .. } => Some(*test),
                _ => None,
            })
            .filter_map(|test| self.tests.get(test))
            .flat_map(Test::tools)
            .collect();
        tools.sort_unstable();
        tools.dedup();
        tools
    }

    fn automaton(
        &mut self,
        temporal: Temporal,
        root: TemporalId,
        alphabet: Alphabet,
    ) -> Arc<Automaton> {
        let form = self.form.unwrap_or(Form::Fitting);
        let shape = Shape {
            ops: temporal.ops().to_vec(),
            chains: temporal.chains().to_vec(),
            root,
            alphabet: alphabet.clone(),
            form,
        };
        let build = || Automaton::new(&temporal, root, alphabet, form);
        Arc::clone(self.automata.entry(shape).or_insert_with(build))
    }

    fn program(
        mut self,
        contracts: Vec<CompiledContract>,
        groups: Vec<Group>,
        options: &Options,
    ) -> Result<Program, String> {
        let before_tail = self.initial.len();
        for home in self.monitors.iter_mut().flat_map(Monitor::homes) {
            home.tail = home.tail.saturating_add(before_tail);
        }
        let (rows, first_rows) = self.rows();
        let owners = Owner::of_all(&contracts);
        let (tools, kind_routes) = self.routes(&first_rows, &owners);
        let is_lazy = |part: &Part| part.automaton.table().is_none();
        let has_lazy = self.monitors.iter().flat_map(Monitor::parts).any(is_lazy);
        let redirects =
            contracts.iter().any(|c| matches!(c.source.strategy, Strategy::RedirectToSafe { .. }));
        let enforces = contracts.iter().any(|c| c.mode == Mode::Enforce);
        Ok(Program {
            failure_mode: if enforces { Mode::Enforce } else { options.mode },
            mode: options.mode,
            hash: hash_program(&contracts, options),
            owners,
            contracts: contracts.into(),
            monitors: self.monitors.into(),
            tests: self.tests.build()?,
            rows,
            tools: tools.into(),
            kind_routes,
            initial: self.initial.into(),
            tail: self.tail,
            groups: groups.into(),
            permissions: options.permissions.clone(),
            is_lazy: options.lazy,
            redirects,
            has_lazy,
        })
    }

    /// What each tool, each group and each kind of event can move.
    fn routes(
        &self,
        first_rows: &[Option<usize>],
        owners: &[Owner],
    ) -> (Vec<ToolRoute>, KindRoutes) {
        let names = &self.tests.tools;
        let mut tools: Vec<ToolRoute> = names.ids().map(|_| ToolRoute::default()).collect();
        // By tool or group: the mentioned tools that are it, are in it or are alike to it.
        let mut naming: Vec<Vec<ToolId>> = names.ids().map(|_| Vec::new()).collect();
        for tool in names.ids().filter(|tool| !names.is_group(*tool)) {
            let identity = names.identity_of(tool);
            for named in identity.groups.iter().chain(&identity.alike).chain([&tool]) {
                if let Some(list) = naming.get_mut(named.index()) {
                    list.push(tool);
                }
            }
            if let Some(route) = tools.get_mut(tool.index()) {
                route.identity = identity;
            }
        }
        let of = |tool: &ToolId| naming.get(tool.index()).map_or(&[][..], Vec::as_slice);
        let mut kind_routes = KindRoutes::default();
        for (place, (((monitor, mentioned), first), owner)) in
            self.monitors.iter().zip(&self.mentioned).zip(first_rows).zip(owners).enumerate()
        {
            let Some(id) = MonitorId::new(place) else { continue };
            let touched =
                |hypothesis: Hypothesis<'_>| touch(monitor, hypothesis, &self.tests, *first);
            let kinds = [
                (Kind::Call, Hypothesis::Call(Supposed::from(Identity::NONE))),
                (Kind::Denied, Hypothesis::Denied(Supposed::from(Identity::NONE))),
                (Kind::Result, Hypothesis::Result(Supposed::from(Identity::NONE))),
                (Kind::Other, Hypothesis::Other),
            ];
            for (kind, hypothesis) in kinds {
                kind_routes.of_mut(kind).add(id, *owner, touched(hypothesis));
            }
            let mut related: Vec<ToolId> = mentioned.iter().flat_map(of).copied().collect();
            related.extend(mentioned);
            related.sort_unstable();
            related.dedup();
            // Members of a set are the same to a contract that mentions none of them by name.
            let mut known: HashMap<Identity, [Touch; 3], FixedState> = HashMap::default();
            for tool in related {
                let Some(route) = tools.get_mut(tool.index()) else { continue };
                let identity = match names.is_group(tool) {
                    true => Identity { groups: vec![tool], ..Identity::default() },
                    false => route.identity.among(mentioned),
                };
                let [call, denied, ended] = *known.entry(identity).or_insert_with_key(|identity| {
                    let supposed = Supposed::from(identity);
                    Hypothesis::of_tools(supposed).map(touched)
                });
                route.called.add(id, *owner, call);
                route.refused.add(id, *owner, denied);
                route.ended.add(id, *owner, ended);
                route.related.push(id);
                if mentioned.binary_search(&tool).is_ok() {
                    route.mentioning.push(id);
                }
            }
        }
        let needs = &self.tests.needs;
        let is_plain =
            kind_routes.of(Kind::Call).is_empty() && !needs.calls && !needs.follows_values();
        for route in &mut tools {
            route.is_plain = is_plain && route.called.open.is_empty();
        }
        (tools, kind_routes)
    }

    /// All dense tables, each once, and where each monitor's begins.
    fn rows(&self) -> (Box<[u32]>, Vec<Option<usize>>) {
        let mut rows: Vec<u32> = Vec::new();
        let mut placed: HashMap<*const Automaton, usize, FixedState> = HashMap::default();
        let mut first_rows = Vec::with_capacity(self.monitors.len());
        for monitor in &self.monitors {
            let automaton = &monitor.guarantee.automaton;
            first_rows.push(automaton.table().map(|table| {
                *placed.entry(Arc::as_ptr(automaton)).or_insert_with(|| {
                    let first = rows.len();
                    rows.extend(table.entries());
                    first
                })
            }));
        }
        (rows.into(), first_rows)
    }
}

fn conjunction(formulas: &[Formula]) -> Option<Formula> {
    let mut arena = crate::formula::Arena::new();
    let mut whole = None;
    for formula in formulas {
        let next = arena.import(formula)?;
        whole = Some(match whole {
            None => next,
            Some(so_far) => arena.add(crate::formula::Node::And(so_far, next))?,
        });
    }
    whole.map(|root| Formula::new(&arena, root))
}
