//! A hook asks the daemon. Whatever is not a whole answer is an error, and the hook refuses.

use std::io;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use sponsio_hosts::Reply;

use super::wire::{Asked, Here, get_answer, put_question};
use crate::limits::DAEMON_MILLISECONDS_MAX;

/// What the daemon at this socket answers.
pub(crate) fn ask(
    socket: &Path,
    host: &str,
    event: Option<&str>,
    here: Here,
    payload: &[u8],
) -> io::Result<Reply> {
    let mut stream = UnixStream::connect(socket)?;
    let time = Some(Duration::from_millis(DAEMON_MILLISECONDS_MAX));
    stream.set_read_timeout(time)?;
    stream.set_write_timeout(time)?;
    let asked = Asked { host: host.to_owned(), event: event.map(str::to_owned), here };
    put_question(&mut stream, &asked, payload)?;
    get_answer(&mut stream)
}
