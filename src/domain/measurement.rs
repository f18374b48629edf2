//! Values of metrics, each with the scope it was measured on.

use std::borrow::Cow;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::catalogue::basis_of;
use super::metric::ScopeKind;
use super::value::Value;

pub use super::labels::Labels;

/// What a value was measured on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Everything together.
    Project,
    /// A component of the policy, by name.
    Component(String),
    /// A source file, by its path in the repository.
    File(String),
    /// A function.
    Function {
        /// The file's path in the repository.
        path: String,
        /// The function's name, qualified as the producer states it.
        name: String,
        /// Its first line; 0 if unknown.
        line: u32,
    },
    /// A benchmark, by its qualified name; a further quantity of it has its own name behind.
    Benchmark(String),
}

impl Scope {
    /// The kind of thing this is.
    pub fn kind(&self) -> ScopeKind {
        match self {
            Scope::Project => ScopeKind::Project,
            Scope::Component(_) => ScopeKind::Component,
            Scope::File(_) => ScopeKind::File,
            Scope::Function { .. } => ScopeKind::Function,
            Scope::Benchmark(_) => ScopeKind::Benchmark,
        }
    }

    /// The path of a file or a function's file.
    pub fn path(&self) -> Option<&str> {
        match self {
            Scope::File(path) | Scope::Function { path, .. } => Some(path),
            Scope::Project | Scope::Component(_) | Scope::Benchmark(_) => None,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scope::Project => f.write_str("project"),
            Scope::Component(name) | Scope::Benchmark(name) => f.write_str(name),
            Scope::File(path) => f.write_str(path),
            Scope::Function {
                path,
                name,
                line: 0,
            } => write!(f, "{path} {name}"),
            Scope::Function { path, name, line } => write!(f, "{path}:{line} {name}"),
        }
    }
}

/// Which part of a thing was measured.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// All of it.
    #[default]
    Whole,
    /// What the change touches: added and rewritten lines, functions and findings on them.
    Changed,
    /// What the baseline does not have.
    New,
}

impl Part {
    /// Whether it is all of the thing.
    pub fn is_whole(&self) -> bool {
        *self == Part::Whole
    }
}

/// Bounds within which the true value lies, at a stated confidence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Lower bound, in the metric's base unit.
    pub low: f64,
    /// Upper bound, in the metric's base unit.
    pub high: f64,
    /// Confidence in percent, such as 95.
    pub confidence: f64,
}

/// How much was inspected to get a value: the floor that a policy can ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// How many.
    pub count: u64,
    /// Of what, in the plural: `lines`, `tests`, `functions`, `files`, `deployments`.
    pub of: Cow<'static, str>,
}

impl Basis {
    /// So many of these.
    pub fn new(count: u64, of: &'static str) -> Basis {
        Basis {
            count,
            of: Cow::Borrowed(of),
        }
    }
}

/// A value of a metric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// The metric's id.
    pub metric: Cow<'static, str>,
    /// What it was measured on.
    pub scope: Scope,
    /// Which part of it.
    #[serde(default, skip_serializing_if = "Part::is_whole")]
    pub part: Part,
    /// The value, in the metric's base unit.
    pub value: Value,
    /// Where the value is an estimate, its bounds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
    /// How much was inspected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
    /// Whose counting rule it follows, where that matters: `radon`, `lizard`. Empty where producers agree.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub producer: Cow<'static, str>,
    /// The labels that the reports were selected by; empty for all reports.
    #[serde(default, skip_serializing_if = "Labels::is_empty")]
    pub labels: Labels,
}

impl Measurement {
    /// A plain measurement; the optional parts are set on the result.
    pub fn new(metric: impl Into<Cow<'static, str>>, scope: Scope, value: Value) -> Measurement {
        Measurement {
            metric: metric.into(),
            scope,
            part: Part::Whole,
            value,
            interval: None,
            basis: None,
            producer: Cow::Borrowed(""),
            labels: Labels::new(),
        }
    }

    /// States how much was inspected, in the noun that the catalogue has for the metric; a metric without one rests on
    /// nothing counted.
    #[must_use]
    pub fn over(mut self, count: u64) -> Measurement {
        self.basis = basis_of(&self.metric).map(|of| Basis::new(count, of));
        self
    }

    /// States which part was measured.
    #[must_use]
    pub fn of(mut self, part: Part) -> Measurement {
        self.part = part;
        self
    }

    /// States whose counting rule the value follows.
    #[must_use]
    pub fn by(mut self, producer: impl Into<Cow<'static, str>>) -> Measurement {
        self.producer = producer.into();
        self
    }
}

/// Why a metric has no value where one could be expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Reports were read, but nothing was inspected: no lines, no tests, no files.
    Empty,
    /// There is data, but too little to say anything.
    Insufficient,
    /// The history needed is not in this clone.
    Shallow,
    /// The producing tool reports that it failed.
    ToolError,
}

/// The stated absence of a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// The metric's id, or a prefix ending in `.` for a whole family (`dora.`).
    pub metric: Cow<'static, str>,
    /// What kind of absence it is.
    pub cause: Cause,
    /// What is missing and what to do about it, as a sentence without a full stop.
    pub reason: String,
}

impl Absence {
    /// Whether it speaks of this metric, by its id or by its family.
    pub fn covers(&self, metric: &str) -> bool {
        *self.metric == *metric || (self.metric.ends_with('.') && metric.starts_with(&*self.metric))
    }
}
