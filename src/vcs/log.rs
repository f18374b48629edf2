//! Reading the commit graph, by several readers at once: unpacking commits is nearly all of the work.

use std::panic::resume_unwind;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use git2::{ErrorCode, ObjectType, Odb, Repository};
use rustc_hash::FxHashSet;

use super::commit;
use super::error::VcsError;
use super::names::object_id;
use crate::domain::dora::{Commit, CommitId, History, HistoryBuilder};

/// More readers than this wait for one another.
const MOST_READERS: usize = 4;

/// Reads everything reachable from `from`, not going beyond `boundary`.
pub(super) fn read(
    git: &Repository,
    from: impl IntoIterator<Item = CommitId>,
    boundary: Vec<CommitId>,
) -> Result<History, VcsError> {
    let mut seen = FxHashSet::default();
    let heads: Vec<CommitId> = from.into_iter().filter(|id| seen.insert(*id)).collect();
    let readers = thread::available_parallelism().map_or(1, |count| count.get().min(MOST_READERS));
    let readers = readers.min(heads.len());
    let walk = Walk {
        heads: Mutex::new(heads),
        seen: Mutex::new(seen),
        cut: boundary.into_iter().collect(),
    };
    let (odb, folder) = (git.odb()?, git.commondir());
    let mut whole = thread::scope(|scope| {
        let reader = |_| scope.spawn(|| walk.read_apart(folder));
        let others: Vec<_> = (1..readers).map(reader).collect();
        let mut whole = walk.read(&odb);
        for other in others {
            let part = other.join().unwrap_or_else(|panic| resume_unwind(panic))?;
            whole.builder.join(part.builder);
            whole.failures.extend(part.failures);
        }
        Ok::<Part, VcsError>(whole)
    })?;
    // Which reader came upon which failure is chance; which failure is told must not be.
    whole.failures.sort_by_key(|(id, _)| *id);
    match whole.failures.into_iter().next() {
        Some((_, failure)) => Err(failure),
        None => Ok(whole.builder.finish()),
    }
}

/// What the readers share. Every head is marked as seen from the start, so that each reader walks from a head to the
/// heads before it: the tags cut the history into pieces.
struct Walk {
    heads: Mutex<Vec<CommitId>>,
    seen: Mutex<FxHashSet<CommitId>>,
    cut: FxHashSet<CommitId>,
}

/// What one reader read.
#[derive(Default)]
struct Part {
    builder: HistoryBuilder,
    failures: Vec<(CommitId, VcsError)>,
}

impl Walk {
    /// Reads with a handle of its own: libgit2 lets one object database read one object at a time.
    fn read_apart(&self, folder: &Path) -> Result<Part, VcsError> {
        // Whether the repository may be trusted was settled when it was found.
        let git = Repository::open_bare(folder)?;
        Ok(self.read(&git.odb()?))
    }

    /// Reads until no head is left.
    fn read(&self, odb: &Odb<'_>) -> Part {
        let mut part = Part::default();
        let (mut pending, mut parents) = (Vec::new(), Vec::new());
        while let Some(id) = pending.pop().or_else(|| held(&self.heads).pop()) {
            parents.clear();
            let commit = match read_one(odb, id, &mut parents) {
                Ok(commit) => commit,
                Err(failure) => {
                    part.failures.push((id, failure));
                    continue;
                }
            };
            if self.cut.contains(&id) {
                part.builder.cut_at(id);
            } else {
                let mut seen = held(&self.seen);
                pending.extend(parents.iter().filter(|parent| seen.insert(**parent)));
            }
            part.builder.push(commit, &parents);
        }
        part
    }
}

/// Reads one commit and appends its parents.
pub(super) fn read_one(
    odb: &Odb<'_>,
    id: CommitId,
    parents: &mut Vec<CommitId>,
) -> Result<Commit, VcsError> {
    let object = match odb.read(object_id(&id)?) {
        Ok(object) => object,
        Err(error) if error.code() == ErrorCode::NotFound => return Err(VcsError::Missing(id)),
        Err(error) => return Err(error.into()),
    };
    commit::parse(id, object.data(), parents)
        .filter(|_| object.kind() == ObjectType::Commit)
        .ok_or(VcsError::Malformed(id))
}

/// Nothing that is done under these locks can leave them half done.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
