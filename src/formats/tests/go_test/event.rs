//! One event.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
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
    /// What was printed, as it stands between the quotes of a JSON string: read only for what failed.
    #[serde(
        rename = "Output",
        borrow,
        default,
        deserialize_with = "between_quotes"
    )]
    pub(super) printed: &'a str,
    /// What is being built, in the events of a build.
    #[serde(rename = "ImportPath", borrow, default)]
    pub(super) import_path: Cow<'a, str>,
    /// The build that a package failed for.
    #[serde(rename = "FailedBuild", borrow, default)]
    pub(super) failed_build: Cow<'a, str>,
}

impl<'a> Event<'a> {
    /// Reads a line.
    ///
    /// # Errors
    /// When it is no event.
    pub(super) fn read(line: &'a str) -> Result<Event<'a>, serde_json::Error> {
        match plain(line) {
            Some(event) => Ok(event),
            None => serde_json::from_str(line),
        }
    }

    /// Seconds; 0 if none are stated.
    pub(super) fn seconds(&self) -> f64 {
        self.elapsed
            .and_then(|number| number.get().parse().ok())
            .unwrap_or(0.0)
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

fn between_quotes<'de: 'a, 'a, D: Deserializer<'de>>(from: D) -> Result<&'a str, D::Error> {
    let text = <&RawValue>::deserialize(from)?.get();
    let inner = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    Ok(inner.unwrap_or_default())
}

/// An `output` event, nine in ten of all lines, in the one way Go writes it.
fn plain(line: &str) -> Option<Event<'_>> {
    let (time, rest) = text(line.strip_prefix("{\"Time\":\"")?)?;
    let rest = rest.strip_prefix(",\"Action\":\"output\",\"Package\":\"")?;
    let (package, rest) = text(rest)?;
    let (test, rest) = text(rest.strip_prefix(",\"Test\":\"")?)?;
    let printed = rest.strip_prefix(",\"Output\":\"")?.strip_suffix("\"}")?;
    let bytes = printed.as_bytes();
    let mut at = 0;
    while let Some(next) = memchr::memchr2(b'"', b'\\', bytes.get(at..)?) {
        match bytes.get(at + next) {
            // What is escaped is looked at only if the test fails; it must not be the closing quote.
            Some(b'\\') if at + next + 1 < bytes.len() => at += next + 2,
            _ => return None,
        }
    }
    Some(Event {
        time: time.into(),
        action: "output".into(),
        package: package.into(),
        test: test.into(),
        elapsed: None,
        printed,
        import_path: "".into(),
        failed_build: "".into(),
    })
}

/// A text without escapes up to its quote, and what follows.
fn text(rest: &str) -> Option<(&str, &str)> {
    let end = memchr::memchr2(b'"', b'\\', rest.as_bytes())?;
    let after = rest.get(end..)?.strip_prefix('"')?;
    Some((rest.get(..end)?, after))
}
