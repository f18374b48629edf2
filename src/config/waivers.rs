//! Waivers.

use jiff::civil::Date;

use super::diagnostics::Diagnostics;
use super::gates::Written;
use super::node::Node;
use super::patterns;
use super::settings::texts;
use crate::domain::gate::counts_tests_by_name;
use crate::domain::gate::policy::{Selector, Waiver};
use crate::text::suggest::closest;

/// The waivers of a policy, in the order written.
pub(in crate::config) fn read(
    document: &Node,
    gates: &[Written],
    d: &mut Diagnostics,
) -> Vec<Waiver> {
    let waivers = document.items_at("waivers").iter();
    waivers.filter_map(|node| waiver(node, gates, d)).collect()
}

fn waiver(node: &Node, gates: &[Written], d: &mut Diagnostics) -> Option<Waiver> {
    if let Some(gate) = node.get("gate") {
        check_gate(gate, node, gates, d);
    }
    for key in ["paths", "tests"] {
        if let Some(list) = node.get(key)
            && list.text().is_none()
            && list.items().is_empty()
        {
            d.error(list.span, format!("`{key}` names nothing"))
                .help(format!(
                    "name what is excepted, or leave `{key}` out to waive the gate as a whole"
                ));
        }
    }
    let tests = node.items_at("tests");
    let expires = node.get("expires").and_then(|node| date(node, d));
    let paths = node.items_at("paths");
    let text = |key: &str| node.text_at(key).map(str::to_owned);
    Some(Waiver {
        gate: text("gate")?,
        paths: patterns::set(paths),
        path_texts: texts(paths),
        tests: patterns::tests(tests, d),
        test_texts: texts(tests),
        reason: text("reason")?,
        owner: text("owner")?,
        expires: expires?,
        origin: d.sources.origin(node.span),
    })
}

fn check_gate(node: &Node, waiver: &Node, gates: &[Written], d: &mut Diagnostics) {
    let Some(name) = node.text() else { return };
    let (paths, tests) = (waiver.get("paths"), waiver.get("tests"));
    let waived = |written: &&Written| written.gate.id == name || written.gate.metric.id == name;
    let mut waived = gates.iter().filter(waived).peekable();
    if waived.peek().is_none() {
        let names = gates
            .iter()
            .flat_map(|written| [written.gate.id.as_str(), &*written.gate.metric.id]);
        d.error(
            node.span,
            format!("the policy has no gate `{name}` to waive"),
        )
        .help("name the id of a gate, or a metric for all its gates")
        .did_you_mean(closest(name, names));
        return;
    }
    if let Some(tests) = tests {
        if paths.is_some() {
            d.error(
                tests.span,
                "a waiver covers paths or tests, not both".to_owned(),
            )
            .help("write two waivers");
        } else if !waived
            .clone()
            .any(|written| counts_tests_by_name(&written.gate.metric.id))
        {
            d.error(
                tests.span,
                format!("gate `{name}` does not count tests by name, so no test of it can be waived"),
            )
            .help("tests can be waived for gates on tests.failed, tests.errored, tests.flaky, tests.pass_rate, tests.broken, tests.still_failing, tests.newly_skipped, tests.newly_flaky and tests.slower");
        }
    }
    let pathless = |written: &Written| {
        matches!(
            written.gate.selector,
            Selector::Project | Selector::Component(_)
        )
    };
    if let Some(paths) = paths
        && waived.all(pathless)
    {
        d.error(
            paths.span,
            format!("gate `{name}` is not judged by path, so no path of it can be waived"),
        )
        .help("leave `paths` out to waive the gate as a whole");
    }
}

fn date(node: &Node, d: &mut Diagnostics) -> Option<Date> {
    let text = node.text()?;
    let date = text.parse::<Date>().ok().filter(|_| text.len() == 10);
    if date.is_none() {
        let numbers = text.split('-').all(|part| part.parse::<u32>().is_ok());
        let problem = if numbers && text.len() == 10 {
            "is no day of the calendar"
        } else {
            "is no date"
        };
        d.error(node.span, format!("`{text}` {problem}"))
            .help("write year, month and day: `2027-01-31`");
    }
    date
}
