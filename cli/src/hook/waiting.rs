//! Calls that wait for a person, one file each below the folder of the state.
//!
//! A file says what `sponsio approve` needs: which session, which contracts ask, and the digest of the call, to which
//! an approval is bound. It decides nothing: a call runs because its session holds the approval, and a file that is
//! missing, damaged or forged lets nothing run by itself. A person's no stays in the file, so that the same call is
//! not asked about again.
#![expect(clippy::disallowed_methods, reason = "the files are looked for here")]

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use sponsio_engine::event::Digest;
use sponsio_record::redact;
use sponsio_record::schema::canonical::{digest_from_hex, to_hex};

use super::{HookArgs, HookMode, place};
use crate::limits::{WAITING_BYTES_MAX, WAITING_MAX, WAITING_SECONDS_MAX};
use crate::logs::moment::now;
use crate::output::own_file;

/// Hexadecimal digits of an id.
const ID_DIGITS: usize = 10;
/// Characters of a call that is shown.
const SHOWN_CHARACTERS_MAX: usize = 300;

/// A call that waits for a person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Waiting {
    /// What people call it.
    pub(crate) id: String,
    pub(crate) host: String,
    pub(crate) session: String,
    /// The agent whose contracts ask.
    pub(crate) agent: String,
    /// The contract file that the hook was given.
    pub(crate) config: Option<PathBuf>,
    /// The mode that the hook was given.
    pub(crate) mode: Option<String>,
    /// The contracts that ask.
    pub(crate) contracts: Vec<String>,
    /// The digest of the call, in hexadecimal digits.
    pub(crate) digest: String,
    pub(crate) tool: String,
    /// The arguments, without secrets and cut.
    pub(crate) call: String,
    /// When it was asked, in microseconds since the epoch.
    pub(crate) asked: i64,
    /// Whether a person said no.
    pub(crate) refused: bool,
}

impl Waiting {
    /// The id of a call: the same call of the same session has the same one.
    pub(crate) fn id_of(agent: &str, session: &str, digest: Digest) -> String {
        let key = [agent.as_bytes(), &[0], session.as_bytes(), &[0], &digest.0].concat();
        let mut id = to_hex(&Sha256::digest(key));
        id.truncate(ID_DIGITS);
        id
    }

    /// The digest of the call, if it is one.
    pub(crate) fn digest(&self) -> Option<Digest> {
        digest_from_hex(&self.digest)
    }

    /// The arguments of the hook that asked, with which its guard is opened again.
    pub(crate) fn hook(&self, state: &Path) -> Option<HookArgs> {
        let mode = match self.mode.as_deref() {
            None => None,
            Some("enforce") => Some(HookMode::Enforce),
            Some("observe") => Some(HookMode::Observe),
            Some(_) => return None,
        };
        Some(HookArgs {
            host: self.host.clone(),
            config: self.config.clone(),
            mode,
            agent: Some(self.agent.clone()),
            event: None,
            state: Some(state.to_path_buf()),
            socket: None,
            here: None,
        })
    }

    /// Whether nobody will be asked any more.
    fn is_over(&self) -> bool {
        now().saturating_sub(self.asked) > WAITING_SECONDS_MAX.saturating_mul(1_000_000)
    }
}

/// What is shown of a call.
pub(crate) fn shown(args: &str) -> String {
    redact::explanation(args).chars().take(SHOWN_CHARACTERS_MAX).collect()
}

fn path(state: &Path, id: &str) -> PathBuf {
    place::waiting(state).join(format!("{id}.json"))
}

/// Whether a text can be an id. What is none never becomes a path.
fn is_id(id: &str) -> bool {
    id.len() == ID_DIGITS && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Writes that a call waits, or what was said about it.
pub(crate) fn put(state: &Path, waiting: &Waiting) -> io::Result<()> {
    let folder = place::waiting(state);
    if !folder.is_dir() {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder)?;
    }
    let path = path(state, &waiting.id);
    if !path.exists() {
        make_room(state);
    }
    let text = serde_json::to_vec(waiting).map_err(io::Error::other)?;
    own_file::write(&path, &text)
}

/// The call with this id, if it still waits or was refused.
pub(crate) fn get(state: &Path, id: &str) -> Option<Waiting> {
    if !is_id(id) {
        return None;
    }
    let path = path(state, id);
    let is_file = path.symlink_metadata().is_ok_and(|found| found.is_file());
    let mut text = Vec::new();
    let file = fs::File::open(path).ok().filter(|_| is_file)?;
    file.take(WAITING_BYTES_MAX).read_to_end(&mut text).ok()?;
    let waiting: Waiting = serde_json::from_slice(&text).ok()?;
    Some(waiting).filter(|waiting| waiting.id == id && !waiting.is_over())
}

/// Whether calls were ever waiting.
pub(crate) fn are_there(state: &Path) -> bool {
    place::waiting(state).is_dir()
}

/// Forgets a call.
pub(crate) fn remove(state: &Path, id: &str) {
    if is_id(id) {
        // It is gone in any case.
        let _ = fs::remove_file(path(state, id));
    }
}

/// All calls that wait, the oldest first.
pub(crate) fn all(state: &Path) -> Vec<Waiting> {
    let mut all: Vec<Waiting> = ids(state).iter().filter_map(|id| get(state, id)).collect();
    all.sort_by(|a, b| (a.asked, &a.id).cmp(&(b.asked, &b.id)));
    all
}

fn ids(state: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(place::waiting(state)) else { return Vec::new() };
    let names =
        entries.filter_map(Result::ok).filter_map(|entry| entry.file_name().into_string().ok());
    let ids = names.filter_map(|name| name.strip_suffix(".json").map(str::to_owned));
    ids.filter(|id| is_id(id)).collect()
}

/// Forgets those that nobody will be asked about, and the oldest of too many.
fn make_room(state: &Path) {
    let ids = ids(state);
    if ids.len() < WAITING_MAX {
        return;
    }
    let known = all(state);
    let oldest = known.len().saturating_sub(WAITING_MAX / 2);
    let is_kept = |id: &String| known.iter().skip(oldest).any(|waiting| waiting.id == *id);
    ids.iter().filter(|id| !is_kept(id)).for_each(|id| remove(state, id));
}
