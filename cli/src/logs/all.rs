//! Several logs that are followed until somebody interrupts it, also those that appear later.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::LogsArgs;
use super::follow::{Follower, Seen};
use crate::failure::Failure;

/// How long it waits before it looks again.
const PAUSE: Duration = Duration::from_millis(200);
/// Looks between two searches for new logs.
const LOOKS: usize = 10;

/// The logs that are followed.
pub(crate) struct Followed<'a> {
    args: &'a LogsArgs,
    all: Vec<Follower>,
    looks: usize,
    is_over: Arc<AtomicBool>,
}

impl<'a> Followed<'a> {
    /// Begins to follow the logs that are there, and to hear interruptions.
    pub(crate) fn new(args: &'a LogsArgs) -> Result<Self, Failure> {
        let is_over = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&is_over);
        ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed))
            .map_err(|error| Failure::new(format!("interruptions cannot be heard: {error}")))?;
        let mut followed = Self { args, all: Vec::new(), looks: 0, is_over };
        followed.find()?;
        Ok(followed)
    }

    /// Begins to follow the logs that are not followed yet.
    fn find(&mut self) -> Result<(), Failure> {
        for path in self.args.paths()? {
            if !self.all.iter().any(|follower| follower.path() == path) {
                let follower = Follower::new(&path).map_err(|e| Failure::unreadable(&path, &e))?;
                self.all.push(follower);
            }
        }
        Ok(())
    }

    /// Waits a moment before the next look; `false` when it was interrupted.
    pub(crate) fn wait(&mut self) -> Result<bool, Failure> {
        if self.is_over.load(Ordering::Relaxed) {
            return Ok(false);
        }
        std::thread::sleep(PAUSE);
        self.looks = self.looks.wrapping_add(1);
        if self.looks.is_multiple_of(LOOKS) {
            self.find()?;
        }
        Ok(true)
    }

    /// Shows what happened to each log since the last look.
    pub(crate) fn look(&mut self, seen: &mut dyn FnMut(&Path, Seen<'_>)) -> Result<(), Failure> {
        for follower in &mut self.all {
            let path = follower.path().to_path_buf();
            follower
                .look(&mut |one| seen(&path, one))
                .map_err(|error| Failure::unreadable(&path, &error))?;
        }
        Ok(())
    }
}
