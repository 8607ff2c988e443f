//! The process that answers hooks.
//!
//! Who asks is what the operating system says of the other end of the connection. A socket on which somebody answers is
//! not taken over, one that was left behind is. Connections are bounded in number and in time, so that whoever holds
//! them open keeps nobody else out for long.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::wire::{get_question, put_answer};
use crate::failure::Failure;
use crate::hook::{self, HookArgs, HookMode};
use crate::limits::{DAEMON_CONNECTIONS_MAX, DAEMON_MILLISECONDS_MAX};

/// What the daemon enforces, and where it keeps what it knows.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    pub(crate) socket: PathBuf,
    pub(crate) state: PathBuf,
    pub(crate) config: Option<PathBuf>,
    pub(crate) mode: Option<HookMode>,
}

/// Answers until it is ended.
pub(crate) fn serve(service: &Service) -> Result<(), Failure> {
    let listener = bound(&service.socket)?;
    let line = format!("listens at {}\n", service.socket.display());
    // Whoever started it may have gone; it answers all the same.
    let _ = io::stdout().write_all(line.as_bytes()).and_then(|()| io::stdout().flush());
    let service = Arc::new(service.clone());
    let open = Arc::new(AtomicUsize::new(0));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .map_err(|error| Failure::new(format!("the daemon cannot start: {error}")))?;
    for stream in listener.incoming() {
        let Ok(stream) = stream else {
            // Too many files are open, or the other end has gone; the next one may fare better.
            std::thread::sleep(Duration::from_millis(1));
            continue;
        };
        if open.load(Ordering::Acquire) >= DAEMON_CONNECTIONS_MAX {
            // A connection that is closed is no answer, so the hook refuses.
            continue;
        }
        let Ok(user) = user_of(&runtime, &stream) else { continue };
        open.fetch_add(1, Ordering::AcqRel);
        let (service, count) = (Arc::clone(&service), Arc::clone(&open));
        let work = move || {
            // Whatever is not answered is refused by who asked.
            let _ = answer(&service, user, stream);
            count.fetch_sub(1, Ordering::AcqRel);
        };
        if std::thread::Builder::new().name("answer".to_owned()).spawn(work).is_err() {
            open.fetch_sub(1, Ordering::AcqRel);
        }
    }
    Ok(())
}

/// A socket that everybody may ask at.
fn bound(path: &Path) -> Result<UnixListener, Failure> {
    let failed = |error: io::Error| {
        Failure::new(format!("`{}` cannot be listened at: {error}", path.display()))
    };
    match path.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
        Ok(found) if !found.file_type().is_socket() => {
            return Err(Failure::new(format!("`{}` is there and no socket", path.display())));
        }
        Ok(_) if UnixStream::connect(path).is_ok() => {
            return Err(Failure::new(format!("another daemon answers at `{}`", path.display()))
                .hint("end that one first"));
        }
        Ok(_) => fs::remove_file(path).map_err(failed)?,
    }
    let listener = UnixListener::bind(path).map_err(failed)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o666)).map_err(failed)?;
    Ok(listener)
}

/// The user at the other end, as the operating system says.
fn user_of(runtime: &tokio::runtime::Runtime, stream: &UnixStream) -> io::Result<u32> {
    let _inside = runtime.enter();
    let stream = stream.try_clone()?;
    stream.set_nonblocking(true)?;
    let user = tokio::net::UnixStream::from_std(stream)?.peer_cred()?.uid();
    Ok(user)
}

/// Hears one question and answers it.
fn answer(service: &Service, user: u32, mut stream: UnixStream) -> io::Result<()> {
    stream.set_nonblocking(false)?;
    let time = Some(Duration::from_millis(DAEMON_MILLISECONDS_MAX));
    stream.set_read_timeout(time)?;
    stream.set_write_timeout(time)?;
    let (asked, payload) = get_question(&mut stream)?;
    let args = HookArgs {
        host: asked.host,
        config: service.config.clone(),
        mode: service.mode,
        agent: None,
        event: asked.event,
        state: Some(service.state.join(user.to_string())),
        socket: None,
        here: Some(asked.here),
    };
    put_answer(&mut stream, &hook::reply(&args, &payload))
}
