//! A test as Mocha's reporters write it.

use serde::Deserialize;
use serde_json::Value;

use super::super::record::{Detail, Ended, Record};
use crate::domain::report::Outcome;
use crate::formats::json;

/// A test, or a hook that failed.
#[derive(Deserialize)]
pub(in super::super) struct Test {
    title: String,
    #[serde(rename = "fullTitle", default, deserialize_with = "json::lenient")]
    full_title: String,
    #[serde(default, deserialize_with = "json::lenient")]
    file: String,
    /// In milliseconds.
    #[serde(default, deserialize_with = "json::lenient")]
    duration: f64,
    /// How often it had been tried before.
    #[serde(rename = "currentRetry", default, deserialize_with = "json::lenient")]
    retry: u32,
    /// An object with `message` and `stack` (mochawesome: `estack`), or the message.
    #[serde(default)]
    err: Value,
    #[serde(default, deserialize_with = "json::lenient")]
    stack: String,
    /// Only of mochawesome: `passed`, `failed`, `pending`, or nothing.
    #[serde(default, deserialize_with = "json::lenient")]
    pub(in super::super) state: String,
    /// Only of mochawesome: a hook that failed kept it from running.
    #[serde(default, deserialize_with = "json::lenient")]
    pub(in super::super) skipped: bool,
}

impl Test {
    /// Counts it.
    pub(in super::super) fn record(&self, outcome: Outcome, record: &mut Record) {
        let suite = self.full_title.strip_suffix(self.title.as_str());
        self.record_in(suite.unwrap_or_default().trim_end(), outcome, record);
    }

    /// Counts it in this suite.
    pub(in super::super) fn record_in(&self, suite: &str, outcome: Outcome, record: &mut Record) {
        let outcome = match outcome {
            Outcome::Passed if self.retry > 0 => Outcome::Flaky,
            outcome => outcome,
        };
        let ended = Ended {
            suite,
            class: "",
            name: &self.title,
            outcome,
            seconds: self.duration / 1e3,
        };
        record.case(ended, || {
            if outcome != Outcome::Failed {
                return Detail::default().or_at(&self.file, 0);
            }
            let text = |key| {
                self.err
                    .get(key)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
            };
            let message = self.err.as_str().unwrap_or_else(|| text("message")).trim();
            let stacks = [self.stack.as_str(), text("stack"), text("estack")];
            let stack = stacks.into_iter().find(|stack| !stack.is_empty());
            let said = match stack {
                Some(stack) if stack.contains(message) => stack.to_owned(),
                Some(stack) => format!("{message}\n{stack}"),
                None => message.to_owned(),
            };
            Detail::of(said).or_at(&self.file, 0)
        });
    }
}
