//! GitLab Code Quality: an array that the merge request's widget compares with the target branch's.

use serde_json::{Value, json};

use super::fingerprint::Fingerprints;
use super::json::pretty;
use super::view::{Annotation, Level, MOST, View};
use crate::render::json::v1;
use crate::text::escape::{visible, visible_lines};
use crate::text::fit;

/// The longest description, in characters: it is shown on one line of a list.
const DESCRIPTION: usize = 1_000;

/// The array. GitLab takes nothing without a file, so what has no place stands at the line of the policy that holds the
/// rule; what has neither is not in it.
pub fn render(view: &View) -> String {
    let mut names = Fingerprints::default();
    let annotations = view.annotations();
    let entries = annotations.iter().map(|it| (names.next(it), it));
    let entries = entries.filter_map(|(name, it)| entry(name, it)).take(MOST);
    pretty(&entries.collect::<Vec<Value>>())
}

fn entry(fingerprint: String, annotation: &Annotation<'_>) -> Option<Value> {
    let place = annotation.anchor()?;
    let text = format!("{}: {}", annotation.title(), annotation.message());
    let text = visible_lines(&text).replace('\n', "; ");
    Some(json!({
        "description": fit::cut(&text, DESCRIPTION),
        "check_name": annotation.code(),
        "fingerprint": fingerprint,
        "severity": severity(annotation),
        "location": {
            "path": visible(&place.path),
            // A whole file is marked at its top.
            "lines": { "begin": place.line.max(1), "end": place.end_line.max(place.line).max(1) },
        },
    }))
}

/// What fails the build is critical, and a blocker where the report itself is broken: nobody knows then what else is.
fn severity(annotation: &Annotation<'_>) -> &'static str {
    let must = annotation
        .gate()
        .is_none_or(|gate| gate.level == v1::Level::Must);
    match annotation.level {
        Level::Error if annotation.gate().is_none() => "blocker",
        Level::Error => "critical",
        Level::Warning if must => "major",
        Level::Warning => "minor",
        Level::Notice => "info",
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

    #[test]
    fn each_entry_has_what_gitlab_asks_for() {
        // https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
        let schema = json!({
            "type": "array",
            "items": {
                "type": "object",
                "required": ["description", "check_name", "fingerprint", "severity", "location"],
                "properties": {
                    "description": { "type": "string", "minLength": 1 },
                    "check_name": { "type": "string", "minLength": 1 },
                    "fingerprint": { "type": "string", "pattern": "^[0-9a-f]{16}$" },
                    "severity": { "enum": ["info", "minor", "major", "critical", "blocker"] },
                    "location": {
                        "required": ["path", "lines"],
                        "properties": {
                            "path": { "type": "string", "pattern": "^(?!\\./|/)." },
                            "lines": {
                                "required": ["begin"],
                                "properties": { "begin": { "type": "integer", "minimum": 1 } },
                            },
                        },
                    },
                },
            },
        });
        let validator = jsonschema::validator_for(&schema).unwrap();
        for (name, document) in fixtures::all() {
            let entries: Value = serde_json::from_str(&render(&View::new(&document))).unwrap();
            validator
                .validate(&entries)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(entries.as_array().unwrap().len() <= MOST, "{name}");
        }
    }

    #[test]
    fn what_has_no_place_stands_at_its_rule() {
        let entries: Value = serde_json::from_str(&render(&fixtures::view("tool_error"))).unwrap();
        assert_eq!(entries[0]["location"]["path"], "andon.yaml");
        assert_eq!(entries[0]["location"]["lines"]["begin"], 12);
        let mut view = fixtures::view("tool_error");
        view.gates[0].origin = "preset recommended".to_owned();
        assert_eq!(render(&view), "[]\n");
    }
}
