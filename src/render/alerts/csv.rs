//! What came of every rule, as CSV.

use crate::domain::watch::{Alert, Rule};
use crate::text::escape::csv::cell;

const HEAD: [&str; 9] = [
    "alert", "series", "state", "why", "better", "since", "level", "owner", "runbook",
];

/// A row for each series of each alert, quiet ones too, with what JSON has. What there is not is an empty cell.
///
/// # Errors
/// When a row cannot be written, which memory alone could be the reason of.
pub fn render(alerts: &[Alert], rules: &[Rule]) -> Result<String, csv::Error> {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    writer.write_record(HEAD)?;
    for alert in alerts {
        let rule = rules.iter().find(|rule| rule.name == alert.rule);
        let of_rule = |text: fn(&Rule) -> Option<&str>| rule.and_then(text).unwrap_or_default();
        let since = alert.since.map_or_else(String::new, |at| at.to_string());
        let better = alert.better.to_string();
        let row = [
            &*alert.rule,
            &alert.series,
            alert.state.word(),
            &alert.why,
            &better,
            &since,
            rule.map_or("", |rule| rule.level.word()),
            of_rule(|rule| rule.owner.as_deref()),
            of_rule(|rule| rule.runbook.as_deref()),
        ];
        writer.write_record(row.map(|text| cell(text).into_owned()))?;
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
