//! Gates that demand less over time: targets, zones, samples, rules over a series.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{less, now};
use crate::domain::consequence::OnMissing;
use crate::domain::gate::condition::Condition;
use crate::domain::gate::following::Rule;
use crate::domain::gate::policy::Gate;
use crate::domain::gate::target::{Targets, Zones};
use crate::domain::watch::{EffectBy, Settings, Since};

/// What must hold on a day.
fn bound(gate: &Gate, day: Date) -> Option<&Condition> {
    match &gate.targets {
        Some(targets) => targets.on(day).map(|target| &target.bound),
        None => gate.require.as_ref(),
    }
}

/// Bounds that are looser on some day, each told once from the day on which it is.
pub(super) fn bounds(old: &Gate, new: &Gate) -> Vec<String> {
    let steps = [old, new].into_iter().flat_map(|gate| &gate.targets);
    let days = steps.flat_map(Targets::steps).map(|target| target.from);
    let days: BTreeSet<Date> = days.chain([Date::MIN]).collect();
    let mut told: Vec<String> = Vec::new();
    let mut last = None;
    for day in days {
        let (before, after) = (bound(old, day), bound(new, day));
        let looser = before.filter(|before| !after.is_some_and(|after| after.implies(before)));
        let pair = looser.map(|before| (before, after));
        if let Some((before, after)) = pair.filter(|_| pair != last) {
            let changed = match after {
                Some(after) if !before.implies(after) => " (changed)",
                _ => "",
            };
            let after = after.map_or("nothing", |after| &after.text);
            let what = match day {
                Date::MIN => "required".to_owned(),
                day => format!("required from {day}"),
            };
            told.push(now(&what, &before.text, format!("{after}{changed}")));
        }
        last = pair;
    }
    told
}

/// Zones that begin lower, or let pass what the target itself would not.
pub(super) fn zones(old: &Gate, new: &Gate) -> Option<String> {
    let new = new.zones.as_ref()?;
    if old.targets.is_none() && old.require.is_none() {
        return None;
    }
    let text =
        |zones: &Zones| format!("green from {}%, yellow from {}%", zones.green, zones.yellow);
    match &old.zones {
        Some(old) if new.green < old.green || new.yellow < old.yellow => {
            Some(now("zones", text(old), text(new)))
        }
        Some(_) => None,
        None => Some(now("zones", "none: the target itself", text(new))),
    }
}

/// Another figure, another span, or other demands on how many samples there are.
pub(super) fn samples(old: &Gate, new: &Gate) -> Option<String> {
    let (before, after) = (old.samples.as_ref()?, new.samples.as_ref()?);
    let (few, most) = (before.least, after.least);
    let looser = (most > few && new.on_missing != OnMissing::Fail)
        || (most < few && old.on_missing != OnMissing::Skip);
    if before.last != after.last {
        return Some(format!(
            "judges `{}`, now `{}` (changed)",
            before.text, after.text
        ));
    }
    looser.then(|| now("least number of samples", few, most))
}

/// A rule that lets more pass.
pub(super) fn watch(old: &Gate, new: &Gate) -> Option<String> {
    let before = old.watch.as_ref()?;
    let Some(after) = &new.watch else {
        return Some(format!("is no longer watched for {}", before.rule.key()));
    };
    if let Some(told) = less(
        "on_insufficient",
        before.on_insufficient,
        after.on_insufficient,
    ) {
        return Some(told);
    }
    let how = match (&before.rule, &after.rule) {
        (old, new) if old == new => return None,
        (
            Rule::Anomaly {
                sensitivity: old,
                window: past,
            },
            Rule::Anomaly {
                sensitivity: new,
                window: now,
            },
        ) if past == now => stricter(new <= old),
        (
            Rule::Chart {
                chart: one,
                limit: old,
                window: past,
            },
            Rule::Chart {
                chart: other,
                limit: new,
                window: now,
            },
        ) if (one, past) == (other, now) => stricter(new <= old),
        (
            Rule::Trend {
                window: past,
                p: old,
                drift,
            },
            Rule::Trend {
                window: now,
                p: new,
                drift: least,
            },
        ) if past == now => stricter(new >= old && least <= drift),
        (Rule::ChangePoint { within: old }, Rule::ChangePoint { within: new }) => {
            stricter(new >= old)
        }
        (Rule::Completeness { every: Some(old) }, Rule::Completeness { every: Some(new) }) => {
            stricter(new <= old)
        }
        (
            Rule::Regression {
                settings: old,
                repetitions: past,
                since: before,
            },
            Rule::Regression {
                settings: new,
                repetitions: now,
                since: after,
            },
        ) if past == now
            && is_same(before.as_ref(), after.as_ref())
            && *new
                == (Settings {
                    effect: new.effect,
                    effect_by: new.effect_by,
                    ..*old
                }) =>
        {
            // What the policy does not say any more is the usual one, or that of hosted runners.
            let most = match (old.effect_by, new.effect_by) {
                (EffectBy::Policy, EffectBy::Usual) => new.hosted().effect,
                _ => new.effect,
            };
            stricter(most <= old.effect)
        }
        (Rule::Interleaved { settings: old }, Rule::Interleaved { settings: new }) => {
            stricter(new.effect <= old.effect)
        }
        _ => " (changed)",
    };
    (how != STRICTER).then(|| {
        now(
            "watched for",
            format!("`{}`", before.text),
            format!("`{}`{how}", after.text),
        )
    })
}

/// Whether the past begins at the same point, however many digits of a commit are written.
fn is_same(before: Option<&Since>, after: Option<&Since>) -> bool {
    match (before, after) {
        (Some(before), Some(after)) => before.is_same(after),
        (before, after) => before == after,
    }
}

const STRICTER: &str = " (stricter)";

fn stricter(is: bool) -> &'static str {
    if is { STRICTER } else { "" }
}
