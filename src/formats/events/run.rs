//! What `andon run --json` writes, as the events that it would record.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::{Format, Head, Input, Kind, json};
use crate::domain::event::{Raw, Source};
use crate::domain::report::{Content, Problem, StatedEvent};
use crate::domain::series::Key;

/// The formats of this kind.
pub(in crate::formats) static FORMATS: &[&Format] = &[&FORMAT];

static FORMAT: Format = Format {
    id: "andon_run",
    title: "andon run",
    kind: Kind::Events,
    producers: &["andon run --json", "andon run --compare --json"],
    default_paths: &["andon-run.json", "**/*.andon-run.json"],
    sniff,
    parse,
    reads: "Each run's figures as the events that `andon run --record` would record. Of a comparison those of both commands, told apart by the dimension `side` (`base`, `head`): `regression: interleaved` judges both, all other gates the head.",
    omits: "Summaries, and the finding on wall times alone: gates judge the runs.",
    supplies: &[],
};

/// The version of the form that is read.
const VERSION: u64 = 1;

#[derive(Deserialize)]
struct Document {
    andon_run: Option<u64>,
    andon_run_comparison: Option<u64>,
    name: Option<String>,
    #[serde(flatten)]
    command: Command,
    base: Option<Command>,
    head: Option<Command>,
}

#[derive(Deserialize)]
struct Command {
    #[serde(default)]
    dimensions: BTreeMap<String, String>,
    #[serde(default)]
    summary: BTreeMap<String, Summary>,
    #[serde(default)]
    runs: Vec<Run>,
}

#[derive(Deserialize)]
struct Summary {
    unit: String,
}

#[derive(Deserialize)]
struct Run {
    status: String,
    error: Option<String>,
    figures: BTreeMap<String, f64>,
}

fn sniff(head: &Head) -> bool {
    head.has_key(1, "andon_run") || head.has_key(1, "andon_run_comparison")
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let document: Document = json::document(input, |document| document)?;
    let version = document.andon_run.or(document.andon_run_comparison);
    if version.is_some_and(|version| version > VERSION) {
        return Err(Problem::error(
            "it was written by a newer andon: read it with that version or a newer one",
        ));
    }
    let Some(name) = document.name else {
        return Err(Problem::error(
            "it does not say what was run: write it again with this version of andon",
        ));
    };
    let sides = [
        (None, Some(document.command)),
        (Some(Key::BASE), document.base),
        (Some(Key::HEAD), document.head),
    ];
    let events = content.events.get_or_insert_default();
    for (side, command) in sides {
        let Some(command) = command else { continue };
        for run in &command.runs {
            let mut dimensions = command.dimensions.clone();
            let error = run.error.clone().map(|error| ("error", error));
            let side = side.map(|side| (Key::SIDE, side.to_owned()));
            let own = [("name", name.clone()), ("status", run.status.clone())];
            let own = own.into_iter().chain(error).chain(side);
            dimensions.extend(own.map(|(name, value)| (name.to_owned(), value)));
            for (figure, value) in &run.figures {
                let unit = command.summary.get(figure);
                events.push(StatedEvent {
                    line: 1,
                    raw: Raw {
                        source: Some(Source::Performance.word().to_owned()),
                        name: figure.clone(),
                        value: *value,
                        unit: unit.map(|summary| summary.unit.clone()),
                        dimensions: dimensions.clone().into(),
                        ..Raw::default()
                    },
                    context: None,
                });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::formats::testing::{report, sniffed};

    const COMPARED: &str = r#"{
        "andon_run_comparison": 1, "name": "bench", "finding": "same", "seed": 1,
        "base": {"name": "./old", "dimensions": {"os": "linux"}, "summary": {"command.wall": {"unit": "s", "count": 1}},
            "runs": [{"exit_code": 0, "status": "0", "error": null, "figures": {"command.wall": 0.5}}]},
        "head": {"name": "./new", "dimensions": {"os": "linux"}, "summary": {"command.wall": {"unit": "s", "count": 1}},
            "runs": [{"exit_code": 1, "status": "1", "error": "network", "figures": {"command.wall": 0.75}}]}
    }"#;

    #[test]
    fn both_sides_of_a_comparison_are_events() {
        assert_eq!(sniffed(COMPARED), ["andon_run"]);
        let events = report("andon_run", COMPARED).content.events.unwrap();
        let told = events.iter().map(|event| {
            let raw = &event.raw;
            let dimensions: Vec<String> = raw
                .dimensions
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            format!(
                "{} {} {:?} {}",
                raw.name,
                raw.value,
                raw.unit.as_deref(),
                dimensions.join(" ")
            )
        });
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                r#"command.wall 0.5 Some("s") name=bench os=linux side=base status=0"#,
                r#"command.wall 0.75 Some("s") error=network name=bench os=linux side=head status=1"#,
            ]
        );
    }

    #[test]
    fn what_a_newer_andon_wrote_is_an_error() {
        for text in [
            r#"{"andon_run": 2, "name": "a", "runs": []}"#,
            r#"{"andon_run": 1}"#,
        ] {
            assert_eq!(report("andon_run", text).problems.len(), 1, "{text}");
        }
    }
}
