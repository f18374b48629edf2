//! What a policy file comes to.

use std::sync::Arc;

use globset::GlobSet;

use super::diagnostics::Diagnostics;
use crate::domain::formula::Formula;
use crate::domain::gate::policy::{Limits, Policy};
use crate::domain::measurement::Labels;
use crate::domain::metric::Metric;

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
    pub dora: Dora,
    /// What it means if most paths of a report match no file of the repository.
    pub on_unmatched: OnUnmatched,
    /// The policy files that were read, relative to the workspace; empty if there are none.
    pub files: Vec<String>,
    /// What the author should know: warnings only.
    pub warnings: Diagnostics,
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
    /// How it is computed.
    pub formula: Formula,
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

/// Whose time counts for delivery metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clock {
    /// The committer's, for start and end.
    #[default]
    Committer,
    /// The author's for the start, the committer's for the end.
    Author,
    /// The committer's for the start, the tagger's for the end.
    Tagger,
}

/// Which tags count as deployments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// Those reachable from HEAD; all, if far newer ones are not.
    #[default]
    Auto,
    /// Those reachable from HEAD.
    Reachable,
    /// All.
    All,
}

/// How delivery metrics are measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dora {
    /// How far back deployments count, in days.
    pub window_days: u32,
    /// What stands before the version in release tags; `None` to tell it from the tags.
    pub tag_prefix: Option<String>,
    /// Which tags count.
    pub reach: Reach,
    /// Whose time counts.
    pub clock: Clock,
    /// The year of the report whose bands are shown.
    pub band_year: u16,
}

impl Default for Dora {
    fn default() -> Self {
        Dora {
            window_days: 90,
            tag_prefix: None,
            reach: Reach::default(),
            clock: Clock::default(),
            band_year: 2024,
        }
    }
}
