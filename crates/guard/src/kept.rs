//! Programs that are kept on disk, so that a process that judges one call need not read a configuration first.
//!
//! Reading a configuration is asking: for the texts of files, and for variables. A kept program is used where every one
//! of these questions has the same answer again, and where the executable, which the packs are part of, is the same
//! file. Whatever is wrong with what is kept, it is as if it were not there: it is made again from the configuration,
//! which alone decides.
//!
//! ```text
//!  magic "SPKP 1\n"  digest of everything behind it, 32 bytes
//!  agent: text  mode u8  idle seconds: text  log: marks u8, bytes of a file: text
//!  answers u32, each: kind u8, including: text, spec: text, digest of the answer, 32 bytes
//!  the program: text
//! ```
//!
//! A text is its length, u32 little-endian, and its bytes. Answers are kept as digests, since variables may be secrets.

use std::cell::RefCell;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use sponsio_contracts::config::{Log, Sessions, Source, SourceError, Text};
use sponsio_contracts::diagnostic::Files;
use sponsio_engine::limits::PROGRAM_BYTES_MAX;
use sponsio_engine::program::Program;
use sponsio_engine::strategy::Mode;
use sponsio_record::schema::canonical::{digest_of_bytes, to_hex};

use crate::limits::{KEPT_ANSWERS_MAX, KEPT_PROGRAMS_MAX};
use crate::load::{Configuration, LoadError, Prepared};
use crate::own_file;

const MAGIC: &[u8] = b"SPKP 1\n";
/// Bytes of the answers of one configuration, at most.
const ANSWERS_BYTES_MAX: usize = 1024 * 1024;

/// Which program is wanted.
#[derive(Clone, Copy)]
pub struct Wanted<'w> {
    /// What else than the answers of the source the program depends on: the entry, and the mode that was given.
    pub key: &'w str,
    /// What is asked for texts and variables.
    pub source: &'w dyn Source,
    /// Agents that are judged by their own contracts where the configuration names them, the first one first.
    pub rather: &'w [&'w str],
    /// The agent that is judged where it names none of them.
    pub agent: &'w str,
}

impl std::fmt::Debug for Wanted<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wanted").field("key", &self.key).finish_non_exhaustive()
    }
}

/// The program that is wanted: the one kept in `folder`, else the one that `load` makes, which is then kept. That it
/// cannot be kept is no failure.
///
/// # Errors
///
/// The configuration cannot be used.
pub fn prepared(
    folder: &Path,
    wanted: &Wanted<'_>,
    load: impl FnOnce(&dyn Source) -> Result<Configuration, LoadError>,
) -> Result<Prepared, LoadError> {
    let place = place(folder, wanted);
    if let Some(kept) = place.as_deref().and_then(|path| read(path, wanted)) {
        return Ok(kept);
    }
    let listener = Listener { source: wanted.source, answers: RefCell::default() };
    let prepared = load(&listener)?.prepare_first(wanted.rather, wanted.agent)?;
    let answers = listener.answers.into_inner();
    if let Some(path) = place.filter(|_| answers.len() <= KEPT_ANSWERS_MAX) {
        make_room(folder);
        // A full or read-only disk costs time, and nothing else.
        let _ = own_file::replace(&path, &bytes(&prepared, &answers));
    }
    Ok(prepared)
}

/// Where the program is kept; nowhere, if it is not known which executable this is.
fn place(folder: &Path, wanted: &Wanted<'_>) -> Option<PathBuf> {
    let mut key = Vec::new();
    put(&mut key, executable()?.as_bytes());
    put(&mut key, wanted.key.as_bytes());
    put(&mut key, wanted.agent.as_bytes());
    wanted.rather.iter().for_each(|agent| put(&mut key, agent.as_bytes()));
    Some(folder.join(format!("{}.program", to_hex(&digest_of_bytes(&key).0))))
}

/// What tells this executable from any other one that was in its place.
fn executable() -> Option<String> {
    let found = fs::metadata(std::env::current_exe().ok()?).ok()?;
    let version = env!("CARGO_PKG_VERSION");
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let changed = (found.mtime(), found.mtime_nsec(), found.ctime(), found.ctime_nsec());
        Some(format!("{version} {} {} {} {changed:?}", found.dev(), found.ino(), found.len()))
    }
    #[cfg(not(unix))]
    Some(format!("{version} {} {:?}", found.len(), found.modified().ok()?))
}

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The text of the entry.
    Entry,
    /// The text that a file includes.
    Included,
    /// A variable.
    Variable,
}

/// A question, and the digest of the answer to it.
struct Answer {
    kind: Kind,
    including: String,
    spec: String,
    digest: [u8; 32],
}

/// Listens to what is asked for.
struct Listener<'s> {
    source: &'s dyn Source,
    answers: RefCell<Vec<Answer>>,
}

impl Listener<'_> {
    fn note(&self, kind: Kind, including: &str, spec: &str, digest: [u8; 32]) {
        let (including, spec) = (including.to_owned(), spec.to_owned());
        let mut answers = self.answers.borrow_mut();
        if answers.len() <= KEPT_ANSWERS_MAX {
            answers.push(Answer { kind, including, spec, digest });
        }
    }
}

impl Source for Listener<'_> {
    fn read(&self, including: Option<&str>, spec: &str) -> Result<Text, SourceError> {
        let text = self.source.read(including, spec)?;
        let kind = if including.is_some() { Kind::Included } else { Kind::Entry };
        self.note(kind, including.unwrap_or_default(), spec, digest_of_text(&text));
        Ok(text)
    }

    fn variable(&self, name: &str) -> Option<String> {
        let value = self.source.variable(name);
        self.note(Kind::Variable, "", name, digest_of_variable(value.as_deref()));
        value
    }
}

fn digest_of_text(text: &Text) -> [u8; 32] {
    let mut bytes = Vec::with_capacity(text.name.len().saturating_add(text.text.len()));
    put(&mut bytes, text.name.as_bytes());
    put(&mut bytes, text.text.as_bytes());
    digest_of_bytes(&bytes).0
}

fn digest_of_variable(value: Option<&str>) -> [u8; 32] {
    let mut bytes = vec![u8::from(value.is_some())];
    put(&mut bytes, value.unwrap_or_default().as_bytes());
    digest_of_bytes(&bytes).0
}

impl Answer {
    /// Whether the question has the same answer again.
    fn holds(&self, source: &dyn Source) -> bool {
        let text = |including| source.read(including, &self.spec).map(|text| digest_of_text(&text));
        match self.kind {
            Kind::Entry => text(None) == Ok(self.digest),
            Kind::Included => text(Some(self.including.as_str())) == Ok(self.digest),
            Kind::Variable => {
                digest_of_variable(source.variable(&self.spec).as_deref()) == self.digest
            }
        }
    }
}

/// What is kept at the path, if it is whole and holds.
fn read(path: &Path, wanted: &Wanted<'_>) -> Option<Prepared> {
    let most = PROGRAM_BYTES_MAX.saturating_add(ANSWERS_BYTES_MAX);
    let mut bytes = Vec::new();
    let file = own_file::for_reading(path).ok()?;
    file.take(u64::try_from(most).ok()?).read_to_end(&mut bytes).ok()?;
    let (digest, body) = bytes.strip_prefix(MAGIC)?.split_first_chunk::<32>()?;
    if digest_of_bytes(body).0 != *digest {
        return None;
    }
    let mut rest = body;
    let agent = text(&mut rest)?;
    let mode = match byte(&mut rest)? {
        0 => Mode::Observe,
        1 => Mode::Enforce,
        _ => return None,
    };
    let idle_seconds = optional(&mut rest)?;
    let log = log(&mut rest)?;
    for _ in 0..number(&mut rest)? {
        if !answer(&mut rest)?.holds(wanted.source) {
            return None;
        }
    }
    let program = Program::read(piece(&mut rest)?).ok()?;
    let sessions = Sessions { store: None, idle_seconds };
    let (warnings, files) = (Vec::new(), Files::new());
    Some(Prepared { agent: agent.into(), mode, program, sessions, log, warnings, files })
}

/// How the log is kept.
fn log(rest: &mut &[u8]) -> Option<Log> {
    let marks = byte(rest)?;
    let is = |mark: u8| marks & mark != 0;
    let is_required = is(IS_SAID).then_some(is(IS_REQUIRED));
    let file_bytes = optional(rest)?;
    Some(Log { is_on: is(IS_ON), is_required, args: is(ARGS), durable: is(DURABLE), file_bytes })
}

const IS_ON: u8 = 1;
/// Whether it is said that lines are required.
const IS_SAID: u8 = 2;
const IS_REQUIRED: u8 = 4;
const ARGS: u8 = 8;
const DURABLE: u8 = 16;

fn put_log(out: &mut Vec<u8>, log: &Log) {
    let marks = [
        (log.is_on, IS_ON),
        (log.is_required.is_some(), IS_SAID),
        (log.is_required == Some(true), IS_REQUIRED),
        (log.args, ARGS),
        (log.durable, DURABLE),
    ];
    out.push(marks.into_iter().filter(|(is, _)| *is).fold(0, |all, (_, mark)| all | mark));
    put_optional(out, log.file_bytes);
}

/// A number that is not always there, as text.
fn put_optional(out: &mut Vec<u8>, number: Option<u64>) {
    put(out, number.map(|number| number.to_string()).unwrap_or_default().as_bytes());
}

fn optional(rest: &mut &[u8]) -> Option<Option<u64>> {
    match text(rest)? {
        "" => Some(None),
        number => number.parse().ok().map(Some),
    }
}

fn answer(rest: &mut &[u8]) -> Option<Answer> {
    let kind = match byte(rest)? {
        0 => Kind::Entry,
        1 => Kind::Included,
        2 => Kind::Variable,
        _ => return None,
    };
    let (including, spec) = (text(rest)?.to_owned(), text(rest)?.to_owned());
    let (digest, after) = rest.split_first_chunk::<32>()?;
    *rest = after;
    Some(Answer { kind, including, spec, digest: *digest })
}

fn bytes(prepared: &Prepared, answers: &[Answer]) -> Vec<u8> {
    let mut body = Vec::new();
    put(&mut body, prepared.agent.as_bytes());
    body.push(match prepared.mode {
        Mode::Observe => 0,
        Mode::Enforce => 1,
    });
    put_optional(&mut body, prepared.sessions.idle_seconds);
    put_log(&mut body, &prepared.log);
    put_number(&mut body, answers.len());
    for Answer { kind, including, spec, digest } in answers {
        body.push(match kind {
            Kind::Entry => 0,
            Kind::Included => 1,
            Kind::Variable => 2,
        });
        put(&mut body, including.as_bytes());
        put(&mut body, spec.as_bytes());
        body.extend_from_slice(digest);
    }
    let mut program = Vec::new();
    prepared.program.write(&mut program);
    put(&mut body, &program);
    [MAGIC, &digest_of_bytes(&body).0, &body].concat()
}

fn put_number(out: &mut Vec<u8>, number: usize) {
    out.extend_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
}

fn put(out: &mut Vec<u8>, piece: &[u8]) {
    put_number(out, piece.len());
    out.extend_from_slice(piece);
}

fn number(rest: &mut &[u8]) -> Option<usize> {
    let (number, after) = rest.split_first_chunk()?;
    *rest = after;
    usize::try_from(u32::from_le_bytes(*number)).ok()
}

fn byte(rest: &mut &[u8]) -> Option<u8> {
    let (byte, after) = rest.split_first()?;
    *rest = after;
    Some(*byte)
}

fn piece<'b>(rest: &mut &'b [u8]) -> Option<&'b [u8]> {
    let length = number(rest)?;
    let (piece, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(piece)
}

fn text<'b>(rest: &mut &'b [u8]) -> Option<&'b str> {
    core::str::from_utf8(piece(rest)?).ok()
}

/// Removes the oldest of what is kept, where there is no room for one more. Nothing but programs is looked at.
fn make_room(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let is_ours = |path: &PathBuf| {
        path.extension().is_some_and(|extension| extension == "program" || extension == "part")
    };
    let mut found: Vec<_> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(is_ours)
        .filter_map(|path| Some((fs::symlink_metadata(&path).ok()?.modified().ok()?, path)))
        .collect();
    let Some(superfluous) = found.len().checked_sub(KEPT_PROGRAMS_MAX.saturating_sub(1)) else {
        return;
    };
    found.sort();
    for (_, path) in found.into_iter().take(superfluous) {
        // Another process may have removed it.
        let _ = fs::remove_file(path);
    }
}
