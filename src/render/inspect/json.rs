//! `andon inspect --format json`: an array with one object per file.

use super::Inspected;
use crate::text::escape::json::quiet;

/// The reports as indented JSON with a line end.
pub fn render(reports: &[Inspected]) -> String {
    // Field names are fixed and floats that are not finite become null, so writing cannot fail.
    let mut text = quiet(&serde_json::to_string_pretty(reports).unwrap_or_default());
    text.push('\n');
    text
}
