//! The span of time that is looked at.

use jiff::Timestamp;

use super::deployment::Deployment;
use super::options::{Options, Until};

/// Seconds in a week.
pub(super) const WEEK: i64 = 7 * 86_400;

/// A span of time in seconds since 1970: after `start`, up to and including `end`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) start: i64,
    pub(super) end: i64,
}

impl Window {
    /// The window that the options ask for.
    pub(super) fn of(options: &Options, now: Timestamp, deployments: &[Deployment]) -> Window {
        let end = match options.until {
            Until::Now => now.as_second(),
            Until::Newest => deployments
                .last()
                .map_or(now.as_second(), |newest| newest.time),
            Until::At(time) => time.as_second(),
        };
        Window {
            start: end.saturating_sub(options.window.max(1)),
            end,
        }
    }

    /// Whether a time lies in it.
    pub(super) fn holds(&self, time: i64) -> bool {
        self.start < time && time <= self.end
    }

    /// Its length in weeks.
    #[allow(
        clippy::cast_precision_loss,
        reason = "windows are far below 2^53 seconds"
    )]
    pub(super) fn weeks(&self) -> f64 {
        self.end.saturating_sub(self.start) as f64 / WEEK as f64
    }

    /// Of its whole weeks, counted back from its end, how many hold one of the `times`, and how many there are.
    pub(super) fn weeks_holding(&self, times: impl Iterator<Item = i64>) -> (u64, u64) {
        let whole = self.end.saturating_sub(self.start) / WEEK;
        let mut weeks: Vec<i64> = times
            .filter(|&time| self.holds(time))
            .map(|time| self.end.saturating_sub(time) / WEEK)
            .filter(|&week| week < whole)
            .collect();
        weeks.sort_unstable();
        weeks.dedup();
        (
            u64::try_from(weeks.len()).unwrap_or_default(),
            whole.unsigned_abs(),
        )
    }
}

/// A time in seconds since 1970 as a timestamp; what lies outside the calendar is moved to its end.
pub(super) fn timestamp(seconds: i64) -> Timestamp {
    let end = if seconds < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    };
    Timestamp::from_second(seconds).unwrap_or(end)
}
