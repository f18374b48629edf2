//! The bands of DORA's yearly reports. They describe clusters of survey answers, not cut-offs; a value that falls
//! between two clusters is given the worse, and never `elite` by luck.

use serde::Serialize;

const HOUR: f64 = 3600.0;
const DAY: f64 = 24.0 * HOUR;
const WEEK: f64 = 7.0 * DAY;
/// A month of the Gregorian calendar on average.
const MONTH: f64 = 365.2425 / 12.0 * DAY;

/// A performance level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// The best cluster.
    Elite,
    /// The second.
    High,
    /// The third.
    Medium,
    /// The last.
    Low,
}

impl Band {
    /// The band's name.
    pub fn name(self) -> &'static str {
        match self {
            Band::Elite => "elite",
            Band::High => "high",
            Band::Medium => "medium",
            Band::Low => "low",
        }
    }
}

/// The report that bands are taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum BandYear {
    /// Accelerate State of DevOps 2023.
    #[serde(rename = "2023")]
    Y2023,
    /// Accelerate State of DevOps 2024, the last with clusters.
    #[serde(rename = "2024")]
    Y2024,
}

impl BandYear {
    /// The band of a deployment frequency, in deployments per week. Elite deploys on demand, taken here as more than
    /// once a day; low is less than once a month.
    pub(super) fn of_frequency(self, per_week: f64) -> Band {
        match per_week {
            rate if rate > 7.0 => Band::Elite,
            rate if rate >= 1.0 => Band::High,
            rate if rate >= WEEK / MONTH => Band::Medium,
            _ => Band::Low,
        }
    }

    /// The band of a lead time in seconds.
    pub(super) fn of_lead_time(self, seconds: f64) -> Band {
        match seconds {
            time if time < DAY => Band::Elite,
            time if time < WEEK => Band::High,
            time if time < MONTH => Band::Medium,
            _ => Band::Low,
        }
    }

    /// The band of a recovery time in seconds. In 2024 high and medium both recover within a day: high.
    pub(super) fn of_recovery(self, seconds: f64) -> Band {
        match (seconds, self) {
            (time, _) if time < HOUR => Band::Elite,
            (time, _) if time < DAY => Band::High,
            (time, BandYear::Y2023) if time < WEEK => Band::Medium,
            _ => Band::Low,
        }
    }

    /// The band of a change fail rate, a share of 1: the nearest cluster's. In 2024 the medium cluster failed less
    /// often than the high one, so the order of bands is not that of rates.
    pub(super) fn of_fail_rate(self, rate: f64) -> Band {
        let clusters = match self {
            BandYear::Y2023 => [
                (0.05, Band::Elite),
                (0.10, Band::High),
                (0.15, Band::Medium),
                (0.64, Band::Low),
            ],
            BandYear::Y2024 => [
                (0.05, Band::Elite),
                (0.20, Band::High),
                (0.10, Band::Medium),
                (0.40, Band::Low),
            ],
        };
        let distance = |(centre, _): &(f64, Band)| (centre - rate).abs();
        let nearest = clusters.iter().min_by(|a, b| {
            distance(a)
                .total_cmp(&distance(b))
                .then(b.0.total_cmp(&a.0))
        });
        nearest.map_or(Band::Low, |&(_, band)| band)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_follow_the_yearly_tables() {
        let years = [BandYear::Y2023, BandYear::Y2024];
        for year in years {
            assert_eq!(year.of_frequency(8.0), Band::Elite);
            assert_eq!(year.of_frequency(7.0), Band::High);
            assert_eq!(year.of_frequency(0.9397), Band::Medium);
            assert_eq!(year.of_frequency(0.0575), Band::Low);
            assert_eq!(year.of_lead_time(DAY - 1.0), Band::Elite);
            assert_eq!(year.of_lead_time(263_172.0), Band::High);
            assert_eq!(year.of_lead_time(1_926_019.5), Band::Medium);
            assert_eq!(year.of_lead_time(MONTH), Band::Low);
        }
        assert_eq!(
            years.map(|y| y.of_recovery(2.0 * DAY)),
            [Band::Medium, Band::Low]
        );
        assert_eq!(years.map(|y| y.of_recovery(HOUR)), [Band::High, Band::High]);
    }

    #[test]
    fn fail_rates_take_the_nearest_cluster() {
        let years = [BandYear::Y2023, BandYear::Y2024];
        assert_eq!(
            years.map(|y| y.of_fail_rate(0.0)),
            [Band::Elite, Band::Elite]
        );
        assert_eq!(
            years.map(|y| y.of_fail_rate(0.10)),
            [Band::High, Band::Medium]
        );
        assert_eq!(
            years.map(|y| y.of_fail_rate(0.20)),
            [Band::Medium, Band::High]
        );
        assert_eq!(years.map(|y| y.of_fail_rate(0.9)), [Band::Low, Band::Low]);
    }
}
