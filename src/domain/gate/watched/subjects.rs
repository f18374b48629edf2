//! The series that a gate watches, each with what the judged commit has of it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::domain::gate::followed::{Arrived, Course, Followed, Lines, Own};
use crate::domain::gate::following::Rule;
use crate::domain::gate::policy::Gate;
use crate::domain::gate::select::{PRODUCER, select};
use crate::domain::measurement::{Measurement, Scope};
use crate::domain::series::Key;
use crate::domain::snapshot::Snapshot;
use crate::domain::stats::median;
use crate::domain::value::Value;
use crate::text::plural;

/// One series with the values of the judged commit.
pub(super) struct Subject<'a> {
    /// What tells it from the others of the gate; empty for the project's.
    pub(super) name: String,
    pub(super) scope: Scope,
    pub(super) producer: String,
    /// The series as it went, if anything of it is recorded.
    pub(super) course: Option<&'a Course>,
    /// The points before, in the order of time.
    pub(super) past: Cow<'a, [(Timestamp, f64)]>,
    /// When those of them were that are of the judged commit, in the order of time.
    pub(super) again: Vec<Timestamp>,
    /// The repetitions of the newest of these.
    pub(super) before: Option<&'a [f64]>,
    /// When points of it arrived, if that is known.
    pub(super) arrived: Option<&'a Arrived>,
    /// The value now; `None` where the commit has none.
    pub(super) value: Option<Value>,
    /// The repetitions that it rests on.
    pub(super) run: Vec<f64>,
    /// Those of earlier measurings of the same commit, in the order of time.
    pub(super) earlier: Vec<&'a [f64]>,
    /// Whether the value is a report's own figure and not a sample.
    pub(super) stated: bool,
    /// How many runs on other sorts of machines were left out.
    pub(super) left_out: usize,
    /// Where the judged run has a name and measured nothing of it: which run of the same commit the value is of, and when it was.
    pub(super) lent: Option<(String, Timestamp)>,
}

impl Subject<'_> {
    /// The commit of a point of the past, of those of one time the one of this number from 0; empty where it is not known. `judged`
    /// is the commit that is judged.
    pub(super) fn commit<'c>(&'c self, at: Timestamp, number: usize, judged: &'c str) -> &'c str {
        match self.again.binary_search(&at) {
            Ok(_) => judged,
            Err(_) => self.course.map_or("", |course| course.commit(at, number)),
        }
    }
}

/// What the gate watches: what the snapshot measured, or the series of events of that name.
pub(super) fn subjects<'a>(
    gate: &Gate,
    rule: &Rule,
    snapshot: &Snapshot,
    followed: &'a Followed,
) -> Vec<Subject<'a>> {
    let lines = followed.of(gate);
    let mut measured = select(gate, &snapshot.measurements);
    let unit = &gate.metric.unit;
    if measured.is_empty() && !gate.labels.is_empty() {
        // What tells series of one metric apart is a dimension here, such as the benchmark's name.
        let of_metric = snapshot
            .measurements
            .iter()
            .filter(|it| it.metric == gate.metric.id);
        let is_ours =
            |it: &&Measurement| Key::of(it, unit.clone()).is_some_and(|key| fits(gate, &key));
        measured = of_metric
            .filter(|it| it.part.is_whole())
            .filter(is_ours)
            .collect();
    }
    let mut subjects: Vec<Subject<'a>> = Vec::new();
    for measurement in measured {
        let Some(key) = Key::of(measurement, unit.clone()) else {
            continue;
        };
        let (own, kept) = (lines.own(&key), keeps(rule, followed));
        let (past, earlier): (Vec<&Own>, Vec<&Own>) = own
            .iter()
            .partition(|own| !kept && own.is_past(followed.now));
        let before = past.last().map(|own| own.values.as_slice());
        let (past, again) = with(lines.points(&key), &past);
        subjects.push(Subject {
            name: match &measurement.scope {
                Scope::Project => measurement.producer.to_string(),
                scope => scope.to_string(),
            },
            scope: measurement.scope.clone(),
            producer: measurement.producer.to_string(),
            course: lines.course(&key),
            past,
            again,
            before,
            arrived: lines.arrived(&key),
            value: Some(measurement.value),
            run: vec![measurement.value.to_f64()],
            earlier: values(earlier.into_iter()),
            stated: true,
            left_out: lines.left_out(&key),
            lent: None,
        });
    }
    if subjects.is_empty() {
        subjects.extend(of_events(gate, rule, followed));
    }
    subjects
}

fn values<'a>(own: impl Iterator<Item = &'a Own>) -> Vec<&'a [f64]> {
    own.map(|own| own.values.as_slice()).collect()
}

/// What the commit measured, as a rule takes it.
struct Measured<'a> {
    /// The newest measuring.
    newest: Option<&'a Own>,
    /// Measurings before, which confirm it or not.
    earlier: Vec<&'a Own>,
    /// What was recorded while the commit was checked out, and says nothing of it: points of the series like others.
    past: Vec<&'a Own>,
}

/// What the files that are judged state is what is judged, or else what the run itself measured, or another run that a CI system
/// names, or the newest measuring. Where `keeps` no measuring of the commit is its own past.
fn measured(own: &[Own], keeps: bool) -> Measured<'_> {
    let last = |which: fn(&&Own) -> bool| own.iter().rfind(which);
    let newest = last(|own| own.stated)
        .or(last(|own| own.named && own.other.is_none()))
        .or(last(|own| own.named))
        .or(own.last());
    let is_past = |own: &Own| !keeps && newest.is_some_and(|newest| own.is_past(newest.at));
    let others = own
        .iter()
        .filter(|own| newest.is_none_or(|newest| !std::ptr::eq(*own, newest)));
    let (past, mut earlier): (Vec<&Own>, Vec<&Own>) = others.partition(|own| is_past(own));
    earlier.retain(|own| newest.is_none_or(|newest| own.at <= newest.at));
    Measured {
        newest,
        earlier,
        past,
    }
}

/// Which other run a value is of, and when it was.
fn lent(own: &Own) -> Option<(String, Timestamp)> {
    let run = own.other.as_ref().filter(|_| !own.stated)?;
    Some((run.clone(), own.at))
}

/// Whether nothing that the judged commit measured is part of what it is held against, of whatever day: a change brings no past of
/// its own. What advises watches the series, whatever the commit.
fn keeps(rule: &Rule, followed: &Followed) -> bool {
    matches!(rule, Rule::Regression { .. }) && followed.goes_to.is_some()
}

/// The points of a series with those of the judged commit that are past, each as its median, in the order of time; and when these were.
fn with<'a>(
    points: &'a [(Timestamp, f64)],
    own: &[&Own],
) -> (Cow<'a, [(Timestamp, f64)]>, Vec<Timestamp>) {
    let point = |own: &&Own| Some((own.at, median(&own.values).ok()?));
    let own: Vec<(Timestamp, f64)> = own.iter().filter_map(point).collect();
    if own.is_empty() {
        return (Cow::Borrowed(points), Vec::new());
    }
    let mut again: Vec<Timestamp> = own.iter().map(|(at, _)| *at).collect();
    again.sort_unstable();
    let mut all = [points, own.as_slice()].concat();
    all.sort_by_key(|(at, _)| *at);
    (Cow::Owned(all), again)
}

/// Whether a series is one that the gate's name, unit and labels fit.
pub(super) fn fits(gate: &Gate, key: &Key) -> bool {
    // What describes a series was looked at before the points were put together.
    let label = |(name, value): (&String, &String)| {
        Key::DESCRIBING.contains(&name.as_str()) || key.get(name) == Some(value.as_str())
    };
    key.name == gate.metric.id && key.unit == gate.metric.unit && gate.labels.iter().all(label)
}

/// That other runs are recorded where the judged one measured nothing, if so.
pub(super) fn unmeasured(gate: &Gate, lines: &Lines) -> Option<String> {
    let of_gate = lines.courses.iter().filter(|it| fits(gate, &it.key));
    // What a run measured of several series has one time.
    let runs: BTreeSet<Timestamp> = of_gate
        .flat_map(|course| course.points.iter().map(|(at, _)| *at))
        .collect();
    let newest = runs.last()?;
    let count = runs.len() as u64;
    Some(format!(
        "this run measured nothing of it, and {} {} recorded, the newest of {}: a regression is judged where the \
         run itself measures it (`andon run --record`, or events of its commit)",
        plural::s(count, "other run"),
        plural::pick(count, "is", "are"),
        newest.strftime("%Y-%m-%d"),
    ))
}

/// Those of the series that the run measured nothing of, though it measured others, and the run before measured them: those with
/// a point behind the one before the last of what was measured again.
fn lost<'k>(lines: &Lines, keys: impl Iterator<Item = &'k Key>) -> Vec<&'k Key> {
    let (again, others): (Vec<&Key>, Vec<&Key>) = keys.partition(|key| !lines.own(key).is_empty());
    let last = |key: &Key| lines.points(key).last().map(|(at, _)| *at);
    let Some(newest) = again.into_iter().max_by_key(|key| last(key)) else {
        return Vec::new();
    };
    let before = lines.points(newest).iter().rev().nth(1).map(|(at, _)| *at);
    let is_expected =
        |key: &&Key| last(key).is_some() && last(newest).is_some() && last(key) > before;
    others.into_iter().filter(is_expected).collect()
}

/// The series of events that the gate's name and labels fit. Where no run of the judged commit measured one, its newest point
/// is the value: it is watched by what advises, and not for a regression, which the commit would be blamed for.
fn of_events<'a>(gate: &Gate, rule: &Rule, followed: &'a Followed) -> Vec<Subject<'a>> {
    let lines = followed.of(gate);
    let blames = matches!(rule, Rule::Regression { .. });
    let known = lines.courses.iter().map(|course| &course.key);
    let own = lines.own.iter().map(|(key, _)| key);
    let mut keys: BTreeMap<String, &Key> = BTreeMap::new();
    for key in own.chain(known).filter(|key| fits(gate, key)) {
        keys.entry(name(gate, key)).or_insert(key);
    }
    let expected = match blames {
        true => lost(lines, keys.values().copied()),
        false => Vec::new(),
    };
    let subject = |(name, key): (String, &Key)| {
        let measured = measured(lines.own(key), keeps(rule, followed));
        let (mut past, again) = with(lines.points(key), &measured.past);
        let run = match measured.newest {
            // What has stopped arriving has no value now, however new its newest point is.
            Some(newest) if matches!(rule, Rule::Completeness { .. }) && !newest.named => {
                let value = median(&newest.values).ok()?;
                past.to_mut().push((newest.at, value));
                Vec::new()
            }
            Some(newest) => newest.values.clone(),
            // What the run before measured and this one did not is not as good as before.
            None if expected.contains(&key) => Vec::new(),
            None if blames => return None,
            None if matches!(rule, Rule::Completeness { .. }) => Vec::new(),
            None => vec![past.to_mut().pop()?.1],
        };
        Some(Subject {
            name,
            scope: Scope::Project,
            producer: String::new(),
            course: lines.course(key),
            past,
            again,
            before: measured.past.last().map(|own| own.values.as_slice()),
            arrived: lines.arrived(key),
            value: median(&run).ok().and_then(Value::number),
            run,
            earlier: values(measured.earlier.into_iter()),
            stated: false,
            left_out: lines.left_out(key),
            lent: measured.newest.and_then(lent),
        })
    };
    keys.into_iter().filter_map(subject).collect()
}

/// What tells a series of events from the others of the gate: the dimensions that the gate does not fix.
pub fn name(gate: &Gate, key: &Key) -> String {
    let free = key.dimensions.iter();
    let free = free.filter(|(name, _)| *name == PRODUCER || !gate.labels.contains_key(*name));
    let pairs: Vec<String> = free
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join(", ")
}
