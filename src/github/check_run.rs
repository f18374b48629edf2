//! The check run of a commit: a verdict with annotations beside the lines.
//!
//! Annotations go in batches of fifty, and nobody can remove one again. A run of more than one batch is therefore created
//! as in progress and completed by its last request: whatever stops us between, it never looks green. A run whose
//! annotations no longer hold is not changed but followed by another of the same name, which GitHub shows instead.

mod action;
mod annotation;
mod origin;
mod plan;

use serde::Serialize;

pub use action::Action;
pub use annotation::{Annotation, Level};

use self::annotation::Listed;
use self::origin::Origin;
use self::plan::{BATCH, Plan, Run};
use super::client::Client;
use super::digest::sha256;
use super::failure::{Failure, Kind};
use super::project::Project;
use super::published::{Done, Published};
use super::stamp::Stamp;
use crate::platform::Clock;
use crate::text::escape::uri::part;
use crate::text::fit;

/// The most characters of a summary, and of a text.
pub const MOST: usize = 65_535;
/// The most characters of a title.
const TITLE: usize = 255;
/// The most buttons.
const ACTIONS: usize = 3;
/// How often the runs that are there are looked at, when it is not known whether a request arrived.
const ROUNDS: usize = 3;

/// How a check ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Conclusion {
    /// It passed.
    Success,
    /// It failed.
    Failure,
    /// It says nothing against the commit, nor for it.
    Neutral,
}

impl Conclusion {
    fn word(self) -> &'static str {
        match self {
            Conclusion::Success => "success",
            Conclusion::Failure => "failure",
            Conclusion::Neutral => "neutral",
        }
    }
}

/// A check run that is wanted on a commit.
#[derive(Debug, Clone, Copy)]
pub struct CheckRun<'a> {
    /// Its name: a commit has one of each name.
    pub name: &'a str,
    /// The commit.
    pub head_sha: &'a str,
    /// Which run writes it.
    pub stamp: Stamp,
    /// How it ends.
    pub conclusion: Conclusion,
    /// One line, of at most 255 characters; what is longer is cut.
    pub title: &'a str,
    /// Markdown, of at most [`MOST`] characters; what is longer is cut.
    pub summary: &'a str,
    /// Markdown, of at most [`MOST`] characters; what is longer is cut.
    pub text: Option<&'a str>,
    /// What stands beside the lines.
    pub annotations: &'a [Annotation],
    /// Where there is more to read.
    pub details_url: Option<&'a str>,
    /// Its buttons, at most three.
    pub actions: &'a [Action],
}

/// The body of a request that creates or changes a check run.
#[derive(Serialize)]
struct Body<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    head_sha: Option<&'a str>,
    external_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    details_url: Option<&'a str>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    conclusion: Option<Conclusion>,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    completed_at: Option<String>,
    output: Output<'a>,
    actions: &'a [Action],
}

#[derive(Serialize)]
struct Output<'a> {
    title: &'a str,
    summary: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    annotations: &'a [Annotation],
}

/// Creates the check run, or brings the commit's last one of the name up to date. One that a newer run wrote stays.
///
/// # Errors
/// When GitHub refuses or fails. What was begun then stays in progress, and is completed by the next attempt.
pub fn publish(
    client: &Client,
    project: &Project,
    check: &CheckRun,
    clock: &Clock,
) -> Result<Published, Failure> {
    let title = fit::cut(check.title, TITLE);
    let summary = fit::cut(check.summary, MOST);
    let text = check.text.map(|text| fit::cut(text, MOST));
    let check = CheckRun {
        title: &title,
        summary: &summary,
        text: text.as_deref(),
        actions: check.actions.get(..ACTIONS).unwrap_or(check.actions),
        details_url: check.details_url.filter(|url| url.starts_with("http")),
        ..*check
    };
    Publisher {
        client,
        project,
        check: &check,
        clock,
        origin: Origin {
            stamp: check.stamp,
            digest: content(&check),
        },
    }
    .settle()
}

struct Publisher<'a> {
    client: &'a Client,
    project: &'a Project,
    check: &'a CheckRun<'a>,
    clock: &'a Clock,
    origin: Origin,
}

impl Publisher<'_> {
    fn settle(&self) -> Result<Published, Failure> {
        let mut foreign = Vec::new();
        let mut doubt = None;
        for _ in 0..ROUNDS {
            let there = self.there(&foreign)?;
            let plan = there.as_ref().map(|(run, origin)| {
                plan::plan(run, origin, &self.origin, self.check.conclusion.word())
            });
            let result = match (&there, plan) {
                (Some((run, _)), Some(Plan::Leave)) => {
                    return Ok(Published::new(Done::Newer, run.html_url.as_deref()));
                }
                (Some((run, _)), Some(Plan::Nothing)) => {
                    let done = doubt.map_or(Done::Unchanged, |(_, done)| done);
                    return Ok(Published::new(done, run.html_url.as_deref()));
                }
                (Some((run, _)), Some(Plan::Change)) => match self.missing(run)? {
                    Some(missing) => self.send(Some(run), &missing),
                    None => self.send(None, self.check.annotations),
                },
                _ => self.send(None, self.check.annotations),
            };
            match (result, there) {
                (Ok(published), _) => return Ok(published),
                // The next look shows what has arrived.
                (Err(Stopped { failure, done }), _) if failure.kind == Kind::Uncertain => {
                    doubt = Some((failure, done));
                }
                // Another app's: ours then stands beside it.
                (Err(stopped), Some((run, _)))
                    if stopped.done == Done::Updated
                        && matches!(stopped.failure.kind, Kind::Forbidden | Kind::NotFound) =>
                {
                    foreign.push(run.id);
                }
                (Err(stopped), _) => return Err(stopped.failure),
            }
        }
        Err(match doubt {
            Some((failure, _)) => failure,
            None => {
                let message = format!(
                    "none of the check runs named {} could be changed",
                    self.check.name
                );
                Failure::without_answer(Kind::Forbidden, message)
            }
        })
    }

    /// The last run of the name on the commit that came from here.
    fn there(&self, foreign: &[u64]) -> Result<Option<(Run, Origin)>, Failure> {
        let path = format!(
            "/commits/{}/check-runs?check_name={}&filter=latest&per_page=100",
            part(self.check.head_sha),
            part(self.check.name)
        );
        let runs: Vec<Run> = self
            .client
            .list(&self.project.path(&path), Some("check_runs"))?;
        Ok(runs
            .into_iter()
            .filter(|run| run.name == self.check.name && !foreign.contains(&run.id))
            .filter(|run| run.head_sha.eq_ignore_ascii_case(self.check.head_sha))
            .filter_map(|run| run.origin().map(|origin| (run, origin)))
            .max_by_key(|(run, origin)| (origin.stamp, run.id)))
    }

    fn missing(&self, run: &Run) -> Result<Option<Vec<Annotation>>, Failure> {
        let has: Vec<Listed> = if run.is_bare() {
            Vec::new()
        } else {
            let path = format!("/check-runs/{}/annotations?per_page=100", run.id);
            self.client.list(&self.project.path(&path), None)?
        };
        Ok(plan::missing(run, has, self.check.annotations))
    }

    /// Sends the annotations batch by batch, to the run that is there or to a new one; the last batch completes it.
    fn send(&self, there: Option<&Run>, annotations: &[Annotation]) -> Result<Published, Stopped> {
        let done = if there.is_some() {
            Done::Updated
        } else {
            Done::Created
        };
        let mut batches: Vec<&[Annotation]> = annotations.chunks(BATCH).collect();
        if batches.is_empty() {
            batches.push(&[]);
        }
        let mut run = there.cloned();
        let count = batches.len();
        for (index, batch) in batches.into_iter().enumerate() {
            let body = self.body(run.is_none(), batch, index + 1 == count);
            let answer: Result<Run, Failure> = match &run {
                None => self.client.post(&self.project.path("/check-runs"), &body),
                Some(run) => {
                    let path = format!("/check-runs/{}", run.id);
                    self.client.append(&self.project.path(&path), &body)
                }
            };
            run = Some(answer.map_err(|failure| Stopped { failure, done })?);
        }
        Ok(Published::new(
            done,
            run.and_then(|run| run.html_url).as_deref(),
        ))
    }

    fn body<'a>(&'a self, new: bool, batch: &'a [Annotation], last: bool) -> Body<'a> {
        let check = self.check;
        Body {
            name: check.name,
            head_sha: new.then_some(check.head_sha),
            external_id: self.origin.to_string(),
            details_url: check.details_url,
            status: if last { "completed" } else { "in_progress" },
            conclusion: last.then_some(check.conclusion),
            started_at: new.then(|| self.now()),
            completed_at: last.then(|| self.now()),
            output: Output {
                title: check.title,
                summary: check.summary,
                text: check.text,
                annotations: batch,
            },
            actions: check.actions,
        }
    }

    /// The time, in whole seconds as GitHub writes it.
    fn now(&self) -> String {
        self.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }
}

/// Sending came to an end.
struct Stopped {
    failure: Failure,
    /// What it would have come to.
    done: Done,
}

/// A digest of all that a reader sees; where more is to be read belongs to the run, not to what it found.
fn content(check: &CheckRun) -> String {
    let all = (
        check.conclusion,
        check.title,
        check.summary,
        check.text,
        check.annotations,
        check.actions,
    );
    // Plain strings and numbers can always be written.
    sha256(&serde_json::to_vec(&all).unwrap_or_default())
}

#[cfg(test)]
mod tests;
