//! A warm step allocates nothing, whatever it decides.

use allocation_counter::measure;
use sponsio_bench::workload::Workload;
use sponsio_bench::{pattern, workload};

/// The pattern whose example is about a context fact, which its events set and clear.
const READS_A_FACT: &str = "workflow_step";

fn check(workloads: Vec<Workload>) {
    for mut workload in workloads {
        workload.advance(1_000);
        let counted = measure(|| {
            workload.advance(1_000);
        });
        assert_eq!(counted.count_total, 0, "allocations of `{}`", workload.name);
    }
}

#[test]
fn the_counter_counts() {
    let counted = measure(|| drop(core::hint::black_box(Box::new(1u64))));
    assert_eq!((counted.count_total, counted.bytes_total), (1, 8));
}

#[test]
fn a_warm_step_allocates_nothing() {
    check(workload::all().unwrap());
}

#[test]
fn a_warm_step_of_any_pattern_allocates_nothing() {
    let mut patterns = pattern::all().unwrap();
    patterns.retain(|workload| workload.name != READS_A_FACT);
    check(patterns);
}

#[test]
fn a_warm_step_that_looks_texts_up_allocates_nothing() {
    check(pattern::following().unwrap());
}

#[test]
fn a_fact_that_a_contract_reads_is_kept_and_nothing_else() {
    let all = pattern::all().unwrap();
    let mut workload = all.into_iter().find(|w| w.name == READS_A_FACT).unwrap();
    workload.advance(1_000);
    let counted = measure(|| {
        workload.round();
    });
    // Its text, and the list that it stands in.
    assert_eq!(counted.count_total, 2);
    assert_eq!(counted.count_current, 0, "the round ends with the fact cleared");
}

#[test]
fn calls_are_stopped_in_the_workloads_that_are_about_it() {
    for (name, stopped) in [("denied call", 2), ("allowed call", 0), ("20 regexes, denied", 1)] {
        assert_eq!(workload::named(name).unwrap().round(), stopped, "{name}");
    }
}
