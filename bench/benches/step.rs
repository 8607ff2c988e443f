//! How long a warm step takes, for every workload and every pattern.

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use sponsio_bench::workload::Workload;
use sponsio_bench::{Failure, pattern, workload};

fn group(group: &mut BenchmarkGroup<'_, WallTime>, workloads: Result<Vec<Workload>, Failure>) {
    for mut workload in workloads.into_iter().flatten() {
        workload.advance(5_000);
        let events = u64::try_from(workload.events()).unwrap_or(1);
        group.throughput(Throughput::Elements(events));
        let name = workload.name.clone();
        group.bench_function(name, |bencher| bencher.iter(|| workload.round()));
    }
}

fn step(criterion: &mut Criterion) {
    group(&mut criterion.benchmark_group("step"), workload::all());
    group(&mut criterion.benchmark_group("pattern"), pattern::all());
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(30);
    targets = step
}
criterion_main!(benches);
