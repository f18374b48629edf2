//! The history as a whole: recording, listing, reading, checking and tending it.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::document::{self, CameOf, Part, Values};
use super::error::HistoryError;
use super::exchange::Taken;
use super::git::{Fetched, Pushed};
use super::loss::{Loss, Losses, Standing};
use super::own::values_of;
use super::place::{Place, Wanted};
use super::settle::Both;
use super::{database, folder, git, name, own};
use crate::domain::event::{Context, Veil};
use crate::domain::past::{Entry, Segment, fitted};
use crate::domain::snapshot::Snapshot;

/// An open history.
pub struct History {
    place: Place,
    /// What must not be taken in as it is.
    personal: Veil,
}

/// The entries of a history.
#[derive(Debug, Default)]
pub struct Listing {
    /// The entries, by commit and time.
    pub entries: Vec<Entry>,
    /// Paths that name no entry of this version, or one that waits to be settled: `andon history verify` says more.
    pub foreign: Vec<String>,
}

/// An entry as a whole.
#[derive(Debug)]
pub struct Recorded {
    /// The snapshot as it was taken.
    pub snapshot: Snapshot,
    /// What tells the run from all others of the commit, if it was known.
    pub run: Option<String>,
    /// What came of the check that recorded it.
    pub verdict: Option<String>,
}

impl History {
    /// The history under a ref (`refs/andon/history`) of the repository whose own folder this is: the one that all its
    /// work trees share. Whether the repository may be trusted must be settled.
    pub fn in_git(folder: &Path, reference: &str) -> History {
        let shelf = git::Shelf::new(folder.to_owned(), reference.to_owned());
        History {
            place: Place::Git(shelf),
            personal: Veil::default(),
        }
    }

    /// The history in a folder, which need not be there yet.
    pub fn in_folder(root: PathBuf) -> History {
        History {
            place: Place::Folder(folder::Shelf { root }),
            personal: Veil::default(),
        }
    }

    /// The history in an SQLite file, which need not be there yet.
    pub fn in_database(file: PathBuf) -> History {
        History {
            place: Place::Database(database::Shelf { file }),
            personal: Veil::default(),
        }
    }

    /// The same, into which no document comes from another history that has these dimensions as they are.
    #[must_use]
    pub fn guarding(self, personal: &[String]) -> History {
        let personal = Veil::keyless(personal);
        History { personal, ..self }
    }

    /// What must not be taken in as it is.
    pub(super) fn personal(&self) -> &Veil {
        &self.personal
    }

    /// The file that its query form is kept in.
    pub fn index_file(&self) -> PathBuf {
        self.place.beside("query.sqlite")
    }

    /// Whether there is a place yet that documents could be in.
    pub fn is_begun(&self) -> bool {
        self.place.is_there()
    }

    /// Where its documents are.
    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// The entry whose values are under a path.
    pub(super) fn entry_at(path: &str) -> Option<Entry> {
        let (entry, part) = name::parse(path)?;
        (part == Part::Values).then_some(entry)
    }

    /// The first digits of a commit's SHA: the entries of all commits that begin with them are read together.
    pub fn shard(commit: &str) -> &str {
        name::shard(commit)
    }

    /// Records a snapshot, with what its run was (commit, branch and folder are as the snapshot says) and what came of its
    /// check.
    ///
    /// # Errors
    /// When the snapshot is of no commit, or the place cannot be written.
    pub fn record(
        &self,
        snapshot: &Snapshot,
        run: &Context,
        check: Option<CameOf<'_>>,
        now: Timestamp,
    ) -> Result<Entry, HistoryError> {
        let subject = &snapshot.subject;
        let commit = subject.commit.clone().ok_or(HistoryError::NoCommit)?;
        let taken_at = subject.taken_at.unwrap_or(now);
        let (values, detail) = document::write(snapshot, run, check)
            .map_err(|error| HistoryError::damaged(&commit, error.to_string()))?;
        let fit = |text: Option<&str>, limit| fitted(text.unwrap_or(""), limit).into_owned();
        let entry = Entry {
            taken_at: name::whole_seconds(taken_at),
            branch: fit(subject.branch.as_deref(), Entry::BRANCH),
            folder: fit(Some(&subject.folder), Entry::FOLDER),
            run: fit(Some(&run.run), Entry::RUN),
            id: own::id(&values, &detail)?,
            commit,
        };
        // The values make the entry, so they come last.
        let documents = [
            (name::path(&entry, Part::Detail), detail),
            (name::path(&entry, Part::Values), values),
        ];
        self.place.add(&documents, taken_at)?;
        Ok(entry)
    }

    /// All entries, from their names alone.
    ///
    /// # Errors
    /// When the place cannot be read.
    pub fn list(&self) -> Result<Listing, HistoryError> {
        Ok(listing(self.place.paths(None)?))
    }

    /// The entries of the commits whose SHA begins with this, of at least two digits.
    ///
    /// # Errors
    /// When the place cannot be read.
    pub fn of_commit(&self, start: &str) -> Result<Vec<Entry>, HistoryError> {
        let mut entries = listing(self.place.paths(Some(name::shard(start)))?).entries;
        entries.retain(|entry| entry.commit.starts_with(start));
        Ok(entries)
    }

    /// Reads what the values of entries say, and hands each to `take` as it comes; the results are in order.
    ///
    /// # Errors
    /// When the place cannot be read; an entry's own damage is handed over.
    pub fn values<T: Send>(
        &self,
        entries: &[&Entry],
        take: impl Fn(&Entry, Result<Values, HistoryError>) -> T + Sync,
    ) -> Result<Vec<T>, HistoryError> {
        self.read_values(entries, |entry, bytes| {
            take(entry, bytes.and_then(|bytes| values_of(entry, &bytes)))
        })
    }

    /// Reads an entry as a whole.
    ///
    /// # Errors
    /// When the place cannot be read, or the entry is damaged.
    pub fn load(&self, entry: &Entry) -> Result<Recorded, HistoryError> {
        let Both { values, detail } = self.both(entry)?;
        own::check(entry, &values, &detail)?;
        let values = values_of(entry, &values)?;
        let (run, verdict) = (values.run.clone(), values.verdict.clone());
        let snapshot = document::join(values, &detail)
            .map_err(|what| HistoryError::damaged(&name::path(entry, Part::Detail), what))?;
        Ok(Recorded {
            snapshot,
            run,
            verdict,
        })
    }

    /// Takes entries out. Of one that had lost records that is remembered: what is left of it elsewhere could otherwise not
    /// be told from what was never here.
    ///
    /// # Errors
    /// When the place cannot be written.
    pub fn remove(&self, entries: &[&Entry], now: Timestamp) -> Result<(), HistoryError> {
        if entries.is_empty() {
            return Ok(());
        }
        let losses = Losses::of(&self.place.paths(None)?);
        let lessened = entries.iter().filter(|entry| losses.kin(entry).is_some());
        let gone = lessened.map(|entry| Loss::of(entry, None));
        let gone: Vec<(String, Vec<u8>)> = gone.map(|it| (it.path(), it.document())).collect();
        if !gone.is_empty() {
            self.place.add(&gone, now)?;
        }
        self.take_out(entries, now)
    }

    /// Takes out the documents of entries.
    pub(super) fn take_out(&self, entries: &[&Entry], now: Timestamp) -> Result<(), HistoryError> {
        if entries.is_empty() {
            return Ok(());
        }
        let of_part = |part| entries.iter().map(move |entry| name::path(entry, part));
        // Without its values an entry is gone, whatever happens to the rest.
        let paths: Vec<String> = of_part(Part::Values).chain(of_part(Part::Detail)).collect();
        self.place.remove(&paths, now)
    }

    /// Joins the remote's history with this one; `None` if it is in no repository.
    ///
    /// # Errors
    /// When there is no remote, or git fails.
    pub fn fetch(&self, now: Timestamp) -> Result<Option<Fetched>, HistoryError> {
        match &self.place {
            Place::Git(shelf) => {
                let before: HashSet<Segment> = self.segments()?.into_iter().collect();
                let fetched = shelf.fetch(now)?;
                self.settle_since(&before, now)?;
                Ok(Some(fetched))
            }
            Place::Folder(_) | Place::Database(_) => Ok(None),
        }
    }

    /// Settles what came since there were only these documents of events, and all snapshots; whether there was anything.
    fn settle_since(
        &self,
        before: &HashSet<Segment>,
        now: Timestamp,
    ) -> Result<bool, HistoryError> {
        let settled = self.settle_snapshots(now)?;
        let mut came = self.segments()?;
        came.retain(|segment| !before.contains(segment));
        match before.is_empty() || came.is_empty() {
            true => Ok(settled),
            false => Ok(self.settle(&came, now)? || settled),
        }
    }

    /// Takes in the history that another repository has under a ref, fetched by the repository whose own folder this is;
    /// `None` if the other one has no such ref.
    ///
    /// # Errors
    /// When git fails, or this history cannot be written.
    pub fn pull(
        &self,
        folder: &Path,
        address: &str,
        reference: &str,
        now: Timestamp,
    ) -> Result<Option<Taken>, HistoryError> {
        let shelf = git::Shelf::new(folder.to_owned(), reference.to_owned());
        shelf.borrow(address, now, |shelf| {
            let other = History {
                place: Place::Git(shelf),
                personal: Veil::default(),
            };
            self.merge(&other, now)
        })
    }

    /// Gives the remote what it lacks; `None` if it is in no repository.
    ///
    /// # Errors
    /// When there is no remote, git fails, or the remote does not take it.
    pub fn push(&self, now: Timestamp) -> Result<Option<Pushed>, HistoryError> {
        match &self.place {
            Place::Git(shelf) => {
                let before: HashSet<Segment> = self.segments()?.into_iter().collect();
                let pushed = shelf.push(now)?;
                match self.settle_since(&before, now)? {
                    true => shelf.push(now).map(Some),
                    false => Ok(Some(pushed)),
                }
            }
            Place::Folder(_) | Place::Database(_) => Ok(None),
        }
    }
}

fn listing(paths: Vec<String>) -> Listing {
    let (losses, mut listing) = (Losses::of(&paths), Listing::default());
    for path in paths {
        match name::parse(&path) {
            Some((_, Part::Detail)) => {}
            Some((entry, Part::Values)) => match losses.standing(&entry) {
                Standing::Counts => listing.entries.push(entry),
                Standing::Lost => {}
                Standing::Open => listing.foreign.push(path),
            },
            None if Segment::parse(&path).is_some() || Loss::parse(&path).is_some() => {}
            None => listing.foreign.push(path),
        }
    }
    listing
}

/// What is read to get one part of an entry.
pub(super) fn wanted(entry: &Entry, part: Part) -> Wanted {
    Wanted {
        path: name::path(entry, part),
        limit: part.limit(),
    }
}
