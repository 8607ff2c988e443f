//! Instructions of a step: the same after any history, and what `costs.txt` says.

use sponsio_bench::callgrind::{self, TOLERANCE_PERCENT, counts};

#[test]
fn a_step_costs_the_same_after_any_history() {
    let folder = tempfile::tempdir().unwrap();
    let counts = counts("history", folder.path()).unwrap();
    assert!(counts.len() > 40, "{} counts", counts.len());
    for pair in counts.chunks(2) {
        let [(early, few), (late, many)] = pair else { panic!("an odd number of counts") };
        // A ring of 1,001 times is not full after 100 events: each of them takes a free place, and is written.
        let slack = if early.contains("<= 1000)") { few / 100 } else { 0 };
        assert!(few.abs_diff(*many) <= slack, "{early}: {few}, {late}: {many}");
    }
}

#[test]
fn a_step_costs_what_is_committed() {
    let folder = tempfile::tempdir().unwrap();
    let counts = counts("workloads", folder.path()).unwrap();
    let committed = callgrind::committed().unwrap();
    let names =
        |counts: &[(String, u64)]| counts.iter().map(|(n, _)| n.clone()).collect::<Vec<_>>();
    assert_eq!(
        names(&counts),
        names(&committed),
        "run `cargo run --release -p sponsio-bench --bin costs`"
    );
    for ((name, counted), (_, written)) in counts.iter().zip(&committed) {
        assert!(
            counted.abs_diff(*written) * 100 <= written * TOLERANCE_PERCENT,
            "`{name}` takes {counted} instructions, and costs.txt says {written}; if that is meant, run \
             `cargo run --release -p sponsio-bench --bin costs`"
        );
    }
}

/// The committed counts of two workloads.
fn pair(first: &str, second: &str) -> (u64, u64) {
    let committed = callgrind::committed();
    let count = |name: &str| {
        let mut counts = committed.iter().flatten();
        counts.find(|(known, _)| known == name).map_or(0, |(_, count)| *count)
    };
    (count(first), count(second))
}

#[test]
fn contracts_that_do_not_mention_the_tool_cost_nothing() {
    let (many, alone) = pair("10000 contracts, 10 touched", "10 contracts alone");
    assert!(alone > 0 && many * 10 <= alone * 13, "{many} and {alone}");
}

#[test]
fn a_denied_step_costs_what_an_allowed_one_costs() {
    let (denied, allowed) = pair("denied call", "allowed call");
    assert!(allowed > 0 && denied.abs_diff(allowed) * 10 <= allowed, "{denied} and {allowed}");
}
