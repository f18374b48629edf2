//! Two sides and what changed between them.

use super::change::{self, Change};
use super::deltas::{DeltaRow, Deltas, arrow, rank, subject_of};
use crate::render::json::diff::{Compared, Difference, Side};
use crate::render::json::v1::{Subset, Trend};

/// What changed, ready to be laid out.
#[derive(Debug, Clone, PartialEq)]
pub struct DiffView {
    /// The two sides, and how many metrics went which way, in one line.
    pub headline: String,
    /// Whether anything got worse.
    pub worse: bool,
    /// Lines, tests and findings.
    pub change: Change,
    /// The metrics that moved, and those that only one side has.
    pub deltas: Deltas,
    /// The head's commit, if known.
    pub commit: Option<String>,
    /// The folder of the repository to which its paths are relative.
    pub folder: String,
}

impl DiffView {
    /// The view of a difference.
    pub fn new(difference: &Difference) -> DiffView {
        let mut deltas = Deltas::default();
        for compared in &difference.metrics {
            match row(compared) {
                Some(row) => deltas.rows.push(row),
                None => deltas.unchanged += 1,
            }
        }
        deltas.rows.sort_by_key(|row| rank(row.trend));
        DiffView {
            headline: format!(
                "{} → {}: {}",
                named(&difference.base),
                named(&difference.head),
                change::tally(&deltas)
            ),
            worse: difference.worse,
            change: change::between(&difference.change),
            deltas,
            commit: difference.head.subject.commit.clone(),
            folder: difference.head.subject.folder.clone(),
        }
    }
}

fn named(side: &Side) -> String {
    match &side.subject.commit {
        Some(commit) if !commit.starts_with(&side.name) => {
            format!("{} ({})", side.name, change::short(commit))
        }
        _ => side.name.clone(),
    }
}

fn row(compared: &Compared) -> Option<DeltaRow> {
    let (trend, change) = match (&compared.delta, &compared.before) {
        (Some(delta), _) if delta.trend == Trend::Same => return None,
        (Some(delta), _) => (delta.trend, arrow(delta)),
        (None, None) => (Trend::Neutral, "only now".to_owned()),
        (None, Some(_)) => (Trend::Neutral, "no longer measured".to_owned()),
    };
    let shown = |amount: &Option<crate::render::json::v1::Amount>| match amount {
        Some(amount) => amount.display.clone(),
        None => "no data".to_owned(),
    };
    Some(DeltaRow {
        subject: subject_of(
            &compared.title,
            &compared.scope,
            Subset::Whole,
            &compared.labels,
            &compared.producer,
        ),
        before: shown(&compared.before),
        now: shown(&compared.now),
        change,
        trend,
    })
}
