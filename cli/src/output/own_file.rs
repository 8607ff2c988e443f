//! Files that what was recorded is written to: for their owner alone, whole or not at all.

use std::io::{self, Write as _};
use std::path::Path;

/// Writes a file through another one beside it, which takes its place when it is whole. A symbolic link is not
/// followed: whoever made it would choose what is written over.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if path.symlink_metadata().is_ok_and(|found| found.is_symlink()) {
        return Err(io::Error::other("it is a symbolic link; name the file that it leads to"));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    // Such a file is readable by its owner alone.
    let mut file = tempfile::Builder::new()
        .prefix(".sponsio-")
        .tempfile_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map(|_| ()).map_err(|error| error.error)
}

#[cfg(all(test, unix))]
#[expect(clippy::disallowed_methods, reason = "what was written is read back")]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_file_is_for_its_owner_alone_and_replaced_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        fs::write(&path, "before").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        write(&path, b"after").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"after");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_link_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("f"), folder.path().join("l"));
        fs::write(&path, "before").unwrap();
        symlink(&path, &link).unwrap();
        assert!(write(&link, b"after").unwrap_err().to_string().contains("symbolic link"));
        assert_eq!(fs::read(&path).unwrap(), b"before");
    }
}
