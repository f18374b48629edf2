//! Alerts for the terminal.

use std::borrow::Cow;

use anstyle::{AnsiColor, Style};

use super::loud::{count, loud};
use crate::domain::watch::{Alert, Rule, State};
use crate::render::most::{Most, TOGETHER};
use crate::render::table::{Cell, stacked};
use crate::text::escape::visible;
use crate::text::{fit, plural};

/// A table of what is not quiet or has become better (or of all), then who answers for what fires, then how many are quiet.
pub fn render(
    alerts: &[Alert],
    rules: &[Rule],
    (all, most): (bool, Most),
    columns: usize,
    colour: bool,
) -> String {
    let mut shown = loud(alerts, rules, all);
    let more = most.cut(&mut shown);
    let row = |alert: &Cow<'_, Alert>| {
        vec![
            Cell::styled(style(alert.state), alert.state.word()),
            Cell::new(&alert.rule),
            Cell::new(match alert.rule.contains(&alert.series) {
                true => "",
                false => &alert.series,
            }),
            Cell::new(&alert.why),
        ]
    };
    let rows: Vec<Vec<Cell>> = shown.iter().map(row).collect();
    let mut out = String::new();
    for line in stacked(&[], rows, &[2, 3], columns) {
        line.write(&mut out, columns, colour);
    }
    let line = more.line(TOGETHER).unwrap_or_default();
    for line in fit::wrap(&line, columns) {
        out += &format!("{line}\n");
    }
    let mut told: Vec<&str> = Vec::new();
    for alert in shown.iter().filter(|alert| alert.state == State::Firing) {
        let rule = rules.iter().find(|rule| rule.name == alert.rule);
        let Some(rule) = rule.filter(|rule| !told.contains(&rule.name.as_str())) else {
            continue;
        };
        told.push(&rule.name);
        let facts = [("owner", &rule.owner), ("runbook", &rule.runbook)];
        let facts: Vec<String> = facts
            .into_iter()
            .filter_map(|(name, text)| Some(format!("{name} {}", text.as_deref()?)))
            .collect();
        if !facts.is_empty() {
            let text = format!("{}: {}", rule.name, facts.join(", "));
            let text = fit::columns(&visible(&text), columns.saturating_mul(4)).into_owned();
            for text in fit::broken(&text, columns) {
                out += &format!("{text}\n");
            }
        }
    }
    let firing = plural::s(count(alerts, State::Firing), "alert");
    out += &format!("{firing} firing, {} quiet", count(alerts, State::Quiet));
    match count(alerts, State::Unconfirmed) {
        0 => {}
        open => out += &format!(", {open} unconfirmed"),
    }
    match count(alerts, State::Insufficient) {
        0 => {}
        lacking => out += &format!(", {lacking} without enough data"),
    }
    out.push('\n');
    out
}

fn style(state: State) -> Style {
    match state {
        State::Firing => AnsiColor::Red.on_default().bold(),
        State::Unconfirmed | State::Insufficient => AnsiColor::Yellow.on_default(),
        State::Quiet => AnsiColor::Green.on_default(),
    }
}
