//! Alerts for the job summary.

use super::loud::{count, loud};
use super::news::shown;
use crate::domain::watch::{Alert, Rule, State};
use crate::render::most::{Most, TOGETHER};
use crate::text::escape::markdown::{code, prose};
use crate::text::plural;

/// A heading, and a table of the alerts that are not quiet or have become better.
pub fn render(alerts: &[Alert], rules: &[Rule], most: Most) -> String {
    let mut loud = loud(alerts, rules, false);
    let more = most.cut(&mut loud);
    let head = match count(alerts, State::Firing) {
        0 => "No alert is firing".to_owned(),
        count => format!("{} firing", plural::s(count, "alert")),
    };
    let mut text = format!("### {head}\n\n");
    if !loud.is_empty() {
        text += "| State | Alert | Series | Why | Owner | Runbook |\n| --- | --- | --- | --- | --- | --- |\n";
    }
    for alert in &loud {
        let rule = rules.iter().find(|rule| rule.name == alert.rule);
        let cell = |text: Option<&String>| text.map_or_else(String::new, |text| code(&shown(text)));
        text += &format!(
            "| {} | {} | {} | {} | {} | {} |\n",
            alert.state.word(),
            code(&shown(&alert.rule)),
            code(&shown(&alert.series)),
            prose(&shown(&alert.why)),
            cell(rule.and_then(|rule| rule.owner.as_ref())),
            cell(rule.and_then(|rule| rule.runbook.as_ref())),
        );
    }
    let line = more.line(TOGETHER);
    text += &line.map_or_else(String::new, |line| format!("\n{line}\n"));
    text + &format!("\n{} quiet\n", count(alerts, State::Quiet))
}
