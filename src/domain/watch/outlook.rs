//! A series as a whole: where it is, where it goes, and how sure that is.

use jiff::{SignedDuration, Timestamp};

use super::changes::{Shift, newest_changes};
use super::trend::{Trend, trend};
use crate::domain::metric::Better;
use crate::domain::stats::{Forecast, MOST_PAIRED, NoAnswer, forecast};

/// A series as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    /// Its points by time.
    pub points: Vec<(Timestamp, f64)>,
    /// Whether it rises or falls, and how steeply.
    pub trend: Result<Trend, NoAnswer>,
    /// Where the line leads, with its interval; or why none is dared.
    pub forecast: Result<Forecast, NoAnswer>,
    /// The moment that the forecast is of.
    pub ahead: Timestamp,
    /// Whether that is less than a day ahead, so that the hour matters.
    pub is_within_a_day: bool,
}

impl Outlook {
    /// The same of a metric whose values lie between these: a forecast ends there too.
    #[must_use]
    pub fn within(mut self, (least, most): (f64, f64)) -> Outlook {
        if let Ok(forecast) = &mut self.forecast {
            for end in [&mut forecast.value, &mut forecast.low, &mut forecast.high] {
                *end = end.max(least).min(most);
            }
        }
        self
    }

    /// The change of level that counts most for a metric that improves this way. Sought when it is asked for: of very many
    /// series few are shown.
    pub fn shift(&self, better: Better) -> Option<Shift> {
        newest_changes(&self.points).ok()?.shift(better, None)
    }
}

/// Looks at a series at `now`, and so far ahead of it.
pub fn outlook(points: Vec<(Timestamp, f64)>, now: Timestamp, ahead: SignedDuration) -> Outlook {
    let newest = points.get(points.len().saturating_sub(MOST_PAIRED)..);
    let newest = newest.unwrap_or_default();
    let start = newest.first().map_or(now, |(at, _)| *at);
    let days = |at: Timestamp| at.duration_since(start).as_secs_f64() / 86_400.0;
    let x: Vec<f64> = newest.iter().map(|(at, _)| days(*at)).collect();
    let y: Vec<f64> = newest.iter().map(|(_, value)| *value).collect();
    let is_within_a_day = ahead < SignedDuration::from_hours(24);
    let ahead = now.checked_add(ahead).unwrap_or(now);
    Outlook {
        trend: trend(&points),
        forecast: forecast(&x, &y, days(ahead)),
        points,
        ahead,
        is_within_a_day,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_carried_on_and_few_points_are_not() {
        let day = |day: i64| Timestamp::from_second(day * 86_400).unwrap();
        let points: Vec<_> = (0..30).map(|i| (day(i), 10.0 + 2.0 * i as f64)).collect();
        let week = SignedDuration::from_hours(7 * 24);
        let found = outlook(points.clone(), day(29), week);
        let forecast = found.forecast.unwrap();
        assert!(
            (forecast.value - 82.0).abs() < 1e-9 && forecast.low <= 82.0 && 82.0 <= forecast.high
        );
        assert!(found.trend.unwrap().found);
        // What cannot be is not foretold.
        let bound = outlook(points.clone(), day(29), week).within((0.0, 70.0));
        let bound = bound.forecast.unwrap();
        assert_eq!((bound.value, bound.high), (70.0, 70.0));
        // Further ahead than what is known reaches back, nothing is said.
        assert!(outlook(points.clone(), day(29), week * 5).forecast.is_err());
        assert!(
            outlook(points[..5].to_vec(), day(4), week)
                .forecast
                .is_err()
        );
        assert!(outlook(Vec::new(), day(4), week).trend.is_err());
    }
}
