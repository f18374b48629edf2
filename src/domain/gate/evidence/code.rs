//! Code: which functions to split, which files to mend.

use crate::domain::gate::condition::{Condition, Op};
use crate::domain::gate::judge::{Judgement, Rule, holds, shown};
use crate::domain::gate::verdict::Pointer;
use crate::domain::measurement::{Measurement, Scope};
use crate::domain::metric::Better;
use crate::domain::value::Value;
use crate::text::{number, plural};

use super::reach::Reach;
use super::shortfall::{Deed, Shortfall, counted, generic, target};

pub(super) fn remedy(shortfall: &Shortfall<'_>, worst: &Judgement<'_>) -> String {
    let id = &*shortfall.gate.metric.id;
    let remedy = match worst.missed.first() {
        _ if id.ends_with(".over") => shortfall.deed(&Deed {
            verb: "split",
            more: "",
            noun: ("function over the limit", "functions over the limit"),
            of: Some(counted),
        }),
        Some(Rule::Bound(bound)) if at_single_things(id, worst) => {
            bring(shortfall, bound, &parts(shortfall, Some(bound)))
        }
        Some(Rule::Change(change, base))
            if matches!(worst.measurement.scope, Scope::Function { .. }) && !change.improves() =>
        {
            Some(bring_back(shortfall, worst, *base))
        }
        _ => None,
    };
    remedy.unwrap_or_else(|| generic(shortfall, worst))
}

/// Whether the figure is that of single functions or files, not a mean over many.
fn at_single_things(id: &str, worst: &Judgement<'_>) -> bool {
    let single = matches!(
        worst.measurement.scope,
        Scope::Function { .. } | Scope::File(_)
    );
    id.ends_with(".max")
        || id.ends_with(".lowest")
        || (single && !id.ends_with(".average") && !id.ends_with(".p90"))
}

/// `split `name` (20) and 3 more functions to 10 or less`.
fn bring(shortfall: &Shortfall<'_>, bound: &Condition, parts: &[&Measurement]) -> Option<String> {
    let first = parts.first()?;
    let gate = shortfall.gate;
    let value = shown(first.value, &gate.metric);
    let (verb, name, noun) = match &first.scope {
        Scope::Function { name, .. } => ("split", name.as_str(), "function"),
        Scope::File(path) => ("mend", path.as_str(), "file"),
        Scope::Project | Scope::Component(_) | Scope::Benchmark(_) => return None,
    };
    let others = match parts.len() as u64 - 1 {
        0 => String::new(),
        more => format!(
            " and {} more {}",
            number::count(more),
            plural::pick(more, noun, &format!("{noun}s"))
        ),
    };
    let target = target(gate, bound);
    let to = match bound.op {
        Op::AtMost => format!("{target} or less"),
        Op::Below => format!("less than {target}"),
        Op::AtLeast => format!("{target} or more"),
        Op::Above => format!("more than {target}"),
        Op::Exactly => format!("exactly {target}"),
    };
    Some(format!(
        "{verb} `{name}` ({value}) {}to {to}",
        others.trim_start().to_owned() + if others.is_empty() { "" } else { " " }
    ))
}

fn bring_back(shortfall: &Shortfall<'_>, worst: &Judgement<'_>, base: Value) -> String {
    let metric = &shortfall.gate.metric;
    let name = match &worst.measurement.scope {
        Scope::Function { name, .. } => name.clone(),
        scope => scope.to_string(),
    };
    let (now, base) = (shown(worst.measurement.value, metric), shown(base, metric));
    let others = match shortfall.misses.len() as u64 - 1 {
        0 => String::new(),
        more => format!(
            "; so for {}",
            plural::of(more, "more function", "more functions")
        ),
    };
    format!(
        "bring `{name}` ({now}) back towards the {base} it had{}{others}",
        shortfall.back()
    )
}

/// The functions or files behind the figure, the worst first: those that break `bound`, where there is one.
fn parts<'a>(shortfall: &Shortfall<'a>, bound: Option<&Condition>) -> Vec<&'a Measurement> {
    let metric = &shortfall.gate.metric;
    if shortfall
        .misses
        .iter()
        .all(|miss| matches!(miss.measurement.scope, Scope::Function { .. }))
    {
        return shortfall
            .misses
            .iter()
            .map(|miss| miss.measurement)
            .collect();
    }
    let (base, by_file) = match &*metric.id {
        "maintainability.index" | "maintainability.lowest" => ("maintainability.index", true),
        id => (id.rsplit_once('.').map_or(id, |(base, _)| base), false),
    };
    let reach = Reach::new(shortfall);
    // All that a gate judges carries the same labels.
    let labels = shortfall
        .misses
        .first()
        .map(|miss| &miss.measurement.labels);
    let belongs = |m: &&Measurement| {
        let fits = if by_file {
            matches!(m.scope, Scope::File(_))
        } else {
            matches!(m.scope, Scope::Function { .. })
        };
        m.metric == base
            && m.part == shortfall.gate.part
            && fits
            && bound.is_none_or(|bound| !holds(m.value, bound))
            && labels == Some(&m.labels)
            && (m.scope.path()).is_some_and(|path| reach.concerns_of(&m.producer, path))
    };
    let mut parts: Vec<&Measurement> = shortfall
        .snapshot
        .measurements
        .iter()
        .filter(belongs)
        .collect();
    parts.sort_by(|a, b| {
        let (low, high) = if metric.better == Better::Higher {
            (a, b)
        } else {
            (b, a)
        };
        let worse = low.value.to_f64().total_cmp(&high.value.to_f64());
        worse.then_with(|| (&a.scope, &a.producer).cmp(&(&b.scope, &b.producer)))
    });
    parts
}

/// The functions or files to look at, the worst first.
pub(super) fn pointers(shortfall: &Shortfall<'_>) -> Vec<Pointer> {
    let id = &*shortfall.gate.metric.id;
    let single = id.ends_with(".max") || id.ends_with(".lowest");
    let bound = shortfall.gate.require.as_ref().filter(|_| single);
    let mut parts = parts(shortfall, bound);
    if id.ends_with(".over") {
        // As many as are over the limit are the worst so many.
        let over = |value| {
            if let Value::Count(count) = value {
                count
            } else {
                0
            }
        };
        let counts = shortfall
            .misses
            .iter()
            .map(|miss| over(miss.measurement.value));
        parts.truncate(usize::try_from(counts.fold(0, u64::saturating_add)).unwrap_or(usize::MAX));
    }
    parts
        .into_iter()
        .map(|part| point(shortfall, part))
        .collect()
}

fn point(shortfall: &Shortfall<'_>, part: &Measurement) -> Pointer {
    let value = shown(part.value, &shortfall.gate.metric);
    // A count over a limit is shown in another unit than the functions behind it.
    let value = match part.value {
        Value::Count(count) if shortfall.gate.metric.id.ends_with(".over") => number::count(count),
        _ => value,
    };
    let (line, text) = match &part.scope {
        Scope::Function { name, line, .. } => (*line, format!("{name}: {value}")),
        _ => (0, value),
    };
    Pointer {
        path: part.scope.path().unwrap_or_default().to_owned(),
        line,
        end_line: 0,
        text,
    }
}
