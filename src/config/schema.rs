//! The policy's JSON Schema, for editors. Made from [`super::keys`], the catalogue, the format registry and the presets.

use serde_json::{Map as Json, Value, json};

use super::keys::{Key, Map, POLICY, Shape};
use super::presets;
use super::scope::{CHANGED, SCOPES};
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
            names.extend([CHANGED, "component", "benchmark"]);
            json!({ "anyOf": [{ "enum": names }, { "type": "string", "pattern": "^\\s*(component\\s+\\S+|benchmark\\s+\\S.*)\\s*$" }] })
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
        Shape::OneOrMany(item) => json!({ "anyOf": [
            value(*item),
            { "type": "array", "items": value(*item), "uniqueItems": true },
        ] }),
        Shape::Table(of) => json!({ "type": "object", "additionalProperties": value(*of) }),
        Shape::Object(map) => object(map),
        Shape::Rule(words, map) => {
            json!({ "anyOf": [{ "enum": with([true], words) }, object(map)] })
        }
        Shape::Switch(words) => json!({ "enum": with([true, false], words) }),
        Shape::Brief(words, map) => json!({ "anyOf": [{ "enum": words }, object(map)] }),
    }
}

/// Flags, and words that say the same.
fn with<const N: usize>(flags: [bool; N], words: &[&str]) -> Vec<Value> {
    let flags = flags.map(Value::from).into_iter();
    flags
        .chain(words.iter().copied().map(Value::from))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::{PRESETS, testing};
    use crate::platform::Files;

    /// The place of every map in the policy, with the schema's and the loader's view of it.
    fn each_map(
        shape: Shape,
        place: &str,
        schema: &Value,
        each: &mut dyn FnMut(&str, &'static Map, &Value),
    ) {
        match shape {
            Shape::Object(map) => {
                each(place, map, schema);
                for key in map.keys {
                    let below = &schema["properties"][key.name];
                    each_map(key.shape, &format!("{place}.{}", key.name), below, each);
                }
            }
            Shape::List(item) => each_map(*item, &format!("{place}[]"), &schema["items"], each),
            Shape::Table(of) => {
                each_map(
                    *of,
                    &format!("{place}.*"),
                    &schema["additionalProperties"],
                    each,
                );
            }
            _ => {}
        }
    }

    /// A policy in which the map at `place` has just this key.
    fn policy_with(place: &str, key: &str) -> String {
        let mut text = format!("{{ {key}: ~ }}");
        for part in place.rsplit('.').filter(|part| *part != "policy") {
            text = match part.strip_suffix("[]") {
                Some(part) => format!("{{ {part}: [{text}] }}"),
                None if part == "*" => format!("{{ name: {text} }}"),
                None => format!("{{ {part}: {text} }}"),
            };
        }
        text
    }

    fn complaints(text: &str) -> String {
        testing::load(text).err().unwrap_or_default()
    }

    #[test]
    fn schema_and_loader_know_the_same_keys() {
        let mut maps = 0;
        each_map(
            Shape::Object(&POLICY),
            "policy",
            &schema(),
            &mut |place, map, schema| {
                maps += 1;
                let properties = schema["properties"].as_object().unwrap();
                for key in properties.keys() {
                    let told = complaints(&policy_with(place, key));
                    assert!(!told.contains("has no key"), "{place} {key}: {told}");
                }
                for key in map.keys {
                    assert!(properties.contains_key(key.name), "{place} {}", key.name);
                }
                let told = complaints(&policy_with(place, "nonsense"));
                assert!(told.contains("has no key `nonsense`"), "{place}: {told}");
                assert_eq!(schema["additionalProperties"], false, "{place}");
            },
        );
        assert_eq!(maps, 16);
    }

    fn validator() -> jsonschema::Validator {
        jsonschema::draft202012::options()
            .should_validate_formats(true)
            .build(&schema())
            .unwrap()
    }

    fn document(text: &str) -> Value {
        serde_yaml::from_str(text).unwrap()
    }

    #[test]
    fn presets_and_good_policies_are_valid_and_wrong_ones_are_not() {
        assert!(jsonschema::meta::is_valid(&schema()));
        let validator = validator();
        for preset in PRESETS {
            let errors: Vec<String> = validator
                .iter_errors(&document(preset.text))
                .map(|e| e.to_string())
                .collect();
            assert!(errors.is_empty(), "{}: {errors:?}", preset.name);
        }
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/policies");
        for entry in std::fs::read_dir(folder.join("good")).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let text = Files.read_to_string(&path).unwrap();
                let document = document(&text);
                let errors: Vec<String> = validator
                    .iter_errors(&document)
                    .map(|e| e.to_string())
                    .collect();
                assert!(errors.is_empty(), "{}: {errors:?}", path.display());
            }
        }
        for name in [
            "unknown-keys",
            "types",
            "types-inside",
            "unknown-format",
            "over-time",
            "not-a-map",
        ] {
            let path = folder.join("bad").join(name).with_extension("yaml");
            let text = Files.read_to_string(&path).unwrap();
            assert!(!validator.is_valid(&document(&text)), "{name}");
        }
    }

    #[test]
    fn the_committed_schema_is_up_to_date() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/andon.schema.json");
        let fresh = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
        if std::env::vars_os().any(|(key, _)| key == "UPDATE_SCHEMA") {
            Files.write(&path, fresh.as_bytes()).unwrap();
        }
        let committed = Files.read_to_string(&path).unwrap_or_default();
        assert!(
            committed == fresh,
            "run the tests with UPDATE_SCHEMA=1 and commit docs/andon.schema.json"
        );
    }
}
