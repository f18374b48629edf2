//! Coverage that moved where the change touches nothing: a test that is gone, a flag that is set otherwise.

use rustc_hash::{FxHashMap, FxHashSet};

use super::touched::Touched;
use super::{Comparison, Indirect};
use crate::domain::lines::Lines;
use crate::domain::report::Tally;
use crate::domain::snapshot::FileLines;

/// Finds the lines that the change left alone and whose coverage is not what it was, by file. Lines that became
/// coverable, or no longer are, did not move.
///
/// The baseline's lines are carried over the change: what is left of them stands where the same lines stand now. That
/// holds only if all that lies between the two is known. If not, only files are compared whose coverable lines are the
/// same as before.
pub(super) fn find(comparison: &Comparison<'_>, touched: Option<&Touched<'_>>) -> Vec<Indirect> {
    let Ok(baseline) = comparison.baseline else {
        return Vec::new();
    };
    let base = &baseline.snapshot;
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
        if baseline.carried || is_alike(before, now, added) {
            moved.push(indirect);
        }
    }
    moved.sort_by(|a, b| a.path.cmp(&b.path));
    moved
}

/// The files that the baseline's reports speak of, that are still there, and of which no report speaks now; with the
/// number of their lines, of all lines of the baseline.
pub(super) fn vanished(comparison: &Comparison<'_>) -> (Vec<String>, Tally) {
    let mut share = Tally::default();
    // What is not carried may have been deleted.
    let Some(baseline) = comparison.baseline.ok().filter(|base| base.carried) else {
        return (Vec::new(), share);
    };
    let now: FxHashSet<&str> = (comparison.snapshot.evidence.lines.iter())
        .map(|file| &*file.path)
        .collect();
    let mut gone = Vec::new();
    for file in &baseline.snapshot.evidence.lines {
        let size = file.covered.len() + file.uncovered.len();
        share.total += size;
        if !now.contains(&*file.path) {
            share.covered += size;
            gone.push(file.path.clone());
        }
    }
    // Without any coverage now, it is the report that is missing.
    if now.is_empty() {
        return (Vec::new(), Tally::default());
    }
    (gone, share)
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
