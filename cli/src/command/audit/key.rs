//! The files of keys: one that signs checkpoints, for its owner alone, and beside it one that verifies them.
#![expect(clippy::disallowed_methods, reason = "files of keys are read and written here")]

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use sponsio_record::checkpoint::note::{KeyError, Signer, Verifier};
use sponsio_record::limits::NOTE_BYTES_MAX;

use crate::failure::Failure;
use crate::output::text::shown;

/// Makes a key and writes it to a file that is not there yet, and the key that verifies beside it.
pub(super) fn create(path: &Path, name: &str) -> Result<Signer, Failure> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| {
        Failure::new(format!("the system has no random bytes for a key: {error}"))
    })?;
    let signer = Signer::new(name, seed).map_err(|error| Failure::new(error.to_string()))?;
    let public = beside(path);
    write_new(path, &signer.write(), 0o600)?;
    if let Err(failure) = write_new(&public, &signer.verifier().write(), 0o644) {
        // A key without the file that verifies would be in the way of the next attempt.
        let _ = fs::remove_file(path);
        return Err(failure);
    }
    Ok(signer)
}

/// The file of the key that verifies.
pub(super) fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".pub");
    PathBuf::from(name)
}

fn write_new(path: &Path, text: &str, mode: u32) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    let written =
        options.open(path).and_then(|mut file| file.write_all(format!("{text}\n").as_bytes()));
    written.map_err(|error| {
        Failure::unwritable(path, &error)
            .hint("a key is not written over another file; name a path that is free")
    })
}

/// The key that signs in a file, which nobody but its owner may read.
pub(super) fn signer(path: &Path) -> Result<Signer, Failure> {
    let file = File::open(path).map_err(|error| Failure::unreadable(path, &error))?;
    let found = file.metadata().map_err(|error| Failure::unreadable(path, &error))?;
    let signer = Signer::read(&text(path, file)?).map_err(|error| no_key(path, error))?;
    #[cfg(unix)]
    if std::os::unix::fs::MetadataExt::mode(&found) & 0o077 != 0 {
        let path = shown(&path.display().to_string());
        let message = format!("others than its owner may use the key `{path}`");
        return Err(Failure::new(message).hint("make another key, and keep it with `chmod 600`"));
    }
    #[cfg(not(unix))]
    let _ = found;
    Ok(signer)
}

/// The key that verifies in a file. The file of a key that signs is taken as well.
pub(super) fn verifier(path: &Path) -> Result<Verifier, Failure> {
    let file = File::open(path).map_err(|error| Failure::unreadable(path, &error))?;
    let text = text(path, file)?;
    match Signer::read(&text) {
        Ok(signer) => Ok(signer.verifier()),
        Err(_) => Verifier::read(&text).map_err(|error| no_key(path, error)),
    }
}

fn text(path: &Path, file: File) -> Result<String, Failure> {
    let mut text = String::new();
    let most = u64::try_from(NOTE_BYTES_MAX).unwrap_or(u64::MAX);
    file.take(most).read_to_string(&mut text).map_err(|error| Failure::unreadable(path, &error))?;
    Ok(text)
}

fn no_key(path: &Path, error: KeyError) -> Failure {
    Failure::new(format!("`{}` is no key: {error}", shown(&path.display().to_string())))
}
