//! Reading everything, and saying what cannot be used.

use std::collections::BTreeMap;

use super::document::Part;
use super::error::HistoryError;
use super::loss::{self, Loss, Losses, Standing};
use super::place::Wanted;
use super::store::History;
use super::{name, own};
use crate::domain::past::Segment;

/// What is said of an entry that is gone and is there.
const CAME_BACK: &str = "it was taken out by `andon history forget` and does not count: `andon history compact` removes it";
/// What is said of one of several that were left of the same.
pub(super) const OPEN: &str = "something else was taken out of another copy of it, and neither counts: `andon history compact` keeps what both have, where both are here";

/// What came of checking every entry.
#[derive(Debug, Default)]
pub struct Verification {
    /// Entries that can be used.
    pub sound: usize,
    /// Documents of events that can be used.
    pub documents: usize,
    /// How many events count; what stands in several documents counts once.
    pub events: u64,
    /// What is wrong, by path.
    pub problems: Vec<(String, String)>,
}

impl History {
    /// Reads every entry as a whole and says what is wrong with it.
    ///
    /// # Errors
    /// When the place cannot be read.
    pub fn verify(&self) -> Result<Verification, HistoryError> {
        let mut verification = Verification::default();
        let mut parts: BTreeMap<String, Vec<Part>> = BTreeMap::new();
        let (mut entries, mut sound) = (Vec::new(), Vec::new());
        let paths = self.place().paths(None)?;
        let losses = Losses::of(&paths);
        for path in paths {
            let Some((entry, part)) = name::parse(&path) else {
                match (Segment::parse(&path), Loss::parse(&path)) {
                    (Some(segment), _) => {
                        self.verify_events(&segment, &mut verification, &mut sound)?;
                    }
                    (None, Some(loss)) => {
                        verification.problems.extend(self.check_loss(&path, &loss)?)
                    }
                    (None, None) => {
                        let what = "it is no entry that this andon knows".to_owned();
                        verification.problems.push((path, what));
                    }
                }
                continue;
            };
            let unsettled = match losses.standing(&entry) {
                Standing::Counts => None,
                Standing::Lost => Some(CAME_BACK),
                Standing::Open => Some(OPEN),
            };
            if let Some(what) = unsettled {
                verification.problems.push((path, what.to_owned()));
                continue;
            }
            let stem = name::path(&entry, Part::Values);
            parts.entry(stem).or_default().push(part);
            entries.extend((part == Part::Values).then_some(entry));
        }
        verification.events = self.count_once(&sound)?;
        for (path, parts) in parts {
            if !parts.contains(&Part::Values) {
                let what = "only its detail is there, without the values that make it an entry, and nothing counts of it: record or take in that run again";
                verification.problems.push((path, what.to_owned()));
            }
        }
        for entry in &entries {
            match self.load(entry) {
                Ok(_) => verification.sound += 1,
                Err(HistoryError::Damaged { entry, what }) => {
                    verification.problems.push((entry, what));
                }
                Err(error @ (HistoryError::NotHere(_) | HistoryError::Gone(_))) => {
                    let path = name::path(entry, Part::Values);
                    verification.problems.push((path, error.to_string()));
                }
                Err(HistoryError::File { path, error }) => {
                    let path = path.display().to_string();
                    verification.problems.push((path, error.to_string()));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(verification)
    }

    /// What is wrong with the document of a loss: here its name is enough, but no other history takes it in.
    fn check_loss(
        &self,
        path: &str,
        loss: &Loss,
    ) -> Result<Option<(String, String)>, HistoryError> {
        let wanted = Wanted {
            path: path.to_owned(),
            limit: loss::LIMIT,
        };
        let what = match self.place().read(&[wanted], |_, bytes| bytes)?.pop() {
            Some(Ok(bytes)) if bytes != loss.document() => own::ALTERED.to_owned(),
            Some(Err(error)) if error.is_of_one() => error.what(),
            Some(Err(error)) => return Err(error),
            Some(Ok(_)) | None => return Ok(None),
        };
        Ok(Some((path.to_owned(), what)))
    }

    /// How many events of documents count.
    fn count_once(&self, segments: &[Segment]) -> Result<u64, HistoryError> {
        let segments: Vec<&Segment> = segments.iter().collect();
        let (mut parts, mut count) = (self.parts(&segments)?, 0);
        self.each_part(&segments, |id, events| {
            if parts.take(id) {
                let agreed = parts.agreed(id).map(|agreed| agreed.values().sum());
                count += agreed.unwrap_or(events);
            }
        })?;
        Ok(count)
    }

    fn verify_events(
        &self,
        segment: &Segment,
        verification: &mut Verification,
        sound: &mut Vec<Segment>,
    ) -> Result<(), HistoryError> {
        match self.check_segment(segment) {
            Ok(()) => {
                verification.documents += 1;
                sound.push(segment.clone());
            }
            Err(HistoryError::Damaged { entry, what }) => verification.problems.push((entry, what)),
            Err(error) if error.is_of_one() => {
                verification
                    .problems
                    .push((segment.path(), error.to_string()));
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }
}
