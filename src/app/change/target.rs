//! Where a change is to go: a commit that its author cannot choose, as they could choose a merge base by branching off an
//! old commit.

use anyhow::bail;

use super::base::{Start, beside_default, is_zero, short};
use super::ends::named;
use super::{Wanted, lacks};
use crate::ci::{Context, Event};
use crate::domain::baseline::Lack;
use crate::domain::dora::CommitId;
use crate::vcs::Repository;

/// The commit that a change is to be merged into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The tip of the target branch; of a push to the default branch, the commit before it.
    pub commit: CommitId,
    /// What it is called.
    pub shown: String,
}

/// Finds it, or says why it is not known. What is checked out, and branches that are only in this clone of a CI system,
/// do not count: they may be the author's.
///
/// # Errors
/// When a commit that the user names is not in this clone, or the repository cannot be read.
pub fn target(
    repository: &Repository,
    wanted: &Wanted,
    context: &Context,
) -> anyhow::Result<Result<Target, Lack>> {
    if let Some(name) = wanted.base() {
        return explicit(repository, name, context).map(Ok);
    }
    if let Some(beside) = beside_default(repository, context)? {
        return Ok(match beside {
            Ok(Start::Default(branch)) => branch_of(repository, Some(&branch.name), context)?,
            Ok(_) => default_branch(repository, context)?,
            Err(lack) => Err(lack),
        });
    }
    let stated = match context.event {
        Event::Push => context.base_commit.as_deref().filter(|id| !is_zero(id)),
        _ => context.target_commit.as_deref(),
    };
    let commit = stated.and_then(|id| CommitId::from_hex(id.as_bytes()));
    Ok(match (commit, context.event) {
        (Some(commit), _) if repository.has(commit) => Ok(Target {
            commit,
            shown: match context.base_branch.as_deref().map(short) {
                Some(name) => format!("{name} at {}", commit.short()),
                None => commit.short(),
            },
        }),
        (Some(commit), _) => Err(not_here(repository, commit, context)?),
        (None, Event::Push) => Err(Lack::new(
            "the event states no commit before the push; name the base with `--base`",
        )),
        (None, _) => match context.base_branch.as_deref().map(short) {
            Some(name) => branch_of(repository, Some(name), context)?,
            None => default_branch(repository, context)?,
        },
    })
}

/// The commit that the user names. In CI a branch that only this clone has is what was checked out.
fn explicit(repository: &Repository, name: &str, context: &Context) -> anyhow::Result<Target> {
    let shown = name.to_owned();
    let local = |name: &str| repository.reference(&format!("refs/heads/{name}"));
    if context.provider.is_some() {
        if let Some(commit) = repository.reference(&format!("refs/remotes/origin/{name}")) {
            return Ok(Target { commit, shown });
        }
        if local(name).is_some() {
            bail!(
                "`{name}` is a branch of this clone alone, which the change may have made; name a commit or a branch of \
                 the remote (`--base origin/{name}`), and fetch it if it is not in this clone"
            );
        }
    }
    let commit = named(repository, name)?;
    Ok(Target { commit, shown })
}

fn default_branch(
    repository: &Repository,
    context: &Context,
) -> anyhow::Result<Result<Target, Lack>> {
    branch_of(
        repository,
        context.default_branch.as_deref().map(short),
        context,
    )
}

/// The tip of a branch, of the default one if it has no name.
fn branch_of(
    repository: &Repository,
    name: Option<&str>,
    context: &Context,
) -> anyhow::Result<Result<Target, Lack>> {
    let found = repository.default_branch(name).filter(|found| {
        let named = name.is_none_or(|name| name == found.name);
        named && (context.provider.is_none() || found.shown.starts_with("origin/"))
    });
    Ok(match (found, name) {
        (Some(found), _) => Ok(Target {
            shown: format!("{} at {}", found.shown, found.tip.short()),
            commit: found.tip,
        }),
        (None, Some(name)) if repository.is_shallow()? => Err(lacks::all(
            &format!("the branch {name} of the remote is not in it"),
            context,
        )),
        (None, Some(name)) => Err(lacks::missing(
            &format!("the branch {name} of the remote"),
            &format!("{name}:refs/remotes/origin/{name}"),
        )),
        (None, None) => Err(lacks::no_default_branch()),
    })
}

fn not_here(repository: &Repository, id: CommitId, context: &Context) -> anyhow::Result<Lack> {
    Ok(match repository.is_shallow()? {
        true => lacks::all(
            &format!("the commit {id} that the change is to be merged into is not in it"),
            context,
        ),
        false => lacks::missing(
            &format!(
                "the commit {} that the change is to be merged into",
                id.short()
            ),
            &id.to_string(),
        ),
    })
}
