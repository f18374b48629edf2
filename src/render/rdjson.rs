//! Diagnostics for reviewdog, which writes them beside the changed lines of any code host.

use serde_json::{Value, json};

use super::json::pretty;
use super::view::{Annotation, Level, MOST, View};
use crate::text::escape::{visible, visible_lines};
use crate::text::fit;

/// The longest message, in characters: code hosts take 65,536 for a comment.
const MESSAGE: usize = 8_000;

/// The diagnostics (`rdjson`). What has no place stands at the line of the policy that holds the rule.
pub fn render(view: &View) -> String {
    let annotations = view.annotations();
    let shown = annotations.iter().take(MOST).map(diagnostic);
    let mut diagnostics: Vec<Value> = shown.collect();
    if let Some(more) = annotations.len().checked_sub(MOST).filter(|&more| more > 0) {
        let message = format!("andon: … and {more} more; the job summary lists them");
        diagnostics.push(json!({ "message": message, "severity": "INFO" }));
    }
    pretty(&json!({ "source": { "name": "andon" }, "diagnostics": diagnostics }))
}

fn diagnostic(annotation: &Annotation<'_>) -> Value {
    let text = format!("{}\n{}", annotation.title(), annotation.message());
    let mut diagnostic = json!({
        "message": fit::cut(&visible_lines(&text), MESSAGE),
        "severity": match annotation.level {
            Level::Error => "ERROR",
            Level::Warning => "WARNING",
            Level::Notice => "INFO",
        },
        "code": { "value": annotation.code() },
    });
    if let Some(place) = annotation.anchor() {
        let mut location = json!({ "path": visible(&place.path) });
        if let Some((first, last)) = place.run() {
            location["range"] = json!({ "start": { "line": first }, "end": { "line": last } });
        }
        diagnostic["location"] = location;
    }
    diagnostic
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
    fn it_is_as_reviewdog_publishes_it() {
        let schema = include_str!("../../tests/schemas/rdjson.json");
        let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
        for (name, document) in fixtures::all() {
            let text: Value = serde_json::from_str(&render(&View::new(&document))).unwrap();
            validator
                .validate(&text)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            let count = text["diagnostics"].as_array().unwrap().len();
            assert!(count <= MOST + 1, "{name}");
        }
    }
}
