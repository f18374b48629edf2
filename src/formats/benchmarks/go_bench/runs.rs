//! The lines of a report, gathered by benchmark and unit.

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::list::List;
use super::super::samples::{deviation, median};
use super::super::unit::quantity;
use crate::domain::report::{Centre, Content, Measure, Quantity, Spread};

/// What was read so far.
#[derive(Default)]
pub(super) struct Table {
    /// The package that the lines belong to.
    pub(super) package: String,
    /// Units of which more is better.
    pub(super) higher: FxHashSet<String>,
    /// The benchmark that failed just before, whose reason follows.
    pub(super) last_failed: String,
    /// In the order of the report: package and name.
    order: Vec<(String, String)>,
    known: FxHashMap<(String, String), Found>,
    /// The packages of which a benchmark failed by name.
    told: FxHashSet<String>,
}

#[derive(Default)]
struct Found {
    /// The samples of each unit, in the order of the units.
    units: Vec<(String, Vec<f64>)>,
    failure: Option<String>,
}

impl Table {
    /// Takes a line's pairs of number and unit; whether there are any.
    pub(super) fn run(&mut self, name: &str, values: &str) -> bool {
        self.last_failed.clear();
        let found = self.at(name);
        let mut words = values.split_whitespace();
        let mut any = false;
        while let (Some(value), Some(unit)) = (words.next(), words.next()) {
            let Some(value) = value.parse().ok().filter(|value: &f64| value.is_finite()) else {
                continue;
            };
            any = true;
            match found.units.iter_mut().find(|(known, _)| known == unit) {
                Some((_, samples)) => samples.push(value),
                None => found.units.push((unit.to_owned(), vec![value])),
            }
        }
        any
    }

    fn at(&mut self, name: &str) -> &mut Found {
        let key = (self.package.clone(), name.to_owned());
        let order = &mut self.order;
        self.known.entry(key).or_insert_with_key(|key| {
            order.push(key.clone());
            Found::default()
        })
    }

    /// Notes that a benchmark failed.
    pub(super) fn fail(&mut self, name: &str) {
        self.at(name).failure.get_or_insert_default();
        self.told.insert(self.package.clone());
        name.clone_into(&mut self.last_failed);
    }

    /// Says why the last one failed; the first line counts.
    pub(super) fn reason(&mut self, why: &str) {
        let name = std::mem::take(&mut self.last_failed);
        if let Some(failure) = &mut self.at(&name).failure
            && failure.is_empty()
        {
            why.clone_into(failure);
        }
    }

    /// Notes that a package failed, unless it is known which benchmark did.
    pub(super) fn package_failed(&mut self, package: &str, why: &str) {
        if !self.told.contains(package) {
            self.package.clear();
            self.at(package)
                .failure
                .get_or_insert_with(|| why.to_owned());
        }
    }

    pub(super) fn finish(self, content: &mut Content) {
        let cut = self.processors();
        let mut list = List::new("go");
        for key in &self.order {
            let Some(found) = self.known.get(key) else {
                continue;
            };
            let (package, name) = key;
            let name = cut
                .as_deref()
                .and_then(|cut| name.strip_suffix(cut))
                .unwrap_or(name);
            let name = match package.as_str() {
                "" => name.to_owned(),
                package => format!("{package}.{name}"),
            };
            if let Some(why) = &found.failure {
                list.fail(&name, why);
            }
            let units = found.units.iter();
            list.add(
                &name,
                units.filter_map(|(unit, samples)| self.quantity(unit, samples)),
            );
        }
        list.finish(content);
    }

    /// The end of all names that ran (`-8`), if it is the same: the number of processors.
    fn processors(&self) -> Option<String> {
        let ran = |key: &&(String, String)| {
            self.known
                .get(*key)
                .is_some_and(|found| !found.units.is_empty())
        };
        let mut ends = self.order.iter().filter(ran).map(|(_, name)| {
            let (_, digits) = name.rsplit_once('-')?;
            digits.parse::<u32>().ok().map(|count| format!("-{count}"))
        });
        let first = ends.next()??;
        ends.all(|end| end.as_ref() == Some(&first))
            .then_some(first)
    }

    fn quantity(&self, unit: &str, samples: &[f64]) -> Option<Quantity> {
        let otherwise = match self.higher.contains(unit) {
            true => Measure::Score,
            false => Measure::Cost,
        };
        let quantity = quantity(median(samples)?, unit, otherwise)?;
        let leads = matches!(unit, "ns/op" | "MB/s" | "B/op");
        let centre = match samples.len() {
            1 => Centre::Mean,
            _ => Centre::Median,
        };
        let spread = deviation(samples).map(Spread::Deviation);
        Some(
            quantity
                .named(if leads { "" } else { unit })
                .estimated_by(centre)
                .of_samples(Some(samples.len() as u64))
                .spread_by(spread),
        )
    }
}
