//! Checkpoints: how far a log had come, signed, so that it can be kept where whoever writes the log cannot reach.
//!
//! ```text
//!  tree    the lines of a log → the root of a Merkle tree, and proofs that a line is in it
//!  note    a text and the signatures under it
//! ```
//!
//! The forms are those of the Community Cryptography Specification Project for transparency logs: a checkpoint is a
//! signed note of an origin, the number of lines and the root of their tree; a proof names a line by its index and
//! leads from it to a checkpoint. Other tools can verify and countersign them. Nothing here reads a clock or makes a
//! key: the seed of a key arrives from outside.

pub mod note;
pub mod tree;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sponsio_engine::event::Digest;

use crate::limits::PROOF_HASHES_MAX;
use note::{NoteError, Signer, Verifier};

/// How far a log had come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log it is: the name of its key.
    pub origin: Box<str>,
    /// How many lines it had.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Digest,
    /// What else was signed, line by line.
    pub extensions: Vec<Box<str>>,
}

/// A proof that a line was in a log when a checkpoint was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Lines before it.
    pub index: u64,
    /// The hashes that lead from the line to the root, from below.
    pub hashes: Vec<Digest>,
    /// The checkpoint, as the note that was signed.
    pub note: Box<str>,
}

/// Why a checkpoint or a proof is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The note is not signed as it should be.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The text that was signed is no checkpoint.
    #[error("the signed text is no checkpoint: {0}")]
    Form(&'static str),
    /// It is of another log.
    #[error("the checkpoint is of the log `{0}`, and the key of another")]
    Origin(Box<str>),
    /// The text is no proof.
    #[error("the text is no proof: {0}")]
    Proof(&'static str),
    /// The proof does not lead from the line to the root.
    #[error(
        "the proof does not lead from this line to the checkpoint: the line was not in the log as it stands here"
    )]
    Elsewhere,
}

impl Checkpoint {
    /// The text that is signed.
    fn text(&self) -> String {
        let mut text =
            format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root.0));
        for line in &self.extensions {
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    /// The signed note.
    pub fn sign(&self, signer: &Signer) -> String {
        signer.sign(&self.text())
    }

    /// The checkpoint of a note that this key signed.
    pub fn open(note: &str, verifier: &Verifier) -> Result<Self, CheckpointError> {
        let checkpoint = Self::read(verifier.open(note)?).map_err(CheckpointError::Form)?;
        if *checkpoint.origin != *verifier.name() {
            return Err(CheckpointError::Origin(checkpoint.origin));
        }
        Ok(checkpoint)
    }

    fn read(text: &str) -> Result<Self, &'static str> {
        let mut lines = text.lines();
        let origin = lines.next().filter(|line| !line.is_empty()).ok_or("it has no origin")?;
        let size =
            lines.next().and_then(decimal).ok_or("its second line is not a number of lines")?;
        let root = lines.next().and_then(hash).ok_or("its third line is not a hash in Base64")?;
        let extensions: Vec<Box<str>> = lines.map(Into::into).collect();
        if extensions.iter().any(|line| line.is_empty()) {
            return Err("it has an empty line");
        }
        Ok(Self { origin: origin.into(), size, root, extensions })
    }
}

const PROOF_HEADER: &str = "c2sp.org/tlog-proof@v1";

impl Proof {
    /// The proof as text, with its checkpoint.
    pub fn write(&self) -> String {
        let mut text = format!("{PROOF_HEADER}\nindex {}\n", self.index);
        for hash in &self.hashes {
            text.push_str(&STANDARD.encode(hash.0));
            text.push('\n');
        }
        text.push('\n');
        text.push_str(&self.note);
        text
    }

    /// The proof that a text is.
    pub fn read(text: &str) -> Result<Self, CheckpointError> {
        let refuse = CheckpointError::Proof;
        let (head, note) = text.split_once("\n\n").ok_or(refuse("it has no checkpoint"))?;
        let mut lines = head.lines().peekable();
        if lines.next() != Some(PROOF_HEADER) {
            return Err(refuse("its first line is not `c2sp.org/tlog-proof@v1`"));
        }
        // Data that others may add means nothing here.
        lines.next_if(|line| line.starts_with("extra "));
        let index = lines.next().and_then(|line| decimal(line.strip_prefix("index ")?));
        let index = index.ok_or(refuse("it does not say which line it is about"))?;
        let hashes: Option<Vec<Digest>> = lines.by_ref().take(PROOF_HASHES_MAX).map(hash).collect();
        let hashes = hashes.ok_or(refuse("a line is not a hash in Base64"))?;
        if lines.next().is_some() {
            return Err(refuse("it has more hashes than any tree is high"));
        }
        Ok(Self { index, hashes, note: note.into() })
    }

    /// The checkpoint to which it leads from this line.
    pub fn verify(&self, line: &[u8], verifier: &Verifier) -> Result<Checkpoint, CheckpointError> {
        let checkpoint = Checkpoint::open(&self.note, verifier)?;
        let root = tree::rise(tree::leaf(line), self.index, checkpoint.size, &self.hashes);
        if root == Some(checkpoint.root) { Ok(checkpoint) } else { Err(CheckpointError::Elsewhere) }
    }
}

/// A number in its one decimal form.
fn decimal(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number: &u64| number.to_string() == text)
}

fn hash(text: &str) -> Option<Digest> {
    STANDARD.decode(text).ok()?.try_into().ok().map(Digest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn signer() -> Signer {
        Signer::new("example.org/log", [7; 32]).unwrap()
    }

    fn checkpoint() -> Checkpoint {
        let (origin, extensions) = ("example.org/log".into(), vec!["more".into()]);
        Checkpoint { origin, size: 4, root: Digest([1; 32]), extensions }
    }

    #[test]
    fn a_checkpoint_is_what_was_signed() {
        let note = checkpoint().sign(&signer());
        let text = "example.org/log\n4\nAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\nmore\n\n\u{2014} example.org/log ";
        assert!(note.starts_with(text), "{note}");
        assert_eq!(Checkpoint::open(&note, &signer().verifier()), Ok(checkpoint()));
    }

    #[test]
    fn a_checkpoint_of_another_log_or_form_is_refused() {
        let signer = signer();
        let refused = |text: &str, expect: CheckpointError| {
            assert_eq!(Checkpoint::open(&signer.sign(text), &signer.verifier()), Err(expect));
        };
        let root = STANDARD.encode([1; 32]);
        refused(&format!("other\n4\n{root}\n"), CheckpointError::Origin("other".into()));
        let form = CheckpointError::Form("its second line is not a number of lines");
        for size in ["", "04", "-1", "+4", "4 "] {
            refused(&format!("example.org/log\n{size}\n{root}\n"), form.clone());
        }
        let form = CheckpointError::Form("its third line is not a hash in Base64");
        for root in ["", "AQ==", &root.replace('=', "")] {
            refused(&format!("example.org/log\n4\n{root}\n"), form.clone());
        }
    }

    #[test]
    fn a_proof_leads_from_its_line_and_from_no_other() {
        let lines: Vec<Vec<u8>> = (0..11u8).map(|n| vec![n; 3]).collect();
        let leaves: Vec<Digest> = lines.iter().map(|line| tree::leaf(line)).collect();
        let mut tree = tree::Tree::default();
        leaves.iter().for_each(|leaf| tree.push(*leaf));
        let checkpoint = Checkpoint { size: 11, root: tree.root(), ..checkpoint() };
        let note: Box<str> = checkpoint.sign(&signer()).into();
        for index in 0..11 {
            let hashes = tree::prove(&leaves, index).unwrap();
            let proof = Proof { index, hashes, note: note.clone() };
            let read = Proof::read(&proof.write()).unwrap();
            assert_eq!(read, proof);
            for (other, line) in (0..).zip(&lines) {
                let led = read.verify(line, &signer().verifier()).map(|checkpoint| checkpoint.size);
                assert_eq!(
                    led,
                    if other == index { Ok(11) } else { Err(CheckpointError::Elsewhere) }
                );
            }
        }
    }

    #[test]
    fn a_text_that_is_no_proof_is_refused() {
        let refused = |text: &str, expect: &'static str| {
            assert_eq!(Proof::read(text), Err(CheckpointError::Proof(expect)));
        };
        refused("", "it has no checkpoint");
        refused("other\nindex 1\n\nnote", "its first line is not `c2sp.org/tlog-proof@v1`");
        refused(
            &format!("{PROOF_HEADER}\nindex 01\n\nnote"),
            "it does not say which line it is about",
        );
        refused(&format!("{PROOF_HEADER}\nindex 1\nA\n\nnote"), "a line is not a hash in Base64");
        let hash = format!("{}\n", STANDARD.encode([1; 32])).repeat(PROOF_HASHES_MAX + 1);
        refused(
            &format!("{PROOF_HEADER}\nindex 1\n{hash}\nnote"),
            "it has more hashes than any tree is high",
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "[\u{2014} a-zA-Z0-9+/=\\n]{0,200}") {
            let _ = Proof::read(&text);
            let _ = Proof::read(&format!("{PROOF_HEADER}\n{text}"));
            let _ = Checkpoint::open(&text, &signer().verifier());
            let _ = Verifier::read(&text);
            let _ = Signer::read(&text);
        }
    }
}
