//! Tracks of metrics that are computed from others: one value for each run that measured all parts.

use std::collections::HashMap;

use jiff::Timestamp;

use super::track::{Point, Track};
use crate::domain::formula::Derived;
use crate::domain::series::{Key, Stat};

/// The tracks of a derived metric, made of those of its parts: for each track of the first part the ones of the same things, or
/// the only one of a part. A run counts with the sums of what it measured of the parts (the share of sums is the share of all),
/// or with their medians where they are percentages, of which there are no sums.
pub fn derived(id: &str, derived: &Derived, tracks: &[Track]) -> Vec<Track> {
    let (parts, Some(unit)) = (derived.parts(id), derived.unit(id)) else {
        return Vec::new();
    };
    let of = |part: &str| -> Vec<&Track> {
        let of_part = tracks.iter().filter(|track| track.key.name == part);
        of_part.collect()
    };
    let all: Vec<(&str, Vec<&Track>)> = parts.iter().map(|part| (*part, of(part))).collect();
    let Some((_, leading)) = all.first() else {
        return Vec::new();
    };
    let beside = |lead: &Track| -> Option<Vec<(&str, &Track)>> {
        let found = all.iter().map(|(part, tracks)| {
            let beside = tracks.iter().find(|track| track.is_beside(lead));
            let only = tracks.first().filter(|_| tracks.len() == 1);
            Some((*part, *beside.or(only)?))
        });
        found.collect()
    };
    let track = |lead: &&Track| {
        let key = Key {
            name: id.to_owned(),
            unit: unit.clone(),
            ..lead.key.clone()
        };
        let parts = beside(lead)?;
        let values: Vec<(&str, HashMap<Timestamp, f64>)> = parts
            .into_iter()
            .map(|(part, track)| (part, by_time(track)))
            .collect();
        let value = |at: Timestamp| {
            let part = |part: &str| {
                let (_, values) = values.iter().find(|(name, _)| *name == part)?;
                values.get(&at).copied()
            };
            derived.value(id, part).ok()
        };
        let runs = lead.runs.iter().filter_map(|run| {
            let value = value(run.at)?;
            Some(Point {
                at: run.at,
                value,
                sum: value,
            })
        });
        let runs: Vec<Point> = runs.collect();
        (!runs.is_empty()).then(|| Track {
            key,
            runner: lead.runner.clone(),
            samples: runs.iter().map(|run| (run.at, run.value)).collect(),
            runs,
            rises: None,
        })
    };
    leading.iter().filter_map(track).collect()
}

/// What the runs of a track count with; of a time at which there were several, none.
fn by_time(track: &Track) -> HashMap<Timestamp, f64> {
    // Readings of running totals do not add up.
    let adds_up = Stat::Sum.suits(&track.key.unit) && track.rises.is_none();
    let mut values: HashMap<Timestamp, Option<f64>> = HashMap::new();
    for run in &track.runs {
        let value = if adds_up { run.sum } else { run.value };
        values
            .entry(run.at)
            .and_modify(|value| *value = None)
            .or_insert(Some(value));
    }
    let known = values.into_iter();
    known.filter_map(|(at, value)| Some((at, value?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::formula::Formula;
    use crate::domain::unit::Unit;

    fn track(name: &str, unit: Unit, runs: &[(i64, f64, f64)]) -> Track {
        let runs: Vec<Point> = runs
            .iter()
            .map(|(at, value, sum)| Point {
                at: Timestamp::from_second(*at).unwrap(),
                value: *value,
                sum: *sum,
            })
            .collect();
        Track {
            key: Key::new(name, unit),
            runner: String::new(),
            samples: runs.iter().map(|run| (run.at, run.value)).collect(),
            runs,
            rises: None,
        }
    }

    #[test]
    fn a_run_counts_with_the_formula_of_its_sums() {
        let share = Formula::parse("errors / requests").unwrap().in_percent();
        let of = Derived::of([("share", &share, &Unit::Percent)]);
        let tracks = [
            // Two samples each in the first run: 1 of 10 and 1 of 90 are 2 %, not 5.6 %.
            track(
                "errors",
                Unit::Count,
                &[(1, 1.0, 2.0), (2, 3.0, 3.0), (3, 1.0, 1.0)],
            ),
            track("requests", Unit::Count, &[(1, 50.0, 100.0), (2, 0.0, 0.0)]),
        ];
        let found = derived("share", &of, &tracks);
        let [found] = found.as_slice() else {
            panic!("{found:?}")
        };
        // Nothing of what is divided by zero, or lacks a part.
        let runs: Vec<f64> = found.runs.iter().map(|run| run.value).collect();
        assert_eq!(runs, [2.0]);
        assert_eq!(
            (found.label(), &found.key.unit),
            ("share".to_owned(), &Unit::Percent)
        );
        assert!(derived("share", &of, &tracks[..1]).is_empty());
        assert!(derived("other", &of, &tracks).is_empty());
    }
}
