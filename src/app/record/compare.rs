//! Events whose ids are recorded already: those that are unchanged are left out, those with other values are told of, or
//! take the place of what stands there.

use std::collections::HashSet;

use super::units::{Spelt, Units};
use crate::app::past::Past;
use crate::app::series::up_to_date;
use crate::config::Config;
use crate::domain::event::{Batch, Limits, Sample, copied_from};
use crate::domain::series::Key;
use crate::history::{HistoryError, Index, Standing};
use crate::text::number;

/// Events of a lot behind which others may come.
const LOT: usize = 10_000;

/// Events with other values that are named.
const SHOWN: usize = 3;

/// What is found out of the ids of events.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// How many stand there as they came.
    pub(super) unchanged: u64,
    /// How many stand there with other values, which count on.
    pub(super) differing: u64,
    /// How many took the place of what stood there.
    pub(super) replaced: u64,
    /// How many were exported from here, and are here no more.
    pub(super) gone: u64,
    /// The first that differ, with both values.
    pub(super) shown: Vec<String>,
    /// Whether what has a time and no id is there already, by the first such event: it counts again.
    pub(super) repeated: bool,
    /// What a reader should know: why the ids could not be compared, which units are new.
    pub(super) notes: Vec<String>,
}

impl Found {
    /// How many are not recorded.
    pub(super) fn left_out(&self) -> u64 {
        self.unchanged + self.differing + self.gone
    }

    /// Notes an event of which another one counts.
    pub(super) fn differs(&mut self, told: impl FnOnce() -> String) {
        self.differing += 1;
        if self.shown.len() < SHOWN {
            self.shown.push(told());
        }
    }
}

/// Compares what is to be recorded with what is.
pub(super) struct Compare<'c> {
    past: &'c Past,
    config: &'c Config,
    /// Whether what comes takes the place of what stands there.
    replaces: bool,
    /// What the ids begin with that were given to events that had none.
    given: String,
    /// In milliseconds since 1970: an event of this very moment did not say when it was.
    now: i64,
    opened: Option<Opened>,
    /// Whether it was looked what is there before anything is recorded.
    looked: bool,
    found: Found,
    units: Units,
}

/// What ids are looked up in.
enum Opened {
    /// Nothing was recorded, or it cannot be asked.
    Nothing,
    /// The query form of what was recorded before this run.
    Index(Box<Index>),
}

impl<'c> Compare<'c> {
    /// With what `past` has before anything is recorded.
    pub(super) fn new(
        past: &'c Past,
        config: &'c Config,
        replaces: bool,
        given: String,
        now: jiff::Timestamp,
    ) -> Compare<'c> {
        Compare {
            past,
            config,
            replaces,
            given,
            now: now.as_millisecond(),
            opened: None,
            looked: false,
            found: Found::default(),
            units: Units::default(),
        }
    }

    /// What was found out, once all is recorded; units are told as they were `spelt`.
    pub(super) fn found(&mut self, spelt: &Spelt) -> Found {
        let mut found = std::mem::take(&mut self.found);
        let index = self.past.history.index_file();
        found
            .notes
            .extend(self.units.notes(&index, self.config, spelt));
        found
    }

    /// Takes out of batches what need not be recorded, and corrects what stands there if that is wished; whether there was
    /// anything. Of those `returning` only what is there still is corrected.
    ///
    /// # Errors
    /// When something is to be replaced, and what stands there cannot be read.
    pub(super) fn sift(
        &mut self,
        batches: &mut [Batch],
        wants: &mut dyn FnMut(i64) -> bool,
        returning: &HashSet<Box<str>>,
    ) -> Result<bool, HistoryError> {
        batches.iter().for_each(|batch| self.units.see(batch));
        if !std::mem::replace(&mut self.looked, true) {
            self.look_for_repeated(batches, wants);
            // Before a first lot of several it is known for sure; later the run's own events are there.
            let several = batches.iter().map(Batch::len).sum::<usize>() >= LOT;
            if several && self.past.history.segments()?.is_empty() {
                self.opened = Some(Opened::Nothing);
            }
        }
        let (mut ids, mut span) = (HashSet::new(), (i64::MAX, i64::MIN));
        for sample in batches.iter().flat_map(Batch::samples) {
            if let Some(id) = sample.id.as_ref().filter(|id| self.is_told_by(id))
                && wants(sample.at)
            {
                ids.insert(id.clone());
                span = (span.0.min(sample.at), span.1.max(sample.at));
            }
        }
        if ids.is_empty() {
            return Ok(false);
        }
        self.open()?;
        let Some(Opened::Index(index)) = &self.opened else {
            return Ok(false);
        };
        let standing = index.standing(&self.past.history, &ids, span)?;
        if standing.is_empty() && returning.is_empty() {
            return Ok(false);
        }
        let (found, now, replaces) = (&mut self.found, self.now, self.replaces);
        for batch in batches {
            batch.retain(|key, sample| {
                if !wants(sample.at) {
                    return false;
                }
                let Some(id) = sample.id.as_deref() else {
                    return true;
                };
                match standing.get(id) {
                    None => {
                        let stays = !returning.contains(id);
                        found.gone += u64::from(!stays);
                        stays
                    }
                    Some(held) if is_same(held, key, sample, now) => {
                        found.unchanged += 1;
                        false
                    }
                    Some(held) if replaces && held.revision < Limits::REVISIONS => {
                        if sample.at == now {
                            sample.at = held.at;
                        }
                        sample.revision = held.revision + 1;
                        found.replaced += 1;
                        true
                    }
                    Some(held) => {
                        found.differs(|| told(id, held, key, sample, now));
                        false
                    }
                }
            });
        }
        Ok(true)
    }

    /// Finds out whether the first event that has a time and no id is there already, if it is one of several.
    fn look_for_repeated(&mut self, batches: &[Batch], wants: &mut dyn FnMut(i64) -> bool) {
        let mut timed = batches.iter().flat_map(|batch| {
            let samples = batch.samples().iter().filter(|sample| sample.id.is_none());
            samples.filter_map(|sample| Some((batch.keys().get(sample.key as usize)?, sample.at)))
        });
        let first = timed.find(|(_, at)| wants(*at));
        if let (Some((key, at)), Some(_)) = (first, timed.next()) {
            // It is a hint: what cannot be read is told where it matters.
            self.found.repeated = self.past.history.has_one(key, at).unwrap_or(false);
        }
    }

    /// Whether an id says which event it is, and does not say what the event is: then one like it is the same.
    fn is_told_by(&self, id: &str) -> bool {
        !id.starts_with(&self.given) && !id.starts_with("report:") && copied_from(id).is_none()
    }

    fn open(&mut self) -> Result<(), HistoryError> {
        if self.opened.is_some() {
            return Ok(());
        }
        let opened = match self.index() {
            Ok(opened) => opened,
            Err(error) if self.replaces => return Err(error),
            Err(error) => {
                let note = format!("ids were not compared with those that are recorded: {error}");
                self.found.notes.push(note);
                Opened::Nothing
            }
        };
        self.opened = Some(opened);
        Ok(())
    }

    fn index(&self) -> Result<Opened, HistoryError> {
        let history = &self.past.history;
        if history.segments()?.is_empty() {
            return Ok(Opened::Nothing);
        }
        let (index, _) = up_to_date(history, self.config)?;
        Ok(Opened::Index(Box::new(index)))
    }
}

/// Whether what comes says the same as what stands there. One that does not say when it was is of whenever that was.
fn is_same(held: &Standing, key: &Key, sample: &Sample, now: i64) -> bool {
    #[allow(clippy::float_cmp, reason = "it has to be the very number")]
    let value = held.value == sample.value;
    value && held.key == *key && (held.at == sample.at || sample.at == now)
}

/// What stands under an id and what came, as far as they differ. One that does not say when it was differs in something else.
fn told(id: &str, held: &Standing, key: &Key, sample: &Sample, now: i64) -> String {
    let values = (held.value, &held.key.unit) != (sample.value, &key.unit);
    let moments = sample.at != now && held.at != sample.at;
    let [there, here] = match (held.key.name == key.name, values, held.key == *key) {
        (false, ..) => [&held.key, key].map(|key| format!("`{}`", key.name)),
        (_, true, _) => {
            [(held.value, &held.key), (sample.value, key)].map(|(value, key)| exactly(value, key))
        }
        (_, _, true) if moments => [held.at, sample.at].map(moment),
        _ => apart(&held.key, key),
    };
    let end = match held.revision < Limits::REVISIONS {
        true => "",
        false => ", and can be corrected no more",
    };
    format!("`{id}` is {there}, and came as {here}{end}")
}

/// A value such that two that differ do not look alike.
fn exactly(value: f64, key: &Key) -> String {
    match key.unit.symbol() {
        "" => number::decimal(value),
        unit => format!("{value} {unit}"),
    }
}

fn moment(at: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(at);
    at.map_or_else(|_| String::from("another time"), |at| at.to_string())
}

/// What two events are of, beside their name, as far as that differs.
fn apart(one: &Key, other: &Key) -> [String; 2] {
    let (one, other) = (members(one), members(other));
    [beside(&one, &other), beside(&other, &one)]
}

fn beside(own: &[(&str, &str)], others: &[(&str, &str)]) -> String {
    let has = own.iter().filter(|member| !others.contains(member));
    let lacks = others
        .iter()
        .filter(|(name, _)| own.iter().all(|(known, _)| known != name));
    let has = has.map(|(name, value)| format!("{name}={value}"));
    let lacks = lacks.map(|(name, _)| format!("without {name}"));
    has.chain(lacks).collect::<Vec<_>>().join(" ")
}

/// The dimensions of an event, its source and its category.
fn members(key: &Key) -> Vec<(&str, &str)> {
    let labels = key.dimensions.iter();
    let mut all: Vec<(&str, &str)> = labels.map(|(name, value)| (&**name, &**value)).collect();
    all.push(("source", key.source.word()));
    if !key.category.is_empty() {
        all.push(("category", &key.category));
    }
    all
}
