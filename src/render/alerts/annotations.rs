//! Alerts as annotations of GitHub Actions.

use super::news::shown;
use crate::domain::gate::policy::Level;
use crate::domain::watch::{Alert, Rule, State};
use crate::text::escape::workflow::{data, property};

/// One workflow command for each alert that fires.
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
            let text = data(&format!("{}: {}", shown(&alert.series), shown(&alert.why)));
            format!("::{command} title={title}::{text}\n")
        })
        .collect()
}
