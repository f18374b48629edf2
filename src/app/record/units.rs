//! Metrics that come in another unit than before: theirs would be series of their own, which nothing is compared with.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::config::Config;
use crate::domain::catalogue::CATALOGUE;
use crate::domain::event::Batch;
use crate::domain::series::Key;
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

/// How units were written that are kept in another: by metric, and by the unit that they are kept in.
#[derive(Debug, Default)]
pub(super) struct Spelt(BTreeMap<String, BTreeMap<String, String>>);

impl Spelt {
    /// Notes how the unit of an event was written.
    pub(super) fn see(&mut self, key: &Key, written: Option<&str>) {
        let symbol = key.unit.symbol();
        let Some(written) = written.filter(|word| !word.is_empty() && *word != symbol) else {
            return;
        };
        if let Some(known) = self.0.get_mut(&key.name) {
            if !known.contains_key(symbol) {
                known.insert(symbol.to_owned(), written.to_owned());
            }
        } else if self.0.len() < MOST {
            let word = (symbol.to_owned(), written.to_owned());
            self.0.insert(key.name.clone(), BTreeMap::from([word]));
        }
    }

    /// How the file says a unit of a metric.
    fn word<'w>(&'w self, name: &str, symbol: &'w str) -> &'w str {
        let known = self.0.get(name).and_then(|words| words.get(symbol));
        known.map_or(symbol, String::as_str)
    }
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
    pub(super) fn notes(&self, file: &Path, config: &Config, spelt: &Spelt) -> Vec<String> {
        let recorded = known_units(file, self.came.keys());
        let notes = [
            self.apart(&recorded, spelt),
            self.misspelt(&recorded, config),
        ];
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
    fn apart(&self, recorded: &Recorded<'_>, spelt: &Spelt) -> Option<String> {
        let none = BTreeSet::new();
        let stands = |name: &str| recorded.get(name).unwrap_or(&none);
        let differs = |(name, came): &(&String, &BTreeSet<String>)| {
            came.len() > 1 || !(stands(name).is_empty() || came.is_subset(stands(name)))
        };
        let mut all = self.came.iter().filter(differs).map(|(name, came)| {
            let stood = stands(name).iter().filter(|unit| !came.contains(*unit));
            let came = came.iter().map(|symbol| spelt.word(name, symbol));
            match (words(came), words(stood.map(String::as_str))) {
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

fn words<'u>(units: impl Iterator<Item = &'u str>) -> String {
    units.collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::event::{Context, Event};
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
        let mut spelt = Spelt::default();
        assert_eq!(units.apart(&nowhere, &spelt), None);
        units.see(&batch(&[Unit::Count]));
        let note = units.apart(&nowhere, &spelt).unwrap();
        assert!(note.starts_with("`latency` came as count and s:"), "{note}");
        // As the file has it, and not as it is kept.
        spelt.see(&Key::new("latency", Unit::Seconds), Some("ms"));
        spelt.see(&Key::new("latency", Unit::Count), None);
        let note = units.apart(&nowhere, &spelt).unwrap();
        assert!(
            note.starts_with("`latency` came as count and ms:"),
            "{note}"
        );
    }
}
