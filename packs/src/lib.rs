//! The shipped packs, as text.
//!
//! A pack is a YAML file in this directory, in the format that `README.md` beside it defines. This crate
//! embeds the files and nothing else: it does not read YAML, does not know what a contract is, and depends
//! on nothing. `sponsio-contracts` resolves `include: [sponsio:core/x]` against [`PACKS`].

/// One shipped pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pack {
    /// What an `include` calls it after `sponsio:`, for example `core/universal`.
    pub name: &'static str,
    /// The text of its YAML file.
    pub text: &'static str,
}

/// Every shipped pack, sorted by name. This build ships none.
pub const PACKS: &[Pack] = &[];

/// The pack with this name; a trailing `.yaml` is ignored.
pub fn find(name: &str) -> Option<&'static Pack> {
    let name = name.strip_suffix(".yaml").unwrap_or(name);
    PACKS.iter().find(|pack| pack.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_are_sorted_and_no_name_occurs_twice() {
        assert!(PACKS.windows(2).all(|pair| pair[0].name < pair[1].name));
    }

    #[test]
    fn a_name_that_is_not_shipped_is_not_found() {
        assert_eq!(find("core/nothing"), None);
        assert_eq!(find("core/nothing.yaml"), None);
    }

    #[test]
    fn every_pack_is_found_by_its_name() {
        for pack in PACKS {
            assert_eq!(find(pack.name), Some(pack));
        }
    }
}
