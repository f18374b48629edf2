//! How soon is unusually soon, for this project.
//!
//! A patch release counts as a repair if it follows within a seventh of the median gap between deployments: a day for
//! a project that deploys weekly, three and a half hours for one that deploys daily; and within 72 hours at most,
//! however rarely a project deploys. If deployments fell at random times, one in ten gaps would be that short, so the
//! rule is moderate evidence; that only patch releases count makes it stronger.

use super::deployment::Deployment;
use crate::domain::stats;

/// The part of the median gap that is unusually soon.
const PART: f64 = 7.0;
/// No gap longer than this is unusually short, in seconds.
const LONGEST: i64 = 72 * 3600;
/// How many of the last gaps are looked at, so that a project's youth does not count for ever.
const RECENT: usize = 50;
/// Fewer gaps than this tell no cadence.
const FEWEST: usize = 4;

/// The time within which a patch release is a repair, in seconds; `None` while there is no cadence to tell it from.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "gaps between times of one history; the result is at most `LONGEST`"
)]
pub(super) fn unusually_soon(deployments: &[Deployment]) -> Option<i64> {
    let mut gaps: Vec<f64> = deployments
        .windows(2)
        .rev()
        .take(RECENT)
        .filter_map(|pair| Some(pair.last()?.time.saturating_sub(pair.first()?.time) as f64))
        .collect();
    if gaps.len() < FEWEST {
        return None;
    }
    gaps.sort_by(f64::total_cmp);
    let median = stats::percentile(&gaps, 50.0)?;
    Some(((median / PART) as i64).min(LONGEST))
}
