//! SimpleCov's `coverage.json`, as its JSON formatter writes it.

use serde::de::{Deserialize, Deserializer, Visitor};

use super::number::{Count, key};
use crate::domain::catalogue::{COVERAGE_BRANCHED, COVERAGE_FUNCTION};
use crate::domain::report::coverage::key_of;
use crate::domain::report::{Content, FileCoverage, Problem};
use crate::formats::json::walk;
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "simplecov_json",
    title: "SimpleCov JSON (coverage.json)",
    kind: Kind::Coverage,
    producers: &["SimpleCov", "simplecov_json_formatter"],
    default_paths: &["**/coverage.json"],
    sniff,
    parse,
    reads: "Lines, branches and methods, by file; ignored ones are none.",
    omits: "Groups, totals and errors; the sources that newer versions embed.",
    supplies: &[COVERAGE_BRANCHED, &[&COVERAGE_FUNCTION]],
};

fn sniff(head: &Head) -> bool {
    head.has_key(1, "meta") && head.has_key(2, "simplecov_version")
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct File {
    lines: Option<Vec<Hits>>,
    branches: Option<Vec<Branch>>,
    methods: Option<Vec<Method>>,
}

#[derive(serde::Deserialize)]
struct Method {
    #[serde(default)]
    name: String,
    #[serde(default)]
    start_line: Count,
    coverage: Hits,
}

#[derive(serde::Deserialize)]
struct Branch {
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    start_line: Count,
    #[serde(default)]
    end_line: Count,
    coverage: Hits,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let coverage = content.coverage.get_or_insert_default();
    walk(input, |walk| {
        walk.object(|walk, member| match member {
            "coverage" => walk.object(|walk, path| {
                if let Some(file) = walk.read_or_warn::<File>()? {
                    file.give(coverage.file(path, FORMAT.id));
                }
                Ok(())
            }),
            _ => Ok(()),
        })
    })
}

impl File {
    fn give(&self, to: &mut FileCoverage) {
        for (line, hits) in (1..).zip(self.lines.iter().flatten()) {
            if let Hits(Some(hits)) = hits {
                to.line(line, *hits);
            }
        }
        for method in self.methods.iter().flatten() {
            if let Hits(Some(hits)) = method.coverage {
                let line = method.start_line.as_line();
                to.function(line, key_of(&method.name), hits);
            }
        }
        let Some(branches) = &self.branches else {
            return;
        };
        to.arms.get_or_insert_default();
        let mut last = None;
        let mut repeats = 0;
        for branch in branches {
            let place = (key_of(&branch.kind), branch.start_line, branch.end_line);
            // Branches without a body have the place of their condition.
            repeats = if last == Some(place) { repeats + 1 } else { 0 };
            last = Some(place);
            if let Hits(Some(hits)) = branch.coverage {
                let identity = key(&[place.0, branch.end_line.0, repeats]);
                to.arm(branch.start_line.as_line(), identity, hits);
            }
        }
    }
}

/// A number of hits; `null` and `"ignored"` are none.
#[derive(Clone, Copy)]
struct Hits(Option<u64>);

impl<'de> Deserialize<'de> for Hits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Hits, D::Error> {
        deserializer.deserialize_any(HitsVisitor)
    }
}

struct HitsVisitor;

impl Visitor<'_> for HitsVisitor {
    type Value = Hits;

    fn expecting(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("a number, null or \"ignored\"")
    }

    fn visit_u64<E>(self, hits: u64) -> Result<Hits, E> {
        Ok(Hits(Some(hits)))
    }

    fn visit_i64<E>(self, _negative: i64) -> Result<Hits, E> {
        Ok(Hits(Some(0)))
    }

    fn visit_f64<E>(self, hits: f64) -> Result<Hits, E> {
        Ok(Hits(Some(hits as u64)))
    }

    fn visit_unit<E>(self) -> Result<Hits, E> {
        Ok(Hits(None))
    }

    fn visit_str<E>(self, _ignored: &str) -> Result<Hits, E> {
        Ok(Hits(None))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{file, lines, of, report};
    use crate::formats::testing::sniffed;

    #[test]
    fn ignored_lines_and_branches_are_none() {
        let text = r#"{"meta": {"simplecov_version": "0.22.0"}, "coverage": {"/a.rb": {"lines": [null, 1, 0, "ignored"],
            "branches": [{"type": "then", "start_line": 3, "end_line": 3, "coverage": 0}, {"type": "else", "start_line": 5, "end_line": 5, "coverage": 2},
                         {"type": "when", "start_line": 6, "end_line": 9, "coverage": 1}, {"type": "when", "start_line": 6, "end_line": 9, "coverage": 0},
                         {"type": "then", "start_line": 4, "end_line": 4, "coverage": "ignored"}],
            "methods": [{"name": "A#f", "start_line": 1, "end_line": 2, "coverage": 1}, {"name": "A#g", "start_line": 3, "end_line": 4, "coverage": 0},
                        {"name": "A#h", "start_line": 5, "end_line": 6, "coverage": "ignored"}]}}, "groups": {}}"#;
        let file = file("simplecov_json", text);
        assert_eq!(lines(&file), [(2, 1), (3, 0)]);
        assert_eq!(file.count().branches, of(2, 4));
        assert_eq!(file.count().functions, of(1, 2));
    }

    #[test]
    fn without_branches_there_is_no_branch_figure_and_a_bad_file_costs_no_other() {
        let report = report(
            r#"{"meta": {"simplecov_version": "0.22.0"}, "coverage": {"/a.rb": {"lines": [{}]}, "/b.rb": {"lines": [1]}}, "groups": {}}"#,
        );
        assert_eq!(report.problems.len(), 1);
        let totals = report.content.coverage.unwrap().count();
        assert_eq!((totals.lines, totals.branches), (of(1, 1), None));
        let empty = r#"{"meta": {"simplecov_version": "0.22.0"}, "coverage": {}, "groups": {}}"#;
        assert_eq!(sniffed(empty), ["simplecov_json"]);
    }
}
