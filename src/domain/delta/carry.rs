//! Carrying a baseline over a change, so that it speaks of files and lines by the names and numbers of today.

use super::{documentation, duplication};
use crate::domain::change::{Change, ChangedFile, Fate, Fates};
use crate::domain::measurement::Scope;
use crate::domain::report::Finding;
use crate::domain::snapshot::{FileLines, Snapshot};

/// Carries a snapshot over a change: what it says of files and lines of the base is put under the paths and lines that
/// they have after the change. A copied file stays where it was.
///
/// Covered and uncovered lines that were removed are dropped. Findings on removed lines and in deleted files move from
/// `evidence.findings` to `evidence.gone`, where they keep their old places. Measurements of deleted files and of their
/// functions stay too, unless another file has taken the path: of the two, that one is there to be compared.
pub fn carry(snapshot: &mut Snapshot, change: &Change) {
    let fates = Fates::new(change);
    snapshot
        .measurements
        .retain_mut(|measurement| match &mut measurement.scope {
            Scope::Project | Scope::Component(_) | Scope::Benchmark(_) => true,
            Scope::File(path) => carry_path(path, &fates),
            Scope::Function { path, line, .. } => {
                if let Fate::Changed(file) = fates.of(path)
                    && let Some(now) = file.line_now(*line).filter(|_| *line > 0)
                {
                    *line = now;
                }
                carry_path(path, &fates)
            }
        });
    let evidence = &mut snapshot.evidence;
    duplication::carry(&mut evidence.duplication, &fates);
    documentation::carry(&mut evidence.documentation, &fates);
    evidence
        .lines
        .retain_mut(|file| match fates.of(&file.path) {
            Fate::Kept => true,
            Fate::Changed(change) => {
                carry_lines(file, change);
                true
            }
            Fate::Gone | Fate::Replaced => false,
        });
    evidence.lines.sort_by(|a, b| a.path.cmp(&b.path));
    for mut finding in std::mem::take(&mut evidence.findings) {
        let place = if follow(&mut finding, &fates) {
            &mut evidence.findings
        } else {
            &mut evidence.gone
        };
        place.push(finding);
    }
    evidence
        .functions
        .retain_mut(|file| carry_path(&mut file.path, &fates));
    for case in evidence.cases.iter_mut().chain(&mut evidence.slowest) {
        carry_path(&mut case.file, &fates);
    }
    // Functions whose lines moved and files whose names changed stand in a new order.
    snapshot.sort();
}

/// Puts a path where its file is; whether the path still means the same file, if any.
fn carry_path(path: &mut String, fates: &Fates<'_>) -> bool {
    match fates.of(path) {
        Fate::Kept | Fate::Gone => true,
        Fate::Changed(file) => {
            path.clone_from(&file.path);
            true
        }
        Fate::Replaced => false,
    }
}

fn carry_lines(file: &mut FileLines, change: &ChangedFile) {
    file.path.clone_from(&change.path);
    file.covered = change.lines_now(&file.covered);
    file.uncovered = change.lines_now(&file.uncovered);
    file.branches.retain_mut(|branch| {
        let now = change.line_now(branch.0);
        now.is_some_and(|line| {
            branch.0 = line;
            true
        })
    });
}

/// Puts a finding where its line is now; false if its line or its file is gone.
fn follow(finding: &mut Finding, fates: &Fates<'_>) -> bool {
    match fates.of(&finding.path) {
        Fate::Kept => true,
        Fate::Gone | Fate::Replaced => false,
        Fate::Changed(file) => {
            finding.path.clone_from(&file.path);
            // One without a line belongs to the file as a whole, which is there.
            let line = match finding.line {
                0 => Some(0),
                line => file.line_now(line),
            };
            finding.line = line.unwrap_or(finding.line);
            line.is_some()
        }
    }
}
