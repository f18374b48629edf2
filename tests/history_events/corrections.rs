//! Of what was corrected one event counts, whatever the order in which things come and go.

use std::collections::{BTreeMap, BTreeSet};

use andon::domain::event::{Batch, Context, Event};
use andon::domain::past::{Chosen, Keep};
use andon::domain::series::{Key, Query};
use andon::domain::unit::Unit;
use andon::history::{History, Index};
use jiff::SignedDuration;
use proptest::prelude::*;

use crate::{DAY, NOW, at, now, open, place, unit, values};

/// An event as it is drawn: id, how often that was corrected, value, and moment.
type Drawn = (u8, u32, u8, u8);

/// The documents that are drawn, each as a batch of its own.
fn corrected(drawn: &[Vec<Drawn>]) -> Vec<Batch> {
    let batch = |(number, events): (usize, &Vec<Drawn>)| {
        let mut batch = Batch::of(Context {
            run: number.to_string(),
            ..Context::default()
        });
        let mut revisions = Vec::new();
        for (id, revision, value, moment) in events {
            let is_new = batch.add(Event {
                id: Some(format!("id-{id}")),
                at: at(NOW + i64::from(*moment)),
                key: Key::new("latency", Unit::Count),
                // What is of different ids differs.
                value: f64::from(*id) * 10.0 + f64::from(*value),
                metadata: None,
            });
            revisions.extend(is_new.then_some(*revision));
        }
        let mut revisions = revisions.into_iter();
        batch.retain(|_, sample| {
            sample.revision = revisions.next().unwrap();
            true
        });
        batch
    };
    drawn.iter().enumerate().map(batch).collect()
}

/// Of each id the value of the event that was corrected most often, of those the earliest, of those the smallest.
fn standing(batches: &[Batch]) -> Vec<f64> {
    let mut best: BTreeMap<String, (std::cmp::Reverse<u32>, i64, f64)> = BTreeMap::new();
    for sample in batches.iter().flat_map(Batch::samples) {
        let rank = (std::cmp::Reverse(sample.revision), sample.at, sample.value);
        let best = best.entry(sample.id.as_deref().unwrap().to_owned());
        best.and_modify(|best| {
            if rank < *best {
                *best = rank;
            }
        })
        .or_insert(rank);
    }
    let mut values: Vec<f64> = best.into_values().map(|rank| rank.2).collect();
    values.sort_by(f64::total_cmp);
    values
}

fn asked_values(index: &Index) -> Vec<f64> {
    let series = index.series(&Query::default()).unwrap();
    let points = series.iter().flat_map(|series| &series.points);
    let mut values: Vec<f64> = points.map(|point| point.1).collect();
    values.sort_by(f64::total_cmp);
    values
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever the order in which documents come, are joined and merged, one event counts of an id, and always the same.
    #[test]
    fn of_corrections_the_last_counts_in_whatever_order_they_come(
        drawn in prop::collection::vec(prop::collection::vec((0..3_u8, 0..3_u32, 0..3_u8, 0..2_u8), 1..4), 1..7),
        split in 0..7_usize,
        compacts in any::<bool>(),
    ) {
        let batches = corrected(&drawn);
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| History::in_folder(folder.path().join(name));
        let [one, other, back] = ["one", "other", "back"].map(place);
        let mut index = Index::open(&folder.path().join("one.sqlite")).unwrap();
        for (number, batch) in batches.iter().enumerate() {
            let history = if number < split { &one } else { &other };
            history.record_events(std::slice::from_ref(batch), now()).unwrap();
            index.catch_up(&one, unit).unwrap();
        }
        if compacts {
            one.compact(&Keep::default(), now()).unwrap();
        }
        back.merge(&other, now()).unwrap();
        back.merge(&one, now()).unwrap();
        one.merge(&other, now()).unwrap();
        one.merge(&back, now()).unwrap();
        let expected = standing(&batches);
        prop_assert_eq!(index.catch_up(&one, unit).unwrap().problems, vec![]);
        prop_assert_eq!(asked_values(&index), expected.clone());
        index.rebuild(&one, unit).unwrap();
        prop_assert_eq!(asked_values(&index), expected.clone());
        let mut index = Index::open(&folder.path().join("back.sqlite")).unwrap();
        index.catch_up(&back, unit).unwrap();
        prop_assert_eq!(asked_values(&index), expected.clone());
        // A walk through the events takes the same ones.
        let (mut repeats, mut walked) = (index.repeats().unwrap(), Vec::new());
        back.each_event(|event| {
            if repeats.takes(event).unwrap() {
                walked.push(event.value);
            }
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
        walked.sort_by(f64::total_cmp);
        prop_assert_eq!(walked, expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Of what a correction took the place of nothing counts again, whatever takes the correction out, and whichever way
    /// histories are merged afterwards.
    #[test]
    fn what_was_corrected_does_not_come_back_when_the_correction_is_taken_out(
        drawn in prop::collection::vec(prop::collection::vec((0..3_u8, 0..3_u32, 0..3_u8, 0..2_u8), 1..4), 1..7),
        compacts in any::<bool>(),
        purges in any::<bool>(),
    ) {
        let batches = corrected(&drawn);
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| History::in_folder(folder.path().join(name));
        let [one, other] = ["one", "other"].map(place);
        for batch in &batches {
            one.record_events(std::slice::from_ref(batch), now()).unwrap();
        }
        other.merge(&one, now()).unwrap();
        if compacts {
            one.compact(&Keep::default(), now()).unwrap();
        }
        let before = values(&one).values().sum::<u32>();
        // What is of the first moment goes.
        let (announced, gone) = if purges {
            let keep = Keep { events: Some(SignedDuration::from_hours(24)), ..Keep::default() };
            let later = at(NOW + 1 + DAY);
            (one.count_outdated(&keep, later).unwrap().0, one.purge(&keep, later).unwrap().events)
        } else {
            let chosen = Chosen { until: Some(at(NOW + 1)), ..Chosen::default() };
            (one.count_chosen(&chosen).unwrap().events, one.forget(&chosen, now()).unwrap().events)
        };
        prop_assert_eq!(announced, gone);
        prop_assert_eq!(u64::from(before - values(&one).values().sum::<u32>()), gone);
        // Of each id the events count that were corrected most often before, as far as they stay.
        let mut highest: BTreeMap<String, u32> = BTreeMap::new();
        for sample in batches.iter().flat_map(Batch::samples) {
            let highest = highest.entry(sample.id.as_deref().unwrap().to_owned()).or_default();
            *highest = sample.revision.max(*highest);
        }
        let mut left = batches;
        for batch in &mut left {
            batch.retain(|_, sample| {
                sample.at > NOW && sample.revision == highest[sample.id.as_deref().unwrap()]
            });
        }
        let expected = standing(&left);
        for merged in [false, true] {
            if merged {
                one.merge(&other, now()).unwrap();
                other.merge(&one, now()).unwrap();
            }
            for (history, name) in [(&one, "one.sqlite"), (&other, "other.sqlite")] {
                if merged || name == "one.sqlite" {
                    let mut index = Index::open(&folder.path().join(name)).unwrap();
                    prop_assert_eq!(index.catch_up(history, unit).unwrap().problems, vec![]);
                    prop_assert_eq!(asked_values(&index), expected.clone());
                }
            }
        }
    }
}

#[test]
fn a_document_that_no_correction_could_follow_is_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let history = History::in_folder(folder.path().join("history"));
    for revision in [1_000_000, 1_000_001, u32::MAX] {
        let batches = corrected(&[vec![(1, revision, 5, 0)]]);
        history.record_events(&batches, now()).unwrap();
    }
    let problems = history.verify().unwrap().problems;
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(
        problems
            .iter()
            .all(|(_, what)| what.contains("1000000 is the most")),
        "{problems:?}"
    );
}

#[test]
fn one_event_that_is_forgotten_stays_out_and_can_be_recorded_anew() {
    for kind in ["folder", "sqlite", "git"] {
        let (here, there) = (place(kind), place(kind));
        let [history, other] = [&here, &there].map(|place| open(kind, place.path()));
        let batches = corrected(&[vec![(1, 0, 5, 0), (2, 0, 5, 0)], vec![(1, 1, 6, 0)]]);
        for history in [&history, &other] {
            for batch in &batches {
                history
                    .record_events(std::slice::from_ref(batch), now())
                    .unwrap();
            }
        }
        let meant = Chosen {
            ids: BTreeSet::from(["id-1".to_owned()]),
            ..Chosen::default()
        };
        assert_eq!(history.count_chosen(&meant).unwrap().events, 2, "{kind}");
        assert_eq!(history.forget(&meant, now()).unwrap().events, 2, "{kind}");
        // Whichever side a merge goes to.
        history.merge(&other, now()).unwrap();
        other.merge(&history, now()).unwrap();
        for (place, history) in [(&here, &history), (&there, &other)] {
            let mut index = Index::open(&place.path().join("asked.sqlite")).unwrap();
            index.catch_up(history, unit).unwrap();
            assert_eq!(asked_values(&index), [25.0], "{kind}");
            let anew = corrected(&[vec![], vec![], vec![(1, 0, 7, 0)]]);
            history.record_events(&anew[2..], now()).unwrap();
            index.catch_up(history, unit).unwrap();
            assert_eq!(asked_values(&index), [17.0, 25.0], "{kind}");
        }
        let other_times = Chosen {
            metrics: BTreeSet::from(["latency".to_owned()]),
            until: Some(at(NOW)),
            ..Chosen::default()
        };
        assert_eq!(history.forget(&other_times, now()).unwrap().events, 0);
        let of_metric = Chosen {
            until: Some(at(NOW + 1)),
            ..other_times
        };
        assert_eq!(history.forget(&of_metric, now()).unwrap().events, 2);
        assert!(values(&history).is_empty(), "{kind}");
    }
}
