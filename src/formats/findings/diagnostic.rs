//! A diagnostic of reviewdog's format, which stands in a list or on a line of its own.

use serde::Deserialize;

use crate::domain::report::{Finding, Severity};
use crate::formats::json::{Maybe, Number, Text};

/// A diagnostic.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Diagnostic {
    message: Text,
    location: Maybe<Location>,
    severity: Text,
    source: Maybe<Source>,
    code: Maybe<Code>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Location {
    path: Text,
    range: Maybe<Range>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Range {
    start: Maybe<Position>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Position {
    line: Number,
    column: Number,
}

/// The tool.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Source {
    pub(super) name: Text,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Code {
    value: Text,
}

/// What a severity says, by name or by number, if it says anything.
pub(super) fn severity(said: &str) -> Option<Severity> {
    match said.to_ascii_uppercase().as_str() {
        "ERROR" | "1" => Some(Severity::Error),
        "WARNING" | "2" => Some(Severity::Warning),
        "INFO" | "3" => Some(Severity::Info),
        _ => None,
    }
}

impl Diagnostic {
    /// The finding, with its own severity and its own tool where it states them.
    pub(super) fn into_finding(self) -> (Finding, Option<Severity>, Option<String>) {
        let location = self.location.0.unwrap_or_default();
        let start = location.range.0.and_then(|range| range.start.0);
        let start = start.unwrap_or_default();
        let source = self.source.0.map(|source| source.name.0);
        let finding = Finding {
            path: location.path.0,
            line: start.line.place(),
            column: start.column.place(),
            rule: self.code.0.map(|code| code.value.0).unwrap_or_default(),
            message: self.message.0,
            ..Finding::default()
        };
        let source = source
            .map(|name| tool(&name))
            .filter(|name| !name.is_empty());
        (finding, severity(&self.severity.0), source)
    }
}

/// The tool's name in lower case, so that it is the same in whatever format it reports.
pub(super) fn tool(name: &str) -> String {
    name.trim().to_ascii_lowercase()
}
