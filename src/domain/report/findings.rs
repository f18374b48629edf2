//! Located problems that linters and scanners report.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// How bad a finding is, on one scale for all producers.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Notes, hints, style.
    Info,
    /// Should be looked at.
    #[default]
    Warning,
    /// Wrong, or not even parsed.
    Error,
}

/// How much harm a finding about security can do, on the scale of CVSS: low below 4.0, medium below 7.0, high below 9.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// The producer does not rate it.
    Unrated,
    /// 0.1 to 3.9.
    Low,
    /// 4.0 to 6.9.
    Medium,
    /// 7.0 to 8.9.
    High,
    /// 9.0 and more.
    Critical,
}

impl Risk {
    /// The risk of a CVSS score; a score of 0 or none is not rated.
    pub fn of_score(score: f64) -> Risk {
        match score {
            score if score >= 9.0 => Risk::Critical,
            score if score >= 7.0 => Risk::High,
            score if score >= 4.0 => Risk::Medium,
            score if score > 0.0 => Risk::Low,
            _ => Risk::Unrated,
        }
    }

    /// The risk that a producer's word names, in any case; `None` for a word that is none.
    pub fn of_word(word: &str) -> Option<Risk> {
        Some(match word.trim().to_ascii_lowercase().as_str() {
            "critical" => Risk::Critical,
            "high" | "important" => Risk::High,
            "medium" | "moderate" => Risk::Medium,
            "low" | "minor" | "negligible" => Risk::Low,
            "" | "unknown" | "undefined" | "unrated" | "none" | "info" | "informational" => {
                Risk::Unrated
            }
            _ => return None,
        })
    }

    /// The severity of a finding of this risk, where the producer states none.
    pub fn severity(self) -> Severity {
        match self {
            Risk::Critical | Risk::High => Severity::Error,
            Risk::Medium | Risk::Unrated => Severity::Warning,
            Risk::Low => Severity::Info,
        }
    }
}

/// One located problem.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
    /// How much harm it can do; `None` for what is not about security.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<Risk>,
    /// What mends it, where the producer says so: `update to 1.2.3`. Empty if nothing does yet.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remedy: String,
}

/// What a linter found, and how much it looked at.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Findings {
    /// The located problems, each once.
    pub items: Vec<Finding>,
    /// The tools that looked, where the report names them, whether they found anything or not. The producers of the
    /// items need not be repeated.
    pub producers: BTreeSet<Cow<'static, str>>,
    /// How many files or packages were inspected, where the report says so.
    pub inspected: Option<u64>,
    /// What the report says of its own tool's failure: then "no findings" means nothing.
    pub tool_error: Option<String>,
}
