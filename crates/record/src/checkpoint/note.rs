//! Signed notes: a text, an empty line, and a line for each signature.
//!
//! ```text
//!  example.org/log
//!  4
//!  AQEB…
//!
//!  — example.org/log <Base64 of four bytes that name the key, and the signature>
//! ```
//!
//! The first byte of a key says how it signs. One way is known here, Ed25519; a key that says another is refused by
//! its number, so another one can be added without a new form. Signatures of keys that nobody asked about are passed
//! over: witnesses may add theirs.

use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

use crate::limits::{NOTE_BYTES_MAX, NOTE_SIGNATURES_MAX};

/// How a key signs: the number that stands before it.
const ED25519: u8 = 1;
/// What a signature line begins with.
const DASH: &str = "\u{2014} ";
/// What the text of a key that signs begins with.
const PRIVATE: &str = "PRIVATE+KEY+";
/// Bytes that name a key.
const ID_BYTES: usize = 4;

/// Why a text is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The name cannot be one.
    #[error("the name of a key is not empty and has no blanks and no `+`")]
    Name,
    /// It is not of this form.
    #[error("a key has the form `{0}`")]
    Form(&'static str),
    /// It signs in another way.
    #[error("the key signs in the way {0}, which is not known; Ed25519, the way 1, is")]
    Algorithm(u8),
    /// The four bytes in it are not those of its name and content.
    #[error("the key is damaged: its number is not that of its name and its bytes")]
    Id,
}

/// Why a note is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// It is not a text and signatures.
    #[error("it is no signed note: {0}")]
    Form(&'static str),
    /// The key did not sign it.
    #[error("the key did not sign it")]
    Unsigned,
    /// There is a signature in the name of the key that is not that of the text.
    #[error("the signature is not that of the key over this text: one of them was changed")]
    Forged,
}

/// A key that signs.
pub struct Signer {
    name: Box<str>,
    key: SigningKey,
}

/// A key that verifies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verifier {
    name: Box<str>,
    key: VerifyingKey,
}

/// Without the key.
impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Signer {
    /// The key with this name that is made of 32 random bytes.
    pub fn new(name: &str, seed: [u8; 32]) -> Result<Self, KeyError> {
        Ok(Self { name: checked_name(name)?, key: SigningKey::from_bytes(&seed) })
    }

    /// The key that a text is.
    pub fn read(text: &str) -> Result<Self, KeyError> {
        let form = KeyError::Form("PRIVATE+KEY+<name>+<number>+<Base64>");
        let (name, id, seed) = parts(text.trim().strip_prefix(PRIVATE).ok_or(form)?, form)?;
        let signer = Self::new(name, seed)?;
        if signer.verifier().id() == id { Ok(signer) } else { Err(KeyError::Id) }
    }

    /// The key as text. Whoever has it can sign.
    pub fn write(&self) -> String {
        format!("{PRIVATE}{}", written(&self.name, self.verifier().id(), self.key.as_bytes()))
    }

    /// The key that verifies what this one signs.
    pub fn verifier(&self) -> Verifier {
        Verifier { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text, which ends with a line break, with a signature under it.
    pub fn sign(&self, text: &str) -> String {
        let mut signature = self.verifier().id().to_vec();
        signature.extend(self.key.sign(text.as_bytes()).to_bytes());
        format!("{text}\n{DASH}{} {}\n", self.name, STANDARD.encode(signature))
    }
}

impl Verifier {
    /// The key that a text is.
    pub fn read(text: &str) -> Result<Self, KeyError> {
        let form = KeyError::Form("<name>+<number>+<Base64>");
        let (name, id, bytes) = parts(text.trim(), form)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| form)?;
        let verifier = Self { name: checked_name(name)?, key };
        if verifier.id() == id { Ok(verifier) } else { Err(KeyError::Id) }
    }

    /// The key as text.
    pub fn write(&self) -> String {
        written(&self.name, self.id(), self.key.as_bytes())
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The bytes that name it.
    fn id(&self) -> [u8; ID_BYTES] {
        let mut hasher = Sha256::new();
        hasher.update(self.name.as_bytes());
        hasher.update([b'\n', ED25519]);
        hasher.update(self.key.as_bytes());
        let [a, b, c, d, ..] = <[u8; 32]>::from(hasher.finalize());
        [a, b, c, d]
    }

    /// The text of a note that this key signed.
    pub fn open<'n>(&self, note: &'n str) -> Result<&'n str, NoteError> {
        if note.len() > NOTE_BYTES_MAX {
            return Err(NoteError::Form("it is longer than a note may be"));
        }
        let split = note.rfind("\n\n").and_then(|at| note.split_at_checked(at.saturating_add(1)));
        let (text, signatures) =
            split.ok_or(NoteError::Form("there is no empty line before signatures"))?;
        if text.chars().any(|c| c.is_control() && c != '\n') {
            return Err(NoteError::Form("it has control characters"));
        }
        let lines = signatures.strip_prefix('\n').and_then(|lines| lines.strip_suffix('\n'));
        let lines = lines.ok_or(NoteError::Form("its last line is not finished"))?;
        let mut is_signed = false;
        for (count, line) in lines.split('\n').enumerate() {
            if count >= NOTE_SIGNATURES_MAX {
                return Err(NoteError::Form("it has more signatures than a note may have"));
            }
            let signature = line.strip_prefix(DASH).and_then(|line| line.split_once(' '));
            let (name, signature) = signature.ok_or(NoteError::Form("a line is no signature"))?;
            let signature = STANDARD.decode(signature).ok();
            let signature = signature.ok_or(NoteError::Form("a signature is not Base64"))?;
            let Some(bytes) = signature.strip_prefix(&self.id()).filter(|_| *name == *self.name)
            else {
                continue;
            };
            let signature = Signature::from_slice(bytes).map_err(|_| NoteError::Forged)?;
            self.key.verify_strict(text.as_bytes(), &signature).map_err(|_| NoteError::Forged)?;
            is_signed = true;
        }
        if is_signed { Ok(text) } else { Err(NoteError::Unsigned) }
    }
}

fn checked_name(name: &str) -> Result<Box<str>, KeyError> {
    let is_one = !name.is_empty()
        && !name.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+');
    if is_one { Ok(name.into()) } else { Err(KeyError::Name) }
}

fn written(name: &str, id: [u8; ID_BYTES], key: &[u8]) -> String {
    let bytes = [&[ED25519], key].concat();
    format!("{name}+{:08x}+{}", u32::from_be_bytes(id), STANDARD.encode(bytes))
}

/// The name, the number and the bytes of a key.
fn parts(text: &str, form: KeyError) -> Result<(&str, [u8; ID_BYTES], [u8; 32]), KeyError> {
    // Base64 may have a `+` of its own; a name has none.
    let mut parts = text.splitn(3, '+');
    let [Some(name), Some(id), Some(bytes)] = [parts.next(), parts.next(), parts.next()] else {
        return Err(form);
    };
    let id = u32::from_str_radix(id, 16).ok().filter(|number| format!("{number:08x}") == id);
    let id = id.ok_or(form)?.to_be_bytes();
    let bytes = STANDARD.decode(bytes).map_err(|_| form)?;
    match bytes.split_first() {
        Some((&ED25519, key)) => Ok((name, id, key.try_into().map_err(|_| form)?)),
        Some((other, _)) => Err(KeyError::Algorithm(*other)),
        None => Err(form),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The example in the documentation of the first implementation of signed notes.
    const PRIVATE_KEY: &str =
        "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const PUBLIC_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const TEXT: &str = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n";
    const SIGNATURE: &str = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";

    fn verifier() -> Verifier {
        Verifier::read(PUBLIC_KEY).unwrap()
    }

    #[test]
    fn keys_and_signatures_are_those_of_the_published_example() {
        let signer = Signer::read(PRIVATE_KEY).unwrap();
        assert_eq!(
            (signer.write(), signer.verifier().write()),
            (PRIVATE_KEY.into(), PUBLIC_KEY.into())
        );
        let note = signer.sign(TEXT);
        assert_eq!(note, format!("{TEXT}\n\u{2014} PeterNeumann {SIGNATURE}\n"));
        assert_eq!(verifier().open(&note), Ok(TEXT));
    }

    #[test]
    fn every_change_of_a_signed_note_is_found() {
        let note = Signer::read(PRIVATE_KEY).unwrap().sign(TEXT);
        for at in 0..note.len() {
            let mut bytes = note.clone().into_bytes();
            bytes[at] ^= 1;
            if let Ok(text) = String::from_utf8(bytes) {
                assert!(verifier().open(&text).is_err(), "byte {at}: {text}");
            }
        }
        assert_eq!(verifier().open(&note.replace("problem", "question")), Err(NoteError::Forged));
    }

    #[test]
    fn signatures_of_others_are_passed_over_and_do_not_count() {
        let other = Signer::new("other", [3; 32]).unwrap();
        let theirs = other.sign(TEXT);
        assert_eq!(verifier().open(&theirs), Err(NoteError::Unsigned));
        let ours = Signer::read(PRIVATE_KEY).unwrap().sign(TEXT);
        let both = format!("{ours}{}", theirs.strip_prefix(TEXT).unwrap().trim_start());
        assert_eq!(verifier().open(&both), Ok(TEXT));
        assert_eq!(other.verifier().open(&both), Ok(TEXT));
    }

    #[test]
    fn what_is_no_note_is_refused() {
        let refused = |note: &str| {
            assert!(matches!(verifier().open(note), Err(NoteError::Form(_))), "{note:?}");
        };
        let note = Signer::read(PRIVATE_KEY).unwrap().sign(TEXT);
        refused("");
        refused(TEXT);
        refused(note.trim_end());
        refused(&format!("\u{7}{note}"));
        refused(&format!("{note}more\n"));
        refused(&format!("{note}{}", format!("{DASH}x AAAA\n").repeat(NOTE_SIGNATURES_MAX)));
        refused(&format!("{}{note}", "x".repeat(NOTE_BYTES_MAX)));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let form = KeyError::Form("<name>+<number>+<Base64>");
        let refused =
            |text: &str, expect: KeyError| assert_eq!(Verifier::read(text), Err(expect), "{text}");
        refused("", form);
        refused("a+b", form);
        refused(&PUBLIC_KEY.replace("c74f20a3", "c74f20a4"), KeyError::Id);
        refused(&PUBLIC_KEY.replace("c74f20a3", "C74F20A3"), form);
        refused(&PUBLIC_KEY.replace("Peter", "peter"), KeyError::Id);
        refused(&PUBLIC_KEY.replace("+AR", "+Ax"), KeyError::Algorithm(3));
        refused(&PUBLIC_KEY.replace("PeterNeumann", "Peter Neumann"), KeyError::Name);
        assert_eq!(Signer::new("", [0; 32]).err(), Some(KeyError::Name));
        assert_eq!(
            Signer::read(PUBLIC_KEY).err(),
            Some(KeyError::Form("PRIVATE+KEY+<name>+<number>+<Base64>"))
        );
    }

    #[test]
    fn a_key_that_signs_is_not_shown() {
        assert_eq!(
            format!("{:?}", Signer::read(PRIVATE_KEY).unwrap()),
            "Signer { name: \"PeterNeumann\", .. }"
        );
    }
}
