//! What a series did, step by step or gradually, and where that leads.

use jiff::{SignedDuration, Timestamp};

use super::changes::{Change, Changes, Shift, newest_changes};
use crate::domain::metric::Better;
use crate::domain::stats::{
    FEWEST_FOR_FORECAST, Forecast, MOST_PAIRED, NoAnswer, TheilSen, forecast, median, theil_sen,
};
use crate::text::plural;

const DAY: f64 = 86_400.0;

/// What a series did, and where that leads.
#[derive(Debug, Clone, PartialEq)]
pub struct Prospect {
    /// How its level changed, if it did.
    pub moved: Option<Moved>,
    /// The first of the runs that the forecast is made from, where its level stepped before it: those of before are of another
    /// level, and a line through both is neither. `None` for all runs.
    pub since: Option<Timestamp>,
    /// Where the line through those runs leads, with its interval; or why none is dared.
    pub forecast: Result<Forecast, NoForecast>,
    /// Which end of what values can be the line comes to before the moment that is forecast, and about when.
    pub ends: Option<(f64, Timestamp)>,
}

/// How a level changed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Moved {
    /// In steps: the last of them, after which those come that the forecast is made from.
    Stepped(Shift),
    /// Gradually: levels with steps between them describe it no better than a line does.
    Gradually(Gradual),
}

/// The line that a level went along, in the newest 500 points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gradual {
    /// The first point.
    pub from: Timestamp,
    /// The last.
    pub until: Timestamp,
    /// The line at the first.
    pub before: f64,
    /// The line at the last.
    pub after: f64,
}

/// Why there is no forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoForecast {
    /// What is lacking.
    pub lack: NoAnswer,
    /// The first run after the last step, where only those since count.
    pub since: Option<Timestamp>,
}

impl NoForecast {
    /// The same in words, of a series of such values (`run`, `day`).
    pub fn words(&self, value: &str) -> String {
        let Some(since) = self.since else {
            return self.lack.to_string();
        };
        let day = since.strftime("%Y-%m-%d");
        match self.lack {
            NoAnswer::TooFew { have, need } => {
                let needed = plural::s(need as u64, value);
                format!("{have} of at least {needed} since the level shifted on {day}")
            }
            NoAnswer::TooFar => {
                format!("further ahead than the shift of level on {day} lies back")
            }
            lack => format!("{lack}, since the level shifted on {day}"),
        }
    }
}

impl Prospect {
    /// Of a series by time, of a metric that improves this way, at a moment ahead of it.
    pub(super) fn of(series: &[(Timestamp, f64)], better: Better, ahead: Timestamp) -> Prospect {
        let changes = newest_changes(series).ok();
        let gradual = changes
            .as_ref()
            .and_then(|changes| gradual(Changes::watched(series), &changes.changes));
        let stepped = changes.as_ref().filter(|_| gradual.is_none());
        let since = stepped.and_then(|changes| Some(changes.last()?.at));
        let after = |(at, _): &&(Timestamp, f64)| since.is_none_or(|since| *at >= since);
        let counted: Vec<(Timestamp, f64)> = series.iter().filter(after).copied().collect();
        let forecast = lead(&counted, ahead).map_err(|lack| NoForecast { lack, since });
        let shift = stepped.and_then(|changes| changes.newest(better));
        Prospect {
            moved: gradual
                .map(Moved::Gradually)
                .or_else(|| shift.map(Moved::Stepped)),
            since,
            ends: None,
            forecast,
        }
    }

    /// The same of values that lie between these, and of a forecast for this moment: what cannot be is not foretold.
    pub(super) fn within(mut self, (least, most): (f64, f64), ahead: Timestamp) -> Prospect {
        if let Ok(forecast) = &mut self.forecast {
            let end = forecast.value.max(least).min(most);
            if end != forecast.value {
                let days = (forecast.value - end) / forecast.slope;
                let before = SignedDuration::try_from_secs_f64(days * DAY).ok();
                let at = before.and_then(|before| ahead.checked_sub(before).ok());
                self.ends = at.map(|at| (end, at));
            }
            for end in [&mut forecast.value, &mut forecast.low, &mut forecast.high] {
                *end = end.max(least).min(most);
            }
        }
        self
    }
}

/// Where the line through the newest points leads, by the day.
fn lead(series: &[(Timestamp, f64)], ahead: Timestamp) -> Result<Forecast, NoAnswer> {
    let newest = series.get(series.len().saturating_sub(MOST_PAIRED)..);
    let newest = newest.unwrap_or_default();
    let start = newest.first().map_or(ahead, |(at, _)| *at);
    let (x, y) = coordinates(newest, start);
    if y.len() < FEWEST_FOR_FORECAST {
        let (have, need) = (y.len(), FEWEST_FOR_FORECAST);
        return Err(NoAnswer::TooFew { have, need });
    }
    forecast(&x, &y, days(ahead.duration_since(start)))
}

/// The line that a series with changes of level goes along, where these describe it no better. Both are taken for the median of
/// what scatters about them evenly to either side (after Laplace), and that counts whose Bayesian information criterion is the
/// lower: `2n·ln(mean distance) + k·ln n`, k being 2 for the line, and for c changes their c places and c + 1 levels.
fn gradual(series: &[(Timestamp, f64)], changes: &[Change]) -> Option<Gradual> {
    let ((from, _), (until, _)) = (series.first()?, series.last()?);
    if changes.is_empty() {
        return None;
    }
    let (x, y) = coordinates(series, *from);
    let line = theil_sen(&x, &y, 0.95).ok()?;
    let off_line: f64 = x.iter().zip(&y).map(|(x, y)| (y - line.at(*x)).abs()).sum();
    let mut off_levels = 0.0;
    for stretch in series.chunk_by(|one, next| place(changes, one.0) == place(changes, next.0)) {
        let values: Vec<f64> = stretch.iter().map(|(_, value)| *value).collect();
        let level = median(&values).ok()?;
        off_levels += values
            .iter()
            .map(|value| (value - level).abs())
            .sum::<f64>();
    }
    let (levels, places) = (changes.len() + 1, changes.len());
    let of_line = criterion(off_line, y.len(), 2);
    let of_levels = criterion(off_levels, y.len(), levels + places);
    let at = |at: Timestamp| line_at(&line, at.duration_since(*from));
    (of_line <= of_levels).then(|| Gradual {
        from: *from,
        until: *until,
        before: at(*from),
        after: at(*until),
    })
}

/// Before which of the changes a time lies.
fn place(changes: &[Change], at: Timestamp) -> usize {
    changes.iter().filter(|change| change.at <= at).count()
}

/// The Bayesian information criterion of `n` points that lie so far off in all, with `k` parameters. What fits exactly is the
/// lowest there is.
#[allow(clippy::cast_precision_loss, reason = "a count of points")]
fn criterion(off: f64, n: usize, k: usize) -> f64 {
    let (n, k) = (n as f64, k as f64);
    2.0 * n * (off / n).ln() + k * n.ln()
}

fn line_at(line: &TheilSen, after: SignedDuration) -> f64 {
    line.at(days(after))
}

/// The days since a start and the values of points.
fn coordinates(series: &[(Timestamp, f64)], start: Timestamp) -> (Vec<f64>, Vec<f64>) {
    let point = |(at, value): &(Timestamp, f64)| (days(at.duration_since(start)), *value);
    series.iter().map(point).unzip()
}

fn days(span: SignedDuration) -> f64 {
    span.as_secs_f64() / DAY
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::watch::Way;

    /// Days with a scatter that repeats.
    fn daily(count: i64, value: impl Fn(f64) -> f64) -> Vec<(Timestamp, f64)> {
        let point = |day: i64| {
            let at = Timestamp::from_second(day * 86_400).unwrap();
            let scatter = [0.3, -0.9, 0.8, -0.1, -0.6, 0.9, -0.4][(day % 7) as usize];
            (at, value(day as f64) + scatter)
        };
        (0..count).map(point).collect()
    }

    fn ahead(series: &[(Timestamp, f64)], days: i64) -> Prospect {
        let last = series.last().unwrap().0;
        let at = last + SignedDuration::from_hours(24 * days);
        Prospect::of(series, Better::Lower, at)
    }

    #[test]
    fn after_a_step_only_what_came_since_leads_anywhere() {
        let step = |from: f64| move |day: f64| if day < from { 20.0 } else { 60.0 };
        let few = daily(60, step(50.0));
        let told = ahead(&few, 7);
        let lack = told.forecast.unwrap_err();
        assert_eq!(
            lack.words("run"),
            "10 of at least 20 runs since the level shifted on 1970-02-20"
        );
        assert!(matches!(told.moved, Some(Moved::Stepped(shift)) if shift.way == Way::Worse));
        let many = daily(90, step(50.0));
        let told = ahead(&many, 7);
        assert_eq!(told.since, Some(many[50].0));
        let forecast = told.forecast.unwrap();
        assert!(
            (forecast.value - 60.0).abs() < 1.0 && forecast.low > 55.0,
            "{forecast:?}"
        );
        let lack = ahead(&many, 50).forecast.unwrap_err();
        assert_eq!(
            lack.words("run"),
            "further ahead than the shift of level on 1970-02-20 lies back"
        );
    }

    #[test]
    fn of_two_steps_the_last_is_told_and_leads_on() {
        let twice = daily(75, |day| [100.0, 150.0, 200.0][(day as usize) / 25]);
        let told = ahead(&twice, 7);
        let Some(Moved::Stepped(shift)) = told.moved else {
            panic!("{told:?}");
        };
        assert_eq!(Some(shift.change.at), told.since);
        let levels = (shift.change.before.round(), shift.change.after.round());
        assert_eq!((levels, shift.way), ((150.0, 200.0), Way::Worse));
    }

    #[test]
    fn a_line_that_leaves_what_can_be_ends_there_and_says_when() {
        let rising = daily(60, |day| 30.0 + day);
        let last = rising.last().unwrap().0;
        let at = last + SignedDuration::from_hours(24 * 21);
        let told = Prospect::of(&rising, Better::Higher, at).within((0.0, 100.0), at);
        assert_eq!(told.forecast.unwrap().value, 100.0);
        let (end, when) = told.ends.unwrap();
        let day = when.as_second() / 86_400;
        assert!(end == 100.0 && (69..=71).contains(&day), "{day}");
        let near = Prospect::of(&rising, Better::Higher, last).within((0.0, 100.0), last);
        assert_eq!(near.ends, None);
    }

    #[test]
    fn what_goes_gradually_has_no_step_and_is_carried_on() {
        let falling = daily(60, |day| 100.0 - day);
        assert!(!newest_changes(&falling).unwrap().changes.is_empty());
        let told = ahead(&falling, 7);
        let Some(Moved::Gradually(line)) = told.moved else {
            panic!("{told:?}");
        };
        assert!((line.before - 100.0).abs() < 1.0 && (line.after - 41.0).abs() < 1.0);
        assert_eq!((line.from, line.until), (falling[0].0, falling[59].0));
        assert_eq!(told.since, None);
        assert!((told.forecast.unwrap().value - 34.0).abs() < 1.0);
        // Exactly so as well, and a step that hardly scatters is none the less one.
        let exact: Vec<_> = (0..60)
            .map(|day| (Timestamp::from_second(day * 86_400).unwrap(), day as f64))
            .collect();
        assert!(matches!(ahead(&exact, 7).moved, Some(Moved::Gradually(_))));
        let level = |day: f64| if day < 30.0 { 1.0 } else { 2.0 };
        let step = exact
            .iter()
            .map(|(at, day)| (*at, level(*day) + 0.001 * (day % 3.0)));
        let step: Vec<_> = step.collect();
        assert!(matches!(ahead(&step, 7).moved, Some(Moved::Stepped(_))));
    }

    #[test]
    fn what_keeps_its_level_is_carried_on_from_all_runs() {
        let flat = daily(40, |_| 50.0);
        let told = ahead(&flat, 7);
        assert_eq!((told.moved, told.since), (None, None));
        assert!(told.forecast.is_ok());
        let few = ahead(&flat[..5], 1).forecast.unwrap_err();
        assert_eq!(few.words("run"), "5 of at least 20 points");
        let far = ahead(&flat, 60).forecast.unwrap_err();
        assert_eq!(
            far.words("run"),
            "further ahead than the series reaches back"
        );
        assert!(
            Prospect::of(&[], Better::Neither, Timestamp::UNIX_EPOCH)
                .forecast
                .is_err()
        );
    }
}
