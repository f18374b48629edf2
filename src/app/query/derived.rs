//! Figures of metrics that are computed from others: of the same figure of each part, group by group.

use std::collections::BTreeMap;

use crate::app::series::Store;
use crate::domain::formula::Derived;
use crate::domain::series::{Answer, Query, Row, Stat};
use crate::text::plural;

/// What is said of a derived metric where nothing else is asked for.
pub(in crate::app) const STATS: [Stat; 1] = [Stat::Sum];

/// The metrics of a question that are computed from others, and the rest: `None` where no other is asked for.
pub(in crate::app) fn split(store: &Store, query: &Query) -> (Vec<String>, Option<Vec<String>>) {
    let metrics = query.metrics.iter().cloned();
    let (computed, plain): (Vec<String>, Vec<String>) =
        metrics.partition(|name| store.derived.text(name).is_some());
    // No name at all asks for all that are recorded.
    let other = computed.is_empty() || !plain.is_empty();
    (computed, other.then_some(plain))
}

/// The question for the metrics whose points are read for some.
pub(in crate::app) fn sources(store: &Store, query: &Query, metrics: &[String]) -> Query {
    let named: Vec<&str> = metrics.iter().map(String::as_str).collect();
    let sources = store.sources(&named).into_iter();
    Query {
        metrics: sources.map(str::to_owned).collect(),
        ..query.clone()
    }
}

/// What is to be told of a derived metric beside its figures.
pub(super) struct Told {
    /// What is to be known of them.
    pub(super) notes: Vec<String>,
    /// Why one that is asked for is not taken.
    pub(super) refused: Option<String>,
}

/// Adds what a derived metric comes to. What is to be told of it.
///
/// # Errors
/// When the query form cannot be read.
pub(super) fn answer(
    store: &Store,
    query: &Query,
    id: &str,
    into: &mut Answer,
) -> anyhow::Result<Told> {
    let asked = query.stats.iter().copied();
    let (taken, others): (Vec<Stat>, Vec<Stat>) = asked.partition(|stat| Derived::takes(*stat));
    let parts = store.index.answer(&Query {
        stats: taken.clone(),
        ..sources(store, query, &[id.to_owned()])
    })?;
    let (rows, lacks) = rows(&store.derived, id, query, (&parts, &taken));
    into.points += parts.points;
    into.rows.extend(rows);
    let mut notes = vec![format!(
        "`{id}` is computed as `{}`: each figure from the same figure of {}",
        store.derived.text(id).unwrap_or_default(),
        plural::list(&store.derived.parts(id))
    )];
    if lacks {
        notes.push(format!(
            "`{id}` has no value where nothing is recorded of one of its parts, or where it would divide by zero"
        ));
    }
    let first = others.first();
    Ok(Told {
        notes,
        refused: first.map(|stat| store.derived.refusal(id, &stat.to_string())),
    })
}

/// How many points each group of a derived metric is computed from, those of all its parts together.
///
/// # Errors
/// When the query form cannot be read.
pub(in crate::app) fn counts(
    store: &Store,
    query: &Query,
    id: &str,
) -> anyhow::Result<BTreeMap<Vec<String>, f64>> {
    let parts = store.index.answer(&Query {
        stats: vec![Stat::Count],
        ..sources(store, query, &[id.to_owned()])
    })?;
    let mut counts = BTreeMap::new();
    for row in &parts.rows {
        let count = row.figures.first().copied().flatten();
        *counts.entry(group(row, query, id)).or_default() += count.unwrap_or_default();
    }
    Ok(counts)
}

/// The group of a part's row, for the whole.
fn group(row: &Row, query: &Query, id: &str) -> Vec<String> {
    let named = row.groups.iter().zip(&query.groups);
    let names = named.map(|(name, group)| match group.word() {
        "metric" => id.to_owned(),
        _ => name.clone(),
    });
    names.collect()
}

/// What a part says of a group, figure by figure; `None` where it is recorded in two units.
type Part<'a> = Option<&'a [Option<f64>]>;

/// The rows of a derived metric, in the order of their groups, and whether one lacks a figure that could be taken.
fn rows(
    derived: &Derived,
    id: &str,
    query: &Query,
    (answer, taken): (&Answer, &[Stat]),
) -> (Vec<Row>, bool) {
    let mut groups: BTreeMap<Vec<String>, BTreeMap<&str, Part<'_>>> = BTreeMap::new();
    for row in &answer.rows {
        let parts = groups.entry(group(row, query, id)).or_default();
        parts
            .entry(row.metric.as_str())
            .and_modify(|part| *part = None)
            .or_insert(Some(&row.figures));
    }
    let Some(unit) = derived.unit(id) else {
        return (Vec::new(), false);
    };
    let mut lacks = false;
    let mut rows = Vec::new();
    for (groups, parts) in groups {
        let figures = query.stats.iter().map(|stat| {
            let place = taken.iter().position(|taken| taken == stat)?;
            let part = |name: &str| {
                let figures = (*parts.get(name)?)?;
                figures.get(place).copied().flatten()
            };
            let value = derived.value(id, part).ok();
            lacks |= value.is_none();
            value
        });
        let figures = figures.collect();
        rows.push(Row {
            metric: id.to_owned(),
            unit: unit.clone(),
            groups,
            figures,
        });
    }
    (rows, lacks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::formula::Formula;
    use crate::domain::unit::Unit;

    fn row(metric: &str, group: &str, figure: f64) -> Row {
        Row {
            metric: metric.to_owned(),
            unit: Unit::Count,
            groups: vec![group.to_owned()],
            figures: vec![Some(figure)],
        }
    }

    #[test]
    fn a_share_of_sums_is_taken_group_by_group() {
        let share = Formula::parse("errors / requests").unwrap().in_percent();
        let derived = Derived::of([("share", &share, &Unit::Percent)]);
        let answer = Answer {
            rows: vec![
                row("errors", "a", 2.0),
                row("errors", "b", 1.0),
                row("errors", "c", 1.0),
                row("requests", "a", 100.0),
                row("requests", "c", 0.0),
            ],
            points: 9,
        };
        let taken = [Stat::Sum];
        let query = Query {
            groups: vec!["os".parse().unwrap()],
            stats: vec![Stat::Percentile(95.0), Stat::Sum],
            ..Query::default()
        };
        let (rows, lacks) = rows(&derived, "share", &query, (&answer, &taken));
        let figures: Vec<_> = rows
            .iter()
            .map(|row| (row.groups[0].as_str(), row.figures.as_slice()))
            .collect();
        assert!(lacks && rows.iter().all(|row| row.unit == Unit::Percent));
        assert_eq!(
            figures,
            [
                ("a", [None, Some(2.0)].as_slice()),
                ("b", &[None, None]),
                ("c", &[None, None]),
            ]
        );
    }
}
