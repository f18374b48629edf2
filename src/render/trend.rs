//! Trends and what moves with what.

use anstyle::{AnsiColor, Style};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::answer::spark::spark;
use super::table::{Cell, Line, align};
use crate::domain::metric::Better;
use crate::domain::stats::NoAnswer;
use crate::domain::watch::{Correlation, Outlook, Track};
use crate::text::{number, plural};

/// Columns of a sparkline.
const SPARK: usize = 40;

/// A series with its outlook, and which way it is better.
#[derive(Debug, Clone)]
pub struct Followed {
    /// The series.
    pub track: Track,
    /// Where it goes.
    pub outlook: Outlook,
    /// Which way it is better.
    pub better: Better,
}

/// Each series with a sparkline, its verdict, its slope and its forecast.
pub fn table(all: &[Followed], columns: usize, colour: bool) -> String {
    let mut out = String::new();
    for Followed {
        track,
        outlook,
        better,
    } in all
    {
        let values: Vec<f64> = outlook.points.iter().map(|(_, value)| *value).collect();
        let drawn: Vec<Option<f64>> = values.iter().copied().map(Some).collect();
        let shown = |value: f64| number::format(value, track.key.unit.symbol());
        Line::new()
            .styled(Style::new().bold(), &track.label())
            .write(&mut out, columns, colour);
        let mut rows = vec![vec![
            Cell::new(plural::s(values.len() as u64, "run")),
            Cell::new(format!(
                "{}  {} to {}",
                spark(&drawn, SPARK),
                values
                    .first()
                    .map_or_else(String::new, |value| shown(*value)),
                values
                    .last()
                    .map_or_else(String::new, |value| shown(*value)),
            )),
        ]];
        let (style, verdict, slope) = match &outlook.trend {
            Err(lack) => (AnsiColor::Yellow.on_default(), insufficient(lack), None),
            Ok(trend) => {
                let word = match (trend.found, trend.per_day < 0.0) {
                    (false, _) => "no trend",
                    (true, true) => "falls",
                    (true, false) => "rises",
                };
                let worse = match (trend.found, better) {
                    (true, Better::Neither) | (false, _) => "",
                    (true, _) if trend.worsens(*better) => ", for the worse",
                    (true, _) => ", for the better",
                };
                let style = match trend.worsens(*better) {
                    true => AnsiColor::Red.on_default(),
                    false => Style::new(),
                };
                let drift = trend.drift.map_or_else(String::new, |drift| {
                    format!(", {:+.1} % in all", drift * 100.0)
                });
                let slope = format!(
                    "{} a day (95 %: {} to {}){drift}",
                    signed(trend.per_day, shown),
                    signed(trend.low, shown),
                    signed(trend.high, shown),
                );
                (
                    style,
                    format!("{word}{worse} (Mann-Kendall p {:.4})", trend.p),
                    Some(slope),
                )
            }
        };
        rows.push(vec![Cell::new("trend"), Cell::styled(style, verdict)]);
        rows.extend(slope.map(|slope| vec![Cell::new("slope"), Cell::new(slope)]));
        let day = outlook.ahead.strftime("%Y-%m-%d");
        let forecast = match &outlook.forecast {
            Ok(forecast) => format!(
                "{} on {day} (95 %: {} to {})",
                shown(forecast.value),
                shown(forecast.low),
                shown(forecast.high)
            ),
            Err(NoAnswer::OutOfRange) => {
                format!("none for {day}: further ahead than the series reaches back")
            }
            Err(lack) => format!("none: {lack}"),
        };
        rows.push(vec![Cell::new("forecast"), Cell::new(forecast)]);
        for line in align(&rows, 2, columns) {
            line.write(&mut out, columns, colour);
        }
    }
    out
}

fn signed(value: f64, shown: impl Fn(f64) -> String) -> String {
    let sign = if value < 0.0 { "-" } else { "+" };
    format!("{sign}{}", shown(value.abs()))
}

fn insufficient(lack: &NoAnswer) -> String {
    format!("insufficient data: {lack}")
}

/// The same as JSON, version 1.
pub fn json(all: &[Followed]) -> Value {
    let each = all.iter().map(
        |Followed {
             track,
             outlook,
             better,
         }| {
            let trend = match &outlook.trend {
                Ok(trend) => json!({
                    "found": trend.found,
                    "worse": trend.worsens(*better),
                    "per_day": trend.per_day,
                    "interval": [trend.low, trend.high],
                    "p": trend.p,
                    "drift": trend.drift,
                }),
                Err(lack) => json!({ "insufficient_data": lack.to_string() }),
            };
            let forecast = match &outlook.forecast {
                Ok(forecast) => json!({
                    "at": outlook.ahead.to_string(),
                    "value": forecast.value,
                    "interval": [forecast.low, forecast.high],
                }),
                Err(lack) => json!({ "insufficient_data": lack.to_string() }),
            };
            let point = |(at, value): &(Timestamp, f64)| json!([at.to_string(), value]);
            json!({
                "metric": track.key.name,
                "unit": track.key.unit.symbol(),
                "dimensions": track.key.dimensions,
                "runner": track.runner,
                "trend": trend,
                "forecast": forecast,
                "points": outlook.points.iter().map(point).collect::<Vec<_>>(),
            })
        },
    );
    json!({ "andon_trend": 1, "series": each.collect::<Vec<_>>() })
}

/// Two series, and how their changes go together.
#[derive(Debug, Clone)]
pub struct Pair {
    /// One.
    pub one: String,
    /// The other.
    pub other: String,
    /// How they go together, or why that cannot be told.
    pub found: Result<Correlation, NoAnswer>,
}

/// The pairs that move together, then how many do not, and of how many it cannot be told. `all` shows those too.
pub fn pairs(pairs: &[Pair], all: bool, columns: usize, colour: bool) -> String {
    let mut shown: Vec<&Pair> = pairs
        .iter()
        .filter(|pair| all || pair.found.as_ref().is_ok_and(|found| found.found))
        .collect();
    let strength = |pair: &&Pair| pair.found.as_ref().map_or(-1.0, |found| found.rho.abs());
    shown.sort_by(|a, b| strength(b).total_cmp(&strength(a)));
    let row = |pair: &&Pair| {
        let (verb, figures) = match &pair.found {
            Err(lack) => ("?", insufficient(lack)),
            Ok(found) => (
                match (found.found, found.rho < 0.0) {
                    (false, _) => "does not move with",
                    (true, false) => "moves with",
                    (true, true) => "moves against",
                },
                format!(
                    "{:+.2}, p {:.4}, {}",
                    found.rho,
                    found.p,
                    plural::s(found.points as u64, "change")
                ),
            ),
        };
        vec![
            Cell::new(&pair.one),
            Cell::new(verb),
            Cell::new(&pair.other),
            Cell::new(figures),
        ]
    };
    let rows: Vec<Vec<Cell>> = shown.iter().map(row).collect();
    let mut out = String::new();
    for line in align(&rows, 0, columns) {
        line.write(&mut out, columns, colour);
    }
    let together = pairs
        .iter()
        .filter(|pair| pair.found.as_ref().is_ok_and(|found| found.found))
        .count();
    let unknown = pairs.iter().filter(|pair| pair.found.is_err()).count();
    out += &format!(
        "{} of {} move together (Spearman on changes, p adjusted after Benjamini and Hochberg); insufficient data of {unknown}. Moving together is no cause.\n",
        together,
        plural::s(pairs.len() as u64, "pair"),
    );
    out
}

/// The same as JSON, version 1.
pub fn pairs_json(pairs: &[Pair]) -> Value {
    let each = pairs.iter().map(|pair| match &pair.found {
        Ok(found) => json!({
            "one": pair.one, "other": pair.other, "moves_with": found.found,
            "rho": found.rho, "p": found.p, "changes": found.points,
        }),
        Err(lack) => {
            json!({ "one": pair.one, "other": pair.other, "insufficient_data": lack.to_string() })
        }
    });
    json!({ "andon_correlations": 1, "pairs": each.collect::<Vec<_>>() })
}
