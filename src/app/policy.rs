//! The policy of a workspace.

use std::path::Path;

use anyhow::bail;

use super::workspace::Workspace;
use crate::config::{Config, Loader, Origin};

/// Loads the policy that was named, or the workspace's own, or the default one.
///
/// # Errors
/// When there are mistakes in it: all of them, each with its place and a remedy.
pub fn load(workspace: &Workspace, named: Option<&Path>) -> anyhow::Result<Config> {
    let loaded = loader(workspace).load(match named {
        Some(path) => Origin::File(path),
        None => Origin::Lookup,
    });
    match loaded {
        Ok(config) => Ok(config),
        // The diagnostics are whole paragraphs with `error:` of their own.
        Err(diagnostics) => bail!("the policy cannot be used\n\n{diagnostics}"),
    }
}

/// The policy that counts where there is none: the preset `recommended`.
///
/// # Errors
/// When a variable under the prefix `ANDON_` is a mistake.
pub fn default(workspace: &Workspace) -> anyhow::Result<Config> {
    match loader(workspace).load(Origin::Default) {
        Ok(config) => Ok(config),
        Err(diagnostics) => bail!("the policy cannot be used\n\n{diagnostics}"),
    }
}

/// Loads a policy that is not written to a file yet.
///
/// # Errors
/// When there are mistakes in it.
pub fn of_text(workspace: &Workspace, name: &str, text: &str) -> anyhow::Result<Config> {
    match loader(workspace).load(Origin::Text { name, text }) {
        Ok(config) => Ok(config),
        Err(diagnostics) => bail!("the policy cannot be used\n\n{diagnostics}"),
    }
}

fn loader(workspace: &Workspace) -> Loader<'_> {
    Loader {
        files: workspace.files,
        env: &workspace.env,
        workspace: &workspace.root,
    }
}
