//! The figures of a condition, from the tracks beside one another.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use jiff::{SignedDuration, Timestamp};

use super::order::Order;
use super::summary::{Part, Summary, Summed, Tree};
use crate::domain::formula::{Figure, Figures, Taken};
use crate::domain::measurement::Labels;
use crate::domain::series::{Rise, Stat};
use crate::domain::stats::{Share, percentile};
use crate::domain::unit::Unit;
use crate::domain::watch::Track;

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
    /// What is prepared where many moments are looked at: it is sooner known then, and the same.
    pub(super) prepared: Option<&'a Prepared>,
}

/// What is made once of all values of a track, by its address, for figures at many moments.
#[derive(Default)]
pub(super) struct Prepared {
    sums: RefCell<HashMap<usize, Rc<Tree>>>,
    /// How much running totals rose.
    rises: RefCell<HashMap<usize, Rc<Tree>>>,
    /// By the span of the figure too: it moves along the values at its own distance.
    orders: RefCell<HashMap<(usize, Option<SignedDuration>), Order>>,
}

/// The tree of values, which is made when it is first asked for.
fn tree<T: Summed>(known: &RefCell<HashMap<usize, Rc<Tree>>>, values: &[T]) -> Rc<Tree> {
    let mut known = known.borrow_mut();
    let tree = known.entry(values.as_ptr().addr());
    Rc::clone(tree.or_insert_with(|| Rc::new(Tree::of(values))))
}

impl<'a> Known<'a> {
    /// The track of a metric that is beside the one looked at, or the only one of the metric. Of its own metric it is the one
    /// looked at, whatever others there are in other units.
    pub(super) fn track(&self, metric: &str) -> Option<&'a Track> {
        let about = self.about;
        if about.key.name == metric {
            return Some(about);
        }
        let tracks = self.tracks;
        let place = (metric, &about.key.dimensions, about.runner.as_str());
        let only = || {
            let only = tracks.only.get(metric).copied().flatten()?;
            // Figures of two sorts of machines are not mixed; what names none goes with all.
            let runners = [only, about].map(|track| track.runner.as_str());
            let alike = runners[0] == runners[1] || runners.contains(&"");
            alike.then_some(only)
        };
        tracks.by.get(&place).copied().or_else(only)
    }
}

impl Known<'_> {
    /// The first moment whose points count.
    fn begin(&self, figure: &Figure) -> Option<Timestamp> {
        let begin = figure.over.and_then(|over| self.now.checked_sub(over).ok());
        begin.max(self.from)
    }

    /// How many seconds the points that count are of: a rule that looks back less far than a figure sees no more of it.
    fn seconds(&self, figure: &Figure) -> Option<f64> {
        figure.over?;
        let length = self.now.duration_since(self.begin(figure)?);
        length.is_positive().then(|| length.as_secs_f64())
    }

    /// Which of points by time count, from a moment on.
    fn within<T>(
        &self,
        points: &[T],
        at: impl Fn(&T) -> Option<Timestamp>,
        begin: Option<Timestamp>,
    ) -> Range<usize> {
        let end = points.partition_point(|point| at(point).is_some_and(|at| at <= self.last));
        let start =
            points.partition_point(|point| begin.is_some_and(|begin| at(point) < Some(begin)));
        start.min(end)..end
    }

    /// By how much running totals rose between readings that all are of the span; `None` where nothing is to be seen of that.
    fn rise(&self, rises: &[Rise], begin: Option<Timestamp>) -> Option<f64> {
        let time = |rise: &Rise| Timestamp::from_millisecond(rise.at).ok();
        let part = Part {
            all: rises,
            range: self.within(rises, time, begin),
            begin: begin.map_or(i64::MIN, first_millisecond),
        };
        let tree = self.prepared.map(|known| tree(&known.rises, rises));
        let summary = part.summary(tree.as_deref());
        (summary.count > 0).then_some(summary.sum)
    }

    fn summary(&self, samples: &[(Timestamp, f64)], range: Range<usize>) -> Summary {
        let part = Part {
            all: samples,
            range,
            begin: i64::MIN,
        };
        let tree = self.prepared.map(|known| tree(&known.sums, samples));
        part.summary(tree.as_deref())
    }

    fn percentile(
        &self,
        samples: &[(Timestamp, f64)],
        range: Range<usize>,
        (percent, over): (f64, Option<SignedDuration>),
    ) -> Option<f64> {
        let values = |of: Range<usize>| {
            let values = samples.get(of).unwrap_or_default().iter();
            values.map(|(_, value)| *value).collect::<Vec<f64>>()
        };
        let Some(prepared) = self.prepared else {
            let mut values = values(range);
            values.sort_unstable_by(f64::total_cmp);
            return percentile(&values, percent);
        };
        let mut orders = prepared.orders.borrow_mut();
        let order = orders.entry((samples.as_ptr().addr(), over));
        let order = order.or_insert_with(|| Order::of(&values(0..samples.len())));
        order.percentile(range, percent)
    }
}

/// The first millisecond that is not before a moment.
fn first_millisecond(moment: Timestamp) -> i64 {
    let ms = moment.as_millisecond();
    let is_before = Timestamp::from_millisecond(ms).is_ok_and(|at| at < moment);
    ms + i64::from(is_before)
}

impl Figures for Known<'_> {
    #[allow(clippy::cast_precision_loss, reason = "a count of points")]
    fn figure(&self, figure: &Figure) -> Option<f64> {
        let track = self.track(&figure.metric)?;
        let begin = self.begin(figure);
        let samples = track.samples.as_slice();
        let range = self.within(samples, |(at, _)| Some(*at), begin);
        let values = samples.get(range.clone())?;
        // Of a series that there is, it is known how many points it has.
        if values.is_empty() && figure.taken == Taken::Stat(Stat::Count) {
            return Some(0.0);
        }
        let (first, last) = (values.first()?.1, values.last()?.1);
        if let (Some(rises), Taken::Rate | Taken::Delta | Taken::Stat(Stat::Sum | Stat::Rate)) =
            (&track.rises, figure.taken)
        {
            let sum = self.rise(rises, begin)?;
            return Some(match figure.taken {
                Taken::Rate | Taken::Stat(Stat::Rate) => sum / self.seconds(figure)?,
                _ => sum,
            });
        }
        let count = values.len() as f64;
        let all = || self.summary(samples, range.clone());
        Some(match figure.taken {
            Taken::Latest | Taken::Stat(Stat::Last) => last,
            Taken::Delta => last - first,
            Taken::Rate | Taken::Stat(Stat::Rate) => all().sum / self.seconds(figure)?,
            Taken::Stat(Stat::Count) => count,
            Taken::Stat(Stat::Sum) => all().sum,
            Taken::Stat(Stat::Mean) => all().mean(),
            Taken::Stat(Stat::Min) => all().lowest,
            Taken::Stat(Stat::Max) => all().highest,
            Taken::Stat(Stat::First) => first,
            Taken::Stat(Stat::Deviation) => return all().deviation(),
            Taken::Stat(stat @ (Stat::Share | Stat::ShareLow | Stat::ShareHigh)) => {
                return stat.of_share(all().share()?);
            }
            Taken::Stat(Stat::Percentile(percent)) => {
                return self.percentile(samples, range, (percent, figure.over));
            }
        })
    }

    fn unit(&self, metric: &str) -> Option<Unit> {
        Some(self.track(metric)?.key.unit.clone())
    }

    fn odd(&self, figure: &Figure) -> Option<f64> {
        let samples = &self.track(&figure.metric)?.samples;
        let range = self.within(samples, |(at, _)| Some(*at), self.begin(figure));
        let mut share = Share::default();
        let mut values = samples.get(range)?.iter().map(|(_, value)| *value);
        values.find(|value| !share.add(*value))
    }
}
