//! Bounds: `>= 90%`, and what may be lost against the baseline: `0.5pp`.

use std::cmp::Ordering;

use super::diagnostics::Diagnostics;
use super::node::Node;
use crate::domain::gate::condition::{Condition, Op};
use crate::domain::gate::policy::Regression;
use crate::domain::metric::{Better, Metric};
use crate::domain::stats::Share;
use crate::domain::unit::{AmountError, Unit};
use crate::domain::value::Decimal;

/// Operators as written, longer ones first.
const OPERATORS: [(&str, Op); 8] = [
    (">=", Op::AtLeast),
    ("<=", Op::AtMost),
    ("==", Op::Exactly),
    ("≥", Op::AtLeast),
    ("≤", Op::AtMost),
    (">", Op::Above),
    ("<", Op::Below),
    ("=", Op::Exactly),
];

/// Reads a condition on a metric. `against` says that the author wants a bound against the metric's direction.
pub(in crate::config) fn condition(
    node: &Node,
    metric: &Metric,
    against: bool,
    d: &mut Diagnostics,
) -> Option<Condition> {
    let text = node.text()?.trim();
    if text.is_empty() {
        // Noted by the check.
        return None;
    }
    let operator = OPERATORS
        .iter()
        .find(|(symbol, _)| text.starts_with(symbol));
    let Some((symbol, op)) = operator else {
        let symbol = usual(metric);
        d.error(node.span, format!("`{text}` does not say how to compare"))
            .help(format!(
                "begin with one of `>=`, `>`, `<=`, `<`, `==`: `\"{symbol} {text}\"`"
            ));
        return None;
    };
    let rest = text.strip_prefix(symbol).unwrap_or_default().trim();
    if rest.starts_with(['=', '>', '<']) {
        d.error(node.span, format!("`{text}` begins with no operator"))
            .help("the operators are `>=`, `>`, `<=`, `<` and `==`");
        return None;
    }
    let bound = amount(node, rest, metric, d)?;
    if !possible(*op, bound, node, metric, d) {
        return None;
    }
    if !against {
        along(*op, rest, node, metric, d)?;
    }
    let text = format!("{} {rest}", op.symbol());
    Some(Condition {
        op: *op,
        bound,
        text,
    })
}

fn usual(metric: &Metric) -> &'static str {
    match metric.better {
        Better::Higher => ">=",
        Better::Lower => "<=",
        Better::Neither => "==",
    }
}

fn begins_with_a_digit(text: &str) -> bool {
    let number = text.trim_start_matches(['-', '+', '.']);
    number.starts_with(|c: char| c.is_ascii_digit())
}

fn amount(node: &Node, text: &str, metric: &Metric, d: &mut Diagnostics) -> Option<Decimal> {
    match metric.unit.parse_amount(text) {
        Ok(amount) => Some(amount),
        // A number it is, and none that can be compared to the last digit.
        Err(AmountError::NotANumber(_)) if begins_with_a_digit(text) => {
            d.error(node.span, format!("`{text}` has too many digits"))
                .help(format!(
                    "round it: {} of them behind the point count at the most",
                    Decimal::PLACES
                ));
            None
        }
        Err(AmountError::NotANumber(_)) => {
            d.error(
                node.span,
                format!("`{text}` is not a number that can be compared with"),
            )
            .help(format!(
                "`{}` is measured in {}",
                metric.id,
                metric.unit.hint()
            ));
            None
        }
        Err(AmountError::WrongUnit { given, expected }) if given.is_empty() => {
            d.error(node.span, format!("`{text}` has no unit"))
                .help(format!("`{}` is measured in {expected}", metric.id));
            None
        }
        Err(AmountError::WrongUnit { given, expected }) => {
            d.error(
                node.span,
                format!("`{given}` is no unit of `{}`", metric.id),
            )
            .label("wrong unit")
            .help(format!("it is measured in {expected}"));
            None
        }
    }
}

/// Whether a value can meet the bound at all.
fn possible(op: Op, bound: Decimal, node: &Node, metric: &Metric, d: &mut Diagnostics) -> bool {
    let Some(zero) = Decimal::new(0, 0) else {
        return true;
    };
    // Scores and the user's own units may be negative.
    if matches!(metric.unit, Unit::Points | Unit::Custom(_)) {
        return true;
    }
    if bound < zero {
        d.error(node.span, format!("`{}` is never below 0", metric.id));
        return false;
    }
    if bound == zero && op == Op::Below {
        d.error(node.span, format!("no value of `{}` is below 0", metric.id))
            .help("write `\"== 0\"`");
        return false;
    }
    let all = Decimal::new(100, 0).filter(|_| metric.unit == Unit::Percent);
    match all.map(|all| bound.cmp(&all)) {
        Some(Ordering::Greater) => {
            d.error(node.span, "a percentage is at most 100 %");
            false
        }
        Some(Ordering::Equal) if op == Op::Above => {
            d.error(node.span, "no percentage is above 100 %")
                .help("write `\">= 100%\"`: it holds for exactly all");
            false
        }
        _ => true,
    }
}

/// Whether the bound stops the metric from getting worse; one that stops it from getting better is noted.
fn along(op: Op, rest: &str, node: &Node, metric: &Metric, d: &mut Diagnostics) -> Option<()> {
    let (word, right) = match (op, metric.better) {
        (Op::AtLeast, Better::Lower) => ("lower", "<="),
        (Op::Above, Better::Lower) => ("lower", "<"),
        (Op::AtMost, Better::Higher) => ("higher", ">="),
        (Op::Below, Better::Higher) => ("higher", ">"),
        _ => return Some(()),
    };
    d.error(
        node.span,
        format!(
            "`{}` of `{}` forbids it to get better: {word} is better",
            op.symbol(),
            metric.id
        ),
    )
    .help(format!(
        "write `\"{right} {rest}\"`, or add `against_direction: true` if that is what you want"
    ));
    None
}

/// Reads how far a value may fall behind the baseline's.
pub(in crate::config) fn tolerance(
    node: &Node,
    key: &str,
    metric: &Metric,
    d: &mut Diagnostics,
) -> Option<Regression> {
    let regression = difference(node, key, metric, d)?;
    if regression.tolerance < Decimal::new(0, 0)? {
        d.error(
            node.span,
            format!("`{key}` is how much may be lost: it is never negative"),
        );
        return None;
    }
    Some(regression)
}

/// Reads by how much a value has to be better than the baseline's. `drop` is the key that tolerates.
pub(in crate::config) fn improvement(
    node: &Node,
    drop: &str,
    metric: &Metric,
    d: &mut Diagnostics,
) -> Option<Regression> {
    let asked = difference(node, "improve_by", metric, d)?;
    if asked.tolerance <= Decimal::new(0, 0)? {
        let text = node.text().unwrap_or_default().trim();
        let tolerated = text.trim_start_matches('-');
        d.error(
            node.span,
            "`improve_by` is how much is to be gained: it is more than 0",
        )
        .help(format!("`{drop}: {tolerated}` says how much may be lost"));
        return None;
    }
    Some(Regression {
        tolerance: asked.tolerance.scaled(-1, 0)?,
        ..asked
    })
}

/// Reads an amount by which a value changes: points of a percentage, an amount in the metric's unit, or a share.
fn difference(node: &Node, key: &str, metric: &Metric, d: &mut Diagnostics) -> Option<Regression> {
    let text = node.text()?.trim();
    let (tolerance, relative) = if metric.unit == Unit::Percent {
        (points(node, key, text, d)?, false)
    } else if text.ends_with('%') {
        (amount_of(&Unit::Percent, node, text, d)?, true)
    } else {
        (amount(node, text, metric, d)?, false)
    };
    Some(Regression {
        tolerance,
        relative,
        text: format!("{key}: {text}"),
    })
}

/// An amount in percentage points.
fn points(node: &Node, key: &str, text: &str, d: &mut Diagnostics) -> Option<Decimal> {
    match Decimal::parse_prefix(text) {
        Some((points, rest)) if rest.trim() == "pp" => {
            if Decimal::new(100, 0).is_some_and(|all| points > all) {
                d.error(node.span, "a percentage changes by at most 100 points");
                return None;
            }
            Some(points)
        }
        Some((points, rest)) => {
            let rest = rest.trim();
            let what = match rest {
                "%" => "could mean percentage points or a share of the value".to_owned(),
                "" => "has no unit".to_owned(),
                _ => format!("is no change of a percentage: `{rest}` is no unit of it"),
            };
            d.error(node.span, format!("`{text}` {what}"))
                .help(format!("write percentage points: `{key}: {points}pp`"));
            None
        }
        None => {
            d.error(node.span, format!("`{text}` is not a number"))
                .help(format!("write percentage points: `{key}: 0.5pp`"));
            None
        }
    }
}

fn amount_of(unit: &Unit, node: &Node, text: &str, d: &mut Diagnostics) -> Option<Decimal> {
    unit.parse_amount(text)
        .map_err(|error| {
            d.error(node.span, error.to_string());
        })
        .ok()
}

/// Reads the confidence of a share of samples: the one that its interval has.
pub(in crate::config) fn of_share(node: &Node, d: &mut Diagnostics) -> Option<Decimal> {
    let read = confidence(node, d)?;
    #[allow(clippy::float_cmp, reason = "both are written as whole numbers")]
    if read.to_f64() != Share::CONFIDENCE {
        d.error(
            node.span,
            format!("the interval of a share is at {}%", Share::CONFIDENCE),
        )
        .help(format!("write `confidence: {}%`", Share::CONFIDENCE));
        return None;
    }
    Some(read)
}

/// Reads a confidence.
pub(in crate::config) fn confidence(node: &Node, d: &mut Diagnostics) -> Option<Decimal> {
    let text = node.text()?;
    let confidence = Unit::Percent.parse_amount(text).ok();
    let range = Decimal::new(50, 0).zip(Decimal::new(100, 0));
    let confidence = confidence
        .zip(range)
        .filter(|(value, (low, high))| value >= low && value < high);
    if confidence.is_none() {
        d.error(node.span, format!("`{text}` is no confidence"))
            .help("write a percentage from 50 % to below 100 %; the usual one is `95%`");
    }
    confidence.map(|(value, _)| value)
}
