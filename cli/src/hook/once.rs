//! The answer, which is said once: by the hook, or by its deadline.
//!
//! Both wait for one lock. Whoever has it first writes the whole answer; the other one finds that it was said.

use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sponsio_hosts::Reply;

use crate::exit::Exit;
use crate::limits::HOOK_MILLISECONDS_MAX;

/// Whether the answer was said.
#[derive(Debug, Default)]
pub(super) struct Once(Mutex<bool>);

impl Once {
    /// Says the answer, unless another one was said. How the process ends.
    pub(super) fn say(&self, reply: &Reply) -> Exit {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if *said {
            // The deadline has answered and is ending the process.
            return Exit::Refused;
        }
        *said = true;
        write(reply)
    }

    /// Says the answer and ends the process, unless one was said.
    fn end(&self, reply: &Reply) {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !*said {
            *said = true;
            std::process::exit(i32::from(write(reply).code()));
        }
    }
}

/// Answers when the time is over.
pub(super) fn watch(once: &Arc<Once>, late: Reply) {
    let once = Arc::clone(once);
    let watcher = move || {
        std::thread::sleep(Duration::from_millis(HOOK_MILLISECONDS_MAX));
        once.end(&late);
    };
    // Without the thread the answer may be late, and it is the answer all the same.
    let _ = std::thread::Builder::new().name("deadline".to_owned()).spawn(watcher);
}

/// Writes the answer: first what refuses. A stream that is closed leaves the exit code to say it.
pub(super) fn write(reply: &Reply) -> Exit {
    let (mut out, mut err) = (std::io::stdout().lock(), std::io::stderr().lock());
    let out = out.write_all(reply.stdout.as_bytes()).and_then(|()| out.flush());
    let err = err.write_all(reply.stderr.as_bytes()).and_then(|()| err.flush());
    // An answer that could not be written was not given.
    match (reply.exit, out, err) {
        (0, Ok(()), _) => Exit::Fine,
        (0, Err(_), _) => Exit::Refused,
        _ => Exit::Refused,
    }
}
