//! SimpleCov's `.resultset.json`: for each command that ran tests, path → lines and branches as Ruby counts them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::number::{Count, key};
use crate::domain::catalogue::{COVERAGE_BRANCHED, COVERAGE_FUNCTION};
use crate::domain::report::coverage::key_of;
use crate::domain::report::{Content, FileCoverage, Problem};
use crate::formats::json::{Shape, Walk, walk};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "simplecov",
    title: "SimpleCov result set (.resultset.json)",
    kind: Kind::Coverage,
    producers: &["SimpleCov"],
    default_paths: &["**/.resultset.json", "**/*resultset*.json"],
    sniff,
    parse,
    reads: "Lines, branches and methods, by file, of all commands together. A line that is irrelevant to one command and not executed by another is none before SimpleCov 1.0, and not executed from then on, as SimpleCov itself counts.",
    omits: "`# :nocov:`, which stands in the sources only; files that are tracked but never loaded, and which test covered what.",
    supplies: &[COVERAGE_BRANCHED, &[&COVERAGE_FUNCTION]],
};

/// What SimpleCov before 1.0 says of a command.
const OF_OLD: [&str; 2] = ["coverage", "timestamp"];

fn sniff(head: &Head) -> bool {
    // Everything stands below the names of commands; before 0.18 there is a list of hits below each path.
    let of_command = |key: &str| {
        OF_OLD.contains(&key)
            || matches!(key, "run_id" | "worker_id" | "tracked_files" | "contexts")
    };
    let parts = ["lines", "branches", "methods"];
    head.has_key(2, "coverage")
        && head.keys_at(2).all(of_command)
        && (head.keys_at(4).next().is_none() || parts.iter().any(|part| head.has_key(4, part)))
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let coverage = content.coverage.get_or_insert_default();
    let mut files: BTreeMap<String, File> = BTreeMap::new();
    // Before 1.0, times are whole seconds.
    let mut old = true;
    let result = walk(input, |walk| {
        walk.object(|walk, _command| {
            walk.object(|walk, member| match member {
                "timestamp" => {
                    let time: Option<f64> = walk.read_or_warn()?;
                    old &= time.is_none_or(|time| time.fract() == 0.0);
                    Ok(())
                }
                "coverage" => walk.object(|walk, path| {
                    if let Some(run) = run(walk)? {
                        files.entry(path.to_owned()).or_default().add(run);
                    }
                    Ok(())
                }),
                _ => {
                    old = false;
                    Ok(())
                }
            })
        })
    });
    for (path, file) in files {
        file.give(old, coverage.file(&path, FORMAT.id));
    }
    result
}

/// What one command says of a file.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Run {
    lines: Option<Vec<Option<Count>>>,
    branches: Option<BTreeMap<String, BTreeMap<String, Count>>>,
    methods: Option<BTreeMap<String, Count>>,
}

/// Before 0.18 there is a list of lines and nothing else.
fn run(walk: &mut Walk<'_, '_>) -> Result<Option<Run>, Problem> {
    Ok(match walk.shape()? {
        Shape::Array => walk.read_or_warn()?.map(|lines| Run {
            lines: Some(lines),
            ..Run::default()
        }),
        _ => walk.read_or_warn()?,
    })
}

/// What all commands say of a file.
#[derive(Default)]
struct File {
    lines: Vec<Line>,
    /// Arms by line and key.
    arms: Option<BTreeMap<(u32, u64), u64>>,
    /// Methods by line and key.
    methods: Option<BTreeMap<(u32, u64), u64>>,
}

#[derive(Default)]
struct Line {
    /// `None` if it is irrelevant to all commands.
    hits: Option<u64>,
    /// Whether it is irrelevant to one.
    irrelevant: bool,
}

impl File {
    fn add(&mut self, run: Run) {
        let lines = run.lines.unwrap_or_default();
        if self.lines.len() < lines.len() {
            self.lines.resize_with(lines.len(), Line::default);
        }
        for (mine, hits) in self.lines.iter_mut().zip(lines) {
            match hits {
                Some(hits) => mine.hits = Some(mine.hits.unwrap_or(0).saturating_add(hits.0)),
                None => mine.irrelevant = true,
            }
        }
        for (method, hits) in run.methods.iter().flatten() {
            let mine = self.methods.get_or_insert_default();
            let sum = mine.entry(place_of_method(method)).or_default();
            *sum = sum.saturating_add(hits.0);
        }
        for (condition, arms) in run.branches.iter().flatten() {
            let condition = Place::read(condition);
            for (arm, hits) in arms {
                let identity = condition.arm(&Place::read(arm));
                let mine = self.arms.get_or_insert_default();
                let sum = mine.entry((condition.line, identity)).or_default();
                *sum = sum.saturating_add(hits.0);
            }
        }
        if run.branches.is_some() {
            self.arms.get_or_insert_default();
        }
    }

    /// A line that one command did not execute and to another is irrelevant is irrelevant before SimpleCov 1.0, and not
    /// executed from then on.
    fn give(self, old: bool, to: &mut FileCoverage) {
        for (number, line) in (1..).zip(self.lines) {
            match line.hits {
                Some(0) if old && line.irrelevant => {}
                Some(hits) => to.line(number, hits),
                None => {}
            }
        }
        if let Some(arms) = self.arms {
            to.arms.get_or_insert_default();
            for ((line, identity), hits) in arms {
                to.arm(line, identity, hits);
            }
        }
        for ((line, identity), hits) in self.methods.into_iter().flatten() {
            to.function(line, identity, hits);
        }
    }
}

/// `[:if, 0, 5, 4, 8, 11]`: a Ruby tuple as text, with type, number, first line and column, last line and column.
struct Place {
    kind: u64,
    number: u64,
    line: u32,
    span: [u64; 4],
}

impl Place {
    fn read(text: &str) -> Place {
        let inside = text.trim().trim_start_matches('[').trim_end_matches(']');
        let mut fields = inside.split(',').map(str::trim);
        let kind = key_of(fields.next().unwrap_or_default());
        let mut next = || fields.next().and_then(|field| field.parse::<u64>().ok());
        match (next(), next(), next(), next(), next()) {
            (Some(number), Some(line), Some(column), Some(last), Some(end)) => Place {
                kind,
                number,
                line: u32::try_from(line).unwrap_or(0),
                span: [line, column, last, end],
            },
            // Whatever it is, it is not the same as another text.
            _ => Place {
                kind: key_of(text),
                number: 0,
                line: 0,
                span: [0; 4],
            },
        }
    }

    /// The identity of an arm. Numbers are given in the order of the source, so that only their distance lasts.
    fn arm(&self, arm: &Place) -> u64 {
        let nth = arm.number.wrapping_sub(self.number);
        let [line, column, last, end] = self.span;
        let [at, from, to, until] = arm.span;
        #[rustfmt::skip]
        let place = [self.kind, line, column, last, end, arm.kind, nth, at, from, to, until];
        key(&place)
    }
}

/// Line and identity of `["Calc", :sign, 2, 2, 10, 5]`. One method can have several owners.
fn place_of_method(text: &str) -> (u32, u64) {
    let inside = text.trim().trim_start_matches('[').trim_end_matches(']');
    let mut numbers = inside
        .rsplitn(5, ',')
        .map(|field| field.trim().parse::<u64>());
    match (
        numbers.next(),
        numbers.next(),
        numbers.next(),
        numbers.next(),
    ) {
        (Some(Ok(end)), Some(Ok(last)), Some(Ok(column)), Some(Ok(line))) => {
            (u32::try_from(line).unwrap_or(0), key(&[column, last, end]))
        }
        _ => (0, key_of(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{coverage, file, lines, of, report};
    use crate::formats::testing::sniffed;

    #[test]
    fn methods_are_known_by_their_place() {
        let text = r#"{"A": {"coverage": {"/a.rb": {"lines": [1], "methods": {"[Calc, :sign, 2, 2, 10, 5]": 1,
            "[#<Class:Calc>, :sign, 2, 2, 10, 5]": 0, "[\"A, b\", :never, 12, 2, 14, 5]": 0, "odd": 1}}}, "timestamp": 1.5}}"#;
        let functions = file("simplecov", text).functions.unwrap();
        let functions: Vec<_> = functions.iter().map(|hit| (hit.line, hit.hits)).collect();
        assert_eq!(functions, [(0, 1), (2, 1), (12, 0)]);
    }

    #[test]
    fn from_1_0_on_not_executed_beats_irrelevant() {
        let text = r#"{"RSpec": {"coverage": {"/a.rb": {"lines": [0, null]}}, "timestamp": 1.25},
            "Minitest": {"coverage": {"/a.rb": {"lines": [null, null]}}, "timestamp": 2.5}}"#;
        assert_eq!(lines(&file("simplecov", text)), [(1, 0)]);
    }

    #[test]
    fn commands_add_up_and_before_1_0_irrelevant_beats_not_executed() {
        let text = r#"{"RSpec": {"coverage": {"/a.rb": {"lines": [1, null, 0, 0, null, 2]}}, "timestamp": 1},
            "Minitest": {"coverage": {"/a.rb": {"lines": [2, 0, null, 3, null, null]}, "/b.rb": {"lines": [0]}}, "timestamp": 2}}"#;
        let coverage = coverage("simplecov", text);
        let file = &coverage.files["/a.rb"]["simplecov"];
        assert_eq!(lines(file), [(1, 3), (4, 3), (6, 2)]);
        assert_eq!(coverage.count().lines, of(3, 4));
        assert_eq!(coverage.count().branches, None);
    }

    #[test]
    fn the_lines_may_be_a_bare_list() {
        let text = r#"{"Unit Tests": {"coverage": {"/a.rb": [null, 1, 0]}, "timestamp": 1}}"#;
        assert_eq!(lines(&file("simplecov", text)), [(2, 1), (3, 0)]);
    }

    #[test]
    fn branches_are_known_by_their_place_whatever_their_number() {
        let branches = |from: u32, taken: u32| {
            format!(
                r#"{{"[:if, {from}, 5, 4, 8, 11]": {{"[:then, {}, 6, 6, 6, 12]": {taken}, "[:else, {}, 5, 4, 8, 11]": 0}}}}"#,
                from + 1,
                from + 2
            )
        };
        let text = format!(
            r#"{{"A": {{"coverage": {{"/a.rb": {{"lines": [1], "branches": {}}}}}}}, "B": {{"coverage": {{"/a.rb": {{"lines": [1], "branches": {}}}}}}}}}"#,
            branches(0, 0),
            branches(7, 3)
        );
        let file = file("simplecov", &text);
        assert_eq!(file.count().branches, of(1, 2));
        assert_eq!(file.branches_by_line().into_keys().collect::<Vec<_>>(), [5]);
    }

    #[test]
    fn empty_bodies_in_one_place_are_apart_and_what_is_no_tuple_is_kept() {
        let text = r#"{"A": {"coverage": {"/a.rb": {"lines": [1], "branches": {
            "[:case, 0, 1, 0, 4, 3]": {"[:when, 1, 1, 0, 4, 3]": 1, "[:when, 2, 1, 0, 4, 3]": 0}, "odd": {"x": 1, "y": 0}}}}}}"#;
        assert_eq!(file("simplecov", text).count().branches, of(2, 4));
    }

    #[test]
    fn a_bad_file_costs_no_other_and_an_empty_set_is_told() {
        let report = report(
            r#"{"A": {"coverage": {"/a.rb": {"lines": ["x"]}, "/b.rb": {"lines": [1]}}, "timestamp": 1}}"#,
        );
        assert_eq!(report.problems.len(), 1);
        assert_eq!(report.content.coverage.unwrap().count().lines, of(1, 1));
        assert_eq!(
            sniffed(r#"{"RSpec": {"coverage": {}, "timestamp": 1}}"#),
            ["simplecov"]
        );
    }
}
