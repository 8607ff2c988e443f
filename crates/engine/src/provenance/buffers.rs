//! The buffers of a look-up: a text in the forms in which it is compared.
//!
//! They belong to whoever looks up and are kept from look-up to look-up, so that one that is like those before it
//! allocates nothing.

/// Room for texts in other forms.
#[derive(Debug, Default)]
pub(crate) struct Buffers {
    /// For what a text says decoded; one for each layer that is open.
    pub(super) layers: Vec<Vec<u8>>,
    /// For a word with characters beyond ASCII.
    pub(super) wide: Vec<u8>,
    /// For the form in which values are compared.
    pub(super) canonical: String,
    /// For the form of the user's words.
    pub(super) folded: String,
    /// For the text of a number.
    pub(crate) number: String,
}
