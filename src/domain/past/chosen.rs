//! Which events are to be forgotten.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::trace::Trace;
use crate::domain::event::Context;
use crate::domain::series::Key;

/// What is to be forgotten: what all of this is true of that is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chosen {
    /// It has this value under this name.
    pub trace: Option<Trace>,
    /// It has one of these ids.
    pub ids: BTreeSet<String>,
    /// It is of one of these metrics.
    pub metrics: BTreeSet<String>,
    /// It is not before this moment.
    pub from: Option<Timestamp>,
    /// It is before this moment.
    pub until: Option<Timestamp>,
}

impl Chosen {
    /// What is looked for in snapshots too: a value alone. Their records have no ids, and stand and fall together.
    pub fn in_snapshots(&self) -> Option<&Trace> {
        let is_said = !self.ids.is_empty()
            || !self.metrics.is_empty()
            || self.from.is_some()
            || self.until.is_some();
        self.trace.as_ref().filter(|_| !is_said)
    }

    /// Whether events of a series can be meant, by its name.
    pub fn is_of(&self, key: &Key) -> bool {
        self.metrics.is_empty() || self.metrics.contains(&key.name)
    }

    /// Whether an event can be meant, by its id and by its time in milliseconds since 1970.
    pub fn is_at(&self, id: Option<&str>, at: i64) -> bool {
        let named = self.ids.is_empty() || id.is_some_and(|id| self.ids.contains(id));
        named
            && self.from.is_none_or(|from| at >= from.as_millisecond())
            && self.until.is_none_or(|until| at < until.as_millisecond())
    }

    /// Whether all events of a run, of a series, or with such metadata can be meant, by the value that is looked for.
    pub fn is_in(&self, of: impl FnOnce(&Trace) -> bool) -> bool {
        self.trace.as_ref().is_none_or(of)
    }

    /// Whether an event is meant.
    pub fn takes(
        &self,
        (run, key): (&Context, &Key),
        (id, at): (Option<&str>, i64),
        metadata: Option<&str>,
    ) -> bool {
        self.is_of(key) && self.is_at(id, at) && self.is_in(|trace| trace.is_in(run, key, metadata))
    }

    /// The keys by which an event is hidden that would be meant if its value is the one that is looked for, as
    /// [`Trace::hidden_by_others`] has them.
    pub fn may_take(
        &self,
        key: &Key,
        (id, at): (Option<&str>, i64),
        metadata: Option<&str>,
    ) -> BTreeSet<String> {
        let of = self.trace.as_ref();
        let of = of.filter(|_| self.is_of(key) && self.is_at(id, at));
        of.map_or_else(BTreeSet::new, |trace| {
            trace.hidden_by_others(&key.dimensions, metadata)
        })
    }
}

impl From<Trace> for Chosen {
    fn from(trace: Trace) -> Chosen {
        Chosen {
            trace: Some(trace),
            ..Chosen::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::unit::Unit;

    #[test]
    fn all_that_is_said_has_to_be_true() {
        let trace = Trace::new("runner", "r", &[], false).unwrap();
        let run = Context {
            runner: "r".to_owned(),
            ..Context::default()
        };
        let key = Key::new("a", Unit::Count);
        let all = Chosen {
            trace: Some(trace.clone()),
            ids: BTreeSet::from(["1".to_owned(), "2".to_owned()]),
            metrics: BTreeSet::from(["a".to_owned()]),
            from: Some(Timestamp::from_millisecond(5).unwrap()),
            until: Some(Timestamp::from_millisecond(7).unwrap()),
        };
        let takes = |run: &Context, key: &Key, id, at| all.takes((run, key), (id, at), None);
        assert!(takes(&run, &key, Some("1"), 5) && takes(&run, &key, Some("2"), 6));
        assert!(!takes(&run, &key, Some("3"), 5) && !takes(&run, &key, None, 5));
        assert!(!takes(&run, &key, Some("1"), 4) && !takes(&run, &key, Some("1"), 7));
        assert!(!takes(&run, &Key::new("b", Unit::Count), Some("1"), 5));
        assert!(!takes(&Context::default(), &key, Some("1"), 5));
        // Snapshots have no ids.
        assert_eq!(all.in_snapshots(), None);
        assert_eq!(Chosen::from(trace.clone()).in_snapshots(), Some(&trace));
    }
}
