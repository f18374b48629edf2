//! Metrics that come in another unit than before: theirs would be series of their own, which nothing is compared with.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::config::Config;
use crate::domain::catalogue::CATALOGUE;
use crate::domain::event::Batch;
use crate::history::known_units;
use crate::text::suggest::closest;

/// Metrics of which that is looked up.
const MOST: usize = 1_000;
/// Metrics that are named.
const SHOWN: usize = 3;

/// The units that metrics have series in, by name.
type Recorded<'n> = BTreeMap<&'n str, BTreeSet<String>>;

/// The units that metrics came in.
#[derive(Debug, Default)]
pub(super) struct Units {
    came: BTreeMap<String, BTreeSet<String>>,
}

impl Units {
    /// Notes what a batch has.
    pub(super) fn see(&mut self, batch: &Batch) {
        for key in batch.keys() {
            let symbol = key.unit.symbol();
            if let Some(units) = self.came.get_mut(&key.name) {
                if !units.contains(symbol) {
                    units.insert(symbol.to_owned());
                }
            } else if self.came.len() < MOST {
                let units = BTreeSet::from([symbol.to_owned()]);
                self.came.insert(key.name.clone(), units);
            }
        }
    }

    /// What a reader should know of them, by the query form in a file, which is looked into once.
    pub(super) fn notes(&self, file: &Path, config: &Config) -> Vec<String> {
        let recorded = known_units(file, self.came.keys());
        let notes = [self.apart(&recorded), self.misspelt(&recorded, config)];
        notes.into_iter().flatten().collect()
    }

    /// That a metric which nothing was recorded of, and which the policy does not know, is nearly called as one of the catalogue.
    fn misspelt(&self, recorded: &Recorded<'_>, config: &Config) -> Option<String> {
        let is_new = |name: &str| recorded.get(name).is_none_or(BTreeSet::is_empty);
        let mut names = self.came.keys().map(String::as_str);
        let (name, meant) = names.find_map(|name| {
            let (group, _) = name.split_once('.')?;
            let ids = CATALOGUE.iter().map(|metric| &*metric.id);
            let meant = closest(
                name,
                ids.filter(|id| id.split_once('.').is_some_and(|it| it.0 == group)),
            )?;
            (config.metric(name).is_none() && is_new(name)).then_some((name, meant))
        })?;
        Some(format!(
            "`{name}` is none of andon's own metrics, and was recorded as one of yours: was `{meant}` meant?"
        ))
    }

    /// That metrics came in another unit than before.
    fn apart(&self, recorded: &Recorded<'_>) -> Option<String> {
        let none = BTreeSet::new();
        let stands = |name: &str| recorded.get(name).unwrap_or(&none);
        let differs = |(name, came): &(&String, &BTreeSet<String>)| {
            came.len() > 1 || !(stands(name).is_empty() || came.is_subset(stands(name)))
        };
        let mut all = self.came.iter().filter(differs).map(|(name, came)| {
            let stood = stands(name).iter().filter(|unit| !came.contains(*unit));
            match (words(came.iter()), words(stood)) {
                (came, stood) if stood.is_empty() => format!("`{name}` came as {came}"),
                (came, stood) => format!("`{name}` came as {came}, and stands there as {stood}"),
            }
        });
        let shown: Vec<String> = all.by_ref().take(SHOWN).collect();
        let more = if all.next().is_some() { "; …" } else { "" };
        (!shown.is_empty()).then(|| {
            format!(
                "{}{more}: what has another unit is a series of its own, and is compared with nothing; give the unit with each event, \
                 or for all of them under `metrics` in the policy",
                shown.join("; ")
            )
        })
    }
}

fn words<'u>(units: impl Iterator<Item = &'u String>) -> String {
    units.map(String::as_str).collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::event::{Context, Event};
    use crate::domain::series::Key;
    use crate::domain::unit::Unit;

    fn batch(units: &[Unit]) -> Batch {
        let mut batch = Batch::of(Context::default());
        for unit in units {
            batch.add(Event {
                id: None,
                at: Timestamp::UNIX_EPOCH,
                key: Key::new("latency", unit.clone()),
                value: 1.0,
                metadata: None,
            });
        }
        batch
    }

    #[test]
    fn two_units_of_one_metric_are_told_where_there_is_no_history() {
        let nowhere = BTreeMap::new();
        let mut units = Units::default();
        units.see(&batch(&[Unit::Seconds]));
        units.see(&batch(&[Unit::Seconds]));
        assert_eq!(units.apart(&nowhere), None);
        units.see(&batch(&[Unit::Count]));
        let note = units.apart(&nowhere).unwrap();
        assert!(note.starts_with("`latency` came as count and s:"), "{note}");
    }
}
