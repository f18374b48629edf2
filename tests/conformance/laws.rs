//! Merging real coverage reports: neither their order nor their grouping changes what comes out.

use andon::domain::report::Coverage;
use andon::formats::{Format, Limits};

use super::fixtures::Fixture;
use super::read_bytes;

/// What the reports of a format say of coverage, each by itself.
pub(crate) fn coverages(format: &'static Format, fixtures: &[Fixture]) -> Vec<Coverage> {
    let read = |fixture: &Fixture| {
        let bytes = fixture.bytes.clone();
        let report = read_bytes(&fixture.name, bytes, Some(format), &Limits::default());
        report.content.coverage
    };
    fixtures.iter().filter_map(read).collect()
}

/// Merges the reports from the first to the last, from the last to the first, and by halves.
pub(crate) fn check(reports: &[Coverage]) -> Vec<String> {
    let forward = fold(reports.iter());
    let mut wrong = Vec::new();
    if forward != fold(reports.iter().rev()) {
        wrong.push("the order of reports changes what they say together".to_owned());
    }
    if forward != halves(reports) {
        wrong.push("the grouping of reports changes what they say together".to_owned());
    }
    if forward.count() != halves(reports).count() {
        wrong.push("the grouping of reports changes their totals".to_owned());
    }
    wrong
}

fn fold<'a>(reports: impl Iterator<Item = &'a Coverage>) -> Coverage {
    reports.fold(Coverage::default(), |mut all, report| {
        all.merge(report.clone());
        all
    })
}

fn halves(reports: &[Coverage]) -> Coverage {
    match reports {
        [] => Coverage::default(),
        [one] => one.clone(),
        more => {
            let (first, second) = more.split_at(more.len() / 2);
            let mut all = halves(first);
            all.merge(halves(second));
            all
        }
    }
}
