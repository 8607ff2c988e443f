//! Where the same words are judged otherwise here than by earlier implementations, and why.

use sponsio_engine::formula::{Formula, Node as FormulaNode};

use super::form::{ASSUMPTIONS, GUARANTEES};
use super::{Migrator, entry, get};
use crate::config::activation::speaks_of_first_event_only;
use crate::config::tree::{Key, Node, Scalar, ScalarKind, Value};
use crate::diagnostic::Location;
use crate::pattern::{self, Argument, Instance, as_literal};
use crate::sentence;

const ATTEMPTS: &str = "a call counts as done once it was allowed and did not fail; before, a call that was \
    attempted and failed opened the way too";
const CALLS: &str = "steps are tool calls; before, results, messages and replies were steps too";
const COUNTED: &str = "calls of this session are counted; before, the calls of all agents of a process were, and a \
    rotated session began at zero";
const PERSON: &str =
    "who confirms is not told by the tool's name: if the agent can call it, it can confirm itself";

/// Patterns of which the meaning differs, and how.
const PATTERNS: &[(&str, &str)] = &[
    ("must_precede", ATTEMPTS),
    ("dry_run_before_commit", ATTEMPTS),
    ("backup_before_destructive", ATTEMPTS),
    ("sanitized_before_sink", ATTEMPTS),
    ("must_confirm", PERSON),
    (
        "destructive_action_gate",
        "the approver's permission is one of `permissions` of the agent; before, none could be \
        granted and every call was blocked",
    ),
    (
        "requires_permission",
        "a permission is one of `permissions` of the agent; before, none could be granted and \
        every call was blocked",
    ),
    (
        "segregation_of_duty",
        "what is forbidden is that one agent does both; before, nobody could do both",
    ),
    ("deadline", CALLS),
    ("cooldown", CALLS),
    ("approval_freshness", CALLS),
    ("workflow_step", CALLS),
    ("rate_limit", COUNTED),
    ("idempotent", COUNTED),
    ("irreversible_once", COUNTED),
    ("bounded_retry", COUNTED),
    ("duplicate_call_limit", COUNTED),
    (
        "loop_detection",
        "other events between the calls do not matter; another tool's call ends the run",
    ),
    (
        "arg_value_range",
        "calls of the tool are compared; before, every event was, with 0 where there was no such \
        argument. A missing argument, or one that is no number, is a violation; before, it was let through",
    ),
    (
        "arg_blacklist",
        "the values of the argument are searched as they are; before, their Python spelling was",
    ),
    (
        "arg_allowlist",
        "one of the expressions has to match the whole value; before, a part of it was enough",
    ),
    (
        "scope_limit",
        "paths are compared by their parts, `..` resolved; before, texts were, over all arguments",
    ),
    ("arg_length_limit", "characters of the value are counted; a missing argument is no violation"),
    ("data_intact", "paths are compared by their parts, `..` resolved; before, texts were"),
    (
        "no_data_leak",
        "what one tool gave out must not go into the other; before, agents of these names were meant, \
        and nothing was ever blocked",
    ),
    (
        "untrusted_source_gate",
        "judged from the first call of a source on; before, only if a source was the very first \
        event, and not from a file at all",
    ),
    (
        "confirm_after_source",
        "judged from the first call of the source on; before, only if it was the very first \
        event, and not from a file at all",
    ),
    (
        "token_budget",
        "tokens that models report are counted; before, an argument named `tokens` changed the count",
    ),
    ("delegation_depth_limit", "the depth of delegation is counted; before, it was always 0"),
    (
        "never_together",
        "it forbids both in one session, in either order, as `mutual_exclusion` does",
    ),
    (
        "no_reversal",
        "a contradicting call that comes first is allowed; the commitment has to have been done",
    ),
    (
        "dangerous_bash_commands",
        "each call is judged by itself; before, one violation made every later call one",
    ),
];

/// Keys of a contract that were read over.
const IGNORED: &[&str] = &["name", "strategy", "mode", "source", "E", "enforcement"];

impl Migrator<'_> {
    /// Names inside regular expressions were replaced too.
    pub(super) fn renames(&mut self, key: &Key) {
        let text = "names of tools are replaced; before, every text was, regular expressions included, one entry \
                    after the other";
        self.note(key.location, text);
    }

    /// One entry of a list of contracts.
    pub(super) fn contract_meaning(&mut self, node: &Node) {
        let is_contract =
            GUARANTEES.iter().chain(ASSUMPTIONS).any(|name| entry(node, name).is_some());
        if !is_contract {
            self.clause_meaning(node, false);
            return;
        }
        for name in IGNORED {
            if let Some((key, _)) = entry(node, name) {
                self.note(key.location, format!("`{name}` counts; before, it was passed over"));
            }
        }
        let activated = entry(node, "activate_at").is_some();
        for (names, assumed) in [(ASSUMPTIONS, true), (GUARANTEES, false)] {
            for name in names {
                match get(node, name).map(|node| (node, &node.value)) {
                    Some((_, Value::List(items))) => {
                        items
                            .iter()
                            .for_each(|item| self.clause_meaning(item, assumed && !activated));
                    }
                    Some((node, _)) => self.clause_meaning(node, assumed && !activated),
                    None => {}
                }
            }
        }
        for name in ["risk_profile", "costs", "alpha", "beta"] {
            if let Some((key, node)) = entry(node, name)
                && !matches!(&node.value, Value::Scalar(scalar) if scalar.text.parse() == Ok(1.0_f64))
            {
                let text = format!(
                    "`{name}` is refused, because contracts are exact; before, the guard did not start with it. \
                     Remove it, and choose `strategy: escalate`, `strategy: warn_only` or `mode: observe` for less \
                     than blocking"
                );
                self.note(key.location, text);
            }
        }
    }

    fn clause_meaning(&mut self, node: &Node, alone: bool) {
        match &node.value {
            Value::Scalar(scalar) => self.sentence_meaning(node.location, &scalar.text, alone),
            Value::Map(_) => {
                if let Some(nl) = get(node, "nl") {
                    self.sentence_meaning(nl.location, nl.text().unwrap_or_default(), alone);
                }
                if let Some(ltl) = get(node, "ltl") {
                    self.formula_meaning(ltl.location, ltl.text().unwrap_or_default(), alone);
                }
                if let Some(name) = get(node, "pattern") {
                    self.pattern_meaning(name.location, name.text().unwrap_or_default());
                    if let Some(args) = get(node, "args") {
                        self.arguments_meaning(args);
                    }
                }
            }
            Value::List(_) => {}
        }
    }

    fn pattern_meaning(&mut self, at: Location, name: &str) {
        for (_, text) in PATTERNS.iter().filter(|(known, _)| *known == name) {
            self.note(at, format!("`{name}`: {text}"));
        }
    }

    fn arguments_meaning(&mut self, node: &Node) {
        match &node.value {
            Value::List(items) => items.iter().for_each(|item| self.arguments_meaning(item)),
            Value::Map(entries) => {
                entries.iter().for_each(|(_, node)| self.arguments_meaning(node))
            }
            Value::Scalar(Scalar { text, kind: ScalarKind::Text, .. }) => {
                self.text_meaning(node, text)
            }
            Value::Scalar(_) => {}
        }
    }

    fn text_meaning(&mut self, node: &Node, text: &str) {
        if text.contains("${") {
            let text = "`${…}` stands for itself here; before, it was replaced by the environment, inside regular \
                        expressions too";
            self.note(node.location, text);
        }
        let written = self.text.get(node.location.range()).unwrap_or_default();
        if written == text
            && matches!(&*text.to_lowercase(), "yes" | "no" | "on" | "off" | "y" | "n")
        {
            let text = format!("`{text}` is a text; before, it was a truth value");
            self.note(node.location, text);
        }
    }

    fn formula_meaning(&mut self, at: Location, text: &str, alone: bool) {
        let Ok(formula) = Formula::parse(text) else { return };
        self.first_event(at, &formula, alone);
        let has = |wanted: fn(&FormulaNode) -> bool| formula.nodes().iter().any(wanted);
        if has(|node| matches!(node, FormulaNode::Next(_) | FormulaNode::StrongNext(_))) {
            self.note(
                at,
                "`X` moves from one tool call to the next; before, to the next event of any kind",
            );
        }
        if has(|node| matches!(node, FormulaNode::Compare(..))) {
            let text = "a comparison with something missing, or with no number, is a violation in a guarantee; \
                        before, a missing number was 0";
            self.note(at, text);
        }
        if ["ArgValue(", "CtxValue(", "ArgLength("].iter().any(|word| text.contains(word)) {
            self.note(
                at,
                "`ArgValue` and the like read the argument; before, they were always 0 in a file",
            );
        }
        if has_cut_name(text) {
            let text = "a name with `-`, `.` or `:` is one name; before, these signs were passed over and it was \
                        several";
            self.note(at, text);
        }
        if text.contains("${") {
            self.note(
                at,
                "`${…}` stands for itself here; before, it was replaced by the environment",
            );
        }
    }

    fn first_event(&mut self, at: Location, formula: &Formula, alone: bool) {
        if alone && speaks_of_first_event_only(formula) {
            let text = format!(
                "this assumption speaks of the first event of the session only, as before; to judge from where it \
                 holds, add `activate_at: first_match`, and for any time `F ({formula})`"
            );
            self.note(at, text);
        }
    }

    fn sentence_meaning(&mut self, at: Location, text: &str, alone: bool) {
        let Ok(said) = sentence::parse_all(text) else {
            let text = match alone {
                true => {
                    "this sentence is refused; before, an assumption that was not understood was left out, and \
                         the contract held always"
                }
                false => {
                    "this sentence is refused; before, it was left out of a list, or understood by a keyword in it"
                }
            };
            self.note(at, text);
            return;
        };
        if said.len() > 1 {
            let text = format!(
                "this sentence says {} things; before, only one of them counted",
                said.len()
            );
            self.note(at, text);
        }
        for instance in &said {
            if let Ok(formula) = instance.formula() {
                self.first_event(at, &formula, alone);
            }
            self.instance_meaning(at, text, instance);
        }
    }

    fn instance_meaning(&mut self, at: Location, text: &str, instance: &Instance) {
        let name = instance.pattern().name;
        self.pattern_meaning(at, name);
        let by_order = matches!(
            name,
            "deadline"
                | "no_reversal"
                | "must_precede"
                | "always_followed_by"
                | "audit_after"
                | "must_confirm"
        );
        if by_order {
            let tools: Vec<String> = instance
                .arguments()
                .filter_map(|(parameter, argument)| match argument {
                    Some(Argument::Text(tool)) => Some(format!("`{}` is `{tool}`", parameter.name)),
                    _ => None,
                })
                .collect();
            let text = format!(
                "read by the words between the names: {}; before, often by their order alone",
                tools.join(", ")
            );
            self.note(at, text);
        }
        if matches!(name, "arg_blacklist" | "arg_allowlist" | "scope_limit") {
            let text = "the tool and the argument are those that the words name; before, the first quoted texts were \
                        taken, often the forbidden ones";
            self.note(at, text);
        }
        if has_metacharacters(instance) {
            let text = "quoted text is looked for as it is; before, it was a regular expression. To mean one, write \
                        it between slashes: `/…/`";
            self.note(at, text);
        }
        let windowed = [" per ", "within ", "every "].iter().any(|word| text.contains(word));
        if windowed && instance.pattern().category == pattern::Category::Count {
            self.note(at, "the length of time counts; before, it was passed over and the whole session was meant");
        }
    }
}

/// Whether a literal text of a sentence would have meant something else as a regular expression.
fn has_metacharacters(instance: &Instance) -> bool {
    let is_other = |text: &str| as_literal(text).is_some_and(|literal| literal != text);
    instance.arguments().any(|(parameter, argument)| match argument {
        Some(Argument::List(list)) if parameter.kind == pattern::Kind::RegexList => {
            list.iter().any(|text| is_other(text))
        }
        _ => false,
    })
}

/// Whether a bare name in a formula has a sign that the older reader passed over.
fn has_cut_name(text: &str) -> bool {
    let mut quote = None;
    let mut before = ' ';
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        match quote {
            Some(mark) if c == mark => quote = None,
            Some(_) => {}
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None => {
                let is_sign = matches!(c, '-' | '.' | ':');
                let between = before.is_alphabetic()
                    && letters.peek().is_some_and(|next| next.is_alphabetic());
                if is_sign && between {
                    return true;
                }
            }
        }
        before = c;
    }
    false
}
