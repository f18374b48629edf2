//! TeamCity: service messages. A build problem per failing gate, an inspection per place, a statistic per figure.

use std::collections::BTreeSet;

use super::view::{Annotation, Group, Level, MOST, Row, View};
use crate::domain::report::coverage::key_of;
use crate::text::escape::teamcity::value;
use crate::text::escape::visible;
use crate::text::fit;

/// The longest description and message, in characters, as TeamCity cuts them.
const MESSAGE: usize = 4_000;
/// The longest name of an inspection.
const NAME: usize = 255;

/// The messages, one a line.
pub fn render(view: &View) -> String {
    let mut out: Vec<String> = Vec::new();
    for gate in view.group(Group::Failing) {
        let text = [
            gate.subject(),
            gate.judgement(),
            gate.distance.clone(),
            gate.remedy.clone(),
        ];
        let text: Vec<String> = text.into_iter().filter(|part| !part.is_empty()).collect();
        out.push(problem(&format!("gate {}", gate.id), &text.join(": ")));
    }
    for it in view.annotations().iter().filter(|it| it.gate().is_none()) {
        out.push(match it.level {
            Level::Error => problem(&it.identity(), &it.message()),
            Level::Warning | Level::Notice => warning(&it.message()),
        });
    }
    inspections(view, &mut out);
    let mut keys = BTreeSet::new();
    for fact in view.overview.iter().flat_map(|family| &family.facts) {
        if fact.scope.is_empty() && keys.insert(&fact.metric) {
            let key = value(&fit::cut(&visible(&fact.metric), NAME));
            // Thirteen digits are read; four after the point are enough for any chart.
            let number = (fact.number * 1e4).round() / 1e4;
            out.push(format!(
                "buildStatisticValue key='andon.{key}' value='{number}'"
            ));
        }
    }
    out.iter()
        .map(|message| format!("##teamcity[{message}]\n"))
        .collect()
}

/// Its identity is what tells TeamCity that it is the one of the last build: at most 60 characters.
fn problem(identity: &str, text: &str) -> String {
    let description = value(&fit::cut(text, MESSAGE));
    let identity = key_of(identity);
    format!("buildProblem description='andon: {description}' identity='andon-{identity:016x}'")
}

/// A line of the log that is marked as a warning.
fn warning(text: &str) -> String {
    let text = value(&fit::cut(text, MESSAGE));
    format!("message text='andon: {text}' status='WARNING'")
}

fn inspections(view: &View, out: &mut Vec<String>) {
    let mut types = BTreeSet::new();
    let annotations = view.annotations();
    let placed = annotations
        .iter()
        .filter_map(|it| Some((it, it.gate()?, it.place()?)));
    for (annotation, gate, place) in placed.take(MOST) {
        let id = format!("andon-{:016x}", key_of(&gate.id));
        if types.insert(&gate.id) {
            out.push(inspection_type(&id, gate));
        }
        let line = match place.line {
            0 => String::new(),
            line => format!(" line='{line}'"),
        };
        out.push(format!(
            "inspection typeId='{id}' message='{}' file='{}'{line} SEVERITY='{}'",
            value(&fit::cut(&annotation.message(), MESSAGE)),
            value(&fit::cut(&visible(&place.path), MESSAGE)),
            severity(annotation),
        ));
    }
}

fn inspection_type(id: &str, gate: &Row) -> String {
    let name = value(&fit::cut(&visible(&gate.subject()), NAME));
    let text = format!("{} {}", gate.title, gate.requirement);
    let description = value(&fit::cut(&text, MESSAGE));
    format!("inspectionType id='{id}' name='{name}' category='andon' description='{description}'")
}

fn severity(annotation: &Annotation<'_>) -> &'static str {
    match annotation.level {
        Level::Error => "ERROR",
        Level::Warning => "WARNING",
        Level::Notice => "INFO",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixtures;

    #[test]
    fn shows_each_fixture() {
        for (name, view) in fixtures::views() {
            insta::assert_snapshot!(name, render(&view));
        }
    }

    /// The manual's grammar of a message with several attributes.
    fn is_message(line: &str) -> bool {
        let form = r"^##teamcity\[[a-zA-Z]+( [a-zA-Z]+='([^'|\[\]\n\r]|\|['|n\[\]]|\|0x[0-9A-F]{4})*')+\]$";
        regex::Regex::new(form).unwrap().is_match(line)
    }

    #[test]
    fn each_line_is_one_message() {
        assert!(!is_message("##teamcity[a b='it's']"));
        for (name, document) in fixtures::all() {
            let text = render(&View::new(&document));
            assert!(text.is_ascii(), "{name}");
            assert!(
                text.matches("##teamcity[inspection ").count() <= MOST,
                "{name}"
            );
            for line in text.lines().take(500) {
                assert!(is_message(line), "{name}: {line}");
            }
        }
    }
}
