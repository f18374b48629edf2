//! The samples that a gate asks for, group by group.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::domain::gate::followed::{Course, Followed};
use crate::domain::gate::following::Samples;
use crate::domain::gate::policy::Gate;
use crate::domain::series::{Key, no_dimension};
use crate::text::{number, plural};

type Points = Vec<(Timestamp, f64)>;
type Recent<'a> = &'a [(Timestamp, f64)];

/// The samples of each group by its name, in the order of time.
pub(super) struct Groups {
    points: BTreeMap<String, Points>,
    left_out: usize,
}

impl Groups {
    /// Those of the span that the gate judges: what the change measured itself, or else what the branch did.
    pub(super) fn recent(
        gate: &Gate,
        samples: &Samples,
        followed: &Followed,
        notes: &mut BTreeSet<String>,
    ) -> Groups {
        let since = followed.now.checked_sub(samples.last).ok();
        let span = (since, followed.last());
        let changed = gather(gate, samples, &followed.changed, span, notes);
        match changed.points.is_empty() {
            true => gather(gate, samples, &followed.samples, span, notes),
            false => changed,
        }
    }

    /// All of them up to now.
    pub(super) fn ever(gate: &Gate, samples: &Samples, followed: &Followed) -> Groups {
        let span = (None, followed.last());
        gather(gate, samples, &followed.samples, span, &mut BTreeSet::new())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &[(Timestamp, f64)])> {
        let groups = self.points.iter();
        groups.map(|(name, points)| (name.as_str(), points.as_slice()))
    }

    /// The samples of one group.
    pub(super) fn of(&self, name: &str) -> &[(Timestamp, f64)] {
        self.points.get(name).map_or(&[], Vec::as_slice)
    }

    /// How many samples of other sorts of machines are not among them.
    pub(super) fn left_out(&self) -> usize {
        self.left_out
    }
}

/// Whether a series is of the samples that the gate asks for.
fn is_of(gate: &Gate, key: &Key) -> bool {
    let fits = |(name, value): (&String, &String)| key.get(name) == Some(value.as_str());
    key.name == gate.metric.id && gate.labels.iter().all(fits)
}

/// That no sample has a dimension which the gate names.
pub(super) fn unknown(gate: &Gate, samples: &Samples, followed: &Followed) -> Option<String> {
    let courses = followed.samples.iter().chain(&followed.changed);
    let keys: Vec<&Key> = courses
        .map(|course| &course.key)
        .filter(|key| key.name == gate.metric.id)
        .collect();
    let named = gate.labels.keys().chain(&samples.per);
    let lacking = |name: &&String| keys.iter().all(|key| key.get(name).is_none());
    let name = named
        .into_iter()
        .find(lacking)
        .filter(|_| !keys.is_empty())?;
    Some(no_dimension("sample", name, keys))
}

/// That there is none in the span, with when the newest was.
pub(super) fn nothing(gate: &Gate, samples: &Samples, followed: &Followed) -> String {
    let courses = followed.samples.iter().chain(&followed.changed);
    let of_gate = courses.filter(|course| is_of(gate, &course.key));
    let newest = of_gate
        .filter_map(|course| upto(&course.points, followed.last()).last())
        .map(|(at, _)| *at)
        .max();
    let span = number::duration(samples.last.as_secs_f64());
    let newest = newest.map_or_else(String::new, |at| {
        format!(
            "; the newest is of {}, and `last` says how far back samples count",
            at.strftime("%Y-%m-%d")
        )
    });
    format!("no sample of it in the last {span}{newest}")
}

/// The points that were there at a time.
fn upto(points: &[(Timestamp, f64)], now: Timestamp) -> &[(Timestamp, f64)] {
    let end = points.partition_point(|(at, _)| *at <= now);
    points.get(..end).unwrap_or_default()
}

fn gather(
    gate: &Gate,
    samples: &Samples,
    courses: &[Course],
    (since, now): (Option<Timestamp>, Timestamp),
    notes: &mut BTreeSet<String>,
) -> Groups {
    let mut groups: BTreeMap<Vec<&str>, Vec<(&Course, Recent<'_>)>> = BTreeMap::new();
    for course in courses {
        let key = &course.key;
        if !is_of(gate, key) {
            continue;
        }
        let known = upto(&course.points, now);
        let first = since.map_or(0, |since| known.partition_point(|(at, _)| *at < since));
        let recent = known.get(first..).unwrap_or_default();
        if recent.is_empty() {
            continue;
        }
        if !gate.takes(&key.unit) {
            notes.insert(format!(
                "samples in {} were left out: it is measured in {}",
                key.unit, gate.metric.unit
            ));
            continue;
        }
        let value = |name: &String| key.get(name).unwrap_or_default();
        let group = samples.per.iter().map(value).collect();
        groups.entry(group).or_default().push((course, recent));
    }
    let mut left_out = 0;
    let mut named: BTreeMap<String, Points> = BTreeMap::new();
    for (group, courses) in groups {
        // Two sorts of machines are not compared: the newest sample of the group says which one counts.
        let newest = |(course, recent): &&(&Course, Recent<'_>)| {
            (recent.last().map(|(at, _)| *at), course.runner.clone())
        };
        let runner = courses.iter().max_by_key(newest);
        let runner = runner.map(|(course, _)| course.runner.as_str());
        let (ours, others): (Vec<_>, Vec<_>) = courses
            .iter()
            .partition(|(course, _)| course.own || Some(course.runner.as_str()) == runner);
        left_out += others.iter().map(|(_, recent)| recent.len()).sum::<usize>();
        let mut points: Points = ours
            .iter()
            .flat_map(|(_, recent)| *recent)
            .copied()
            .collect();
        points.sort_by(|(at, value), (then, other)| at.cmp(then).then(value.total_cmp(other)));
        named.insert(name(&group), points);
    }
    if left_out > 0 {
        notes.insert(self::left_out(left_out));
    }
    Groups {
        points: named,
        left_out,
    }
}

/// That so many samples were not judged.
pub(in crate::domain::gate) fn left_out(samples: usize) -> String {
    let samples = samples as u64;
    format!(
        "{} from other sorts of machines {} left out",
        plural::s(samples, "sample"),
        plural::pick(samples, "was", "were")
    )
}

/// What a group is called: by the values of its dimensions, those that it lacks as a dash; empty if it has none of them.
fn name(values: &[&str]) -> String {
    if values.iter().all(|value| value.is_empty()) {
        return String::new();
    }
    let shown = values.iter().map(|value| match *value {
        "" => "–",
        value => value,
    });
    shown.collect::<Vec<_>>().join(" / ")
}
