//! Figures of single samples: `stat: p95`.

use jiff::SignedDuration;

use super::diagnostics::Diagnostics;
use super::node::Node;
use crate::domain::gate::following::Samples;
use crate::domain::series::Stat;
use crate::domain::unit::Unit;

/// How far back samples count where nothing is said: a week.
const USUAL: &str = "7d";
/// The longest spans: ten years.
const LONGEST: f64 = 3_660.0 * 86_400.0;

/// Reads what a gate asks of samples. `stat` is the figure.
pub(in crate::config) fn samples(gate: &Node, stat: &Node, d: &mut Diagnostics) -> Option<Samples> {
    let word = stat.text()?.trim();
    let figure = word.parse::<Stat>().ok().filter(|stat| {
        matches!(
            stat,
            Stat::Percentile(_) | Stat::Mean | Stat::Min | Stat::Max
        )
    });
    let Some(figure) = figure else {
        d.error(
            stat.span,
            format!("`{word}` is no figure that a gate judges"),
        )
        .help("write a percentile such as `p95`, or `median`, `mean`, `min` or `max`");
        return None;
    };
    let shown = gate.text_at("last").map_or(USUAL, str::trim);
    let last = match gate.get("last") {
        Some(node) => span(node, d)?,
        None => SignedDuration::from_hours(7 * 24),
    };
    let per = gate.text_at("per").map(|per| per.trim().to_owned());
    let of = per
        .as_ref()
        .map_or_else(String::new, |per| format!(" per {per}"));
    Some(Samples {
        text: format!("{figure}{of}, last {shown}:"),
        stat: figure,
        per,
        last,
        least: gate.get("min_samples").and_then(Node::whole).unwrap_or(1),
    })
}

/// Reads a length of time.
pub(in crate::config) fn span(node: &Node, d: &mut Diagnostics) -> Option<SignedDuration> {
    let text = node.text()?;
    let seconds = Unit::Seconds
        .parse_amount(text)
        .ok()
        .map(|amount| amount.to_f64());
    let seconds = seconds.filter(|seconds| (1.0..=LONGEST).contains(seconds));
    let span = seconds.and_then(|seconds| SignedDuration::try_from_secs_f64(seconds).ok());
    if span.is_none() {
        d.error(
            node.span,
            format!("`{text}` is no length of time that can be looked back"),
        )
        .help("write it in hours, days or weeks, up to ten years: `24h`, `7d`, `26w`");
    }
    span
}
