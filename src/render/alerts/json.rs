//! What came of every rule, as JSON.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::domain::watch::{Alert, Rule};

/// The document, version 1.
pub fn render(alerts: &[Alert], rules: &[Rule], now: Timestamp) -> Value {
    let each = alerts.iter().map(|alert| {
        let rule = rules.iter().find(|rule| rule.name == alert.rule);
        json!({
            "alert": alert.rule,
            "series": alert.series,
            "state": alert.state.word(),
            "why": alert.why,
            "better": alert.better,
            "since": alert.since.map(|since| since.to_string()),
            "level": rule.map(|rule| rule.level.word()),
            "owner": rule.and_then(|rule| rule.owner.as_deref()),
            "runbook": rule.and_then(|rule| rule.runbook.as_deref()),
        })
    });
    json!({ "andon_alerts": 1, "at": now.to_string(), "alerts": each.collect::<Vec<_>>() })
}
