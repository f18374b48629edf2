//! Where the level of a series changed.

use jiff::Timestamp;

use crate::domain::metric::Better;
use crate::domain::stats::{self, ChangePointSettings, NoAnswer, Robust, Side, median};

/// The fewest values that are a level: one or two that stand out are none.
const LEVEL: usize = 3;

/// Values on either side that one is held against.
const BESIDE: usize = 2;
/// How many spreads from those a value stands out.
const OUT: f64 = 4.0;

/// How often it is looked again without what stood out: what takes longer is made to.
const PASSES: usize = 20;

/// A lasting change of level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// When the first value after it was measured.
    pub at: Timestamp,
    /// The level before.
    pub before: f64,
    /// The level after it.
    pub after: f64,
}

impl Change {
    /// By which share of the level before it changed; `None` from 0.
    pub fn share(&self) -> Option<f64> {
        (self.before != 0.0).then(|| (self.after - self.before) / self.before.abs())
    }

    /// Whether it counts, and for the worse where it is known which way that is.
    fn worsens(&self, better: Better) -> bool {
        let least = ChangePointSettings::default().magnitude;
        let is_worse = Side::worse(better).is_none_or(|side| side.beyond(self.after, self.before));
        let counts = self
            .share()
            .map_or(self.after != 0.0, |share| share.abs() >= least);
        is_worse && counts
    }
}

/// A change of level as it is told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shift {
    /// The change.
    pub change: Change,
    /// What it is for.
    pub way: Way,
}

/// What a change of level is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The worse, and it lasts; or either way, where neither is better: worth an alarm.
    Worse,
    /// The better, and it lasts: worth to be known.
    Better,
    /// It was taken back, or is long ago.
    Past,
}

impl Way {
    /// The words behind a change of a metric that improves this way.
    pub fn words(self, better: Better) -> &'static str {
        match self {
            Way::Better => ", for the better",
            Way::Worse if better != Better::Neither => ", for the worse",
            Way::Worse | Way::Past => "",
        }
    }

    /// Whether it is for the better; `None` where it does not last.
    pub fn is_better(self) -> Option<bool> {
        (self != Way::Past).then_some(self == Way::Better)
    }
}

/// The changes of level of a series. They are advice, not judgement: see [`Changes::autocorrelation`].
#[derive(Debug, Clone, PartialEq)]
pub struct Changes {
    /// In the order of time, each from one level to the next.
    pub changes: Vec<Change>,
    /// How much each value resembles the one before, from −1 to 1: the nearer to 1, the likelier a change is only
    /// wandering. `None` for a series that never moves.
    pub autocorrelation: Option<f64>,
}

impl Changes {
    /// The last one.
    pub fn last(&self) -> Option<Change> {
        self.changes.last().copied()
    }

    /// The change to be told: the lasting one for the worse since a time, or else the lasting one for the better, or else the last
    /// of all.
    pub fn shift(&self, better: Better, since: Option<Timestamp>) -> Option<Shift> {
        let shift = |way: Way| move |change: Change| Shift { change, way };
        let improved = || self.lasting(better.turned(), since).map(shift(Way::Better));
        let worse = self.lasting(better, since).map(shift(Way::Worse));
        worse
            .or_else(improved)
            .or_else(|| self.last().map(shift(Way::Past)))
    }

    /// The last of all, from the level before it to the level now.
    pub fn newest(&self, better: Better) -> Option<Shift> {
        let change = self.last()?;
        let way = match (change.worsens(better), change.worsens(better.turned())) {
            (true, _) => Way::Worse,
            (false, true) => Way::Better,
            (false, false) => Way::Past,
        };
        Some(Shift { change, way })
    }

    /// When a level that was left by a change was so far from the level now: `on 2026-03-01`, or, where the last of several
    /// changes was on another day, `between 2026-03-01 and 2026-03-20`.
    pub fn when(&self, change: &Change) -> String {
        let day = |at: Timestamp| at.strftime("%Y-%m-%d").to_string();
        let first = day(change.at);
        match self.last().map(|last| day(last.at)) {
            Some(last) if last > first => format!("between {first} and {last}"),
            _ => format!("on {first}"),
        }
    }

    /// The first change for the worse (either way, where neither is better) since a time that has not been taken back: every level
    /// after it is worse than the one before it. It leads to the level now.
    pub fn lasting(&self, better: Better, since: Option<Timestamp>) -> Option<Change> {
        let now = self.last()?.after;
        let to = |change: &Change, after: f64| Change { after, ..*change };
        let lasts = |(place, change): &(usize, &Change)| {
            let mut after = self.changes.iter().skip(*place);
            after.all(|later| to(change, later.after).worsens(better))
        };
        let mut changes = self.changes.iter().enumerate();
        let found = changes.find(|(place, change)| {
            since.is_none_or(|since| change.at >= since) && lasts(&(*place, *change))
        });
        found.map(|(_, change)| to(change, now))
    }
}

impl Changes {
    /// The newest points that are watched for changes: the cost grows with their number.
    pub const NEWEST: usize = 500;

    /// The points of a series that are.
    pub(super) fn watched(series: &[(Timestamp, f64)]) -> &[(Timestamp, f64)] {
        let newest = series.get(series.len().saturating_sub(Changes::NEWEST)..);
        newest.unwrap_or_default()
    }
}

/// The changes of level in the newest 500 points of a series: see [`change_points`].
pub fn newest_changes(series: &[(Timestamp, f64)]) -> Result<Changes, NoAnswer> {
    change_points(Changes::watched(series))
}

/// The changes of level by E-divisive means (window 50, p < 0.001, a shift of at least 5 %) of a series in the order of
/// time. One or two values that stand out from those beside them are no level: they are left out, and so are fewer than three
/// between two changes, and then it is looked again.
pub fn change_points(series: &[(Timestamp, f64)]) -> Result<Changes, NoAnswer> {
    let found = |left: &[(Timestamp, f64)]| {
        let values: Vec<f64> = left.iter().map(|(_, value)| *value).collect();
        match stats::change_points(&values, &ChangePointSettings::default()) {
            // Too little is left without what stands out.
            Err(NoAnswer::TooFew { need, .. }) if series.len() >= need => Ok(Vec::new()),
            points => points,
        }
    };
    let mut left = without_outliers(series);
    let mut points = found(&left)?;
    for _ in 0..PASSES {
        let Some(levels) = levels(&left, &points) else {
            break;
        };
        left = levels;
        points = found(&left)?;
    }
    let change = |point: stats::ChangePoint| {
        let (at, _) = left.get(point.index)?;
        Some(Change {
            at: *at,
            before: point.before,
            after: point.after,
        })
    };
    let values: Vec<f64> = series.iter().map(|(_, value)| *value).collect();
    Ok(Changes {
        changes: points.into_iter().filter_map(change).collect(),
        autocorrelation: stats::autocorrelation(&values).ok(),
    })
}

/// The series without values that stand out alone or by twos from those beside them: one of them would make the scatter so
/// wide that a change is lost in it. A value beside a change does not, as those beside it are as far apart.
fn without_outliers(series: &[(Timestamp, f64)]) -> Vec<(Timestamp, f64)> {
    let values: Vec<f64> = series.iter().map(|(_, value)| *value).collect();
    let steps: Vec<f64> = stats::differences(&values)
        .into_iter()
        .map(f64::abs)
        .collect();
    // The scatter, whatever the level does: the usual step is about as large.
    let usual = median(&steps).unwrap_or_default();
    let least = ChangePointSettings::default().magnitude;
    let stands_out = |place: usize, value: f64| {
        let from = place.saturating_sub(BESIDE);
        let beside = values
            .iter()
            .enumerate()
            .skip(from)
            .take(place - from + 1 + BESIDE);
        let beside = beside.filter(|(other, _)| *other != place);
        let beside: Vec<f64> = beside.map(|(_, value)| *value).collect();
        // At an end it may be the first of a new level.
        beside.len() == 2 * BESIDE
            && Robust::of(&beside).is_ok_and(|robust| {
                let spread = robust.spread.max(usual).max(least * robust.median.abs());
                (value - robust.median).abs() > OUT * spread
            })
    };
    let kept = series.iter().enumerate();
    let kept = kept.filter(|(place, (_, value))| !stands_out(*place, *value));
    kept.map(|(_, point)| *point).collect()
}

/// The series without the values that are no level; `None` where all are of one.
fn levels(
    series: &[(Timestamp, f64)],
    points: &[stats::ChangePoint],
) -> Option<Vec<(Timestamp, f64)>> {
    let inner = points.iter().map(|point| point.index);
    let starts = std::iter::once(0).chain(inner.clone());
    let ends = inner.chain(std::iter::once(series.len()));
    let stretches = starts
        .zip(ends)
        .filter_map(|(start, end)| series.get(start..end));
    let kept: Vec<_> = stretches
        .filter(|stretch| stretch.len() >= LEVEL)
        .flatten()
        .copied()
        .collect();
    (kept.len() < series.len() && !points.is_empty()).then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(levels: &[(usize, f64)]) -> Vec<(Timestamp, f64)> {
        let values = levels
            .iter()
            .flat_map(|(count, level)| std::iter::repeat_n(*level, *count));
        let point = |(second, level): (i64, f64)| {
            let at = Timestamp::from_second(second).unwrap();
            (at, level + 0.1 * (second % 3) as f64)
        };
        (0..).zip(values).map(point).collect()
    }

    fn lasting(levels: &[(usize, f64)], since: i64) -> Option<(i64, f64, f64)> {
        let found = change_points(&series(levels)).unwrap();
        let since = Timestamp::from_second(since).ok();
        let change = found.lasting(Better::Lower, since)?;
        Some((
            change.at.as_second(),
            change.before.round(),
            change.after.round(),
        ))
    }

    #[test]
    fn a_change_has_its_time() {
        let found = change_points(&series(&[(40, 10.0), (20, 13.0)])).unwrap();
        assert_eq!(found.changes.len(), 1);
        assert_eq!(found.changes[0].at, Timestamp::from_second(40).unwrap());
        assert!(found.autocorrelation.unwrap() > 0.8);
    }

    #[test]
    fn one_that_stands_out_is_no_level() {
        for outliers in 1..=2 {
            let levels = [(40, 109.0), (8, 180.0), (outliers, 668.0), (20, 180.0)];
            assert_eq!(lasting(&levels, 30), Some((40, 109.0, 180.0)));
            let flat = [(40, 109.0), (outliers, 668.0), (20, 109.0)];
            assert!(change_points(&series(&flat)).unwrap().changes.is_empty());
            // Nor is what is newest, before there are three of it.
            let newest = [(40, 109.0), (outliers, 668.0)];
            assert_eq!(lasting(&newest, 30), None);
        }
    }

    #[test]
    fn what_is_told_is_worse_or_else_better_or_else_past() {
        let since = |levels: &[(usize, f64)], better, since| {
            let found = change_points(&series(levels)).unwrap();
            let since = Timestamp::from_second(since).ok();
            let shift = found.shift(better, since).unwrap();
            (shift.way, shift.change.after.round())
        };
        let told = |levels: &[(usize, f64)], better| since(levels, better, 0);
        let (up, down) = ([(20, 100.0), (20, 150.0)], [(20, 100.0), (20, 60.0)]);
        assert_eq!(told(&up, Better::Lower), (Way::Worse, 150.0));
        assert_eq!(told(&down, Better::Lower), (Way::Better, 60.0));
        assert_eq!(told(&down, Better::Higher), (Way::Worse, 60.0));
        assert_eq!(told(&down, Better::Neither), (Way::Worse, 60.0));
        let back = [(20, 100.0), (20, 150.0), (20, 100.0)];
        assert_eq!(told(&back, Better::Lower), (Way::Better, 100.0));
        assert_eq!(since(&up, Better::Lower, 30), (Way::Past, 150.0));
    }

    #[test]
    fn of_two_steps_the_last_is_told_by_itself_and_both_with_their_days() {
        let points = series(&[(25, 100.0), (25, 150.0), (25, 200.0)]);
        let daily = points.iter().map(|(at, value)| {
            let day = Timestamp::from_second(at.as_second() * 86_400).unwrap();
            (day, *value)
        });
        let found = change_points(&daily.collect::<Vec<_>>()).unwrap();
        let told = |shift: Option<Shift>| {
            let Shift { change, way } = shift.unwrap();
            let levels = (change.before.round(), change.after.round());
            (levels, found.when(&change), way)
        };
        let newest = ((150.0, 200.0), "on 1970-02-20".to_owned(), Way::Worse);
        assert_eq!(told(found.newest(Better::Lower)), newest);
        let better = found.newest(Better::Higher).unwrap();
        assert_eq!(better.way, Way::Better);
        let both = (
            (100.0, 200.0),
            "between 1970-01-26 and 1970-02-20".to_owned(),
            Way::Worse,
        );
        assert_eq!(told(found.shift(Better::Lower, None)), both);
    }

    #[test]
    fn what_is_taken_back_does_not_last() {
        let up = (15, 180.0);
        assert_eq!(lasting(&[(20, 109.0), up, (15, 109.0)], 0), None);
        // Half of it is not all of it, and what came before the time does not count.
        let half = [(20, 109.0), up, (15, 140.0)];
        assert_eq!(lasting(&half, 0), Some((20, 109.0, 140.0)));
        assert_eq!(lasting(&half, 21), None);
        let again = [(20, 109.0), up, (15, 109.0), (15, 150.0)];
        assert_eq!(lasting(&again, 0), Some((50, 109.0, 150.0)));
        assert_eq!(lasting(&[(20, 109.0), (20, 60.0)], 0), None);
    }
}
