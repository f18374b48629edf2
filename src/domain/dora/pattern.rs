//! Which tags are wanted, where the policy says it.

use regex::Regex;

/// A regular expression over whole tag names.
#[derive(Debug, Clone)]
pub struct TagPattern(Regex);

impl TagPattern {
    /// Compiles a pattern; it must match the whole name.
    ///
    /// # Errors
    /// When it is not a regular expression.
    pub fn new(pattern: &str) -> Result<TagPattern, regex::Error> {
        Regex::new(&format!("^(?:{pattern})$")).map(TagPattern)
    }

    /// Whether a name is one of those.
    pub(super) fn fits(&self, name: &str) -> bool {
        self.0.is_match(name)
    }
}
