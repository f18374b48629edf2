//! A GitHub issue about one alert.

use super::news::shown;
use crate::domain::watch::{Alert, Rule};
use crate::text::escape::markdown::{code, prose};
use crate::text::fit;

/// Characters of a title.
const TITLE: usize = 200;

/// The title.
pub fn title(alert: &Alert) -> String {
    let title = format!("{} on {}", shown(&alert.rule), shown(&alert.series));
    format!("Alert: {}", fit::cut(&title, TITLE))
}

/// The text while it fires.
pub fn body(rule: &Rule, alert: &Alert) -> String {
    let mut lines = vec![
        format!(
            "{} on {} is firing: {}.",
            code(&alert.rule),
            code(&alert.series),
            prose(&alert.why)
        ),
        String::new(),
        format!("- Level: {}", rule.level.word()),
    ];
    lines.extend(
        rule.owner
            .as_deref()
            .map(|owner| format!("- Owner: {}", code(owner))),
    );
    lines.extend(
        rule.runbook
            .as_deref()
            .map(|runbook| format!("- Runbook: {}", code(runbook))),
    );
    lines.extend([
        String::new(),
        "`andon alerts` keeps this issue up to date, and closes it when the alert is over."
            .to_owned(),
    ]);
    lines.join("\n")
}

/// What is said when it is over.
pub fn over(alert: &Alert) -> String {
    format!("It is over: {}.", prose(&alert.why))
}
