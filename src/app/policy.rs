//! The policy of a workspace, and whose it is: that of the change, or that of the base, which the change cannot weaken.

mod committed;
mod ruling;

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};

pub(in crate::app) use self::ruling::Judged;
pub use self::ruling::Ruling;

use self::committed::Committed;
use super::change::{self, Target, Wanted};
use super::workspace::Workspace;
use crate::ci;
use crate::config::{Config, Diagnostics, Loader, Origin, Source, WorkTree};
use crate::domain::dora::CommitId;
use crate::domain::gate::policy::Policy;
use crate::vcs::{Repository, VcsError};

/// Whose policy counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Whose {
    /// The base's where strangers' code may be checked out with the target's rights, otherwise what is checked out.
    #[default]
    Auto,
    /// That of the commit which the change is to be merged into.
    Base,
    /// What is checked out.
    Head,
}

/// Loads the policy that was named, or the workspace's own, or the default one.
///
/// # Errors
/// When there are mistakes in it: all of them, each with its place and a remedy.
pub fn load(workspace: &Workspace, named: Option<&Path>) -> anyhow::Result<Config> {
    from(workspace, &work_tree(workspace), origin(named)).map_err(unusable)
}

/// Loads the policy for a command that judges nothing: mistakes in gates, waivers, alerts and what is published do not
/// stop it.
///
/// # Errors
/// When there are mistakes in anything else: all of them, each with its place and a remedy.
pub fn load_unjudged(workspace: &Workspace, named: Option<&Path>) -> anyhow::Result<Config> {
    let source = work_tree(workspace);
    let loader = Loader {
        source: &source,
        env: &workspace.env,
    };
    loader.load_unjudged(origin(named)).map_err(unusable)
}

/// The policy that counts where there is none: the preset `recommended`.
///
/// # Errors
/// When a variable under the prefix `ANDON_` is a mistake.
pub fn default(workspace: &Workspace) -> anyhow::Result<Config> {
    from(workspace, &work_tree(workspace), Origin::Default).map_err(unusable)
}

/// What is judged, as it is meant on the machine that this runs on.
pub fn on_this_machine<'a>(workspace: &Workspace, policy: &'a Policy) -> Cow<'a, Policy> {
    match ci::is_hosted(&workspace.env) {
        true => Cow::Owned(policy.clone().on_hosted_runner()),
        false => Cow::Borrowed(policy),
    }
}

/// Loads a policy that is not written to a file yet.
///
/// # Errors
/// When there are mistakes in it.
pub fn of_text(workspace: &Workspace, name: &str, text: &str) -> anyhow::Result<Config> {
    let origin = Origin::Text { name, text };
    from(workspace, &work_tree(workspace), origin).map_err(unusable)
}

/// Loads the policy by which a change is judged.
///
/// # Errors
/// When there are mistakes in it; when it is to be the base's, and the base is not known or not in this clone.
pub fn choose(
    workspace: &Workspace,
    named: Option<&Path>,
    whose: Whose,
    wanted: &Wanted,
) -> anyhow::Result<(Config, Ruling)> {
    let context = ci::detect(&workspace.env);
    let from_base = match whose {
        Whose::Auto => context.foreign,
        Whose::Base => true,
        Whose::Head => false,
    };
    if !from_base {
        let ruling = Ruling::of_head(named);
        return Ok((load(workspace, named)?, ruling));
    }
    let because = match whose {
        Whose::Auto => {
            "the policy is read from the base, because strangers' code may be checked out here with the target's rights \
             (`--policy-from head` reads it from what is checked out)"
        }
        _ => "the policy is to be read from the base (`--policy-from base`)",
    };
    let Some(repository) = Repository::find(&workspace.root, &workspace.env)? else {
        let none = VcsError::NotARepository(workspace.root.clone());
        bail!("{because}, but {none}");
    };
    if !repository.is_no_content() {
        bail!(
            "{because}, but {} is a bare repository, which the change may have brought",
            repository.common_folder().display()
        );
    }
    let target = change::target(&repository, wanted, &context)?
        .map_err(|lack| anyhow!("{because}, but {}", lack.reason))?;
    let named = named.map(|path| below(workspace, path)).transpose()?;
    let folder = workspace.folder_in(&repository)?;
    let config = of_commit(
        workspace,
        &repository,
        &folder,
        target.commit,
        named.as_deref(),
    );
    let config = config.map_err(|diagnostics| {
        let Target { shown, .. } = &target;
        anyhow!("the policy of the base ({shown}) cannot be used\n\n{diagnostics}")
    })?;
    let found = config.is_some();
    let config = match config {
        Some(config) => config,
        None => default(workspace)?,
    };
    Ok((config, Ruling::of_base(named, target, found)))
}

/// The policy as a commit has it; `None` if it has none.
fn of_commit(
    workspace: &Workspace,
    repository: &Repository,
    folder: &str,
    commit: CommitId,
    named: Option<&Path>,
) -> Result<Option<Config>, Diagnostics> {
    let source = Committed {
        repository,
        commit,
        folder,
    };
    if named.is_some_and(|path| source.lacks(path)) {
        return Ok(None);
    }
    let config = from(workspace, &source, origin(named))?;
    Ok(Some(config).filter(|config| !config.files.is_empty()))
}

/// A path that was named, relative to the workspace by what it says: links in what is checked out are not followed.
fn below(workspace: &Workspace, path: &Path) -> anyhow::Result<PathBuf> {
    if path.is_relative() {
        return Ok(path.to_owned());
    }
    let mut folders: Vec<&Path> = path.ancestors().collect();
    folders.reverse();
    let is_root = |folder: &&&Path| {
        let real = workspace.files.canonical(folder);
        real.is_ok_and(|real| real == workspace.root)
    };
    let inside = folders.iter().find(is_root);
    let inside = inside.and_then(|folder| path.strip_prefix(folder).ok());
    inside.map(Path::to_owned).ok_or_else(|| {
        anyhow!(
            "the policy {} does not lie in the workspace, so the base has none of that name; name a file of the \
             repository, relative to the workspace, or say `--policy-from head`",
            path.display()
        )
    })
}

fn from(
    workspace: &Workspace,
    source: &dyn Source,
    origin: Origin<'_>,
) -> Result<Config, Diagnostics> {
    let env = &workspace.env;
    Loader { source, env }.load(origin)
}

fn work_tree(workspace: &Workspace) -> WorkTree<'_> {
    WorkTree {
        files: workspace.files,
        root: &workspace.root,
    }
}

fn origin(named: Option<&Path>) -> Origin<'_> {
    match named {
        Some(path) => Origin::File(path),
        None => Origin::Lookup,
    }
}

/// The diagnostics are whole paragraphs with `error:` of their own.
fn unusable(diagnostics: Diagnostics) -> anyhow::Error {
    anyhow!("the policy cannot be used\n\n{diagnostics}")
}
