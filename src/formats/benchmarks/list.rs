//! Benchmarks as they are read, each name once.

use rustc_hash::FxHashMap;

use crate::domain::report::{Benchmark, Benchmarks, Content, Quantity};

/// The benchmarks of one report.
pub(super) struct List {
    producer: &'static str,
    items: Vec<Benchmark>,
    places: FxHashMap<String, usize>,
}

impl List {
    /// None yet.
    pub(super) fn new(producer: &'static str) -> List {
        List {
            producer,
            items: Vec::new(),
            places: FxHashMap::default(),
        }
    }

    /// The benchmark of this name.
    pub(super) fn at(&mut self, name: &str) -> Option<&mut Benchmark> {
        let place = match self.places.get(name) {
            Some(place) => *place,
            None => {
                self.items.push(Benchmark {
                    producer: self.producer.into(),
                    name: name.to_owned(),
                    ..Benchmark::default()
                });
                self.places.insert(name.to_owned(), self.items.len() - 1);
                self.items.len() - 1
            }
        };
        self.items.get_mut(place)
    }

    /// Adds what was measured. Without anything measured the benchmark failed: it has no value that could be judged.
    pub(super) fn add(&mut self, name: &str, quantities: impl IntoIterator<Item = Quantity>) {
        if let Some(benchmark) = self.at(name) {
            benchmark.quantities.extend(quantities);
            if benchmark.quantities.is_empty() && benchmark.failure.is_none() {
                benchmark.failure = Some("it has no value".to_owned());
            }
        }
    }

    /// Notes that a benchmark failed; the first reason counts.
    pub(super) fn fail(&mut self, name: &str, why: &str) {
        if let Some(benchmark) = self.at(name) {
            let why = why.trim();
            let why = if why.is_empty() {
                "it says no more"
            } else {
                why
            };
            benchmark.failure.get_or_insert_with(|| why.to_owned());
        }
    }

    /// Hands over what was read. Called also after an error, so that what stands before it stays.
    pub(super) fn finish(self, content: &mut Content) {
        content.benchmarks = Some(Benchmarks { items: self.items });
    }
}
