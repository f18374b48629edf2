//! How much must be known before a figure, or a band, is given; and what is said where it is not.

use std::collections::BTreeMap;

use super::band::Band;
use super::distribution::Standing;
use super::report::{BandReading, DoraReport};

/// Fewer deployments in the window than this tell neither how often nor how fast a project delivers: a frequency
/// needs a gap, and the lead times of one deployment all share its date.
pub(super) const FEWEST: usize = 2;
/// Fewer deployments than this tell no rate.
pub(super) const FEWEST_FOR_RATES: usize = 3;
/// Fewer deployments than this name no band for a rate: the interval spans several.
const FEWEST_FOR_RATE_BANDS: u64 = 10;
/// Fewer deployments than this name no band for a frequency.
const FEWEST_FOR_FREQUENCY_BAND: u64 = 3;

/// Why the figures that are missing are missing.
pub(super) fn reasons(report: &DoraReport, weeks: u64) -> BTreeMap<&'static str, String> {
    let count = report.deployment_count;
    let found = match count {
        0 => "no deployment in the window".to_owned(),
        1 => "only 1 deployment in the window".to_owned(),
        _ => format!("only {count} deployments in the window"),
    };
    let few = |least: usize| format!("{found}; at least {least} are needed");
    let unbounded = "no earlier deployment tells what those of the window shipped".to_owned();
    let mut reasons = BTreeMap::new();
    let mut missing = |figure: &'static str, is_missing: bool, reason: String| {
        if is_missing {
            reasons.insert(figure, reason);
        }
    };
    missing(
        "deployments_per_week",
        report.deployments_per_week.is_none(),
        few(FEWEST),
    );
    let whole_weeks = if weeks == 0 {
        "the window has no whole week".to_owned()
    } else {
        few(FEWEST)
    };
    missing(
        "weeks_with_deployment",
        report.weeks_with_deployment.is_none(),
        whole_weeks,
    );
    let unshipped = if count == 0 {
        found.clone()
    } else {
        unbounded.clone()
    };
    missing(
        "shipped_commits",
        report.shipped_commits.is_none(),
        unshipped,
    );
    let no_lead = match report.shipped_commits {
        _ if report.deployments_per_week.is_none() => few(FEWEST),
        None => unbounded,
        Some(_) => "the deployments of the window shipped no commit of their own".to_owned(),
    };
    missing(
        "lead_time_seconds",
        report.lead_time_seconds.is_none(),
        no_lead,
    );
    missing(
        "change_fail_rate",
        report.change_fail_rate.is_none(),
        few(FEWEST_FOR_RATES),
    );
    missing(
        "rework_rate",
        report.rework_rate.is_none(),
        few(FEWEST_FOR_RATES),
    );
    let no_recovery = if count == 0 {
        found.clone()
    } else {
        "no deployment of the window is known to have failed".to_owned()
    };
    missing(
        "recovery_time_seconds",
        report.recovery_time_seconds.is_none(),
        no_recovery,
    );
    reasons
}

/// The bands of the figures that are there.
pub(super) fn bands(report: &DoraReport) -> BTreeMap<&'static str, BandReading> {
    let year = report.rules.bands;
    let reading = |enough: bool, band: Band, standing: Standing| BandReading {
        band: enough.then_some(band),
        standing_2025: enough.then_some(standing),
    };
    let frequency = report.deployments_per_week.map(|rate| {
        let enough = report.deployment_count >= FEWEST_FOR_FREQUENCY_BAND;
        reading(
            enough,
            year.of_frequency(rate),
            Standing::of_frequency(rate),
        )
    });
    let lead = report.lead_time_seconds.as_ref().map(|lead| {
        reading(
            lead.low.is_some(),
            year.of_lead_time(lead.p50),
            Standing::of_lead_time(lead.p50),
        )
    });
    let recovery = report.recovery_time_seconds.as_ref().map(|time| {
        reading(
            time.low.is_some(),
            year.of_recovery(time.p50),
            Standing::of_recovery(time.p50),
        )
    });
    let failures = report.change_fail_rate.as_ref().map(|rate| {
        let enough = rate.whole >= FEWEST_FOR_RATE_BANDS;
        reading(
            enough,
            year.of_fail_rate(rate.value),
            Standing::of_fail_rate(rate.value),
        )
    });
    [
        ("deployments_per_week", frequency),
        ("lead_time_seconds", lead),
        ("change_fail_rate", failures),
        ("recovery_time_seconds", recovery),
    ]
    .into_iter()
    .filter_map(|(figure, reading)| Some((figure, reading?)))
    .collect()
}
