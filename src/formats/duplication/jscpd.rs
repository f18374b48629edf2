//! `jscpd -r json`, versions 4 and 5: pairs of places, and totals. Version 4 names the files that it inspected, with
//! their lines; version 5 counts them. Its `isNew` and `newClones` are 0 without a baseline of its own, and not read.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::json::{Shape, Walk, walk};
use super::super::{Format, Head, Input, Kind, Limits};
use crate::domain::catalogue::{DUPLICATION_COUNTED, DUPLICATION_DENSITY};
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
    supplies: &[&[&DUPLICATION_DENSITY], DUPLICATION_COUNTED],
};

fn sniff(head: &Head) -> bool {
    head.has_key(1, "duplicates") && (head.has_key(3, "firstFile") || head.has_key(1, "statistics"))
}

/// A clone as it is listed: two places.
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
#[serde(rename_all = "camelCase")]
struct Total {
    lines: u64,
    sources: u64,
    clones: u64,
    duplicated_lines: u64,
}

#[derive(Deserialize)]
struct Size {
    lines: u64,
}

/// What was read so far.
struct Reading {
    limits: Limits,
    found: Duplication,
    /// How many clones are listed.
    listed: u64,
    /// The lines of each file that is named.
    files: BTreeMap<String, u64>,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut reading = Reading {
        limits: input.source.limits().clone(),
        found: Duplication {
            producer: "jscpd".into(),
            ..Duplication::default()
        },
        listed: 0,
        files: BTreeMap::new(),
    };
    let result = walk(input, |walk| {
        walk.object(|walk, key| match key {
            "duplicates" => walk.array(|walk| reading.clone(walk)),
            "statistics" => walk.object(|walk, key| match key {
                "total" => reading.total(walk),
                "formats" => walk.object(|walk, _| reading.language(walk)),
                _ => Ok(()),
            }),
            _ => Ok(()),
        })
    });
    let listed = reading.listed;
    if let Some(stated) = reading.found.stated
        && result.is_ok()
        && stated.clones != listed
    {
        input.warn(Problem::warning(format!(
            "lists {listed} clones, and states {} in its total, which counts",
            stated.clones
        )));
    }
    content.duplication = Some(reading.finish());
    result
}

impl Reading {
    fn clone(&mut self, walk: &mut Walk<'_, '_>) -> Result<(), Problem> {
        self.listed += 1;
        let Some(pair) = walk.read_or_warn::<Pair>()? else {
            return Ok(());
        };
        let places = [pair.first_file, pair.second_file];
        let nowhere = |place: &Place| place.start == 0 || place.end < place.start;
        if places.iter().any(nowhere) {
            walk.warn(walk.wrong("a clone has no lines where it stands, and was passed over"));
            return Ok(());
        }
        let mut fragments = places.map(|place| Fragment {
            path: self.limits.cap(place.name),
            first: place.start,
            last: place.end,
        });
        fragments.sort();
        self.found.clones.push(Duplicate {
            fragments: fragments.into(),
            tokens: pair.tokens,
            language: self.limits.cap(pair.format),
        });
        Ok(())
    }

    fn total(&mut self, walk: &mut Walk<'_, '_>) -> Result<(), Problem> {
        let total: Option<Total> = walk.read_or_warn()?;
        self.found.stated = total.map(|total| Stated {
            clones: total.clones,
            duplicated: total.duplicated_lines,
            lines: total.lines,
            files: total.sources,
        });
        Ok(())
    }

    /// Reads the files of a language: by name in version 4, only their number in version 5. One file may hold several
    /// languages: its longest part stands for it.
    fn language(&mut self, walk: &mut Walk<'_, '_>) -> Result<(), Problem> {
        if walk.shape()? != Shape::Object {
            return Ok(());
        }
        walk.object(|walk, key| {
            if key != "sources" || walk.shape()? != Shape::Object {
                return Ok(());
            }
            walk.object(|walk, path| {
                if let Some(size) = walk.read_or_warn::<Size>()? {
                    let path = self.limits.cap(path.to_owned());
                    let lines = self.files.entry(path).or_default();
                    *lines = size.lines.max(*lines);
                }
                Ok(())
            })
        })
    }

    fn finish(mut self) -> Duplication {
        let file = |(path, lines)| InspectedFile {
            path,
            lines: Some(lines),
        };
        self.found.files = self.files.into_iter().map(file).collect();
        self.found
    }
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
