//! Reading the commit graph.

use git2::{ErrorCode, ObjectType, Repository};
use rustc_hash::FxHashSet;

use super::commit;
use super::error::VcsError;
use super::repository::object_id;
use crate::domain::dora::{CommitId, History, HistoryBuilder};

/// Reads everything reachable from `from`, not going beyond `boundary`.
pub(super) fn read(
    git: &Repository,
    from: impl IntoIterator<Item = CommitId>,
    boundary: Vec<CommitId>,
) -> Result<History, VcsError> {
    let odb = git.odb()?;
    let cut: FxHashSet<CommitId> = boundary.into_iter().collect();
    let mut builder = HistoryBuilder::default();
    let mut seen: FxHashSet<CommitId> = FxHashSet::default();
    let mut pending: Vec<CommitId> = from.into_iter().filter(|id| seen.insert(*id)).collect();
    let mut parents = Vec::new();
    while let Some(id) = pending.pop() {
        let object = match odb.read(object_id(&id)?) {
            Ok(object) => object,
            Err(error) if error.code() == ErrorCode::NotFound => return Err(VcsError::Missing(id)),
            Err(error) => return Err(error.into()),
        };
        parents.clear();
        let commit = commit::parse(id, object.data(), &mut parents)
            .filter(|_| object.kind() == ObjectType::Commit)
            .ok_or(VcsError::Malformed(id))?;
        if cut.contains(&id) {
            builder.cut_at(id);
        } else {
            pending.extend(parents.iter().filter(|parent| seen.insert(**parent)));
        }
        builder.push(commit, &parents);
    }
    Ok(builder.finish())
}
