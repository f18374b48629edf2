//! The normalised model of a report, short enough to be read by people.

use std::fmt::Write;
use std::path::Path;

use andon::domain::report::coverage::Totals;
use andon::domain::report::{Code, Coverage, FileCoverage, Findings, Report, Tally, Tests};
use andon::formats::{Format, Limits};

use super::fixtures::{Fixture, names};
use super::read_bytes;

/// How many things of a kind are written out.
const SHOWN: usize = 5;
/// How many lines of a file are written out.
const LINES: usize = 24;

/// Compares the model of a report with the one on record.
pub(crate) fn compare(format: &'static Format, fixture: &Fixture) {
    let limits = Limits::default();
    let report = read_bytes(&fixture.name, fixture.bytes.clone(), None, &limits);
    insta::with_settings!({
        snapshot_path => format!("../snapshots/conformance/{}", format.id),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(fixture.name.as_str(), describe(&report));
    });
}

/// Models on record without a report.
pub(crate) fn orphans(format: &'static Format, fixtures: &[Fixture]) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/snapshots/conformance")
        .join(format.id);
    names(&folder, Path::is_file)
        .into_iter()
        .filter(|name| {
            let of = name.strip_suffix(".snap");
            of.is_some_and(|of| fixtures.iter().all(|fixture| fixture.name != of))
        })
        .map(|name| format!("{name} is the model of no report"))
        .collect()
}

fn describe(report: &Report) -> String {
    let mut text = format!("format: {}\n", report.format);
    for problem in &report.problems {
        let _ = writeln!(text, "problem: {problem:?}");
    }
    let content = &report.content;
    if let Some(coverage) = &content.coverage {
        describe_coverage(&mut text, coverage);
    }
    if let Some(tests) = &content.tests {
        describe_tests(&mut text, tests);
    }
    if let Some(code) = &content.code {
        describe_code(&mut text, code);
    }
    if let Some(findings) = &content.findings {
        describe_findings(&mut text, findings);
    }
    if let Some(security) = &content.security {
        text.push_str("security: ");
        describe_findings(&mut text, security);
    }
    if let Some(found) = &content.duplication {
        let _ = writeln!(text, "found by {}: {:?}", found.producer, found.stated);
        list(&mut text, "clones", &found.clones);
        list(&mut text, "inspected", &found.files);
    }
    if let Some(said) = &content.documentation {
        let _ = writeln!(text, "said by {}: {:?}", said.producer, said.total);
        let _ = writeln!(text, "share: {:?}", said.percent);
        list(&mut text, "documented files", &said.files);
        list(&mut text, "items", &said.items);
    }
    if let Some(values) = &content.values {
        list(&mut text, "values", values);
    }
    if let Some(said) = &content.benchmarks {
        let _ = writeln!(text, "benchmarks: {}", said.items.len());
        for item in said.items.iter().take(SHOWN) {
            let failure = item.failure.iter();
            let failure: String = failure.map(|why| format!(" failed: {why}")).collect();
            let _ = writeln!(text, "  {} by {}{failure}", item.name, item.producer);
            for (name, found) in item.quantities_with_names() {
                let _ = writeln!(text, "    {name}: {found:?}");
            }
        }
    }
    if let Some(snapshot) = &content.snapshot {
        let _ = writeln!(text, "snapshot of {:?}", snapshot.subject);
        list(&mut text, "measurements", &snapshot.measurements);
    }
    text
}

fn list<T: std::fmt::Debug>(text: &mut String, title: &str, items: &[T]) {
    let _ = writeln!(text, "{title}: {}", items.len());
    for item in items.iter().take(SHOWN) {
        let _ = writeln!(text, "  {item:?}");
    }
}

fn describe_coverage(text: &mut String, coverage: &Coverage) {
    let _ = writeln!(text, "covered files: {}", coverage.files.len());
    for (format, totals) in &coverage.totals {
        let _ = writeln!(text, "  [{format}] {}", totals_in_words(totals));
    }
    for (path, formats) in coverage.files.iter().take(SHOWN) {
        for (format, file) in formats {
            let counted = totals_in_words(&file.count());
            let _ = writeln!(text, "  {path} [{format}] {counted}");
            describe_file(text, file);
        }
    }
}

fn describe_file(text: &mut String, file: &FileCoverage) {
    let mut row = |title: &str, items: Vec<String>| {
        if !items.is_empty() {
            let more = if items.len() > LINES { " …" } else { "" };
            let shown = items.get(..LINES).unwrap_or(&items).join(" ");
            let _ = writeln!(text, "    {title} {shown}{more}");
        }
    };
    let lines = file.lines.iter();
    row(
        "lines",
        lines
            .map(|line| format!("{}:{}", { line.line }, { line.hits }))
            .collect(),
    );
    let branches = file.branches_by_line();
    let branches = branches
        .iter()
        .map(|(line, tally)| format!("{line}:{}", share(*tally)));
    row("branches", branches.collect());
    let functions = file.functions.iter().flatten();
    row(
        "functions",
        functions
            .map(|hit| format!("{}:{}", { hit.line }, { hit.hits }))
            .collect(),
    );
}

fn share(tally: Tally) -> String {
    format!("{}/{}", tally.covered, tally.total)
}

fn totals_in_words(totals: &Totals) -> String {
    [
        ("lines", totals.lines),
        ("branches", totals.branches),
        ("functions", totals.functions),
        ("statements", totals.statements),
    ]
    .iter()
    .map(|(of, tally)| format!("{of} {}", tally.map_or("none".to_owned(), share)))
    .collect::<Vec<_>>()
    .join(", ")
}

fn describe_tests(text: &mut String, tests: &Tests) {
    let _ = writeln!(text, "tests: {:?} in {:.3} s", tests.counts, tests.seconds);
    list(text, "suites", &tests.suites);
    list(text, "notable", &tests.notable);
    let slowest: Vec<_> = tests
        .slowest
        .iter()
        .map(|case| (&case.name, case.seconds))
        .collect();
    list(text, "slowest", &slowest);
}

fn describe_code(text: &mut String, code: &Code) {
    let _ = writeln!(text, "measured by {}", code.producer);
    let above = code.reported_above;
    let (cognitive, length) = (above.cognitive, above.length);
    let _ = writeln!(
        text,
        "Thresholds {{ cognitive: {cognitive}, length: {length} }}"
    );
    if (above.cyclomatic, above.parameters) != (0, 0) {
        let (cyclomatic, parameters) = (above.cyclomatic, above.parameters);
        let _ = writeln!(
            text,
            "left out: cyclomatic to {cyclomatic}, parameters to {parameters}"
        );
    }
    list(text, "functions", &code.functions);
    list(text, "files", &code.files);
    list(text, "failed", &code.failed);
}

fn describe_findings(text: &mut String, findings: &Findings) {
    let _ = writeln!(text, "inspected: {:?}", findings.inspected);
    let _ = writeln!(text, "tool error: {:?}", findings.tool_error);
    list(text, "findings", &findings.items);
}
