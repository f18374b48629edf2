//! The text of tools that load a web server.

pub(super) mod ab;
pub(super) mod hey;
pub(super) mod wrk;

use crate::domain::catalogue::{
    BENCHMARK_COST, BENCHMARK_COUNTED, BENCHMARK_THROUGHPUT, BENCHMARK_TIME, Family,
};
use crate::domain::report::{Benchmark, Benchmarks, Centre, Content, Measure, Problem, Quantity};

use super::unit::quantity;

static SUPPLIED: &[Family] = &[
    &[&BENCHMARK_TIME, &BENCHMARK_THROUGHPUT, &BENCHMARK_COST],
    BENCHMARK_COUNTED,
];

/// The percentiles of latency that count: those that people set goals for.
const RANKS: [&str; 3] = ["90", "95", "99"];

/// What a run of such a tool states.
#[derive(Default)]
struct Run {
    /// What was loaded.
    name: String,
    quantities: Vec<Quantity>,
    /// Requests that were answered with success or failed, as far as stated.
    requests: f64,
    errors: f64,
}

impl Run {
    fn add(&mut self, found: Option<Quantity>) {
        self.quantities.extend(found);
    }

    /// A percentile of the latency.
    fn rank(&mut self, percent: &str, value: f64, unit: &str) {
        if RANKS.contains(&percent) {
            let found = quantity(value, unit, Measure::Time);
            let name = format!("p{percent}");
            self.add(found.map(|found| found.named(name).estimated_by(Centre::Rank)));
        }
    }

    /// Hands over what was read. Where no request succeeded, what was measured is not what was meant to be.
    fn finish(mut self, tool: &'static str, content: &mut Content) -> Result<(), Problem> {
        let wanted = |measure| self.quantities.iter().any(|found| found.measure == measure);
        let whole = wanted(Measure::Throughput);
        let failure = if self.requests <= 0.0 {
            Some("no request was answered".to_owned())
        } else if self.errors >= self.requests {
            Some("every request failed".to_owned())
        } else {
            None
        };
        let errors = quantity(self.errors, "", Measure::Cost);
        self.add(errors.map(|errors| errors.named("errors")));
        content.benchmarks = Some(Benchmarks {
            items: vec![Benchmark {
                producer: tool.into(),
                name: self.name,
                quantities: self.quantities,
                failure,
            }],
        });
        if whole {
            return Ok(());
        }
        Err(Problem::error(format!(
            "{tool} states no requests per second: the run did not end, or the text is cut off"
        )))
    }
}

/// The number at the beginning of a text, and what follows it.
fn leading(text: &str) -> Option<(f64, &str)> {
    let text = text.trim_start();
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    Some((number.parse().ok()?, rest.trim_start()))
}
