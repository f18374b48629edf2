//! Where measurers put what they find.

use std::borrow::Cow;

use crate::domain::component::Component;
use crate::domain::measurement::{Absence, Cause, Labels, Measurement, Scope};
use crate::domain::metric::Metric;
use crate::domain::report::Problem;
use crate::domain::snapshot::{Evidence, Snapshot};
use crate::domain::value::Value;

/// A snapshot in the making, for one selection of reports by label.
pub(super) struct Sink<'a> {
    snapshot: &'a mut Snapshot,
    labels: &'a Labels,
}

impl<'a> Sink<'a> {
    /// A sink for what is measured from the reports with these labels.
    pub(super) fn new(snapshot: &'a mut Snapshot, labels: &'a Labels) -> Sink<'a> {
        Sink { snapshot, labels }
    }

    /// Adds a measurement, under the labels of the selection.
    pub(super) fn put(&mut self, mut measurement: Measurement) {
        measurement.labels.clone_from(self.labels);
        self.snapshot.measurements.push(measurement);
    }

    /// Adds a plain count by a producer.
    pub(super) fn count(&mut self, metric: &Metric, scope: &Scope, count: u64, producer: &str) {
        let value = Value::Count(count);
        self.put(Measurement::new(metric.id.clone(), scope.clone(), value).by(producer.to_owned()));
    }

    /// What stands behind the measurements; `None` in a selection by label, whose evidence the whole holds already.
    pub(super) fn evidence(&mut self) -> Option<&mut Evidence> {
        self.labels
            .is_empty()
            .then_some(&mut self.snapshot.evidence)
    }

    /// States that a metric, or a family of them, has no value. Only the whole does so: an absence carries no labels.
    pub(super) fn absent(
        &mut self,
        metric: impl Into<Cow<'static, str>>,
        cause: Cause,
        reason: String,
    ) {
        if self.labels.is_empty() {
            self.snapshot.absences.push(Absence {
                metric: metric.into(),
                cause,
                reason,
            });
        }
    }

    /// Points out a weakness of a report.
    pub(super) fn warn(&mut self, path: &str, message: String) {
        let inputs = &mut self.snapshot.inputs;
        if let Some(input) = inputs.iter_mut().find(|input| input.path == path) {
            let problem = Problem::warning(message);
            if !input.problems.contains(&problem) {
                input.problems.push(problem);
            }
        }
    }
}

/// The scopes that add up over files: the project, each component, each file; with what belongs to each. A component to
/// which nothing belongs is given too, with nothing.
pub(in crate::domain) fn by_scope<'t, T>(
    items: &'t [T],
    path: impl Fn(&T) -> &str,
    components: &[Component],
) -> Vec<(Scope, Vec<&'t T>)> {
    let mut groups = vec![(Scope::Project, items.iter().collect())];
    for component in components {
        let inside = |item: &&T| component.paths.is_match(path(item));
        let scope = Scope::Component(component.name.clone());
        groups.push((scope, items.iter().filter(inside).collect()));
    }
    let mut files = std::collections::BTreeMap::<&str, Vec<&T>>::new();
    for item in items {
        files.entry(path(item)).or_default().push(item);
    }
    let file = |(path, items): (&str, Vec<&'t T>)| (Scope::File(path.to_owned()), items);
    groups.extend(files.into_iter().map(file));
    groups
}
