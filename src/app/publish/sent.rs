//! What came of publishing, in words.

use crate::config::Channel;
use crate::github::{Done, Failure, Kind, Published};
use crate::text::plural;

/// What came of one way to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Which way.
    pub channel: Channel,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is there: what was done, and where it can be looked at.
    Done(String, Option<String>),
    /// There was nothing to do, and why.
    Skipped(String),
    /// It could not be done, as is to be expected: the token of a fork's pull request can only read.
    Refused,
    /// It could not be done.
    Failed(String),
}

impl Sent {
    /// Where it can be looked at.
    pub fn address(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Done(_, address) => address.as_deref(),
            _ => None,
        }
    }

    /// Whether it is there now.
    pub fn is_there(&self) -> bool {
        matches!(self.outcome, Outcome::Done(..))
    }

    /// Whether something went wrong that should not have.
    pub fn is_failure(&self) -> bool {
        matches!(self.outcome, Outcome::Failed(_))
    }
}

/// What is told to people: what is there, then what is not, each with whether it is a warning. What was refused for one
/// and the same reason is said once.
pub fn told(all: &[Sent]) -> Vec<(bool, String)> {
    let refused = all.iter().filter(|sent| sent.outcome == Outcome::Refused);
    let refused: Vec<String> = refused.map(|sent| sent.channel.name().to_owned()).collect();
    let mut lines: Vec<(bool, String)> = all.iter().filter_map(line).collect();
    if !refused.is_empty() {
        let what = plural::list(&refused);
        lines.push((
            true,
            format!(
                "{what} not published: the run of a fork's or a bot's pull request may only read. Publish from a second \
                 workflow: `andon init --ci github --forks` writes both"
            ),
        ));
    }
    lines
}

fn line(sent: &Sent) -> Option<(bool, String)> {
    let name = sent.channel.name();
    Some(match &sent.outcome {
        Outcome::Done(what, Some(address)) => (false, format!("{name}: {what}, {address}")),
        Outcome::Done(what, None) => (false, format!("{name}: {what}")),
        Outcome::Skipped(why) => (false, format!("{name}: nothing published, {why}")),
        Outcome::Failed(why) => (true, format!("{name} not published: {why}")),
        Outcome::Refused => return None,
    })
}

impl Outcome {
    /// What GitHub answered.
    pub(super) fn of(published: Published) -> Outcome {
        Outcome::Done(word(published.done).to_owned(), published.address)
    }

    /// What it answered to several of a kind: `2 created, 1 unchanged`.
    pub(super) fn of_each(all: &[Done]) -> Outcome {
        let kinds = [Done::Created, Done::Updated, Done::Unchanged, Done::Newer].into_iter();
        let counted =
            kinds.filter_map(
                |kind| match all.iter().filter(|done| **done == kind).count() {
                    0 => None,
                    count => Some(format!("{count} {}", word(kind))),
                },
            );
        Outcome::Done(counted.collect::<Vec<_>>().join(", "), None)
    }

    /// A failure. Of a guest no rights are expected.
    pub(super) fn of_failure(failure: &Failure, guest: bool) -> Outcome {
        match failure.kind {
            Kind::Forbidden if guest => Outcome::Refused,
            _ => Outcome::Failed(failure.to_string()),
        }
    }
}

fn word(done: Done) -> &'static str {
    match done {
        Done::Created => "created",
        Done::Updated => "updated",
        Done::Unchanged => "unchanged",
        Done::Newer => "left as a newer run wrote it",
    }
}
