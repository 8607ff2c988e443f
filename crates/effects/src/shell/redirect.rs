//! Redirections: files that are read and written, connections, texts that are given as input.
//!
//! Copies of descriptors and the devices that keep nothing have no effect. A redirection of a descriptor above 2 is an
//! effect like any other, but what is printed is not taken to go there.

use sponsio_engine::event::{Certainty, Deed, Flags, Host, Object, PathSet};

use super::syntax::{Redirect, RedirectKind};
use super::walk::Bodies;
use super::{Shell, fields};
use crate::program::Input;
use crate::sink::Sink;
use crate::word::{Piece, Word};
use crate::{path, url};

/// A redirection with its target evaluated.
#[derive(Debug)]
pub(super) struct Target {
    fd: Option<u32>,
    kind: RedirectKind,
    word: Word,
    taint: Flags,
}

/// Where the input and output of a command go.
#[derive(Debug, Default)]
pub(super) struct Redirected {
    pub(super) input: Option<Input>,
    /// `Some(None)` is nowhere that is remembered; the mark says whether the output is added to the file.
    pub(super) output: Option<Option<(PathSet, bool)>>,
    /// Connections, with the descriptor.
    pub(super) sockets: Vec<(u32, Host)>,
    /// Whether a connection was opened here, and is not one that was open before.
    opens: bool,
}

impl Shell {
    /// Evaluates the targets; what stands in them has its effects.
    pub(super) fn targets(
        &mut self,
        redirects: &[Redirect<'_>],
        bodies: Bodies<'_>,
        sink: &mut Sink<'_>,
    ) -> Vec<Target> {
        let mut targets = Vec::with_capacity(redirects.len());
        for redirect in redirects {
            let before = core::mem::replace(&mut self.taint, Flags::NONE);
            let word = match redirect.kind {
                RedirectKind::Heredoc { number, is_literal, strips_tabs } => {
                    let body = bodies.get(number).copied().unwrap_or_default();
                    self.heredoc(body, is_literal, strips_tabs, sink)
                }
                _ => self.single(redirect.target, sink),
            };
            let taint = core::mem::replace(&mut self.taint, before);
            targets.push(Target { fd: redirect.fd, kind: redirect.kind, word, taint });
        }
        targets
    }

    fn heredoc(
        &mut self,
        body: &str,
        is_literal: bool,
        strips_tabs: bool,
        sink: &mut Sink<'_>,
    ) -> Word {
        let stripped: String;
        let body = if strips_tabs {
            let lines = body.split_inclusive('\n').map(|line| line.trim_start_matches('\t'));
            stripped = lines.collect();
            &stripped
        } else {
            body
        };
        if is_literal || !body.contains(['$', '`', '\\']) {
            return fields::word(body);
        }
        self.quoted(body, sink)
    }

    /// Adds the effects of redirections.
    pub(super) fn redirect(&mut self, targets: Vec<Target>, sink: &mut Sink<'_>) -> Redirected {
        let mut redirected = Redirected::default();
        for target in targets {
            match target.kind {
                RedirectKind::Heredoc { .. } => {
                    redirected.input = Some(Input::Text(target.word, target.taint));
                }
                RedirectKind::HereString => {
                    let mut word = target.word;
                    word.push(Piece::Text("\n".into()));
                    redirected.input = Some(Input::Text(word, target.taint));
                }
                RedirectKind::CopyInput | RedirectKind::CopyOutput => {
                    self.copy(target, &mut redirected, sink);
                }
                _ => self.file(target, &mut redirected, sink),
            }
        }
        redirected
    }

    /// `2>&1`, `<&3`, `>&-`; of something else, a file.
    fn copy(&mut self, target: Target, redirected: &mut Redirected, sink: &mut Sink<'_>) {
        let is_input = target.kind == RedirectKind::CopyInput;
        let Some(text) = target.word.text() else {
            if !is_input {
                self.file(target, redirected, sink);
            }
            return;
        };
        let text = text.trim_end_matches('-');
        let Ok(from) = text.parse::<u32>() else {
            if !is_input && !text.is_empty() {
                self.file(target, redirected, sink);
            }
            return;
        };
        let to = target.fd.unwrap_or(if is_input { 0 } else { 1 });
        let known = redirected.sockets.iter().chain(&self.state.sockets);
        let Some((_, host)) = known.into_iter().find(|(fd, _)| *fd == from).cloned() else {
            // `>&2` is not what the next command reads.
            if to == 1 && from == 2 {
                redirected.output = Some(None);
            }
            return;
        };
        redirected.socket(to, host);
    }

    fn file(&mut self, target: Target, redirected: &mut Redirected, sink: &mut Sink<'_>) {
        let (default, deed, flags) = match target.kind {
            RedirectKind::Input | RedirectKind::CopyInput => (0, Deed::Read, Flags::NONE),
            RedirectKind::Append | RedirectKind::AppendAll => (1, Deed::Write, Flags::APPEND),
            RedirectKind::Both => (0, Deed::Write, Flags::NONE),
            _ => (1, Deed::Write, Flags::NONE),
        };
        let fd = target.fd.unwrap_or(default);
        if let Some(host) = socket(&target.word) {
            redirected.opens = true;
            if matches!(target.kind, RedirectKind::OutputAll | RedirectKind::CopyOutput) {
                redirected.socket(2, host.clone());
            }
            redirected.socket(fd, host);
            return;
        }
        if is_device(&target.word) {
            if fd == 1 {
                redirected.output = Some(None);
            }
            return;
        }
        let path = path::resolve(&target.word, &self.state.cwd, sink.context);
        let certainty = certainty(&target.word, &path);
        if target.kind == RedirectKind::Both {
            sink.add(certainty, Deed::Read, Object::Path(path.clone()), Flags::NONE);
        }
        sink.add(certainty, deed, Object::Path(path.clone()), flags);
        match (fd, deed) {
            (0, _) => redirected.input = Some(Input::File(path)),
            (1, _) => redirected.output = Some(Some((path, flags == Flags::APPEND))),
            _ => {}
        }
    }

    /// Adds what connections mean for a command. `is_shell`: it does what its input tells it.
    pub(super) fn connect(&mut self, redirected: &Redirected, is_shell: bool, sink: &mut Sink<'_>) {
        for (fd, host) in &redirected.sockets {
            let others = || redirected.sockets.iter().filter(|(_, other)| other == host);
            let is_both = others().any(|(fd, _)| *fd == 0) && others().any(|(fd, _)| *fd == 1);
            let deed = match fd {
                0..=2 if is_shell || is_both => Deed::NetShell,
                0 if redirected.opens => Deed::NetReceive,
                1 | 2 if redirected.opens => Deed::NetSend,
                _ if redirected.opens => Deed::NetConnect,
                _ => continue,
            };
            sink.add(Certainty::Must, deed, Object::Host(host.clone()), Flags::NONE);
        }
    }
}

impl Redirected {
    fn socket(&mut self, fd: u32, host: Host) {
        match fd {
            0 => self.input = Some(Input::Text(Word::unknown(), Flags::REMOTE)),
            1 => self.output = Some(None),
            _ => {}
        }
        self.sockets.push((fd, host));
    }
}

/// How sure it is that the word means what is in the set.
pub(super) fn certainty(word: &Word, path: &PathSet) -> Certainty {
    match word.text() {
        Some(_) => Certainty::Must,
        None if word.is_unknown() || &*path.pattern == "**" => Certainty::Opaque,
        None => Certainty::May,
    }
}

/// The host of `/dev/tcp/host/port`.
fn socket(word: &Word) -> Option<Host> {
    let text = fields::text(word);
    let rest = text.strip_prefix("/dev/tcp/").or_else(|| text.strip_prefix("/dev/udp/"))?;
    let (name, port) = rest.split_once('/').unwrap_or((rest, ""));
    let known = format!("{name}:{port}");
    let host = if known.contains(fields::GAP) { None } else { url::host(&Word::known(known)) };
    Some(host.unwrap_or_else(|| Host { name: "*".into(), port: port.parse().ok() }))
}

/// Whether the path is a device that keeps nothing, or one of the command's own descriptors.
fn is_device(word: &Word) -> bool {
    let Some(text) = word.text() else { return false };
    let Some(name) = text.strip_prefix("/dev/") else { return false };
    matches!(name, "null" | "stdout" | "stderr" | "stdin" | "tty" | "zero" | "full")
        || name.strip_prefix("fd/").is_some_and(|fd| matches!(fd, "0" | "1" | "2"))
}
