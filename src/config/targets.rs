//! Bounds by date, and zones by share of them.

use jiff::civil::Date;

use super::diagnostics::Diagnostics;
use super::node::{Entry, Node};
use crate::domain::gate::condition::{Condition, Op};
use crate::domain::gate::policy::Selector;
use crate::domain::gate::target::{Target, Targets, Zones};
use crate::domain::metric::{Better, Metric};
use crate::domain::unit::Unit;
use crate::domain::value::Decimal;

/// Reads the targets of a gate.
pub(in crate::config) fn targets(
    node: &Node,
    metric: &Metric,
    d: &mut Diagnostics,
) -> Option<Targets> {
    let op = match metric.better {
        Better::Higher => Op::AtLeast,
        Better::Lower => Op::AtMost,
        Better::Neither => {
            d.error(
                node.span,
                format!("`{}` has no better and no worse to aim at", metric.id),
            )
            .help("judge it with `require`");
            return None;
        }
    };
    if node.entries().is_empty() {
        d.error(node.span, "`targets` names no target")
            .help("for example `{ 2026-Q1: 60%, 2026-Q2: 75% }`");
        return None;
    }
    let mut steps: Vec<Target> = Vec::new();
    for entry in node.entries() {
        let Some(target) = target(entry, op, metric, d) else {
            continue;
        };
        if let Some(same) = steps.iter().find(|known| known.from == target.from) {
            d.error(
                entry.key_span,
                format!(
                    "`{}` begins on the same day as `{}`",
                    target.period, same.period
                ),
            )
            .help("keep one of the two");
        } else {
            steps.push(target);
        }
    }
    Targets::new(steps)
}

fn target(entry: &Entry, op: Op, metric: &Metric, d: &mut Diagnostics) -> Option<Target> {
    let Some(from) = begin(&entry.key) else {
        d.error(
            entry.key_span,
            format!("`{}` is no quarter, month or day", entry.key),
        )
        .help("write `2026-Q1`, `2026-12` or `2027-01-15`");
        return None;
    };
    let text = entry.value.text()?.trim();
    // Which way it is meant is the metric's to say; who writes it as well is no worse off.
    let text = text.strip_prefix(op.symbol()).map_or(text, str::trim);
    let bound = match metric.unit.parse_amount(text) {
        Ok(bound) => bound,
        Err(error) => {
            d.error(entry.value.span, error.to_string()).help(format!(
                "`{}` is measured in {}",
                metric.id,
                metric.unit.hint()
            ));
            return None;
        }
    };
    if metric.unit == Unit::Percent && Decimal::new(100, 0).is_some_and(|all| bound > all) {
        d.error(entry.value.span, "a percentage is at most 100 %");
        return None;
    }
    let text = format!("{} {text}", op.symbol());
    Some(Target {
        from,
        period: entry.key.clone(),
        bound: Condition { op, bound, text },
    })
}

/// The first day of a quarter, month or day.
fn begin(period: &str) -> Option<Date> {
    let (year, rest) = period.split_once('-')?;
    let digits =
        |text: &str, count| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(year, 4) {
        return None;
    }
    let year: i16 = year.parse().ok()?;
    let first = |month: i8| Date::new(year, month, 1).ok();
    match rest {
        "Q1" => return first(1),
        "Q2" => return first(4),
        "Q3" => return first(7),
        "Q4" => return first(10),
        _ => {}
    }
    match rest.split_once('-') {
        None if digits(rest, 2) => first(rest.parse().ok()?),
        Some((month, day)) if digits(month, 2) && digits(day, 2) => {
            Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
        }
        _ => None,
    }
}

/// Reads the zones of a gate.
pub(in crate::config) fn zones(
    node: &Node,
    metric: &Metric,
    selector: Option<&Selector>,
    d: &mut Diagnostics,
) -> Option<Zones> {
    if !matches!(
        selector?,
        Selector::Project | Selector::Component(Some(_)) | Selector::Benchmark(Some(_))
    ) {
        d.error(node.span, "zones are of one value, not of each of many")
            .help("name one component or benchmark, or judge the project");
        return None;
    }
    let mut share = |key: &str, usual: i64| match node.get(key) {
        None => Decimal::new(usual, 0),
        Some(node) => share(node, d),
    };
    let (green, yellow) = (share("green", 90)?, share("yellow", 70)?);
    if yellow > green {
        let place = node.get("yellow").or(node.get("green")).unwrap_or(node);
        d.error(place.span, "yellow begins below green")
            .help("for example `{ green: 90%, yellow: 70% }`");
        return None;
    }
    // Of a metric without a direction the targets are refused already.
    (metric.better != Better::Neither).then_some(Zones { green, yellow })
}

fn share(node: &Node, d: &mut Diagnostics) -> Option<Decimal> {
    let text = node.text()?;
    let share = Unit::Percent.parse_amount(text).ok();
    let range = Decimal::new(0, 0).zip(Decimal::new(100, 0));
    let share = share
        .zip(range)
        .filter(|(share, (none, all))| share > none && share <= all);
    if share.is_none() {
        d.error(node.span, format!("`{text}` is no share of a target"))
            .help("write a percentage above 0 % and up to 100 %: `90%`");
    }
    share.map(|(share, _)| share)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn periods_begin_on_their_first_day() {
        for (period, day) in [
            ("2026-Q1", Some(date(2026, 1, 1))),
            ("2026-Q4", Some(date(2026, 10, 1))),
            ("2026-12", Some(date(2026, 12, 1))),
            ("2027-01-15", Some(date(2027, 1, 15))),
            ("2024-02-29", Some(date(2024, 2, 29))),
            ("2026-02-29", None),
            ("2026-Q5", None),
            ("2026-13", None),
            ("2026-1", None),
            ("2026", None),
            ("26-Q1", None),
            ("2026-Q1-01", None),
            ("+026-01", None),
        ] {
            assert_eq!(begin(period), day, "{period}");
        }
    }
}
