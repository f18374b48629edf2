//! What every command works with.

use std::path::PathBuf;

use super::console::Console;
use crate::app::Workspace;

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
