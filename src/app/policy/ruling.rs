//! Whose policy counts, and how that of the change stands to that of the base.

use std::path::{Path, PathBuf};

use crate::app::change::{self, Target, Wanted};
use crate::app::workspace::Workspace;
use crate::ci::Context;
use crate::config::{Config, Diagnostics, relaxations};
use crate::domain::dora::CommitId;
use crate::render::json::v1;
use crate::vcs::Repository;

/// Whose policy counts.
#[derive(Debug, Clone, Default)]
pub struct Ruling {
    named: Option<PathBuf>,
    /// The commit that the policy was read from, and whether it has one; `None` if what is checked out counts.
    base: Option<(Target, bool)>,
}

/// What a change is, as far as the comparison of policies goes.
pub(in crate::app) struct Judged<'a> {
    pub(in crate::app) workspace: &'a Workspace,
    pub(in crate::app) repository: Option<&'a Repository>,
    /// The workspace's place in the repository.
    pub(in crate::app) folder: &'a str,
    pub(in crate::app) wanted: &'a Wanted,
    pub(in crate::app) context: &'a Context,
    /// The commit that the change starts from.
    pub(in crate::app) start: Option<&'a str>,
}

impl Ruling {
    pub(super) fn of_head(named: Option<&Path>) -> Ruling {
        Ruling {
            named: named.map(Path::to_owned),
            base: None,
        }
    }

    pub(super) fn of_base(named: Option<PathBuf>, target: Target, found: bool) -> Ruling {
        Ruling {
            named,
            base: Some((target, found)),
        }
    }

    /// What a reader should know of the policy by which the change was judged, and remarks on it.
    pub(in crate::app) fn state(
        &self,
        config: &Config,
        judged: &Judged<'_>,
    ) -> (v1::Policy, Vec<String>) {
        let mut notes = Vec::new();
        let policy = match &self.base {
            Some((target, found)) => {
                let relaxed = self.against_head(config, judged, (target, *found), &mut notes);
                self.stated(config, Some(target.commit), relaxed)
            }
            None => {
                let compared = self.against_base(config, judged, &mut notes);
                let (commit, relaxed) = match compared {
                    Some((commit, relaxed)) => (Some(commit), relaxed),
                    None => (None, None),
                };
                self.stated(config, commit, relaxed)
            }
        };
        (policy, notes)
    }

    fn stated(
        &self,
        config: &Config,
        commit: Option<CommitId>,
        relaxed: Option<Vec<String>>,
    ) -> v1::Policy {
        let from = match (config.files.is_empty(), &self.base) {
            (true, _) => v1::PolicyFrom::Default,
            (false, Some(_)) => v1::PolicyFrom::Base,
            (false, None) => v1::PolicyFrom::Head,
        };
        v1::Policy::new(
            from,
            commit.map(|id| id.to_string()),
            &config.files,
            relaxed,
        )
    }

    /// How the policy that is checked out, which does not count, stands to that of the base.
    fn against_head(
        &self,
        config: &Config,
        judged: &Judged<'_>,
        (target, found): (&Target, bool),
        notes: &mut Vec<String>,
    ) -> Option<Vec<String>> {
        let Target { shown, .. } = target;
        if !found {
            let missing = match &self.named {
                Some(path) => format!("the base ({shown}) has no {}", path.display()),
                None => format!("the base ({shown}) has no policy"),
            };
            notes.push(format!(
                "{missing}, so the preset `recommended` counts; one that this change brings counts once it is merged"
            ));
            return None;
        }
        match super::from(
            judged.workspace,
            &super::work_tree(judged.workspace),
            super::origin(self.named.as_deref()),
        ) {
            // That it is older is of no matter where it does not count.
            Ok(head) => Some(self.by_change(config, &head, judged).unwrap_or_default()),
            Err(diagnostics) => {
                notes.push(format!(
                    "the policy that is checked out cannot be used, and does not count, as the policy is read from the base \
                     ({shown}): {}",
                    first(&diagnostics)
                ));
                None
            }
        }
    }

    /// How the policy that is checked out, which counts, stands to that of the base, if there is one.
    fn against_base(
        &self,
        config: &Config,
        judged: &Judged<'_>,
        notes: &mut Vec<String>,
    ) -> Option<(CommitId, Option<Vec<String>>)> {
        let commit = base(judged)?;
        let relaxed = match self.of_commit(judged, commit)? {
            Ok(Some(before)) => match self.by_change(&before, config, judged) {
                Ok(relaxed) => Some(relaxed),
                Err(Older { start, weaker }) => {
                    notes.push(format!(
                        "the policy that is checked out is older than that of the base ({}), and demands less: {}; bring \
                         the branch up to date, or judge by the base's with `--policy-from base`",
                        commit.short(),
                        weaker.join("; ")
                    ));
                    return Some((start, Some(Vec::new())));
                }
            },
            // Nothing was there to be relaxed.
            Ok(None) => None,
            Err(diagnostics) => {
                notes.push(format!(
                    "the policy of the base ({}) cannot be used by this version of andon, so it is not known whether the \
                     change relaxes it: {}",
                    commit.short(),
                    first(&diagnostics)
                ));
                None
            }
        };
        Some((commit, relaxed))
    }

    /// What the change made the policy `after` demand less than `before`, that of the base.
    ///
    /// # Errors
    /// When the change does nothing of it: it starts from a commit that demanded no more.
    fn by_change(
        &self,
        before: &Config,
        after: &Config,
        judged: &Judged<'_>,
    ) -> Result<Vec<String>, Older> {
        let weaker = relaxations(before, after);
        let own = judged.start().filter(|_| !weaker.is_empty());
        let own = own.and_then(|start| Some((start, self.of_commit(judged, start)?.ok()??)));
        match own {
            Some((start, own)) if relaxations(&own, after).is_empty() => {
                Err(Older { start, weaker })
            }
            _ => Ok(weaker),
        }
    }

    /// The policy of a commit; `None` if there is no repository, or no policy of that name could be in it.
    fn of_commit(
        &self,
        judged: &Judged<'_>,
        commit: CommitId,
    ) -> Option<Result<Option<Config>, Diagnostics>> {
        let named = match &self.named {
            Some(path) => Some(super::below(judged.workspace, path).ok()?),
            None => None,
        };
        let Judged {
            workspace, folder, ..
        } = judged;
        let repository = judged.repository?;
        Some(super::of_commit(
            workspace,
            repository,
            folder,
            commit,
            named.as_deref(),
        ))
    }
}

impl Judged<'_> {
    fn start(&self) -> Option<CommitId> {
        self.start
            .and_then(|start| CommitId::from_hex(start.as_bytes()))
    }
}

/// That the policy of a change demands less than the base's only because it is older.
struct Older {
    /// The commit that the change starts from.
    start: CommitId,
    weaker: Vec<String>,
}

/// The commit with whose policy that of the change is compared: the target, or, if it is not known or is all that there
/// is, what the change starts from.
fn base(judged: &Judged<'_>) -> Option<CommitId> {
    let repository = judged.repository?;
    let target = change::target(repository, judged.wanted, judged.context);
    // That the base is not known is said of the change itself.
    let target = target.ok().and_then(Result::ok).map(|target| target.commit);
    let checked_out = repository.head().ok().and_then(|head| head.commit);
    target
        .filter(|target| Some(*target) != checked_out)
        .or(judged.start())
}

/// The first mistake in one line.
fn first(diagnostics: &Diagnostics) -> String {
    let mistake = diagnostics.iter().find(|mistake| mistake.is_error());
    mistake.map_or_else(String::new, |mistake| match &mistake.place {
        Some(place) => format!("{}: {}", place.address(), mistake.message),
        None => mistake.message.clone(),
    })
}
