//! Why a change is not known, and what to do about it.

use crate::ci::{Context, Event};
use crate::domain::baseline::Lack;
use crate::domain::dora::CommitId;

pub(super) fn no_repository() -> Lack {
    Lack::new(
        "there is no git repository; run andon inside a clone, or give the change with `--diff FILE`",
    )
}

/// Nothing was written where a diff should be.
pub(super) fn empty_diff(shown: &str) -> Lack {
    Lack::new(format!(
        "the diff in {shown} is empty, which cannot be told from a `git diff` that failed; write it to a file first (`git \
         diff BASE... >FILE && andon check --diff FILE`), and if it is rightly empty, say the base with `--base` instead"
    ))
}

pub(super) fn no_commit() -> Lack {
    Lack::new("there is no commit yet")
}

/// The clone ends too early, and one commit more is enough.
pub(super) fn one_more(what: &str, context: &Context) -> Lack {
    Lack::shallow(format!(
        "the clone is shallow, and {what}; {} (`git fetch --deepen=1`)",
        depth(context, 2)
    ))
}

/// The clone ends too early, and nobody can tell how much more is enough.
pub(super) fn all(what: &str, context: &Context) -> Lack {
    Lack::shallow(format!(
        "the clone is shallow, and {what}; {} (`git fetch --unshallow`)",
        depth(context, 0)
    ))
}

/// A commit is not there, though the clone is whole.
pub(super) fn missing(what: &str, fetched: &str) -> Lack {
    Lack::shallow(format!(
        "{what} is not in this clone; fetch it (`git fetch origin {fetched}`), or name another base with `--base`"
    ))
}

pub(super) fn unrelated(name: &str) -> Lack {
    Lack::new(format!(
        "{name} and what is judged have no commit in common; name another base with `--base`"
    ))
}

pub(super) fn no_default_branch() -> Lack {
    Lack::new(
        "no default branch to compare with was found (origin/HEAD, origin/main, origin/master, main, master); name the base with `--base`, and fetch it if it is not in this clone",
    )
}

/// What is checked out has nothing to do with what the CI system's event is about.
pub(super) fn foreign(head: CommitId, author: CommitId, context: &Context) -> Lack {
    let (head, author) = (head.short(), author.short());
    Lack::new(format!(
        "what is checked out ({head}) is neither the head of the {} ({author}) nor a merge of it; {}",
        request(context),
        check_out(context)
    ))
}

/// Nothing of what the CI system's event is about is checked out.
pub(super) fn nothing(head: CommitId, context: &Context) -> Lack {
    Lack::new(format!(
        "what is checked out ({}) is the commit that the change is based on, and has nothing of the {} itself; {}",
        head.short(),
        request(context),
        check_out(context)
    ))
}

/// What the CI system calls a change that somebody proposes.
fn request(context: &Context) -> &'static str {
    match (context.event, context.provider) {
        (Event::MergeQueue, _) => "entry of the merge queue",
        (_, Some(name)) if name.contains("GitLab") => "merge request",
        _ => "pull request",
    }
}

/// How to have it checked out.
fn check_out(context: &Context) -> String {
    let ends = "name the ends of the change with `--base` and `--head`";
    match (context.provider, context.event) {
        (Some("GitHub Actions"), Event::PullRequest) => format!(
            "run on `pull_request`, check out with `ref: ${{{{ github.event.pull_request.head.sha }}}}` (on \
             `workflow_run`: `github.event.workflow_run.head_sha`) and `fetch-depth: 0`, or {ends}"
        ),
        _ => format!("check that out, or {ends}"),
    }
}

/// The setting by which the CI system's checkout fetches so many commits; 0 for all.
fn depth(context: &Context, commits: u32) -> String {
    match context.provider {
        Some(name) if name.contains("GitLab") => format!("set `GIT_DEPTH: \"{commits}\"`"),
        _ => format!("check out with `fetch-depth: {commits}`"),
    }
}
