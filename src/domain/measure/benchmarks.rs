//! Benchmarks, by producer and name.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::catalogue::{BENCHMARK_COUNT, BENCHMARK_FAILED};
use crate::domain::measurement::{Cause, Measurement, Scope};
use crate::domain::metric::Better;
use crate::domain::report::{Benchmark, Measure, Quantity, Report, Spread};
use crate::domain::value::Value;
use crate::text::plural;

use super::sink::Sink;

/// What one producer says, over all its reports.
#[derive(Default)]
struct Said<'a> {
    items: Vec<&'a Benchmark>,
    /// The quantities by measure and the name that they are measured on; of several the worst.
    quantities: BTreeMap<(Measure, String), &'a Quantity>,
}

pub(super) fn measure(reports: &[&Report], sink: &mut Sink<'_>) {
    let mut producers = BTreeMap::<&str, Said<'_>>::new();
    let mut looked = None;
    for report in reports {
        let Some(benchmarks) = &report.content.benchmarks else {
            continue;
        };
        looked = looked.or(Some(report.format));
        for item in &benchmarks.items {
            let said = producers.entry(&item.producer).or_default();
            said.items.push(item);
            for quantity in &item.quantities {
                let key = (quantity.measure, item.scope_name(quantity));
                let worst = said.quantities.entry(key).or_insert(quantity);
                if worse(quantity, worst) {
                    *worst = quantity;
                }
            }
        }
    }
    if let (Some(format), true) = (looked, producers.is_empty()) {
        let reason = format!("the reports of {format} hold no benchmark: none was run");
        sink.absent(FAMILY, Cause::Empty, reason);
    }
    for (producer, said) in &producers {
        put(producer, said, sink);
    }
    if let Some(evidence) = sink.evidence() {
        let items = producers.values().flat_map(|said| &said.items);
        evidence.benchmarks = items
            .take(Benchmark::KEPT)
            .map(|item| Benchmark::clone(item))
            .collect();
        (evidence.benchmarks).sort_by(|a, b| (&a.producer, &a.name).cmp(&(&b.producer, &b.name)));
        evidence.benchmarks.dedup();
    }
}

const FAMILY: &str = "benchmark.";

fn worse(one: &Quantity, other: &Quantity) -> bool {
    match one.measure.better() {
        Better::Higher => one.value < other.value,
        Better::Lower | Better::Neither => one.value > other.value,
    }
}

fn put(producer: &str, said: &Said<'_>, sink: &mut Sink<'_>) {
    let names = |items: &mut dyn Iterator<Item = &&Benchmark>| -> BTreeSet<String> {
        items.map(|item| item.name.clone()).collect()
    };
    let all = names(&mut said.items.iter());
    let failed = names(&mut said.items.iter().filter(|item| item.failure.is_some()));
    let count = |set: &BTreeSet<String>| set.len() as u64;
    sink.count(&BENCHMARK_COUNT, &Scope::Project, count(&all), producer);
    sink.count(&BENCHMARK_FAILED, &Scope::Project, count(&failed), producer);
    for ((measure, name), quantity) in &said.quantities {
        if let Some(measurement) = of(*measure, name, quantity) {
            sink.put(measurement.by(producer.to_owned()));
        }
    }
    let first = said.items.iter().find(|item| item.failure.is_some());
    if let Some(first) = first {
        // What would have been measured is not known: whatever the producer measures lacks a value.
        let why = first.failure.as_deref().unwrap_or_default();
        let more = match count(&failed) {
            1 => String::new(),
            all => format!(" (and {} more)", plural::s(all - 1, "benchmark")),
        };
        let reason = format!("{producer}: {} failed: {why}{more}", first.name);
        let known: BTreeSet<Measure> = said
            .quantities
            .keys()
            .map(|(measure, _)| *measure)
            .collect();
        for measure in Measure::ALL {
            if known.is_empty() || known.contains(&measure) {
                sink.absent(
                    measure.metric().id.clone(),
                    Cause::ToolError,
                    reason.clone(),
                );
            }
        }
    }
}

fn of(measure: Measure, name: &str, quantity: &Quantity) -> Option<Measurement> {
    let scope = Scope::Benchmark(name.to_owned());
    let value = Value::number(quantity.value)?;
    let mut measurement = Measurement::new(measure.metric().id.clone(), scope, value);
    if let Some(samples) = quantity.samples {
        measurement = measurement.over(samples);
    }
    if let Some(Spread::Interval(interval)) = quantity.spread {
        measurement.interval = Some(interval);
    }
    Some(measurement)
}
