//! A backtest as a table for spreadsheets: a line for each alarm and each firing, and one for each gate and alert without any.

use super::Told;
use crate::domain::backtest::{Alarm, AlertReplay, Firing, GateReplay, Then};
use crate::domain::value::Value;
use crate::text::escape::csv::cell;
use crate::text::number;

const HEAD: [&str; 15] = [
    "kind", "id", "metric", "unit", "required", "judged", "missed", "proposed", "commit", "at",
    "series", "value", "why", "then", "until",
];

/// As CSV.
///
/// # Errors
/// None that occurs: memory is written to.
pub fn csv(told: &Told<'_>) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEAD)?;
    let mut add = |row: Vec<String>| {
        let cells: Vec<_> = row.iter().map(|text| cell(text)).collect();
        writer.write_record(cells.iter().map(|cell| cell.as_bytes()))
    };
    for gate in &told.backtest.gates {
        for alarm in or_none(&gate.alarms) {
            add(alarm_row(gate, alarm))?;
        }
    }
    for alert in told.alerts {
        for firing in or_none(&alert.firings) {
            add(firing_row(alert, firing))?;
        }
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Each, or once nothing.
fn or_none<T>(all: &[T]) -> Vec<Option<&T>> {
    match all {
        [] => vec![None],
        all => all.iter().map(Some).collect(),
    }
}

fn alarm_row(gate: &GateReplay, alarm: Option<&Alarm>) -> Vec<String> {
    let text = |of: fn(&Alarm) -> String| alarm.map_or_else(String::new, of);
    let proposed = gate
        .proposal
        .map(|proposal| format!("{} {}", proposal.op.symbol(), proposal.value.to_f64()));
    vec![
        "gate".to_owned(),
        gate.id.clone(),
        gate.metric.id.to_string(),
        gate.metric.unit.symbol().to_owned(),
        gate.requirement.clone(),
        gate.judged.to_string(),
        gate.missed.to_string(),
        proposed.unwrap_or_default(),
        text(|alarm| alarm.commit.clone()),
        text(|alarm| alarm.at.to_string()),
        String::new(),
        text(|alarm| {
            let value = alarm.value.map(Value::to_f64);
            value.map_or_else(String::new, number::exact)
        }),
        text(|alarm| alarm.distance.clone()),
        text(|alarm| match &alarm.then {
            Then::Reverted(by) => format!("reverted by {by}"),
            Then::Fixed { commit, .. } if commit.is_empty() => "fixed".to_owned(),
            Then::Lapsed { commit, .. } if commit.is_empty() => "lapsed".to_owned(),
            Then::Fixed { commit, .. } => format!("fixed by {commit}"),
            Then::Lapsed { commit, .. } => format!("lapsed at {commit}"),
            Then::Open => "open".to_owned(),
        }),
        text(|alarm| alarm.until.map_or_else(String::new, |at| at.to_string())),
    ]
}

fn firing_row(alert: &AlertReplay, firing: Option<&Firing>) -> Vec<String> {
    let text = |of: fn(&Firing) -> String| firing.map_or_else(String::new, of);
    vec![
        "alert".to_owned(),
        alert.id.clone(),
        String::new(),
        String::new(),
        String::new(),
        alert.judged.to_string(),
        alert.firing.to_string(),
        String::new(),
        text(|firing| firing.commit.clone()),
        text(|firing| firing.at.to_string()),
        text(|firing| firing.series.clone()),
        String::new(),
        text(|firing| firing.why.clone()),
        text(|firing| match firing.until {
            Some(_) => "quiet".to_owned(),
            None => "open".to_owned(),
        }),
        text(|firing| firing.until.map_or_else(String::new, |at| at.to_string())),
    ]
}
