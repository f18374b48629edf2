//! What the history has of the metrics that gates follow over time.

use jiff::Timestamp;

use crate::domain::gate::target::Direction;
use crate::domain::metric::Better;
use crate::domain::series::Key;
use crate::domain::watch::trend;

/// A series as it went.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    /// What it is a series of.
    pub key: Key,
    /// Its points in the order of time.
    pub points: Vec<(Timestamp, f64)>,
}

/// What the history has of the metrics that gates follow over time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Followed {
    /// One point for each run of the branch that changes go to, on machines of the sort that is judged on; without the
    /// commit that is judged.
    pub courses: Vec<Course>,
    /// What the commit that is judged was measured at before, run by run in the order of time, each with the
    /// repetitions of the run.
    pub own: Vec<(Key, Vec<Vec<f64>>)>,
    /// Single samples of events, of whatever branch.
    pub samples: Vec<Course>,
    /// The moment that is judged.
    pub now: Timestamp,
    /// What could not be read of the history.
    pub notes: Vec<String>,
}

impl Followed {
    /// The points of a series; none of one that is not known.
    pub(super) fn points(&self, key: &Key) -> &[(Timestamp, f64)] {
        let mut courses = self.courses.iter();
        courses
            .find(|course| course.key == *key)
            .map_or(&[], |course| &course.points)
    }

    /// Which way a series goes, with the value of the judged commit as its last point.
    pub(super) fn direction(&self, key: &Key, value: f64, better: Better) -> Direction {
        let mut points = self.points(key).to_vec();
        let at = points
            .last()
            .map_or(self.now, |(last, _)| self.now.max(*last));
        points.push((at, value));
        match trend(&points) {
            Err(lack) => Direction::Unknown(lack.to_string()),
            Ok(trend) if trend.worsens(better) => Direction::Worse,
            Ok(trend) if trend.found => Direction::Better,
            Ok(_) => Direction::Level,
        }
    }
}
