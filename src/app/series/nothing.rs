//! Why a question has no answer.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use super::Store;
use crate::domain::series::{Filter, Query, not_among};
use crate::domain::tell::Seen;
use crate::text::suggest::{LISTED, listed_of};

impl Store {
    /// Why a question that names only known metrics has no answer: what there is of them.
    ///
    /// # Errors
    /// When the query form cannot be read.
    pub fn nothing(&self, query: &Query) -> anyhow::Result<String> {
        if let Some(why) = self.unmet(query)? {
            return Ok(why);
        }
        let all = Query {
            metrics: query.metrics.clone(),
            both_sides: true,
            ..Query::default()
        };
        let own = Query {
            both_sides: false,
            ..all.clone()
        };
        if self.index.extent(&own)?.is_none()
            && let Some(left_out) = self.left_out(query)?
        {
            return Ok(left_out);
        }
        Ok(match self.index.extent(&all)? {
            Some((first, last)) => {
                let (first, last) = (day(first), day(last));
                format!("what is recorded is of {first} to {last}")
            }
            None => "nothing is recorded of it".to_owned(),
        })
    }

    /// What there is in the place of what a filter asks for, if nothing that is recorded of the metrics fits one: what is told of
    /// runs is told of all metrics.
    ///
    /// # Errors
    /// When the query form cannot be read.
    pub fn unmet(&self, query: &Query) -> anyhow::Result<Option<String>> {
        let all = Query {
            metrics: query.metrics.clone(),
            both_sides: true,
            ..Query::default()
        };
        for filter in &query.filters {
            let mut values = Few::default();
            let fits = match filter.is_of_run() {
                true => self.fits_a_run(filter, &mut values)?,
                false => self.fits_a_key(filter, &all, &mut values)?,
            };
            if fits {
                continue;
            }
            return Ok(Some(match values.first.is_empty() {
                false => format!("`{}` is one of {}", filter.name, values.listed()),
                true if filter.is_of_run() => format!("no run says its `{}`", filter.name),
                true => self.no_dimension(&filter.name, &all)?,
            }));
        }
        Ok(None)
    }

    /// Whether a point fits a filter of a dimension, with the first values that do not.
    fn fits_a_key(&self, filter: &Filter, query: &Query, values: &mut Few) -> anyhow::Result<bool> {
        let mut fits = false;
        self.index.each_key(query, |key| {
            let value = key.get(&filter.name).unwrap_or_default();
            fits = filter.takes(value);
            if !value.is_empty() {
                values.add(value);
            }
            match fits {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        })?;
        Ok(fits)
    }

    /// Whether a run fits a filter of what runs are, with the first values that do not; true of what each run has of its own.
    fn fits_a_run(&self, filter: &Filter, values: &mut Few) -> anyhow::Result<bool> {
        let Some(known) = self.index.known(&filter.name)? else {
            return Ok(true);
        };
        for value in known.iter().filter(|value| !value.is_empty()) {
            values.add(value);
        }
        Ok(known.iter().any(|value| filter.takes(value)))
    }

    pub(super) fn no_dimension(&self, name: &str, query: &Query) -> anyhow::Result<String> {
        let mut there = BTreeSet::new();
        self.index.each_key(query, |key| {
            there.extend(key.dimensions.into_keys());
            ControlFlow::Continue(())
        })?;
        Ok(not_among("point", name, &there))
    }
}

fn day(at: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(at).unwrap_or_default();
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// Names, of which only the first few are shown.
#[derive(Default)]
struct Few {
    first: BTreeSet<String>,
    all: Seen,
}

impl Few {
    fn add(&mut self, name: &str) {
        if self.all.add(&name) {
            self.first.insert(name.to_owned());
        }
        if self.first.len() > LISTED {
            self.first.pop_last();
        }
    }

    fn listed(&self) -> String {
        listed_of(&self.first, self.all.len())
    }
}
