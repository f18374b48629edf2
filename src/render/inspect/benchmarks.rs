//! The figures of benchmarks.

use serde::Serialize;

use crate::domain::report::benchmarks::Stated;
use crate::domain::report::{Benchmark, Benchmarks, Quantity, Spread};
use crate::text::{number, plural};

/// Figures of benchmarks.
#[derive(Debug, Clone, Serialize)]
pub struct BenchmarkFigures {
    /// How many.
    pub count: u64,
    /// How many of them failed.
    pub failed: u64,
    /// What was measured.
    pub quantities: Vec<QuantityFigures>,
    /// The failed ones, each with the reason.
    pub failures: Vec<FailureFigures>,
}

/// One quantity of a benchmark.
#[derive(Debug, Clone, Serialize)]
pub struct QuantityFigures {
    /// The benchmark, and the quantity's own name behind it.
    pub name: String,
    /// The metric's id.
    pub metric: String,
    /// The estimate in the metric's unit.
    pub value: f64,
    /// The metric's unit.
    pub unit: String,
    /// Which estimate it is.
    pub centre: &'static str,
    /// The number as the tool wrote it.
    pub stated: Stated,
    /// How far the samples lie apart, in the metric's unit.
    pub spread: Option<Spread>,
    /// How many samples it rests on.
    pub samples: Option<u64>,
}

/// A benchmark that failed.
#[derive(Debug, Clone, Serialize)]
pub struct FailureFigures {
    /// The benchmark.
    pub name: String,
    /// Why it failed.
    pub reason: String,
}

/// How many quantities a terminal shows.
const SHOWN: usize = 20;

pub(super) fn figures(said: &Benchmarks) -> BenchmarkFigures {
    let failures = said.items.iter().filter_map(|item| {
        Some(FailureFigures {
            name: item.name.clone(),
            reason: item.failure.clone()?,
        })
    });
    let failures: Vec<FailureFigures> = failures.collect();
    let quantities = Benchmark::quantities_with_names;
    BenchmarkFigures {
        count: said.items.len() as u64,
        failed: failures.len() as u64,
        quantities: said
            .items
            .iter()
            .flat_map(quantities)
            .map(quantity)
            .collect(),
        failures,
    }
}

fn quantity((name, quantity): (String, &Quantity)) -> QuantityFigures {
    let metric = quantity.measure.metric();
    QuantityFigures {
        name,
        metric: metric.id.to_string(),
        value: quantity.value,
        unit: metric.unit.symbol().to_owned(),
        centre: quantity.centre.word(),
        stated: quantity.stated.clone(),
        spread: quantity.spread,
        samples: quantity.samples,
    }
}

impl BenchmarkFigures {
    /// Name and value of each line on a terminal.
    pub(super) fn rows(&self) -> Vec<(String, String)> {
        let mut all = number::count(self.count);
        if self.failed > 0 {
            all.push_str(&format!(", {} failed", number::count(self.failed)));
        }
        let mut rows = vec![("benchmarks".to_owned(), all)];
        let quantities = self.quantities.iter().take(SHOWN);
        rows.extend(quantities.map(|quantity| (quantity.name.clone(), quantity.words())));
        if let Some(more) = self.quantities.len().checked_sub(SHOWN + 1) {
            rows.push(("…".to_owned(), format!("{} more", more + 1)));
        }
        let failures = self.failures.iter().take(SHOWN);
        rows.extend(
            failures.map(|failed| (failed.name.clone(), format!("failed: {}", failed.reason))),
        );
        rows
    }
}

impl QuantityFigures {
    /// `1.23 µs (mean of 100 samples)`: times and sizes in the unit that suits them, all else as the tool wrote it.
    fn words(&self) -> String {
        let Stated { value, unit } = &self.stated;
        let value = match self.unit.as_str() {
            "s" | "B" => number::format(self.value, &self.unit),
            _ => format!("{} {unit}", number::decimal(*value)),
        };
        let samples = self.samples.map(|samples| plural::s(samples, "sample"));
        match samples {
            Some(samples) => format!("{} ({} of {samples})", value.trim_end(), self.centre),
            None => format!("{} ({})", value.trim_end(), self.centre),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_keep_their_digits_and_the_rest_its_unit() {
        let words = |value, unit: &str, stated: (f64, &str)| {
            let quantity = QuantityFigures {
                name: String::new(),
                metric: String::new(),
                value,
                unit: unit.to_owned(),
                centre: "mean",
                stated: Stated {
                    value: stated.0,
                    unit: stated.1.to_owned(),
                },
                spread: None,
                samples: None,
            };
            quantity.words()
        };
        assert_eq!(words(0.0355, "s", (0.0355, "s")), "35.5 ms (mean)");
        assert_eq!(words(1.7e-7, "s", (0.17, "us")), "170 ns (mean)");
        assert_eq!(words(2_048_000.0, "B", (2000.0, "KiB")), "2.05 MB (mean)");
        assert_eq!(
            words(1234.5, "/s", (1234.5, "ops/s")),
            "1,234.5 ops/s (mean)"
        );
    }
}
