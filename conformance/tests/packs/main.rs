//! The shipped packs against their cases, and what proving a pack demands.

#![cfg(test)]

mod commands;
mod demands;

use sponsio_conformance::pack::prove;
use sponsio_packs::PACKS;

#[test]
fn every_pack_does_what_its_cases_expect() {
    let mut wrong = Vec::new();
    for pack in PACKS {
        let proof = prove(&format!("sponsio:{}", pack.name), "", pack.cases);
        println!(
            "{:32} {:3} contracts, {:3} cases stopped, {:3} let through",
            pack.name, proof.contracts, proof.stopped, proof.passed
        );
        wrong.extend(proof.problems.iter().map(|text| format!("{}: {text}", pack.name)));
    }
    assert!(wrong.is_empty(), "{} problems\n{}", wrong.len(), wrong.join("\n"));
}
