//! What a change starts from, if the user does not say.

use super::lacks;
use crate::ci::{Context, Event};
use crate::domain::baseline::Lack;
use crate::domain::dora::CommitId;
use crate::vcs::{DefaultBranch, Repository, VcsError};

/// What a change starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Start {
    /// This commit; with the words for a reader.
    Exactly(CommitId, String),
    /// Where the history parts from that of this commit.
    MergeBase(CommitId, String),
    /// The commit that the default branch was at before commits were pushed.
    Push(CommitId),
    /// The same as `MergeBase`, of the default branch: what is on it has no other branch to be compared with.
    Default(DefaultBranch),
}

/// What the CI system says, or else the repository.
pub(super) fn auto(
    repository: &Repository,
    context: &Context,
    head: CommitId,
) -> Result<Result<Start, Lack>, VcsError> {
    if let Some(merge) = merge_of_ci(repository, context, head)? {
        return Ok(merge);
    }
    if let Some(beside) = beside_default(repository, context)? {
        return Ok(beside);
    }
    let base_branch = context.base_branch.as_deref().map(short);
    let named = context.base_commit.as_deref().filter(|id| !is_zero(id));
    let commit = named.and_then(|id| CommitId::from_hex(id.as_bytes()));
    let branch = base_branch.map(|name| (name, tip(repository, name)));
    let shown =
        |id: CommitId| base_branch.map_or_else(|| id.short(), |name| format!("origin/{name}"));
    Ok(match (commit, branch) {
        (Some(id), _) if repository.has(id) => Ok(match context.event {
            Event::Push => Start::Push(id),
            _ => Start::MergeBase(id, shown(id)),
        }),
        (_, Some((_, Some((id, shown))))) => Ok(Start::MergeBase(id, shown)),
        (Some(id), _) => match absent(repository, context, head, id)? {
            Some(lack) => Err(lack),
            // The push replaced the commit by others: nothing leads to it any more.
            None if context.event == Event::Push => default_branch(repository, context),
            None => Err(lacks::missing(
                &format!("the commit {} that the change is based on", id.short()),
                &id.to_string(),
            )),
        },
        (None, Some((name, None))) if repository.is_shallow()? => Err(lacks::all(
            &format!("the branch {name} that the change is based on is not in it"),
            context,
        )),
        (None, Some((name, None))) => Err(lacks::missing(
            &format!("the branch {name} that the change is based on"),
            &format!("{name}:refs/remotes/origin/{name}"),
        )),
        (None, None) => default_branch(repository, context),
    })
}

/// Of a push to another branch than the default one, all that the branch adds: what was pushed to it before may not have
/// passed.
pub(super) fn beside_default(
    repository: &Repository,
    context: &Context,
) -> Result<Option<Result<Start, Lack>>, VcsError> {
    let pushed = context.branch.as_deref().map(short);
    let Some(pushed) = pushed.filter(|_| context.event == Event::Push) else {
        return Ok(None);
    };
    let said = context.default_branch.as_deref().map(short);
    let found = repository.default_branch(said);
    if said.or(found.as_ref().map(|found| &*found.name)) == Some(pushed) {
        return Ok(None);
    }
    let found = found.filter(|found| said.is_none_or(|said| said == found.name));
    Ok(Some(match (found, said) {
        (Some(found), _) => Ok(Start::Default(found)),
        (None, Some(name)) if repository.is_shallow()? => Err(lacks::all(
            &format!("the default branch {name} is not in it"),
            context,
        )),
        (None, Some(name)) => Err(lacks::missing(
            &format!("the default branch {name}"),
            &format!("{name}:refs/remotes/origin/{name}"),
        )),
        (None, None) => Err(lacks::no_default_branch()),
    }))
}

/// The first parent, if HEAD is the merge that the CI system made of the target branch and the author's commit.
fn merge_of_ci(
    repository: &Repository,
    context: &Context,
    head: CommitId,
) -> Result<Option<Result<Start, Lack>>, VcsError> {
    let author = context.head_commit.as_deref();
    let parents = repository.parents(head)?;
    let [target, second] = parents.as_slice() else {
        return Ok(None);
    };
    if author != Some(second.to_string().as_str()) {
        return Ok(None);
    }
    let branch = context
        .base_branch
        .as_deref()
        .map_or("the target branch", short);
    Ok(Some(if repository.has(*target) {
        let origin = format!("{branch} as the CI system merged it, {}", target.short());
        Ok(Start::Exactly(*target, origin))
    } else {
        Err(lacks::one_more(
            "has the merge commit that the CI system made without what was merged",
            context,
        ))
    }))
}

/// Why a commit is not in this clone, if the clone's depth can be the reason.
fn absent(
    repository: &Repository,
    context: &Context,
    head: CommitId,
    id: CommitId,
) -> Result<Option<Lack>, VcsError> {
    if !repository.is_shallow()? {
        return Ok(None);
    }
    let what = format!(
        "the commit {} that the change is based on is not in it",
        id.short()
    );
    Ok(Some(if repository.parents(head)?.contains(&id) {
        lacks::one_more(&what, context)
    } else {
        lacks::all(&what, context)
    }))
}

/// What is to be compared with the default branch.
fn default_branch(repository: &Repository, context: &Context) -> Result<Start, Lack> {
    let said = context.default_branch.as_deref().map(short);
    let found = repository.default_branch(said);
    found
        .map(Start::Default)
        .ok_or_else(lacks::no_default_branch)
}

/// A branch of the remote, or of this clone, and what it is called.
fn tip(repository: &Repository, name: &str) -> Option<(CommitId, String)> {
    let places = [("refs/remotes/origin/", "origin/"), ("refs/heads/", "")];
    places.into_iter().find_map(|(place, prefix)| {
        let id = repository.reference(&format!("{place}{name}"))?;
        Some((id, format!("{prefix}{name}")))
    })
}

/// A branch's name as people write it.
pub(super) fn short(name: &str) -> &str {
    name.strip_prefix("refs/heads/").unwrap_or(name)
}

/// Whether it stands for no commit: the branch is new.
pub(super) fn is_zero(id: &str) -> bool {
    id.bytes().all(|byte| byte == b'0')
}
