//! How long it takes from contracts to a program.

use criterion::{Criterion, criterion_group, criterion_main};
use sponsio_bench::contracts::{MIXED, contracts, program, regexes, table};

fn load(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("load");
    let sets = [
        ("20 mixed contracts", MIXED.map(str::to_owned).to_vec()),
        ("20 regexes", regexes()),
        ("1000 contracts", table(1_000, 150)),
    ];
    for (name, sentences) in sets {
        let Ok(parsed) = contracts(&sentences) else { continue };
        group.bench_function(format!("compile {name}"), |b| b.iter(|| program(&parsed)));
        group.bench_function(format!("read {name}"), |b| b.iter(|| contracts(&sentences)));
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = load
}
criterion_main!(benches);
