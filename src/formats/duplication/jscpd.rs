//! `jscpd -r json`, versions 4 and 5: pairs of places, and totals. Version 4 names the files that it inspected, with
//! their lines; version 5 counts them. Its `isNew` and `newClones` are 0 without a baseline of its own, and not read.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::json::document;
use super::super::{Format, Head, Input, Kind};
use crate::domain::catalogue::{DUPLICATION_CLONES, DUPLICATION_DENSITY, DUPLICATION_LINES};
use crate::domain::report::duplication::Stated;
use crate::domain::report::{Content, Duplicate, Duplication, Fragment, InspectedFile, Problem};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "jscpd",
    title: "jscpd JSON",
    kind: Kind::Duplication,
    producers: &["jscpd -r json"],
    default_paths: &["**/jscpd-report.json", "**/jscpd*.json"],
    sniff,
    parse,
    reads: "Clones with both places, files, the producer's totals, for versions 4 and 5.",
    omits: "The text of the clones.",
    supplies: &[
        &DUPLICATION_DENSITY,
        &DUPLICATION_LINES,
        &DUPLICATION_CLONES,
    ],
};

fn sniff(head: &Head) -> bool {
    head.has_key(1, "duplicates") && (head.has_key(3, "firstFile") || head.has_key(1, "statistics"))
}

#[derive(Deserialize)]
struct Document {
    duplicates: Vec<Pair>,
    statistics: Option<Statistics>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pair {
    #[serde(default)]
    format: String,
    tokens: Option<u64>,
    first_file: Place,
    second_file: Place,
}

#[derive(Deserialize)]
struct Place {
    name: String,
    start: u32,
    end: u32,
}

#[derive(Deserialize)]
struct Statistics {
    total: Total,
    #[serde(default)]
    formats: BTreeMap<String, Language>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Total {
    lines: u64,
    sources: u64,
    clones: u64,
    duplicated_lines: u64,
}

#[derive(Deserialize)]
struct Language {
    sources: Sources,
}

/// The files of one language: by name in version 4, their number in version 5.
#[derive(Deserialize)]
#[serde(untagged)]
enum Sources {
    Named(BTreeMap<String, Size>),
    Counted(#[allow(dead_code, reason = "the total says it too")] u64),
}

#[derive(Deserialize)]
struct Size {
    lines: u64,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let document = document(input, |document: Document| document)?;
    let mut found = Duplication {
        producer: "jscpd".into(),
        ..Duplication::default()
    };
    let mut wrong = 0_u64;
    let listed = document.duplicates.len() as u64;
    for pair in document.duplicates {
        let places = [pair.first_file, pair.second_file];
        if places
            .iter()
            .any(|place| place.start == 0 || place.end < place.start)
        {
            wrong += 1;
            continue;
        }
        let mut fragments = places.map(|place| Fragment {
            path: limits.cap(place.name),
            first: place.start,
            last: place.end,
        });
        fragments.sort();
        found.clones.push(Duplicate {
            fragments: fragments.into(),
            tokens: pair.tokens,
            language: limits.cap(pair.format),
        });
    }
    if wrong > 0 {
        input.warn(Problem::error(format!(
            "{wrong} of the {listed} clones have no lines where they stand, and were passed over"
        )));
    }
    if let Some(Statistics { total, formats }) = document.statistics {
        if total.clones != listed {
            input.warn(Problem::warning(format!(
                "lists {listed} clones, and states {} in its total, which counts",
                total.clones
            )));
        }
        found.stated = Some(Stated {
            clones: total.clones,
            duplicated: total.duplicated_lines,
            lines: total.lines,
            files: total.sources,
        });
        found.files = files(formats.into_values());
    }
    content.duplication = Some(found);
    Ok(())
}

/// The files inspected, where they are named. One file may hold several languages: its longest part stands for it.
fn files(languages: impl Iterator<Item = Language>) -> Vec<InspectedFile> {
    let mut files = BTreeMap::<String, u64>::new();
    for language in languages {
        if let Sources::Named(sources) = language.sources {
            for (path, size) in sources {
                let lines = files.entry(path).or_default();
                *lines = size.lines.max(*lines);
            }
        }
    }
    let file = |(path, lines)| InspectedFile {
        path,
        lines: Some(lines),
    };
    files.into_iter().map(file).collect()
}

#[cfg(test)]
mod tests {
    use crate::domain::report::Duplication;
    use crate::formats::{Limits, find, read};

    fn jscpd(report: &str) -> (Option<Duplication>, Vec<String>) {
        let file = Box::new(std::io::Cursor::new(report.as_bytes().to_vec()));
        let format = find("jscpd");
        let report = read("r", file, format, Default::default(), &Limits::default());
        let problems = report.problems.into_iter().map(|problem| problem.message);
        (report.content.duplication, problems.collect())
    }

    #[test]
    fn a_clone_without_lines_is_a_problem_and_a_total_of_its_own_is_pointed_out() {
        let pair = |first: &str| {
            format!(
                r#"{{"firstFile": {{"name": "a", {first}}}, "secondFile": {{"name": "b", "start": 1, "end": 4}}}}"#
            )
        };
        for (first, left, complaints) in [
            (r#""start": 1, "end": 4"#, 1, 0),
            (r#""start": 0, "end": 4"#, 0, 1),
            (r#""start": 5, "end": 4"#, 0, 1),
        ] {
            let (found, problems) = jscpd(&format!(r#"{{"duplicates": [{}]}}"#, pair(first)));
            assert_eq!(found.unwrap().clones.len(), left);
            assert_eq!(problems.len(), complaints, "{problems:?}");
        }
        let total = r#"{"lines": 9, "sources": 1, "clones": 3, "duplicatedLines": 2}"#;
        let report = format!(r#"{{"duplicates": [], "statistics": {{"total": {total}}}}}"#);
        let (found, problems) = jscpd(&report);
        assert_eq!(found.unwrap().stated.unwrap().clones, 3);
        assert!(problems[0].starts_with("lists 0 clones, and states 3"));
    }
}
