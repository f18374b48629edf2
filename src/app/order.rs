//! The order of recorded runs: the one place that says which of two was first.

use std::borrow::Borrow;
use std::collections::HashMap;

use jiff::Timestamp;

use crate::domain::dora::CommitId;
use crate::domain::past::Entry;
use crate::history::History;
use crate::vcs::Repository;

/// Puts entries in the order of time, the oldest first. An entry is as exact as a second: those of one second go by the
/// descent of their commits, where the repository tells, and of one commit by the time that their documents state.
pub fn by_time<T: Borrow<Entry>>(
    entries: &mut [T],
    history: &History,
    repository: Option<&Repository>,
) {
    entries.sort_by(|a, b| {
        let (a, b): (&Entry, &Entry) = (a.borrow(), b.borrow());
        (a.taken_at, &a.id).cmp(&(b.taken_at, &b.id))
    });
    let of_one_second =
        |a: &T, b: &T| Borrow::<Entry>::borrow(a).taken_at == Borrow::<Entry>::borrow(b).taken_at;
    for tied in entries.chunk_by_mut(of_one_second) {
        if tied.len() > 1 {
            settle(tied, history, repository);
        }
    }
}

fn settle<T: Borrow<Entry>>(tied: &mut [T], history: &History, repository: Option<&Repository>) {
    let of = |entry: &T| CommitId::from_hex(Borrow::<Entry>::borrow(entry).commit.as_bytes());
    let mut commits: Vec<CommitId> = tied.iter().filter_map(of).collect();
    commits.sort_unstable();
    commits.dedup();
    let places = match repository {
        Some(repository) if commits.len() > 1 => repository.by_descent(&commits),
        _ => HashMap::new(),
    };
    let exact = exact(tied, history);
    // A commit that the repository cannot place is put by time alone, before those that it can.
    tied.sort_by_cached_key(|entry| {
        let place = of(entry).and_then(|commit| places.get(&commit).copied());
        let entry: &Entry = entry.borrow();
        (place, exact.get(&entry.id).copied(), entry.id.clone())
    });
}

/// When the snapshots were taken, as their documents have it, by the id of the entry.
fn exact<T: Borrow<Entry>>(tied: &[T], history: &History) -> HashMap<String, Timestamp> {
    let entries: Vec<&Entry> = tied.iter().map(Borrow::borrow).collect();
    let read = history.values(&entries, |entry, values| {
        let at = values.ok()?.subject.taken_at?;
        Some((entry.id.clone(), at))
    });
    read.into_iter().flatten().flatten().collect()
}
