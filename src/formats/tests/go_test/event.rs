//! One event.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

/// A line of `go test -json`. Everything is borrowed from the line: most events are of tests that pass, and are forgotten.
#[derive(Deserialize)]
pub(super) struct Event<'a> {
    #[serde(rename = "Time", borrow, default)]
    pub(super) time: Cow<'a, str>,
    #[serde(rename = "Action", borrow, default)]
    pub(super) action: Cow<'a, str>,
    #[serde(rename = "Package", borrow, default)]
    pub(super) package: Cow<'a, str>,
    #[serde(rename = "Test", borrow, default)]
    pub(super) test: Cow<'a, str>,
    /// In seconds.
    #[serde(rename = "Elapsed", borrow, default)]
    elapsed: Option<&'a RawValue>,
    /// With its quotes and escapes: read only for what failed.
    #[serde(rename = "Output", borrow, default)]
    output: Option<&'a RawValue>,
    /// What is being built, in the events of a build.
    #[serde(rename = "ImportPath", borrow, default)]
    pub(super) import_path: Cow<'a, str>,
    /// The build that a package failed for.
    #[serde(rename = "FailedBuild", borrow, default)]
    pub(super) failed_build: Cow<'a, str>,
}

impl Event<'_> {
    /// Seconds; 0 if none are stated.
    pub(super) fn seconds(&self) -> f64 {
        self.elapsed
            .and_then(|number| number.get().parse().ok())
            .unwrap_or(0.0)
    }

    /// What was printed, as it stands between the quotes of a JSON string.
    pub(super) fn printed(&self) -> &str {
        self.output
            .and_then(|text| text.get().strip_prefix('"')?.strip_suffix('"'))
            .unwrap_or_default()
    }

    /// Whether no other tool writes such a line.
    pub(super) fn is_of_go(&self) -> bool {
        match &*self.action {
            "build-output" | "build-fail" => !self.import_path.is_empty(),
            "start" | "run" | "pause" | "cont" | "pass" | "bench" | "fail" | "skip" | "output"
            | "attr" => !self.package.is_empty() || !self.test.is_empty(),
            _ => false,
        }
    }
}

/// Whether a line that cannot be read was an event.
pub(super) fn looks_like_one(line: &str) -> bool {
    ["{\"Time\":", "{\"Action\":", "{\"ImportPath\":"]
        .iter()
        .any(|begin| line.starts_with(begin) || begin.starts_with(line))
}
