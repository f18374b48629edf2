//! The history as a whole: recording, listing, reading, checking and tending it.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::document::{self, Part, Values};
use super::error::HistoryError;
use super::exchange::Taken;
use super::git::{Fetched, Pushed};
use super::place::{Place, Wanted};
use super::{database, folder, git, name};
use crate::domain::past::{Entry, Segment, fitted};
use crate::domain::snapshot::Snapshot;

/// Digits of the hash that names an entry's content.
const ID: usize = 10;

/// An open history.
pub struct History {
    place: Place,
}

/// The entries of a history.
#[derive(Debug, Default)]
pub struct Listing {
    /// The entries, by commit and time.
    pub entries: Vec<Entry>,
    /// Paths that name no entry of this version: `andon history verify` says more.
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
    /// The history under a ref (`refs/andon/history`) of the repository whose own folder this is: the one that all its
    /// work trees share. Whether the repository may be trusted must be settled.
    pub fn in_git(folder: &Path, reference: &str) -> History {
        let shelf = git::Shelf::new(folder.to_owned(), reference.to_owned());
        History {
            place: Place::Git(shelf),
        }
    }

    /// The history in a folder, which need not be there yet.
    pub fn in_folder(root: PathBuf) -> History {
        History {
            place: Place::Folder(folder::Shelf { root }),
        }
    }

    /// The history in an SQLite file, which need not be there yet.
    pub fn in_database(file: PathBuf) -> History {
        History {
            place: Place::Database(database::Shelf { file }),
        }
    }

    /// The file that its query form is kept in.
    pub fn index_file(&self) -> PathBuf {
        self.place.beside("query.sqlite")
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

    /// Records a snapshot, with what came of its check.
    ///
    /// # Errors
    /// When the snapshot is of no commit, or the place cannot be written.
    pub fn record(
        &self,
        snapshot: &Snapshot,
        run: Option<&str>,
        verdict: Option<&str>,
        now: Timestamp,
    ) -> Result<Entry, HistoryError> {
        let subject = &snapshot.subject;
        let commit = subject.commit.clone().ok_or(HistoryError::NoCommit)?;
        let taken_at = subject.taken_at.unwrap_or(now);
        let (values, detail) = document::write(snapshot, run, verdict)
            .map_err(|error| HistoryError::damaged(&commit, error.to_string()))?;
        let fit = |text: Option<&str>, limit| fitted(text.unwrap_or(""), limit).into_owned();
        let entry = Entry {
            taken_at: name::whole_seconds(taken_at),
            branch: fit(subject.branch.as_deref(), Entry::BRANCH),
            folder: fit(Some(&subject.folder), Entry::FOLDER),
            run: fit(run, Entry::RUN),
            id: id(&values, &detail)?,
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
        let wanted: Vec<Wanted> = entries.iter().map(|e| wanted(e, Part::Values)).collect();
        let results = self.place.read(&wanted, |at, bytes| {
            let entry = entries.get(at)?;
            Some(take(
                entry,
                bytes.and_then(|bytes| values_of(entry, &bytes)),
            ))
        })?;
        Ok(results.into_iter().flatten().collect())
    }

    /// Reads an entry as a whole.
    ///
    /// # Errors
    /// When the place cannot be read, or the entry is damaged.
    pub fn load(&self, entry: &Entry) -> Result<Recorded, HistoryError> {
        let both = [wanted(entry, Part::Values), wanted(entry, Part::Detail)];
        let mut read = self.place.read(&both, |_, bytes| bytes)?.into_iter();
        let mut next = || read.next().unwrap_or_else(|| Ok(Vec::new()));
        let (values, detail) = (next()?, next()?);
        if id(&values, &detail)? != entry.id {
            let path = name::path(entry, Part::Values);
            return Err(HistoryError::damaged(
                &path,
                "its content is not what was recorded",
            ));
        }
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

    /// Takes entries out.
    ///
    /// # Errors
    /// When the place cannot be written.
    pub fn remove(&self, entries: &[&Entry], now: Timestamp) -> Result<(), HistoryError> {
        if entries.is_empty() {
            return Ok(());
        }
        let of_part = |part| entries.iter().map(move |entry| name::path(entry, part));
        // Without its values an entry is gone, whatever happens to the rest.
        let paths: Vec<String> = of_part(Part::Values).chain(of_part(Part::Detail)).collect();
        self.place.remove(&paths, now)
    }

    /// Reads every entry as a whole and says what is wrong with it.
    ///
    /// # Errors
    /// When the place cannot be read.
    pub fn verify(&self) -> Result<Verification, HistoryError> {
        let mut verification = Verification::default();
        let mut parts: BTreeMap<String, Vec<Part>> = BTreeMap::new();
        let (mut entries, mut sound) = (Vec::new(), Vec::new());
        for path in self.place.paths(None)? {
            match name::parse(&path) {
                None => match Segment::parse(&path) {
                    Some(segment) => {
                        self.verify_events(&segment, &mut verification, &mut sound)?;
                    }
                    None => {
                        let what = "it is no entry that this andon knows".to_owned();
                        verification.problems.push((path, what));
                    }
                },
                Some((entry, part)) => {
                    let stem = name::path(&entry, Part::Values);
                    parts.entry(stem).or_default().push(part);
                    entries.extend((part == Part::Values).then_some(entry));
                }
            }
        }
        verification.events = self.count_once(&sound)?;
        for (path, parts) in parts {
            if !parts.contains(&Part::Values) {
                let what = "only its detail is there: the run that recorded it was interrupted";
                verification.problems.push((path, what.to_owned()));
            }
        }
        for entry in &entries {
            match self.load(entry) {
                Ok(_) => verification.sound += 1,
                Err(HistoryError::Damaged { entry, what }) => {
                    verification.problems.push((entry, what));
                }
                Err(error @ HistoryError::NotHere(_)) => {
                    let path = name::path(entry, Part::Values);
                    verification.problems.push((path, error.to_string()));
                }
                Err(HistoryError::File { path, source }) => {
                    let path = path.display().to_string();
                    verification.problems.push((path, source.to_string()));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(verification)
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

    /// Settles what came since there were only these documents of events; whether there was anything.
    fn settle_since(
        &self,
        before: &HashSet<Segment>,
        now: Timestamp,
    ) -> Result<bool, HistoryError> {
        let mut came = self.segments()?;
        came.retain(|segment| !before.contains(segment));
        match before.is_empty() || came.is_empty() {
            true => Ok(false),
            false => self.settle(&came, now),
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
    let mut listing = Listing::default();
    for path in paths {
        match name::parse(&path) {
            Some((entry, Part::Values)) => listing.entries.push(entry),
            Some((_, Part::Detail)) => {}
            None if Segment::parse(&path).is_some() => {}
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

/// Reads a values document and checks that it is the entry's own.
pub(super) fn values_of(entry: &Entry, bytes: &[u8]) -> Result<Values, HistoryError> {
    let damaged = |what| HistoryError::damaged(&name::path(entry, Part::Values), what);
    let values = document::read_values(bytes).map_err(damaged)?;
    if values.subject.commit.as_deref() != Some(&entry.commit) {
        return Err(damaged("it is of another commit".to_owned()));
    }
    Ok(values)
}

/// The first digits of git's hash of both documents.
pub(super) fn id(values: &[u8], detail: &[u8]) -> Result<String, HistoryError> {
    let both = [values, detail].concat();
    let mut id = git2::Oid::hash_object(git2::ObjectType::Blob, &both)?.to_string();
    id.truncate(ID);
    Ok(id)
}
