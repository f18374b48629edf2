//! The figures of one report, as `andon inspect` shows them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::benchmarks::{self, BenchmarkFigures};
use super::findings::{self, FindingFigures, SecurityFigures};
use crate::domain::report::code::{FileMeasure, FunctionMeasure};
use crate::domain::report::coverage::{Tally, Totals};
use crate::domain::report::{
    Code, Coverage, Documentation, Documented, Duplication, Problem, Report, StatedEvent, Tests,
    Weight,
};

/// One report. A part that does not apply to the report is null.
#[derive(Debug, Clone, Serialize)]
pub struct Inspected {
    /// The file.
    pub path: String,
    /// The id of its format; null if it was not recognised.
    pub format: Option<&'static str>,
    /// What it mainly states; null if it was not recognised.
    pub kind: Option<&'static str>,
    /// What is wrong with it.
    pub problems: Vec<ProblemFigures>,
    /// Test cases.
    pub tests: Option<TestFigures>,
    /// Coverage.
    pub coverage: Option<CoverageFigures>,
    /// Measures of functions.
    pub functions: Option<FunctionFigures>,
    /// Measures of files.
    pub files: Option<FileFigures>,
    /// Located problems.
    pub findings: Option<FindingFigures>,
    /// Located problems about security.
    pub security: Option<SecurityFigures>,
    /// Clones.
    pub duplication: Option<DuplicationFigures>,
    /// What is documented.
    pub documentation: Option<DocumentationFigures>,
    /// How many single numbers it states.
    pub values: Option<u64>,
    /// Events.
    pub events: Option<EventFigures>,
    /// Benchmarks.
    pub benchmarks: Option<BenchmarkFigures>,
}

/// A problem and its place.
#[derive(Debug, Clone, Serialize)]
pub struct ProblemFigures {
    /// `error` or `warning`.
    pub weight: Weight,
    /// What is wrong.
    pub message: String,
    /// Line, if known.
    pub line: Option<u64>,
    /// Column, if known.
    pub column: Option<u64>,
}

/// Figures of test cases.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "the words are the model's")]
pub struct TestFigures {
    pub total: u64,
    pub passed: u64,
    pub failed: u64,
    pub errored: u64,
    pub skipped: u64,
    pub flaky: u64,
    pub seconds: f64,
}

/// Figures of coverage. What the format does not state is null.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "the words are the model's")]
pub struct CoverageFigures {
    pub files: u64,
    pub lines: Option<Tally>,
    pub branches: Option<Tally>,
    pub functions: Option<Tally>,
    pub statements: Option<Tally>,
}

/// Figures of functions.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "the words are the model's")]
pub struct FunctionFigures {
    pub count: u64,
    pub cyclomatic: Option<Spread>,
    pub cognitive: Option<Spread>,
}

/// How a measure is spread over functions.
#[derive(Debug, Clone, Copy, Serialize)]
#[allow(missing_docs, reason = "the words say it")]
pub struct Spread {
    pub max: u32,
    pub mean: f64,
    pub sum: u64,
}

/// Figures of files: sums, and the maintainability index's mean and lowest. What the format does not state is null.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "the words are the model's")]
pub struct FileFigures {
    pub count: u64,
    pub maintainability: Option<Index>,
    pub lines: Option<u64>,
    pub code: Option<u64>,
    pub comments: Option<u64>,
    pub blank: Option<u64>,
}

/// How an index is spread over files.
#[derive(Debug, Clone, Copy, Serialize)]
#[allow(missing_docs, reason = "the words say it")]
pub struct Index {
    pub mean: f64,
    pub lowest: f64,
}

/// Figures of clones. What the format does not state is null.
#[derive(Debug, Clone, Serialize)]
pub struct DuplicationFigures {
    /// How many clones.
    pub clones: u64,
    /// Lines that stand in a clone, as the format counts them.
    pub duplicated: u64,
    /// Lines inspected.
    pub lines: Option<u64>,
    /// Files inspected.
    pub files: Option<u64>,
}

/// Figures of documentation. What the format does not state is null.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "the words are the model's")]
pub struct DocumentationFigures {
    pub files: u64,
    /// Things counted, and those of them that are documented.
    pub tally: Option<Documented>,
    /// A share alone, in percent, where no count is stated.
    pub percent: Option<f64>,
}

/// Figures of events.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "the words are the model's")]
pub struct EventFigures {
    pub count: u64,
    /// What they are events of, by name.
    pub metrics: Vec<String>,
}

impl Inspected {
    /// The figures of a report. `kind` is the word for its format's kind.
    pub fn new(report: &Report, kind: Option<&'static str>) -> Inspected {
        let content = &report.content;
        Inspected {
            path: report.path.clone(),
            format: Some(report.format).filter(|format| !format.is_empty()),
            kind,
            problems: report.problems.iter().map(problem).collect(),
            tests: content.tests.as_ref().map(tests),
            coverage: content.coverage.as_ref().map(coverage),
            functions: content.code.as_ref().map(functions),
            files: content.code.as_ref().and_then(files),
            findings: content.findings.as_ref().map(findings::findings),
            security: content.security.as_ref().map(findings::security),
            duplication: content.duplication.as_ref().map(duplication),
            documentation: content.documentation.as_ref().map(documentation),
            values: content.values.as_ref().map(|values| values.len() as u64),
            events: content.events.as_deref().map(events),
            benchmarks: content.benchmarks.as_ref().map(benchmarks::figures),
        }
    }
}

fn events(events: &[StatedEvent]) -> EventFigures {
    let names: BTreeSet<&str> = events.iter().map(|event| &*event.raw.name).collect();
    EventFigures {
        count: events.len() as u64,
        metrics: names.into_iter().map(str::to_owned).collect(),
    }
}

fn problem(problem: &Problem) -> ProblemFigures {
    ProblemFigures {
        weight: problem.weight,
        message: problem.message.clone(),
        line: problem.place.map(|place| place.line),
        column: problem.place.and_then(|place| place.column),
    }
}

fn tests(tests: &Tests) -> TestFigures {
    let counts = &tests.counts;
    TestFigures {
        total: counts.total(),
        passed: counts.passed,
        failed: counts.failed,
        errored: counts.errored,
        skipped: counts.skipped,
        flaky: counts.flaky,
        seconds: tests.seconds,
    }
}

fn coverage(coverage: &Coverage) -> CoverageFigures {
    let files = coverage.files.values().flat_map(BTreeMap::values);
    let named = files.fold(Totals::default(), |sum, file| sum.plus(file.count()));
    // A report that names files is counted by them; its own totals only stand in where it names none.
    let totals = match coverage.files.is_empty() {
        true => coverage
            .totals
            .values()
            .fold(named, |sum, totals| sum.plus(*totals)),
        false => named,
    };
    CoverageFigures {
        files: coverage.files.len() as u64,
        lines: totals.lines,
        branches: totals.branches,
        functions: totals.functions,
        statements: totals.statements,
    }
}

fn functions(code: &Code) -> FunctionFigures {
    FunctionFigures {
        count: code.functions.len() as u64,
        cyclomatic: spread(code, |function| function.cyclomatic),
        cognitive: spread(code, |function| function.cognitive),
    }
}

fn files(code: &Code) -> Option<FileFigures> {
    let sum = |measure: fn(&FileMeasure) -> Option<u64>| {
        let stated = code.files.iter().filter_map(measure);
        stated.reduce(u64::saturating_add)
    };
    (!code.files.is_empty()).then(|| FileFigures {
        count: code.files.len() as u64,
        maintainability: index(code),
        lines: sum(|file| file.lines),
        code: sum(|file| file.code),
        comments: sum(|file| file.comments),
        blank: sum(|file| file.blank),
    })
}

#[allow(clippy::cast_precision_loss, reason = "a mean for display")]
fn index(code: &Code) -> Option<Index> {
    let stated = code.files.iter().filter_map(|file| file.maintainability);
    let values: Vec<f64> = stated.collect();
    let lowest = values.iter().copied().reduce(f64::min)?;
    Some(Index {
        mean: values.iter().sum::<f64>() / values.len() as f64,
        lowest,
    })
}

#[allow(clippy::cast_precision_loss, reason = "a mean for display")]
fn spread(code: &Code, measure: fn(&FunctionMeasure) -> Option<u32>) -> Option<Spread> {
    let values: Vec<u32> = code.functions.iter().filter_map(measure).collect();
    let sum = values.iter().map(|&value| u64::from(value)).sum();
    let max = *values.iter().max()?;
    Some(Spread {
        max,
        mean: sum as f64 / values.len() as f64,
        sum,
    })
}

fn duplication(found: &Duplication) -> DuplicationFigures {
    let figures = found.figures();
    DuplicationFigures {
        clones: figures.clones,
        duplicated: figures.duplicated,
        lines: figures.lines,
        files: figures.files,
    }
}

fn documentation(said: &Documentation) -> DocumentationFigures {
    let counted = said.percent.is_none();
    DocumentationFigures {
        files: said.files.len() as u64,
        tally: counted.then(|| said.total.unwrap_or_else(|| said.sum())),
        percent: said.percent,
    }
}
