//! Series as they are watched: one for each set of dimensions and each sort of machine, one value a run.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use crate::domain::event::Context;
use crate::domain::measurement::Labels;
use crate::domain::series::{Counter, Key, Occasion, Rise, day_of};
use crate::domain::stats::median;

/// A series as it is watched.
#[derive(Debug, Clone, PartialEq)]
pub struct Track {
    /// What it is a series of.
    pub key: Key,
    /// The sort of machine: figures of two sorts are not compared.
    pub runner: String,
    /// Every point by time.
    pub samples: Vec<(Timestamp, f64)>,
    /// One point a run by time: the median of its samples.
    pub runs: Vec<Point>,
    /// Where there are readings of running totals among the samples, what adds up instead of them, by time: by how much these
    /// rose, each series and place by itself, and the other samples as they are.
    pub rises: Option<Vec<Rise>>,
}

/// What a run measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// When the run began to measure: the same time for all that it measured.
    pub at: Timestamp,
    /// The median of its samples.
    pub value: f64,
    /// Its samples together.
    pub sum: f64,
}

impl Track {
    /// What it is called: the metric, its dimensions, and the sort of machine.
    pub fn label(&self) -> String {
        let mut parts: Vec<String> = self
            .key
            .dimensions
            .iter()
            .map(|(name, value)| match reads_as_several(value) {
                true => format!("{name}={value:?}"),
                false => format!("{name}={value}"),
            })
            .collect();
        if !self.runner.is_empty() {
            parts.push(format!("runner={}", self.runner));
        }
        match parts.is_empty() {
            true => self.key.name.clone(),
            false => format!("{}{{{}}}", self.key.name, parts.join(", ")),
        }
    }

    /// What it is of, whatever the metric: the dimensions and the sort of machine.
    pub(super) fn place(&self) -> (&Labels, &str) {
        (&self.key.dimensions, &self.runner)
    }

    /// Whether it is of the same things as another, whatever the metric.
    pub(super) fn is_beside(&self, other: &Track) -> bool {
        self.key.dimensions == other.key.dimensions && self.runner == other.runner
    }

    /// Those that still count: once points name the sort of machine that they are of, those before that named none are a
    /// past that nothing is added to. What it ended with is no longer so, nor has it stopped arriving.
    pub fn current(tracks: Vec<Track>) -> Vec<Track> {
        let mut began: HashMap<Key, Timestamp> = HashMap::new();
        for track in tracks.iter().filter(|track| !track.runner.is_empty()) {
            if let Some((first, _)) = track.samples.first() {
                let begin = began.entry(track.key.clone()).or_insert(*first);
                *begin = (*begin).min(*first);
            }
        }
        let is_over = |track: &Track| {
            let ended = track.samples.last().map(|(at, _)| *at);
            let began = began.get(&track.key).copied();
            track.runner.is_empty() && ended.zip(began).is_some_and(|(end, begin)| end < begin)
        };
        tracks.into_iter().filter(|track| !is_over(track)).collect()
    }

    /// What adds up of it (milliseconds since 1970, value): its samples, or by how much its running totals rose.
    pub(super) fn amounts(&self) -> Vec<(i64, f64)> {
        match &self.rises {
            Some(rises) => rises.iter().map(|rise| (rise.at, rise.by)).collect(),
            None => {
                let samples = self.samples.iter();
                samples
                    .map(|(at, value)| (at.as_millisecond(), *value))
                    .collect()
            }
        }
    }

    /// The values of its runs with their times, from a time on.
    pub fn since(&self, from: Option<Timestamp>) -> Vec<(Timestamp, f64)> {
        let points = self.runs.iter();
        let points = points.filter(|point| from.is_none_or(|from| point.at >= from));
        points.map(|point| (point.at, point.value)).collect()
    }
}

/// Whether a dimension of this value would read like two: `x, b=y`.
fn reads_as_several(value: &str) -> bool {
    let mut rest = value.split(", ").skip(1);
    value.starts_with('"') || rest.any(|part| part.contains('='))
}

/// When runs began: the same time for all that they measured.
pub struct Starts<'r, R> {
    run: R,
    began: HashMap<Occasion<'r>, i64>,
}

impl<'r, R: Fn(i64) -> Option<&'r Context>> Starts<'r, R> {
    /// Of points: milliseconds since 1970 and their run. `run` says what a run is.
    pub fn of(points: impl IntoIterator<Item = (i64, i64)>, run: R) -> Starts<'r, R> {
        let began = HashMap::new();
        let mut starts = Starts { run, began };
        for (at, id) in points {
            let occasion = starts.occasion(at, id);
            let first = starts.began.entry(occasion).or_insert(at);
            *first = (*first).min(at);
        }
        starts
    }

    fn occasion(&self, at: i64, id: i64) -> Occasion<'r> {
        match (self.run)(id) {
            Some(run) => Occasion::of((id, run), at),
            None => Occasion::Command(id, day_of(at)),
        }
    }

    /// When the run of a point began, in milliseconds since 1970.
    pub fn began(&self, at: i64, run: i64) -> i64 {
        let occasion = self.occasion(at, run);
        self.began.get(&occasion).copied().unwrap_or(at)
    }

    /// A series with its points (milliseconds since 1970, value, run) as it is watched: one for each sort of machine.
    pub fn tracks(&self, key: &Key, points: Vec<(i64, f64, i64)>) -> Vec<Track> {
        let mut kinds: BTreeMap<&str, Vec<(i64, f64, i64)>> = BTreeMap::new();
        for point in points {
            let runner = (self.run)(point.2).map_or("", |run| run.runner.as_str());
            kinds.entry(runner).or_default().push(point);
        }
        let track = |(runner, points): (&str, Vec<_>)| self.track(key.clone(), runner, &points);
        kinds.into_iter().map(track).collect()
    }

    /// What adds up of one series of a metric that has running totals, by sort of machine: by how much such a total rose at each
    /// place that it is read at, and values of other events as they are. One reading tells of no rise.
    pub fn rises(&self, key: &Key, points: &[(i64, f64, i64)]) -> BTreeMap<&'r str, Vec<Rise>> {
        let mut counters: HashMap<(&str, &str, &str), Counter> = HashMap::new();
        let mut all: BTreeMap<&'r str, Vec<Rise>> = BTreeMap::new();
        for &(at, value, id) in points {
            let run = (self.run)(id);
            let runner = run.map_or("", |run| &*run.runner);
            let rises = all.entry(runner).or_default();
            if !key.is_counter() {
                rises.push(Rise {
                    since: at,
                    at,
                    by: value,
                });
                continue;
            }
            let (repository, folder) = run.map_or(("", ""), |run| (&*run.repository, &*run.folder));
            let counter = counters.entry((repository, folder, runner)).or_default();
            rises.extend(counter.read(at, value));
        }
        all
    }

    fn track(&self, key: Key, runner: &str, points: &[(i64, f64, i64)]) -> Track {
        let mut by_run: BTreeMap<(i64, Occasion<'_>), Vec<f64>> = BTreeMap::new();
        for (at, value, id) in points {
            let occasion = self.occasion(*at, *id);
            let at = self.began.get(&occasion).copied().unwrap_or(*at);
            by_run.entry((at, occasion)).or_default().push(*value);
        }
        let point = |((at, _), values): ((i64, Occasion<'_>), Vec<f64>)| {
            Some(Point {
                at: Timestamp::from_millisecond(at).ok()?,
                value: median(&values).ok()?,
                sum: values.iter().sum(),
            })
        };
        let sample = |(at, value, _): &(i64, f64, i64)| {
            Some((Timestamp::from_millisecond(*at).ok()?, *value))
        };
        let mut samples: Vec<_> = points.iter().filter_map(sample).collect();
        samples.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        Track {
            key,
            runner: runner.to_owned(),
            samples,
            runs: by_run.into_iter().filter_map(point).collect(),
            rises: None,
        }
    }
}
