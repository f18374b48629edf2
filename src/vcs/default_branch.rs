//! The branch that changes go to, unless somebody names another one.

use super::Repository;
use crate::domain::dora::CommitId;

/// The default branch as this clone has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultBranch {
    /// Its own name: `main`.
    pub name: String,
    /// What it is called here: `origin/main`.
    pub shown: String,
    /// The commit that it is at.
    pub tip: CommitId,
}

impl Repository {
    /// The default branch: as it was `said` to be, else what the remote said when it was cloned, else by its usual names.
    /// What the remote has counts before what is only here.
    pub fn default_branch(&self, said: Option<&str>) -> Option<DefaultBranch> {
        let remote = self.symbolic("refs/remotes/origin/HEAD");
        let remote = remote
            .as_deref()
            .and_then(|name| name.strip_prefix("refs/remotes/origin/"));
        let names = said.into_iter().chain(remote).chain(["main", "master"]);
        let names: Vec<&str> = names.collect();
        let places = [("refs/remotes/origin/", "origin/"), ("refs/heads/", "")];
        let mut candidates = places
            .iter()
            .flat_map(|place| names.iter().map(move |name| (place, *name)));
        candidates.find_map(|((place, prefix), name)| {
            Some(DefaultBranch {
                tip: self.reference(&format!("{place}{name}"))?,
                name: name.to_owned(),
                shown: format!("{prefix}{name}"),
            })
        })
    }
}
