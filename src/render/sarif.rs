//! SARIF 2.1.0, for GitHub's code scanning and every other reader of it: a rule per gate, a result per place.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::fingerprint::Fingerprints;
use super::json::{pretty, v1};
use super::view::{Annotation, Level, MOST, Mark, Place, Row, View};
use crate::domain::catalogue;
use crate::text::escape::{uri, visible, visible_lines};
use crate::text::fit;

/// The longest text, in characters: code scanning cuts a rule's at 1,024.
const SHORT: usize = 1_000;
/// The longest message.
const MESSAGE: usize = 4_000;
/// The longest name of a rule, as code scanning takes it.
const NAME: usize = 255;
/// The name of the fingerprint and of the way in which it is made.
const FINGERPRINT: &str = "andon/v1";
/// The rules of a run that code scanning takes.
const RULES: usize = 25_000;

/// The log. What has no place stands at the line of the policy that holds the rule, as code scanning takes no result
/// without a file; what has neither is a notification of the run.
pub fn render(view: &View) -> String {
    log(view, "", &[FINGERPRINT])
}

/// The log as it is sent to code scanning: with the one fingerprint that it looks at. GitHub's own uploader makes that
/// from the source and complains of another, so that a log for it must not have it. `key` tells the log from others of
/// the same commit; it may be empty.
pub fn render_for_code_scanning(view: &View, key: &str) -> String {
    log(view, key, &[FINGERPRINT, "primaryLocationLineHash"])
}

fn log(view: &View, key: &str, fingerprints: &[&str]) -> String {
    let annotations = view.annotations();
    let (results, told): (Vec<_>, Vec<_>) = annotations
        .iter()
        .partition(|it| it.gate().is_some() && it.anchor().is_some());
    let mut names = Fingerprints::default();
    let shown = results.iter().take(MOST);
    let shown: Vec<Value> = shown
        .map(|it| {
            let name = names.next(it);
            let named = fingerprints
                .iter()
                .map(|&key| (key.to_owned(), json!(name)));
            result(it, named.collect())
        })
        .collect();
    let mut notifications: Vec<Value> = told.iter().take(MOST).map(|it| notification(it)).collect();
    let more = annotations.len() - shown.len() - notifications.len();
    if more > 0 {
        let text = format!("… and {more} more; the job summary lists them");
        notifications.push(json!({ "level": "note", "message": { "text": text } }));
    }
    let (name, version) = view.tool.split_once(' ').unwrap_or((&view.tool, ""));
    pretty(&json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": visible(name),
                "version": visible(version),
                "rules": rules(view),
            } },
            "automationDetails": { "id": category(&view.folder, key) },
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                // Whether all could be read, not whether all holds.
                "executionSuccessful": !view.problems.iter().any(|problem| problem.error),
                "toolExecutionNotifications": notifications,
            }],
            "originalUriBaseIds": { "%SRCROOT%": {
                "description": { "text": "The top of the repository." },
            } },
            "results": shown,
        }],
    }))
}

/// What tells one run's results from another's of the same commit: several folders of a repository may be judged.
fn category(folder: &str, key: &str) -> String {
    let parts = ["andon", folder, key]
        .into_iter()
        .filter(|part| !part.is_empty());
    let parts: Vec<_> = parts.map(visible).collect();
    parts.join("/") + "/"
}

/// The gates as rules. A policy's ids are unique; those of a result that was made elsewhere need not be.
fn rules(view: &View) -> Vec<Value> {
    let mut ids = BTreeSet::new();
    let gates = view.gates.iter().filter(|gate| ids.insert(id(gate)));
    gates.take(RULES).map(rule).collect()
}

fn rule(gate: &Row) -> Value {
    let known = catalogue::find(&gate.metric);
    let known = known
        .into_iter()
        .flat_map(|metric| [&*metric.meaning, &*metric.advice]);
    let mut help: Vec<&str> = known.collect();
    help.extend(gate.description.as_deref());
    let family = gate.metric.split('.').next().unwrap_or_default();
    let required = format!("Required: {}", gate.requirement);
    let origin = format!("Rule: {}", gate.origin);
    help.extend([required.as_str(), &origin]);
    json!({
        "id": id(gate),
        "shortDescription": { "text": short(&gate.subject()) },
        "fullDescription": { "text": short(&format!("{} {}", gate.subject(), gate.requirement)) },
        "help": { "text": message(&help.join("\n\n")) },
        "defaultConfiguration": { "level": match gate.level {
            v1::Level::Must => "error",
            v1::Level::Should => "warning",
            v1::Level::Nice => "note",
        } },
        "properties": { "tags": [short(family)] },
    })
}

fn result(annotation: &Annotation<'_>, fingerprints: Map<String, Value>) -> Value {
    let gate = annotation.gate();
    let text = format!("{}\n{}", annotation.title(), annotation.message());
    let mut result = json!({
        "ruleId": gate.map(id),
        "level": level(annotation.level),
        "message": { "text": message(&text) },
        "partialFingerprints": fingerprints,
    });
    if let Some(place) = annotation.anchor() {
        result["locations"] = json!([{ "physicalLocation": physical(&place) }]);
    }
    let waived = gate.filter(|gate| gate.mark == Mark::Waived);
    let waived = waived.map(|gate| gate.notes.join("; "));
    if let Some(reason) = annotation.waiver().map(str::to_owned).or(waived) {
        result["suppressions"] = json!([{
            "kind": "external",
            "status": "accepted",
            "justification": short(&reason),
        }]);
    }
    result
}

fn physical(place: &Place) -> Value {
    let mut physical = json!({ "artifactLocation": {
        "uri": uri::path(&place.path),
        "uriBaseId": "%SRCROOT%",
    } });
    if let Some((first, last)) = place.run() {
        physical["region"] = json!({ "startLine": first, "endLine": last });
    }
    physical
}

fn notification(annotation: &Annotation<'_>) -> Value {
    let text = format!("{}\n{}", annotation.title(), annotation.message());
    let mut notification = json!({
        "level": level(annotation.level),
        "message": { "text": message(&text) },
    });
    if let Some(gate) = annotation.gate() {
        notification["associatedRule"] = json!({ "id": id(gate) });
    }
    notification
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Notice => "note",
    }
}

fn id(gate: &Row) -> String {
    fit::cut(&visible(&gate.id), NAME).into_owned()
}

fn short(text: &str) -> String {
    fit::cut(&visible(text), SHORT).into_owned()
}

/// A message on several lines in which nothing is a link: SARIF reads `[text](target)` as one.
fn message(text: &str) -> String {
    let text = visible_lines(text).replace("](", "] (");
    fit::cut(&text, MESSAGE).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixtures;

    fn read(view: &View) -> Value {
        serde_json::from_str(&render(view)).unwrap()
    }

    #[test]
    fn shows_each_fixture() {
        for (name, view) in fixtures::views() {
            insta::assert_snapshot!(name, render(&view));
        }
    }

    #[test]
    fn it_is_as_oasis_publishes_it_and_within_the_limits_of_code_scanning() {
        let schema = include_str!("../../tests/schemas/sarif-2.1.0.json");
        let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
        for (name, document) in fixtures::all() {
            let log = read(&View::new(&document));
            validator
                .validate(&log)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            let results = log["runs"][0]["results"].as_array().unwrap();
            assert!(results.len() <= 5_000, "{name}");
            for result in results {
                assert_eq!(result["locations"].as_array().unwrap().len(), 1, "{name}");
            }
        }
        let huge = read(&fixtures::view("huge"));
        let told = huge["runs"][0]["invocations"][0]["toolExecutionNotifications"].to_string();
        assert!(told.contains("more; the job summary lists them"), "{told}");
    }

    #[test]
    fn code_scanning_gets_its_own_fingerprint() {
        let view = fixtures::view("red");
        let own = "primaryLocationLineHash";
        assert!(!render(&view).contains(own));
        let log: Value = serde_json::from_str(&render_for_code_scanning(&view, "")).unwrap();
        let names = &log["runs"][0]["results"][0]["partialFingerprints"];
        assert_eq!(names[own], names[FINGERPRINT]);
    }

    #[test]
    fn what_is_waived_is_suppressed() {
        let log = read(&fixtures::view("waived"));
        let result = &log["runs"][0]["results"][0];
        assert_eq!(result["suppressions"][0]["status"], "accepted");
        let reason = result["suppressions"][0]["justification"].as_str().unwrap();
        assert!(reason.contains("rewrite under way"), "{reason}");
        let log = read(&fixtures::view("red"));
        assert!(log["runs"][0]["results"][0].get("suppressions").is_none());
        assert_eq!(
            log["runs"][0]["invocations"][0]["executionSuccessful"],
            false
        );
    }

    #[test]
    fn no_message_holds_a_link() {
        assert_eq!(
            message("![i](http://e.vil) [l](1)"),
            "![i] (http://e.vil) [l] (1)"
        );
    }
}
