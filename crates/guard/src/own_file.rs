//! Files that belong to the guard's owner alone: the log, and the store of sessions.
//!
//! Whoever can put a symbolic link in the place of such a file could choose which file is written to, and whoever can
//! write to it could write what the guard believes. What is not as it should be is an error and stays as it is: a
//! permission that was mended silently would hide that others may have written.
#![expect(clippy::disallowed_methods, reason = "the files are opened here")]

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// Why a file is not used.
#[derive(Debug, thiserror::Error)]
enum Unfit {
    #[error("it is a symbolic link; name the file that it leads to, or remove it")]
    Link,
    #[error("it is not a regular file; name another path")]
    NotAFile,
    #[error("it belongs to another user; name another path")]
    Owner,
    #[error(
        "others than its owner may use it (mode {0:03o}); `chmod 600` it, once it is known who wrote to it"
    )]
    Mode(u32),
    #[error(
        "everybody may rename files in its folder (mode {0:03o}); `chmod 700` the folder, or name another"
    )]
    Folder(u32),
}

impl From<Unfit> for io::Error {
    fn from(unfit: Unfit) -> Self {
        Self::other(unfit)
    }
}

/// Makes the folder of the file, for its owner alone, where it is missing.
pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    let Some(folder) = folder(path).filter(|folder| !folder.exists()) else { return Ok(()) };
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// The folder of a path that names more than a file.
pub(crate) fn folder(path: &Path) -> Option<&Path> {
    path.parent().filter(|folder| !folder.as_os_str().is_empty())
}

/// The file for appending; made where it is missing.
pub(crate) fn for_appending(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    let file = no_link(path, &mut options)?;
    check_folder(path)?;
    Ok(file)
}

/// The file for reading.
pub(crate) fn for_reading(path: &Path) -> io::Result<File> {
    no_link(path, OpenOptions::new().read(true))
}

/// Puts a file with these bytes in the place of the one at the path, if there is one, in one step.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    make_folder(path)?;
    check_folder(path)?;
    let part = path.with_extension(format!("{}.part", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    let written = no_link(&part, &mut options).and_then(|mut file| file.write_all(bytes));
    let placed = written.and_then(|()| std::fs::rename(&part, path));
    if placed.is_err() {
        // It was of no use to anybody.
        let _ = std::fs::remove_file(&part);
    }
    placed
}

fn no_link(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        let flags = i32::try_from((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits()).unwrap_or(0);
        options.mode(0o600).custom_flags(flags);
    }
    let is_link = || path.symlink_metadata().is_ok_and(|found| found.is_symlink());
    let file = options.open(path).map_err(|error| match error {
        _ if is_link() => Unfit::Link.into(),
        error => error,
    })?;
    check_file(&file)?;
    Ok(file)
}

fn check_file(file: &File) -> io::Result<()> {
    let found = file.metadata()?;
    if !found.is_file() {
        return Err(Unfit::NotAFile.into());
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if found.uid() != rustix::process::geteuid().as_raw() {
            return Err(Unfit::Owner.into());
        }
        if found.mode() & 0o077 != 0 {
            return Err(Unfit::Mode(found.mode() & 0o777).into());
        }
    }
    Ok(())
}

/// A folder in which everybody may rename files is none for such a file, unless only owners may do so with theirs.
fn check_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let mode = folder(path).unwrap_or(Path::new(".")).metadata()?.mode();
        if mode & 0o002 != 0 && mode & 0o1000 == 0 {
            return Err(Unfit::Folder(mode & 0o777).into());
        }
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// How many bytes this file has, if it is the one at the path.
pub(crate) fn bytes_at(file: &File, path: &Path) -> io::Result<Option<u64>> {
    let ours = file.metadata()?;
    #[cfg(unix)]
    let is_at = {
        use std::os::unix::fs::MetadataExt;
        match path.symlink_metadata() {
            Ok(found) => (found.dev(), found.ino()) == (ours.dev(), ours.ino()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(error),
        }
    };
    // Elsewhere a file that is open keeps its name.
    #[cfg(not(unix))]
    let is_at = path.exists();
    Ok(is_at.then_some(ours.len()))
}

/// Makes the names of the files in the folder of this one survive the loss of power.
pub(crate) fn keep_names(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder(path).unwrap_or(Path::new(".")))?.sync_all()?;
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
