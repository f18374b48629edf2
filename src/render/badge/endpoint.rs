//! The JSON that shields.io draws a badge from (`https://shields.io/badges/endpoint-badge`).

use serde_json::json;

use super::face::Face;
use crate::render::json::pretty;
use crate::render::json::v1::Word;
use crate::render::view::View;

/// The badge of the verdict, or of a metric.
pub fn render(view: &View, metric: Option<&str>) -> String {
    let face = Face::of(view, metric);
    pretty(&json!({
        "schemaVersion": 1,
        "label": face.label,
        "message": face.message,
        "color": face.colour.name,
        // Keeps a page from giving a failure another colour.
        "isError": metric.is_none() && view.word == Word::Fail,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixtures;

    #[test]
    fn shows_each_fixture() {
        for (name, view) in fixtures::views() {
            insta::assert_snapshot!(name, render(&view, None));
        }
    }

    #[test]
    fn it_is_as_shields_documents_it() {
        let schema = json!({
            "type": "object",
            "required": ["schemaVersion", "label", "message"],
            "additionalProperties": false,
            "properties": {
                "schemaVersion": { "const": 1 },
                "label": { "type": "string" },
                "message": { "type": "string", "minLength": 1 },
                "color": { "enum": ["brightgreen", "yellow", "red", "blue", "lightgrey"] },
                "isError": { "type": "boolean" },
            },
        });
        let validator = jsonschema::validator_for(&schema).unwrap();
        for (name, document) in fixtures::all() {
            for metric in [None, Some("tests.failed"), Some("\u{202E}##[x]")] {
                let badge = render(&View::new(&document), metric);
                let badge = serde_json::from_str(&badge).unwrap();
                validator
                    .validate(&badge)
                    .unwrap_or_else(|error| panic!("{name}: {error}"));
            }
        }
    }
}
