//! The files of hosts on the disk: no link is followed, and a file is replaced as a whole or not at all.
#![expect(clippy::disallowed_methods, reason = "the files of hosts are read and written here")]

use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use sponsio_hosts::limits::HOST_FILE_BYTES_MAX;

use crate::failure::Failure;

/// The text of a file; none where there is none.
pub(in crate::command) fn read(path: &Path) -> Result<Option<String>, Failure> {
    match path.symlink_metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::unreadable(path, &error)),
        Ok(found) if found.is_symlink() => {
            return Err(Failure::new(format!("`{}` is a symbolic link", path.display())).hint(
                "put a file in its place, or add the hooks to the file that it leads to by hand",
            ));
        }
        Ok(found) if !found.is_file() => {
            return Err(Failure::new(format!("`{}` is not a file", path.display())));
        }
        Ok(_) => {}
    }
    let mut text = String::new();
    let most = u64::try_from(HOST_FILE_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    fs::File::open(path)
        .and_then(|file| file.take(most).read_to_string(&mut text))
        .map_err(|error| Failure::unreadable(path, &error))?;
    Ok(Some(text))
}

/// Replaces a file, or makes it. What stood in it before the first time is kept beside it.
pub(in crate::command) fn write(
    path: &Path,
    before: Option<&str>,
    text: &str,
    is_executable: bool,
) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::unwritable(path, &error);
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed)?;
    if let Some(before) = before {
        let copy = backup(path);
        if copy.symlink_metadata().is_err() {
            put(&copy, folder, before, path, false).map_err(failed)?;
        }
    }
    put(path, folder, text, path, is_executable).map_err(failed)
}

/// Writes aside and renames. The permissions are those of the file that stood there.
fn put(
    path: &Path,
    folder: &Path,
    text: &str,
    like: &Path,
    is_executable: bool,
) -> std::io::Result<()> {
    let mut aside = tempfile::NamedTempFile::new_in(folder)?;
    aside.write_all(text.as_bytes())?;
    aside.as_file().sync_all()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = match like.symlink_metadata() {
            Ok(found) => found.permissions().mode() & 0o777,
            Err(_) => 0o644,
        };
        let mode = if is_executable { mode | 0o111 } else { mode };
        aside.as_file().set_permissions(fs::Permissions::from_mode(mode))?;
    }
    #[cfg(not(unix))]
    let _ = (like, is_executable);
    aside.persist(path)?;
    Ok(())
}

/// Removes a file that is ours, and the folders of ours that are empty then.
pub(super) fn remove(path: &Path, below: &Path) -> Result<(), Failure> {
    fs::remove_file(path).map_err(|error| Failure::unwritable(path, &error))?;
    let ours = |folder: &&Path| {
        let rest = folder.strip_prefix(below).unwrap_or(Path::new(""));
        rest.components().any(|part| part.as_os_str() == "sponsio")
    };
    for folder in path.ancestors().skip(1).take_while(ours) {
        // A folder in which something else lies stays.
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
    Ok(())
}

/// Removes the copy, where the file is again what it was.
pub(super) fn forget(path: &Path) {
    let copy = backup(path);
    let same = || Some(read(&copy).ok()?? == read(path).ok()??);
    if same() == Some(true) {
        // A copy that stays is only a copy.
        let _ = fs::remove_file(copy);
    }
}

/// Where the copy is.
pub(super) fn backup(path: &Path) -> PathBuf {
    let mut name = path.file_name().map(ToOwned::to_owned).unwrap_or_default();
    name.push(".before-sponsio");
    path.with_file_name(name)
}
