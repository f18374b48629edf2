//! Which changed lines are covered, of real changes, beside what `diff-cover` says of the same reports.
//!
//! `tests/oracle` holds the projects (see its README). Every difference stands in the table below with its reason, and the
//! reason is looked up in the report.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

mod oracle;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use andon::domain::lines::Lines;
use oracle::{Judged, Project};
use serde::Deserialize;

/// What diff-cover says of a range of commits by one report.
#[derive(Deserialize)]
struct Says {
    base: String,
    head: String,
    report: String,
    total_num_lines: u64,
    total_num_violations: u64,
    /// By path; a file without a measured changed line is there too, or not.
    files: BTreeMap<String, FileSays>,
}

/// Line numbers as runs.
#[derive(Deserialize, Default)]
struct FileSays {
    covered_lines: Lines,
    violation_lines: Lines,
}

/// Lines on which diff-cover and andon differ: the range, the report, the file, and the lines that one of them counts.
struct Difference {
    project: &'static str,
    range: &'static str,
    report: &'static str,
    file: &'static str,
    uncovered_to_diff_cover_alone: &'static str,
}

/// diff-cover makes an uncovered line of every LCOV record `FN` or `BRDA` whose line has no `DA`: here functions that
/// coverage.py leaves out (`@overload`, bodies of `...`). The reports' own count of lines (`LF`) leaves them out as well,
/// as does the Cobertura report of the same run.
const WITHOUT_DATA: &[Difference] = &[];

#[test]
fn no_project_is_left_out() {
    let folders = oracle::projects();
    assert_eq!(folders, PROJECTS.map(str::to_owned).into());
    let says = folders.iter().flat_map(|name| says(name));
    let ranges: BTreeSet<_> = says
        .map(|says| (says.base, says.head, says.files.into_keys().next()))
        .collect();
    assert!(ranges.len() >= 45, "{} ranges", ranges.len());
}

macro_rules! projects {
    ($($test:ident $name:literal)*) => {
        const PROJECTS: [&str; [$($name),*].len()] = [$($name),*];
        $(
            #[test]
            fn $test() {
                agrees($name);
            }
        )*
    };
}

projects! {
    blinker "blinker"
    cachetools "cachetools"
    itsdangerous "itsdangerous"
    minimist "minimist"
    object_inspect "object-inspect"
    packaging "packaging"
    pluggy "pluggy"
    qs "qs"
    zipp "zipp"
}

fn says(project: &str) -> Vec<Says> {
    let path = oracle::folder().join(project).join("says.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn agrees(name: &str) {
    let project = Project::unpack(name);
    let mut found = Vec::new();
    let mut explained = Vec::new();
    for says in says(name) {
        let range = format!("{}..{}", says.base, says.head);
        let report: PathBuf = project.report(&says.head, &says.report);
        let judged = project.judge(&says.base, &says.head, &report);
        let place = format!("{range} by {}", says.report);
        let mut total = [0, 0];
        let known = WITHOUT_DATA.iter().filter(|known| {
            known.project == name && known.range == range && known.report == says.report
        });
        let mut theirs = says.files;
        for known in known {
            let lines: Lines = known.uncovered_to_diff_cover_alone.parse().unwrap();
            let data = lines_with_data(&report, known.file);
            assert!(
                data.and(&lines).is_empty(),
                "{place}: {} has data",
                known.file
            );
            let file = theirs
                .get_mut(known.file)
                .expect("diff-cover names the file");
            assert_eq!(
                file.violation_lines.and(&lines),
                lines,
                "{place}: the table is out of date"
            );
            file.violation_lines = file.violation_lines.without(&lines);
            explained.push(lines.len());
        }
        compare(&place, &judged, &theirs, &mut found);
        for file in theirs.values() {
            total[0] += file.covered_lines.len();
            total[1] += file.violation_lines.len();
        }
        let off: u64 = explained.drain(..).sum();
        assert_eq!(total[1] + off, says.total_num_violations, "{place}");
        assert_eq!(total[0] + total[1] + off, says.total_num_lines, "{place}");
    }
    assert!(
        found.is_empty(),
        "{name}: {} differences:\n{}",
        found.len(),
        found.join("\n")
    );
}

/// Adds a line for each file and kind of line on which the two differ.
fn compare(
    place: &str,
    judged: &Judged,
    theirs: &BTreeMap<String, FileSays>,
    found: &mut Vec<String>,
) {
    let nothing = FileSays::default();
    let paths: BTreeSet<&String> = theirs.keys().chain(judged.files.keys()).collect();
    for path in paths {
        let says = theirs.get(path).unwrap_or(&nothing);
        let ours = judged.files.get(path).cloned().unwrap_or_default();
        for (kind, mine, other) in [
            ("covered", &ours.covered, &says.covered_lines),
            ("uncovered", &ours.uncovered, &says.violation_lines),
        ] {
            if mine != other {
                found.push(format!(
                    "{place}: {path}: {kind}: andon alone [{}], diff-cover alone [{}]",
                    mine.without(other),
                    other.without(mine)
                ));
            }
        }
    }
}

/// The lines of a file for which an LCOV report has a `DA` record.
fn lines_with_data(report: &std::path::Path, file: &str) -> Lines {
    let text = std::fs::read_to_string(report).unwrap();
    let records = text.split("end_of_record");
    let record = records
        .into_iter()
        .find(|record| record.contains(&format!("SF:{file}\n")));
    let numbers = record.expect("the report has the file").lines();
    numbers
        .filter_map(|line| {
            line.strip_prefix("DA:")?
                .split(',')
                .next()?
                .parse::<u32>()
                .ok()
        })
        .collect()
}
