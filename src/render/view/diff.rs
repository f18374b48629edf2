//! Two sides and what changed between them.

use super::change::{self, Change};
use super::deltas::{DeltaRow, Deltas, arrow, rank, subject_of};
use crate::render::json::diff::{Compared, Difference, Side};
use crate::render::json::v1::{Subset, Trend};
use crate::text::plural;

/// How many metrics a headline names.
const NAMED: usize = 3;

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
                "{} → {}: {}{}",
                named(&difference.base),
                named(&difference.head),
                change::tally(&deltas),
                lost(difference)
            ),
            worse: difference.worse,
            change: change::between(&difference.change),
            deltas,
            commit: difference.head.subject.commit.clone(),
            folder: difference.head.subject.folder.clone(),
        }
    }
}

/// What is not measured any more; empty if all is.
fn lost(difference: &Difference) -> String {
    let named = difference.lost.iter().take(NAMED).filter_map(|id| {
        let mut metrics = difference.metrics.iter();
        metrics.find(|compared| compared.metric == *id)
    });
    let mut names: Vec<&str> = named.map(|compared| compared.title.as_str()).collect();
    if difference.lost.len() > NAMED {
        names.push("…");
    }
    match difference.lost.len() as u64 {
        0 => String::new(),
        count => format!(
            "; {} {} not measured any more: {}",
            plural::s(count, "metric"),
            plural::pick(count, "is", "are"),
            names.join(", ")
        ),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixtures;

    #[test]
    fn the_headline_says_what_is_not_measured_any_more() {
        let mut difference = fixtures::difference("change");
        difference.lost = Vec::new();
        let headline = |difference: &Difference| DiffView::new(difference).headline;
        assert!(!headline(&difference).contains("any more"));
        let ids = difference.metrics.iter().map(|it| it.metric.clone());
        let mut ids: Vec<String> = ids.collect();
        ids.dedup();
        difference.lost = ids[..1].to_vec();
        let one = "; 1 metric is not measured any more: Highest cyclomatic";
        assert!(
            headline(&difference).contains(one),
            "{}",
            headline(&difference)
        );
        difference.lost = ids;
        let all = headline(&difference);
        assert!(all.contains("metrics are not measured any more: "), "{all}");
        assert!(all.ends_with(", …"), "{all}");
    }
}
