//! The figures of a condition, from the tracks beside one another.

use std::collections::HashMap;

use jiff::Timestamp;

use super::Track;
use crate::domain::formula::{Figure, Figures, Taken};
use crate::domain::measurement::Labels;
use crate::domain::series::{Rise, Stat};
use crate::domain::stats::{Share, percentile};
use crate::domain::unit::Unit;

/// Tracks by what they are of, so that those beside one another are found at once.
pub(super) struct Beside<'a> {
    by: HashMap<Place<'a>, &'a Track>,
    /// By metric the only track there is, if there is just one.
    only: HashMap<&'a str, Option<&'a Track>>,
}

/// A metric, its dimensions and the sort of machine.
type Place<'a> = (&'a str, &'a Labels, &'a str);

impl<'a> Beside<'a> {
    pub(super) fn of(tracks: &'a [Track]) -> Beside<'a> {
        let (mut by, mut only) = (HashMap::new(), HashMap::new());
        for track in tracks {
            let name = track.key.name.as_str();
            by.entry((name, &track.key.dimensions, track.runner.as_str()))
                .or_insert(track);
            only.entry(name)
                .and_modify(|only| *only = None)
                .or_insert(Some(track));
        }
        Beside { by, only }
    }
}

/// What is known at a moment.
pub(super) struct Known<'a> {
    /// All tracks of the metrics that are named.
    pub(super) tracks: &'a Beside<'a>,
    /// The one that is looked at: other metrics count where they are of the same things.
    pub(super) about: &'a Track,
    /// The moment.
    pub(super) now: Timestamp,
    /// The last moment whose samples count.
    pub(super) last: Timestamp,
    /// Nothing before this counts.
    pub(super) from: Option<Timestamp>,
}

impl Known<'_> {
    /// The track of a metric that is beside the one looked at, or the only one of the metric. Of its own metric it is the one
    /// looked at, whatever others there are in other units.
    fn track(&self, metric: &str) -> Option<&Track> {
        let about = self.about;
        if about.key.name == metric {
            return Some(about);
        }
        let beside = self
            .tracks
            .by
            .get(&(metric, &about.key.dimensions, about.runner.as_str()));
        let only = || {
            let only = self.tracks.only.get(metric).copied().flatten()?;
            // Figures of two sorts of machines are not mixed; what names none goes with all.
            let runners = [only, about].map(|track| track.runner.as_str());
            let alike = runners[0] == runners[1] || runners.contains(&"");
            alike.then_some(only)
        };
        beside.copied().or_else(only)
    }
}

impl Known<'_> {
    /// The first moment whose points count.
    fn begin(&self, figure: &Figure) -> Option<Timestamp> {
        let begin = figure.over.and_then(|over| self.now.checked_sub(over).ok());
        begin.max(self.from)
    }

    /// The values from a moment on, by time.
    fn values(&self, track: &Track, begin: Option<Timestamp>) -> Vec<f64> {
        let after = |at: &Timestamp| begin.is_none_or(|begin| *at >= begin);
        let samples = track.samples.iter();
        let samples = samples.filter(|(at, _)| *at <= self.last && after(at));
        samples.map(|(_, value)| *value).collect()
    }

    /// By how much running totals rose between readings that all are of the span; `None` where nothing is to be seen of that.
    fn rise(&self, rises: &[Rise], begin: Option<Timestamp>) -> Option<f64> {
        let time = |at| Timestamp::from_millisecond(at).ok();
        let within = |rise: &&Rise| {
            time(rise.at).is_some_and(|at| at <= self.last)
                && begin.is_none_or(|begin| time(rise.since).is_some_and(|at| at >= begin))
        };
        let mut within = rises.iter().filter(within).peekable();
        within.peek()?;
        Some(within.map(|rise| rise.by).sum())
    }
}

impl Figures for Known<'_> {
    #[allow(clippy::cast_precision_loss, reason = "a count of points")]
    fn figure(&self, figure: &Figure) -> Option<f64> {
        let track = self.track(&figure.metric)?;
        let begin = self.begin(figure);
        let mut values = self.values(track, begin);
        // Of a series that there is, it is known how many points it has.
        if values.is_empty() && figure.taken == Taken::Stat(Stat::Count) {
            return Some(0.0);
        }
        let (first, last) = (*values.first()?, *values.last()?);
        if let (Some(rises), Taken::Rate | Taken::Delta | Taken::Stat(Stat::Sum | Stat::Rate)) =
            (&track.rises, figure.taken)
        {
            let sum = self.rise(rises, begin)?;
            return Some(match figure.taken {
                Taken::Rate | Taken::Stat(Stat::Rate) => sum / figure.over?.as_secs_f64(),
                _ => sum,
            });
        }
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        Some(match figure.taken {
            Taken::Latest | Taken::Stat(Stat::Last) => last,
            Taken::Delta => last - first,
            Taken::Rate | Taken::Stat(Stat::Rate) => {
                values.iter().sum::<f64>() / figure.over?.as_secs_f64()
            }
            Taken::Stat(Stat::Count) => count,
            Taken::Stat(Stat::Sum) => values.iter().sum(),
            Taken::Stat(Stat::Mean) => mean,
            Taken::Stat(Stat::Min) => values.iter().copied().fold(f64::INFINITY, f64::min),
            Taken::Stat(Stat::Max) => values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            Taken::Stat(Stat::First) => first,
            Taken::Stat(Stat::Deviation) if values.len() < 2 => return None,
            Taken::Stat(Stat::Deviation) => {
                let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
                (squares / (count - 1.0)).sqrt()
            }
            Taken::Stat(stat @ (Stat::Share | Stat::ShareLow | Stat::ShareHigh)) => {
                return stat.of_share(Share::of(&values)?);
            }
            Taken::Stat(Stat::Percentile(percent)) => {
                values.sort_unstable_by(f64::total_cmp);
                return percentile(&values, percent);
            }
        })
    }

    fn unit(&self, metric: &str) -> Option<Unit> {
        Some(self.track(metric)?.key.unit.clone())
    }

    fn odd(&self, figure: &Figure) -> Option<f64> {
        let values = self.values(self.track(&figure.metric)?, self.begin(figure));
        let mut share = Share::default();
        values.into_iter().find(|value| !share.add(*value))
    }
}
