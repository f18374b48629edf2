//! What is known of a series at each of its runs: what was measured before.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;

use super::measuring::Measuring;
use crate::domain::gate::followed::{Course, Followed, Levels, Lines, Own, Walked};
use crate::domain::gate::following::Rule;
use crate::domain::gate::policy::Gate;
use crate::domain::series::Key;
use crate::domain::stats::median;
use crate::domain::watch::Level;

/// How many runs of the past each is judged by, the newest: the windows of the rules are as long. It bounds the work by the
/// number of runs.
const WINDOW: usize = 64;

/// A point of the past.
struct Point {
    run: usize,
    commit: String,
    runner: String,
    at: Timestamp,
    values: Vec<f64>,
}

/// What was measured so far, the newest of it.
pub(super) struct Seen<'g> {
    gate: &'g Gate,
    points: VecDeque<Point>,
    /// Where the gate judges regressions: the level at which the points before those stand, on each sort of machine.
    levels: BTreeMap<String, Level>,
    /// What was measured in the runs of these points.
    own: VecDeque<Measuring>,
}

impl<'g> Seen<'g> {
    pub(super) fn of(gate: &'g Gate) -> Seen<'g> {
        Seen {
            gate,
            points: VecDeque::new(),
            levels: BTreeMap::new(),
            own: VecDeque::new(),
        }
    }

    /// A level of no point yet, if the gate asks for one.
    fn blank_level(&self) -> Option<Level> {
        match &self.gate.watch.as_ref()?.rule {
            Rule::Regression {
                settings, since, ..
            } => Some(Level::new(self.gate.metric.better, settings, since.clone())),
            _ => None,
        }
    }

    /// Lets go of the oldest point: a level keeps it.
    fn forget(&mut self) {
        let blank = self.blank_level();
        let oldest = self.points.pop_front();
        if let Some(point) = &oldest {
            self.own.retain(|own| own.run != point.run);
        }
        if let (Some(blank), Some(point)) = (blank, oldest)
            && let Ok(value) = median(&point.values)
        {
            let level = self.levels.entry(point.runner).or_insert(blank);
            level.add(point.at, &point.commit, value);
        }
    }

    pub(super) fn any(&self) -> bool {
        !self.points.is_empty()
    }

    pub(super) fn add(&mut self, measured: &Measuring) {
        self.own.push_back(measured.clone());
        let mut known = self.points.iter_mut().rev();
        match known.find(|point| point.run == measured.run) {
            Some(point) => {
                point.at = measured.at;
                point.values.extend(&measured.values);
            }
            None => self.points.push_back(Point {
                run: measured.run,
                commit: measured.commit.clone(),
                runner: measured.runner.clone(),
                at: measured.at,
                values: measured.values.clone(),
            }),
        }
        // Those of the commit itself do not count, and there may be as many of them.
        if self.points.len() > 2 * WINDOW {
            self.forget();
        }
    }

    /// The points that a filter takes, the newest `most`, in the order of time, each with its commit.
    fn past(&self, most: usize, wants: impl Fn(&Point) -> bool) -> Vec<(Arc<str>, Timestamp, f64)> {
        let points = self.points.iter().rev().filter(|point| wants(point));
        let points = points.filter_map(|point| {
            let value = median(&point.values).ok()?;
            Some((Arc::from(&*point.commit), point.at, value))
        });
        let mut points: Vec<_> = points.take(most).collect();
        points.reverse();
        points
    }

    /// What is known when a run is judged.
    pub(super) fn followed(&self, key: &Key, judged: &Measuring) -> Followed {
        let is_own = |commit: &str| !commit.is_empty() && commit == judged.commit;
        let alike = |runner: &str| runner == judged.runner;
        let blank = self.blank_level();
        // A level takes in all points that it does not know yet.
        let most = blank.as_ref().map_or(WINDOW, |_| usize::MAX);
        let past = self.past(most, |point| !is_own(&point.commit) && alike(&point.runner));
        let mut levels = Levels::default();
        if let Some(level) = self.levels.get(&judged.runner).cloned().or(blank) {
            let walked = Walked { level, taken: 0 };
            levels.insert(&self.gate.id, key.clone(), walked);
        }
        let before = self.own.iter();
        let before = before.filter(|own| {
            // What a CI system names comes before what it does not: that is not to be judged again in its place.
            is_own(&own.commit) && alike(&own.runner) && (judged.named || !own.named)
        });
        let own = |measured: &Measuring| Own {
            at: measured.at,
            values: measured.values.clone(),
            stated: false,
            named: measured.named,
            other: None,
        };
        let mut owned: Vec<Own> = before.map(own).collect();
        owned.push(own(judged));
        Followed {
            lines: Lines {
                courses: courses(key, past),
                own: vec![(key.clone(), owned)],
                ..Lines::default()
            },
            now: judged.at,
            commit: judged.commit.clone(),
            levels,
            ..Followed::default()
        }
    }

    /// What is known of what arrived.
    pub(super) fn arrived(&self, key: &Key, now: Timestamp) -> Followed {
        Followed {
            lines: Lines {
                courses: courses(key, self.past(WINDOW, |_| true)),
                ..Lines::default()
            },
            now,
            ..Followed::default()
        }
    }
}

fn courses(key: &Key, points: Vec<(Arc<str>, Timestamp, f64)>) -> Vec<Course> {
    let split = points
        .into_iter()
        .map(|(commit, at, value)| (commit, (at, value)));
    let (commits, points) = split.unzip();
    let course = Course {
        key: key.clone(),
        points,
        runner: String::new(),
        own: false,
        commits,
        left_out: 0,
    };
    (!course.points.is_empty())
        .then_some(course)
        .into_iter()
        .collect()
}
