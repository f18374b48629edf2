//! Commit statuses: one line each beside a commit.

use serde::{Deserialize, Serialize};

use super::client::Client;
use super::failure::{Failure, Kind};
use super::project::Project;
use super::published::Done;
use super::stamp::Stamp;
use crate::text::escape::uri::part;
use crate::text::fit;

/// The most characters of a description.
const DESCRIPTION: usize = 140;

/// What a status says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It could not be judged.
    Error,
    /// It failed.
    Failure,
    /// It is being judged.
    Pending,
    /// It passed.
    Success,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            State::Error => "error",
            State::Failure => "failure",
            State::Pending => "pending",
            State::Success => "success",
        }
    }
}

/// A status that is wanted on a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    context: String,
    state: State,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_url: Option<String>,
}

impl Status {
    /// A status of a context (its name; GitHub does not tell large letters from small ones). The description is cut to
    /// 140 characters. The address leads to the run, and says which run wrote the status:
    /// `…/actions/runs/123/attempts/1`.
    pub fn new(context: &str, state: State, description: &str, target_url: Option<&str>) -> Status {
        Status {
            context: context.to_owned(),
            state,
            description: fit::cut(description, DESCRIPTION).into_owned(),
            target_url: target_url
                .filter(|url| url.starts_with("https://") || url.starts_with("http://"))
                .map(str::to_owned),
        }
    }

    /// Its name.
    pub fn context(&self) -> &str {
        &self.context
    }

    /// What is to be done, given the newest status of the context.
    fn against(&self, there: Option<&Listed>) -> Done {
        let Some(there) = there else {
            return Done::Created;
        };
        let stamp = |url: &Option<String>| url.as_deref().and_then(stamp_of);
        let ours = stamp(&self.target_url);
        if ours.is_some() && stamp(&there.target_url) > ours {
            return Done::Newer;
        }
        let same = there.state == self.state.word()
            && there.description.as_deref().unwrap_or_default() == self.description
            && there.target_url == self.target_url;
        if same { Done::Unchanged } else { Done::Updated }
    }
}

/// A status as GitHub lists it.
#[derive(Debug, Deserialize)]
struct Listed {
    id: u64,
    context: String,
    state: String,
    description: Option<String>,
    target_url: Option<String>,
}

/// What is kept of the answer to a new status: nothing but that it was one.
#[derive(Deserialize)]
struct Answer {}

/// Posts those statuses that differ from the newest of their context; one that a newer run wrote stays. What was done is
/// told in the order of `wanted`.
///
/// # Errors
/// When GitHub refuses or fails; those before the failing one have been posted.
pub fn publish(
    client: &Client,
    project: &Project,
    sha: &str,
    wanted: &[Status],
) -> Result<Vec<Done>, Failure> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let there = newest(client, project, sha)?;
    wanted
        .iter()
        .map(|status| {
            let done = status.against(of(&there, status));
            if matches!(done, Done::Created | Done::Updated) {
                post(client, project, sha, status)?;
            }
            Ok(done)
        })
        .collect()
}

fn post(client: &Client, project: &Project, sha: &str, status: &Status) -> Result<(), Failure> {
    let path = project.path(&format!("/statuses/{}", part(sha)));
    match client.post::<Answer>(&path, status) {
        Err(failure) if failure.kind == Kind::Uncertain => {
            let there = newest(client, project, sha)?;
            match status.against(of(&there, status)) {
                Done::Unchanged | Done::Newer => Ok(()),
                Done::Created | Done::Updated => client.post::<Answer>(&path, status).map(drop),
            }
        }
        answer => answer.map(drop),
    }
}

/// All statuses of the commit, the newest first.
fn newest(client: &Client, project: &Project, sha: &str) -> Result<Vec<Listed>, Failure> {
    let path = format!("/commits/{}/statuses?per_page=100", part(sha));
    let mut all: Vec<Listed> = client.list(&project.path(&path), None)?;
    all.sort_by_key(|status| std::cmp::Reverse(status.id));
    Ok(all)
}

fn of<'a>(there: &'a [Listed], status: &Status) -> Option<&'a Listed> {
    let context = status.context.to_lowercase();
    there
        .iter()
        .find(|listed| listed.context.to_lowercase() == context)
}

/// The run that an address leads to: `https://github.com/o/n/actions/runs/123/attempts/2` is 123.2.
fn stamp_of(url: &str) -> Option<Stamp> {
    let (_, rest) = url.split_once("/actions/runs/")?;
    let mut parts = rest.split(['/', '?', '#']);
    let run = parts.next()?.parse().ok()?;
    let attempt = match parts.next() {
        Some("attempts") => parts.next()?.parse().ok()?,
        _ => 1,
    };
    Some(Stamp { run, attempt })
}

#[cfg(test)]
mod tests;
