//! What of the events that come is recorded already, by their ids.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use super::Index;
use crate::domain::past::Segment;
use crate::domain::series::Key;
use crate::history::{History, HistoryError};

/// An event that counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// What it is of.
    pub key: Key,
    /// When it was, in milliseconds since 1970.
    pub at: i64,
    /// The number, in the base unit.
    pub value: f64,
    /// How often its id was corrected.
    pub revision: u32,
}

impl Index {
    /// The events that count of those that have one of these ids, by id. The query form knows which ids there are; what
    /// is recorded under them is looked for in the history, where events between the two times (in milliseconds since
    /// 1970) are looked at first.
    ///
    /// # Errors
    /// When the history or the query form cannot be read.
    pub fn standing(
        &self,
        history: &History,
        ids: &HashSet<Box<str>>,
        (from, to): (i64, i64),
    ) -> Result<HashMap<Box<str>, Standing>, HistoryError> {
        let mut lacking = HashSet::new();
        for id in ids {
            if self.knows(id)? {
                lacking.insert(&**id);
            }
        }
        let mut found = HashMap::with_capacity(lacking.len());
        let (mut repeats, mut failed) = (self.repeats()?, None);
        let near = |segment: &Segment| segment.from <= to && from <= segment.to;
        for nearby in [true, false] {
            if lacking.is_empty() {
                break;
            }
            history.each_event_of(&|segment| near(segment) == nearby, |event| {
                let Some(id) = event.id.filter(|id| lacking.contains(id)) else {
                    return ControlFlow::Continue(());
                };
                match repeats.takes(event) {
                    Ok(false) => return ControlFlow::Continue(()),
                    Ok(true) => {}
                    Err(error) => {
                        failed = Some(error);
                        return ControlFlow::Break(());
                    }
                }
                lacking.remove(id);
                let standing = Standing {
                    key: event.key.clone(),
                    at: event.at,
                    value: event.value,
                    revision: event.revision,
                };
                found.insert(id.into(), standing);
                match lacking.is_empty() {
                    true => ControlFlow::Break(()),
                    false => ControlFlow::Continue(()),
                }
            })?;
            if let Some(error) = failed.take() {
                return Err(error);
            }
        }
        Ok(found)
    }
}
