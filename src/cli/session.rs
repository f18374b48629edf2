//! What every command works with.

use std::path::PathBuf;

use super::console::Console;
use crate::app::{self, Workspace};
use crate::config::{Config, Diagnostic};
use crate::text::plural;

/// The workspace, and the console to speak on.
#[derive(Debug, Clone)]
pub struct Session {
    /// Where the work is.
    pub workspace: Workspace,
    /// Where to print.
    pub console: Console,
    /// The policy file that was named, if any.
    pub config: Option<PathBuf>,
}

impl Session {
    /// The policy, for a command that judges nothing by it. Of mistakes in what only judging needs it warns.
    ///
    /// # Errors
    /// When there are mistakes in anything else.
    pub fn unjudged(&self) -> anyhow::Result<Config> {
        let config = app::policy::load_unjudged(&self.workspace, self.config.as_deref())?;
        let first = config.warnings.iter().find(|it| it.is_error());
        if let Some(first) = first {
            let place = |it: &Diagnostic| it.place.as_ref().map(|place| format!("{place}: "));
            let parts: Vec<String> = config.broken.iter().map(|it| format!("`{it}`")).collect();
            self.console.complain(&format!(
                "warning: the policy has mistakes in {}, which are not needed here: {}{}; `andon check` tells all",
                plural::list(&parts),
                place(first).unwrap_or_default(),
                first.message
            ));
        }
        Ok(config)
    }
}
