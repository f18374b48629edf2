//! `andon inspect` on a terminal: a paragraph for each file.

use anstyle::{AnsiColor, Style};

use super::Inspected;
use super::figures::{DocumentationFigures, DuplicationFigures, Spread};
use crate::domain::report::Weight;
use crate::domain::report::coverage::Tally;
use crate::render::table::{Cell, Line, align};
use crate::text::escape::workflow::stdout_safe;
use crate::text::number::{self, Lean};
use crate::text::{fit, plural};

const STRONG: Style = Style::new().bold();
const INDENT: usize = 2;
/// Names that are listed at the most.
const LISTED: usize = 6;

/// The reports as text, no line of it wider than asked.
pub fn render(reports: &[Inspected], width: usize, colour: bool) -> String {
    let paragraphs: Vec<String> = reports
        .iter()
        .map(|report| paragraph(report, width, colour))
        .collect();
    stdout_safe(&paragraphs.join("\n")).into_owned()
}

fn paragraph(report: &Inspected, width: usize, colour: bool) -> String {
    let mut out = String::new();
    let format = report.format.map_or("not recognised".to_owned(), |format| {
        format!("{format}, {}", report.kind.unwrap_or("report"))
    });
    Line::new()
        .styled(STRONG, &report.path)
        .text("  ")
        .text(&format)
        .write(&mut out, width, colour);
    for line in align(&rows(report), INDENT, width) {
        line.write(&mut out, width, colour);
    }
    for problem in &report.problems {
        let (mark, tint) = match problem.weight {
            Weight::Error => ("✗", AnsiColor::Red),
            Weight::Warning => ("!", AnsiColor::Yellow),
        };
        let place = match (problem.line, problem.column) {
            (Some(line), Some(column)) => format!("line {line}, column {column}: "),
            (Some(line), None) => format!("line {line}: "),
            (None, _) => String::new(),
        };
        let text = crate::text::escape::visible(&problem.message).into_owned();
        let lines = fit::wrap(&format!("{place}{text}"), width.saturating_sub(INDENT + 2));
        for (at, text) in lines.iter().enumerate() {
            let head = if at == 0 { mark } else { " " };
            let line = Line::new()
                .text("  ")
                .styled(tint.on_default(), head)
                .text(" ")
                .text(text);
            line.write(&mut out, width, colour);
        }
    }
    out
}

fn rows(report: &Inspected) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    let mut row = |name: &str, value: String| rows.push(vec![Cell::new(name), Cell::new(value)]);
    if let Some(tests) = &report.tests {
        let counts = [
            (tests.failed, "failed"),
            (tests.errored, "errored"),
            (tests.skipped, "skipped"),
            (tests.flaky, "flaky"),
        ];
        let mut text = format!(
            "{}: {} passed",
            plural::s(tests.total, "test"),
            number::count(tests.passed)
        );
        for (count, word) in counts.into_iter().filter(|(count, _)| *count > 0) {
            text.push_str(&format!(", {} {word}", number::count(count)));
        }
        row(
            "tests",
            format!("{text}; {}", number::duration(tests.seconds)),
        );
    }
    if let Some(coverage) = &report.coverage {
        row("files", number::count(coverage.files));
        row("lines", tally(coverage.lines));
        row("branches", tally(coverage.branches));
        row("functions", tally(coverage.functions));
        row("statements", tally(coverage.statements));
    }
    if let Some(files) = &report.files {
        row("files", number::count(files.count));
        if let Some(index) = files.maintainability {
            let (mean, lowest) = (number::decimal(index.mean), number::decimal(index.lowest));
            row("maintainability", format!("mean {mean}, lowest {lowest}"));
        }
        for (name, count) in [
            ("lines", files.lines),
            ("code", files.code),
            ("comments", files.comments),
            ("blank", files.blank),
        ] {
            if let Some(count) = count {
                row(name, number::count(count));
            }
        }
    }
    // A format that measures files alone has no functions to speak of.
    let functions = report.functions.as_ref();
    if let Some(functions) = functions.filter(|found| found.count > 0 || report.files.is_none()) {
        row("functions", number::count(functions.count));
        row("cyclomatic", spread(functions.cyclomatic));
        row("cognitive", spread(functions.cognitive));
    }
    let findings = report.findings.iter().flat_map(|found| found.rows());
    let security = report.security.iter().flat_map(|found| found.rows());
    findings
        .chain(security)
        .for_each(|(name, value)| row(name, value));
    if let Some(found) = &report.duplication {
        let count = |count: Option<u64>| count.map_or("not stated".to_owned(), number::count);
        row("files", count(found.files));
        row("lines", count(found.lines));
        row("clones", number::count(found.clones));
        row("duplicated", duplicated(found));
    }
    if let Some(said) = &report.documentation {
        // A format that states a total alone names none.
        if said.files > 0 {
            row("files", number::count(said.files));
        }
        row("documented", documented(said));
    }
    if let Some(values) = report.values {
        row("values", number::count(values));
    }
    if let Some(events) = &report.events {
        row("events", number::count(events.count));
        row("metrics", named(&events.metrics));
    }
    if let Some(benchmarks) = &report.benchmarks {
        for (name, value) in benchmarks.rows() {
            row(&name, value);
        }
    }
    rows
}

/// The first few of many names.
fn named(names: &[String]) -> String {
    let (shown, rest) = names.split_at(names.len().min(LISTED));
    match rest.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// `16 lines (8.98%)`; the share only where it is one.
fn duplicated(found: &DuplicationFigures) -> String {
    let lines = plural::s(found.duplicated, "line");
    match found.lines {
        Some(whole) if whole > 0 && found.duplicated <= whole => {
            let share = number::ratio(found.duplicated, whole, Lean::Up);
            format!("{lines} ({share})")
        }
        _ => lines,
    }
}

fn documented(said: &DocumentationFigures) -> String {
    match (said.tally, said.percent) {
        (Some(of), _) => tally(Some(Tally::new(of.documented, of.total))),
        (None, Some(percent)) => format!("{}%", number::decimal(percent)),
        (None, None) => tally(None),
    }
}

fn tally(tally: Option<Tally>) -> String {
    match tally {
        None => "not stated".to_owned(),
        Some(Tally { total: 0, .. }) => "none".to_owned(),
        Some(Tally { covered, total }) => format!(
            "{} of {} ({})",
            number::count(covered),
            number::count(total),
            number::ratio(covered, total, Lean::Down)
        ),
    }
}

fn spread(spread: Option<Spread>) -> String {
    spread.map_or("not stated".to_owned(), |spread| {
        format!(
            "highest {}, mean {}, sum {}",
            spread.max,
            number::decimal(spread.mean),
            number::count(spread.sum)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::report::duplication::Stated;
    use crate::domain::report::{
        Code, Content, Coverage, Documentation, Documented, Duplication, Finding, Findings,
        FunctionMeasure, Problem, Report, Risk, Severity, Tests,
    };
    use crate::render::{fixtures, inspect};

    fn reports() -> Vec<Inspected> {
        let report = |path: &str, format, content, problems| Report {
            path: path.to_owned(),
            format,
            labels: Default::default(),
            content,
            problems,
        };
        let mut tests = Tests {
            seconds: 12.5,
            ..Tests::default()
        };
        tests.counts.passed = 1200;
        tests.counts.failed = 3;
        let mut coverage = Coverage::default();
        let file = coverage.file("src/a.py", "lcov");
        file.line(1, 1);
        file.line(2, 0);
        file.branch_count(1, 1, 2);
        coverage.finish();
        let measure = |cyclomatic| FunctionMeasure {
            cyclomatic: Some(cyclomatic),
            ..FunctionMeasure::default()
        };
        let code = Code {
            functions: vec![measure(3), measure(8)],
            ..Code::default()
        };
        let finding = Finding {
            path: "a.rs".to_owned(),
            line: 1,
            column: 1,
            severity: Severity::Warning,
            producer: "clippy".into(),
            rule: String::new(),
            message: String::new(),
            anchor: String::new(),
            ..Finding::default()
        };
        let vulnerable = |risk, remedy: &str| Finding {
            risk: Some(risk),
            remedy: remedy.to_owned(),
            ..finding.clone()
        };
        let security = Findings {
            items: vec![
                vulnerable(Risk::Critical, "update to 2.0"),
                vulnerable(Risk::High, ""),
                vulnerable(Risk::Unrated, ""),
            ],
            inspected: Some(1234),
            tool_error: Some("::error::no network\u{1b}[31m".to_owned()),
            ..Findings::default()
        };
        let findings = Findings {
            items: vec![finding],
            ..Findings::default()
        };
        let broken = vec![
            Problem::error(fixtures::HOSTILE.join("; ")).at(3, 7),
            Problem::warning("declared 4, counted 3"),
        ];
        vec![
            Inspected::new(
                &report(
                    "junit.xml",
                    "junit",
                    Content {
                        tests: Some(tests),
                        ..Content::default()
                    },
                    vec![],
                ),
                Some("tests"),
            ),
            Inspected::new(
                &report(
                    "lcov.info",
                    "lcov",
                    Content {
                        coverage: Some(coverage),
                        ..Content::default()
                    },
                    vec![],
                ),
                Some("coverage"),
            ),
            Inspected::new(
                &report(
                    "clippy.json",
                    "clippy",
                    Content {
                        code: Some(code),
                        findings: Some(findings),
                        ..Content::default()
                    },
                    vec![],
                ),
                Some("findings"),
            ),
            Inspected::new(
                &report(
                    "audit.json",
                    "npm_audit",
                    Content {
                        security: Some(security),
                        ..Content::default()
                    },
                    vec![],
                ),
                Some("security"),
            ),
            Inspected::new(
                &report(
                    "jscpd-report.json",
                    "jscpd",
                    Content {
                        duplication: Some(Duplication {
                            stated: Some(Stated {
                                clones: 2,
                                duplicated: 16,
                                lines: 178,
                                files: 5,
                            }),
                            ..Duplication::default()
                        }),
                        ..Content::default()
                    },
                    vec![],
                ),
                Some("duplication"),
            ),
            Inspected::new(
                &report(
                    "interrogate.txt",
                    "interrogate",
                    Content {
                        documentation: Some(Documentation {
                            total: Some(Documented {
                                documented: 7,
                                total: 9,
                            }),
                            ..Documentation::default()
                        }),
                        ..Content::default()
                    },
                    vec![],
                ),
                Some("documentation"),
            ),
            Inspected::new(
                &report("::error::\u{1b}[31m.txt", "", Content::default(), broken),
                None,
            ),
        ]
    }

    #[test]
    fn shows_each_kind() {
        insta::assert_snapshot!(render(&reports(), 80, false));
        insta::assert_snapshot!(inspect::json::render(&reports()));
    }

    #[test]
    fn nothing_is_wider_than_the_terminal() {
        for width in [1, 20, 80] {
            let text = render(&reports(), width, false);
            assert!(text.lines().all(|line| fit::width(line) <= width));
        }
    }
}
