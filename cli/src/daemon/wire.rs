//! One question and one answer: pieces, each behind its length in four bytes, little-endian.
//!
//! Both sides read up to limits, and what is longer, shorter or something else is no question and no answer.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};
use sponsio_hosts::Reply;
use sponsio_hosts::limits::PAYLOAD_BYTES_MAX;

use crate::limits::DAEMON_ASKED_BYTES_MAX;

/// What a hook asks, besides the payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    pub(super) host: String,
    pub(super) event: Option<String>,
    /// Where the calls of the payload run.
    pub(super) here: Here,
}

/// What the environment of a hook says of where calls run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Here {
    pub(crate) cwd: Option<String>,
    pub(crate) home: Option<String>,
    /// The folder that the host says its agent works in.
    pub(crate) project: Option<String>,
}

/// Standard output or standard error of an answer.
const TEXT_BYTES_MAX: usize = 1024 * 1024;

fn put(to: &mut impl Write, piece: &[u8]) -> io::Result<()> {
    let length = u32::try_from(piece.len()).map_err(io::Error::other)?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(piece)
}

fn get(from: &mut impl Read, most: usize) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = usize::try_from(u32::from_le_bytes(length)).map_err(io::Error::other)?;
    if length > most {
        return Err(io::Error::other("it is longer than it may be"));
    }
    let mut piece = Vec::new();
    let bytes = u64::try_from(length).map_err(io::Error::other)?;
    from.take(bytes).read_to_end(&mut piece)?;
    if piece.len() == length { Ok(piece) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// Asks.
pub(super) fn put_question(to: &mut impl Write, asked: &Asked, payload: &[u8]) -> io::Result<()> {
    put(to, &serde_json::to_vec(asked).map_err(io::Error::other)?)?;
    put(to, payload)?;
    to.flush()
}

/// Hears a question.
pub(super) fn get_question(from: &mut impl Read) -> io::Result<(Asked, Vec<u8>)> {
    let asked = get(from, DAEMON_ASKED_BYTES_MAX)?;
    let asked = serde_json::from_slice(&asked).map_err(io::Error::other)?;
    // A payload that is one byte too long is one that is too long, which is an answer.
    Ok((asked, get(from, PAYLOAD_BYTES_MAX.saturating_add(1))?))
}

/// Answers.
pub(super) fn put_answer(to: &mut impl Write, reply: &Reply) -> io::Result<()> {
    put(to, &[reply.exit])?;
    put(to, reply.stdout.as_bytes())?;
    put(to, reply.stderr.as_bytes())?;
    to.flush()
}

/// Hears an answer, which is a whole one.
pub(super) fn get_answer(from: &mut impl Read) -> io::Result<Reply> {
    let exit = match get(from, 1)?.as_slice() {
        [exit] => *exit,
        _ => return Err(io::Error::other("it has no exit code")),
    };
    let mut text = || String::from_utf8(get(from, TEXT_BYTES_MAX)?).map_err(io::Error::other);
    let (stdout, stderr) = (text()?, text()?);
    Ok(Reply { stdout, stderr, exit })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_is_cut_off_is_none() {
        let reply = Reply { stdout: "{}\n".to_owned(), stderr: String::new(), exit: 2 };
        let mut bytes = Vec::new();
        put_answer(&mut bytes, &reply).unwrap();
        assert_eq!(get_answer(&mut &*bytes).unwrap(), reply);
        for length in 0..bytes.len() {
            assert!(get_answer(&mut bytes.get(..length).unwrap()).is_err(), "{length}");
        }
    }

    #[test]
    fn a_length_that_is_too_large_allocates_nothing() {
        assert!(get_question(&mut &[0xff; 8][..]).is_err());
    }
}
