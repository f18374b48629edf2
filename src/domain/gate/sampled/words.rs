//! Groups of samples in words.

use crate::domain::gate::condition::Condition;
use crate::domain::gate::following::Samples;
use crate::domain::gate::judge::shown;
use crate::domain::gate::policy::Gate;
use crate::domain::gate::target::Progress;
use crate::domain::gate::verdict::Outcome;
use crate::domain::gate::zoned;
use crate::domain::series::Stat;
use crate::domain::stats::Share;
use crate::domain::value::Value;
use crate::text::number::{self, Lean};
use crate::text::plural;

use super::{Demand, Judged, violation};

/// A group in words: `install: p95 620 ms, 24% over; p50 310 ms, 97.2% of 214 samples within`.
pub(super) fn told(gate: &Gate, samples: &Samples, judged: &Judged) -> String {
    let group = &judged.group;
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
        if samples.stat == Stat::Share && group.count >= samples.least.max(1) {
            return format!("{whose}some of {of} are neither 1 nor 0: a share is of yes and no");
        }
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
    let zone = group.target.as_ref().and_then(zoned::told);
    let zone = zone.map_or_else(String::new, |zone| format!("; {zone}"));
    if let Some(share) = judged.share {
        let yes = number::count(share.yes);
        let said = format!("{whose}{} {figure}{over}, {yes} of {of}", samples.stat);
        let doubt = match judged.unsure {
            true => "; unconfirmed: the bound lies within",
            false => "",
        };
        return format!("{said} ({}){doubt}{zone}", interval(share));
    }
    if samples.stat == Stat::Last {
        let day = judged
            .newest
            .map_or_else(String::new, |at| at.strftime(" of %Y-%m-%d").to_string());
        return format!("{whose}{} {figure}{day}{over}{zone}", samples.stat);
    }
    format!(
        "{whose}{} {figure}{over}{median}{within}{zone}",
        samples.stat
    )
}

/// How sure a share is: `69.89% to 97.21% at 95%`.
fn interval(share: Share) -> String {
    let (low, high) = share.interval().unwrap_or((0.0, 100.0));
    format!(
        "{} to {} at {}%",
        number::format(low, "%"),
        number::format(high, "%"),
        Share::CONFIDENCE
    )
}

/// How far the worst group is from what it misses, and what to do.
pub(super) fn distance(demand: &Demand<'_>, worst: &Judged) -> (String, String) {
    let (gate, group) = (&*demand.gate, &worst.group);
    let (whose, of) = match group.name.as_str() {
        "" => (String::new(), String::new()),
        name => (format!("{name}: "), format!(" of {name}")),
    };
    let value = group.figure.and_then(Value::number);
    let (Some(figure), Some(value)) = (group.figure, value) else {
        return Default::default();
    };
    if let (Some(zones), Some(target), Some(progress)) = (&gate.zones, demand.target, &group.target)
    {
        let missed = zoned::missed((zones, gate.metric.better), (value, target), progress.met);
        return match missed {
            Some(share) => {
                let bound = match share == zones.yellow {
                    true => &gate.require,
                    false => &gate.warn,
                };
                let off = bound.as_ref().map(|bound| off(gate, figure, bound));
                (
                    format!("{whose}{} {share}% of the target", off.unwrap_or_default()),
                    format!(
                        "bring the {}{of} to {}",
                        demand.samples.stat, target.bound.text
                    ),
                )
            }
            None => by_direction(&whose, progress),
        };
    }
    if let Some(share) = worst.share.filter(|_| worst.unsure) {
        return (
            format!("{whose}unconfirmed, {}", interval(share)),
            "take more samples: the interval narrows until the bound lies outside".to_owned(),
        );
    }
    let missed = match worst.outcome {
        Outcome::Fail => &gate.require,
        _ => &gate.warn,
    };
    let Some(bound) = missed else {
        return Default::default();
    };
    let share = match violation(figure, bound) {
        Some(violation) => format!(" ({})", number::percent(violation, Lean::Up)),
        None => String::new(),
    };
    (
        format!("{whose}{}{share}", off(gate, figure, bound)),
        format!("bring the {}{of} to {}", demand.samples.stat, bound.text),
    )
}

/// How far a figure is from a bound: `140 ms over`.
fn off(gate: &Gate, figure: f64, bound: &Condition) -> String {
    let gap = figure - bound.bound.to_f64();
    let size = number::difference(gap.abs(), gate.metric.unit.symbol());
    let side = if gap < 0.0 { "below" } else { "over" };
    format!("{size} {side}")
}

/// What is amiss with a group whose share alone would do.
fn by_direction(whose: &str, progress: &Progress) -> (String, String) {
    let Some(direction) = &progress.direction else {
        return Default::default();
    };
    let share = match progress.share {
        Some(share) => format!(" at {} of the target", number::percent(share, Lean::Down)),
        None => String::new(),
    };
    (
        format!("{whose}{direction}{share}"),
        zoned::remedy(direction).to_owned(),
    )
}
