//! Located problems that linters and scanners report.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// How bad a finding is, on one scale for all producers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Notes, hints, style.
    Info,
    /// Should be looked at.
    Warning,
    /// Wrong, or not even parsed.
    Error,
}

/// One located problem.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Finding {
    /// The file, as the report names it until paths are matched.
    pub path: String,
    /// The first line, from 1; 0 if unknown.
    pub line: u32,
    /// The column, from 1; 0 if unknown.
    pub column: u32,
    /// How bad.
    pub severity: Severity,
    /// The tool that found it: `clippy`.
    pub producer: Cow<'static, str>,
    /// The tool's name of the rule; empty if it gives none.
    pub rule: String,
    /// What it says.
    pub message: String,
    /// What identifies the place whatever its line number: a hash of the source line without its white space. Empty if
    /// the line could not be read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub anchor: String,
}

/// What a linter found, and how much it looked at.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Findings {
    /// The located problems, each once.
    pub items: Vec<Finding>,
    /// How many files or packages were inspected, where the report says so.
    pub inspected: Option<u64>,
    /// What the report says of its own tool's failure: then "no findings" means nothing.
    pub tool_error: Option<String>,
}
