//! Showing results on GitHub. The verdict stands before any of this begins, and nothing here changes it.

mod artifact;
mod pages;
mod sent;
mod target;

use std::cell::OnceCell;
use std::collections::BTreeSet;

use crate::config::{Channel, VerdictLabels};
use crate::github::{Client, Failure, check_run, comment, labels, pull_request, sarif, status};
use crate::platform::Clock;
use crate::render::json::v1::{Document, Word};
use crate::render::markdown::Links;
use crate::render::statuses;
use crate::text::plural;

pub use artifact::take;
pub use pages::Pages;
pub use sent::{Outcome, Sent, told};
pub use target::{Sought, Target, Typed, full, project};

/// A result with the name by which it is told from others.
#[derive(Debug, Clone)]
pub struct Named {
    /// The file's name without its ending, or the job's.
    pub name: String,
    /// The result.
    pub document: Document,
}

/// What is to be published.
#[derive(Debug, Clone, Copy)]
pub struct Publication<'a> {
    /// The results: several make one comment and one check run.
    pub results: &'a [Named],
    /// By which ways.
    pub channels: &'a BTreeSet<Channel>,
    /// The labels by verdict.
    pub labels: &'a VerdictLabels,
    /// Where to.
    pub target: &'a Target,
    /// Where files can be looked at.
    pub links: &'a Links,
    /// Whether the results come from a run that is not trusted.
    pub foreign: bool,
}

/// Publishes in every way that is asked for but the job summary, which is no matter of the network. One that fails keeps
/// no other from being tried, unless GitHub itself is down.
pub fn send(client: &Client, publication: &Publication<'_>, clock: Clock) -> Vec<Sent> {
    let sender = Sender {
        client,
        publication,
        pages: Pages::of(publication),
        clock,
        request: OnceCell::new(),
    };
    let guest = publication.target.guest;
    let asked = |channel: &Channel| publication.channels.contains(channel);
    let ways = Channel::ALL.into_iter().filter(asked);
    ways.filter_map(|channel| {
        let answer = match channel {
            Channel::Summary => return None,
            Channel::Comment => sender.on_request(|number| sender.comment(number)),
            Channel::CheckRun => sender.check_run(),
            Channel::Status => sender.statuses(),
            Channel::Labels => sender.on_request(|number| sender.labels(number)),
            Channel::Sarif => sender.sarif(),
        };
        Some(Sent {
            channel,
            outcome: answer.unwrap_or_else(|failure| Outcome::of_failure(&failure, guest)),
        })
    })
    .collect()
}

struct Sender<'a> {
    client: &'a Client,
    publication: &'a Publication<'a>,
    pages: Pages<'a>,
    clock: Clock,
    /// The pull request's number, or why there is none; it is looked for once.
    request: OnceCell<Result<Result<u64, String>, Failure>>,
}

impl Sender<'_> {
    /// Does something on the pull request, if there is one.
    fn on_request(
        &self,
        send: impl FnOnce(u64) -> Result<Outcome, Failure>,
    ) -> Result<Outcome, Failure> {
        match self.request.get_or_init(|| self.find_request()) {
            Ok(Ok(number)) => send(*number),
            Ok(Err(why)) => Ok(Outcome::Skipped(why.clone())),
            Err(failure) => Err(failure.clone()),
        }
    }

    fn find_request(&self) -> Result<Result<u64, String>, Failure> {
        let target = self.publication.target;
        let (numbers, head) = match &target.request {
            Sought::Number(number) => return Ok(Ok(*number)),
            Sought::None => return Ok(Err("a merge queue has no pull request".to_owned())),
            Sought::OfCommit { numbers, head } => (numbers.clone(), head.clone()),
        };
        let hints = pull_request::Hints { numbers, head };
        let found = pull_request::resolve(self.client, &target.project, &target.commit, &hints)?;
        let unknown = "no open pull request ends at this commit";
        Ok(match found.pull_request {
            Some(request) => Ok(request.number),
            None => Err(found.note.unwrap_or_else(|| unknown.to_owned())),
        })
    }

    fn comment(&self, pull_request: u64) -> Result<Outcome, Failure> {
        let target = self.publication.target;
        let body = self.pages.comment();
        let sticky = comment::Sticky {
            pull_request,
            key: &target.key,
            stamp: target.stamp,
            body: &body,
        };
        comment::publish(self.client, &target.project, &sticky).map(Outcome::of)
    }

    fn check_run(&self) -> Result<Outcome, Failure> {
        let target = self.publication.target;
        let run = check_run::CheckRun {
            name: &target.name(),
            head_sha: &target.commit,
            stamp: target.stamp,
            conclusion: match self.pages.word() {
                Word::Pass => check_run::Conclusion::Success,
                Word::Warn => check_run::Conclusion::Neutral,
                Word::Fail => check_run::Conclusion::Failure,
            },
            title: &self.pages.title(),
            summary: &self.pages.check_run(),
            text: None,
            annotations: &self.pages.annotations(),
            details_url: target.page.as_deref(),
            actions: &[check_run::Action::rerun()],
        };
        check_run::publish(self.client, &target.project, &run, &self.clock).map(Outcome::of)
    }

    fn statuses(&self) -> Result<Outcome, Failure> {
        let target = self.publication.target;
        let documents: Vec<&Document> = self.publication.documents().collect();
        let families = statuses::render(&documents);
        let statuses: Vec<status::Status> = families
            .iter()
            .map(|family| {
                let context = target.named(&format!("andon/{}", family.family));
                let state = match family.holds {
                    true => status::State::Success,
                    false => status::State::Failure,
                };
                status::Status::new(&context, state, &family.description, target.page.as_deref())
            })
            .collect();
        if statuses.is_empty() {
            return Ok(Outcome::Skipped("there is no gate".to_owned()));
        }
        let done = status::publish(self.client, &target.project, &target.commit, &statuses)?;
        Ok(Outcome::of_each(&done))
    }

    fn labels(&self, number: u64) -> Result<Outcome, Failure> {
        let VerdictLabels { pass, warn, fail } = self.publication.labels;
        let wanted = match self.pages.word() {
            Word::Pass => pass,
            Word::Warn => warn,
            Word::Fail => fail,
        };
        let others = [pass, warn, fail].into_iter().flatten();
        let others = others.filter(|label| !wanted.contains(label));
        let unwanted: Vec<&str> = others.map(String::as_str).collect();
        let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
        if wanted.is_empty() && unwanted.is_empty() {
            let why = "the policy names no `labels` under `publish`";
            return Ok(Outcome::Skipped(why.to_owned()));
        }
        let labels = labels::Labels {
            wanted: &wanted,
            unwanted: &unwanted,
        };
        let project = &self.publication.target.project;
        let changed = labels::settle(self.client, project, number, &labels)?;
        let count = |what: &str, labels: &[String]| match labels {
            [] => None,
            labels => Some(format!("{what} {}", labels.join(", "))),
        };
        let told = [
            count("added", &changed.added),
            count("removed", &changed.removed),
        ];
        let told: Vec<String> = told.into_iter().flatten().collect();
        Ok(Outcome::Done(
            match told.is_empty() {
                true => "unchanged".to_owned(),
                false => told.join(", "),
            },
            None,
        ))
    }

    fn sarif(&self) -> Result<Outcome, Failure> {
        let of_request = |number: u64| self.upload(&format!("refs/pull/{number}/head"));
        if self.publication.foreign {
            // A branch that a foreign result names would choose whose alerts are replaced.
            return self.on_request(of_request);
        }
        let target = self.publication.target;
        let branches = self.publication.documents();
        let branch = branches
            .filter_map(|document| document.subject.branch.as_deref())
            .next();
        match (&target.request, branch) {
            (Sought::Number(number), _) => of_request(*number),
            (_, Some(branch)) => self.upload(&format!("refs/heads/{branch}")),
            _ => Ok(Outcome::Skipped("the branch is not known".to_owned())),
        }
    }

    fn upload(&self, reference: &str) -> Result<Outcome, Failure> {
        let target = self.publication.target;
        let logs = self.pages.sarif(&target.key);
        for log in &logs {
            let analysis = sarif::Analysis {
                commit_sha: &target.commit,
                reference,
                tool_name: "andon",
                sarif: log,
            };
            sarif::upload(self.client, &target.project, &analysis)?;
        }
        let what = format!(
            "{} uploaded",
            plural::of(logs.len() as u64, "analysis", "analyses")
        );
        Ok(Outcome::Done(what, None))
    }
}

impl<'a> Publication<'a> {
    fn documents(&self) -> impl Iterator<Item = &'a Document> + use<'a> {
        self.results.iter().map(|named| &named.document)
    }
}
