//! The index as bytes and back.
//!
//! Written in the order of the hashes, so equal states have equal bytes however they came about. Read totally:
//! whatever the bytes are, the answer is an index or an error, and an index writes the same bytes again.

use super::exact::{Entry, Exact};
use super::source::Sources;
use super::table::Table;
use super::user::Said;
use super::{Index, Key};
use crate::limits::{
    PROVENANCE_EXACT_MAX, PROVENANCE_SETS_MAX, PROVENANCE_SLOTS_MAX, PROVENANCE_USER_BYTES_MAX,
};

const VERSION: u8 = 1;
/// 48 bits of fingerprint.
const TAG_BYTES: usize = 6;

/// Why bytes are not an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the provenance of the session cannot be read back; start a session without it")]
pub struct DecodeError;

impl Index {
    /// Appends the index. The key is not written: it belongs to the program.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.push(VERSION);
        put(out, self.seen.bits());
        put(out, self.full().bits());
        let words = self.said.words();
        put_count(out, words.len());
        out.extend(words.as_bytes());
        let entries = self.exact.entries();
        put_count(out, entries.len());
        for entry in entries {
            out.extend(entry.hash.to_le_bytes());
            put(out, entry.whole.bits());
            put(out, entry.token.bits());
        }
        let sets = self.table.sets();
        put_count(out, sets.len());
        sets.iter().for_each(|set| put(out, set.bits()));
        let entries = self.table.sorted();
        put_count(out, entries.len());
        for (tag, sources) in entries {
            let set = sets.binary_search(&sources).ok().and_then(|set| u16::try_from(set).ok());
            out.extend(tag.to_le_bytes().iter().take(TAG_BYTES));
            out.extend(set.unwrap_or_default().to_le_bytes());
        }
    }

    /// The index that was written, and the bytes after it.
    pub fn decode(key: Key, bytes: &[u8]) -> Result<(Self, &[u8]), DecodeError> {
        Self::decode_sized(key, PROVENANCE_SLOTS_MAX, bytes)
    }

    /// As [`decode`](Self::decode), for an index made [`with_slots`](Self::with_slots).
    pub fn decode_sized(
        key: Key,
        slots_max: usize,
        bytes: &[u8],
    ) -> Result<(Self, &[u8]), DecodeError> {
        let mut reader = Reader { bytes };
        read(key, slots_max, &mut reader).map(|index| (index, reader.bytes)).ok_or(DecodeError)
    }
}

fn read(key: Key, slots_max: usize, reader: &mut Reader<'_>) -> Option<Index> {
    if reader.take(1)? != [VERSION] {
        return None;
    }
    let (seen, full) = (reader.sources()?, reader.sources()?);
    let within = |sources: Sources| !sources.is_empty() && sources.and(seen) == sources;
    if full.and(seen) != full {
        return None;
    }
    let count = reader.count(PROVENANCE_USER_BYTES_MAX)?;
    let said = Said::restore(core::str::from_utf8(reader.take(count)?).ok()?)?;
    let mut entries = Vec::new();
    for _ in 0..reader.count(PROVENANCE_EXACT_MAX)? {
        let hash = u128::from_le_bytes(reader.array()?);
        let (whole, token) = (reader.sources()?, reader.sources()?);
        if !within(whole.or(token)) {
            return None;
        }
        entries.push(Entry { hash, whole, token });
    }
    let exact = Exact::restore(&entries)?;
    let mut table = Table::new(slots_max);
    let sets = sets(reader)?;
    if !sets.iter().all(|set| within(*set)) || !table.restore_sets(&sets) {
        return None;
    }
    let mut before = None;
    for _ in 0..reader.count(PROVENANCE_SLOTS_MAX)? {
        let tag = reader.tag()?;
        let sources = *sets.get(usize::from(u16::from_le_bytes(reader.array()?)))?;
        let ordered = before.is_none_or(|before| before < tag);
        if !ordered || !table.restore(tag, sources) {
            return None;
        }
        before = Some(tag);
    }
    table.set_full(full);
    Some(Index { key, table, exact, said, seen })
}

fn sets(reader: &mut Reader<'_>) -> Option<Vec<Sources>> {
    let count = reader.count(PROVENANCE_SETS_MAX)?;
    let sets: Vec<_> = (0..count).map(|_| reader.sources()).collect::<Option<_>>()?;
    sets.is_sorted_by(|a, b| a < b).then_some(sets)
}

fn put(out: &mut Vec<u8>, value: u64) {
    out.extend(value.to_le_bytes());
}

fn put_count(out: &mut Vec<u8>, count: usize) {
    put(out, u64::try_from(count).unwrap_or(u64::MAX));
}

struct Reader<'b> {
    bytes: &'b [u8],
}

impl<'b> Reader<'b> {
    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (head, rest) = self.bytes.split_at_checked(count)?;
        self.bytes = rest;
        Some(head)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn sources(&mut self) -> Option<Sources> {
        Some(Sources::from_bits(u64::from_le_bytes(self.array()?)))
    }

    fn count(&mut self, max: usize) -> Option<usize> {
        let count = usize::try_from(u64::from_le_bytes(self.array()?)).ok()?;
        (count <= max).then_some(count)
    }

    fn tag(&mut self) -> Option<u64> {
        let mut tag = [0; 8];
        for (place, byte) in tag.iter_mut().zip(self.take(TAG_BYTES)?) {
            *place = *byte;
        }
        Some(u64::from_le_bytes(tag))
    }
}
