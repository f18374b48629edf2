//! What tells one series from another.

use serde::{Deserialize, Serialize};

use super::Source;
use crate::domain::measurement::{Labels, Measurement, Scope};
use crate::domain::unit::Unit;

/// What tells one series from another.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Key {
    /// The metric.
    pub name: String,
    /// The unit of its numbers.
    pub unit: Unit,
    /// Where they come from.
    #[serde(default, skip_serializing_if = "is_default")]
    pub source: Source,
    /// The producer's own division; empty if it has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub category: String,
    /// Of what: component, operation, benchmark.
    #[serde(default, skip_serializing_if = "Labels::is_empty")]
    pub dimensions: Labels,
}

fn is_default(source: &Source) -> bool {
    *source == Source::default()
}

impl Key {
    /// The category of running totals, as programs show them to be scraped: their values are readings of one count, which
    /// only grows until it begins anew.
    pub const COUNTER: &'static str = "counter";

    /// The dimension of a histogram's buckets, as programs show them to be scraped: the value up to which they count.
    pub const BOUND: &'static str = "le";

    /// What the names of buckets end in.
    pub const BUCKETS: &'static str = "_bucket";

    /// What describes a metric and tells no series apart.
    pub const DESCRIBING: [&'static str; 2] = ["source", "category"];

    /// The dimension that tells the samples of a `base` and of a `head` apart that were measured in turn.
    pub const SIDE: &'static str = "side";

    /// What that dimension says of samples of the base.
    pub const BASE: &'static str = "base";

    /// What it says of samples of the head.
    pub const HEAD: &'static str = "head";

    /// A series without dimensions.
    pub fn new(name: &str, unit: Unit) -> Key {
        Key {
            name: name.to_owned(),
            unit,
            source: Source::default(),
            category: String::new(),
            dimensions: Labels::new(),
        }
    }

    /// The series that a snapshot's measurement is a point of: its scope, labels and producer are dimensions. `None` for
    /// files and functions, which are too many to be followed, and for what was measured on a change alone.
    pub fn of(measurement: &Measurement, unit: Unit) -> Option<Key> {
        if !measurement.part.is_whole() {
            return None;
        }
        let mut dimensions = measurement.labels.clone();
        match &measurement.scope {
            Scope::Project => {}
            Scope::Component(name) => {
                dimensions.insert("component".to_owned(), name.clone());
            }
            Scope::Benchmark(name) => {
                dimensions.insert("benchmark".to_owned(), name.clone());
            }
            Scope::File(_) | Scope::Function { .. } => return None,
        }
        if !measurement.producer.is_empty() {
            dimensions.insert("producer".to_owned(), measurement.producer.to_string());
        }
        Some(Key {
            dimensions,
            ..Key::new(&measurement.metric, unit)
        })
    }

    /// The series that this one belongs to where only some dimensions tell series apart. Source and category describe the
    /// metric and tell none apart: who types one event by hand goes on with the series that a file feeds.
    pub fn told_by(&self, tells: impl Fn(&str) -> bool) -> Key {
        let mut key = Key {
            source: Source::default(),
            category: String::new(),
            ..self.clone()
        };
        key.dimensions.retain(|name, _| tells(name));
        key
    }

    /// Whether its values are readings of a running total.
    pub fn is_counter(&self) -> bool {
        self.category == Key::COUNTER
    }

    /// Whether it is a bucket of a histogram: a running total of what was observed up to a bound.
    pub fn is_bucket(&self) -> bool {
        let is_named = self.name.ends_with(Key::BUCKETS);
        is_named && self.is_counter() && self.dimensions.contains_key(Key::BOUND)
    }

    /// Whether it is of a comparison's base: of what this run's own was held against, and so of another program. What is
    /// said of a run, of a branch or of a metric is said of its own samples, which these never are.
    pub fn is_of_base(&self) -> bool {
        self.dimensions
            .get(Key::SIDE)
            .is_some_and(|side| side == Key::BASE)
    }

    /// What it says under a name: a dimension, or `metric`, `unit`, `source`, `category`. A dimension `name`, which `andon
    /// run` gives, hides the other word for the metric.
    pub fn get(&self, name: &str) -> Option<&str> {
        let dimension = || self.dimensions.get(name).map(String::as_str);
        match name {
            "name" => dimension().or(Some(&self.name)),
            "metric" => Some(&self.name),
            "unit" => Some(self.unit.symbol()),
            "source" => Some(self.source.word()),
            "category" => Some(&self.category),
            _ => dimension(),
        }
    }
}
