//! Documents under a ref of a git repository: the ref points at a commit whose tree holds them all.
//!
//! Each write adds a commit to the one before, which lets git send only what is new; every [`LONGEST`] commits, and
//! whenever entries are taken out, it starts afresh with a commit without parents, so that a clone that fetches the ref
//! never gets more than a few hundred commits, and what was taken out can be collected.

use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use git2::build::TreeUpdateBuilder;
use git2::{Commit, ErrorCode, FileMode, ObjectType, Oid, Repository, Signature, Tree};
use jiff::Timestamp;

use super::error::HistoryError;
use crate::platform::Files;

mod erase;
mod mend;
mod merge;
mod reach;
mod reading;
mod remote;
mod sync;

use remote::{Remote, done};
pub use sync::{Fetched, Pushed};

/// Commits in a row before the history starts afresh.
const LONGEST: u32 = 256;
/// What the message of every commit begins with: by it a ref is known for a history.
const SUBJECT: &str = "andon history";
/// What stands in the message before the number of commits since the last one without parents.
const COUNTER: &str = "Since-Root: ";
/// How often to try when others write at the same time.
const ATTEMPTS: u32 = 200;
/// Age at which the lock of a ref is nobody's.
const ABANDONED: Duration = Duration::from_secs(5);

/// A ref of a repository.
pub(super) struct Shelf {
    /// The repository's own folder, shared by all its work trees. Whether it may be trusted was settled before.
    folder: PathBuf,
    /// The full name of the ref.
    reference: String,
}

impl Shelf {
    pub(super) fn new(folder: PathBuf, reference: String) -> Shelf {
        Shelf { folder, reference }
    }

    /// A file of this name in the repository's own folder, apart for each ref.
    pub(super) fn beside(&self, name: &str) -> PathBuf {
        let reference = self.reference.trim_start_matches("refs/");
        let reference = reference.replace('/', "+");
        self.folder.join("andon").join(reference).join(name)
    }

    fn open(&self) -> Result<Repository, HistoryError> {
        // For the whole process: a blobless clone has trees that name blobs it does not have.
        git2::opts::strict_object_creation(false);
        Ok(Repository::open_bare(&self.folder)?)
    }

    pub(super) fn add(
        &self,
        documents: &[(String, Vec<u8>)],
        at: Timestamp,
    ) -> Result<(), HistoryError> {
        let git = self.open()?;
        let mut blobs = Vec::new();
        for (path, bytes) in documents {
            let blob = git.blob(bytes).map_err(|error| self.full(error.into()))?;
            blobs.push((path, blob));
        }
        self.advance(&git, |tip| {
            let mut update = TreeUpdateBuilder::new();
            for (path, blob) in &blobs {
                update.upsert(path.as_str(), *blob, FileMode::Blob);
            }
            let tree = update.create_updated(&git, &tree_of(&git, tip)?)?;
            let parent = tip.filter(|tip| self.may_grow(&git, tip));
            if let (Some(tip), None) = (tip, parent) {
                self.replaces(tip.id())?;
            }
            Ok(commit(&git, tree, parent, at)?)
        })
        .map_err(|error| self.full(error))?;
        Ok(())
    }

    pub(super) fn remove(&self, paths: &[String], at: Timestamp) -> Result<(), HistoryError> {
        let git = self.open()?;
        self.advance(&git, |tip| {
            if let Some(tip) = tip {
                self.replaces(tip.id())?;
            }
            let old = tree_of(&git, tip)?;
            let mut update = TreeUpdateBuilder::new();
            for path in paths {
                if old.get_path(path.as_ref()).is_ok() {
                    update.remove(path.as_str());
                }
            }
            let tree = update.create_updated(&git, &old)?;
            Ok(commit(&git, tree, None, at)?)
        })
        .map_err(|error| self.full(error))?;
        Ok(())
    }

    /// libgit2 knows a full disk by the system's words alone.
    fn full(&self, error: HistoryError) -> HistoryError {
        match error {
            HistoryError::Libgit(said) if said.message().contains("No space left") => {
                HistoryError::Full(self.folder.clone())
            }
            // Of some failures it has no words at all.
            HistoryError::Libgit(said)
                if said.message().contains("no error") && Files.is_full(&self.folder) =>
            {
                HistoryError::Full(self.folder.clone())
            }
            other => other,
        }
    }

    /// Takes away a lock that was left behind by a process that was killed: it is held for as long as a ref takes to be
    /// written, and nobody would ever take it away.
    fn unlock(&self) {
        let lock = self.folder.join(format!("{}.lock", self.reference));
        let age = Files.modified(&lock).ok().and_then(|at| at.elapsed().ok());
        if age.is_some_and(|age| age > ABANDONED) {
            // Another one may be doing the same.
            let _ = Files.remove(&lock);
        }
    }

    /// Whether another commit may follow this one.
    fn may_grow(&self, git: &Repository, tip: &Commit<'_>) -> bool {
        // A branch may be protected against being rewritten, and a partial clone has not what a fresh start would send.
        since_root(tip) + 1 < LONGEST
            || self.reference.starts_with("refs/heads/")
            || Remote::of(git).is_ok_and(|remote| remote.partial)
    }

    /// The commit that the ref points at.
    fn tip<'a>(&self, git: &'a Repository) -> Result<Option<Commit<'a>>, HistoryError> {
        match git.find_reference(&self.reference) {
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error.into()),
            Ok(reference) => match reference.target() {
                Some(id) => Ok(Some(self.history(git, id)?)),
                None => Err(HistoryError::Foreign(self.reference.clone())),
            },
        }
    }

    /// A commit, if it is of a history.
    fn history<'a>(&self, git: &'a Repository, id: Oid) -> Result<Commit<'a>, HistoryError> {
        let foreign = || HistoryError::Foreign(self.reference.clone());
        let object = git.find_object(id, None)?;
        if object.kind() != Some(ObjectType::Commit) {
            return Err(foreign());
        }
        let commit = git.find_commit(id)?;
        let ours = commit.message_bytes().starts_with(SUBJECT.as_bytes());
        ours.then_some(commit).ok_or_else(foreign)
    }

    /// Moves the ref from the commit it points at to the one that `make` makes of that, however many others do the same
    /// at that time. Returns the new commit.
    fn advance(
        &self,
        git: &Repository,
        make: impl Fn(Option<&Commit<'_>>) -> Result<Oid, HistoryError>,
    ) -> Result<Oid, HistoryError> {
        for attempt in 0..ATTEMPTS {
            let tip = self.tip(git)?;
            let new = make(tip.as_ref())?;
            let before = tip.as_ref().map(Commit::id);
            if before == Some(new) || self.shift(git, before, new)? {
                return Ok(new);
            }
            wait(attempt);
        }
        Err(HistoryError::Busy(self.reference.clone()))
    }

    /// Points the ref at `new`, if it still points at `before`; false if it was moved, made or locked by another one.
    fn shift(&self, git: &Repository, before: Option<Oid>, new: Oid) -> Result<bool, HistoryError> {
        // The ref is looked at once it is locked: libgit2 itself does so when it changes one, not when it makes one.
        let mut lock = git.transaction()?;
        match lock.lock_ref(&self.reference) {
            Ok(()) => {}
            Err(error) if error.code() == ErrorCode::Locked => {
                self.unlock();
                return Ok(false);
            }
            Err(error) => return Err(error.into()),
        }
        let now = match git.refname_to_id(&self.reference) {
            Ok(id) => Some(id),
            Err(error) if error.code() == ErrorCode::NotFound => None,
            Err(error) => return Err(error.into()),
        };
        if now != before {
            return Ok(false);
        }
        lock.set_target(&self.reference, new, None, "andon: write the history")?;
        lock.commit()?;
        Ok(true)
    }
}

/// Waits for a while, longer after more attempts, and not as long as others do.
fn wait(attempt: u32) {
    use std::hash::{BuildHasher, Hasher};
    let chance = std::hash::RandomState::new().build_hasher().finish();
    let most = 4 << attempt.min(5);
    thread::sleep(Duration::from_millis(1 + chance % most));
}

/// The tree of a commit; an empty one for none.
fn tree_of<'a>(git: &'a Repository, commit: Option<&Commit<'a>>) -> Result<Tree<'a>, HistoryError> {
    match commit {
        Some(commit) => Ok(commit.tree()?),
        None => Ok(git.find_tree(git.treebuilder(None)?.write()?)?),
    }
}

/// Writes a commit, by nobody: who runs andon is of no interest, and need not be known to git.
fn commit(
    git: &Repository,
    tree: Oid,
    parent: Option<&Commit<'_>>,
    at: Timestamp,
) -> Result<Oid, git2::Error> {
    let time = git2::Time::new(at.as_second(), 0);
    let nobody = Signature::new("andon", "andon@localhost", &time)?;
    let since_root = parent.map_or(0, |parent| since_root(parent) + 1);
    let message = format!("{SUBJECT}\n\n{COUNTER}{since_root}\n");
    let parents: Vec<&Commit<'_>> = parent.into_iter().collect();
    git.commit(
        None,
        &nobody,
        &nobody,
        &message,
        &git.find_tree(tree)?,
        &parents,
    )
}

fn since_root(commit: &Commit<'_>) -> u32 {
    let message = String::from_utf8_lossy(commit.message_bytes());
    let counter = message.lines().find_map(|line| line.strip_prefix(COUNTER));
    counter.and_then(|text| text.parse().ok()).unwrap_or(0)
}
