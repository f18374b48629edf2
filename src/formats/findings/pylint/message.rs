//! A message of pylint.

use serde::Deserialize;
use serde_json::Value;

use super::super::super::{Limits, json};
use super::PRODUCER;
use crate::domain::report::{Finding, Severity};

/// What is wrong, and where.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Message {
    #[serde(rename = "type", deserialize_with = "json::lenient")]
    pub(super) category: String,
    #[serde(deserialize_with = "json::lenient")]
    pub(super) path: String,
    #[serde(deserialize_with = "json::lenient")]
    pub(super) line: u32,
    /// From 0.
    #[serde(deserialize_with = "json::lenient")]
    pub(super) column: Option<u32>,
    /// The function or class, qualified in its module.
    #[serde(deserialize_with = "json::lenient")]
    pub(super) obj: String,
    #[serde(deserialize_with = "json::lenient")]
    pub(super) symbol: String,
    #[serde(deserialize_with = "json::lenient")]
    pub(super) message: String,
    #[serde(
        rename = "message-id",
        alias = "messageId",
        deserialize_with = "json::lenient"
    )]
    pub(super) id: String,
}

impl Message {
    /// Whether pylint itself failed.
    pub(super) fn is_fatal(&self) -> bool {
        self.category == "fatal"
    }

    /// The rule's name, or its number in what names it not.
    pub(super) fn rule(&self) -> &str {
        if self.symbol.is_empty() {
            &self.id
        } else {
            &self.symbol
        }
    }

    /// The finding that it is.
    pub(super) fn into_finding(self, limits: &Limits) -> Finding {
        Finding {
            rule: limits.cap(self.rule().to_owned()),
            path: self.path,
            line: self.line,
            column: self.column.map_or(0, |column| column.saturating_add(1)),
            severity: severity(&self.category),
            producer: PRODUCER.into(),
            message: limits.cap(self.message),
            ..Finding::default()
        }
    }
}

fn severity(category: &str) -> Severity {
    match category {
        "refactor" | "convention" | "info" => Severity::Info,
        "warning" => Severity::Warning,
        _ => Severity::Error,
    }
}

/// The end of `json2`.
#[derive(Deserialize)]
pub(super) struct Statistics {
    #[serde(rename = "modulesLinted", default)]
    modules_linted: Value,
}

impl Statistics {
    /// How many modules were looked at, without `Command line` and `Command line or configuration file`, for which
    /// pylint opens an account before it begins.
    pub(super) fn modules(&self) -> Option<u64> {
        self.modules_linted
            .as_u64()
            .map(|modules| modules.saturating_sub(2))
    }
}
