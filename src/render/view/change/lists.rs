//! What changed, thing by thing.

use super::{List, Spot};
use crate::render::json::v1::{
    Case, ChangeCoverage, ChangeFindings, ChangeTests, Finding, IndirectFile, LineTotal, Listed,
    Ranges,
};
use crate::text::{number, plural};

/// Changed lines that no test executed, and those with a branch that is never taken.
pub(super) fn uncovered(coverage: &ChangeCoverage) -> List {
    let files = &coverage.files;
    let (lines, partial) = (coverage.totals.uncovered, coverage.totals.partial);
    let title = match lines.lines {
        0 => format!(
            "{} with a branch never taken",
            plural::s(partial.lines, "changed line")
        ),
        count => format!(
            "{} not covered, in {}",
            plural::s(count, "changed line"),
            plural::s(lines.files, "file")
        ),
    };
    let mut list = List::new(title, true, files, |file| {
        let share = file
            .lines
            .as_ref()
            .and_then(|share| share.part.zip(share.whole));
        let text = share.map(|(part, whole)| {
            format!(
                "{} of {} covered",
                number::count(part),
                plural::s(whole, "changed line")
            )
        });
        spot(&file.path, &file.uncovered, text.unwrap_or_default())
    });
    let partly = files.items.iter().filter(|file| file.partial.count > 0);
    list.spots.extend(partly.map(|file| {
        let text = plural::pick(
            file.partial.count,
            "a branch is never taken",
            "branches are never taken",
        );
        spot(&file.path, &file.partial, text.to_owned())
    }));
    list.spots.retain(|spot| !spot.runs.is_empty());
    list.total = lines.files + partial.files;
    list
}

fn spot(path: &str, lines: &Ranges, text: String) -> Spot {
    let shown: u64 = lines
        .runs
        .iter()
        .map(|(first, last)| u64::from(last - first) + 1)
        .sum();
    Spot {
        path: path.to_owned(),
        runs: lines.runs.clone(),
        more: shown < lines.count,
        text,
    }
}

/// Tests that are not as they were.
pub(super) fn tests(tests: &ChangeTests) -> Vec<List> {
    let cases = |bad, word: &str, of: &Listed<Case>| {
        List::new(titled(of.total, "test", word), bad, of, case)
    };
    let names = |bad, word: &str, of: &Listed<String>| {
        List::new(titled(of.total, "test", word), bad, of, |name| {
            Spot::named(name)
        })
    };
    let slower = List::new(
        titled(tests.slower.total, "test", "much slower"),
        true,
        &tests.slower,
        |case| {
            Spot::named(&format!(
                "{}: {} → {}",
                case.name, case.before.display, case.now.display
            ))
        },
    );
    kept([
        cases(true, "newly failing", &tests.broken),
        cases(true, "still failing", &tests.still_failing),
        names(true, "newly flaky", &tests.newly_flaky),
        names(true, "newly skipped", &tests.newly_skipped),
        slower,
        names(true, "removed", &tests.removed),
        names(false, "fixed", &tests.fixed),
        names(false, "added", &tests.added),
    ])
}

/// Findings that are not as they were.
pub(super) fn findings(findings: &ChangeFindings) -> Vec<List> {
    let list = |bad, title, of: &Listed<Finding>, show: fn(&Finding) -> Spot| {
        List::new(title, bad, of, show)
    };
    kept([
        list(
            true,
            plural::s(findings.new.total, "new finding"),
            &findings.new,
            finding,
        ),
        list(
            false,
            titled(findings.fixed.total, "finding", "fixed"),
            &findings.fixed,
            was,
        ),
    ])
}

/// A finding that is gone: its place was in the baseline, and leads nowhere now.
fn was(gone: &Finding) -> Spot {
    let spot = finding(gone);
    match spot.location().as_str() {
        "" => spot,
        location => Spot::named(&format!("{location}: {}", spot.text)),
    }
}

/// Coverage that moved where the change touches nothing, and changed files of which nothing is known.
pub(super) fn elsewhere(coverage: &ChangeCoverage) -> Vec<List> {
    let indirect = &coverage.indirect;
    let side = |bad, word: &str, all: LineTotal, lines: fn(&IndirectFile) -> &Ranges| {
        let files = indirect.items.iter().filter(|file| lines(file).count > 0);
        let title = format!(
            "{} {word} where the change touches nothing",
            plural::s(all.lines, "line")
        );
        List {
            title,
            bad,
            spots: files
                .map(|file| {
                    let text = plural::s(lines(file).count, "line");
                    spot(&file.path, lines(file), text)
                })
                .collect(),
            total: all.files,
        }
    };
    let (unknown, totals) = (&coverage.unknown, &coverage.totals);
    kept([
        side(true, "no longer covered", totals.lost, |file| &file.lost),
        side(false, "newly covered", totals.gained, |file| &file.gained),
        List::new(
            format!(
                "{} in no coverage report",
                plural::s(unknown.total, "changed file")
            ),
            true,
            unknown,
            |path| Spot {
                path: path.clone(),
                ..Spot::default()
            },
        ),
    ])
}

fn kept<const N: usize>(lists: [List; N]) -> Vec<List> {
    lists.into_iter().filter(|list| list.total > 0).collect()
}

fn titled(count: u64, noun: &str, word: &str) -> String {
    format!("{} {word}", plural::s(count, noun))
}

/// A test's name with its class, or else its suite: as gates point at it.
pub(in crate::render::view) fn title(case: &Case) -> String {
    let class = match case.class.as_str() {
        "" => case.suite.as_str(),
        class => class,
    };
    match (class, case.name.as_str()) {
        ("", name) => name.to_owned(),
        (class, "") => class.to_owned(),
        (class, name) => format!("{class} {name}"),
    }
}

fn case(case: &Case) -> Spot {
    let message = case
        .message
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty());
    let text = match message {
        None => title(case),
        Some(message) => format!("{}: {message}", title(case)),
    };
    Spot {
        path: case.path.clone(),
        runs: run(case.line),
        more: false,
        text,
    }
}

fn finding(finding: &Finding) -> Spot {
    let rule = match (finding.producer.as_str(), finding.rule.as_str()) {
        ("", "") => String::new(),
        (name, "") | ("", name) => format!(" ({name})"),
        (producer, rule) => format!(" ({producer} {rule})"),
    };
    let remedy = match &*finding.remedy {
        "" => String::new(),
        remedy => format!(": {remedy}"),
    };
    Spot {
        path: finding.path.clone(),
        runs: run(finding.line),
        more: false,
        text: format!("{}{rule}{remedy}", finding.message),
    }
}

fn run(line: u32) -> Vec<(u32, u32)> {
    match line {
        0 => Vec::new(),
        line => vec![(line, line)],
    }
}
