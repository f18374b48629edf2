//! The sticky comment: one comment of a key on a pull request, updated in place.
//!
//! GitHub has neither locks nor conditional writes, so two runs may do all of this at once. They end with one comment all
//! the same, because each looks after it has written, and both then do the same: keep the oldest comment, bring it to
//! the newest content there is, and only then delete the others.

use serde::{Deserialize, Serialize};

use super::author::{Author, User};
use super::client::Client;
use super::failure::{Failure, Kind};
use super::marker::{self, Marker};
use super::project::Project;
use super::published::{Done, Published};
use super::stamp::Stamp;

/// The most characters of a comment, the hidden marker included.
pub const MOST: usize = 65_536;

/// How often the comments are looked at: first, after a comment was created, and once more for what happened between.
const ROUNDS: usize = 3;
/// How often a comment is written at most, when another run writes it at the same time.
const WRITES: usize = 3;

/// A comment that is wanted on a pull request.
#[derive(Debug, Clone, Copy)]
pub struct Sticky<'a> {
    /// The pull request's number.
    pub pull_request: u64,
    /// Which comment it is: a pull request has one of each key.
    pub key: &'a str,
    /// Which run writes it.
    pub stamp: Stamp,
    /// The content, in markdown, of at most [`room`] characters.
    pub body: &'a str,
}

/// How many characters the content of a comment of this key may have.
pub fn room(key: &str) -> usize {
    MOST.saturating_sub(marker::length(key))
}

#[derive(Debug, Clone, Deserialize)]
struct Comment {
    id: u64,
    #[serde(default)]
    body: Option<String>,
    user: Option<User>,
    #[serde(default)]
    html_url: Option<String>,
}

impl Comment {
    fn marker(&self, key: &str) -> Option<Marker<'_>> {
        Marker::read(self.body.as_deref()?).filter(|marker| marker.is_of(key))
    }
}

#[derive(Serialize)]
struct Body<'a> {
    body: &'a str,
}

/// Creates the comment or brings it up to date. Of several comments of the key, as two runs at once may leave, only the
/// oldest stays. A comment of another author, another key, or with the marker anywhere but first is never touched.
///
/// # Errors
/// When the body is longer than [`room`] allows, or GitHub refuses or fails.
pub fn publish(client: &Client, project: &Project, sticky: &Sticky) -> Result<Published, Failure> {
    let room = room(sticky.key);
    if sticky.body.chars().count() > room {
        let message = format!(
            "the comment is longer than the {room} characters GitHub allows; nothing was sent"
        );
        return Err(Failure::without_answer(Kind::Invalid, message));
    }
    Thread {
        client,
        project,
        sticky,
        author: Author::of(client)?,
    }
    .settle()
}

/// The comments of the pull request, and what is wanted of them.
struct Thread<'a> {
    client: &'a Client,
    project: &'a Project,
    sticky: &'a Sticky<'a>,
    author: Author,
}

impl Thread<'_> {
    fn settle(mut self) -> Result<Published, Failure> {
        let mut created: Option<Comment> = None;
        let mut sent = false;
        let mut doubt = None;
        for round in 1..=ROUNDS {
            let mut ours = self.ours()?;
            if let Some(new) = &created
                && ours.iter().all(|comment| comment.id != new.id)
            {
                // The list may lag behind what was just written.
                ours.push(new.clone());
            }
            if let Some(oldest) = ours.iter().min_by_key(|comment| comment.id) {
                match self.keep(oldest, &ours)? {
                    Some(done) => {
                        let done = match done {
                            Done::Unchanged if sent => Done::Created,
                            other => other,
                        };
                        return Ok(Published::new(done, oldest.html_url.as_deref()));
                    }
                    // It was deleted meanwhile: look again.
                    None => {
                        created = None;
                        continue;
                    }
                }
            }
            if round == ROUNDS {
                break;
            }
            match self.post() {
                Ok(new) => {
                    if let Some(user) = &new.user {
                        self.author = user.into();
                    }
                    created = Some(new);
                    sent = true;
                }
                // The next look shows whether it has arrived.
                Err(failure) if failure.kind == Kind::Uncertain => {
                    doubt = Some(failure);
                    sent = true;
                }
                Err(failure) => return Err(failure),
            }
        }
        Err(doubt.unwrap_or_else(|| {
            let message = "the comment was deleted again and again while it was written";
            Failure::without_answer(Kind::Unavailable, message)
        }))
    }

    /// All comments of the pull request that are ours and of this key.
    fn ours(&self) -> Result<Vec<Comment>, Failure> {
        let path = format!("/issues/{}/comments?per_page=100", self.sticky.pull_request);
        let all: Vec<Comment> = self.client.list(&self.project.path(&path), None)?;
        Ok(all
            .into_iter()
            .filter(|comment| self.author.is(comment.user.as_ref()))
            .filter(|comment| comment.marker(self.sticky.key).is_some())
            .collect())
    }

    /// Brings the oldest to the newest content and deletes the others; `None` if the oldest is gone.
    fn keep(&self, oldest: &Comment, ours: &[Comment]) -> Result<Option<Done>, Failure> {
        let key = self.sticky.key;
        let newest = ours
            .iter()
            .filter_map(|comment| comment.marker(key))
            .max_by_key(|marker| marker.stamp)
            .filter(|marker| marker.stamp > self.sticky.stamp);
        let (stamp, content) = match &newest {
            Some(marker) => (marker.stamp, marker.content),
            None => (self.sticky.stamp, self.sticky.body),
        };
        let Some(done) = self.bring(oldest, stamp, content)? else {
            return Ok(None);
        };
        for other in ours.iter().filter(|comment| comment.id != oldest.id) {
            match self.client.delete(&self.path(other.id)) {
                Err(failure) if failure.kind != Kind::NotFound => return Err(failure),
                // Another run may have deleted it first.
                _ => {}
            }
        }
        Ok(Some(if newest.is_some() { Done::Newer } else { done }))
    }

    /// Writes the content into a comment, unless it is there or a newer run's is. It is read right before each write and
    /// once after it, since another run may write at the same time. `None` if the comment is gone.
    fn bring(
        &self,
        comment: &Comment,
        stamp: Stamp,
        content: &str,
    ) -> Result<Option<Done>, Failure> {
        let mut done = Done::Unchanged;
        let settled = |comment: &Comment, done| match comment.marker(self.sticky.key) {
            Some(marker) if marker.stamp > stamp => Some(Done::Newer),
            Some(marker) if same(marker.content, content) => Some(done),
            // What GitHub made of the text that we wrote need not be what we wrote.
            Some(marker) if done == Done::Updated && marker.stamp == stamp => Some(done),
            _ => None,
        };
        if let Some(done) = settled(comment, done) {
            return Ok(Some(done));
        }
        let path = self.path(comment.id);
        let text = marker::compose(self.sticky.key, stamp, content);
        for _ in 0..WRITES {
            let Some(now) = there(self.client.get::<Comment>(&path))? else {
                return Ok(None);
            };
            if now.marker(self.sticky.key).is_none() {
                // Somebody made it a comment of their own.
                return Ok(None);
            }
            if let Some(done) = settled(&now, done) {
                return Ok(Some(done));
            }
            if there(self.client.patch::<Comment>(&path, &Body { body: &text }))?.is_none() {
                return Ok(None);
            }
            done = Done::Updated;
        }
        Ok(Some(done))
    }

    fn post(&self) -> Result<Comment, Failure> {
        let path = format!("/issues/{}/comments", self.sticky.pull_request);
        let text = marker::compose(self.sticky.key, self.sticky.stamp, self.sticky.body);
        self.client
            .post(&self.project.path(&path), &Body { body: &text })
    }

    fn path(&self, id: u64) -> String {
        self.project.path(&format!("/issues/comments/{id}"))
    }
}

/// `None` for what is not there any more.
fn there<T>(answer: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(failure) if failure.kind == Kind::NotFound => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// Whether two contents are the same but for line ends, which an edit in the browser changes, and space at the end.
fn same(one: &str, other: &str) -> bool {
    one.trim_end()
        .split('\n')
        .map(|line| line.trim_end_matches('\r'))
        .eq(other
            .trim_end()
            .split('\n')
            .map(|line| line.trim_end_matches('\r')))
}

#[cfg(test)]
mod tests;
