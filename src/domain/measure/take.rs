//! From reports to a snapshot.

use super::Limits;
use crate::domain::component::Component;
use crate::domain::measurement::Labels;
use crate::domain::report::Report;
use crate::domain::snapshot::{Input, Snapshot};

use super::sink::Sink;

/// Measures everything that `reports` state and adds it to `out`: once over all reports, under empty labels, and once
/// for each of `selections` over the reports that carry all of its labels. Earlier snapshots among the reports are
/// taken over where nothing fresh measures the same. The paths in the reports are those of the repository already.
pub fn measure(
    reports: &[Report],
    components: &[Component],
    selections: &[Labels],
    limits: Limits,
    out: &mut Snapshot,
) {
    let mut sorted: Vec<&Report> = reports.iter().collect();
    sorted.sort_by_key(|report| (&report.path, report.format, &report.labels));
    for report in &sorted {
        list(report, out);
    }
    let mut wanted: Vec<Labels> = selections.iter().map(without_producer).collect();
    wanted.push(Labels::new());
    wanted.sort();
    wanted.dedup();
    for labels in &wanted {
        let carries = |report: &&Report| {
            let has = |(key, value): (&String, &String)| report.labels.get(key) == Some(value);
            labels.iter().all(has)
        };
        let chosen: Vec<&Report> = sorted.iter().copied().filter(carries).collect();
        let mut sink = Sink::new(out, labels);
        super::coverage::measure(&chosen, components, &mut sink);
        super::tests::measure(&chosen, &mut sink);
        super::code::measure(&chosen, components, limits, &mut sink);
        super::findings::measure(&chosen, components, &mut sink);
        super::duplication::measure(&chosen, components, &mut sink);
        super::documentation::measure(&chosen, components, &mut sink);
        super::benchmarks::measure(&chosen, &mut sink);
    }
    super::earlier::take_over(&sorted, out);
    out.sort();
}

/// The label `producer` selects measurements, not reports.
fn without_producer(labels: &Labels) -> Labels {
    let mut labels = labels.clone();
    labels.remove("producer");
    labels
}

/// Lists a report among what was read, unless it is listed already.
fn list(report: &Report, out: &mut Snapshot) {
    let listed = |input: &Input| input.path == report.path && input.format == report.format;
    if !out.inputs.iter().any(listed) {
        out.inputs.push(Input {
            path: report.path.clone(),
            format: report.format.to_owned(),
            labels: report.labels.clone(),
            problems: report.problems.clone(),
        });
    }
}
