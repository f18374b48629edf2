//! Where a figure stands among the answers of DORA's 2025 report, which replaced the clusters by distributions.

use serde::Serialize;

const HOUR: f64 = 3600.0;
const DAY: f64 = 24.0 * HOUR;
const MONTH: f64 = 365.2425 / 12.0 * DAY;

/// One answer: its name, the share of respondents in percent, and the worst value that still belongs to it.
type Bucket = (&'static str, f64, f64);

/// Deployments per week; the last value is the least that belongs to the answer. Daily is once per working day.
const FREQUENCY: [Bucket; 6] = [
    ("on demand", 16.2, 7.000_001),
    ("daily", 6.5, 5.0),
    ("weekly to daily", 21.9, 1.0),
    ("monthly to weekly", 31.5, 7.0 * DAY / MONTH),
    ("every 1 to 6 months", 20.3, 7.0 * DAY / (6.0 * MONTH)),
    ("less often", 3.6, 0.0),
];

/// Seconds.
const LEAD_TIME: [Bucket; 6] = [
    ("under an hour", 9.4, HOUR),
    ("under a day", 15.0, DAY),
    ("under a week", 31.9, 7.0 * DAY),
    ("under a month", 28.3, MONTH),
    ("under 6 months", 13.2, 6.0 * MONTH),
    ("longer", 2.0, f64::INFINITY),
];

/// Seconds.
const RECOVERY: [Bucket; 6] = [
    ("under an hour", 21.3, HOUR),
    ("under a day", 35.3, DAY),
    ("under a week", 28.0, 7.0 * DAY),
    ("under a month", 9.4, MONTH),
    ("under 6 months", 4.9, 6.0 * MONTH),
    ("longer", 1.0, f64::INFINITY),
];

/// Shares of 1.
const FAIL_RATE: [Bucket; 7] = [
    ("0 to 2 %", 8.5, 0.02),
    ("2 to 4 %", 8.1, 0.04),
    ("4 to 8 %", 19.6, 0.08),
    ("8 to 16 %", 26.0, 0.16),
    ("16 to 32 %", 19.5, 0.32),
    ("32 to 64 %", 12.5, 0.64),
    ("above 64 %", 5.9, 1.0),
];

/// A place in the distribution, in percent of respondents.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Standing {
    /// The answer that the figure falls under.
    pub answer: &'static str,
    /// How many gave a worse answer.
    pub ahead_of: f64,
    /// How many gave the same.
    pub level_with: f64,
}

impl Standing {
    /// Of a frequency in deployments per week.
    pub(super) fn of_frequency(per_week: f64) -> Standing {
        place(&FREQUENCY, |least| per_week >= least)
    }

    /// Of a lead time in seconds.
    pub(super) fn of_lead_time(seconds: f64) -> Standing {
        place(&LEAD_TIME, |limit| seconds < limit)
    }

    /// Of a recovery time in seconds.
    pub(super) fn of_recovery(seconds: f64) -> Standing {
        place(&RECOVERY, |limit| seconds < limit)
    }

    /// Of a change fail rate, a share of 1.
    pub(super) fn of_fail_rate(rate: f64) -> Standing {
        place(&FAIL_RATE, |most| rate <= most)
    }
}

/// The first bucket that a value belongs to. The shares are scaled, since the published ones are rounded.
fn place(buckets: &[Bucket], belongs: impl Fn(f64) -> bool) -> Standing {
    let total: f64 = buckets.iter().map(|&(_, share, _)| share).sum();
    let percent = |share: f64| (share / total * 1000.0).round() / 10.0;
    let at = buckets.iter().position(|&(_, _, limit)| belongs(limit));
    let (_, worse) = buckets.split_at(at.map_or(buckets.len(), |at| at + 1));
    let found = at.and_then(|at| buckets.get(at)).or(buckets.last());
    Standing {
        answer: found.map_or("", |&(answer, ..)| answer),
        ahead_of: percent(worse.iter().map(|&(_, share, _)| share).sum()),
        level_with: percent(found.map_or(0.0, |&(_, share, _)| share)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_find_their_answer() {
        let weekly = Standing::of_frequency(0.9397);
        assert_eq!(
            (weekly.answer, weekly.ahead_of, weekly.level_with),
            ("monthly to weekly", 23.9, 31.5)
        );
        assert_eq!(Standing::of_frequency(70.0).answer, "on demand");
        assert_eq!(Standing::of_frequency(0.0).ahead_of, 0.0);
        assert_eq!(Standing::of_lead_time(263_172.0).answer, "under a week");
        assert_eq!(Standing::of_recovery(HOUR).answer, "under a day");
        assert_eq!(Standing::of_fail_rate(0.02).answer, "0 to 2 %");
        assert_eq!(Standing::of_fail_rate(1.0).answer, "above 64 %");
        assert_eq!(Standing::of_lead_time(1e12).ahead_of, 0.0);
    }
}
