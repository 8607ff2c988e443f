//! What sessions take, counted by the allocator.

use allocation_counter::measure;
use sponsio_bench::contracts::{MIXED, contracts, program};
use sponsio_bench::workload;
use sponsio_engine::session::{Scratch, Session};

#[test]
fn a_session_of_twenty_contracts_fits_two_hundred_bytes() {
    let program = program(&contracts(&MIXED).unwrap()).unwrap();
    assert!(program.state_bytes() <= 200, "{} bytes", program.state_bytes());
}

#[test]
fn the_bytes_that_a_program_states_are_those_that_a_session_allocates() {
    let program = program(&contracts(&MIXED).unwrap()).unwrap();
    let counted = measure(|| core::mem::forget(Session::new(&program)));
    assert_eq!(usize::try_from(counted.bytes_total), Ok(program.state_bytes()));
}

#[test]
fn ten_thousand_sessions_of_twenty_contracts_fit_two_megabytes() {
    let program = program(&contracts(&MIXED).unwrap()).unwrap();
    let mut scratch = Scratch::new(&program);
    let mut sessions = Vec::new();
    let counted = measure(|| {
        sessions = Vec::with_capacity(10_000);
        sessions.resize_with(10_000, || Session::new(&program));
        for session in &mut sessions {
            session.step(&workload::call("issue_refund"), &mut scratch);
        }
    });
    assert!(counted.bytes_current <= 2_000_000, "{} bytes", counted.bytes_current);
}
