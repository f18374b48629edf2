//! Reading all events of a history, each once, however often documents repeat it.

use super::super::error::HistoryError;
use super::super::store::History;
use super::document::{self, Read, Take};
use crate::domain::event::Context;
use crate::domain::past::{Parts, Segment};
use crate::domain::series::Key;

impl History {
    /// What parts these documents have, so that it is known which versions count. Damaged ones are passed over: reading
    /// them says what is wrong.
    pub(super) fn parts(&self, segments: &[&Segment]) -> Result<Parts, HistoryError> {
        let mut parts = Parts::default();
        for segment in segments {
            if !segment.joined {
                parts.note(&segment.id, segment.count);
                continue;
            }
            match self.segment_bytes(segment) {
                Ok(bytes) => {
                    for (id, events) in document::parts(&bytes) {
                        parts.note(&id, events);
                    }
                }
                Err(error) if error.is_of_one() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(parts)
    }

    /// Hands over every recorded event once, with its run and what it is of; returns what could not be read.
    ///
    /// # Errors
    /// When the place cannot be read.
    pub fn each_event(
        &self,
        mut take: impl FnMut(&Context, &Key, i64, f64),
    ) -> Result<Vec<(String, String)>, HistoryError> {
        let segments = self.segments()?;
        let all: Vec<&Segment> = segments.iter().collect();
        let mut parts = self.parts(&all)?;
        let mut problems = Vec::new();
        for segment in &segments {
            let mut walk = Walk {
                parts: &mut parts,
                runs: Vec::new(),
                series: Vec::new(),
                take: |run: &Context, key: &Key, event: &Read<'_>| {
                    take(run, key, event.at, event.value)
                },
            };
            match self.read_segment(segment, &mut walk) {
                Ok(()) => {}
                Err(error) if error.is_of_one() => {
                    problems.push((segment.path(), error.to_string()))
                }
                Err(error) => return Err(error),
            }
        }
        Ok(problems)
    }
}

struct Walk<'p, F> {
    parts: &'p mut Parts,
    runs: Vec<Context>,
    series: Vec<Key>,
    take: F,
}

impl<F: FnMut(&Context, &Key, &Read<'_>)> Take for Walk<'_, F> {
    fn part(&mut self, id: &str, events: u64) -> Result<bool, String> {
        Ok(self.parts.take(id, events))
    }

    fn run(&mut self, run: Context) -> Result<(), String> {
        self.runs.push(run);
        Ok(())
    }

    fn series(&mut self, key: Key) -> Result<(), String> {
        self.series.push(key);
        Ok(())
    }

    fn event(&mut self, event: &Read<'_>) -> Result<(), String> {
        if let (Some(run), Some(key)) = (self.runs.get(event.run), self.series.get(event.series)) {
            (self.take)(run, key, event);
        }
        Ok(())
    }
}
