//! Coverage that moved where the change touches nothing: a test that is gone, a flag that is set otherwise.

use rustc_hash::FxHashMap;

use super::touched::Touched;
use super::{Comparison, Indirect};
use crate::domain::lines::Lines;
use crate::domain::snapshot::FileLines;

/// Finds the lines that the change left alone and whose coverage is not what it was, by file. Lines that became
/// coverable, or no longer are, did not move.
///
/// The baseline's lines are carried over the change: what is left of them stands where the same lines stand now. That
/// holds only if the baseline is of the commit that the change starts from. Of another one, or without a change, only
/// files are compared whose coverable lines are the same as before.
pub(super) fn find(comparison: &Comparison<'_>, touched: Option<&Touched<'_>>) -> Vec<Indirect> {
    let Ok(baseline) = comparison.baseline else {
        return Vec::new();
    };
    let base = &baseline.snapshot;
    let start = comparison
        .change
        .ok()
        .and_then(|change| change.base.as_ref());
    let exact = start.is_some() && start == base.subject.commit.as_ref();
    let before: FxHashMap<&str, &FileLines> = (base.evidence.lines.iter())
        .map(|file| (&*file.path, file))
        .collect();
    let none = Lines::default();
    let mut moved: Vec<Indirect> = Vec::new();
    for now in &comparison.snapshot.evidence.lines {
        let Some(before) = before.get(&*now.path) else {
            continue;
        };
        let added = touched
            .and_then(|touched| touched.file(&now.path))
            .map_or(&none, |touch| &touch.added);
        let indirect = Indirect {
            path: now.path.clone(),
            lost: before.covered.and(&now.uncovered).without(added),
            gained: before.uncovered.and(&now.covered).without(added),
        };
        if indirect.lost.is_empty() && indirect.gained.is_empty() {
            continue;
        }
        if exact || is_alike(before, now, added) {
            moved.push(indirect);
        }
    }
    moved.sort_by(|a, b| a.path.cmp(&b.path));
    moved
}

/// Whether the lines outside of what was added were coverable before and are, and no others.
fn is_alike(before: &FileLines, now: &FileLines, added: &Lines) -> bool {
    let (covered, uncovered) = (now.covered.without(added), now.uncovered.without(added));
    let size = before.covered.len() + before.uncovered.len();
    let shared: u64 = [&before.covered, &before.uncovered]
        .iter()
        .map(|lines| lines.and(&covered).len() + lines.and(&uncovered).len())
        .sum();
    shared == size && covered.len() + uncovered.len() == size
}
