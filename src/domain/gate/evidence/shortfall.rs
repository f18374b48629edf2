//! What all families of metrics share: the case to be worded, and the plain wording.

use std::collections::BTreeSet;

use crate::domain::delta::Delta;
use crate::domain::gate::condition::{Condition, Op};
use crate::domain::gate::judge::{Judgement, Rule, Standing, behind, holds, shown};
use crate::domain::gate::policy::{Gate, Policy};
use crate::domain::gate::verdict::{GateVerdict, Pointer};
use crate::domain::measurement::Scope;
use crate::domain::snapshot::Snapshot;
use crate::domain::value::Value;
use crate::text::{number, plural};

use super::steps::fewest;

/// How many producers are named whose figures differ.
const PRODUCERS: usize = 3;

/// A gate that is missed, and by what.
pub(in crate::domain::gate) struct Shortfall<'a> {
    pub(in crate::domain::gate) gate: &'a Gate,
    /// What misses it and is not waived, the worst first.
    pub(in crate::domain::gate) misses: &'a [&'a Judgement<'a>],
    pub(in crate::domain::gate) policy: &'a Policy,
    pub(in crate::domain::gate) snapshot: &'a Snapshot,
    /// What the change did.
    pub(in crate::domain::gate) delta: &'a Delta,
    /// The identities of the tests under quarantine, which are not counted.
    pub(in crate::domain::gate) excused: &'a BTreeSet<&'a str>,
}

/// Wording for a family of metrics.
pub(super) struct Family {
    pub(super) prefix: &'static str,
    pub(super) remedy: fn(&Shortfall<'_>, &Judgement<'_>) -> String,
    pub(super) pointers: fn(&Shortfall<'_>) -> Vec<Pointer>,
}

/// What would make the gate pass, and where to look.
#[derive(Default)]
pub(in crate::domain::gate) struct Explained {
    pub(in crate::domain::gate) remedy: String,
    pub(in crate::domain::gate) pointers: Vec<Pointer>,
    pub(in crate::domain::gate) total: usize,
}

impl Explained {
    /// Adds further places, as far as there is room.
    pub(in crate::domain::gate) fn add(&mut self, further: impl Iterator<Item = Pointer>) {
        for pointer in further {
            self.total += 1;
            if self.pointers.len() < GateVerdict::POINTERS {
                self.pointers.push(pointer);
            }
        }
    }
}

/// Words the evidence; empty where nothing is missed.
pub(in crate::domain::gate) fn explain(shortfall: &Shortfall<'_>) -> Explained {
    let id = &shortfall.gate.metric.id;
    let family = super::FAMILIES
        .iter()
        .find(|family| id.starts_with(family.prefix));
    let (Some(worst), Some(family)) = (shortfall.misses.first(), family) else {
        return Explained::default();
    };
    let mut pointers = (family.pointers)(shortfall);
    let total = pointers.len();
    pointers.truncate(GateVerdict::POINTERS);
    Explained {
        remedy: (family.remedy)(shortfall, worst),
        pointers,
        total,
    }
}

/// What is to be done so and so many times, for a metric that counts single things.
pub(super) struct Deed<'a> {
    /// `cover`
    pub(super) verb: &'a str,
    /// What stands between number and noun: `more`.
    pub(super) more: &'a str,
    /// One of them, several of them.
    pub(super) noun: (&'a str, &'a str),
    /// Whether to say of how many: `3 of the 7`.
    pub(super) of: Option<fn(Value) -> u64>,
}

/// How many single things a value counts, where all of them are to be fewer.
pub(super) fn counted(value: Value) -> u64 {
    match value {
        Value::Count(count) => count,
        Value::Ratio { part, .. } => part,
        Value::Number(_) => 0,
    }
}

impl<'a> Shortfall<'a> {
    /// The fewest single things that have to change for `miss` to hold: by all that the gate asks, and by the warning
    /// band too if only that is missed. `None` where an interval is judged, or the value is not made of single things.
    pub(in crate::domain::gate) fn steps(&self, miss: &Judgement<'_>) -> Option<u64> {
        let first = *miss.missed.first()?;
        if self.gate.confidence.is_some() {
            return None;
        }
        let band = (miss.standing == Standing::Warned)
            .then_some(self.gate.warn.as_ref())
            .flatten();
        let bounds: Vec<&Condition> = self.gate.require.iter().chain(band).collect();
        fewest(
            miss.measurement.value,
            miss.must_rise(self.gate, first),
            |value| {
                bounds.iter().all(|bound| holds(value, bound))
                    && behind(self.gate, value, &miss.past).is_empty()
            },
        )
    }

    /// `cover 71 more lines in 4 files, 31 of them in src/x.py`; `None` if one miss cannot be put so.
    pub(super) fn deed(&self, deed: &Deed<'_>) -> Option<String> {
        let counts: Vec<u64> = self
            .misses
            .iter()
            .map(|miss| self.steps(miss))
            .collect::<Option<_>>()?;
        let total = counts
            .iter()
            .fold(0_u64, |sum, count| sum.saturating_add(*count));
        let all = deed.of.map(|of| {
            let sizes = self.misses.iter().map(|miss| of(miss.measurement.value));
            sizes.fold(0_u64, u64::saturating_add)
        });
        let number = match all {
            Some(all) if all > total => {
                format!("{} of the {}", number::count(total), number::count(all))
            }
            Some(all) if all > 1 => format!("all {}", number::count(all)),
            Some(_) => "the one".to_owned(),
            None => number::count(total),
        };
        let noun = plural::pick(all.unwrap_or(total), deed.noun.0, deed.noun.1);
        let more = if deed.more.is_empty() {
            String::new()
        } else {
            format!("{} ", deed.more)
        };
        let place = self.place(&counts)?;
        Some(format!(
            "{} {number} {more}{noun}{place}{}",
            deed.verb,
            self.back()
        ))
    }

    /// Where the most of `counts` is to be done, which has the number for each miss.
    fn place(&self, counts: &[u64]) -> Option<String> {
        let counted = self.misses.iter().zip(counts);
        let (worst, &most) =
            counted.reduce(|most, next| if next.1 > most.1 { next } else { most })?;
        let scope = &worst.measurement.scope;
        Some(match (self.misses.len() as u64, scope) {
            (1, Scope::Project) => String::new(),
            (1, scope) => format!(" in {scope}"),
            (_, Scope::Project) => self.by_producer(counts),
            (count, scope) => {
                let kind = match scope {
                    Scope::Component(_) => "component",
                    Scope::Function { .. } => "function",
                    Scope::Benchmark(_) => "benchmark",
                    _ => "file",
                };
                format!(
                    " in {}, {} of them in {scope}",
                    plural::s(count, kind),
                    number::count(most)
                )
            }
        })
    }

    /// ` (42 as eslint counts, 1 as ruff counts)`: the gate's row has the figure of one of them alone.
    fn by_producer(&self, counts: &[u64]) -> String {
        let counted = self.misses.iter().zip(counts);
        let mut parts: Vec<String> = counted
            .take(PRODUCERS)
            .map(|(miss, &count)| {
                let measured = miss.measurement;
                let mut by = measured.producer.to_string();
                for value in measured.labels.values() {
                    by = format!("{by} {value}");
                }
                match by.trim() {
                    "" => number::count(count),
                    by => format!("{} as {by} counts", number::count(count)),
                }
            })
            .collect();
        let more = self.misses.len().saturating_sub(PRODUCERS) as u64;
        parts.extend((more > 0).then(|| format!("and {} more", number::count(more))));
        format!(" ({})", parts.join(", "))
    }

    /// ` to be back within 0.5pp of the base`, if only a comparison with the past is missed.
    pub(super) fn back(&self) -> String {
        let missed = || self.misses.iter().flat_map(|miss| &miss.missed);
        let Some(first) = missed().next() else {
            return String::new();
        };
        let alike = |rule: &Rule<'_>| std::mem::discriminant(rule) == std::mem::discriminant(first);
        let (rule, past) = match first {
            _ if !missed().all(alike) => return String::new(),
            Rule::Bound(_) => return String::new(),
            Rule::Change(rule, _) => (rule, "the base"),
            Rule::Ratchet(rule, _) => (rule, "the best so far"),
        };
        match rule.text.split_once(':') {
            Some((_, amount)) if rule.improves() => {
                format!(" to be {} better than {past}", amount.trim())
            }
            Some((_, amount)) => format!(" to be back within {} of {past}", amount.trim()),
            None => format!(" to be back at {past}"),
        }
    }
}

/// The plain wording: by how much the worst value has to move.
pub(super) fn generic(shortfall: &Shortfall<'_>, worst: &Judgement<'_>) -> String {
    moved(shortfall, worst, "higher", "lower")
}

/// `needs to be 1.2 s shorter`: the plain wording, with words for the two directions.
pub(super) fn moved(
    shortfall: &Shortfall<'_>,
    worst: &Judgement<'_>,
    higher: &str,
    lower: &str,
) -> String {
    let gate = shortfall.gate;
    let by_gap = |rule: &&Rule<'_>| worst.rule_gap(gate, **rule).abs();
    let farthest = worst
        .missed
        .iter()
        .max_by(|a, b| by_gap(a).total_cmp(&by_gap(b)));
    let Some(&rule) = farthest else {
        return String::new();
    };
    let subject = match (&worst.measurement.scope, gate.confidence, rule) {
        (Scope::Project, Some(confidence), Rule::Bound(_)) => {
            format!("the bound of the {confidence}% interval ")
        }
        (Scope::Project, ..) => String::new(),
        (scope, ..) => format!("{scope} "),
    };
    let others = match shortfall.misses.len() as u64 - 1 {
        0 => String::new(),
        more => format!("; {} more miss it too", number::count(more)),
    };
    let need = match rule {
        Rule::Bound(bound) if bound.op == Op::Exactly => {
            format!("needs to be exactly {}", target(gate, bound))
        }
        _ => {
            let gap = worst.rule_gap(gate, rule).abs();
            let strict = matches!(rule, Rule::Bound(b) if matches!(b.op, Op::Above | Op::Below));
            let more = if strict { "more than " } else { "" };
            let way = if worst.must_rise(gate, rule) {
                higher
            } else {
                lower
            };
            let size = number::enough(gap, gate.metric.unit.symbol());
            format!("needs to be {more}{size} {way}{}", shortfall.back())
        }
    };
    format!("{subject}{need}{others}")
}

/// A bound as a target: `90%`.
pub(super) fn target(gate: &Gate, bound: &Condition) -> String {
    let own = bound.text.trim_start_matches(bound.op.symbol()).trim();
    if own.is_empty() {
        return Value::number(bound.bound.to_f64())
            .map(|value| shown(value, &gate.metric))
            .unwrap_or_default();
    }
    own.to_owned()
}

/// Where nothing is known of places.
pub(super) fn nowhere(_: &Shortfall<'_>) -> Vec<Pointer> {
    Vec::new()
}
