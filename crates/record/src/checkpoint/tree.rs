//! The Merkle tree over the lines of a log, as RFC 6962 and RFC 9162 define it.
//!
//! A leaf is the SHA-256 of a zero byte and the line without its line break, a node that of a byte one and its two
//! children. A tree of `n` leaves has on its left the largest power of two below `n`. The root of a log that is read
//! line by line needs only the roots of the full trees that it is made of, one for each one bit of `n`; they are all
//! that is kept.

use sha2::{Digest as _, Sha256};
use sponsio_engine::event::Digest;

/// The hash of a leaf.
pub fn leaf(line: &[u8]) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update([0]);
    hasher.update(line);
    Digest(hasher.finalize().into())
}

fn node(left: &Digest, right: &Digest) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update([1]);
    hasher.update(left.0);
    hasher.update(right.0);
    Digest(hasher.finalize().into())
}

/// A tree that grows by its leaves.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    size: u64,
    /// The roots of full trees from left to right, with the logarithm of their size.
    full: Vec<(u32, Digest)>,
}

impl Tree {
    /// Adds a leaf.
    pub fn push(&mut self, leaf: Digest) {
        self.size = self.size.saturating_add(1);
        let mut new = (0, leaf);
        while let Some((_, left)) = self.full.pop_if(|(level, _)| *level == new.0) {
            new = (new.0.saturating_add(1), node(&left, &new.1));
        }
        self.full.push(new);
    }

    /// How many leaves it has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root. Without leaves it is the hash of nothing.
    pub fn root(&self) -> Digest {
        let mut roots = self.full.iter().rev().map(|(_, root)| *root);
        let Some(last) = roots.next() else { return Digest(Sha256::digest([]).into()) };
        roots.fold(last, |right, left| node(&left, &right))
    }
}

/// The root of these leaves.
fn root(leaves: &[Digest]) -> Digest {
    let mut tree = Tree::default();
    leaves.iter().for_each(|leaf| tree.push(*leaf));
    tree.root()
}

/// The hashes that lead from the leaf at `index` to the root of these leaves, from below; `None` where there is no such
/// leaf.
pub fn prove(leaves: &[Digest], index: u64) -> Option<Vec<Digest>> {
    let mut index = usize::try_from(index).ok().filter(|index| *index < leaves.len())?;
    let mut leaves = leaves;
    let mut proof = Vec::new();
    while leaves.len() > 1 {
        let left = leaves.len().checked_next_power_of_two()?.checked_div(2)?;
        let (before, behind) = leaves.split_at_checked(left)?;
        match index.checked_sub(left) {
            None => {
                proof.push(root(behind));
                leaves = before;
            }
            Some(rest) => {
                proof.push(root(before));
                (leaves, index) = (behind, rest);
            }
        }
    }
    proof.reverse();
    Some(proof)
}

/// The root to which these hashes lead from the leaf at `index` of a tree with so many leaves; `None` where a proof in
/// that place has another length.
pub fn rise(leaf: Digest, index: u64, size: u64, proof: &[Digest]) -> Option<Digest> {
    if index >= size {
        return None;
    }
    let (mut at, mut last) = (index, size.checked_sub(1)?);
    let mut root = leaf;
    for hash in proof {
        if last == 0 {
            return None;
        }
        if at & 1 == 1 || at == last {
            root = node(hash, &root);
            // A node at the right edge without a sibling is its own parent.
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            root = node(&root, hash);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    (last == 0).then_some(root)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::schema::canonical::{digest_from_hex, to_hex};

    /// The leaves of the reference tests of Certificate Transparency, and the roots of the first one, two, … of them.
    const VECTORS: [(&[u8], &str); 8] = [
        (b"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (b"\x00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        (b"\x10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        (b"\x20\x21", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
        (b"\x30\x31", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
        (b"\x40\x41\x42\x43", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
        (
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        ),
        (
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ),
    ];

    #[test]
    fn roots_are_those_of_the_published_vectors() {
        let mut tree = Tree::default();
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(to_hex(&tree.root().0), empty);
        for (input, root) in VECTORS {
            tree.push(leaf(input));
            assert_eq!(to_hex(&tree.root().0), root, "{}", tree.size());
        }
    }

    #[test]
    fn a_proof_is_that_of_the_published_vectors() {
        let leaves: Vec<Digest> = VECTORS.iter().map(|(input, _)| leaf(input)).collect();
        // The path of the first leaf in the tree of eight.
        let expect = [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ]
        .map(|hex| digest_from_hex(hex).unwrap());
        assert_eq!(prove(&leaves, 0).unwrap(), expect);
        assert_eq!(prove(&leaves, 8), None);
    }

    /// The definition of RFC 6962, word by word.
    fn by_definition(leaves: &[Digest]) -> Digest {
        match leaves {
            [] => Digest(Sha256::digest([]).into()),
            [leaf] => *leaf,
            _ => {
                let mut left = 1;
                while left * 2 < leaves.len() {
                    left *= 2;
                }
                node(&by_definition(&leaves[..left]), &by_definition(&leaves[left..]))
            }
        }
    }

    proptest! {
        #[test]
        fn a_root_is_that_of_the_definition(seeds in proptest::collection::vec(any::<u16>(), 0..70)) {
            let leaves: Vec<Digest> = seeds.iter().map(|seed| leaf(&seed.to_be_bytes())).collect();
            prop_assert_eq!(root(&leaves), by_definition(&leaves));
        }

        #[test]
        fn a_proof_leads_from_its_leaf_to_the_root_and_from_no_other(
            size in 1..70u64, index in 0..70u64, other in 0..70u64, cut in 0..8usize,
        ) {
            let leaves: Vec<Digest> = (0..size).map(|n| leaf(&n.to_be_bytes())).collect();
            let (index, other) = (index % size, other % size);
            let at = |n: u64| leaves[usize::try_from(n).unwrap()];
            let proof = prove(&leaves, index).unwrap();
            let root = root(&leaves);
            prop_assert_eq!(rise(at(index), index, size, &proof), Some(root));
            if other != index {
                prop_assert_ne!(rise(at(other), index, size, &proof), Some(root));
                prop_assert_ne!(rise(at(index), other, size, &proof), Some(root));
            }
            let shorter = &proof[..cut.min(proof.len().saturating_sub(1))];
            if shorter.len() < proof.len() {
                prop_assert_ne!(rise(at(index), index, size, shorter), Some(root));
            }
            let longer = [&proof[..], &[root]].concat();
            prop_assert_eq!(rise(at(index), index, size, &longer), None);
        }
    }
}
