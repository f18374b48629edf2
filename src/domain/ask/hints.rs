//! What was understood of a question that as a whole was not: for one like it that would be.

use super::vocabulary::{Vocabulary, quoted};
use crate::domain::series::{Filter, Group, Query};

/// What was understood.
#[derive(Debug, Clone, Default)]
pub(super) struct Hints {
    /// The metrics that were named.
    pub(super) metrics: Vec<String>,
    /// Dimensions that stood alone, and what the question is put together by.
    pub(super) groups: Vec<String>,
    /// The words of its span.
    pub(super) span: Option<String>,
    filters: Vec<Filter>,
    stats: Vec<String>,
}

impl Hints {
    /// Takes over what was read.
    pub(super) fn know(&mut self, query: &Query) {
        self.metrics.clone_from(&query.metrics);
        self.filters.clone_from(&query.filters);
        self.stats = query.stats.iter().map(ToString::to_string).collect();
        let groups = query.groups.iter().map(Group::word);
        self.groups.extend(groups.map(str::to_owned));
    }

    /// A question of these words; `None` where no metric has what was understood, or nothing was that would make it one of
    /// its own.
    pub(super) fn question(&self, vocabulary: &Vocabulary) -> Option<String> {
        if self.groups.is_empty() && self.filters.is_empty() && self.span.is_none() {
            return None;
        }
        let metric = self.metrics.first().cloned();
        let metric = metric.or_else(|| vocabulary.richest(&self.filters, &self.groups))?;
        let mut question = format!("{} of {metric}", self.stats.join(" and "));
        for filter in &self.filters {
            let values: Vec<String> = filter.values.iter().map(|value| quoted(value)).collect();
            let not = if filter.not { "without " } else { "" };
            for value in values {
                question += &format!(" {not}{}={value}", filter.name);
            }
        }
        if !self.groups.is_empty() {
            question += &format!(" by {}", self.groups.join(" and "));
        }
        if let Some(span) = &self.span {
            question += &format!(" {span}");
        }
        Some(question)
    }
}
