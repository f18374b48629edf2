//! What `andon run --json` writes, as the events that it would record.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::limits::cut;
use super::super::{Format, Head, Input, Kind, json};
use super::kept::Kept;
use crate::domain::event::{Limits, Raw, Source};
use crate::domain::labels::Labels;
use crate::domain::report::{Content, Problem};
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

/// Bytes that a message shows of what was run.
const SHOWN: usize = 60;
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
    let mut kept = Kept::new(content.events.get_or_insert_default());
    for (side, command) in sides {
        let Some(command) = command else { continue };
        let mut common: Labels = command.dimensions.into();
        let side = side.map(|side| (Key::SIDE, side.to_owned()));
        let own = side.into_iter().chain([("name", name.clone())]);
        common.extend(own.map(|(name, value)| (name.to_owned(), value)));
        // Once, before it is said of each figure of each run.
        if let Err(why) = Limits::dimensions(&common) {
            kept.fault(
                1,
                format!(
                    "none of the runs of `{}` is judged: {why}",
                    cut(&name, SHOWN)
                ),
            );
            continue;
        }
        for (number, run) in (1_u64..).zip(command.runs) {
            let mut dimensions = common.clone();
            let error = run.error.map(|error| ("error".to_owned(), error));
            dimensions.extend([("status".to_owned(), run.status)].into_iter().chain(error));
            if let Err(why) = Limits::dimensions(&dimensions) {
                kept.fault(1, format!("run {number} is not judged: {why}"));
                continue;
            }
            for (figure, value) in run.figures {
                let unit = command.summary.get(&figure);
                let unit = unit.map(|summary| cut(&summary.unit, Limits::NAME + 1).to_owned());
                let raw = Raw {
                    source: Some(Source::Performance.word().to_owned()),
                    name: figure,
                    value,
                    unit,
                    dimensions: dimensions.clone(),
                    ..Raw::default()
                };
                kept.take(1, raw, None);
            }
        }
    }
    kept.tell(input);
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
    fn what_is_said_of_all_runs_is_looked_at_before_it_is_said_of_each() {
        let run = r#"{"status": "0", "figures": {"command.wall": 0.5}}"#;
        let text = |dimension: &str, status: &str| {
            format!(
                r#"{{"andon_run": 1, "name": "a", "dimensions": {{"os": "{dimension}"}}, "summary": {{"command.wall": {{"unit": "s"}}}},
                    "runs": [{run}, {{"status": "{status}", "figures": {{"command.wall": 0.5}}}}]}}"#
            )
        };
        let long = "x".repeat(501);
        for (text, judged, said) in [
            (text("linux", "0"), 2, None),
            (
                text("linux", &long),
                1,
                Some("run 2 is not judged: the dimension `status`"),
            ),
            (
                text(&long, "0"),
                0,
                Some("none of the runs of `a` is judged: the dimension `os`"),
            ),
        ] {
            let report = report("andon_run", &text);
            assert_eq!(report.content.events.unwrap().len(), judged);
            let told = report
                .problems
                .first()
                .map(|problem| problem.message.as_str());
            assert_eq!(
                told.map(|told| told.starts_with(said.unwrap())),
                said.map(|_| true),
                "{told:?}"
            );
        }
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
