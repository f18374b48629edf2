//! The series of one gate that says which dimensions tell them apart, or whose metric is computed from others.

use super::super::commits::Commits;
use super::super::computed;
use super::super::counted::Counted;
use super::super::tracks::{Apart, united};
use super::lines::take;
use crate::domain::formula::Derived;
use crate::domain::gate::followed::Lines;
use crate::domain::gate::policy::Gate;
use crate::domain::series::no_dimension;
use crate::history::{Runs, Series};

/// What series are taken from.
pub(super) struct From<'a> {
    pub(super) series: &'a [Series],
    pub(super) runs: &'a Runs,
    /// The metrics that are computed from others.
    pub(super) formulas: &'a Derived,
}

/// The series of a gate, told apart like this.
pub(super) fn of_gate(
    gate: &Gate,
    apart: Apart<'_>,
    from: &From<'_>,
    counted: &Counted<'_>,
    commits: &mut Commits,
) -> Lines {
    let id: &str = &gate.metric.id;
    let names = match from.formulas.text(id) {
        Some(_) => from.formulas.parts(id),
        None => vec![id],
    };
    let of_metric = from
        .series
        .iter()
        .filter(|series| names.contains(&series.key.name.as_str()));
    let of_metric: Vec<&Series> = of_metric.collect();
    let lacking = |name: &&String| {
        of_metric
            .iter()
            .all(|series| !series.key.dimensions.contains_key(name.as_str()))
    };
    let named = apart.names().iter();
    if let Some(name) = named
        .into_iter()
        .find(lacking)
        .filter(|_| !of_metric.is_empty())
    {
        let keys = of_metric.iter().map(|series| &series.key);
        return Lines {
            unknown: Some(no_dimension("point", name, keys)),
            ..Lines::default()
        };
    }
    let wanted = |series: &&&Series| {
        let mut labels = gate.labels.iter();
        labels.all(|(name, value)| series.key.get(name) == Some(value))
    };
    let wanted: Vec<Series> = of_metric
        .iter()
        .filter(wanted)
        .map(|&series| series.clone())
        .collect();
    let mut lines = Lines::default();
    let mut take_all = |series: Vec<Series>, counted: &Counted<'_>| {
        for Series { key, points } in series {
            take(key, &points, from.runs, counted, commits, &mut lines);
        }
    };
    match from.formulas.text(id) {
        Some(_) => {
            let made = (id, from.formulas);
            let (series, stated) = computed::series(made, wanted, apart, from.runs, counted);
            let stated = counted.stated.map(|_| &stated);
            take_all(series, &Counted { stated, ..*counted });
        }
        None => take_all(united(wanted, apart), counted),
    }
    lines
}
