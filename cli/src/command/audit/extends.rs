//! Whether a log is the one that a checkpoint was made of, as far as the checkpoint goes.

use std::path::Path;

use sponsio_engine::event::Digest;
use sponsio_record::checkpoint::Checkpoint;
use sponsio_record::checkpoint::note::Verifier;
use sponsio_record::checkpoint::tree::Tree;
use sponsio_record::limits::NOTE_BYTES_MAX;

use super::verify::{Fault, Verified};
use crate::failure::Failure;
use crate::input;

/// The tree of a log as it is read, and its root where a checkpoint was made.
#[derive(Debug)]
pub(super) struct Grown {
    tree: Tree,
    checkpoint: Option<Checkpoint>,
    /// The root of as many lines as the checkpoint is about.
    then: Option<Digest>,
}

/// The checkpoint in a file that this key signed.
pub(super) fn read(path: &Path, verifier: &Verifier) -> Result<Checkpoint, Failure> {
    let bytes = input::read(path, NOTE_BYTES_MAX)?;
    let text = core::str::from_utf8(&bytes).unwrap_or_default();
    let checkpoint = Checkpoint::open(text, verifier);
    checkpoint.map_err(|error| {
        Failure::new(format!("the checkpoint `{}` cannot be used: {error}", path.display()))
    })
}

impl Grown {
    /// The tree of no line yet, to be compared with a checkpoint if there is one.
    pub(super) fn new(checkpoint: Option<Checkpoint>) -> Self {
        let mut grown = Self { tree: Tree::default(), checkpoint, then: None };
        grown.look();
        grown
    }

    /// Adds the leaf of the next line.
    pub(super) fn push(&mut self, leaf: Digest) {
        self.tree.push(leaf);
        self.look();
    }

    fn look(&mut self) {
        if self.checkpoint.as_ref().is_some_and(|checkpoint| checkpoint.size == self.tree.size()) {
            self.then = Some(self.tree.root());
        }
    }

    /// The tree of all lines.
    pub(super) fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The same, with the fault of a log that ends before the checkpoint, or whose lines up to it are others. A fault
    /// of the chain comes first: it has a place.
    pub(super) fn compared(&self, mut verified: Verified) -> Verified {
        let Some(checkpoint) = &self.checkpoint else { return verified };
        let size = checkpoint.size;
        let fault = match self.then {
            None => Some(Fault::EndsEarly { size }),
            Some(root) if root != checkpoint.root => Some(Fault::IsAnother { size }),
            Some(_) => None,
        };
        verified.fault = verified.fault.or(fault);
        verified.checkpoint = Some(size);
        verified
    }
}
