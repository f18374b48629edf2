//! Findings against the baseline's, and those on lines that the change adds.

use std::collections::BTreeSet;

use super::matching::{Matched, matched};
use super::touched::Touched;
use super::{Comparison, Delta, Gap, Silence};
use crate::domain::baseline::Lack;
use crate::domain::measure::{Concern, count};
use crate::domain::measurement::{Part, Scope};
use crate::domain::report::Finding;
use crate::domain::snapshot::Snapshot;

/// Counts what is on added lines, and what is new, by producer.
///
/// New is what the baseline does not have. Where there is no baseline, or the baseline knows nothing of a producer, all
/// that it finds would be new: then the lines that the change adds decide, if they are known.
pub(super) fn compare(
    comparison: &Comparison<'_>,
    touched: Option<&Touched<'_>>,
    delta: &mut Delta,
) {
    for concern in Concern::ALL {
        compare_one(concern, comparison, touched, delta);
    }
    sort(&mut delta.findings.new);
    sort(&mut delta.findings.fixed);
}

fn compare_one(
    concern: Concern,
    comparison: &Comparison<'_>,
    touched: Option<&Touched<'_>>,
    delta: &mut Delta,
) {
    let snapshot = comparison.snapshot;
    let on_added = |finding: &&Finding| {
        touched.is_some_and(|touched| touched.adds(&finding.path, finding.line))
    };
    let mut put = |items: &[&Finding], producer: &str, part: Part| {
        let counts = count(items, concern, producer, comparison.components);
        let counts = counts.into_iter().map(|count| count.of(part));
        delta.measurements.extend(counts);
    };
    let base = comparison
        .baseline
        .map(|baseline| (&baseline.snapshot, producers(&baseline.snapshot, concern)));
    let mut new: Vec<&Finding> = Vec::new();
    let compared = &mut delta.findings;
    let mut strangers: Vec<&str> = Vec::new();
    for producer in producers(snapshot, concern) {
        let own = |finding: &&Finding| finding.producer == producer && concern.holds(finding);
        let today = || snapshot.evidence.findings.iter().filter(own);
        let added: Vec<&Finding> = today().filter(on_added).collect();
        if touched.is_some() {
            put(&added, producer, Part::Changed);
        }
        let found = match &base {
            Ok((base, known)) if known.contains(producer) => {
                let evidence = &base.evidence;
                let stays = evidence.findings.iter().filter(own);
                let gone = evidence.gone.iter().filter(own);
                let matched: Matched<'_> = matched(stays, gone, today(), touched);
                compared.fixed.extend(matched.fixed.into_iter().cloned());
                compared.kept += matched.kept;
                matched.new
            }
            stranger => {
                if stranger.is_ok() {
                    strangers.push(producer);
                }
                if touched.is_none() {
                    continue;
                }
                added
            }
        };
        put(&found, producer, Part::New);
        new.extend(found);
    }
    let any = !new.is_empty();
    compared.new.extend(new.into_iter().cloned());
    explain(
        concern,
        any,
        comparison,
        touched.is_some(),
        &strangers,
        delta,
    );
}

/// Says what is not known, and what was taken instead.
fn explain(
    concern: Concern,
    any: bool,
    comparison: &Comparison<'_>,
    change: bool,
    strangers: &[&str],
    delta: &mut Delta,
) {
    for producer in strangers {
        if change {
            delta.notes.push(format!(
                "the baseline has nothing by {producer}: its new findings are those on added lines"
            ));
        } else {
            let lack = Lack::new(format!(
                "the baseline has nothing by {producer}, and the change is not known: all it finds would be new"
            ));
            let gap = Gap::new(concern.family(), Part::New, Silence::Unknown(lack));
            delta.gaps.push(gap.by(producer));
        }
    }
    if let Err(lack) = comparison.baseline {
        if !change {
            let silence = Silence::Unknown(lack.clone());
            delta
                .gaps
                .push(Gap::new(concern.family(), Part::New, silence));
        } else if any {
            let note = "without a baseline, new findings are those on lines that the change adds";
            // It holds of linters and of scanners, and is said once.
            if !delta.notes.iter().any(|known| known == note) {
                delta.notes.push(note.to_owned());
            }
        }
    }
}

/// The producers whose findings were counted: not those that failed.
fn producers(snapshot: &Snapshot, concern: Concern) -> BTreeSet<&str> {
    let counts = snapshot.measurements.iter().filter(|m| {
        *m.metric == *concern.total().id
            && m.scope == Scope::Project
            && m.part.is_whole()
            && m.labels.is_empty()
    });
    counts.map(|count| &*count.producer).collect()
}

/// The worst first, as in a snapshot's evidence.
fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.cmp(b)));
}
