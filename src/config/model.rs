//! What a policy file comes to.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use globset::GlobSet;

use super::diagnostics::Diagnostics;
use super::publishing::Publishing;
use crate::domain::event::Sampling;
use crate::domain::formula::{Derived, Formula};
use crate::domain::gate::policy::Policy;
use crate::domain::measure::Limits;
use crate::domain::measurement::Labels;
use crate::domain::metric::Metric;
use crate::domain::past::Keep;
use crate::domain::reading::{Reading, Take};
use crate::domain::watch::Rule;
use crate::domain::{catalogue, dora};

/// A validated policy file, with everything it extends and every override.
#[derive(Debug)]
pub struct Config {
    /// What is judged.
    pub policy: Policy,
    /// Where the reports are; empty means in the usual places.
    pub reports: Vec<ReportRule>,
    /// What the `….over` metrics count against.
    pub limits: Limits,
    /// The user's own metrics, each after those that its formula needs.
    pub user_metrics: Vec<UserMetric>,
    /// How delivery metrics are measured.
    pub dora: dora::Options,
    /// What it means if most paths of a report match no file of the repository.
    pub on_unmatched: OnUnmatched,
    /// Beginnings of report paths, each with what takes its place.
    pub replaced: BTreeMap<String, String>,
    /// Where the history is kept, if the policy says so.
    pub history: Option<HistoryPlace>,
    /// The dimensions of events that tell a person.
    pub personal: Vec<String>,
    /// For how long what is kept in it.
    pub keep: Keep,
    /// Of which metrics only a share of the events is kept.
    pub sampling: Sampling,
    /// Whether reads and deletions are logged wherever it is.
    pub audit: bool,
    /// Whether what all repositories and folders recorded is judged together over time.
    pub everywhere: bool,
    /// What of a result is published.
    pub publishing: Publishing,
    /// What is watched over the history.
    pub alerts: Vec<Rule>,
    /// The policy files that were read, relative to the workspace; empty if there are none.
    pub files: Vec<String>,
    /// The parts that have mistakes, where whoever loaded it does without them; what could be read of them is not to be used.
    pub broken: Vec<&'static str>,
    /// What the author should know: warnings only, and the mistakes in what is broken.
    pub warnings: Diagnostics,
}

/// Where the history is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HistoryPlace {
    /// In the repository, under this ref, by its full name: `refs/andon/history`, `refs/heads/andon-history`.
    Git(String),
    /// In this folder, relative to the workspace.
    Folder(String),
    /// In this SQLite file, relative to the workspace.
    Database(String),
}

impl HistoryPlace {
    /// The ref that is used where none is named.
    pub const REF: &'static str = "refs/andon/history";

    /// The folder that is used where none is named.
    pub const FOLDER: &'static str = ".andon/history";

    /// The SQLite file that is used where none is named.
    pub const DATABASE: &'static str = ".andon/history.sqlite";
}

/// Where reports are, and what is known of them.
#[derive(Debug, Clone)]
pub struct ReportRule {
    /// The path or pattern as written, relative to the workspace.
    pub path: String,
    /// The same as a matcher.
    pub matcher: GlobSet,
    /// The id of their format, if the policy states it.
    pub format: Option<String>,
    /// Their labels.
    pub labels: Labels,
    /// Where the rule was written.
    pub origin: String,
}

/// A metric that a policy defines.
#[derive(Debug, Clone, PartialEq)]
pub struct UserMetric {
    /// The metric; it is measured on the project.
    pub metric: Arc<Metric>,
    /// Where its value comes from.
    pub supply: Supply,
    /// What a number that names no unit is multiplied by to be in the metric's: 0.001 where the policy says `unit: ms`.
    pub scale: f64,
}

/// Where the value of a user's metric comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Supply {
    /// It is computed from other metrics.
    Formula(Formula),
    /// It stands in a file.
    File(Reading),
    /// A report states it by the metric's id: OpenMetrics.
    Report,
}

impl Supply {
    /// The metrics that it needs.
    pub fn inputs(&self) -> Vec<&str> {
        match self {
            Supply::Formula(formula) => formula.inputs(),
            Supply::File(_) | Supply::Report => Vec::new(),
        }
    }
}

impl fmt::Display for Supply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Supply::Formula(formula) => f.write_str(formula.text()),
            Supply::File(reading) => {
                let take = reading.take.map_or("", Take::word);
                let gap = if take.is_empty() { "" } else { " " };
                write!(f, "{take}{gap}{} in {}", reading.spot, reading.path)?;
                match reading.unit.as_str() {
                    "" => Ok(()),
                    unit => write!(f, " ({unit})"),
                }
            }
            Supply::Report => f.write_str("stated by a report"),
        }
    }
}

/// What unmatched report paths mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnUnmatched {
    /// A problem of the report.
    #[default]
    Error,
    /// A warning.
    Warn,
}

impl Config {
    /// The metric with this id: a built-in one or one of the policy's own.
    pub fn metric(&self, id: &str) -> Option<&Metric> {
        let own = self.user_metrics.iter().map(|own| own.metric.as_ref());
        catalogue::find(id).or_else(|| own.into_iter().find(|metric| metric.id == id))
    }

    /// The metrics of the policy that are computed from others.
    pub fn derived(&self) -> Derived {
        let formulas = self
            .user_metrics
            .iter()
            .filter_map(|own| match &own.supply {
                Supply::Formula(formula) => Some((&*own.metric.id, formula, &own.metric.unit)),
                Supply::File(_) | Supply::Report => None,
            });
        Derived::of(formulas)
    }

    /// Where the policy was written, in a few words.
    pub fn origin(&self) -> String {
        if self.files.is_empty() {
            return "none here, so the preset `recommended`".to_owned();
        }
        self.files.join(", ")
    }
}
