//! Exchanging a history with a remote, so that neither side loses anything.
//!
//! A ref of our own remembers what the remote had when it was last joined with. What stands there and is gone on one
//! side, that side took out; all else is kept. The ref moves only after the join is written here: whatever is
//! interrupted, is done again.

use std::sync::atomic::{AtomicU32, Ordering};

use git2::{Commit, ErrorCode, Oid, Repository};
use jiff::Timestamp;

use super::super::error::HistoryError;
use super::merge::{Joined, joined};
use super::remote::{Remote, Sent};
use super::{Shelf, commit, tree_of, wait};

/// How often to try when others push at the same time.
const ATTEMPTS: u32 = 30;
/// Where fetched commits lie until they are joined with.
const INCOMING: &str = "refs/andon/incoming/";
/// Seconds after which an incoming ref was left behind.
const STALE: i64 = 24 * 3600;

/// What came of fetching.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The remote's name.
    pub remote: String,
    /// Whether the remote has a history.
    pub found: bool,
}

/// What came of pushing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// The remote's name.
    pub remote: String,
    /// Whether anything had to be sent.
    pub sent: bool,
}

impl Shelf {
    /// Joins the remote's history with ours.
    pub(in crate::history) fn fetch(&self, now: Timestamp) -> Result<Fetched, HistoryError> {
        let git = self.open()?;
        let remote = Remote::of(&git)?;
        let theirs = self.take_in(&git, &remote, now)?;
        Ok(Fetched {
            found: theirs.is_some(),
            remote: remote.name,
        })
    }

    /// Joins the remote's history with ours, and gives the remote what it lacks.
    pub(in crate::history) fn push(&self, now: Timestamp) -> Result<Pushed, HistoryError> {
        let git = self.open()?;
        let remote = Remote::of(&git)?;
        for attempt in 0..ATTEMPTS {
            let theirs = self.take_in(&git, &remote, now)?;
            let Some(ours) = self.tip(&git)?.map(|tip| tip.id()) else {
                let (remote, sent) = (remote.name, false);
                return Ok(Pushed { remote, sent });
            };
            let sent = Some(ours) != theirs;
            if sent && let Sent::Rejected(reason) = remote.push(ours, &self.reference, theirs)? {
                if self.moved(&git, &remote, theirs, now)? || reason.contains("lock") {
                    wait(attempt + 2);
                    continue;
                }
                let remote = remote.name;
                return Err(HistoryError::Refused { remote, reason });
            }
            git.reference(&self.tracking(&remote), ours, true, "andon: pushed")?;
            // What was taken out here is out of there now, and need not be remembered.
            self.erase()?;
            let remote = remote.name;
            return Ok(Pushed { remote, sent });
        }
        Err(HistoryError::Busy(format!(
            "{} on {}",
            self.reference, remote.name
        )))
    }

    /// Fetches the history of another repository, and hands it over for as long as `read` takes; `None` if it has none.
    pub(in crate::history) fn borrow<T>(
        &self,
        address: &str,
        now: Timestamp,
        read: impl FnOnce(Shelf) -> Result<T, HistoryError>,
    ) -> Result<Option<T>, HistoryError> {
        let git = self.open()?;
        let remote = Remote::at(&git, address)?;
        let incoming = Incoming::new(&git, now)?;
        match incoming.fetch(&remote, &self.reference)? {
            Some(_) => read(Shelf::new(self.folder.clone(), incoming.name.clone())).map(Some),
            None => Ok(None),
        }
    }

    /// The ref that remembers what the remote had.
    fn tracking(&self, remote: &Remote) -> String {
        let name = self.reference.trim_start_matches("refs/");
        format!("refs/andon/remotes/{}/{name}", remote.name)
    }

    /// Whether the remote's history is no longer this one.
    fn moved(
        &self,
        git: &Repository,
        remote: &Remote,
        known: Option<Oid>,
        now: Timestamp,
    ) -> Result<bool, HistoryError> {
        let incoming = Incoming::new(git, now)?;
        Ok(incoming.fetch(remote, &self.reference)? != known)
    }

    /// Fetches and joins; returns what the remote has.
    fn take_in(
        &self,
        git: &Repository,
        remote: &Remote,
        now: Timestamp,
    ) -> Result<Option<Oid>, HistoryError> {
        // Read before fetching: what another process remembers meanwhile may be newer than what comes.
        let tracking = self.tracking(remote);
        let known = match git.refname_to_id(&tracking) {
            Err(error) if error.code() == ErrorCode::NotFound => None,
            id => Some(git.find_commit(id?)?),
        };
        let incoming = Incoming::new(git, now)?;
        let Some(id) = incoming.fetch(remote, &self.reference)? else {
            return Ok(None);
        };
        let theirs = self.history(git, id)?;
        self.advance(git, |ours| {
            self.follow(git, known.as_ref(), ours, &theirs, now)
        })?;
        git.reference(&tracking, id, true, "andon: fetched")?;
        Ok(Some(id))
    }

    /// The commit that joins ours with theirs, after theirs.
    fn follow(
        &self,
        git: &Repository,
        base: Option<&Commit<'_>>,
        ours: Option<&Commit<'_>>,
        theirs: &Commit<'_>,
        now: Timestamp,
    ) -> Result<Oid, HistoryError> {
        let Some(ours) = ours else {
            return Ok(theirs.id());
        };
        let their_tree = theirs.tree()?;
        let Joined { tree, lessened } =
            joined(git, &tree_of(git, base)?, &ours.tree()?, &their_tree)?;
        if tree == their_tree.id() {
            return Ok(theirs.id());
        }
        // Ours stands already where it would be put.
        if tree == ours.tree_id() && (ours.parent_ids().any(|id| id == theirs.id()) || lessened) {
            return Ok(ours.id());
        }
        let grows = !lessened && self.may_grow(git, theirs);
        Ok(commit(git, tree, grows.then_some(theirs), now)?)
    }
}

/// A ref for what is being fetched, which no other process uses.
struct Incoming<'a> {
    git: &'a Repository,
    name: String,
}

impl<'a> Incoming<'a> {
    fn new(git: &'a Repository, now: Timestamp) -> Result<Incoming<'a>, HistoryError> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let (now, process) = (now.as_second(), std::process::id());
        for left in git.references_glob(&format!("{INCOMING}*"))? {
            let mut left = left?;
            let name = left.name().unwrap_or_default();
            let time = name
                .strip_prefix(INCOMING)
                .and_then(|name| name.split('-').next());
            let time: Option<i64> = time.and_then(|time| time.parse().ok());
            if time.is_none_or(|time| (now - time).abs() > STALE) {
                // Another process may be doing the same.
                let _ = left.delete();
            }
        }
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("{INCOMING}{now}-{process}-{number}");
        Ok(Incoming { git, name })
    }

    /// Fetches a ref of the remote; `None` if the remote has none of this name.
    fn fetch(&self, remote: &Remote, reference: &str) -> Result<Option<Oid>, HistoryError> {
        match remote.fetch(reference, &self.name)? {
            true => Ok(Some(self.git.refname_to_id(&self.name)?)),
            false => Ok(None),
        }
    }
}

impl Drop for Incoming<'_> {
    fn drop(&mut self) {
        if let Ok(mut reference) = self.git.find_reference(&self.name) {
            // It is stale in a day.
            let _ = reference.delete();
        }
    }
}
