//! Why a change is not known, and what to do about it.

use crate::ci::Context;
use crate::domain::baseline::Lack;

pub(super) fn no_repository() -> Lack {
    Lack::new(
        "there is no git repository; run andon inside a clone, or give the change with \
         `--diff FILE`",
    )
}

pub(super) fn no_commit() -> Lack {
    Lack::new("there is no commit yet")
}

/// The clone ends too early, and one commit more is enough.
pub(super) fn one_more(what: &str, context: &Context) -> Lack {
    Lack::shallow(format!(
        "the clone is too shallow: {what}; {} (`git fetch --deepen=1`)",
        depth(context, 2)
    ))
}

/// The clone ends too early, and nobody can tell how much more is enough.
pub(super) fn all(what: &str, context: &Context) -> Lack {
    Lack::shallow(format!(
        "the clone is too shallow: {what}; {} (`git fetch --unshallow`)",
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
        "no default branch to compare with was found (origin/HEAD, origin/main, \
         origin/master, main, master); name the base with `--base`, and fetch it if it is not in this clone",
    )
}

/// The setting by which the CI system's checkout fetches so many commits; 0 for all.
fn depth(context: &Context, commits: u32) -> String {
    match context.provider {
        Some(name) if name.contains("GitLab") => format!("set `GIT_DEPTH: \"{commits}\"`"),
        _ => format!("check out with `fetch-depth: {commits}`"),
    }
}
