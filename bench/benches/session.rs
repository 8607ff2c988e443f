//! How long it takes to begin a session, to save it and to read it back.

use criterion::{Criterion, criterion_group, criterion_main};
use sponsio_bench::workload::named;
use sponsio_engine::session::Session;

fn session(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("session");
    for name in ["20 mixed contracts", "1000 contracts, 10 touched"] {
        let Ok(mut workload) = named(name) else { continue };
        workload.advance(1_000);
        let (program, session) = (workload.program(), workload.session());
        let mut bytes = Vec::new();
        session.snapshot(&mut bytes);
        group.bench_function(format!("begin, {name}"), |b| b.iter(|| Session::new(program)));
        let mut out = Vec::new();
        group.bench_function(format!("snapshot, {name}"), |b| {
            b.iter(|| {
                out.clear();
                session.snapshot(&mut out);
            });
        });
        group.bench_function(format!("restore, {name}"), |b| {
            b.iter(|| Session::restore(program, &bytes));
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(30);
    targets = session
}
criterion_main!(benches);
