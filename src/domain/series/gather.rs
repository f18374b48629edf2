//! Puts points together, metric by metric, so that no more than one metric's samples are held.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::{Answer, Bucket, Counter, Group, Key, Query, Rise, Row, Stat, by_number};
use crate::domain::event::Context;
use crate::domain::stats::{Share, percentile};
use crate::domain::unit::Unit;

/// What a group's points come to so far.
#[derive(Debug, Clone, Default)]
struct Cell {
    count: u64,
    sum: f64,
    /// For the deviation, by Welford's rule, which loses nothing to cancellation.
    mean: f64,
    squares: f64,
    min: f64,
    max: f64,
    first: (i64, f64),
    last: (i64, f64),
    samples: Vec<f64>,
    /// Yes and no among them, and whether there is something else.
    share: Share,
    is_mixed: bool,
    /// How many points are readings of running totals, and how often these rose.
    readings: u64,
    rises: u64,
}

impl Cell {
    fn add(&mut self, at: i64, value: f64, keep: bool) {
        self.take(at, value, value, keep);
    }

    /// A reading of a running total, and by how much it rose.
    fn read(&mut self, at: i64, value: f64, rise: Option<Rise>, keep: bool) {
        self.readings += 1;
        self.rises += u64::from(rise.is_some());
        self.take(at, value, rise.map_or(0.0, |rise| rise.by), keep);
    }

    /// A point, and what it adds to the sum.
    #[allow(clippy::cast_precision_loss, reason = "a count of points")]
    fn take(&mut self, at: i64, value: f64, summed: f64, keep: bool) {
        if self.count == 0 {
            (self.min, self.max) = (value, value);
            (self.first, self.last) = ((at, value), (at, value));
        }
        self.count += 1;
        self.sum += summed;
        let off = value - self.mean;
        self.mean += off / self.count as f64;
        self.squares += off * (value - self.mean);
        self.is_mixed |= !self.share.add(value);
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        // Of equal times the smaller value counts as the earlier: the order in which points come says nothing.
        if (at, value) < self.first {
            self.first = (at, value);
        }
        if (at, value) > self.last {
            self.last = (at, value);
        }
        if keep {
            self.samples.push(value);
        }
    }

    /// Its figures; `seconds` is how long the span is that it is of, where that has ends.
    #[allow(clippy::cast_precision_loss, reason = "a count of points")]
    fn figures(&mut self, stats: &[Stat], seconds: Option<f64>) -> Vec<Option<f64>> {
        self.samples.sort_unstable_by(f64::total_cmp);
        let figure = |stat: &Stat| {
            Some(match stat {
                Stat::Count => self.count as f64,
                // One reading tells of no rise.
                Stat::Sum | Stat::Rate if self.readings == self.count && self.rises == 0 => {
                    return None;
                }
                Stat::Sum => self.sum,
                Stat::Rate => self.sum / seconds.filter(|seconds| *seconds > 0.0)?,
                Stat::Mean if self.readings > 0 => self.mean,
                Stat::Mean => self.sum / self.count as f64,
                Stat::Min => self.min,
                Stat::Max => self.max,
                Stat::Deviation if self.count < 2 => return None,
                Stat::Deviation => (self.squares / (self.count - 1) as f64).sqrt(),
                Stat::First => self.first.1,
                Stat::Last => self.last.1,
                Stat::Share | Stat::ShareLow | Stat::ShareHigh if self.is_mixed => return None,
                Stat::Share | Stat::ShareLow | Stat::ShareHigh => {
                    return stat.of_share(self.share);
                }
                Stat::Percentile(percent) => return percentile(&self.samples, *percent),
            })
        };
        // Numbers that can be kept one by one can be too large together.
        let is_one = |figure: &f64| figure.is_finite();
        let figure = |stat| figure(stat).filter(is_one);
        stats.iter().map(figure).collect()
    }
}

/// How long a span is; `None` where it has no ends.
#[allow(clippy::cast_precision_loss, reason = "milliseconds")]
fn seconds((from, until): (i64, i64)) -> Option<f64> {
    let ends = from > i64::MIN && until < i64::MAX;
    ends.then(|| until.saturating_sub(from) as f64 / 1_000.0)
}

/// One figure of each span of time that points (milliseconds since 1970, value) lie in, with when the span begins, by time.
pub fn spans(
    points: impl IntoIterator<Item = (i64, f64)>,
    bucket: Bucket,
    stat: Stat,
) -> Vec<(i64, f64)> {
    let mut cells: BTreeMap<i64, Cell> = BTreeMap::new();
    for (at, value) in points {
        let cell = cells.entry(bucket.start(at)).or_default();
        cell.add(at, value, stat.needs_samples());
    }
    let figure = |(start, mut cell): (i64, Cell)| {
        let seconds = seconds((start, bucket.end(start)));
        let figure = cell.figures(&[stat], seconds).pop().flatten();
        figure.map(|figure| (start, figure))
    };
    cells.into_iter().filter_map(figure).collect()
}

/// What the points of one metric come to. Points come in series by series; [`Gather::series`] goes before those of each.
pub struct Gather<'q> {
    query: &'q Query,
    keep: bool,
    /// The name and unit whose points are gathered now.
    metric: Option<(String, Unit)>,
    /// What the series says of each group; empty for those that the point or its run say.
    known: Vec<Option<String>>,
    /// The running totals of the series, where it is of such: of each place that it is read at by itself.
    counters: Option<HashMap<Place, Counter>>,
    /// Whether the run says what a group is: then the next point may be of another one.
    by_run: bool,
    cells: Vec<Cell>,
    /// Which cell a group has.
    places: HashMap<Vec<Part>, usize>,
    /// The same by when its span begins, of what the series and those before it say of groups.
    spans: FxHashMap<i64, usize>,
    /// The cell of the last point, and the times between which points are of it too.
    open: Option<(Range<i64>, usize)>,
    answer: Answer,
}

/// What tells a group from others in one respect.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Part {
    Start(i64),
    Text(String),
}

impl Ord for Part {
    fn cmp(&self, other: &Part) -> Ordering {
        match (self, other) {
            (Part::Start(one), Part::Start(other)) => one.cmp(other),
            (Part::Start(_), Part::Text(_)) => Ordering::Less,
            (Part::Text(_), Part::Start(_)) => Ordering::Greater,
            (Part::Text(one), Part::Text(other)) => by_number(one, other),
        }
    }
}

impl PartialOrd for Part {
    fn partial_cmp(&self, other: &Part) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<'q> Gather<'q> {
    /// Nothing yet.
    pub fn new(query: &'q Query) -> Gather<'q> {
        Gather {
            query,
            keep: query.stats.iter().any(|stat| stat.needs_samples()),
            metric: None,
            known: Vec::new(),
            counters: None,
            by_run: false,
            cells: Vec::new(),
            places: HashMap::new(),
            spans: FxHashMap::default(),
            open: None,
            answer: Answer::default(),
        }
    }

    /// Points of this series come next. Series of one name and unit have to come one after another.
    pub fn series(&mut self, key: &Key) {
        self.open = None;
        self.counters = key.is_counter().then(HashMap::new);
        let same = |(name, unit): &(String, Unit)| *name == key.name && *unit == key.unit;
        if !self.metric.as_ref().is_some_and(same) {
            self.close();
            self.metric = Some((key.name.clone(), key.unit.clone()));
        }
        let known = |group: &Group| match group {
            Group::Time(_) => None,
            Group::By(name) if Context::NAMES.contains(&name.as_str()) => None,
            Group::By(name) => Some(key.get(name).unwrap_or_default().to_owned()),
        };
        let known = self.query.groups.iter().map(known).collect();
        if self.known != known {
            self.known = known;
            self.spans.clear();
        }
        self.by_run = self.known.iter().zip(&self.query.groups).any(is_of_run);
    }

    /// A point of the series. `run` may be `None` where the question does not ask for runs.
    pub fn point(&mut self, at: i64, value: f64, run: Option<&Context>) {
        self.points(std::iter::once((at, value)), run);
    }

    /// Points of the series and of one run; fastest when they come in order of time.
    pub fn points(&mut self, points: impl Iterator<Item = (i64, f64)>, run: Option<&Context>) {
        if self.by_run {
            self.open = None;
        }
        for (at, value) in points {
            self.answer.points += 1;
            let place = match &self.open {
                Some((span, place)) if span.contains(&at) => *place,
                _ => self.place(at, run),
            };
            let rise = self.counters.as_mut().map(|counters| {
                let counter = counters.entry(place_of(run)).or_default();
                counter.read(at, value)
            });
            match (self.cells.get_mut(place), rise) {
                (Some(cell), None) => cell.add(at, value, self.keep),
                (Some(cell), Some(rise)) => cell.read(at, value, rise, self.keep),
                (None, _) => {}
            }
        }
    }

    /// Opens the cell that a point of the series belongs to.
    fn place(&mut self, at: i64, run: Option<&Context>) -> usize {
        let (from, until) = self.query.around(at);
        let met = self.spans.get(&from).filter(|_| !self.by_run).copied();
        let place = met.unwrap_or_else(|| {
            let new = self.cells.len();
            let place = *self.places.entry(self.parts(at, run)).or_insert(new);
            if place == new {
                self.cells.push(Cell::default());
            }
            if !self.by_run {
                self.spans.insert(from, place);
            }
            place
        });
        self.open = Some((from..until, place));
        place
    }

    /// The group that a point of the series is of.
    fn parts(&self, at: i64, run: Option<&Context>) -> Vec<Part> {
        let groups = self.query.groups.iter().zip(&self.known);
        let part = |(group, known): (&Group, &Option<String>)| match (group, known) {
            (Group::Time(bucket), _) => Part::Start(bucket.start(at)),
            (Group::By(_), Some(text)) => Part::Text(text.clone()),
            (Group::By(name), None) => Part::Text(
                run.and_then(|run| run.get(name))
                    .unwrap_or_default()
                    .to_owned(),
            ),
        };
        groups.map(part).collect()
    }

    /// From when to when a group's points can be, as far as that has ends.
    fn span(&self, parts: &[Part]) -> (i64, i64) {
        let groups = parts.iter().zip(&self.query.groups);
        groups.fold(self.query.span(), |(from, until), pair| match pair {
            (Part::Start(start), Group::Time(bucket)) => {
                (from.max(*start), until.min(bucket.end(*start)))
            }
            _ => (from, until),
        })
    }

    /// The answer.
    pub fn finish(mut self) -> Answer {
        self.close();
        self.answer
    }

    fn close(&mut self) {
        self.open = None;
        self.spans.clear();
        let mut cells = std::mem::take(&mut self.cells);
        let places = std::mem::take(&mut self.places);
        let Some((metric, unit)) = self.metric.take() else {
            return;
        };
        let mut groups: Vec<(Vec<Part>, usize)> = places.into_iter().collect();
        groups.sort_unstable();
        for (parts, place) in groups {
            let Some(mut cell) = cells.get_mut(place).map(std::mem::take) else {
                continue;
            };
            let seconds = seconds(self.span(&parts));
            let name = |(part, group): (Part, &Group)| match (part, group) {
                (Part::Start(start), Group::Time(bucket)) => bucket.name(start),
                (Part::Start(start), Group::By(_)) => start.to_string(),
                (Part::Text(text), _) => text,
            };
            self.answer.rows.push(Row {
                metric: metric.clone(),
                unit: unit.clone(),
                groups: parts
                    .into_iter()
                    .zip(&self.query.groups)
                    .map(name)
                    .collect(),
                figures: cell.figures(&self.query.stats, seconds),
            });
        }
    }
}

/// Where a running total is read: repository, folder and sort of machine.
type Place = (String, String, String);

fn place_of(run: Option<&Context>) -> Place {
    let place = |run: &Context| {
        let Context {
            repository,
            folder,
            runner,
            ..
        } = run.clone();
        (repository, folder, runner)
    };
    run.map(place).unwrap_or_default()
}

/// Whether the run says what a group is.
fn is_of_run((known, group): (&Option<String>, &Group)) -> bool {
    known.is_none() && matches!(group, Group::By(_))
}
