//! Where the policy file is.

use std::path::Path;

use super::diagnostics::Diagnostics;
use crate::platform::Files;

/// The policy file's possible places, relative to the repository's root.
pub const NAMES: [&str; 6] = [
    "andon.yaml",
    "andon.yml",
    ".andon.yaml",
    ".andon.yml",
    ".github/andon.yaml",
    ".github/andon.yml",
];

/// The policy file of a workspace, if it has one. Two at once are a mistake: which of them counts would be a guess.
pub(in crate::config) fn find(
    files: Files,
    workspace: &Path,
    d: &mut Diagnostics,
) -> Option<&'static str> {
    let mut found = NAMES
        .into_iter()
        .filter(|name| files.exists(&workspace.join(name)));
    let first = found.next()?;
    if let Some(second) = found.next() {
        d.error_without_place(format!("there are two policies: {first} and {second}"))
            .help("keep one of them, or name one with `--config`");
    }
    Some(first)
}
