//! Bringing snapshots to what all versions of them agree on, where a history came in.

use std::cell::RefCell;
use std::collections::HashMap;

use jiff::Timestamp;

use super::document::{self, Part};
use super::error::HistoryError;
use super::loss::{Loss, Losses, Standing};
use super::name;
use super::own;
use super::store::{History, wanted};
use crate::domain::past::Entry;

/// The bytes of both documents of an entry.
pub(super) struct Both {
    pub(super) values: Vec<u8>,
    pub(super) detail: Vec<u8>,
}

impl History {
    /// Takes out the copies of snapshots that are gone, and of several that were left of the same what any of them lost.
    /// Whether there was anything.
    ///
    /// # Errors
    /// When the place cannot be read or written.
    pub(super) fn settle_snapshots(&self, now: Timestamp) -> Result<bool, HistoryError> {
        let paths = self.place().paths(None)?;
        let losses = Losses::of(&paths);
        if losses.is_empty() {
            return Ok(false);
        }
        let (mut gone, mut open) = (Vec::new(), HashMap::<usize, (usize, Vec<Entry>)>::new());
        for path in paths {
            let Some((entry, part)) = name::parse(&path) else {
                continue;
            };
            match losses.standing(&entry) {
                Standing::Counts => {}
                Standing::Lost => gone.push((part == Part::Detail, path)),
                Standing::Open => {
                    if let Some((kin, many)) = losses.kin(&entry)
                        && part == Part::Values
                    {
                        open.entry(kin).or_insert((many, Vec::new())).1.push(entry);
                    }
                }
            }
        }
        // Where one of them is not here, nobody can tell what it lost.
        open.retain(|_, (many, entries)| entries.len() == *many);
        if gone.is_empty() && open.is_empty() {
            return Ok(false);
        }
        self.place().mark()?;
        for (_, entries) in open.into_values() {
            match self.agree(&entries, now) {
                Err(error) if error.is_of_one() => {}
                agreed => agreed?,
            }
        }
        // The values make an entry, so they go first.
        gone.sort_unstable();
        let gone: Vec<String> = gone.into_iter().map(|(_, path)| path).collect();
        if !gone.is_empty() {
            self.place().remove(&gone, now)?;
        }
        self.place().erase().map(|()| true)
    }

    /// Puts in the place of several entries what all of them have.
    fn agree(&self, entries: &[Entry], now: Timestamp) -> Result<(), HistoryError> {
        let mut agreed: Option<(&Entry, Both)> = None;
        for entry in entries {
            let both = self.both(entry)?;
            own::check(entry, &both.values, &both.detail)?;
            agreed = Some(match agreed {
                None => (entry, both),
                Some((first, before)) => (first, common(first, &before, &both)?),
            });
        }
        match agreed {
            Some((first, both)) => {
                let entries: Vec<&Entry> = entries.iter().collect();
                self.give_way(&entries, first, both, now)
            }
            None => Ok(()),
        }
    }

    /// Puts documents in the place of entries that lost something, as an entry of the kind of the first.
    pub(super) fn give_way(
        &self,
        entries: &[&Entry],
        first: &Entry,
        both: Both,
        now: Timestamp,
    ) -> Result<(), HistoryError> {
        let Both { values, detail } = both;
        let left = Entry {
            id: own::id(&values, &detail)?,
            ..first.clone()
        };
        let mut gone = entries.to_vec();
        gone.retain(|entry| entry.id != left.id);
        let losses = gone.iter().map(|entry| Loss::of(entry, Some(&left)));
        let mut documents = vec![
            (name::path(&left, Part::Detail), detail),
            (name::path(&left, Part::Values), values),
        ];
        documents.extend(losses.map(|loss| (loss.path(), loss.document())));
        // What is left is there before anything tells that the whole is gone, and before it goes.
        self.place().add(&documents, now)?;
        self.take_out(&gone, now)
    }

    /// The bytes of an entry, as they are.
    pub(super) fn both(&self, entry: &Entry) -> Result<Both, HistoryError> {
        let both = [wanted(entry, Part::Values), wanted(entry, Part::Detail)];
        let mut read = self.place().read(&both, |_, bytes| bytes)?.into_iter();
        let mut next = || read.next().unwrap_or_else(|| Ok(Vec::new()));
        Ok(Both {
            values: next()?,
            detail: next()?,
        })
    }
}

/// The records that two versions of an entry have both.
fn common(entry: &Entry, one: &Both, other: &Both) -> Result<Both, HistoryError> {
    let of = |one: &[u8], other: &[u8], part| {
        common_lines(one, other)
            .map_err(|what| HistoryError::damaged(&name::path(entry, part), what))
    };
    let detail = of(&one.detail, &other.detail, Part::Detail)?;
    let values = of(&one.values, &other.values, Part::Values)?;
    let values = document::restated(&values, &detail)
        .map_err(|what| HistoryError::damaged(&name::path(entry, Part::Values), what))?;
    Ok(Both { values, detail })
}

fn common_lines(one: &[u8], other: &[u8]) -> Result<Vec<u8>, String> {
    let mut lines: HashMap<&[u8], u64> = HashMap::new();
    for line in other.split(|byte| *byte == b'\n') {
        *lines.entry(line).or_default() += 1;
    }
    let lines = RefCell::new(lines);
    let lacks = |record: &str| match lines.borrow_mut().get_mut(record.as_bytes()) {
        Some(many) if *many > 0 => {
            *many -= 1;
            false
        }
        _ => true,
    };
    document::without(one, lacks).map(|(left, _)| left)
}
