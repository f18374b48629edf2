//! What a gate found over time.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Amount;

/// How the value stands to the target of the day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Target {
    /// The quarter, month or day that names the target: `2026-Q2`.
    pub period: String,
    /// What must hold from then on, as the policy writes it.
    pub requirement: String,
    /// Whether it is in force; the first one may be yet to come.
    pub due: bool,
    /// Whether it is met; what has no value does not meet it.
    pub met: bool,
    /// How much of it the value reaches, in percent; null where shares say nothing.
    pub share: Option<f64>,
    /// The zone, where the policy has zones.
    pub zone: Option<Zone>,
    /// Which way the metric goes, where the policy has zones.
    pub direction: Option<Direction>,
}

/// How a value stands to its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words say it")]
pub enum Zone {
    Green,
    Yellow,
    Red,
}

impl Zone {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Zone::Green => "green",
            Zone::Yellow => "yellow",
            Zone::Red => "red",
        }
    }
}

/// Which way a metric goes over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// For the better.
    Better,
    /// For the worse.
    Worse,
    /// Neither.
    Level,
    /// It cannot be told; a note says why.
    Unknown,
}

/// What watching a series came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// Nothing to be seen.
    Steady,
    /// Worse by what counts, but the values scatter too widely to tell it from chance.
    Noisy,
    /// Perhaps worse: there is too little past to fail by.
    Suspect,
    /// Worse, if a second run says so too.
    Unconfirmed,
    /// Worse.
    Worse,
    /// It cannot be told.
    InsufficientData,
}

/// What the samples of one group come to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SampleGroup {
    /// The dimension's value; empty for all together, and for samples that lack it.
    pub name: String,
    /// How many samples.
    pub count: u64,
    /// The figure that is judged; null with too few samples.
    pub figure: Option<Amount>,
    /// Their median.
    pub median: Option<Amount>,
    /// The share of samples that hold the bound by themselves, in percent.
    pub success: Option<f64>,
    /// By how much the figure is beyond the bound, in percent of the bound; negative within it.
    pub violation: Option<f64>,
    /// Whether the figure holds the bound.
    pub holds: bool,
    /// How the figure stands to the target of the day; left out where the bound is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
}
