//! Whether the documents of an entry are what its name says.

use super::document::{self, Part, Values};
use super::error::HistoryError;
use super::name;
use super::store::{History, wanted};
use crate::domain::past::Entry;

/// Digits of the hash that names an entry's content.
const ID: usize = 10;
/// What is said of a document that is not what its name says.
pub(super) const ALTERED: &str = "its content is not what was recorded";

/// What an entry of these documents is named by: the first digits of git's hash of its values, which state the hash of
/// its detail; in the first form, of both.
pub(super) fn id(values: &[u8], detail: &[u8]) -> Result<String, HistoryError> {
    match document::stated_detail(values) {
        Ok(Some(_)) => first_digits(values),
        Ok(None) | Err(_) => first_digits(&[values, detail].concat()),
    }
}

fn first_digits(bytes: &[u8]) -> Result<String, HistoryError> {
    let mut id = document::hash(bytes)?;
    id.truncate(ID);
    Ok(id)
}

/// Compares both documents of an entry with its name.
pub(super) fn check(entry: &Entry, values: &[u8], detail: &[u8]) -> Result<(), HistoryError> {
    let is_told = check_values(entry, values)?;
    if !is_told && id(values, detail)? != entry.id {
        return Err(altered(entry, Part::Values));
    }
    match document::stated_detail(values) {
        Ok(Some(stated)) if stated != document::hash(detail)? => Err(altered(entry, Part::Detail)),
        _ => Ok(()),
    }
}

/// Compares the values of an entry with its name; false if only both documents together can tell.
pub(super) fn check_values(entry: &Entry, values: &[u8]) -> Result<bool, HistoryError> {
    match document::stated_detail(values) {
        Ok(Some(_)) if first_digits(values)? != entry.id => Err(altered(entry, Part::Values)),
        Ok(stated) => Ok(stated.is_some()),
        Err(what) => Err(HistoryError::damaged(
            &name::path(entry, Part::Values),
            what,
        )),
    }
}

/// Compares the values of an entry with its name, and the hash of its detail with what they state, where it is known. Of the
/// first form, which states none, nothing can be told by that.
pub(super) fn check_stated(
    entry: &Entry,
    values: &[u8],
    detail: Option<&String>,
) -> Result<(), HistoryError> {
    let is_told = check_values(entry, values)?;
    match (document::stated_detail(values), detail) {
        (Ok(Some(stated)), Some(detail)) if is_told && stated != *detail => {
            Err(altered(entry, Part::Detail))
        }
        _ => Ok(()),
    }
}

fn altered(entry: &Entry, part: Part) -> HistoryError {
    let path = name::path(entry, part);
    HistoryError::damaged(&path, ALTERED)
}

/// Reads a values document that is what its name says.
pub(super) fn values_of(entry: &Entry, bytes: &[u8]) -> Result<Values, HistoryError> {
    let damaged = |what| HistoryError::damaged(&name::path(entry, Part::Values), what);
    let values = document::read_values(bytes).map_err(damaged)?;
    if values.subject.commit.as_deref() != Some(&entry.commit) {
        return Err(damaged("it is of another commit".to_owned()));
    }
    Ok(values)
}

impl History {
    /// Reads the values of entries, and hands over the bytes that are what their names say; the results are in order.
    ///
    /// # Errors
    /// When the place cannot be read; an entry's own damage is handed over.
    pub(super) fn read_values<T: Send>(
        &self,
        entries: &[&Entry],
        take: impl Fn(&Entry, Result<Vec<u8>, HistoryError>) -> T + Sync,
    ) -> Result<Vec<T>, HistoryError> {
        let values: Vec<_> = entries.iter().map(|e| wanted(e, Part::Values)).collect();
        let seen = self.place().read(&values, |at, bytes| {
            let entry = entries.get(at)?;
            let checked = bytes.and_then(|bytes| Ok((check_values(entry, &bytes)?, bytes)));
            Some(match checked {
                Ok((true, bytes)) => Ok(take(entry, Ok(bytes))),
                Ok((false, bytes)) => Err((*entry, bytes)),
                Err(error) => Ok(take(entry, Err(error))),
            })
        })?;
        // Of the first form the detail has to be looked at as well.
        let (mut taken, mut halves) = (Vec::new(), Vec::new());
        for seen in seen.into_iter().flatten() {
            taken.push(match seen {
                Ok(seen) => Some(seen),
                Err(half) => {
                    halves.push(half);
                    None
                }
            });
        }
        let mut checked = self.check_halves(&halves)?.into_iter();
        let mut halves = halves.into_iter().filter_map(|(entry, bytes)| {
            let checked = checked.next()?;
            Some(take(entry, checked.map(|()| bytes)))
        });
        let all = taken.into_iter().map(|seen| seen.or_else(|| halves.next()));
        Ok(all.flatten().collect())
    }

    /// Compares entries with their names, by their values and the details that belong to them; the results are in order.
    fn check_halves(
        &self,
        halves: &[(&Entry, Vec<u8>)],
    ) -> Result<Vec<Result<(), HistoryError>>, HistoryError> {
        if halves.is_empty() {
            return Ok(Vec::new());
        }
        let details = halves.iter().map(|(entry, _)| wanted(entry, Part::Detail));
        let details: Vec<_> = details.collect();
        self.place().read(&details, |at, detail| {
            let Some((entry, values)) = halves.get(at) else {
                return Ok(());
            };
            let path = || name::path(entry, Part::Values);
            match detail {
                Err(HistoryError::Gone(_)) => {
                    Err(HistoryError::damaged(&path(), "its detail is not there"))
                }
                detail => check(entry, values, &detail?),
            }
        })
    }
}
