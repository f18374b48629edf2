//! Gates on single samples: a percentile for each operation, the newest value of a feed.

mod groups;
mod spans;
mod words;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::domain::gate::condition::{Condition, Op};
use crate::domain::gate::followed::Followed;
use crate::domain::gate::following::Samples;
use crate::domain::gate::policy::Gate;
use crate::domain::gate::target::{Direction, Target};
use crate::domain::gate::verdict::{Effect, GateVerdict, Observed, Outcome, Reading, SampleGroup};
use crate::domain::measurement::{Basis, Interval, Scope};
use crate::domain::metric::Better;
use crate::domain::series::Stat;
use crate::domain::stats::{Share, percentile};
use crate::domain::value::Value;
use crate::text::number;

use super::against::Against;
use super::judge::holds;
use super::targeted::in_force;
use super::waive::Waivers;
use super::zoned;
use groups::Groups;
pub(super) use groups::left_out;
use words::{distance, told};

/// The most groups that are shown, the worst first: nobody reads more. All of them are judged.
const GROUPS: usize = 1_000;

/// What is asked of samples on a day.
pub(super) struct Demand<'a> {
    /// The gate, with the bounds of the day.
    gate: Cow<'a, Gate>,
    samples: &'a Samples,
    /// The target in force, where the bound is one.
    target: Option<&'a Target>,
}

impl<'a> Demand<'a> {
    /// What a gate asks while a target is in force, or always.
    pub(super) fn new(
        gate: &'a Gate,
        samples: &'a Samples,
        target: Option<&'a Target>,
    ) -> Demand<'a> {
        let gate = match target {
            Some(target) => Cow::Owned(in_force(gate, target)),
            None => Cow::Borrowed(gate),
        };
        Demand {
            gate,
            samples,
            target,
        }
    }

    /// What a sample has to hold by itself.
    fn bound(&self) -> Option<&Condition> {
        let of_gate = self.gate.require.as_ref().or(self.gate.warn.as_ref());
        self.target.map(|target| &target.bound).or(of_gate)
    }

    fn requirement(&self) -> String {
        let asked = &self.samples.text;
        if let Some(target) = self.target {
            return format!("{asked} {}", zoned::requirement(&self.gate, target));
        }
        let bounds = [("", &self.gate.require), ("warn ", &self.gate.warn)];
        let bounds = bounds.iter().filter_map(|(word, bound)| {
            let bound = bound.as_ref()?;
            Some(format!("{word}{}", bound.text))
        });
        let bounds: Vec<String> = bounds.collect();
        format!("{asked} {}", bounds.join(", "))
    }
}

/// What one group comes to.
struct Judged {
    outcome: Outcome,
    group: SampleGroup,
    /// When its newest sample was.
    newest: Option<Timestamp>,
    /// What its samples are, where the figure is their share of yes.
    share: Option<Share>,
    /// Whether what must hold does so at one end of the share's interval alone.
    unsure: bool,
}

/// The verdict on the samples that the gate asks for.
pub(super) fn conclude(
    demand: &Demand<'_>,
    against: &Against<'_>,
    waivers: &mut Waivers<'_>,
) -> GateVerdict {
    let gate = &*demand.gate;
    let mut verdict = GateVerdict {
        requirement: demand.requirement(),
        ..GateVerdict::blank(gate)
    };
    verdict.target = demand
        .target
        .map(|target| zoned::progress(gate, target, None));
    let mut notes = BTreeSet::new();
    match against.followed {
        Err(lack) => verdict.notes.push(lack.reason.clone()),
        Ok(followed) => match groups::unknown(gate, demand.samples, followed) {
            Some(unknown) => verdict.notes.push(unknown),
            None => judge(&mut verdict, demand, followed, &mut notes),
        },
    }
    if verdict.outcome == Outcome::Missing
        && let Ok(followed) = against.followed
    {
        verdict.notes.extend(followed.elsewhere(&gate.metric.id));
    }
    if verdict.samples.is_empty() {
        verdict.samples.push(SampleGroup::unmeasured());
    }
    let miss = Effect::of(verdict.outcome, gate.level, gate.on_missing);
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

fn judge(
    verdict: &mut GateVerdict,
    demand: &Demand<'_>,
    followed: &Followed,
    notes: &mut BTreeSet<String>,
) {
    let (gate, samples) = (&*demand.gate, demand.samples);
    if !samples.stat.suits(&gate.metric.unit) {
        verdict.notes.push(format!(
            "`{}` is a percentage, of which a {} says nothing: {}; say `stat: median`, or judge a metric whose `formula` divides the counts that it is a share of",
            gate.metric.id,
            samples.stat,
            Stat::UNWEIGHTED
        ));
        return;
    }
    let groups = Groups::recent(gate, samples, followed, notes);
    verdict.left_out = groups.left_out();
    // A direction is that of the branch, and of what the change adds to it.
    let all = (gate.zones.is_some() && demand.target.is_some())
        .then(|| Groups::ever(gate, samples, followed));
    let way = |name: &str| {
        let points = all.as_ref()?.of(name);
        let points = spans::figures(samples, points, followed.now);
        Some(Direction::of(&points, &gate.metric))
    };
    let mut judged: Vec<Judged> = groups
        .iter()
        .map(|(name, points)| group(demand, name, points, || way(name)))
        .collect();
    if judged.is_empty() {
        verdict.notes.push(groups::nothing(gate, samples, followed));
        return;
    }
    judged.sort_by(|a, b| {
        let order = b.outcome.cmp(&a.outcome);
        order.then_with(|| worse_first(gate, &a.group, &b.group))
    });
    let mut effects = Effect::None;
    let mut holding = Vec::new();
    for (place, one) in judged.iter().enumerate() {
        effects = effects.max(Effect::of(one.outcome, gate.level, gate.on_missing));
        if place >= GROUPS {
            continue;
        }
        let text = told(gate, samples, one);
        match one.outcome {
            Outcome::Fail | Outcome::Warn => {
                verdict.point_out(text);
            }
            Outcome::Pass => holding.push(text),
            _ => verdict.notes.push(text),
        }
    }
    let held = judged.iter().filter(|one| one.outcome == Outcome::Pass);
    verdict.tell_holding(holding, (held.count(), judged.len()));
    verdict.judged = judged
        .iter()
        .filter(|one| one.group.figure.is_some())
        .count();
    verdict.effect = effects;
    if let Some(worst) = judged.first() {
        verdict.outcome = worst.outcome;
        verdict.observed = observed(gate, worst);
        verdict.reading = worst.unsure.then_some(Reading::Unconfirmed);
        if let Some(target) = &worst.group.target {
            verdict.target = Some(target.clone());
        }
        if matches!(worst.outcome, Outcome::Fail | Outcome::Warn) {
            (verdict.distance, verdict.remedy) = distance(demand, worst);
        }
    }
    if let Some(more) = judged.len().checked_sub(GROUPS).filter(|more| *more > 0) {
        verdict.notes.push(format!(
            "{} more were judged, none worse than these",
            number::count(more as u64)
        ));
    }
    let shown = judged.into_iter().take(GROUPS);
    verdict.samples = shown.map(|one| one.group).collect();
}

/// What one group comes to. `points` are in the order of time.
fn group(
    demand: &Demand<'_>,
    name: &str,
    points: &[(Timestamp, f64)],
    way: impl FnOnce() -> Option<Direction>,
) -> Judged {
    let (gate, samples) = (&*demand.gate, demand.samples);
    let values = sorted(points);
    let count = values.len() as u64;
    let newest = points.last().copied();
    let enough = count >= samples.least.max(1);
    let figure = figure(samples.stat, &values, newest.map(|(_, value)| value));
    let figure = figure.filter(|figure| enough && figure.is_finite());
    let value = figure.and_then(Value::number);
    let share = Share::of(&values).filter(|_| samples.stat == Stat::Share);
    let ends = ends(gate, share).unwrap_or_else(|| value.into_iter().collect());
    let met = |bound: &Option<Condition>| {
        let held = ends.iter().map(|end| {
            let bound = bound.as_ref();
            bound.is_none_or(|bound| holds(*end, bound))
        });
        held.collect::<BTreeSet<bool>>()
    };
    let meets = |bound: &Option<Condition>| !met(bound).contains(&false);
    let unsure = [&gate.require, &gate.warn]
        .into_iter()
        .any(|bound| met(bound).len() > 1);
    let mut outcome = match value {
        None => Outcome::Missing,
        Some(_) if !met(&gate.require).contains(&true) => Outcome::Fail,
        Some(_) if !meets(&gate.require) || !meets(&gate.warn) => Outcome::Warn,
        Some(_) => Outcome::Pass,
    };
    let unsure = unsure && outcome == Outcome::Warn;
    let mut progress = demand
        .target
        .map(|target| zoned::progress(gate, target, value));
    if let (Some(zones), Some(target), Some(progress), Some(value)) =
        (&gate.zones, demand.target, &mut progress, value)
        && let Some(direction) = way()
    {
        let zones = (zones, gate.metric.better);
        zoned::place(progress, zones, (value, target), direction);
        outcome = zoned::outcome(progress.zone);
    }
    let bound = demand.bound();
    let group = SampleGroup {
        name: name.to_owned(),
        count,
        figure,
        median: percentile(&values, 50.0).filter(|_| share.is_none()),
        success: bound
            .filter(|_| share.is_none())
            .and_then(|bound| success(&values, bound)),
        violation: figure
            .zip(bound)
            .and_then(|(figure, bound)| violation(figure, bound)),
        holds: match &progress {
            Some(progress) => progress.met,
            None => figure.is_some() && meets(&gate.require),
        },
        target: progress,
    };
    Judged {
        outcome,
        group,
        newest: newest.map(|(at, _)| at),
        share,
        unsure,
    }
}

/// The ends of a share's interval, where the gate asks to be sure.
fn ends(gate: &Gate, share: Option<Share>) -> Option<Vec<Value>> {
    gate.confidence?;
    let (low, high) = share?.interval()?;
    Some(vec![Value::number(low)?, Value::number(high)?])
}

/// The values in the order of size.
fn sorted(points: &[(Timestamp, f64)]) -> Vec<f64> {
    let mut values: Vec<f64> = points.iter().map(|(_, value)| *value).collect();
    values.sort_unstable_by(f64::total_cmp);
    values
}

/// The figure of values in the order of size, of which one is the newest.
#[allow(clippy::cast_precision_loss, reason = "a count of samples")]
fn figure(stat: Stat, values: &[f64], newest: Option<f64>) -> Option<f64> {
    match stat {
        Stat::Percentile(percent) => percentile(values, percent),
        Stat::Min => values.first().copied(),
        Stat::Max => values.last().copied(),
        Stat::Mean if values.is_empty() => None,
        Stat::Mean => Some(values.iter().sum::<f64>() / values.len() as f64),
        Stat::Last => newest,
        Stat::Share => Share::of(values)?.percent(),
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

fn observed(gate: &Gate, judged: &Judged) -> Option<Observed> {
    let group = &judged.group;
    let share = judged.share.filter(|_| gate.confidence.is_some());
    let interval = share.and_then(Share::interval);
    Some(Observed {
        value: Value::number(group.figure?)?,
        interval: interval.map(|(low, high)| Interval {
            low,
            high,
            confidence: Share::CONFIDENCE,
        }),
        basis: Some(Basis::new(group.count, "samples")),
        producer: String::new(),
        baseline: None,
    })
}
