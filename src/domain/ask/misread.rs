//! What was not understood of a question.

use std::fmt;

/// A word without meaning here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// As it was written.
    pub word: String,
    /// The nearest names that are known; empty if none is near.
    pub nearest: Vec<String>,
}

/// What was not understood of a question.
#[derive(Debug, Clone, Default, PartialEq, Eq, thiserror::Error)]
pub struct Misread {
    /// Words without meaning here, in order.
    pub unknown: Vec<Unknown>,
    /// What has several meanings or is missing, as sentences without a full stop.
    pub unclear: Vec<String>,
    /// A question that would be understood here; empty if there is none.
    pub example: String,
}

impl Misread {
    /// The question with the nearest known word in the place of each that has no meaning; `None` where one has none.
    pub(super) fn mended(&self, question: &str) -> Option<String> {
        let mut mended = question.to_owned();
        for Unknown { word, nearest } in &self.unknown {
            mended = mended.replacen(word, nearest.first()?, 1);
        }
        let asked = mended.trim().trim_end_matches(['?', '.']);
        (!self.unknown.is_empty()).then(|| asked.to_owned())
    }

    /// Whether all was understood.
    pub(super) fn is_nothing(&self) -> bool {
        self.unknown.is_empty() && self.unclear.is_empty()
    }
}

impl fmt::Display for Misread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = Vec::new();
        for Unknown { word, nearest } in &self.unknown {
            lines.push(match nearest.as_slice() {
                [] => format!("`{word}` has no meaning here, and nothing known is near it"),
                near => {
                    let near: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
                    format!("`{word}` has no meaning here; near it: {}", near.join(", "))
                }
            });
        }
        lines.extend(self.unclear.iter().cloned());
        if !self.example.is_empty() {
            lines.push(format!("ask like this: `{}`", self.example));
        }
        f.write_str(&lines.join("\n"))
    }
}
