//! Which documents are not what was recorded.

use std::collections::BTreeMap;

use super::document::{self, Part};
use super::error::HistoryError;
use super::loss::{self, Loss};
use super::place::Wanted;
use super::store::{History, wanted};
use super::{events, name, own};
use crate::domain::past::{Entry, Segment};

/// Documents that are looked at together: of an SQLite file so many are held, packed.
const AT_ONCE: usize = 32;

/// What is wrong with documents, by their paths.
pub(super) type Damage = BTreeMap<String, String>;

/// What the values of an entry say of its detail.
enum Stated {
    /// Its hash.
    Hash(String),
    /// Nothing, as in the first form: one hash is of both.
    Nothing,
    /// They cannot be used.
    Damaged,
    /// They are not in this clone.
    Unknown,
}

/// What a document of this path is read with; `None` if it is none that this andon knows.
pub(super) fn readable(path: &str) -> Option<Wanted> {
    let limit = match name::parse(path) {
        Some((_, part)) => part.limit(),
        None if Loss::parse(path).is_some() => loss::LIMIT,
        None => Segment::parse(path).map(|_| events::LIMIT)?,
    };
    let path = path.to_owned();
    Some(Wanted { path, limit })
}

impl History {
    /// What is wrong with entries, in their order; `None` where nothing is, or where the clone leaves contents out.
    ///
    /// # Errors
    /// When the place cannot be read.
    pub fn damage(&self, entries: &[Entry]) -> Result<Vec<Option<String>>, HistoryError> {
        let parts = [Part::Values, Part::Detail];
        let paths = entries.iter();
        let paths = paths.flat_map(|entry| parts.map(|part| name::path(entry, part)));
        let damage = self.damaged(&paths.collect::<Vec<_>>())?;
        let of = |entry: &Entry| {
            let told = |part: Part| {
                let what = damage.get(&name::path(entry, part))?;
                Some(format!("its {}: {what}", part.word()))
            };
            parts.into_iter().find_map(told)
        };
        Ok(entries.iter().map(of).collect())
    }

    /// What is wrong with documents that should be here. Details whose values cannot be used are among them: nothing says
    /// what they have to be.
    ///
    /// # Errors
    /// When the place cannot be read.
    pub(super) fn damaged(&self, paths: &[String]) -> Result<Damage, HistoryError> {
        let (mut others, mut entries) = (Vec::new(), BTreeMap::<String, (Entry, bool)>::new());
        for path in paths {
            match name::parse(path) {
                Some((entry, part)) => {
                    let values = name::path(&entry, Part::Values);
                    let (_, whole) = entries.entry(values).or_insert((entry, false));
                    *whole |= part == Part::Detail;
                }
                None => others.extend(readable(path)),
            }
        }
        let mut damage = Damage::new();
        let checked = self.look_at(&others, |at, bytes| {
            let Some(wanted) = others.get(at) else {
                return Ok::<_, HistoryError>(None);
            };
            let checked = bytes.and_then(|bytes| check(&wanted.path, &bytes));
            Ok(told(checked)?.map(|what| (wanted.path.clone(), what)))
        })?;
        for found in checked {
            damage.extend(found?);
        }
        let entries: Vec<(Entry, bool)> = entries.into_values().collect();
        self.damaged_entries(&entries, &mut damage)?;
        Ok(damage)
    }

    /// Reads documents by lots; the results are in order.
    fn look_at<T: Send>(
        &self,
        wanted: &[Wanted],
        take: impl Fn(usize, Result<Vec<u8>, HistoryError>) -> T + Sync,
    ) -> Result<Vec<T>, HistoryError> {
        let mut all = Vec::with_capacity(wanted.len());
        for lot in wanted.chunks(AT_ONCE) {
            let first = all.len();
            let read = self
                .place()
                .read_here(lot, |at, bytes| take(first + at, bytes));
            all.extend(read?);
        }
        Ok(all)
    }

    /// Looks at the values of entries, and at the details of those of which they are asked for.
    fn damaged_entries(
        &self,
        entries: &[(Entry, bool)],
        damage: &mut Damage,
    ) -> Result<(), HistoryError> {
        let values: Vec<Wanted> = entries
            .iter()
            .map(|(entry, _)| wanted(entry, Part::Values))
            .collect();
        let stated = self.look_at(&values, |at, bytes| {
            let Some((entry, _)) = entries.get(at) else {
                return Ok((Stated::Unknown, None));
            };
            stated(entry, bytes)
        })?;
        let mut details = Vec::new();
        for ((entry, whole), stated) in entries.iter().zip(stated) {
            let (stated, what) = stated?;
            let path = |part| name::path(entry, part);
            damage.extend(what.map(|what| (path(Part::Values), what)));
            match stated {
                Stated::Hash(hash) if *whole => details.push((entry, hash)),
                Stated::Nothing => {
                    let both = self.both(entry);
                    let checked =
                        both.and_then(|both| own::check(entry, &both.values, &both.detail));
                    if let Some(what) = told(checked)? {
                        damage.insert(path(Part::Values), what.clone());
                        damage.insert(path(Part::Detail), what);
                    }
                }
                Stated::Damaged if *whole => {
                    damage.insert(path(Part::Detail), "its values cannot be used".to_owned());
                }
                Stated::Hash(_) | Stated::Damaged | Stated::Unknown => {}
            }
        }
        let read = details.iter();
        let read: Vec<Wanted> = read.map(|(entry, _)| wanted(entry, Part::Detail)).collect();
        let checked = self.look_at(&read, |at, bytes| {
            let Some((entry, hash)) = details.get(at) else {
                return Ok::<_, HistoryError>(None);
            };
            let path = name::path(entry, Part::Detail);
            let checked = bytes.and_then(|bytes| match document::hash(&bytes)? == *hash {
                true => Ok(()),
                false => Err(HistoryError::damaged(&path, own::ALTERED)),
            });
            Ok(told(checked)?.map(|what| (path, what)))
        })?;
        for found in checked {
            damage.extend(found?);
        }
        Ok(())
    }
}

/// What the values of an entry say of its detail, and what is wrong with them.
fn stated(
    entry: &Entry,
    bytes: Result<Vec<u8>, HistoryError>,
) -> Result<(Stated, Option<String>), HistoryError> {
    if let Err(HistoryError::NotHere(_)) = bytes {
        return Ok((Stated::Unknown, None));
    }
    let checked = bytes.and_then(|bytes| {
        own::check_values(entry, &bytes)?;
        document::stated_detail(&bytes)
            .map_err(|what| HistoryError::damaged(&name::path(entry, Part::Values), what))
    });
    match checked {
        Ok(Some(hash)) => Ok((Stated::Hash(hash), None)),
        Ok(None) => Ok((Stated::Nothing, None)),
        Err(error) => Ok((Stated::Damaged, told(Err(error))?)),
    }
}

/// Compares a document of events, or of a loss, with its name.
fn check(path: &str, bytes: &[u8]) -> Result<(), HistoryError> {
    match (Segment::parse(path), Loss::parse(path)) {
        (Some(segment), _) => events::check(&segment, bytes),
        (None, Some(loss)) if bytes != loss.document() => {
            Err(HistoryError::damaged(path, own::ALTERED))
        }
        _ => Ok(()),
    }
}

/// What is wrong, if something is. Of what the clone leaves out nothing is known.
fn told(checked: Result<(), HistoryError>) -> Result<Option<String>, HistoryError> {
    match checked {
        Ok(()) | Err(HistoryError::NotHere(_)) => Ok(None),
        Err(HistoryError::Gone(_)) => Ok(Some("it is not there".to_owned())),
        Err(error) if error.is_of_one() => Ok(Some(error.what())),
        Err(error) => Err(error),
    }
}
