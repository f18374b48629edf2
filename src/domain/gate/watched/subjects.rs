//! The series that a gate watches, each with what the judged commit has of it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::gate::followed::{Followed, Own};
use crate::domain::gate::following::Rule;
use crate::domain::gate::policy::Gate;
use crate::domain::gate::select::{PRODUCER, select};
use crate::domain::measurement::Scope;
use crate::domain::series::Key;
use crate::domain::snapshot::Snapshot;
use crate::domain::stats::median;
use crate::domain::value::Value;

/// One series with the values of the judged commit.
pub(super) struct Subject<'a> {
    /// What tells it from the others of the gate; empty for the project's.
    pub(super) name: String,
    pub(super) scope: Scope,
    pub(super) producer: String,
    /// The points before, in the order of time.
    pub(super) past: Cow<'a, [(Timestamp, f64)]>,
    /// The value now; `None` where the commit has none.
    pub(super) value: Option<Value>,
    /// The repetitions that it rests on.
    pub(super) run: Vec<f64>,
    /// Those of an earlier run of the same commit.
    pub(super) confirmation: Option<Vec<f64>>,
    /// Whether the value is a report's own figure and not a sample.
    pub(super) stated: bool,
}

/// What the gate watches: what the snapshot measured, or the series of events of that name.
pub(super) fn subjects<'a>(
    gate: &Gate,
    rule: &Rule,
    snapshot: &Snapshot,
    followed: &'a Followed,
) -> Vec<Subject<'a>> {
    let measured = select(gate, &snapshot.measurements);
    let unit = &gate.metric.unit;
    let mut subjects: Vec<Subject<'a>> = Vec::new();
    for measurement in measured {
        let Some(key) = Key::of(measurement, unit.clone()) else {
            continue;
        };
        let before = runs(followed, &key);
        subjects.push(Subject {
            name: match &measurement.scope {
                Scope::Project => measurement.producer.to_string(),
                scope => scope.to_string(),
            },
            scope: measurement.scope.clone(),
            producer: measurement.producer.to_string(),
            past: Cow::Borrowed(followed.points(&key)),
            value: Some(measurement.value),
            run: vec![measurement.value.to_f64()],
            confirmation: before.last().map(|own| own.values.clone()),
            stated: true,
        });
    }
    if subjects.is_empty() {
        subjects.extend(of_events(gate, rule, followed));
    }
    subjects
}

fn runs<'a>(followed: &'a Followed, key: &Key) -> &'a [Own] {
    let mut own = followed.own.iter();
    own.find(|(known, _)| known == key)
        .map_or(&[], |(_, runs)| runs)
}

/// The series of events that the gate's name and labels fit. Where no run of the judged commit measured one, its newest point
/// is the value: it is watched by what advises, and not for a regression, which the commit would be blamed for.
fn of_events<'a>(gate: &Gate, rule: &Rule, followed: &'a Followed) -> Vec<Subject<'a>> {
    let fits = |key: &&Key| {
        let label = |(name, value): (&String, &String)| key.get(name) == Some(value.as_str());
        key.name == gate.metric.id && key.unit == gate.metric.unit && gate.labels.iter().all(label)
    };
    let blames = matches!(rule, Rule::Regression { .. });
    let known = followed.courses.iter().map(|course| &course.key);
    let own = followed.own.iter().map(|(key, _)| key);
    let mut keys: BTreeMap<String, &Key> = BTreeMap::new();
    for key in own.chain(known).filter(fits) {
        keys.entry(name(gate, key)).or_insert(key);
    }
    let subject = |(name, key): (String, &Key)| {
        let (named, others): (Vec<&Own>, Vec<&Own>) =
            runs(followed, key).iter().partition(|own| own.named);
        let mut past = Cow::Borrowed(followed.points(key));
        if !others.is_empty() {
            let point = |own: &&Own| Some((own.at, median(&own.values).ok()?));
            let past = past.to_mut();
            past.extend(others.iter().filter_map(point));
            past.sort_by_key(|(at, _)| *at);
        }
        let (run, confirmation) = match (named.split_last(), others.last()) {
            (Some((run, before)), _) => (
                run.values.clone(),
                before.last().map(|own| own.values.clone()),
            ),
            (None, Some(newest)) if blames => (newest.values.clone(), None),
            (None, None) if blames => return None,
            // What has stopped arriving has no value now, however new its newest point is.
            (None, _) if matches!(rule, Rule::Completeness { .. }) => (Vec::new(), None),
            (None, _) => {
                let newest = past.to_mut().pop()?;
                (vec![newest.1], None)
            }
        };
        Some(Subject {
            name,
            scope: Scope::Project,
            producer: String::new(),
            past,
            value: median(&run).ok().and_then(Value::number),
            run,
            confirmation,
            stated: false,
        })
    };
    keys.into_iter().filter_map(subject).collect()
}

/// What tells a series of events from the others of the gate: the dimensions that the gate does not fix.
fn name(gate: &Gate, key: &Key) -> String {
    let free = key.dimensions.iter();
    let free = free.filter(|(name, _)| *name == PRODUCER || !gate.labels.contains_key(*name));
    let pairs: Vec<String> = free
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join(", ")
}
