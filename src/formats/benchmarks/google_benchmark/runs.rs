//! The rows of a report, gathered by benchmark: repetitions, and the figures made of them.

use rustc_hash::FxHashMap;

use super::super::list::List;
use super::super::samples::{deviation, mean};
use super::super::unit::quantity;
use crate::domain::report::{Centre, Content, Measure, Quantity, Spread};

/// One row.
#[derive(Default)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) role: Role,
    pub(super) real_time: Option<f64>,
    pub(super) unit: String,
    pub(super) bytes: Option<f64>,
    pub(super) items: Option<f64>,
    /// Of how many repetitions a figure is made.
    pub(super) repetitions: Option<u64>,
    pub(super) error: Option<String>,
}

/// What a row states.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Role {
    /// A repetition.
    #[default]
    Run,
    /// The mean of the repetitions.
    Mean,
    /// The median of the repetitions.
    Median,
    /// Their standard deviation.
    Deviation,
    /// Nothing that was measured: a fit, a share, or a benchmark that was skipped.
    Nothing,
}

impl Role {
    /// By the name that the report has for it.
    pub(super) fn of(word: &str) -> Role {
        match word {
            "mean" => Role::Mean,
            "median" => Role::Median,
            "stddev" => Role::Deviation,
            _ => Role::Nothing,
        }
    }

    /// By the end of the row's name, where the report says it nowhere else; with the benchmark's own name.
    pub(super) fn by_name(name: &str) -> (Role, &str) {
        let ends = ["mean", "median", "stddev", "cv", "BigO", "RMS"];
        let found = ends.iter().find_map(|end| {
            let own = name.strip_suffix(end)?.strip_suffix('_')?;
            Some((Role::of(end), own))
        });
        found.unwrap_or((Role::Run, name))
    }
}

/// A benchmark's rows.
#[derive(Default)]
struct Runs {
    runs: Vec<Row>,
    mean: Option<Row>,
    median: Option<Row>,
    deviation: Option<Row>,
}

/// All benchmarks, in their order.
#[derive(Default)]
pub(super) struct Table {
    names: Vec<String>,
    runs: FxHashMap<String, Runs>,
}

impl Table {
    pub(super) fn add(&mut self, row: Row) {
        if row.role == Role::Nothing && row.error.is_none() {
            return;
        }
        let runs = self.runs.entry(row.name.clone()).or_insert_with(|| {
            self.names.push(row.name.clone());
            Runs::default()
        });
        match row.role {
            Role::Run | Role::Nothing => runs.runs.push(row),
            Role::Mean => runs.mean = Some(row),
            Role::Median => runs.median = Some(row),
            Role::Deviation => runs.deviation = Some(row),
        }
    }

    pub(super) fn finish(self, content: &mut Content) {
        let mut list = List::new("google-benchmark");
        for name in &self.names {
            if let Some(runs) = self.runs.get(name) {
                for error in runs.runs.iter().filter_map(|row| row.error.as_deref()) {
                    list.fail(name, error);
                }
                list.add(name, runs.quantities());
            }
        }
        list.finish(content);
    }
}

/// A figure of a row.
type Figure = fn(&Row) -> Option<f64>;

impl Runs {
    fn quantities(&self) -> Vec<Quantity> {
        let rows = || self.runs.iter().filter(|row| row.error.is_none());
        let any = rows().chain(&self.mean).chain(&self.median).next();
        let unit = any.map_or("ns", |row| row.unit.as_str());
        let mut quantities = Vec::new();
        quantities.extend(self.quantity(|row| row.real_time, unit));
        // Of what is stated in both ways the items are what the benchmark is about.
        let items = self.quantity(|row| row.items, "items/s");
        let label = if items.is_some() { "bytes" } else { "" };
        let bytes = self.quantity(|row| row.bytes, "bytes/s");
        quantities.extend(items);
        quantities.extend(bytes.map(|bytes| bytes.named(label)));
        quantities
    }

    fn quantity(&self, figure: Figure, unit: &str) -> Option<Quantity> {
        let runs = self.runs.iter().filter(|row| row.error.is_none());
        let samples: Vec<f64> = runs.filter_map(figure).collect();
        let stated = |row: &Option<Row>| row.as_ref().and_then(figure);
        let (value, centre) = match (stated(&self.mean), mean(&samples), stated(&self.median)) {
            (Some(mean), _, _) | (None, Some(mean), _) => (mean, Centre::Mean),
            (None, None, Some(median)) => (median, Centre::Median),
            (None, None, None) => return None,
        };
        let spread = stated(&self.deviation).or_else(|| deviation(&samples));
        let made_of = self.mean.as_ref().or(self.median.as_ref());
        let count = match samples.len() as u64 {
            0 => made_of.and_then(|row| row.repetitions),
            count => Some(count),
        };
        let quantity = quantity(value, unit, Measure::Cost)?.estimated_by(centre);
        let spread = spread.map(Spread::Deviation);
        Some(quantity.of_samples(count).spread_by(spread))
    }
}
