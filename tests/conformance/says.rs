//! What the tool that wrote a report states about it, in its own summary: the figures that must come out.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::fs;

use andon::domain::report::coverage::Totals;
use andon::domain::report::{
    Benchmark, Benchmarks, Code, Coverage, Documentation, Duplication, Finding, Findings, Report,
    Risk, Severity, Tally, Tests, Weight,
};
use andon::formats::{Format, Limits};
use serde::Deserialize;

use super::fixtures::{Fixture, folder};
use super::read_bytes;

/// What a tool says of one report. Everything given is checked; keys are the words of the model.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Says {
    /// Where the tool says it: for people.
    #[allow(
        dead_code,
        reason = "required, so that no figure stands without its origin"
    )]
    source: String,
    /// Written by hand from the format's documentation, because its producer cannot be run: for people.
    #[serde(default)]
    #[allow(dead_code, reason = "says how much the figures are worth")]
    synthetic: bool,
    lines: Option<[u64; 2]>,
    branches: Option<[u64; 2]>,
    functions: Option<[u64; 2]>,
    statements: Option<[u64; 2]>,
    /// Files with coverage or with measures.
    files: Option<u64>,
    tests: Option<TestsSay>,
    /// That andon measures nothing of it, and has to say so.
    refused: Option<bool>,
    functions_count: Option<u64>,
    cyclomatic: Option<PointsSay>,
    cognitive: Option<PointsSay>,
    findings: Option<FindingsSay>,
    security: Option<SecuritySays>,
    duplication: Option<DuplicationSays>,
    documentation: Option<DocumentationSays>,
    benchmarks: Option<BenchmarksSay>,
    maintainability: Option<MaintainabilitySays>,
    sizes: Option<SizesSay>,
    values: Option<ValuesSay>,
    events: Option<ValuesSay>,
    /// Files that the tool says it could not analyse.
    failed: Option<u64>,
    /// Measurements of a snapshot.
    measurements: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TestsSay {
    total: Option<u64>,
    passed: Option<u64>,
    failed: Option<u64>,
    errored: Option<u64>,
    skipped: Option<u64>,
    flaky: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PointsSay {
    sum: Option<u64>,
    max: Option<u64>,
    /// Checked to as many decimals as are given.
    mean: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FindingsSay {
    total: Option<u64>,
    errors: Option<u64>,
    warnings: Option<u64>,
    infos: Option<u64>,
    /// Files or packages that were inspected.
    inspected: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SecuritySays {
    total: Option<u64>,
    critical: Option<u64>,
    high: Option<u64>,
    medium: Option<u64>,
    low: Option<u64>,
    unrated: Option<u64>,
    fixable: Option<u64>,
    /// Packages or files that were inspected.
    inspected: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DuplicationSays {
    clones: Option<u64>,
    duplicated: Option<u64>,
    lines: Option<u64>,
    files: Option<u64>,
    /// Files inspected that are named.
    named: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DocumentationSays {
    total: Option<u64>,
    documented: Option<u64>,
    files: Option<u64>,
    items: Option<u64>,
    percent: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BenchmarksSay {
    count: Option<u64>,
    failed: Option<u64>,
    /// Numbers with their units as the tool writes them, by benchmark and the quantity's own name: `36.51 ns/op`. Checked
    /// to as many decimals as are given.
    #[serde(default)]
    values: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MaintainabilitySays {
    files: Option<u64>,
    /// Checked to as many decimals as are given.
    lowest: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ValuesSay {
    count: Option<u64>,
    /// Checked to as many decimals as are given.
    sum: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SizesSay {
    lines: Option<u64>,
    code: Option<u64>,
    comments: Option<u64>,
    blank: Option<u64>,
}

/// Compares every figure in the format's `says.yaml` with what was read.
pub(crate) fn check(format: &'static Format, fixtures: &[Fixture]) -> Vec<String> {
    let path = folder(format.id).join("says.yaml");
    let says: BTreeMap<String, Says> = match fs::read_to_string(&path) {
        Ok(text) => match serde_yaml::from_str(&text) {
            Ok(says) => says,
            Err(error) => return vec![format!("{}: {error}", path.display())],
        },
        Err(error) => return vec![format!("{}: {error}", path.display())],
    };
    let (mut wrong, mut checked) = (Vec::new(), 0);
    for (name, says) in &says {
        let Some(fixture) = fixtures.iter().find(|fixture| fixture.name == *name) else {
            wrong.push(format!("says.yaml names {name}, which is not there"));
            continue;
        };
        let report = read_bytes(name, fixture.bytes.clone(), None, &Limits::default());
        let mut ledger = Ledger::default();
        says.compare(&report, &mut ledger);
        checked += ledger.checked;
        wrong.extend(
            ledger
                .wrong
                .into_iter()
                .map(|what| format!("{name}: {what}")),
        );
    }
    if checked == 0 {
        wrong.push("says.yaml states no figure".to_owned());
    }
    wrong
}

/// What was compared so far.
#[derive(Default)]
struct Ledger {
    checked: usize,
    wrong: Vec<String>,
}

impl Ledger {
    /// Compares what the tool says, if it says anything, with what was read.
    fn same<T: PartialEq + Debug>(&mut self, what: &str, says: Option<T>, read: Option<T>) {
        let Some(says) = says else { return };
        self.checked += 1;
        match read {
            Some(read) if read == says => {}
            read => self
                .wrong
                .push(format!("{what}: the tool says {says:?}, read {read:?}")),
        }
    }

    /// Compares to as many decimals as the tool gives.
    fn close(&mut self, what: &str, says: Option<f64>, read: Option<f64>) {
        let decimals = |text: String| text.split_once('.').map_or(0, |(_, after)| after.len());
        let rounded = says.zip(read).map(|(says, read)| {
            let decimals = decimals(says.to_string());
            format!("{read:.decimals$}")
        });
        self.same(what, says.map(|says| says.to_string()), rounded);
    }
}

impl Says {
    fn compare(&self, report: &Report, ledger: &mut Ledger) {
        let content = &report.content;
        let totals = content.coverage.as_ref().map(totals).unwrap_or_default();
        let mut tally = |what, says: Option<[u64; 2]>, read: Option<Tally>| {
            ledger.same(what, says, read.map(|tally| [tally.covered, tally.total]));
        };
        tally("lines", self.lines, totals.lines);
        tally("branches", self.branches, totals.branches);
        tally("functions", self.functions, totals.functions);
        tally("statements", self.statements, totals.statements);
        let covered = content
            .coverage
            .as_ref()
            .map(|coverage| coverage.files.len() as u64);
        let measured = content.code.as_ref().map(paths);
        ledger.same("files", self.files, covered.or(measured));
        if let Some(says) = &self.tests {
            says.compare(content.tests.as_ref(), ledger);
        }
        let error = |problem: &andon::domain::report::Problem| problem.weight == Weight::Error;
        let refused = content.code.is_none() && report.problems.iter().any(error);
        ledger.same("refused", self.refused, Some(refused));
        let code = content.code.as_ref();
        let count = code.map(|code| code.functions.len() as u64);
        ledger.same("functions_count", self.functions_count, count);
        for (what, says, points) in [
            ("cyclomatic", &self.cyclomatic, code.map(cyclomatic)),
            ("cognitive", &self.cognitive, code.map(cognitive)),
        ] {
            if let Some(says) = says {
                says.compare(what, &points.unwrap_or_default(), ledger);
            }
        }
        if let Some(says) = &self.findings {
            says.compare(content.findings.as_ref(), ledger);
        }
        if let Some(says) = &self.security {
            says.compare(content.security.as_ref(), ledger);
        }
        if let Some(says) = &self.duplication {
            says.compare(content.duplication.as_ref(), ledger);
        }
        if let Some(says) = &self.documentation {
            says.compare(content.documentation.as_ref(), ledger);
        }
        if let Some(says) = &self.benchmarks {
            says.compare(content.benchmarks.as_ref(), ledger);
        }
        if let Some(says) = &self.maintainability {
            says.compare(code, ledger);
        }
        if let Some(says) = &self.sizes {
            says.compare(code, ledger);
        }
        if let Some(says) = &self.values {
            let values = content.values.as_deref();
            ledger.same(
                "values",
                says.count,
                values.map(|values| values.len() as u64),
            );
            let sum = values.map(|values| values.iter().map(|value| value.value).sum());
            ledger.close("sum of values", says.sum, sum);
        }
        if let Some(says) = &self.events {
            let events = content.events.as_deref();
            let count = events.map(|events| events.len() as u64);
            ledger.same("events", says.count, count);
            let sum = events.map(|events| events.iter().map(|event| event.raw.value).sum());
            ledger.close("sum of events", says.sum, sum);
        }
        ledger.same(
            "failed",
            self.failed,
            code.map(|code| code.failed.len() as u64),
        );
        let snapshot = content.snapshot.as_ref();
        let measurements = snapshot.map(|snapshot| snapshot.measurements.len() as u64);
        ledger.same("measurements", self.measurements, measurements);
    }
}

fn totals(coverage: &Coverage) -> Totals {
    let files = coverage.files.values().flat_map(BTreeMap::values);
    let whole = coverage.totals.values().copied();
    let parts = files.map(|file| file.count()).chain(whole);
    parts.fold(Totals::default(), Totals::plus)
}

fn paths(code: &Code) -> u64 {
    let functions = code.functions.iter().map(|function| &function.path);
    let files = code.files.iter().map(|file| &file.path);
    functions.chain(files).collect::<BTreeSet<_>>().len() as u64
}

fn cyclomatic(code: &Code) -> Vec<u32> {
    code.functions.iter().filter_map(|f| f.cyclomatic).collect()
}

fn cognitive(code: &Code) -> Vec<u32> {
    code.functions.iter().filter_map(|f| f.cognitive).collect()
}

impl TestsSay {
    fn compare(&self, tests: Option<&Tests>, ledger: &mut Ledger) {
        let counts = tests.map(|tests| tests.counts);
        ledger.same("tests", self.total, counts.map(|c| c.total()));
        ledger.same("passed", self.passed, counts.map(|c| c.passed));
        ledger.same("failed", self.failed, counts.map(|c| c.failed));
        ledger.same("errored", self.errored, counts.map(|c| c.errored));
        ledger.same("skipped", self.skipped, counts.map(|c| c.skipped));
        ledger.same("flaky", self.flaky, counts.map(|c| c.flaky));
    }
}

impl PointsSay {
    fn compare(&self, what: &str, points: &[u32], ledger: &mut Ledger) {
        let sum: u64 = points.iter().copied().map(u64::from).sum();
        let mean = (!points.is_empty()).then(|| sum as f64 / points.len() as f64);
        let max = points.iter().max().copied().map(u64::from);
        ledger.same(&format!("{what} sum"), self.sum, Some(sum));
        ledger.same(&format!("{what} max"), self.max, max);
        ledger.close(&format!("{what} mean"), self.mean, mean);
    }
}

impl DuplicationSays {
    fn compare(&self, found: Option<&Duplication>, ledger: &mut Ledger) {
        let stated = found.and_then(|found| found.stated);
        ledger.same("clones", self.clones, found.map(|f| f.clones.len() as u64));
        ledger.same("duplicated", self.duplicated, stated.map(|s| s.duplicated));
        ledger.same("lines inspected", self.lines, stated.map(|s| s.lines));
        ledger.same("files inspected", self.files, stated.map(|s| s.files));
        ledger.same(
            "files named",
            self.named,
            found.map(|f| f.files.len() as u64),
        );
    }
}

impl DocumentationSays {
    fn compare(&self, said: Option<&Documentation>, ledger: &mut Ledger) {
        let total = said.map(|said| said.total.unwrap_or_else(|| said.sum()));
        ledger.same("items in total", self.total, total.map(|t| t.total));
        ledger.same("documented", self.documented, total.map(|t| t.documented));
        ledger.same("files", self.files, said.map(|s| s.files.len() as u64));
        ledger.same("items", self.items, said.map(|s| s.items.len() as u64));
        ledger.same("percent", self.percent, said.and_then(|said| said.percent));
    }
}

impl SecuritySays {
    fn compare(&self, found: Option<&Findings>, ledger: &mut Ledger) {
        let of = |counted: &dyn Fn(&Finding) -> bool| {
            found.map(|f| f.items.iter().filter(|item| counted(item)).count() as u64)
        };
        let rated = |risk| of(&move |item| item.risk == Some(risk));
        ledger.same("security findings", self.total, of(&|_| true));
        ledger.same("critical", self.critical, rated(Risk::Critical));
        ledger.same("high", self.high, rated(Risk::High));
        ledger.same("medium", self.medium, rated(Risk::Medium));
        ledger.same("low", self.low, rated(Risk::Low));
        ledger.same("unrated", self.unrated, rated(Risk::Unrated));
        ledger.same("fixable", self.fixable, of(&|item| !item.remedy.is_empty()));
        ledger.same("inspected", self.inspected, found.and_then(|f| f.inspected));
    }
}

impl FindingsSay {
    fn compare(&self, findings: Option<&Findings>, ledger: &mut Ledger) {
        let of = |severity: Option<Severity>| {
            let wanted = |found: Severity| severity.is_none_or(|severity| severity == found);
            findings.map(|f| f.items.iter().filter(|item| wanted(item.severity)).count() as u64)
        };
        ledger.same("findings", self.total, of(None));
        ledger.same("errors", self.errors, of(Some(Severity::Error)));
        ledger.same("warnings", self.warnings, of(Some(Severity::Warning)));
        ledger.same("infos", self.infos, of(Some(Severity::Info)));
        ledger.same(
            "inspected",
            self.inspected,
            findings.and_then(|f| f.inspected),
        );
    }
}

impl BenchmarksSay {
    fn compare(&self, said: Option<&Benchmarks>, ledger: &mut Ledger) {
        let items = said.map(|said| said.items.as_slice());
        let failed = |items: &[Benchmark]| {
            let failed = items.iter().filter(|item| item.failure.is_some());
            failed.count() as u64
        };
        ledger.same("benchmarks", self.count, items.map(|all| all.len() as u64));
        ledger.same("failed benchmarks", self.failed, items.map(failed));
        for (name, says) in &self.values {
            let decimals = says
                .split_once(' ')
                .map_or(says.as_str(), |(number, _)| number);
            let decimals = decimals.split_once('.').map_or(0, |(_, after)| after.len());
            let quantities = items.unwrap_or_default().iter();
            let quantities = quantities.flat_map(Benchmark::quantities_with_names);
            let read: Vec<String> = quantities
                .filter(|(own, _)| own == name)
                .map(|(_, found)| {
                    format!("{:.decimals$} {}", found.stated.value, found.stated.unit)
                })
                .collect();
            let same = read.iter().find(|read| read.trim_end() == says);
            let read = same.cloned().unwrap_or(read.join(", "));
            ledger.same(name, Some(says.clone()), Some(read.trim_end().to_owned()));
        }
    }
}

impl MaintainabilitySays {
    fn compare(&self, code: Option<&Code>, ledger: &mut Ledger) {
        let files = code.map(|code| code.files.as_slice()).unwrap_or_default();
        let indices = || files.iter().filter_map(|file| file.maintainability);
        ledger.same(
            "maintainability files",
            self.files,
            Some(indices().count() as u64),
        );
        ledger.close(
            "lowest maintainability",
            self.lowest,
            indices().reduce(f64::min),
        );
    }
}

impl SizesSay {
    fn compare(&self, code: Option<&Code>, ledger: &mut Ledger) {
        let files = code.map(|code| code.files.as_slice()).unwrap_or_default();
        let mut size = |what, says, of: fn(&andon::domain::report::FileMeasure) -> Option<u64>| {
            let stated: Vec<u64> = files.iter().filter_map(of).collect();
            ledger.same(
                what,
                says,
                (!stated.is_empty()).then(|| stated.iter().sum()),
            );
        };
        size("size in lines", self.lines, |file| file.lines);
        size("lines of code", self.code, |file| file.code);
        size("comment lines", self.comments, |file| file.comments);
        size("blank lines", self.blank, |file| file.blank);
    }
}
