//! What counts as a finding on an added line: andon's rule beside those of reviewdog and golangci-lint.
//!
//! - golangci-lint (`new-from-rev`, by golangci/revgrep, `IsNewIssue`): the line is one that the diff adds. A range
//!   counts by its first line. In a file that is not tracked yet, every issue is new.
//! - reviewdog (`-filter-mode=added`, the default; filter/filter.go, `FilterCheck`, and filter/diff_filter.go,
//!   `isSignificantLine`): any line from the first to the last of the finding's range is one that the diff adds. Without
//!   a last line, the first one is it.
//! - reviewdog's `diff_context` takes the three lines around each hunk as well, `file` all of a changed file, `nofilter`
//!   everything. andon has no such modes.
//! - `diff-quality`: as golangci-lint (see diff_quality.rs).
//!
//! andon takes the first line, as golangci-lint and diff-quality do: a finding that begins on an old line and reaches into
//! a new one was most often there before, and a baseline tells it from a new one better than any line does. A finding
//! about a whole file (no line) is on an added line if the file is new; the others drop it.

use andon::domain::baseline::Lack;
use andon::domain::change::{Change, ChangedFile, Hunk, Kind};
use andon::domain::delta::{Comparison, compare};
use andon::domain::measure::Limits;
use andon::domain::measure::measure;
use andon::domain::measurement::Labels;
use andon::domain::report::{Content, Finding, Findings, Report, Severity};
use andon::domain::snapshot::{Snapshot, Subject};

/// A finding, and who says that it is on an added line.
struct Case {
    what: &'static str,
    path: &'static str,
    first: u32,
    last: u32,
    andon: bool,
    golangci: bool,
    reviewdog: bool,
}

/// In `edited.rs`, lines 10 to 12 are added, lines 20 and 21 replace others, and a line before line 30 is removed.
const CASES: &[Case] = &[
    Case {
        what: "on an added line",
        path: "edited.rs",
        first: 11,
        last: 11,
        andon: true,
        golangci: true,
        reviewdog: true,
    },
    Case {
        what: "on the last added line",
        path: "edited.rs",
        first: 12,
        last: 12,
        andon: true,
        golangci: true,
        reviewdog: true,
    },
    Case {
        what: "on a rewritten line",
        path: "edited.rs",
        first: 20,
        last: 20,
        andon: true,
        golangci: true,
        reviewdog: true,
    },
    Case {
        what: "on the line after",
        path: "edited.rs",
        first: 13,
        last: 13,
        andon: false,
        golangci: false,
        reviewdog: false,
    },
    Case {
        what: "on a line of the context",
        path: "edited.rs",
        first: 9,
        last: 9,
        andon: false,
        golangci: false,
        reviewdog: false,
    },
    Case {
        what: "where a line was removed",
        path: "edited.rs",
        first: 30,
        last: 30,
        andon: false,
        golangci: false,
        reviewdog: false,
    },
    Case {
        what: "begins on an added line, ends on an old one",
        path: "edited.rs",
        first: 12,
        last: 15,
        andon: true,
        golangci: true,
        reviewdog: true,
    },
    Case {
        what: "begins on an old line, ends on an added one",
        path: "edited.rs",
        first: 8,
        last: 10,
        andon: false,
        golangci: false,
        reviewdog: true,
    },
    Case {
        what: "goes around added lines",
        path: "edited.rs",
        first: 9,
        last: 13,
        andon: false,
        golangci: false,
        reviewdog: true,
    },
    Case {
        what: "in a new file",
        path: "new.rs",
        first: 1,
        last: 1,
        andon: true,
        golangci: true,
        reviewdog: true,
    },
    Case {
        what: "about a new file",
        path: "new.rs",
        first: 0,
        last: 0,
        andon: true,
        golangci: false,
        reviewdog: false,
    },
    Case {
        what: "about an edited file",
        path: "edited.rs",
        first: 0,
        last: 0,
        andon: false,
        golangci: false,
        reviewdog: false,
    },
    Case {
        what: "in a file that was only renamed",
        path: "renamed.rs",
        first: 5,
        last: 5,
        andon: false,
        golangci: false,
        reviewdog: false,
    },
    Case {
        what: "in an untouched file",
        path: "other.rs",
        first: 5,
        last: 5,
        andon: false,
        golangci: false,
        reviewdog: false,
    },
];

fn change() -> Change {
    let file = |path: &str, kind, hunks| ChangedFile {
        path: path.to_owned(),
        old_path: (kind == Kind::Renamed).then(|| "before.rs".to_owned()),
        kind,
        opaque: false,
        hunks,
    };
    let hunks = vec![
        Hunk {
            old: 10..10,
            new: 10..13,
        },
        Hunk {
            old: 17..18,
            new: 20..22,
        },
        Hunk {
            old: 26..27,
            new: 30..30,
        },
    ];
    Change::new(vec![
        file("edited.rs", Kind::Modified, hunks),
        file(
            "new.rs",
            Kind::Added,
            vec![Hunk {
                old: 1..1,
                new: 1..41,
            }],
        ),
        file("renamed.rs", Kind::Renamed, Vec::new()),
    ])
}

#[test]
fn a_finding_is_on_an_added_line_by_its_first_line() {
    let change = change();
    let added = |line: u32, path: &str| change.adds(path, line);
    for case in CASES {
        // What the two rules say, on this change.
        assert_eq!(case.golangci, added(case.first, case.path), "{}", case.what);
        let any = (case.first..=case.last).any(|line| added(line, case.path));
        assert_eq!(case.reviewdog, any, "{}", case.what);
        assert_eq!(case.andon, on_added(case, &change), "{}", case.what);
    }
}

/// Whether andon finds it on an added line.
fn on_added(case: &Case, change: &Change) -> bool {
    let finding = Finding {
        path: case.path.to_owned(),
        line: case.first,
        column: 1,
        severity: Severity::Warning,
        producer: "clippy".into(),
        rule: "a".to_owned(),
        message: case.what.to_owned(),
        anchor: String::new(),
        ..Finding::default()
    };
    let findings = Findings {
        items: vec![finding],
        ..Findings::default()
    };
    let report = Report {
        path: "clippy.jsonl".to_owned(),
        format: "clippy",
        labels: Labels::new(),
        content: Content {
            findings: Some(findings),
            ..Content::default()
        },
        problems: Vec::new(),
    };
    let mut snapshot = Snapshot::new(Subject::default());
    measure(&[report], &[], &[], Limits::default(), &mut snapshot);
    let delta = compare(&Comparison {
        snapshot: &snapshot,
        change: Ok(change),
        baseline: Err(&Lack::new("not asked for")),
        components: &[],
        limits: Limits::default(),
    });
    !delta.findings.new.is_empty()
}
