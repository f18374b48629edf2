//! What is said of a repository's delivery: the figures, the rules they were found by, and the evidence.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::band::{Band, BandYear};
use super::commit_id::CommitId;
use super::distribution::Standing;
use super::evidence::Why;
use super::options::Clock;

/// Delivery metrics of one window. Figures that the data does not carry are `None`, with a reason in `insufficient`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DoraReport {
    /// The commit at HEAD.
    pub head: Option<CommitId>,
    /// The branch at HEAD.
    pub branch: Option<String>,
    /// The span looked at.
    pub window: WindowReport,
    /// The rules that were applied.
    pub rules: Rules,
    /// Deployments in the window.
    pub deployment_count: u64,
    /// Deployments per week of the window.
    pub deployments_per_week: Option<f64>,
    /// Of the window's whole weeks, those with a deployment.
    pub weeks_with_deployment: Option<Rate>,
    /// Changes first shipped in the window: commits without merges, copies counted once.
    pub shipped_commits: Option<u64>,
    /// From a commit to the deployment that ships it, in seconds.
    pub lead_time_seconds: Option<Durations>,
    /// The lead time by the other start clock, where it falls into another band.
    pub lead_time_other_clock: Option<OtherClock>,
    /// Failed deployments of all.
    pub change_fail_rate: Option<Rate>,
    /// From a failed deployment to the first that holds a fix, in seconds.
    pub recovery_time_seconds: Option<Durations>,
    /// Deployments that exist only because an earlier one failed, of all.
    pub rework_rate: Option<Rate>,
    /// By figure: its band and its place in the distribution of 2025.
    pub bands: BTreeMap<&'static str, BandReading>,
    /// By figure that is missing: why.
    pub insufficient: BTreeMap<&'static str, String>,
    /// What a reader should know of how the figures came about.
    pub notes: Vec<String>,
    /// The window's deployments, oldest first.
    pub deployments: Vec<DeploymentReport>,
}

/// The span looked at: after `start`, up to and including `end`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WindowReport {
    /// Its start, exclusive.
    pub start: Timestamp,
    /// Its end, inclusive.
    pub end: Timestamp,
    /// Its length in days.
    pub days: f64,
}

/// The rules that were applied.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rules {
    /// What deployment tags have before their version; `None` where a pattern chose them.
    pub tag_prefix: Option<String>,
    /// Whether tags outside HEAD's history count.
    pub all_tags: bool,
    /// The times taken.
    pub clock: Clock,
    /// The time within which a patch release counts as a repair, in seconds; `None` where no cadence is known.
    pub patch_within_seconds: Option<i64>,
    /// The year whose bands are named.
    pub bands: BandYear,
}

/// Percentiles of durations, in seconds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Durations {
    /// The median.
    pub p50: f64,
    /// The 75th percentile.
    pub p75: f64,
    /// The 90th percentile.
    pub p90: f64,
    /// Lower bound of the median at 95 %; `None` for fewer than six durations.
    pub low: Option<f64>,
    /// Upper bound of the median at 95 %.
    pub high: Option<f64>,
    /// How many durations there are.
    pub count: u64,
}

/// The lead time by the clock that was not chosen.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OtherClock {
    /// That clock.
    pub clock: Clock,
    /// What it gives.
    pub lead_time_seconds: Durations,
    /// The band it falls into.
    pub band: Band,
}

/// A share with its 95 % interval, as shares of 1.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rate {
    /// The share.
    pub value: f64,
    /// Wilson's lower bound.
    pub low: f64,
    /// Wilson's upper bound.
    pub high: f64,
    /// How many.
    pub part: u64,
    /// Out of how many.
    pub whole: u64,
}

/// How a figure compares with others' in DORA's surveys.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BandReading {
    /// The band of the year in force; `None` where there is too little data to name one.
    pub band: Option<Band>,
    /// The place in the distribution of 2025; `None` likewise.
    pub standing_2025: Option<Standing>,
}

/// A deployment with its evidence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DeploymentReport {
    /// Its name: the first of its tags.
    pub name: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// The commit deployed; the last of several where releases are clustered.
    pub commit: CommitId,
    /// When it ended.
    pub time: Timestamp,
    /// Changes that it shipped first; `None` where no earlier deployment tells.
    pub shipped_commits: Option<u64>,
    /// The median lead time of those, in seconds.
    pub lead_time_p50_seconds: Option<f64>,
    /// Whether it failed.
    pub failed: bool,
    /// Why it counts as failed.
    pub why: Vec<Why>,
    /// The first deployment that holds a fix.
    pub recovered_by: Option<String>,
    /// How long that took, in seconds.
    pub recovery_seconds: Option<f64>,
    /// Whether it exists only because an earlier one failed.
    pub rework: bool,
}
