//! Gates on single samples: a percentile for each operation.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crate::domain::gate::followed::Followed;
use crate::domain::gate::following::Samples;
use crate::domain::gate::policy::{Condition, Gate, Op};
use crate::domain::gate::verdict::{Effect, GateVerdict, Observed, Outcome, SampleGroup};
use crate::domain::measurement::{Basis, Scope};
use crate::domain::metric::Better;
use crate::domain::series::{Key, Stat, no_dimension};
use crate::domain::stats::percentile;
use crate::domain::value::Value;
use crate::text::number::{self, Lean};
use crate::text::plural;

use super::against::Against;
use super::evaluate::effect;
use super::judge::{holds, shown};
use super::waive::Waivers;

/// The most groups that are shown, the worst first: nobody reads more. All of them are judged.
const GROUPS: usize = 1_000;

/// The verdict on the samples that the gate asks for.
pub(super) fn conclude(
    gate: &Gate,
    samples: &Samples,
    against: &Against<'_>,
    waivers: &mut Waivers<'_>,
) -> GateVerdict {
    let mut verdict = GateVerdict {
        requirement: requirement(gate, samples),
        ..GateVerdict::blank(gate)
    };
    let mut notes = BTreeSet::new();
    match against.followed {
        Err(lack) => verdict.notes.push(lack.reason.clone()),
        Ok(followed) => match unknown(gate, samples, followed) {
            Some(unknown) => verdict.notes.push(unknown),
            None => {
                let groups = gather(gate, samples, followed, &mut notes);
                judge(&mut verdict, gate, samples, &groups);
            }
        },
    }
    if verdict.outcome == Outcome::Missing
        && let Ok(followed) = against.followed
    {
        verdict.notes.extend(followed.elsewhere(&gate.metric.id));
    }
    let miss = effect(verdict.outcome, gate.level, gate.on_missing);
    verdict.effect = verdict.effect.max(miss);
    let scope = Scope::Project;
    let scope = (verdict.outcome != Outcome::Missing).then_some(&scope);
    let asks = matches!(
        verdict.outcome,
        Outcome::Fail | Outcome::Warn | Outcome::Missing
    );
    if let Some(words) = asks
        .then(|| waivers.cover(gate, scope, &mut notes))
        .flatten()
    {
        verdict.outcome = Outcome::Waived;
        verdict.effect = Effect::None;
        notes.insert(words);
    }
    verdict.notes.extend(notes);
    verdict
}

fn requirement(gate: &Gate, samples: &Samples) -> String {
    let bounds = [("", &gate.require), ("warn ", &gate.warn)];
    let bounds = bounds.iter().filter_map(|(word, bound)| {
        let bound = bound.as_ref()?;
        Some(format!("{word}{}", bound.text))
    });
    let bounds: Vec<String> = bounds.collect();
    format!("{} {}", samples.text, bounds.join(", "))
}

/// That no sample has a dimension which the gate names.
fn unknown(gate: &Gate, samples: &Samples, followed: &Followed) -> Option<String> {
    let courses = followed.samples.iter();
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

/// The samples of each group, in the order of size.
fn gather(
    gate: &Gate,
    samples: &Samples,
    followed: &Followed,
    notes: &mut BTreeSet<String>,
) -> BTreeMap<String, Vec<f64>> {
    let mut groups: BTreeMap<Vec<&str>, Vec<f64>> = BTreeMap::new();
    let since = followed.now.checked_sub(samples.last).ok();
    let mut left_out = 0;
    for course in &followed.samples {
        let key = &course.key;
        let fits = |(name, value): (&String, &String)| key.get(name) == Some(value.as_str());
        if key.name != gate.metric.id || !gate.labels.iter().all(fits) {
            continue;
        }
        let points = course.points.iter();
        let recent = points
            .filter(|(at, _)| since.is_none_or(|since| *at >= since) && *at <= followed.last());
        left_out += course.left_out;
        let mut values = recent.map(|(_, value)| *value).peekable();
        if values.peek().is_none() {
            continue;
        }
        if key.unit != gate.metric.unit {
            notes.insert(format!(
                "samples in {} were left out: it is measured in {}",
                key.unit, gate.metric.unit
            ));
            continue;
        }
        let value = |name: &String| key.get(name).unwrap_or_default();
        let group = samples.per.iter().map(value).collect();
        groups.entry(group).or_default().extend(values);
    }
    if left_out > 0 {
        notes.insert(format!(
            "{} from other sorts of machines were left out",
            plural::s(left_out as u64, "sample")
        ));
    }
    let mut named = BTreeMap::new();
    for (group, mut values) in groups {
        values.sort_unstable_by(f64::total_cmp);
        named.insert(name(&group), values);
    }
    named
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

fn judge(
    verdict: &mut GateVerdict,
    gate: &Gate,
    samples: &Samples,
    groups: &BTreeMap<String, Vec<f64>>,
) {
    let mut judged: Vec<(Outcome, SampleGroup)> = groups
        .iter()
        .map(|(name, values)| group(gate, samples, name, values))
        .collect();
    if judged.is_empty() {
        let span = number::duration(samples.last.as_secs_f64());
        verdict
            .notes
            .push(format!("no sample of it in the last {span}"));
        return;
    }
    judged
        .sort_by(|(a, first), (b, second)| b.cmp(a).then_with(|| worse_first(gate, first, second)));
    let mut effects = Effect::None;
    for (place, (outcome, group)) in judged.iter().enumerate() {
        effects = effects.max(effect(*outcome, gate.level, gate.on_missing));
        if place >= GROUPS {
            continue;
        }
        let text = told(gate, samples, group);
        match outcome {
            Outcome::Fail | Outcome::Warn => {
                verdict.point_out(text);
            }
            _ => verdict.notes.push(text),
        }
    }
    verdict.judged = judged
        .iter()
        .filter(|(_, group)| group.figure.is_some())
        .count();
    verdict.effect = effects;
    if let Some((outcome, worst)) = judged.first() {
        verdict.outcome = *outcome;
        verdict.observed = observed(worst);
        if matches!(outcome, Outcome::Fail | Outcome::Warn) {
            let missed = if *outcome == Outcome::Fail {
                &gate.require
            } else {
                &gate.warn
            };
            (verdict.distance, verdict.remedy) = distance(gate, samples, worst, missed.as_ref());
        }
    }
    if let Some(more) = judged.len().checked_sub(GROUPS).filter(|more| *more > 0) {
        verdict.notes.push(format!(
            "{} more were judged, none worse than these",
            number::count(more as u64)
        ));
    }
    let shown = judged.into_iter().take(GROUPS);
    verdict.samples = shown.map(|(_, group)| group).collect();
}

/// What one group comes to. `values` are in the order of size.
fn group(gate: &Gate, samples: &Samples, name: &str, values: &[f64]) -> (Outcome, SampleGroup) {
    let count = values.len() as u64;
    let enough = count >= samples.least.max(1);
    let figure = figure(samples.stat, values).filter(|figure| enough && figure.is_finite());
    let value = figure.and_then(Value::number);
    let bound = gate.require.as_ref().or(gate.warn.as_ref());
    let meets = |bound: &Option<Condition>| {
        bound
            .as_ref()
            .is_none_or(|bound| value.is_some_and(|value| holds(value, bound)))
    };
    let outcome = match value {
        None => Outcome::Missing,
        Some(_) if !meets(&gate.require) => Outcome::Fail,
        Some(_) if !meets(&gate.warn) => Outcome::Warn,
        Some(_) => Outcome::Pass,
    };
    let group = SampleGroup {
        name: name.to_owned(),
        count,
        figure,
        median: percentile(values, 50.0),
        success: bound.and_then(|bound| success(values, bound)),
        violation: figure
            .zip(bound)
            .and_then(|(figure, bound)| violation(figure, bound)),
        holds: figure.is_some() && meets(&gate.require),
    };
    (outcome, group)
}

#[allow(clippy::cast_precision_loss, reason = "a count of samples")]
fn figure(stat: Stat, values: &[f64]) -> Option<f64> {
    match stat {
        Stat::Percentile(percent) => percentile(values, percent),
        Stat::Min => values.first().copied(),
        Stat::Max => values.last().copied(),
        Stat::Mean if values.is_empty() => None,
        Stat::Mean => Some(values.iter().sum::<f64>() / values.len() as f64),
        _ => None,
    }
}

/// The share of samples that hold the bound by themselves, in percent.
fn success(values: &[f64], bound: &Condition) -> Option<f64> {
    let good = values.iter().filter_map(|value| Value::number(*value));
    let good = good.filter(|value| holds(*value, bound)).count() as u64;
    Some(Value::ratio(good, values.len() as u64)?.to_f64())
}

/// By how much a figure is beyond its bound, in percent of the bound.
fn violation(figure: f64, bound: &Condition) -> Option<f64> {
    let limit = bound.bound.to_f64();
    let beyond = (figure - limit) / limit.abs() * 100.0;
    let beyond = match bound.op {
        Op::AtMost | Op::Below => beyond,
        Op::AtLeast | Op::Above => -beyond,
        Op::Exactly => beyond.abs(),
    };
    beyond.is_finite().then_some(beyond)
}

fn worse_first(gate: &Gate, a: &SampleGroup, b: &SampleGroup) -> Ordering {
    let badness = |group: &SampleGroup| match (group.violation, group.figure, gate.metric.better) {
        (Some(violation), ..) => violation,
        (None, Some(figure), Better::Higher) => -figure,
        (None, figure, _) => figure.unwrap_or_default(),
    };
    badness(b)
        .total_cmp(&badness(a))
        .then_with(|| a.name.cmp(&b.name))
}

fn observed(group: &SampleGroup) -> Option<Observed> {
    Some(Observed {
        value: Value::number(group.figure?)?,
        interval: None,
        basis: Some(Basis::new(group.count, "samples")),
        producer: String::new(),
        baseline: None,
    })
}

/// A group in words: `install: p95 620 ms, 24% over; p50 310 ms, 97.2% of 214 samples within`.
fn told(gate: &Gate, samples: &Samples, group: &SampleGroup) -> String {
    let amount = |figure: Option<f64>| {
        let value = figure.and_then(Value::number);
        value.map(|value| shown(value, &gate.metric))
    };
    let whose = match (group.name.as_str(), samples.per.as_slice()) {
        ("", []) => String::new(),
        ("", per) => format!("without {}: ", plural::list(per)),
        (name, _) => format!("{name}: "),
    };
    let of = plural::s(group.count, "sample");
    let Some(figure) = amount(group.figure) else {
        let least = number::count(samples.least);
        return format!(
            "{whose}only {} of at least {least} samples",
            number::count(group.count)
        );
    };
    let over = match group.violation {
        Some(violation) if violation > 0.0 => {
            format!(
                ", {} beyond the bound",
                number::percent(violation, Lean::Up)
            )
        }
        _ => String::new(),
    };
    let median = amount(group.median).map_or_else(String::new, |median| format!("; p50 {median}"));
    let within = match group.success {
        Some(success) => format!(", {} of {of} within", number::percent(success, Lean::Down)),
        None => format!(", {of}"),
    };
    format!("{whose}{} {figure}{over}{median}{within}", samples.stat)
}

fn distance(
    gate: &Gate,
    samples: &Samples,
    worst: &SampleGroup,
    missed: Option<&Condition>,
) -> (String, String) {
    let Some((bound, figure)) = missed.zip(worst.figure) else {
        return Default::default();
    };
    let gap = figure - bound.bound.to_f64();
    let size = number::difference(gap.abs(), gate.metric.unit.symbol());
    let side = if gap < 0.0 { "below" } else { "over" };
    let whose = match worst.name.as_str() {
        "" => String::new(),
        name => format!("{name}: "),
    };
    let share = match violation(figure, bound) {
        Some(violation) => format!(" ({})", number::percent(violation, Lean::Up)),
        None => String::new(),
    };
    let of = match worst.name.as_str() {
        "" => String::new(),
        name => format!(" of {name}"),
    };
    (
        format!("{whose}{size} {side}{share}"),
        format!("bring the {}{of} to {}", samples.stat, bound.text),
    )
}
