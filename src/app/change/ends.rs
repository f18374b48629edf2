//! Between which two states a change lies.

use anyhow::anyhow;

use super::base::{self, Start};
use super::{Wanted, checkout, lacks};
use crate::ci::{Context, Event};
use crate::domain::baseline::Lack;
use crate::domain::dora::CommitId;
use crate::vcs::{DefaultBranch, MergeBase, Repository, Uncommitted, Until, VcsError};

/// Between which two states a change lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ends {
    /// Where it starts; `None` before the first commit.
    pub(super) base: Option<CommitId>,
    pub(super) until: Until,
    /// How that was learnt.
    pub(super) origin: String,
}

/// Finds them.
///
/// # Errors
/// When a commit that the user names is not in this clone, or the repository cannot be read.
pub(super) fn find(
    repository: &Repository,
    wanted: &Wanted,
    context: &Context,
) -> anyhow::Result<Result<Ends, Lack>> {
    let checked_out = repository.head()?;
    let head = match &wanted.head {
        Some(name) => Some(named(repository, name)?),
        None => checked_out.commit,
    };
    let Some(head) = head else {
        return Ok(Err(lacks::no_commit()));
    };
    // Whoever names an end answers for it.
    if !wanted.is_explicit()
        && let Some(lack) = checkout::foreign(repository, context, head)?
    {
        return Ok(Err(lack));
    }
    let start = match wanted.base() {
        Some(name) => Ok(Start::MergeBase(named(repository, name)?, name.to_owned())),
        None => base::auto(repository, context, head)?,
    };
    let local = wanted.head.is_none() && context.provider.is_none();
    let search = Search {
        repository,
        context,
        head,
        branch: checked_out.branch.or_else(|| context.branch.clone()),
        work: match local {
            true => repository.uncommitted()?,
            false => Uncommitted::Nothing,
        },
    };
    let ends = match start {
        Ok(start) => search.ends(start)?,
        Err(lack) => Err(lack),
    };
    Ok(match ends {
        Ok(ends) if wanted.head.is_none() && ends.base == Some(head) => {
            checkout::nothing(context, head).map_or(Ok(ends), Err)
        }
        ends => ends,
    })
}

/// The commit that the user means.
pub(super) fn named(repository: &Repository, name: &str) -> anyhow::Result<CommitId> {
    repository.resolve(name).ok_or_else(|| {
        let shallow = repository.is_shallow().unwrap_or(false);
        let remedy = if shallow {
            "; the clone is shallow: check out with `fetch-depth: 0` (`git fetch --unshallow`)"
        } else {
            ""
        };
        let branch = name.strip_prefix("origin/").unwrap_or(name);
        anyhow!(
            "`{name}` is no branch, tag or commit in this clone; if it is one elsewhere, fetch it first (`git fetch \
             origin {branch}`){remedy}"
        )
    })
}

struct Search<'a> {
    repository: &'a Repository,
    context: &'a Context,
    /// What is judged.
    head: CommitId,
    /// The branch that is checked out or built, if any.
    branch: Option<String>,
    /// What is part of the change beside the commits.
    work: Uncommitted,
}

impl Search<'_> {
    fn ends(&self, start: Start) -> Result<Result<Ends, Lack>, VcsError> {
        Ok(match start {
            Start::Exactly(id, origin) => Ok(self.from(Some(id), origin)),
            Start::MergeBase(id, name) => {
                let base = self.merge_base(id, &name)?;
                base.map(|base| self.from(Some(base), format!("merge base with {name}")))
            }
            Start::Push(before) => {
                let name = match self.context.provider {
                    Some("Jenkins") => "the last commit that was built with success",
                    _ => "the commit before the push",
                };
                match self.merge_base(before, name)? {
                    // Built anew, or set back: nothing new is no reason to be content with HEAD.
                    Ok(base) if base == self.head => self.own_commit()?,
                    Ok(base) if base == before => Ok(self.from(Some(base), name.to_owned())),
                    Ok(base) => Ok(self.from(Some(base), format!("merge base with {name}"))),
                    Err(lack) => Err(lack),
                }
            }
            Start::Default(branch) => self.against_default(&branch)?,
        })
    }

    fn against_default(&self, default: &DefaultBranch) -> Result<Result<Ends, Lack>, VcsError> {
        let on_it = self
            .branch
            .as_ref()
            .is_none_or(|branch| *branch == default.name);
        // Files that git does not track may be the reports themselves: they do not choose the base.
        let at_work = self.work == Uncommitted::Tracked;
        if on_it && at_work && self.branch.is_some() {
            return Ok(Ok(self.from(Some(self.head), "HEAD".to_owned())));
        }
        let alone = on_it || self.context.event == Event::Push;
        Ok(match self.merge_base(default.tip, &default.shown)? {
            Ok(base) if base == self.head && alone && !at_work => self.own_commit()?,
            Ok(base) => Ok(self.from(Some(base), format!("merge base with {}", default.shown))),
            Err(lack) => Err(lack),
        })
    }

    /// The judged commit by itself, where there is nothing else to compare with.
    fn own_commit(&self) -> Result<Result<Ends, Lack>, VcsError> {
        Ok(match self.repository.parents(self.head)?.first() {
            None => Ok(self.from(None, "nothing: HEAD is the first commit".to_owned())),
            Some(parent) if self.repository.has(*parent) => Ok(self.from(
                Some(*parent),
                "the commit before HEAD, which has no other branch to be compared with".to_owned(),
            )),
            Some(_) => Err(lacks::one_more(
                "the commit before HEAD is not in it",
                self.context,
            )),
        })
    }

    fn merge_base(&self, with: CommitId, name: &str) -> Result<Result<CommitId, Lack>, VcsError> {
        Ok(match self.repository.merge_base(with, self.head)? {
            MergeBase::At(base) => Ok(base),
            MergeBase::Cut => Err(self.cut(with, name)?),
            MergeBase::Unrelated => Err(lacks::unrelated(name)),
        })
    }

    /// Why the merge base cannot be told.
    fn cut(&self, with: CommitId, name: &str) -> Result<Lack, VcsError> {
        let what = format!("where the change parts from {name} lies beyond its end");
        Ok(if self.repository.parents(self.head)?.contains(&with) {
            lacks::one_more(&what, self.context)
        } else {
            lacks::all(&what, self.context)
        })
    }

    fn from(&self, base: Option<CommitId>, origin: String) -> Ends {
        let (until, origin) = match self.work {
            Uncommitted::Nothing => (Until::Commit(self.head), origin),
            Uncommitted::Untracked => (
                Until::WorkTree,
                format!("{origin}, untracked files included"),
            ),
            Uncommitted::Tracked => (
                Until::WorkTree,
                format!("{origin}, uncommitted work included"),
            ),
        };
        Ends {
            base,
            until,
            origin,
        }
    }
}
