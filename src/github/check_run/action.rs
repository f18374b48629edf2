//! A button of a check run.

use serde::Serialize;

use crate::text::fit;

/// A button that GitHub shows with a check run. A click sends the app that made the run a `requested_action`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Action {
    label: String,
    description: String,
    identifier: String,
}

impl Action {
    /// A button, its words cut to GitHub's limits of 20, 40 and 20 characters.
    pub fn new(label: &str, description: &str, identifier: &str) -> Action {
        Action {
            label: fit::cut(label, 20).into_owned(),
            description: fit::cut(description, 40).into_owned(),
            identifier: fit::cut(identifier, 20).into_owned(),
        }
    }

    /// Asks to run the check again.
    pub fn rerun() -> Action {
        Action::new("Re-run", "Run this check again", "rerun")
    }
}
