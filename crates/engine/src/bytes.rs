//! What all forms in bytes have in common: a beginning that says what they are, numbers in little-endian order, texts
//! behind their lengths, and a checksum at the end. Reading is total: whatever the bytes are, every read is checked.
//!
//! The checksum, XXH3, finds damage; it does not authenticate, which is for whoever stores the bytes.

use twox_hash::XxHash3_64;

/// Why bytes cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// They do not begin as they should.
    Beginning,
    /// They are of another version.
    Version { found: u8, expected: u8 },
    /// They are damaged, truncated or too long.
    Damaged,
}

/// Appends what `write` writes, behind the beginning and before the checksum that [`body_of`] looks at.
pub(crate) fn frame(
    out: &mut Vec<u8>,
    (magic, version): (&[u8; 4], u8),
    write: impl FnOnce(&mut Vec<u8>),
) {
    let first = out.len();
    out.extend_from_slice(magic);
    out.extend_from_slice(&[version, 0, 0, 0]);
    write(out);
    let sum = checksum(out.get(first..).unwrap_or(&[]));
    out.extend_from_slice(&sum.to_le_bytes());
}

/// What lies between the beginning, which is a word, a version and three zeros, and the checksum.
pub(crate) fn body_of<'b>(
    bytes: &'b [u8],
    (magic, expected): (&[u8; 4], u8),
    most: usize,
) -> Result<&'b [u8], Flaw> {
    if !bytes.starts_with(magic) {
        return Err(Flaw::Beginning);
    }
    let body = bytes.len().checked_sub(8).filter(|_| bytes.len() <= most);
    let (body, sum) = body.and_then(|at| bytes.split_at_checked(at)).ok_or(Flaw::Damaged)?;
    let mut reader = Reader(body);
    reader.take::<4>()?;
    let [found, ..] = reader.take::<4>()?;
    if found != expected {
        return Err(Flaw::Version { found, expected });
    }
    if sum == checksum(body).to_le_bytes() { Ok(reader.0) } else { Err(Flaw::Damaged) }
}

fn checksum(bytes: &[u8]) -> u64 {
    XxHash3_64::oneshot(bytes)
}

pub(crate) fn put(out: &mut Vec<u8>, number: usize) {
    out.extend_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
}

/// Reads from the front; every read is checked.
pub(crate) struct Reader<'b>(pub(crate) &'b [u8]);

impl<'b> Reader<'b> {
    pub(crate) fn take<const N: usize>(&mut self) -> Result<[u8; N], Flaw> {
        let (head, tail) = self.0.split_first_chunk::<N>().ok_or(Flaw::Damaged)?;
        self.0 = tail;
        Ok(*head)
    }

    pub(crate) fn length(&mut self) -> Result<usize, Flaw> {
        usize::try_from(u32::from_le_bytes(self.take()?)).map_err(|_| Flaw::Damaged)
    }

    pub(crate) fn bytes(&mut self, count: usize) -> Result<&'b [u8], Flaw> {
        let (head, tail) = self.0.split_at_checked(count).ok_or(Flaw::Damaged)?;
        self.0 = tail;
        Ok(head)
    }

    /// Refuses a count of items that the rest cannot hold, before anything is allocated for them.
    pub(crate) fn within(&self, count: usize, size: usize) -> Result<(), Flaw> {
        let needed = count.checked_mul(size).ok_or(Flaw::Damaged)?;
        if needed <= self.0.len() { Ok(()) } else { Err(Flaw::Damaged) }
    }
}
