//! Which change is judged.

use std::path::PathBuf;

use super::workspace::Workspace;
use crate::ci::Context;
use crate::domain::baseline::Lack;
use crate::domain::change::Change;
use crate::vcs::Repository;

/// What the user says of the change.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The commit, branch or tag that the change is based on; `auto` to learn it from the CI system or the repository.
    pub base: Option<String>,
    /// The commit that is judged, instead of what is checked out.
    pub head: Option<String>,
    /// A unified diff to read instead of asking git.
    pub diff: Option<PathBuf>,
}

/// Finds the change, or says why it is not known. Paths are relative to the workspace, which lies in `folder` of the
/// repository.
///
/// # Errors
/// When something that the user named cannot be had.
pub fn find(
    workspace: &Workspace,
    repository: Option<&Repository>,
    folder: &str,
    wanted: &Wanted,
    context: &Context,
) -> anyhow::Result<Result<Change, Lack>> {
    let _ = (workspace, repository, folder, wanted, context);
    Ok(Err(Lack::new("the change is not known")))
}
