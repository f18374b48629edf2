//! Alerts as annotations of GitHub Actions.

use super::news::shown;
use crate::domain::consequence::Level;
use crate::domain::watch::{Alert, Rule, State};
use crate::text::escape::workflow::{data, property};

/// One workflow command for each alert that fires, with who answers for it and what to do.
pub fn render(alerts: &[Alert], rules: &[Rule]) -> String {
    let firing = alerts.iter().filter(|alert| alert.state == State::Firing);
    firing
        .map(|alert| {
            let rule = rules.iter().find(|rule| rule.name == alert.rule);
            let command = match rule.map(|rule| rule.level) {
                Some(Level::Must) => "error",
                Some(Level::Nice) => "notice",
                _ => "warning",
            };
            let title = property(&format!("Alert {}", shown(&alert.rule)));
            let facts = [
                ("owner", rule.and_then(|rule| rule.owner.as_deref())),
                ("runbook", rule.and_then(|rule| rule.runbook.as_deref())),
            ];
            let facts = facts
                .into_iter()
                .filter_map(|(name, text)| Some(format!("; {name} {}", shown(text?))));
            let why = format!("{}: {}", shown(&alert.series), shown(&alert.why));
            let text = data(&(why + &facts.collect::<String>()));
            format!("::{command} title={title}::{text}\n")
        })
        .collect()
}
