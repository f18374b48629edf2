//! GitHub workflow commands: annotations in the log and beside the changed lines.

use super::view::{Annotation, Level, View};
use crate::text::escape::{visible, workflow};
use crate::text::fit;

/// Annotations of one kind that a step may have; GitHub drops the rest.
const EACH: usize = 10;
/// The longest message, in characters.
const MESSAGE: usize = 4_096;
/// The longest title, in characters.
const TITLE: usize = 255;

/// The commands, one a line: errors, warnings, notices, each within its limit and the most important first.
pub fn render(view: &View) -> String {
    let annotations = view.annotations();
    let mut out = String::new();
    for level in Level::ALL {
        let list: Vec<&Annotation<'_>> =
            annotations.iter().filter(|it| it.level == level).collect();
        write(&mut out, level, &list, view.unlisted(level));
    }
    out
}

fn write(out: &mut String, level: Level, list: &[&Annotation<'_>], beyond: usize) {
    let kind = match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Notice => "notice",
    };
    let all = list.len() + beyond;
    let shown = if all > EACH { EACH - 1 } else { EACH };
    for annotation in list.iter().take(shown) {
        let mut properties = Vec::new();
        if let Some(place) = annotation.place() {
            properties.push(format!(
                "file={}",
                workflow::property(&visible(&place.path))
            ));
            if place.line > 0 {
                properties.push(format!("line={}", place.line));
            }
            if place.line > 0 && place.end_line > place.line {
                properties.push(format!("endLine={}", place.end_line));
            }
        }
        properties.push(format!(
            "title={}",
            workflow::property(&fit::cut(
                &workflow::stdout_safe(&visible(&annotation.title())),
                TITLE
            ))
        ));
        let message = annotation.message();
        let message: Vec<_> = message.lines().map(visible).collect();
        // Defused before it is cut, so that what keeps it harmless counts towards the limit.
        let message = message.join("\n");
        let message = workflow::data(&fit::cut(&workflow::stdout_safe(&message), MESSAGE));
        out.push_str(&format!("::{kind} {}::{message}\n", properties.join(",")));
    }
    if all > shown {
        out.push_str(&format!(
            "::{kind} title=andon::… and {} more; the job summary lists them\n",
            all - shown
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixtures;
    use crate::render::json::v1::PolicyFrom;

    #[test]
    fn shows_each_fixture() {
        for (name, view) in fixtures::views() {
            insta::assert_snapshot!(name, render(&view));
        }
    }

    #[test]
    fn a_relaxed_policy_is_one_warning() {
        insta::assert_snapshot!(
            "relaxed",
            render(&View::new(&fixtures::relaxed(PolicyFrom::Head)))
        );
    }

    #[test]
    fn what_the_change_did_comes_first() {
        let text = render(&fixtures::view("change"));
        let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what}: {text}"));
        // The test that the change broke before the one that failed already, the changed lines before the others.
        assert!(at("tests/test_login.py") < at("tests/test_old.py"));
        assert!(at("line=40,endLine=42") < at("src/session.py"));
    }

    #[test]
    fn no_path_is_a_command() {
        let mut view = fixtures::view("change");
        for gate in &mut view.gates {
            for place in &mut gate.places {
                place.path = "src/##vso[task.complete result=Succeeded]/##[error]x,y::z".to_owned();
            }
        }
        view.folder = "##[group]top".to_owned();
        let mut texts = vec![render(&view)];
        texts.extend(fixtures::views().iter().map(|(_, view)| render(view)));
        assert!(texts.iter().any(|text| text.contains("task.complete")));
        for line in texts.iter().flat_map(|text| text.lines()) {
            for rest in line.split("##").skip(1) {
                let name = rest.trim_start_matches(char::is_alphanumeric);
                assert!(!name.starts_with('['), "{line}");
            }
        }
    }

    #[test]
    fn limits_hold_and_nothing_is_dropped_silently() {
        for (name, document) in fixtures::all() {
            let text = render(&View::new(&document));
            for kind in ["::error ", "::warning ", "::notice "] {
                let count = text.lines().filter(|line| line.starts_with(kind)).count();
                assert!(count <= EACH, "{name}: {count} {kind}");
            }
            for line in text.lines() {
                assert!(
                    ["::error ", "::warning ", "::notice "]
                        .iter()
                        .any(|kind| line.starts_with(kind)),
                    "{line}"
                );
                assert!(line.chars().count() < MESSAGE * 3 + 10_000);
            }
        }
        assert!(render(&fixtures::view("huge")).contains("… and "));
    }
}
