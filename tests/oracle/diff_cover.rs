//! Which changed lines are covered, of real changes, beside what `diff-cover` says of the same reports.
//!
//! Every difference stands in the table below with its reason, and the reason is looked up in the report.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use andon::domain::lines::Lines;
use serde::Deserialize;

use super::project::{Changed, Project, folder, says};

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
#[derive(Deserialize, Clone, Default)]
struct FileSays {
    covered_lines: Lines,
    violation_lines: Lines,
}

/// Lines that diff-cover alone counts, all as uncovered.
struct Difference {
    project: &'static str,
    base: &'static str,
    head: &'static str,
    file: &'static str,
    lines: &'static str,
}

/// In LCOV, diff-cover makes a line of every `FN` record whose line has no `DA`. coverage.py writes such records for
/// functions that it leaves out: those that are marked, those under `if TYPE_CHECKING`, and those whose body is `...`.
/// The report's own count of lines (`LF`) leaves them out as well, and so does the Cobertura report of the same run.
const FUNCTIONS_LEFT_OUT: &[Difference] = &[
    Difference {
        project: "blinker",
        base: "1.7.0",
        head: "1.8.2",
        file: "src/blinker/base.py",
        lines: "530",
    },
    Difference {
        project: "blinker",
        base: "1.8.2",
        head: "1.9.0",
        file: "src/blinker/base.py",
        lines: "500",
    },
    Difference {
        project: "itsdangerous",
        base: "2.1.2",
        head: "2.2.0",
        file: "src/itsdangerous/serializer.py",
        lines: "27,31",
    },
    Difference {
        project: "itsdangerous",
        base: "2.0.0",
        head: "2.2.0",
        file: "src/itsdangerous/serializer.py",
        lines: "27,31",
    },
    Difference {
        project: "packaging",
        base: "24.0",
        head: "25.0",
        file: "src/packaging/specifiers.py",
        lines: "84",
    },
    Difference {
        project: "pluggy",
        base: "1.0.0",
        head: "1.2.0",
        file: "src/pluggy/_hooks.py",
        lines: "320",
    },
    Difference {
        project: "pluggy",
        base: "1.2.0",
        head: "1.3.0",
        file: "src/pluggy/_hooks.py",
        lines: "359",
    },
    Difference {
        project: "pluggy",
        base: "1.4.0",
        head: "1.5.0",
        file: "src/pluggy/_hooks.py",
        lines: "372",
    },
    Difference {
        project: "zipp",
        base: "3.15.0",
        head: "3.17.0",
        file: "zipp/py310compat.py",
        lines: "5",
    },
];

#[test]
fn no_project_is_left_out() {
    let held: BTreeSet<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("says.json").exists())
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(held, PROJECTS.map(str::to_owned).into());
    let mut ranges = BTreeSet::new();
    for project in PROJECTS {
        let said: Vec<Says> = says(project, "says.json");
        ranges.extend(said.into_iter().map(|says| (project, says.base, says.head)));
    }
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

fn agrees(name: &str) {
    let project = Project::unpack(name);
    let mut found = Vec::new();
    for mut says in says::<Says>(name, "says.json") {
        let place = format!("{}..{} by {}", says.base, says.head, says.report);
        let report = project.report(&says.head, &says.report);
        let left_out = leave_out(name, &mut says, &report);
        let count = |lines: fn(&FileSays) -> &Lines| {
            says.files
                .values()
                .map(|file| lines(file).len())
                .sum::<u64>()
        };
        let (covered, uncovered) = (
            count(|file| &file.covered_lines),
            count(|file| &file.violation_lines) + left_out,
        );
        assert_eq!(uncovered, says.total_num_violations, "{place}");
        assert_eq!(covered + uncovered, says.total_num_lines, "{place}");
        let judged = project.judge(&says.base, &says.head, &report);
        compare(&place, &judged.coverage(), &says.files, &mut found);
    }
    assert!(
        found.is_empty(),
        "{} differences:\n{}",
        found.len(),
        found.join("\n")
    );
}

/// Takes the known differences out of what diff-cover says; how many lines that is.
fn leave_out(project: &str, says: &mut Says, report: &Path) -> u64 {
    let known = FUNCTIONS_LEFT_OUT.iter().filter(|known| {
        (known.project, known.base, known.head) == (project, &says.base, &says.head)
            && says.report == "lcov.info"
    });
    let mut count = 0;
    for known in known {
        let lines: Lines = known.lines.parse().unwrap();
        assert_eq!(records(report, known.file, "FN:").and(&lines), lines);
        assert!(records(report, known.file, "DA:").and(&lines).is_empty());
        let file = says
            .files
            .get_mut(known.file)
            .expect("diff-cover names the file");
        assert_eq!(
            file.violation_lines.and(&lines),
            lines,
            "the table is out of date"
        );
        file.violation_lines = file.violation_lines.without(&lines);
        count += lines.len();
    }
    count
}

/// The lines that records of this kind name first, in an LCOV report's record of a file.
fn records(report: &Path, file: &str, kind: &str) -> Lines {
    let text = std::fs::read_to_string(report).unwrap();
    let of_file = |record: &&str| record.contains(&format!("SF:{file}\n"));
    let record = text
        .split("end_of_record")
        .find(of_file)
        .expect("the report has the file");
    let numbers = record.lines().filter_map(|line| {
        line.strip_prefix(kind)?
            .split(',')
            .next()?
            .parse::<u32>()
            .ok()
    });
    numbers.collect()
}

/// Adds a line for each file and kind of line on which the two differ.
fn compare(
    place: &str,
    ours: &BTreeMap<String, Changed>,
    theirs: &BTreeMap<String, FileSays>,
    found: &mut Vec<String>,
) {
    let paths: BTreeSet<&String> = theirs.keys().chain(ours.keys()).collect();
    for path in paths {
        let ours = ours.get(path).cloned().unwrap_or_default();
        let theirs = theirs.get(path).cloned().unwrap_or_default();
        for (kind, mine, other) in [
            ("covered", &ours.covered, &theirs.covered_lines),
            ("uncovered", &ours.uncovered, &theirs.violation_lines),
        ] {
            if mine != other {
                let (mine, other) = (mine.without(other), other.without(mine));
                found.push(format!(
                    "{place}: {path}: {kind}: andon alone [{mine}], diff-cover alone [{other}]"
                ));
            }
        }
    }
}
