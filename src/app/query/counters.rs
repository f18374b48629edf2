//! What a reader should know whose question is for running totals.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use crate::app::series::{Store, of_histogram};
use crate::domain::series::{Group, Key, Query, Stat};

/// That figures are of readings and not of what is counted, where they are, with what to ask instead.
pub(super) fn note(store: &Store, query: &Query) -> anyhow::Result<Option<String>> {
    let tells =
        |stat: &Stat| !stat.adds_up() && !matches!(stat, Stat::Count | Stat::First | Stat::Last);
    let by_bound = query
        .groups
        .iter()
        .any(|group| matches!(group, Group::By(name) if name == Key::BOUND));
    let is_told = query.stats.iter().any(tells);
    if (!is_told && by_bound) || !store.index.has_counters(query)? {
        return Ok(None);
    }
    let (mut totals, mut buckets) = (BTreeSet::new(), BTreeSet::new());
    store.index.each_key(query, |key| {
        if key.is_counter() {
            match key.is_bucket() && !by_bound {
                true => buckets.insert(key.name),
                false => is_told && totals.insert(key.name),
            };
        }
        ControlFlow::Continue(())
    })?;
    if let Some(name) = buckets.first() {
        let base = name.strip_suffix(Key::BUCKETS).unwrap_or(name);
        return Ok(Some(format!(
            "`{name}` counts what was observed up to each bound `{}`, and these are figures over all bounds, not of what was observed: {}",
            Key::BOUND,
            of_histogram(base)
        )));
    }
    Ok(totals.first().map(|name| {
        format!(
            "`{name}` is a running total, and these figures are of its readings: `--stat sum` tells by how much it rose, and \
             `--stat rate` by how much a second"
        )
    }))
}
