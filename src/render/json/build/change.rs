//! From a delta and a baseline to their part of the result document.

use super::{amount_of, kept};
use crate::domain::baseline::{self, Baseline};
use crate::domain::change::{ChangedFile, Kind};
use crate::domain::delta::{CoverageDelta, Delta, FileDelta, FindingsDelta, TestsDelta};
use crate::domain::lines::Lines;
use crate::domain::metric::Better;
use crate::domain::report::coverage::Tally;
use crate::domain::report::{self, Case};
use crate::domain::value::Value;
use crate::render::json::v1::{self, Listed};

/// How much of a list is kept: more than a reader wants, and little enough for a document of a few megabytes.
const LISTED: usize = 500;
/// How many runs of lines are kept for one file.
const RUNS: usize = 200;

/// What the change did; `None` where nobody asked.
pub(in crate::render::json) fn of(delta: &Delta) -> Option<v1::Change> {
    let asked = delta.change.as_ref()?;
    let change = asked.as_ref().ok();
    let files = change.map_or(&[][..], |change| change.files());
    Some(v1::Change {
        base: change.and_then(|change| change.base.as_deref().map(kept)),
        head: change.and_then(|change| change.head.as_deref().map(kept)),
        origin: change
            .map(|change| kept(&change.origin))
            .unwrap_or_default(),
        unknown: asked.as_ref().err().map(|lack| kept(&lack.reason)),
        extent: delta.extent.map(|extent| v1::Extent {
            files: extent.files,
            added: extent.added,
            removed: extent.removed,
        }),
        files: listed(files, touched),
        coverage: coverage(&delta.coverage),
        tests: tests(&delta.tests),
        findings: findings(&delta.findings),
        notes: delta.notes.iter().map(|note| kept(note)).collect(),
    })
}

/// What the result is compared with.
pub(super) fn baseline(baseline: &Baseline) -> v1::Baseline {
    let subject = &baseline.snapshot.subject;
    v1::Baseline {
        found: match &baseline.found {
            baseline::Found::File(path) => v1::Found::File { path: kept(path) },
            baseline::Found::MergeBase => v1::Found::MergeBase,
            baseline::Found::Ancestor(commits) => v1::Found::Ancestor { commits: *commits },
            baseline::Found::Newest(branch) => v1::Found::Newest {
                branch: kept(branch),
            },
        },
        commit: subject.commit.as_deref().map(kept),
        branch: subject.branch.as_deref().map(kept),
        taken_at: subject.taken_at.map(|time| time.to_string()),
    }
}

/// The first of them, and how many there are.
fn listed<'a, T: 'a, U>(
    items: impl IntoIterator<Item = &'a T, IntoIter: ExactSizeIterator>,
    show: impl FnMut(&'a T) -> U,
) -> Listed<U> {
    let items = items.into_iter();
    Listed {
        total: items.len() as u64,
        items: items.take(LISTED).map(show).collect(),
    }
}

fn names(names: &[String]) -> Listed<String> {
    listed(names, |name| kept(name))
}

fn ranges(lines: &Lines) -> v1::Ranges {
    let runs = lines.runs().take(RUNS);
    v1::Ranges {
        count: lines.len(),
        runs: runs.map(|run| (*run.start(), *run.end())).collect(),
    }
}

fn touched(file: &ChangedFile) -> v1::TouchedFile {
    v1::TouchedFile {
        path: kept(&file.path),
        old_path: file.old_path.as_deref().map(kept),
        kind: match file.kind {
            Kind::Added => v1::FileChange::Added,
            Kind::Modified => v1::FileChange::Modified,
            Kind::Deleted => v1::FileChange::Deleted,
            Kind::Renamed => v1::FileChange::Renamed,
            Kind::Copied => v1::FileChange::Copied,
        },
        added: ranges(&file.added()),
    }
}

fn share(tally: Tally) -> Option<v1::Amount> {
    let share = Value::ratio(tally.covered, tally.total)?;
    Some(amount_of(share, "%", Better::Higher))
}

fn coverage(coverage: &CoverageDelta) -> v1::ChangeCoverage {
    let (mut lines, mut branches) = (Tally::default(), Tally::default());
    for file in &coverage.files {
        lines.merge(file.lines);
        branches.merge(file.branches.unwrap_or_default());
    }
    let short = |file: &&FileDelta| !file.uncovered.is_empty() || !file.partial.is_empty();
    let mut files: Vec<&FileDelta> = coverage.files.iter().filter(short).collect();
    files.sort_by_key(|file| std::cmp::Reverse((file.uncovered.len(), file.partial.len())));
    let mut indirect: Vec<_> = coverage.indirect.iter().collect();
    indirect.sort_by_key(|file| std::cmp::Reverse((file.lost.len(), file.gained.len())));
    v1::ChangeCoverage {
        lines: share(lines),
        branches: share(branches),
        files: listed(files, |file| v1::UncoveredFile {
            path: kept(&file.path),
            lines: share(file.lines),
            branches: file.branches.and_then(share),
            uncovered: ranges(&file.uncovered),
            partial: ranges(&file.partial),
        }),
        indirect: listed(indirect, |file| v1::IndirectFile {
            path: kept(&file.path),
            lost: ranges(&file.lost),
            gained: ranges(&file.gained),
        }),
        unknown: names(&coverage.unknown),
        totals: v1::CoverageTotals {
            uncovered: total(coverage.files.iter().map(|file| &file.uncovered)),
            partial: total(coverage.files.iter().map(|file| &file.partial)),
            lost: total(coverage.indirect.iter().map(|file| &file.lost)),
            gained: total(coverage.indirect.iter().map(|file| &file.gained)),
        },
    }
}

/// All of them, whatever the lists hold.
fn total<'a>(files: impl Iterator<Item = &'a Lines>) -> v1::LineTotal {
    let counts = files.map(Lines::len).filter(|count| *count > 0);
    counts.fold(v1::LineTotal::default(), |sum, count| v1::LineTotal {
        lines: sum.lines + count,
        files: sum.files + 1,
    })
}

fn tests(tests: &TestsDelta) -> v1::ChangeTests {
    let seconds = |value| amount_of(Value::Number(value), "s", Better::Lower);
    v1::ChangeTests {
        broken: listed(&tests.broken, case),
        still_failing: listed(&tests.still_failing, case),
        fixed: names(&tests.fixed),
        added: names(&tests.added),
        removed: names(&tests.removed),
        newly_skipped: names(&tests.newly_skipped),
        newly_flaky: names(&tests.newly_flaky),
        slower: listed(&tests.slower, |case| v1::SlowerCase {
            name: kept(&case.name),
            before: seconds(case.before),
            now: seconds(case.now),
        }),
    }
}

fn case(case: &Case) -> v1::Case {
    v1::Case {
        suite: kept(&case.suite),
        class: kept(&case.class),
        name: kept(&case.name),
        path: kept(&case.file),
        line: case.line,
        message: kept(&case.message),
    }
}

fn findings(findings: &FindingsDelta) -> v1::ChangeFindings {
    let worst_first = |items: &[report::Finding]| {
        let mut items: Vec<_> = items.iter().collect();
        items.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        listed(items, finding)
    };
    v1::ChangeFindings {
        new: worst_first(&findings.new),
        fixed: worst_first(&findings.fixed),
        kept: findings.kept,
    }
}

fn finding(finding: &report::Finding) -> v1::Finding {
    v1::Finding {
        severity: match finding.severity {
            report::Severity::Info => v1::Severity::Info,
            report::Severity::Warning => v1::Severity::Warning,
            report::Severity::Error => v1::Severity::Error,
        },
        producer: kept(&finding.producer),
        rule: kept(&finding.rule),
        path: kept(&finding.path),
        line: finding.line,
        column: finding.column,
        message: kept(&finding.message),
        risk: finding.risk.map(risk),
        remedy: kept(&finding.remedy),
    }
}

fn risk(risk: report::Risk) -> v1::Risk {
    match risk {
        report::Risk::Unrated => v1::Risk::Unrated,
        report::Risk::Low => v1::Risk::Low,
        report::Risk::Medium => v1::Risk::Medium,
        report::Risk::High => v1::Risk::High,
        report::Risk::Critical => v1::Risk::Critical,
    }
}
