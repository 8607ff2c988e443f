//! Through the tree: lists, branches, loops and pipelines.

use sponsio_engine::event::{Certainty, Deed, Flags, Object};

use super::declare::decisive;
use super::printer::Printed;
use super::state::{State, Value};
use super::syntax::{Chain, Command, Kind, Link, List, Pipeline};
use super::{Shell, arithmetic, endless, fields, glob};
use crate::program::Input;
use crate::sink::Sink;
use crate::word::Word;

/// Values that a loop is walked for.
const ROUNDS_MAX: usize = 64;

/// The bodies of the heredocs of the script that is walked.
pub(super) type Bodies<'b> = &'b [&'b str];

impl Shell {
    pub(super) fn list(&mut self, list: &[Chain<'_>], bodies: Bodies<'_>, sink: &mut Sink<'_>) {
        for chain in list {
            if sink.is_full() {
                return;
            }
            self.chain(chain, bodies, sink);
        }
    }

    fn chain(&mut self, chain: &Chain<'_>, bodies: Bodies<'_>, sink: &mut Sink<'_>) {
        if chain.is_background {
            let before = core::mem::replace(&mut self.is_beside, true);
            self.aside(sink, |shell, sink| shell.links(chain, bodies, sink));
            self.is_beside = before;
            self.status = Some(true);
        } else {
            self.links(chain, bodies, sink);
        }
    }

    fn links(&mut self, chain: &Chain<'_>, bodies: Bodies<'_>, sink: &mut Sink<'_>) {
        let here = self.state.cwd.clone();
        self.pipeline(&chain.first, bodies, sink);
        if self.state.cwd != here {
            // With `&&` what follows runs only where the directory was entered.
            self.perhaps_in = chain.rest.is_empty().then_some(here);
        }
        for (link, pipeline) in &chain.rest {
            let is_sure = match link {
                Link::And => self.status == Some(true),
                Link::Or => self.status == Some(false),
            };
            if is_sure {
                self.pipeline(pipeline, bodies, sink);
                continue;
            }
            let (before, lines) = (self.state.clone(), self.lines_read);
            sink.under(Certainty::May, |sink| self.pipeline(pipeline, bodies, sink));
            self.is_input_shared |= self.lines_read != lines;
            // `cd x && make` is taken to have arrived in `x`, as `cd x; make` is.
            let arrived = (*link == Link::And).then(|| self.state.cwd.clone());
            self.state.join(&before);
            self.state.cwd = arrived.unwrap_or_else(|| self.state.cwd.clone());
            self.status = None;
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline<'_>, bodies: Bodies<'_>, sink: &mut Sink<'_>) {
        match pipeline.stages.as_slice() {
            [only] => self.command(only, bodies, sink),
            stages => self.stages(stages, bodies, sink),
        }
        if pipeline.is_negated {
            self.status = self.status.map(|status| !status);
        }
    }

    fn stages(&mut self, stages: &[Command<'_>], bodies: Bodies<'_>, sink: &mut Sink<'_>) {
        let out = core::mem::take(&mut self.out);
        let input = self.input.clone();
        let shared = self.is_input_shared;
        let beside = core::mem::replace(&mut self.is_beside, true);
        let shell_before = core::mem::replace(&mut self.has_started_shell, false);
        for (number, stage) in stages.iter().enumerate() {
            if number > 0 {
                self.input = core::mem::take(&mut self.out).input();
                self.is_input_shared = false;
            }
            let feeds = core::mem::replace(&mut self.has_started_shell, false);
            let mark = sink.mark();
            self.aside(sink, |shell, sink| shell.command(stage, bodies, sink));
            if feeds {
                shell_to_net(mark, sink);
            }
        }
        let last = core::mem::replace(&mut self.out, out);
        self.out.add(last.input());
        (self.input, self.is_beside, self.has_started_shell) = (input, beside, shell_before);
        self.is_input_shared |= shared;
    }

    pub(super) fn command(
        &mut self,
        command: &Command<'_>,
        bodies: Bodies<'_>,
        sink: &mut Sink<'_>,
    ) {
        sink.descend(|sink| match &command.kind {
            Kind::Simple { assignments, words } => {
                self.simple(command, assignments, words, bodies, sink);
            }
            Kind::Broken => {
                sink.command(command.text.trim());
                sink.opaque();
            }
            Kind::Function { name, body } => {
                self.state.define(name, body);
                self.status = Some(true);
            }
            kind if command.redirects.is_empty() => self.compound(kind, bodies, sink),
            kind => {
                let targets = self.targets(&command.redirects, bodies, sink);
                sink.command(command.text);
                let redirected = self.redirect(targets, sink);
                self.connect(&redirected, false, sink);
                self.redirected(redirected, sink, |shell, sink| shell.compound(kind, bodies, sink));
            }
        });
    }

    fn compound(&mut self, kind: &Kind<'_>, bodies: Bodies<'_>, sink: &mut Sink<'_>) {
        match kind {
            Kind::Subshell(list) => self.aside(sink, |shell, sink| shell.list(list, bodies, sink)),
            Kind::Group(list) => self.list(list, bodies, sink),
            Kind::If { arms, otherwise } => self.branches(arms, otherwise, bodies, sink),
            Kind::Loop { condition, is_until, body } => {
                self.while_loop(condition, *is_until, body, bodies, sink);
            }
            Kind::For { name, words, asks, body } => {
                let values = match words {
                    Some(words) => Some(self.words(words, sink)),
                    None => self.state.arguments.as_ref().map(|arguments| arguments.to_vec()),
                };
                decisive(name, sink);
                if values.as_ref().is_some_and(|values| values.len() >= endless::MANY) {
                    endless::exhausts(body, sink);
                }
                let ceiling = if *asks { Certainty::May } else { Certainty::Must };
                sink.under(ceiling, |sink| self.each(name, values, body, bodies, sink));
            }
            Kind::Count { expression, body } => {
                for part in expression.split(';') {
                    self.quoted(part, sink);
                    arithmetic::evaluate(part, &mut self.state);
                }
                for name in expression.split(|c: char| !c.is_alphanumeric() && c != '_') {
                    if self.state.variable(name).is_some() {
                        self.state.forget(name);
                    }
                }
                if endless::counts(expression) {
                    endless::exhausts(body, sink);
                }
                self.repeated(sink, |shell, sink| shell.list(body, bodies, sink));
            }
            Kind::Case { word, arms, falls } => self.case(word, arms, *falls, bodies, sink),
            Kind::Arithmetic(expression) => {
                let expanded = self.quoted(expression, sink);
                let value =
                    expanded.text().and_then(|text| arithmetic::evaluate(text, &mut self.state));
                self.status = value.map(|value| value != 0);
            }
            Kind::Test(words) => {
                self.words(words, sink);
                self.status = None;
            }
            Kind::Coprocess(command) => {
                let before = core::mem::replace(&mut self.is_beside, true);
                self.aside(sink, |shell, sink| shell.command(command, bodies, sink));
                self.is_beside = before;
            }
            Kind::Simple { .. } | Kind::Function { .. } | Kind::Broken => {}
        }
    }

    fn branches(
        &mut self,
        arms: &[(List<'_>, List<'_>)],
        otherwise: &List<'_>,
        bodies: Bodies<'_>,
        sink: &mut Sink<'_>,
    ) {
        let mut ends: Vec<State> = Vec::new();
        let lines = self.lines_read;
        let mut is_first = true;
        for (condition, then) in arms {
            let ceiling = if is_first { Certainty::Must } else { Certainty::May };
            sink.under(ceiling, |sink| self.list(condition, bodies, sink));
            is_first = false;
            let before = self.state.clone();
            sink.under(Certainty::May, |sink| self.list(then, bodies, sink));
            ends.push(core::mem::replace(&mut self.state, before));
            sink.spend(self.state.weight());
        }
        sink.under(Certainty::May, |sink| self.list(otherwise, bodies, sink));
        for end in &ends {
            self.state.join(end);
        }
        self.is_input_shared |= self.lines_read != lines;
        self.status = None;
    }

    /// `while` and `until`: once for each line of a known input that the loop reads, then any number of times.
    fn while_loop(
        &mut self,
        condition: &List<'_>,
        is_until: bool,
        body: &List<'_>,
        bodies: Bodies<'_>,
        sink: &mut Sink<'_>,
    ) {
        let start = self.lines_read;
        self.list(condition, bodies, sink);
        if endless::holds(condition, is_until) {
            endless::exhausts(body, sink);
        }
        let entry = self.state.clone();
        sink.under(Certainty::May, |sink| self.list(body, bodies, sink));
        for _ in 1..ROUNDS_MAX {
            if self.lines_read == start || !self.has_lines() || sink.is_full() {
                break;
            }
            let before = self.state.clone();
            sink.under(Certainty::May, |sink| {
                self.list(condition, bodies, sink);
                self.list(body, bodies, sink);
            });
            self.state.join(&before);
        }
        self.is_input_shared |= self.lines_read != start;
        self.state.join(&entry);
        if self.state != entry || self.lines_read != start {
            let before = self.state.clone();
            sink.under(Certainty::May, |sink| {
                self.list(condition, bodies, sink);
                self.list(body, bodies, sink);
            });
            self.state.join(&before);
        }
        self.status = None;
    }

    /// Whether the input has a next line that is known.
    fn has_lines(&self) -> bool {
        matches!(&self.input, Input::Text(text, _) if text.text().is_some_and(|text| !text.is_empty()))
            && !self.is_input_shared
    }

    /// A body that runs any number of times: twice, so that it sees what it sets.
    fn repeated(&mut self, sink: &mut Sink<'_>, mut body: impl FnMut(&mut Self, &mut Sink<'_>)) {
        let (before, lines) = (self.state.clone(), self.lines_read);
        sink.under(Certainty::May, |sink| body(self, sink));
        self.state.join(&before);
        self.is_input_shared |= self.lines_read != lines;
        if self.state != before || self.lines_read != lines {
            let before = self.state.clone();
            sink.under(Certainty::May, |sink| body(self, sink));
            self.state.join(&before);
        }
        self.status = None;
    }

    fn each(
        &mut self,
        name: &str,
        values: Option<Vec<Word>>,
        body: &List<'_>,
        bodies: Bodies<'_>,
        sink: &mut Sink<'_>,
    ) {
        let values = values.filter(|values| values.len() <= ROUNDS_MAX);
        let is_list = |word: &Word| word.is_unknown();
        match values {
            Some(values) if !values.iter().any(is_list) => {
                for value in values {
                    if sink.is_full() {
                        return;
                    }
                    self.state.set(name, Value::Scalar(value), self.taint);
                    self.list(body, bodies, sink);
                }
            }
            Some(values) => {
                // An unknown word may be any number of words.
                for value in values.into_iter().filter(|value| !is_list(value)) {
                    self.state.set(name, Value::Scalar(value), self.taint);
                    self.list(body, bodies, sink);
                }
                self.any(name, body, bodies, sink);
            }
            None => self.any(name, body, bodies, sink),
        }
        self.status = None;
    }

    fn any(&mut self, name: &str, body: &List<'_>, bodies: Bodies<'_>, sink: &mut Sink<'_>) {
        let flags = self.taint;
        self.state.set(name, Value::Scalar(Word::unknown()), flags);
        self.repeated(sink, |shell, sink| {
            shell.state.set(name, Value::Scalar(Word::unknown()), flags);
            shell.list(body, bodies, sink);
        });
    }

    fn case(
        &mut self,
        word: &str,
        arms: &[(Vec<&str>, List<'_>)],
        falls: bool,
        bodies: Bodies<'_>,
        sink: &mut Sink<'_>,
    ) {
        let value = self.single(word, sink);
        let lines = self.lines_read;
        let before = self.state.clone();
        let mut ends = Vec::new();
        for (patterns, list) in arms {
            let fits = self.fits(&value, patterns, sink);
            if falls {
                // Whatever ran before, this may run after it.
                let before = self.state.clone();
                sink.under(Certainty::May, |sink| self.list(list, bodies, sink));
                self.state.join(&before);
                continue;
            }
            match fits {
                Some(false) => continue,
                Some(true) if ends.is_empty() => return self.list(list, bodies, sink),
                _ => {}
            }
            self.state = before.clone();
            sink.spend(8 + self.state.weight());
            sink.under(Certainty::May, |sink| self.list(list, bodies, sink));
            ends.push(self.state.clone());
        }
        if !falls {
            self.state = before;
        }
        for end in &ends {
            self.state.join(end);
        }
        self.is_input_shared |= self.lines_read != lines;
        self.status = None;
    }

    /// Whether one of the patterns fits; `None` if that is not known.
    fn fits(&mut self, value: &Word, patterns: &[&str], sink: &mut Sink<'_>) -> Option<bool> {
        let mut fits = Some(false);
        for raw in patterns {
            let pattern = self.single(raw, sink);
            sink.spend(fields::text(&pattern).len().saturating_mul(4));
            let this = value.text().and_then(|text| glob::matches(text, &pattern));
            // Which characters a set holds is not looked at.
            let this = this.filter(|fits| !(self.is_lenient || *fits && raw.contains('[')));
            fits = match (fits, this) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            };
        }
        fits
    }

    /// Does `inner` with its input and output where they were redirected to.
    pub(super) fn redirected(
        &mut self,
        redirected: super::redirect::Redirected,
        sink: &mut Sink<'_>,
        inner: impl FnOnce(&mut Self, &mut Sink<'_>),
    ) {
        let shared = self.is_input_shared;
        let is_redirected = redirected.input.is_some();
        let input = match redirected.input {
            Some(input) => {
                self.is_input_shared = false;
                let input = self.known(input);
                core::mem::replace(&mut self.input, input)
            }
            None => Input::None,
        };
        let out = core::mem::take(&mut self.out);
        inner(self, sink);
        let printed: Printed = core::mem::replace(&mut self.out, out);
        if is_redirected {
            (self.input, self.is_input_shared) = (input, shared);
        }
        match redirected.output {
            None => self.out.add(printed.input()),
            Some(None) => {}
            Some(Some((path, adds))) => {
                if !adds && printed.is_known() {
                    sink.mark_write(&path, Flags::TYPED);
                }
                self.written_runs(&path, &printed, sink);
                self.keep(path, printed, adds);
            }
        }
    }

    /// The input, with the content of a file where the script has written it.
    pub(super) fn known(&self, input: Input) -> Input {
        match &input {
            Input::File(path) => self.content(path).map_or(input, |content| content.input()),
            Input::None | Input::Text(..) => input,
        }
    }
}

/// A shell prints into what goes to these hosts.
fn shell_to_net(mark: usize, sink: &mut Sink<'_>) {
    let hosts: Vec<Object> = sink
        .since(mark)
        .iter()
        .filter(|effect| effect.deed.is("net") && matches!(effect.object, Object::Host(_)))
        .map(|effect| effect.object.clone())
        .collect();
    for host in hosts {
        sink.add(Certainty::Must, Deed::NetShell, host, Flags::NONE);
    }
}
