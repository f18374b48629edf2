//! Whether a series rises or falls.

use jiff::Timestamp;

use crate::domain::metric::Better;
use crate::domain::stats::{MOST_PAIRED, NoAnswer, Side, mann_kendall, theil_sen};
use crate::text::number;

/// The fewest points.
const FEWEST: usize = 20;
/// How improbable the order must be without a trend.
const P: f64 = 0.01;
/// The confidence of the slope's interval.
const CONFIDENCE: f64 = 0.95;
const DAY: f64 = 86_400.0;
/// What a line starts at that is so small a share of the greatest value is 0 but for rounding.
const ROUNDING: f64 = 1e-9;

/// The trend of a series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// How many points it was sought in: the newest 2,000 at most.
    pub points: usize,
    /// The slope a day.
    pub per_day: f64,
    /// The lower end of its 95 % interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// The probability of this order without a trend (Mann–Kendall, two-sided).
    pub p: f64,
    /// Where the line starts.
    pub start: f64,
    /// How long the points reach, in days.
    pub days: f64,
    /// How far the line leads from the first point to the last, as a share of where it starts; `None` from 0.
    pub drift: Option<f64>,
    /// Whether there is a trend: p < 0.01 and a drift of at least 10 %.
    pub found: bool,
}

/// How steep a trend is, by what people can weigh.
#[derive(Debug, Clone, PartialEq)]
pub struct Pace {
    /// The slope.
    pub slope: f64,
    /// The lower end of its interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// By what it is: `a day`, `in 10 min`.
    pub per: String,
}

impl Trend {
    /// How far the line must lead, relative to where it starts.
    pub const DRIFT: f64 = 0.10;

    /// Which way it surely goes, if that leads nowhere far.
    pub fn crawls(&self) -> Option<&'static str> {
        let word = if self.per_day < 0.0 { "falls" } else { "rises" };
        (self.p < P && !self.found && self.per_day != 0.0).then_some(word)
    }

    /// Its slope by the day; of points that reach over less than one, by all that they reach over, for a day of such a line is
    /// far from anything that was seen.
    pub fn pace(&self) -> Pace {
        let (days, per) = match self.days < 1.0 {
            true => (
                self.days,
                format!("in {}", number::duration((self.days * DAY).round())),
            ),
            false => (1.0, "a day".to_owned()),
        };
        Pace {
            slope: self.per_day * days,
            low: self.low * days,
            high: self.high * days,
            per,
        }
    }

    /// How far it leads, to a tenth of a percent, with its sign: `+12.3 %`, `0 %`.
    pub fn drifted(&self) -> Option<String> {
        let percent = (self.drift? * 1_000.0).round() / 10.0;
        Some(match percent == 0.0 {
            true => "0 %".to_owned(),
            false => format!("{percent:+.1} %"),
        })
    }

    /// The same for a share of which more is better: how far it leads is also held against what is left to 100 % where it
    /// starts, for 99.5 to 99.1 % is nearly twice as many failures.
    #[must_use]
    pub fn of_share(self) -> Trend {
        let left = 100.0 - self.start;
        let led = (self.per_day * self.days).abs();
        let far = left >= 0.0 && led > 0.0 && led >= Trend::DRIFT * left;
        Trend {
            found: self.found || (self.p < P && far),
            ..self
        }
    }

    /// Whether there is a trend for the worse.
    pub fn worsens(&self, better: Better) -> bool {
        let worse = Side::worse(better).is_some_and(|side| side.beyond(self.per_day, 0.0));
        self.found && worse
    }
}

/// The trend of at least 20 points: Mann–Kendall says whether there is one, the Theil–Sen line over the points' times
/// how steep it is. Points may come in any order.
pub fn trend(series: &[(Timestamp, f64)]) -> Result<Trend, NoAnswer> {
    let have = series.len();
    if have < FEWEST {
        return Err(NoAnswer::TooFew { have, need: FEWEST });
    }
    let mut sorted = series.to_vec();
    sorted.sort_by_key(|(time, _)| *time);
    sorted.drain(..have.saturating_sub(MOST_PAIRED));
    let start = sorted
        .first()
        .map_or(Timestamp::UNIX_EPOCH, |(time, _)| *time);
    let days = sorted
        .iter()
        .map(|(time, _)| time.duration_since(start).as_secs_f64() / DAY);
    let days: Vec<f64> = days.collect();
    let values: Vec<f64> = sorted.iter().map(|(_, value)| *value).collect();
    let line = theil_sen(&days, &values, CONFIDENCE)?;
    let p = match mann_kendall(&values) {
        Ok(test) => test.p,
        // What never moves has no trend: that is an answer.
        Err(NoAnswer::NoSpread) => 1.0,
        Err(lack) => return Err(lack),
    };
    let led = line.slope * days.last().copied().unwrap_or_default();
    let size = values
        .iter()
        .fold(0.0_f64, |size, value| size.max(value.abs()));
    let start = match line.intercept.abs() <= ROUNDING * size {
        true => 0.0,
        false => line.intercept,
    };
    let drift = led / start.abs();
    let far = if led == 0.0 {
        false
    } else {
        drift.abs() >= Trend::DRIFT
    };
    Ok(Trend {
        points: values.len(),
        per_day: line.slope,
        low: line.low,
        high: line.high,
        p,
        start,
        days: days.last().copied().unwrap_or_default(),
        drift: drift.is_finite().then_some(drift),
        found: p < P && far,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn daily(values: impl IntoIterator<Item = f64>) -> Vec<(Timestamp, f64)> {
        let times = (0..).map(|day| Timestamp::from_second(day * 86_400).unwrap());
        times.zip(values).collect()
    }

    #[test]
    fn a_drift_that_counts_is_found_whatever_the_order_of_points() {
        let mut series = daily((0..30).map(|i| 100.0 + f64::from(i) + f64::from(i % 3)));
        let found = trend(&series).unwrap();
        assert!(found.found && found.worsens(Better::Lower) && !found.worsens(Better::Higher));
        assert!((found.per_day - 1.0).abs() < 0.01 && found.drift.unwrap() > 0.28);
        series.reverse();
        assert_eq!(trend(&series).unwrap(), found);
    }

    #[test]
    fn a_steady_crawl_does_not_count() {
        let found = trend(&daily((0..30).map(|i| 100.0 + 0.1 * f64::from(i)))).unwrap();
        assert!(found.p < 0.01 && !found.found);
        assert_eq!(found.crawls(), Some("rises"));
    }

    #[test]
    fn a_share_drifts_by_what_is_left_of_it() {
        let line = |from: f64, to: f64| {
            let step = (to - from) / 29.0;
            trend(&daily((0..30).map(|i| from + step * f64::from(i)))).unwrap()
        };
        let falling = line(99.5, 99.1);
        assert!(!falling.found && falling.of_share().worsens(Better::Higher));
        assert!(line(100.0, 99.9).of_share().found);
        for (from, to) in [(99.5, 99.47), (60.0, 57.0), (50.0, 50.0)] {
            assert!(!line(from, to).of_share().found, "{from} {to}");
        }
        assert!(line(20.0, 17.0).of_share().found);
    }

    #[test]
    fn within_a_day_the_slope_is_of_all_there_is() {
        let second = |i: i32| Timestamp::from_second(i64::from(i)).unwrap();
        let quick: Vec<_> = (0..31).map(|i| (second(i), 100.0 - f64::from(i))).collect();
        let pace = trend(&quick).unwrap().pace();
        assert_eq!(pace.per, "in 30 s");
        assert!((pace.slope + 30.0).abs() < 1e-6, "{pace:?}");
        let found = trend(&daily((0..30).map(|i| 100.0 + f64::from(i)))).unwrap();
        assert_eq!(
            (found.pace().slope, found.pace().per),
            (found.per_day, "a day".to_owned())
        );
        assert_eq!(found.drifted().as_deref(), Some("+29.0 %"));
        let flat = Trend {
            drift: Some(-1e-5),
            ..found
        };
        assert_eq!(flat.drifted().as_deref(), Some("0 %"));
    }

    #[test]
    fn what_never_moves_has_none() {
        let found = trend(&daily([7.0; 25])).unwrap();
        assert_eq!((found.p, found.drift, found.found), (1.0, Some(0.0), false));
        assert_eq!(trend(&daily([0.0; 25])).unwrap().drift, None);
    }

    #[test]
    fn a_line_from_nothing_has_no_drift_however_it_is_rounded() {
        let time = |n: i64| Timestamp::from_millisecond(1_767_225_600_000 + 37 * n).unwrap();
        let found = trend(&(0..40).map(|n| (time(n), n as f64)).collect::<Vec<_>>()).unwrap();
        assert_eq!((found.start, found.drift, found.found), (0.0, None, true));
    }

    #[test]
    fn few_points_and_one_moment_have_no_answer() {
        let lack = NoAnswer::TooFew { have: 19, need: 20 };
        assert_eq!(trend(&daily([1.0; 19])), Err(lack));
        let at_once: Vec<_> = (0..30)
            .map(|i| (Timestamp::UNIX_EPOCH, f64::from(i)))
            .collect();
        assert_eq!(trend(&at_once), Err(NoAnswer::NoSpread));
    }
}
