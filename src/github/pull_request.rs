//! The open pull request of a commit.
//!
//! The commit is the one thing that is trusted: it comes from the event, while numbers and branches may come from what a
//! fork's author wrote. They only say where to look. A pull request counts if GitHub says that it is open, that its head
//! is this very commit and that it is one of this repository.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::client::Client;
use super::failure::{Failure, Kind};
use super::project::Project;
use crate::text::escape::uri::part;

/// The most numbers that are followed.
const HINTS: usize = 10;

/// Where the pull request may be found; none of it is trusted.
#[derive(Debug, Clone, Default)]
pub struct Hints {
    /// Numbers of pull requests, as the event lists them.
    pub numbers: Vec<u64>,
    /// The owner of the repository that the commit was pushed to, and the branch.
    pub head: Option<(String, String)>,
}

/// An open pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequest {
    /// Its number.
    pub number: u64,
    /// The tip of its branch: the commit that was asked about.
    pub head_sha: String,
    /// The branch that it is to be merged into.
    pub base_branch: String,
    /// The tip of that branch when GitHub last looked.
    pub base_sha: String,
    /// Whether its branch is in another repository, or in one that is gone.
    pub from_fork: bool,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The pull request, if there is one.
    pub pull_request: Option<PullRequest>,
    /// Why there is none; or, if there are several, which was taken.
    pub note: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct Answer {
    number: u64,
    state: String,
    head: Tip,
    base: Tip,
}

#[derive(Debug, Clone, Deserialize)]
struct Tip {
    #[serde(rename = "ref")]
    branch: String,
    sha: String,
    repo: Option<Repository>,
}

#[derive(Debug, Clone, Deserialize)]
struct Repository {
    full_name: String,
}

/// Finds the open pull request of this repository whose head is the commit. Several are possible, into several branches:
/// the lowest number is taken, and the note says so.
///
/// # Errors
/// When GitHub refuses or fails. That there is none is no error.
pub fn resolve(
    client: &Client,
    project: &Project,
    sha: &str,
    hints: &Hints,
) -> Result<Resolved, Failure> {
    let mut seen = BTreeMap::new();
    for source in [by_number, by_commit, by_branch] {
        for answer in source(client, project, sha, hints)? {
            if answer.is_of(project) {
                seen.insert(answer.number, answer);
            }
        }
        if seen.values().any(|answer| answer.counts(sha)) {
            break;
        }
    }
    Ok(chosen(seen.into_values().collect(), sha, project))
}

fn by_number(
    client: &Client,
    project: &Project,
    _: &str,
    hints: &Hints,
) -> Result<Vec<Answer>, Failure> {
    let mut found = Vec::new();
    for number in hints.numbers.iter().take(HINTS) {
        found.extend(known(
            client.get(&project.path(&format!("/pulls/{number}"))),
        )?);
    }
    Ok(found)
}

fn by_commit(
    client: &Client,
    project: &Project,
    sha: &str,
    _: &Hints,
) -> Result<Vec<Answer>, Failure> {
    let path = format!("/commits/{}/pulls?per_page=100", part(sha));
    Ok(known(client.list(&project.path(&path), None))?.unwrap_or_default())
}

fn by_branch(
    client: &Client,
    project: &Project,
    _: &str,
    hints: &Hints,
) -> Result<Vec<Answer>, Failure> {
    let Some((owner, branch)) = &hints.head else {
        return Ok(Vec::new());
    };
    let path = format!(
        "/pulls?state=open&head={}:{}&per_page=100",
        part(owner),
        part(branch)
    );
    client.list(&project.path(&path), None)
}

/// `None` where GitHub does not know the number or the commit: 404, 409 or 422.
fn known<T>(answer: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(failure) if matches!(failure.kind, Kind::NotFound | Kind::Invalid) => Ok(None),
        Err(failure) => Err(failure),
    }
}

impl Answer {
    fn is_of(&self, project: &Project) -> bool {
        let repository = self.base.repo.as_ref();
        repository.is_some_and(|it| it.full_name.eq_ignore_ascii_case(&project.to_string()))
    }

    fn is_open(&self) -> bool {
        self.state == "open"
    }

    fn counts(&self, sha: &str) -> bool {
        self.is_open() && self.head.sha.eq_ignore_ascii_case(sha)
    }

    fn pull_request(&self, project: &Project) -> PullRequest {
        let home = self.head.repo.as_ref().map(|repo| &repo.full_name);
        PullRequest {
            number: self.number,
            head_sha: self.head.sha.clone(),
            base_branch: self.base.branch.clone(),
            base_sha: self.base.sha.clone(),
            from_fork: !home.is_some_and(|name| name.eq_ignore_ascii_case(&project.to_string())),
        }
    }
}

/// Chooses among what was found, which is in the order of numbers.
fn chosen(found: Vec<Answer>, sha: &str, project: &Project) -> Resolved {
    let mut counting = found.iter().filter(|answer| answer.counts(sha));
    let Some(first) = counting.next() else {
        return Resolved {
            pull_request: None,
            note: Some(reason(&found, sha)),
        };
    };
    let others: Vec<String> = counting
        .map(|answer| format!("#{}", answer.number))
        .collect();
    Resolved {
        pull_request: Some(first.pull_request(project)),
        note: (!others.is_empty()).then(|| {
            format!(
                "commit {} is the head of several open pull requests: #{} was taken, not {}",
                short(sha),
                first.number,
                others.join(", ")
            )
        }),
    }
}

/// Why none counts. That one has moved on says more than that another is closed.
fn reason(found: &[Answer], sha: &str) -> String {
    if let Some(moved) = found.iter().find(|answer| answer.is_open()) {
        return format!(
            "pull request #{} has moved on from commit {} to {}",
            moved.number,
            short(sha),
            short(&moved.head.sha)
        );
    }
    let with_commit = |answer: &&Answer| answer.head.sha.eq_ignore_ascii_case(sha);
    match found.iter().find(with_commit).or(found.first()) {
        Some(closed) => format!("pull request #{} is closed", closed.number),
        None => format!("no open pull request has commit {} as its head", short(sha)),
    }
}

/// The first characters of a SHA, as people write it.
fn short(sha: &str) -> String {
    sha.chars()
        .filter(char::is_ascii_hexdigit)
        .take(7)
        .collect()
}

#[cfg(test)]
mod tests;
