//! What the history has of the metrics that gates follow over time.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::domain::gate::policy::Gate;
use crate::domain::gate::target::Direction;
use crate::domain::metric::{Better, Metric};
use crate::domain::series::{Key, day_of};
use crate::domain::unit::Unit;
use crate::domain::watch::{Level, Trend, trend};
use crate::text::plural;

/// A series as it went.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    /// What it is a series of.
    pub key: Key,
    /// The sort of machine that all its points come from; empty where none is named.
    pub runner: String,
    /// Whether they count whatever the machine: the judged run measured them itself, or states them.
    pub own: bool,
    /// Its points in the order of time.
    pub points: Vec<(Timestamp, f64)>,
    /// The commit of each point, empty where it is not known; no more than the points are, and none where nobody asks.
    pub commits: Vec<Arc<str>>,
    /// How many runs of other sorts of machines were left out.
    pub left_out: usize,
}

impl Course {
    /// Without the points of a commit.
    pub(in crate::domain) fn leave_out(&mut self, commit: &str) {
        let commits = std::mem::take(&mut self.commits);
        let points = std::mem::take(&mut self.points);
        let known = points.into_iter().zip(commits);
        (self.points, self.commits) = known.filter(|(_, of)| **of != *commit).unzip();
    }

    /// The commit of a point of a time, of those of the same time the one of this number from 0; empty where it is not known.
    pub(super) fn commit(&self, at: Timestamp, number: usize) -> &str {
        let first = self.points.partition_point(|(time, _)| *time < at);
        let place = first.saturating_add(number);
        let known = self.points.get(place).filter(|(time, _)| *time == at);
        known
            .and_then(|_| self.commits.get(place))
            .map_or("", |commit| commit)
    }
}

/// One measuring of the judged commit: what a run of a CI system, or one command on one day, measured of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct Own {
    /// When.
    pub at: Timestamp,
    /// The repetitions.
    pub values: Vec<f64>,
    /// Whether the files that are judged state it.
    pub stated: bool,
    /// Whether a CI system names the run.
    pub named: bool,
    /// The name of the run, where it is another one than the run that is judged, which has a name; empty where it has none.
    pub other: Option<String>,
}

impl Own {
    /// Whether it is a point of the series like others, and no run of the commit that confirms what is judged or does not: what no
    /// CI system names and is of a day (UTC) before the judged one was recorded while the commit happened to be checked out.
    pub(super) fn is_past(&self, judged: Timestamp) -> bool {
        let day = |at: Timestamp| day_of(at.as_millisecond());
        !self.named && day(self.at) < day(judged)
    }
}

/// What was measured of a base and of a head, in turn.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sides {
    /// The base's repetitions.
    pub base: Vec<f64>,
    /// The head's.
    pub head: Vec<f64>,
}

/// The series of a gate.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lines {
    /// One point for each run of the branch that changes go to, on machines of the sort that is judged on; without the
    /// commit that is judged.
    pub courses: Vec<Course>,
    /// What the commit that is judged was measured at, in the order of time.
    pub own: Vec<(Key, Vec<Own>)>,
    /// Why there are none: no point has a dimension that the gate names.
    pub unknown: Option<String>,
    /// When points of each series arrived, where that is known.
    pub arrived: Vec<(Key, Arrived)>,
}

/// When points of a series arrived, whatever the machine that they are of.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Arrived {
    /// The times that tell how often it does (see [`arrivals`](crate::domain::watch::arrivals)).
    pub times: Vec<Timestamp>,
    /// How many points there are, where they are a feed of which many make one run; else none.
    pub fed: usize,
}

/// Levels of series as far as their points were taken in: a replay does not walk them anew for every run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Levels {
    known: HashMap<String, HashMap<Key, Walked>>,
}

/// A level with how many of its course's first points it has taken in.
#[derive(Debug, Clone, PartialEq)]
pub struct Walked {
    /// The level.
    pub level: Level,
    /// So many points.
    pub taken: usize,
}

impl Levels {
    /// That of a series of a gate, or a new one.
    pub fn entry(&mut self, gate: &str, key: &Key, new: impl FnOnce() -> Level) -> &mut Walked {
        let of_gate = self.known.entry(gate.to_owned()).or_default();
        let walked = || Walked {
            level: new(),
            taken: 0,
        };
        of_gate.entry(key.clone()).or_insert_with(walked)
    }

    /// Knows the level of a series of a gate.
    pub fn insert(&mut self, gate: &str, key: Key, walked: Walked) {
        let of_gate = self.known.entry(gate.to_owned()).or_default();
        of_gate.insert(key, walked);
    }

    pub(super) fn of(&self, gate: &Gate, key: &Key) -> Option<&Walked> {
        self.known.get(&gate.id)?.get(key)
    }
}

/// A recorded comparison of a head with its base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// Of which metric.
    pub metric: String,
    /// Of which commit the head was; empty where that is not known.
    pub commit: String,
    /// When.
    pub at: Timestamp,
}

/// What the history has of the metrics that gates follow over time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Followed {
    /// The series, told apart by all dimensions but personal ones.
    pub lines: Lines,
    /// The series of gates, by id, that say otherwise which dimensions tell them apart.
    pub told: HashMap<String, Lines>,
    /// Single samples of events: of the judged commit, of the branch that changes go to, and of no branch; each series once for
    /// each sort of machine.
    pub samples: Vec<Course>,
    /// Those of them that the change measured itself: they are judged in the place of the branch's, where there are any.
    pub changed: Vec<Course>,
    /// What the judged commit measured of a base and of a head, by what it is a series of beside its side.
    pub sides: Vec<(Key, Sides)>,
    /// The newest comparisons that are recorded of other commits, one of each metric.
    pub compared: Vec<Compared>,
    /// Metrics of the series that are computed from others: each run has one value of them.
    pub computed: HashSet<String>,
    /// The moment that is judged.
    pub now: Timestamp,
    /// The commit that is judged; empty where it is not known.
    pub commit: String,
    /// The branch that changes go to, where what is judged is a change and not of that branch itself.
    pub goes_to: Option<String>,
    /// Levels that are known already.
    pub levels: Levels,
    /// How far behind that moment samples are judged too: those that were taken in although they are ahead of the clock. Nothing
    /// where the past is replayed.
    pub ahead: SignedDuration,
    /// Events that this run states and that are recorded already by their ids, as often as there are, by metric.
    pub known: HashMap<String, u64>,
    /// What could not be read of the history.
    pub notes: Vec<String>,
}

impl Followed {
    /// The series as a gate tells them apart.
    pub(super) fn of(&self, gate: &Gate) -> &Lines {
        self.told.get(&gate.id).unwrap_or(&self.lines)
    }

    /// Whether anything of a metric is judged.
    pub fn has(&self, metric: &str) -> bool {
        let all = self.told.values().chain([&self.lines]);
        let own = all.clone().flat_map(|lines| &lines.own);
        let own = own.map(|(key, _)| key);
        let courses = all.flat_map(|lines| &lines.courses);
        let courses = courses.chain(&self.samples).chain(&self.changed);
        let sides = self.sides.iter().map(|(key, _)| key);
        let mut keys = courses.map(|course| &course.key).chain(own).chain(sides);
        keys.any(|key| key.name == metric)
    }

    /// The last moment whose samples are judged.
    pub(super) fn last(&self) -> Timestamp {
        self.now.checked_add(self.ahead).unwrap_or(Timestamp::MAX)
    }

    /// Why samples that this run states are not judged, if it states any of a metric.
    pub(super) fn elsewhere(&self, metric: &str) -> Option<String> {
        let known = *self.known.get(metric)?;
        Some(format!(
            "{} that this run states {} recorded already under the same {}, by another branch, repository, folder or machine or \
             at another time, and what stands there counts: each needs an id of its own",
            plural::s(known, "event"),
            plural::pick(known, "is", "are"),
            plural::pick(known, "id", "ids"),
        ))
    }

    /// Which way a series goes, with the value of the judged commit as its last point.
    pub(super) fn direction(&self, key: &Key, value: f64, metric: &Metric) -> Direction {
        let mut points = self.lines.points(key).to_vec();
        points.push((next(&points, self.now), value));
        match (
            Direction::of(&points, metric),
            others(self.lines.left_out(key)),
        ) {
            (Direction::Unknown(lack), Some(others)) => {
                Direction::Unknown(format!("{lack}; {others}"))
            }
            (direction, _) => direction,
        }
    }
}

impl Direction {
    /// Which way points go.
    pub(super) fn of(points: &[(Timestamp, f64)], metric: &Metric) -> Direction {
        let better = metric.better;
        let is_share = metric.unit == Unit::Percent && better == Better::Higher;
        let found = trend(points);
        let found = match is_share {
            true => found.map(Trend::of_share),
            false => found,
        };
        match found {
            Err(lack) => Direction::Unknown(lack.to_string()),
            Ok(trend) if trend.worsens(better) => Direction::Worse,
            Ok(trend) if trend.found => Direction::Better,
            Ok(_) => Direction::Level,
        }
    }
}

impl Lines {
    /// A series as it went, if it is known.
    pub(super) fn course(&self, key: &Key) -> Option<&Course> {
        self.courses.iter().find(|course| course.key == *key)
    }

    /// The points of a series; none of one that is not known.
    pub(super) fn points(&self, key: &Key) -> &[(Timestamp, f64)] {
        self.course(key).map_or(&[], |course| &course.points)
    }

    /// How many runs of a series on other sorts of machines were left out.
    pub(super) fn left_out(&self, key: &Key) -> usize {
        self.course(key).map_or(0, |course| course.left_out)
    }

    /// When points of a series arrived, if that is known.
    pub(super) fn arrived(&self, key: &Key) -> Option<&Arrived> {
        let mut all = self.arrived.iter();
        all.find(|(known, _)| known == key)
            .map(|(_, arrived)| arrived)
    }

    /// What the judged commit was measured at; nothing of a series that it did not measure.
    pub(super) fn own(&self, key: &Key) -> &[Own] {
        let mut own = self.own.iter();
        own.find(|(known, _)| known == key)
            .map_or(&[], |(_, own)| own)
    }
}

/// That so many runs are no part of a past, if any.
pub(super) fn others(left_out: usize) -> Option<String> {
    let many = left_out as u64;
    (left_out > 0).then(|| {
        format!(
            "{} of another runner, or of none that is named, {} left out: figures of two sorts of machines are not compared, and \
             what names no runner (`context.runner`; snapshots of early versions) is of none that is known",
            plural::s(many, "run"),
            plural::pick(many, "is", "are"),
        )
    })
}

/// When a value that is judged counts as measured: one usual interval after the last run, however long that is ago, so that
/// a trend does not grow by waiting; now, if that is sooner.
pub(super) fn next(points: &[(Timestamp, f64)], now: Timestamp) -> Timestamp {
    let Some((last, _)) = points.last() else {
        return now;
    };
    let mut gaps: Vec<_> = points
        .iter()
        .zip(points.iter().skip(1))
        .map(|((before, _), (after, _))| after.duration_since(*before))
        .collect();
    gaps.sort_unstable();
    let usual = gaps.get(gaps.len() / 2).copied();
    let due = usual.and_then(|usual| last.checked_add(usual).ok());
    // A clock that is behind must not make the newest point an old one.
    due.map_or(now, |due| due.min(now)).max(*last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_does_not_move_the_value_that_is_judged() {
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        let points: Vec<_> = [0, 10, 20, 50].map(|s| (at(s), 1.0)).to_vec();
        assert_eq!(next(&points, at(55)), at(55));
        assert_eq!(next(&points, at(70)), at(60));
        assert_eq!(next(&points, at(100_000)), at(60));
        assert_eq!(next(&points, at(40)), at(50));
        assert_eq!(next(&[], at(7)), at(7));
    }
}
