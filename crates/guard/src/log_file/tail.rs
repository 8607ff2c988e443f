//! The end of a file of the log, read from the file.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use sponsio_record::chain::{Link, Sealed};
use sponsio_record::limits::LOG_LINE_BYTES_MAX;

use super::Refused;

/// Bytes that are looked at first: a line is rarely longer.
const WINDOW: u64 = 4 * 1024;

/// What the end of a file is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tail {
    /// The last line; `None` where there is none.
    pub(super) last: Option<Link>,
    /// Bytes up to its end, a line break included.
    pub(super) end: u64,
    /// Bytes behind it, which are an unfinished line.
    pub(super) torn: u64,
    /// Whether it is finished but for its line break.
    pub(super) is_open: bool,
}

impl Tail {
    /// The last line of a file that nobody writes to any more.
    pub(super) fn whole(self) -> io::Result<Link> {
        let error = "the file that was set aside before this one does not end with a line";
        let last = self.last.filter(|_| self.torn == 0 && !self.is_open);
        last.ok_or_else(|| Refused::Tail(error.to_owned()).into())
    }
}

/// The end of a file.
pub(super) fn of(file: &File) -> io::Result<Tail> {
    let bytes = file.metadata()?.len();
    let longest = u64::try_from(LOG_LINE_BYTES_MAX).unwrap_or(u64::MAX).saturating_mul(2);
    let mut window = WINDOW;
    loop {
        let read = last(file, bytes, window)?;
        let is_all = window >= bytes;
        if let Some(tail) = of_bytes(&read, bytes, is_all)? {
            return Ok(tail);
        }
        if window > longest {
            return Err(Refused::Tail("it is longer than a line may be".to_owned()).into());
        }
        window = window.saturating_mul(8);
    }
}

/// The last bytes, at most `window`.
fn last(mut file: &File, bytes: u64, window: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(bytes.saturating_sub(window)))?;
    let mut read = Vec::new();
    file.take(window).read_to_end(&mut read)?;
    Ok(read)
}

/// The end that these last bytes show, if they hold the whole last line.
fn of_bytes(read: &[u8], bytes: u64, is_all: bool) -> io::Result<Option<Tail>> {
    let line_break = |bytes: &[u8]| bytes.iter().rposition(|byte| *byte == b'\n');
    let (lines, rest) = match line_break(read) {
        Some(at) => read.split_at_checked(at.saturating_add(1)).unwrap_or((read, &[])),
        None if is_all => (&[][..], read),
        None => return Ok(None),
    };
    let behind = u64::try_from(rest.len()).unwrap_or(u64::MAX);
    if let Some(link) =
        Some(rest).filter(|rest| !rest.is_empty()).and_then(|rest| Sealed::read(rest).ok())
    {
        return Ok(Some(Tail { last: Some(link.link()), end: bytes, torn: 0, is_open: true }));
    }
    let end = bytes.saturating_sub(behind);
    let Some(line) = lines.strip_suffix(b"\n") else {
        return Ok(Some(Tail { last: None, end, torn: behind, is_open: false }));
    };
    let line = match line_break(line) {
        Some(at) => line.get(at.saturating_add(1)..).unwrap_or_default(),
        None if is_all => line,
        None => return Ok(None),
    };
    let sealed = Sealed::read(line).map_err(|error| Refused::Tail(error.to_string()))?;
    Ok(Some(Tail { last: Some(sealed.link()), end, torn: behind, is_open: false }))
}
