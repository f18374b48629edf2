//! The figures of located problems: of linters, and of what looks for holes in security.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::report::{Finding, Findings, Risk, Severity};
use crate::text::{number, plural};

/// Figures of located problems.
#[derive(Debug, Clone, Serialize)]
pub struct FindingFigures {
    /// All of them.
    pub total: u64,
    /// How many of each severity; every severity is named.
    pub by_severity: BTreeMap<&'static str, u64>,
    /// How many files or packages were inspected; null where the report does not say.
    pub inspected: Option<u64>,
    /// How the tool itself failed, by its own report: then the counts say little. Null if it did not.
    pub tool_error: Option<String>,
}

/// Figures of findings about security.
#[derive(Debug, Clone, Serialize)]
pub struct SecurityFigures {
    /// All of them.
    pub total: u64,
    /// How many of each risk; every risk is named.
    pub by_risk: BTreeMap<&'static str, u64>,
    /// Those of which the producer says what mends them.
    pub fixable: u64,
    /// How many files or packages were inspected; null where the report does not say.
    pub inspected: Option<u64>,
    /// How the tool itself failed, by its own report: then the counts say little. Null if it did not.
    pub tool_error: Option<String>,
}

const SEVERITIES: [(&str, Severity); 3] = [
    ("error", Severity::Error),
    ("warning", Severity::Warning),
    ("info", Severity::Info),
];

const RISKS: [(&str, Risk); 5] = [
    ("critical", Risk::Critical),
    ("high", Risk::High),
    ("medium", Risk::Medium),
    ("low", Risk::Low),
    ("unrated", Risk::Unrated),
];

pub(super) fn findings(said: &Findings) -> FindingFigures {
    let of = |severity| move |finding: &Finding| finding.severity == severity;
    FindingFigures {
        total: said.items.len() as u64,
        by_severity: SEVERITIES
            .map(|(word, severity)| (word, count(said, of(severity))))
            .into(),
        inspected: said.inspected,
        tool_error: said.tool_error.clone(),
    }
}

pub(super) fn security(said: &Findings) -> SecurityFigures {
    let of = |risk| move |finding: &Finding| finding.risk == Some(risk);
    SecurityFigures {
        total: said.items.len() as u64,
        by_risk: RISKS
            .map(|(word, risk)| (word, count(said, of(risk))))
            .into(),
        fixable: count(said, |finding| !finding.remedy.is_empty()),
        inspected: said.inspected,
        tool_error: said.tool_error.clone(),
    }
}

fn count(said: &Findings, counts: impl Fn(&Finding) -> bool) -> u64 {
    said.items.iter().filter(|finding| counts(finding)).count() as u64
}

/// Name and value of a line on a terminal.
type Row = (&'static str, String);

impl FindingFigures {
    /// The lines on a terminal.
    pub(super) fn rows(&self) -> Vec<Row> {
        let by = SEVERITIES.map(|(word, _)| {
            let count = self.by_severity.get(word).copied().unwrap_or_default();
            plural::s(count, word)
        });
        let all = format!("{}: {}", number::count(self.total), by.join(", "));
        let mut rows = vec![("findings", all)];
        rows.extend(beside(self.inspected, self.tool_error.as_deref()));
        rows
    }
}

impl SecurityFigures {
    /// The lines on a terminal.
    pub(super) fn rows(&self) -> Vec<Row> {
        let by = RISKS.map(|(word, _)| {
            let count = self.by_risk.get(word).copied().unwrap_or_default();
            format!("{} {word}", number::count(count))
        });
        let (all, by) = (number::count(self.total), by.join(", "));
        let mut rows = vec![
            ("security", format!("{all}: {by}")),
            ("fixable", number::count(self.fixable)),
        ];
        rows.extend(beside(self.inspected, self.tool_error.as_deref()));
        rows
    }
}

fn beside(inspected: Option<u64>, tool_error: Option<&str>) -> impl Iterator<Item = Row> {
    let inspected = inspected.map(|count| ("inspected", number::count(count)));
    let failed = tool_error.map(|error| ("tool failed", error.to_owned()));
    inspected.into_iter().chain(failed)
}
