//! The names that a history knows: metrics, dimensions and their values.

use std::collections::{BTreeMap, BTreeSet};

use super::words::stem;
use crate::domain::catalogue;
use crate::domain::event::Context;
use crate::domain::metric::Better;
use crate::domain::series::{Filter, Key, Query, Stat};
use crate::domain::unit::Unit;

/// The names that a history knows.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    metrics: BTreeMap<String, Named>,
    /// Each dimension with its values.
    dimensions: BTreeMap<String, BTreeSet<String>>,
    /// What each series is, as JSON, to tell which metrics have a value: there may be very many, and seldom is it asked.
    keys: Vec<Box<str>>,
}

/// What is known of a metric.
#[derive(Debug, Clone, Default)]
struct Named {
    /// The phrases that stand for it, as stems.
    phrases: Vec<Vec<String>>,
    /// How many series it has.
    series: usize,
    /// A dimension with a value, of the first that has any.
    dimension: Option<(String, String)>,
    /// Which way it is better, if that is known.
    better: Option<Better>,
    /// Whether a running total is among them: its readings say nothing, but by how much they rise does.
    counts: bool,
    /// Whether it is in things counted: how many there are can be how many points, or what they say.
    things: bool,
    /// Whether it is a part of what counts observations up to bounds, which no figure of its own is asked of.
    buckets: bool,
    /// How it is computed from others, where it is: then there is its sum alone.
    formula: Option<String>,
}

impl Vocabulary {
    /// The names of series and of runs.
    pub fn of<'r>(
        keys: impl IntoIterator<Item = Key>,
        runs: impl IntoIterator<Item = &'r Context>,
    ) -> Vocabulary {
        let mut vocabulary = Vocabulary::default();
        for name in ["metric", "source", "category", "unit"] {
            vocabulary.dimension_has(name, "");
        }
        for name in Context::NAMES {
            vocabulary.dimension_has(name, "");
        }
        for run in runs {
            for name in Vocabulary::RUN {
                vocabulary.dimension_has(name, run.get(name).unwrap_or_default());
            }
        }
        keys.into_iter().for_each(|key| vocabulary.add(&key));
        vocabulary
    }

    /// What runs are asked for by.
    pub const RUN: [&'static str; 3] = ["repository", "branch", "runner"];

    /// Adds the names of a series.
    pub fn add(&mut self, key: &Key) {
        self.dimension_has("category", &key.category);
        for (name, value) in &key.dimensions {
            self.dimension_has(name, value);
        }
        let named = self.metrics.entry(key.name.clone());
        let named = named.or_insert_with(|| Named {
            phrases: phrases(&key.name),
            better: catalogue::find(&key.name).map(|metric| metric.better),
            ..Named::default()
        });
        named.series += 1;
        named.counts |= key.is_counter();
        named.things |= matches!(key.unit, Unit::Count | Unit::Lines);
        named.buckets |= key.is_bucket();
        if named.dimension.is_none() {
            let mut dimensions = key.dimensions.iter();
            named.dimension = dimensions
                .next()
                .map(|(name, value)| (name.clone(), value.clone()));
        }
        let text = serde_json::to_string(key).unwrap_or_default();
        self.keys.push(text.into_boxed_str());
    }

    /// Adds a metric that is computed from others, with its formula.
    pub fn compute(&mut self, name: &str, formula: &str) {
        let named = self.metrics.entry(name.to_owned());
        named.or_insert_with(|| Named {
            phrases: phrases(name),
            formula: Some(formula.to_owned()),
            ..Named::default()
        });
    }

    /// How a metric is computed from others; `None` where it is recorded itself.
    pub(super) fn formula(&self, name: &str) -> Option<&str> {
        self.metrics.get(name)?.formula.as_deref()
    }

    /// What `how many` of a metric can be: how many points there are, unless it counts things; then what a running total rose by,
    /// and `None` where it cannot be told whether its points add up.
    pub(super) fn how_many(&self, name: &str) -> Option<Stat> {
        match self.metrics.get(name) {
            Some(named) if named.counts => Some(Stat::Sum),
            Some(named) if named.things => None,
            _ => Some(Stat::Count),
        }
    }

    /// Says which way a metric of the user's own is better.
    pub fn direct(&mut self, name: &str, better: Better) {
        if let Some(named) = self.metrics.get_mut(name) {
            named.better = named.better.or(Some(better));
        }
    }

    /// Which way a metric is better, as far as that is known.
    pub(super) fn better(&self, name: &str) -> Better {
        let named = self.metrics.get(name);
        named
            .and_then(|named| named.better)
            .unwrap_or(Better::Neither)
    }

    fn dimension_has(&mut self, name: &str, value: &str) {
        let values = match self.dimensions.get_mut(name) {
            Some(values) => values,
            None => self.dimensions.entry(name.to_owned()).or_default(),
        };
        if !value.is_empty() && !values.contains(value) {
            values.insert(value.to_owned());
        }
    }

    /// The metrics that these words stand for.
    pub(super) fn metrics(&self, words: &[&str]) -> Vec<&str> {
        let joined = words.concat();
        if words.len() == 1
            && let Some((name, _)) = self
                .metrics
                .iter()
                .find(|(name, _)| name.to_lowercase() == joined)
        {
            return vec![name];
        }
        let stems: Vec<String> = words.iter().map(|word| stem(word)).collect();
        let meant = self
            .metrics
            .iter()
            .filter(|(_, named)| named.phrases.contains(&stems));
        meant.map(|(name, _)| name.as_str()).collect()
    }

    /// The dimension of this name, one or many of it: `backends` is `backend`, and `user` is `user_id` where no other is.
    pub(super) fn dimension(&self, word: &str) -> Option<&str> {
        let mut names = self.dimensions.keys();
        let exact = names.find(|name| name.to_lowercase() == word);
        let alike = || {
            let mut names = self.dimensions.keys();
            names.find(|name| stem(&name.to_lowercase()) == stem(word))
        };
        let by_id = || {
            let mut names = self.dimensions.keys();
            let id = ["id", "name"].map(|end| format!("{}_{end}", stem(word)));
            names.find(|name| id.contains(&name.to_lowercase()))
        };
        exact.or_else(alike).or_else(by_id).map(String::as_str)
    }

    /// The metric with the most series that are like this and have these dimensions; spans of time do not matter.
    pub(super) fn richest(&self, filters: &[Filter], groups: &[String]) -> Option<String> {
        let query = Query {
            filters: filters.to_vec(),
            ..Query::default()
        };
        let dimensions = groups
            .iter()
            .filter(|name| self.dimensions.contains_key(*name));
        let dimensions: Vec<&String> = dimensions.collect();
        let has = |key: &Key, name: &str| {
            Context::NAMES.contains(&name) || key.get(name).is_some_and(|value| !value.is_empty())
        };
        let fits = |key: &Key| query.wants(key) && dimensions.iter().all(|name| has(key, name));
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for key in self.keys().filter(fits) {
            *counts.entry(key.name).or_default() += 1;
        }
        let most = counts.into_iter().rev().max_by_key(|(_, count)| *count);
        most.map(|(name, _)| name)
    }

    /// The dimensions that have this value, each with the value as it is written there.
    pub(super) fn having(&self, value: &str) -> Vec<(&str, &str)> {
        let mut found = Vec::new();
        for (name, values) in &self.dimensions {
            if let Some(value) = like(values, value) {
                found.push((name.as_str(), value));
            }
        }
        found
    }

    /// The value of a dimension, as it is written there.
    pub(super) fn value(&self, dimension: &str, value: &str) -> Option<&str> {
        like(self.dimensions.get(dimension)?, value)
    }

    /// A value of a dimension, if one is known.
    pub(super) fn any_value(&self, dimension: &str) -> Option<&str> {
        let first = self.dimensions.get(dimension)?.first();
        first.map(String::as_str)
    }

    /// A question that is understood: of the first of these metrics, or else of that with the most series, and of a
    /// dimension that it has. Empty if nothing is known.
    pub fn example(&self, metrics: &[String]) -> String {
        let all = || self.metrics.iter().rev();
        let richest = || all().max_by_key(|(_, named)| (!named.buckets, named.series));
        let Some(name) = metrics.first().or_else(|| richest().map(|(name, _)| name)) else {
            return String::new();
        };
        let named = self.metrics.get(name);
        let dimension = named.and_then(|named| named.dimension.as_ref());
        let by = dimension.map_or("day", |(name, _)| name.as_str());
        let of = match named.is_some_and(|named| named.counts || named.formula.is_some()) {
            true => "sum",
            false => "p95",
        };
        format!("{of} of {name} in the last 7 days by {by}")
    }

    /// Questions of different kinds, of the metrics, dimensions and values that are known, those first that are worth most as
    /// examples. Not each has to be understood or to have an answer: names may clash, and nothing need be recorded of a time.
    pub fn examples(&self) -> Vec<String> {
        let of = self.metrics.iter().filter(|(_, named)| !named.buckets);
        let mut metrics: Vec<(&String, &Named)> = of.collect();
        // Those with the most series have the most to be asked for.
        metrics.sort_by_key(|(_, named)| std::cmp::Reverse(named.series));
        let Some(&(first, named)) = metrics.first() else {
            return Vec::new();
        };
        let at = |place: usize| metrics.iter().cycle().nth(place).copied();
        let figure =
            |named: &Named, usual: &'static str| match named.counts || named.formula.is_some() {
                true => "sum",
                false => usual,
            };
        let of = |place: usize, usual: &'static str, rest: &str| {
            let (name, named) = at(place)?;
            Some(format!("{} of {name} {rest}", figure(named, usual)))
        };
        let with = named.dimension.as_ref().map(|(dimension, value)| {
            let of = figure(named, "median");
            format!(
                "{of} of {first} with {dimension} = {} by day",
                quoted(value)
            )
        });
        let dimension = named.dimension.as_ref();
        let by = dimension.map_or("day", |(name, _)| name.as_str());
        let wanted = [
            of(0, "p95", &format!("in the last 7 days by {by}")),
            with,
            of(1, "mean", "by week this year"),
            of(2, "max", "this week compared with last week"),
            // Of what was not recorded lately, or has no mean.
            of(0, "p95", &format!("by {by}")),
            of(1, "median", "by month"),
            of(2, "max", "by week"),
        ];
        let mut examples: Vec<String> = Vec::new();
        for example in wanted.into_iter().flatten() {
            if !examples.contains(&example) {
                examples.push(example);
            }
        }
        examples
    }

    /// Each series.
    pub(super) fn keys(&self) -> impl Iterator<Item = Key> {
        let keys = self.keys.iter();
        keys.filter_map(|text| serde_json::from_str(text).ok())
    }

    /// The names that are nearest to a word, at most three, the nearest first.
    pub(super) fn nearest(&self, word: &str) -> Vec<String> {
        let values = self.dimensions.values().flatten();
        let known = self.metrics.keys().chain(self.dimensions.keys());
        nearest(word, known.chain(values).map(String::as_str))
    }
}

/// A value, in quotes where it is not one word.
pub(super) fn quoted(value: &str) -> String {
    match value
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && !value.is_empty()
    {
        true => value.to_owned(),
        false => format!("\"{value}\""),
    }
}

fn like<'a>(values: &'a BTreeSet<String>, value: &str) -> Option<&'a str> {
    let exact = values.get(value);
    let folded = value.to_lowercase();
    let alike = || values.iter().find(|known| known.to_lowercase() == folded);
    exact.or_else(alike).map(String::as_str)
}

/// What is said for a metric: its id word by word, either way round where there are two, and its title.
fn phrases(name: &str) -> Vec<Vec<String>> {
    let cut = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric());
        let words = words.filter(|word| !word.is_empty());
        words.map(|word| stem(&word.to_lowercase())).collect()
    };
    let words = cut(name);
    let mut phrases = vec![words.clone()];
    if words.len() == 2 {
        phrases.push(words.into_iter().rev().collect());
    }
    if let Some(metric) = catalogue::find(name) {
        phrases.push(cut(&metric.title));
    }
    phrases
}

/// At most three of the known names that are near a word, the nearest first.
fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Vec<String> {
    const NEAR: f64 = 0.6;
    // A comparison is quadratic; a longer word is no slip of the pen.
    const LONGEST: usize = 60;
    if word.len() > LONGEST {
        return Vec::new();
    }
    let word = word.to_lowercase();
    let likeness = |name: &str| {
        let name = name.to_lowercase();
        let parts = name.split(|c: char| !c.is_alphanumeric());
        match parts.into_iter().any(|part| stem(part) == stem(&word)) {
            true => 0.95,
            false => strsim::normalized_damerau_levenshtein(&word, &name),
        }
    };
    let mut near: Vec<(f64, &str)> = known
        .filter(|name| name.len() <= LONGEST)
        .map(|name| (likeness(name), name))
        .filter(|(likeness, _)| *likeness >= NEAR)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    near.dedup_by(|a, b| a.1 == b.1);
    near.into_iter()
        .take(3)
        .map(|(_, name)| name.to_owned())
        .collect()
}
