//! One event.

use serde::Deserialize;

use crate::formats::json::lenient;

/// A line.
#[derive(Deserialize)]
pub(super) struct Event {
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// In milliseconds since the run began.
    #[serde(default, deserialize_with = "lenient")]
    pub(super) time: f64,
    #[serde(default)]
    pub(super) suite: Option<Suite>,
    #[serde(default)]
    pub(super) test: Option<Start>,
    #[serde(rename = "testID", default, deserialize_with = "lenient")]
    pub(super) test_id: u64,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) result: String,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) skipped: bool,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) hidden: bool,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) success: Option<bool>,
    #[serde(flatten)]
    pub(super) fault: Fault,
}

/// A test file, on a platform.
#[derive(Deserialize)]
pub(super) struct Suite {
    pub(super) id: u64,
    #[serde(default, deserialize_with = "lenient")]
    pub(super) path: String,
}

/// A test that begins.
#[derive(Deserialize)]
pub(super) struct Start {
    pub(super) id: u64,
    pub(super) name: String,
    #[serde(rename = "suiteID", default, deserialize_with = "lenient")]
    pub(super) suite: u64,
    #[serde(default, deserialize_with = "lenient")]
    line: u32,
    #[serde(default, deserialize_with = "lenient")]
    url: String,
    /// Where the test file calls what defined the test, if that is elsewhere.
    #[serde(default, deserialize_with = "lenient")]
    root_line: u32,
    #[serde(default, deserialize_with = "lenient")]
    root_url: String,
}

impl Start {
    /// Where it stands: in the test file rather than in a library that defines it.
    pub(super) fn place(&self) -> Option<(&str, u32)> {
        let own = (self.root_url.as_str(), self.root_line);
        let defined = (self.url.as_str(), self.line);
        let (url, line) = [own, defined]
            .into_iter()
            .find(|(url, _)| !url.is_empty())?;
        Some((url.strip_prefix("file://").unwrap_or(url), line))
    }
}

/// What went wrong.
#[derive(Deserialize)]
pub(super) struct Fault {
    #[serde(default, deserialize_with = "lenient")]
    pub(super) error: String,
    #[serde(rename = "stackTrace", default, deserialize_with = "lenient")]
    pub(super) stack: String,
}
