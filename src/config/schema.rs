//! The policy's JSON Schema, for editors. Made from [`super::keys`], the catalogue, the format registry and the presets.

use serde_json::{Map as Json, Value, json};

use super::keys::{Key, Map, POLICY, Shape};
use super::presets;
use super::scope::SCOPES;
use crate::domain::catalogue::CATALOGUE;
use crate::formats;

/// The schema, JSON Schema draft 2020-12.
pub fn schema() -> Value {
    let mut schema = object(&POLICY);
    if let Value::Object(fields) = &mut schema {
        let head = [
            ("$schema", "https://json-schema.org/draft/2020-12/schema"),
            ("title", "andon policy"),
            ("description", "What andon judges, and how: andon.yaml."),
        ];
        for (key, text) in head {
            fields.insert(key.to_owned(), json!(text));
        }
        // An empty file is an empty policy.
        fields.insert("type".to_owned(), json!(["object", "null"]));
    }
    schema
}

fn object(map: &Map) -> Value {
    // What is required can also come from an extended policy, where maps merge; so a gate needs its id or its metric
    // here, and the rest is left to the loader.
    let merges = !matches!(map.noun, "a report rule" | "a waiver");
    let required: Vec<&str> = map
        .keys
        .iter()
        .filter(|key| key.required && !merges)
        .map(|key| key.name)
        .collect();
    let properties: Json<String, Value> = map
        .keys
        .iter()
        .filter(|key| !matches!(key.shape, Shape::Later))
        .map(|key| (key.name.to_owned(), property(key)))
        .collect();
    let mut schema = json!({
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    if map.noun == "a gate" {
        schema["anyOf"] = json!([{ "required": ["metric"] }, { "required": ["id"] }]);
    }
    schema
}

fn property(key: &Key) -> Value {
    let mut schema = value(key.shape);
    if !key.required {
        schema = nullable(schema);
    }
    schema["description"] = json!(key.doc);
    schema
}

/// The schema or null: a key set to null is as if it were not given.
fn nullable(mut schema: Value) -> Value {
    match schema.get("type").cloned() {
        Some(Value::String(one)) if schema.get("enum").is_none() => {
            schema["type"] = json!([one, "null"]);
            schema
        }
        _ => json!({ "anyOf": [schema, { "type": "null" }] }),
    }
}

fn value(shape: Shape) -> Value {
    match shape {
        Shape::Text => json!({ "type": "string", "pattern": "\\S" }),
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Whole(least) => json!({ "type": "integer", "minimum": least }),
        Shape::Number(of) => json!({ "enum": of }),
        Shape::Amount => json!({ "type": ["string", "number"] }),
        Shape::Condition => json!({
            "type": "string",
            "pattern": "^\\s*(>=|<=|==|=|>|<|≥|≤)\\s*[-+]?[0-9.]",
            "examples": [">= 90%", "<= 7d", "== 0"],
        }),
        Shape::Choice(words) => json!({ "enum": words }),
        Shape::Scope => {
            let mut names: Vec<&str> = SCOPES.iter().map(|(name, _)| *name).collect();
            names.push("component");
            json!({ "anyOf": [{ "enum": names }, { "type": "string", "pattern": "^\\s*component\\s+\\S+\\s*$" }] })
        }
        Shape::Metric => {
            let ids: Vec<&str> = CATALOGUE.iter().map(|metric| &*metric.id).collect();
            let own = "^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*$";
            json!({ "anyOf": [{ "enum": ids }, { "type": "string", "pattern": own }] })
        }
        Shape::Format => {
            let ids: Vec<&str> = formats::registry().map(|format| format.id).collect();
            json!({ "enum": ids })
        }
        Shape::Extend => json!({ "anyOf": [
            { "enum": presets::names() },
            { "type": "string", "pattern": "\\.ya?ml$" },
        ] }),
        Shape::Glob => json!({ "type": "string", "pattern": "^[^/\\\\]" }),
        Shape::Date => {
            json!({ "type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" })
        }
        Shape::Labels => json!({
            "type": "object",
            "additionalProperties": { "type": ["string", "number", "boolean"] },
        }),
        Shape::List(item) => json!({ "type": "array", "items": value(*item) }),
        Shape::Table(of) => json!({ "type": "object", "additionalProperties": value(*of) }),
        Shape::Object(map) => object(map),
        Shape::Later => Value::Bool(false),
    }
}
