//! For how long what is kept in the history.

use jiff::SignedDuration;

use super::diagnostics::Diagnostics;
use super::node::Node;
use crate::domain::event::Sampling;
use crate::domain::past::{Keep, Rotation};
use crate::domain::unit::Unit;

/// Days of a year, for a span of years: leap days belong to nobody.
const YEAR: f64 = 365.0;

/// Whether the policy wants reads and deletions logged.
pub(in crate::config) fn audits(document: &Node) -> bool {
    is_on(document, "audit")
}

/// Whether the policy wants all repositories and folders judged together.
pub(in crate::config) fn everywhere(document: &Node) -> bool {
    is_on(document, "everywhere")
}

fn is_on(document: &Node, key: &str) -> bool {
    let history = document.get("history");
    let flag = history.and_then(|history| history.get(key));
    flag.and_then(Node::flag).unwrap_or(false)
}

/// Of which metrics only a share of the events is kept.
pub(in crate::config) fn sampling(document: &Node, d: &mut Diagnostics) -> Sampling {
    let mut sampling = Sampling::default();
    let entries = document.get("sample").map_or(&[][..], Node::entries);
    for entry in entries {
        match entry.value.text().map(str::parse) {
            Some(Ok(share)) => {
                sampling.metrics.insert(entry.key.clone(), share);
            }
            Some(Err(what)) => {
                d.error(entry.value.span, what);
            }
            None => {}
        }
    }
    sampling
}

pub(in crate::config) fn read(document: &Node, d: &mut Diagnostics) -> Keep {
    let Some(node) = document.get("keep") else {
        return Keep::default();
    };
    let mut span_at = |key: &str| {
        let node = node.get(key)?;
        let text = node.text()?;
        let span = span(text);
        if span.is_none() {
            d.error(
                node.span,
                format!("`{text}` is no span for which to keep something"),
            )
            .help("write it in days, weeks or years, from 1 day to 100 years: `30d`, `26w`, `2y`");
        }
        span
    };
    Keep {
        events: span_at("events"),
        runs: span_at("runs"),
        rotation: match node.text_at("rotate") {
            Some("daily") => Rotation::Daily,
            _ => Rotation::Monthly,
        },
    }
}

/// A span from a day to a hundred years.
#[allow(
    clippy::cast_possible_truncation,
    reason = "a number of seconds of known range"
)]
fn span(text: &str) -> Option<SignedDuration> {
    let text = text.trim();
    let years = ["years", "year", "y"]
        .iter()
        .find_map(|unit| text.strip_suffix(unit));
    let days = match years {
        Some(number) => number.trim().parse::<f64>().ok()? * YEAR,
        None => Unit::Seconds.parse_amount(text).ok()?.to_f64() / 86_400.0,
    };
    let lawful = (1.0..=100.0 * YEAR).contains(&days);
    lawful.then(|| SignedDuration::from_secs((days * 86_400.0) as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_days_weeks_and_years() {
        let days = |text: &str| span(text).map(|span| span.as_hours() / 24);
        assert_eq!(
            [days("30d"), days("2 weeks"), days("2y")],
            [Some(30), Some(14), Some(730)]
        );
        for text in [
            "", "5", "1h", "0d", "-3d", "101y", "NaNy", "infy", "y", "1e300d",
        ] {
            assert_eq!(days(text), None, "{text}");
        }
    }
}
