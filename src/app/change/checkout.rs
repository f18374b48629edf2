//! Whether what is checked out is what the CI system's event is about. A workflow that starts on the target branch, or a
//! job that checks out something else, would have an empty change, and every gate on it would be green for nothing.

use super::lacks;
use crate::ci::{Context, Event};
use crate::domain::baseline::Lack;
use crate::domain::dora::CommitId;
use crate::vcs::{Repository, VcsError};

/// Why HEAD cannot stand for the pull request, if it cannot: it is neither its head nor a merge of that, nor comes after
/// it otherwise.
pub(super) fn foreign(
    repository: &Repository,
    context: &Context,
    head: CommitId,
) -> Result<Option<Lack>, VcsError> {
    let Some(author) = author(context).filter(|_| is_request(context)) else {
        return Ok(None);
    };
    // A shallow clone has the names of the parents, though not them.
    let is_of_it = head == author
        || repository.parents(head)?.contains(&author)
        || repository.descends(head, author)?
        || (context.event == Event::MergeQueue && is_queued(repository, context, head)?);
    Ok((!is_of_it).then(|| lacks::foreign(head, author, context)))
}

/// Why an empty change is not believed, if it is not: only where the pull request's own head is checked out can there be
/// truly nothing in it.
pub(super) fn nothing(context: &Context, head: CommitId) -> Option<Lack> {
    let doubtful = is_request(context) && author(context) != Some(head);
    doubtful.then(|| lacks::nothing(head, context))
}

/// Whether HEAD comes after what the queue merges into, or that cannot be told here: merge trains may squash and rebase,
/// so that nothing leads to the author's commit.
fn is_queued(repository: &Repository, context: &Context, head: CommitId) -> Result<bool, VcsError> {
    match context.base_commit.as_deref().and_then(commit) {
        Some(base) if repository.has(base) => repository.descends(head, base),
        _ => Ok(true),
    }
}

fn is_request(context: &Context) -> bool {
    matches!(context.event, Event::PullRequest | Event::MergeQueue)
}

fn author(context: &Context) -> Option<CommitId> {
    context.head_commit.as_deref().and_then(commit)
}

fn commit(id: &str) -> Option<CommitId> {
    CommitId::from_hex(id.as_bytes())
}
