//! The report as words, the same in each output.

use jiff::tz::TimeZone;

use crate::domain::dora::{BandReading, Clock, DeploymentReport, DoraReport, Durations, Rate};
use crate::text::number::{self, Lean};
use crate::text::plural;

/// Deployments listed; the others are counted. Failed ones are listed in any case.
const LISTED: usize = 20;

/// One figure: its title, its value or `insufficient data`, and what there is to say of it.
pub(super) struct Figure {
    pub(super) title: &'static str,
    pub(super) value: String,
    pub(super) remark: String,
}

/// The span and the rules, in one sentence.
pub(super) fn heading(report: &DoraReport) -> String {
    let clock = match report.rules.clock {
        Clock::Committer => "committer time",
        Clock::Author => "author time",
        Clock::Tagger => "tagger time",
    };
    let tags = match (report.rules.tag_prefix.as_deref(), report.rules.all_tags) {
        (Some("") | None, false) => "tags reachable from HEAD".to_owned(),
        (Some("") | None, true) => "all tags".to_owned(),
        (Some(prefix), false) => format!("tags {prefix}… reachable from HEAD"),
        (Some(prefix), true) => format!("all tags {prefix}…"),
    };
    let (start, end) = (day(report.window.start), day(report.window.end));
    let days = number::decimal(report.window.days);
    format!("{start} to {end} ({days} days), {tags}, {clock}")
}

/// The figures, in the order in which DORA lists them.
pub(super) fn figures(report: &DoraReport) -> Vec<Figure> {
    let figure = |title, key: &str, shown: Option<(String, Vec<String>)>| {
        let reason = || vec![report.insufficient.get(key).cloned().unwrap_or_default()];
        let (value, mut remarks) =
            shown.unwrap_or_else(|| ("insufficient data".to_owned(), reason()));
        remarks.extend(
            report
                .bands
                .get(key)
                .and_then(|reading| band(reading, report)),
        );
        Figure {
            title,
            value,
            remark: remarks.join("; "),
        }
    };
    let deployments = plural::s(report.deployment_count, "deployment");
    let lead = report.lead_time_seconds.as_ref();
    let percentile =
        |value: fn(&Durations) -> f64| lead.map(|lead| (number::duration(value(lead)), Vec::new()));
    vec![
        figure(
            "Deployment frequency",
            "deployments_per_week",
            report.deployments_per_week.map(|rate| {
                let weeks = report.weeks_with_deployment.as_ref();
                let weeks =
                    weeks.map(|weeks| format!("in {} of {} weeks", weeks.part, weeks.whole));
                (
                    number::format(rate, "/week"),
                    [Some(deployments), weeks].into_iter().flatten().collect(),
                )
            }),
        ),
        figure(
            "Change lead time",
            "lead_time_seconds",
            lead.map(|lead| median(lead, "commit")),
        ),
        figure("  75th percentile", "", percentile(|lead| lead.p75)),
        figure("  90th percentile", "", percentile(|lead| lead.p90)),
        figure(
            "Change fail rate",
            "change_fail_rate",
            report.change_fail_rate.as_ref().map(share),
        ),
        figure(
            "Recovery time",
            "recovery_time_seconds",
            report
                .recovery_time_seconds
                .as_ref()
                .map(|time| median(time, "failure")),
        ),
        figure(
            "Rework rate",
            "rework_rate",
            report.rework_rate.as_ref().map(share),
        ),
    ]
    .into_iter()
    // The percentiles of what is missing would only repeat that it is.
    .filter(|figure| lead.is_some() || !figure.title.starts_with(' '))
    .collect()
}

/// The notes, with the other clock where it matters.
pub(super) fn notes(report: &DoraReport) -> Vec<String> {
    let other = report.lead_time_other_clock.as_ref().map(|other| {
        let clock = match other.clock {
            Clock::Author => "author",
            Clock::Committer | Clock::Tagger => "committer",
        };
        let (time, band) = (
            number::duration(other.lead_time_seconds.p50),
            other.band.name(),
        );
        format!("by {clock} time the median lead time is {time}, which is another band: {band}")
    });
    report.notes.iter().cloned().chain(other).collect()
}

/// The deployments worth listing, newest first, and how many are left out.
pub(super) fn listed(report: &DoraReport) -> (Vec<&DeploymentReport>, usize) {
    let newest = report.deployments.iter().rev().enumerate();
    let listed: Vec<&DeploymentReport> = newest
        .filter(|(at, deployment)| *at < LISTED || deployment.failed)
        .map(|(_, deployment)| deployment)
        .collect();
    let more = report.deployments.len() - listed.len();
    (listed, more)
}

/// A deployment's cells: tags, day, what it shipped, median lead time, outcome.
pub(super) fn cells(deployment: &DeploymentReport) -> [String; 5] {
    let shipped = deployment.shipped_commits;
    let mut outcome = Vec::new();
    if deployment.failed {
        outcome.push(match deployment.recovery_seconds {
            Some(time) => format!("failed, recovered after {}", number::duration(time)),
            None => "failed".to_owned(),
        });
    }
    if deployment.rework {
        outcome.push("rework".to_owned());
    }
    [
        deployment.tags.join(", "),
        day(deployment.time),
        shipped.map_or("not known".to_owned(), |count| plural::s(count, "commit")),
        deployment
            .lead_time_p50_seconds
            .map_or("–".to_owned(), number::duration),
        outcome.join("; "),
    ]
}

fn median(durations: &Durations, of: &str) -> (String, Vec<String>) {
    let interval = durations.low.zip(durations.high).map(|(low, high)| {
        format!(
            "95 % between {} and {}",
            number::duration(low),
            number::duration(high)
        )
    });
    let count = format!("median of {}", plural::s(durations.count, of));
    (
        number::duration(durations.p50),
        [Some(count), interval].into_iter().flatten().collect(),
    )
}

fn share(rate: &Rate) -> (String, Vec<String>) {
    let (low, high) = (rate.low * 100.0, rate.high * 100.0);
    let interval = format!(
        "95 % between {} and {}",
        number::percent(low, Lean::Down),
        number::percent(high, Lean::Up)
    );
    let counts = format!("{} of {}", rate.part, plural::s(rate.whole, "deployment"));
    (
        number::ratio(rate.part, rate.whole, Lean::Down),
        vec![counts, interval],
    )
}

fn band(reading: &BandReading, report: &DoraReport) -> Option<String> {
    let year = match report.rules.bands {
        crate::domain::dora::BandYear::Y2023 => 2023,
        crate::domain::dora::BandYear::Y2024 => 2024,
    };
    let (Some(band), Some(standing)) = (reading.band, &reading.standing_2025) else {
        return Some("too little data for a band".to_owned());
    };
    let (ahead, level) = (
        number::decimal(standing.ahead_of),
        number::decimal(standing.level_with),
    );
    Some(format!(
        "{year}: {}; 2025: ahead of {ahead} %, level with {level} %",
        band.name()
    ))
}

/// The day of a time, in UTC.
fn day(time: jiff::Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).date().to_string()
}
