//! Taking in documents of another history: those that are not here, and those that are damaged here.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::document::{self, Part};
use super::error::HistoryError;
use super::events;
use super::exchange::Taken;
use super::loss::{Loss, Losses, Standing};
use super::place::Wanted;
use super::sound::readable;
use super::store::History;
use super::{bare, name, own};
use crate::domain::past::{Entry, Segment};

/// Bytes that are written at once.
const AT_ONCE: usize = 16 << 20;
/// Documents that are written at once.
const MANY: usize = 1_000;
/// What is said of a detail whose values are nowhere.
const ALONE: &str =
    "the values that belong to it do not come with it, and nothing of that run was taken in";

/// Takes documents in, many at once. Of an entry both documents come in, or neither.
pub(super) struct Intake<'h> {
    history: &'h History,
    now: Timestamp,
    /// Whether the values of an entry come right behind its detail. In streams of earlier versions all values come last.
    in_order: bool,
    here: HashSet<String>,
    /// Whether documents that are here were found to be what was recorded.
    sound: HashMap<String, bool>,
    /// What is to be written.
    waiting: Vec<(String, Vec<u8>)>,
    /// Which of these take the place of something damaged.
    mending: HashSet<String>,
    size: usize,
    taken: Taken,
    came: Vec<Segment>,
    losses: Losses,
    /// The detail that came last: the values behind it decide whether it is taken in.
    detail: Option<Detail>,
    /// Entries whose detail was written before their values came, with its hash, by its path.
    early: HashMap<String, (Entry, String)>,
}

/// The detail of an entry.
struct Detail {
    entry: Entry,
    path: String,
    bytes: Vec<u8>,
}

impl<'h> Intake<'h> {
    /// Nothing yet.
    ///
    /// # Errors
    /// When the place cannot be read.
    pub(super) fn new(history: &'h History, now: Timestamp) -> Result<Intake<'h>, HistoryError> {
        let paths = history.place().paths(None)?;
        Ok(Intake {
            history,
            now,
            in_order: false,
            losses: Losses::of(&paths),
            here: paths.into_iter().collect(),
            sound: HashMap::new(),
            waiting: Vec::new(),
            mending: HashSet::new(),
            size: 0,
            taken: Taken::default(),
            came: Vec::new(),
            detail: None,
            early: HashMap::new(),
        })
    }

    /// The same, to which the values of an entry come right behind its detail.
    pub(super) fn in_order(self) -> Intake<'h> {
        let in_order = true;
        Intake { in_order, ..self }
    }

    /// Looks at once at all of these that are here, which is faster than one by one.
    ///
    /// # Errors
    /// When the place cannot be read.
    pub(super) fn look_at(&mut self, paths: &[String]) -> Result<(), HistoryError> {
        let here = paths.iter().filter(|path| self.here.contains(*path));
        let here: Vec<String> = here.cloned().collect();
        let damage = self.history.damaged(&here)?;
        let looked = here.into_iter().map(|path| {
            let is_sound = !damage.contains_key(&path);
            (path, is_sound)
        });
        self.sound.extend(looked);
        Ok(())
    }

    /// Passes over a document that could not be used.
    pub(super) fn pass_over(&mut self, path: String, what: String) {
        self.taken.problems.push((path, what));
    }

    /// Whether a document is here as it was recorded, or was taken out. A detail is none without the values that say what it
    /// has to be.
    ///
    /// # Errors
    /// When the place cannot be read.
    pub(super) fn has(&mut self, path: &str) -> Result<bool, HistoryError> {
        if let Some((entry, part)) = name::parse(path) {
            if self.losses.standing(&entry) == Standing::Lost {
                return Ok(true);
            }
            if part == Part::Detail && !self.here.contains(&name::path(&entry, Part::Values)) {
                return Ok(false);
            }
        }
        if !self.here.contains(path) {
            return Ok(false);
        }
        if let Some(is_sound) = self.sound.get(path) {
            return Ok(*is_sound);
        }
        self.look_at(&[path.to_owned()])?;
        Ok(self.sound.get(path).copied().unwrap_or(true))
    }

    /// What is to be read of the document that comes next; `None` if nothing.
    ///
    /// # Errors
    /// When the place cannot be read or written.
    pub(super) fn wants(&mut self, path: &str) -> Result<Option<Wanted>, HistoryError> {
        let is_known = self.has(path)?;
        self.decide(path, is_known)?;
        if is_known {
            self.taken.known += 1;
            return Ok(None);
        }
        let readable = readable(path);
        if readable.is_none() {
            let what = "it is no document that this andon knows, and was left there";
            self.pass_over(path.to_owned(), what.to_owned());
        }
        Ok(readable)
    }

    /// Takes in a document that was wanted.
    ///
    /// # Errors
    /// When it has something personal as it is, or the place cannot be read or written.
    pub(super) fn take(&mut self, path: String, bytes: Vec<u8>) -> Result<(), HistoryError> {
        if self.history.personal().is_needed() {
            bare::refuse(&path, &bytes, self.history.personal())?;
        }
        if let Some((entry, part)) = name::parse(&path) {
            if bytes.len() as u64 > part.limit() {
                self.pass_over(path, "it is too large".to_owned());
                return Ok(());
            }
            if part == Part::Values {
                return self.values(&entry, path, bytes);
            }
            self.detail = Some(Detail { entry, path, bytes });
            return Ok(());
        }
        if let Some(segment) = Segment::parse(&path) {
            if let Err(error) = events::check(&segment, &bytes) {
                self.pass_over(path, error.what());
                return Ok(());
            }
            self.came.push(segment);
        }
        if let Some(loss) = Loss::parse(&path) {
            if bytes != loss.document() {
                self.pass_over(path, own::ALTERED.to_owned());
                return Ok(());
            }
            self.losses.add(&loss);
        }
        self.put(path, bytes)
    }

    /// Writes what was taken in.
    ///
    /// # Errors
    /// When the place cannot be read or written.
    pub(super) fn finish(mut self) -> Result<Taken, HistoryError> {
        // Nothing comes behind the last one.
        self.in_order = true;
        self.decide("", false)?;
        self.write()?;
        self.take_back()?;
        if !self.came.is_empty() {
            self.history.settle(&self.came, self.now)?;
        }
        self.history.settle_snapshots(self.now)?;
        Ok(self.taken)
    }

    /// Decides about the detail that came last, now that it is known which document comes next and whether that is here.
    fn decide(&mut self, next: &str, is_known: bool) -> Result<(), HistoryError> {
        let values = |detail: &Detail| name::path(&detail.entry, Part::Values);
        let is_awaited = |detail: &Detail| values(detail) == next && !is_known;
        let Some(detail) = self.detail.take_if(|detail| !is_awaited(detail)) else {
            return Ok(());
        };
        let values = values(&detail);
        let Detail { entry, path, bytes } = detail;
        if self.here.contains(&values) && self.has(&values)? {
            // The values here say what it has to be.
            self.write()?;
            let mut read = self.history.place().read(
                &readable(&values).into_iter().collect::<Vec<_>>(),
                |_, it| it,
            )?;
            let checked = match read.pop() {
                Some(ours) => ours.and_then(|ours| own::check(&entry, &ours, &bytes)),
                None => Ok(()),
            };
            return match checked {
                Ok(()) => self.put(path, bytes),
                Err(error) if error.is_of_one() => {
                    self.pass_over(path, error.what());
                    Ok(())
                }
                Err(error) => Err(error),
            };
        }
        if self.in_order {
            self.pass_over(path, ALONE.to_owned());
            return Ok(());
        }
        let hash = document::hash(&bytes)?;
        self.early.insert(path.clone(), (entry, hash));
        self.put(path, bytes)
    }

    /// Takes in the values of an entry, and the detail that came before them.
    fn values(&mut self, entry: &Entry, path: String, bytes: Vec<u8>) -> Result<(), HistoryError> {
        let detail = self.detail.take();
        let checked = match &detail {
            Some(detail) => own::check(entry, &bytes, &detail.bytes),
            None => {
                let early = self.early.get(&name::path(entry, Part::Detail));
                own::check_stated(entry, &bytes, early.map(|(_, hash)| hash))
            }
        };
        match checked {
            Ok(()) => {}
            Err(HistoryError::Damaged { entry, what }) => {
                let what = format!("{what}, and nothing of that run was taken in");
                self.pass_over(entry, what);
                return Ok(());
            }
            Err(error) => return Err(error),
        }
        if let Some(detail) = detail {
            self.put(detail.path, detail.bytes)?;
        }
        self.put(path, bytes)
    }

    /// Notes what is to be written.
    fn put(&mut self, path: String, bytes: Vec<u8>) -> Result<(), HistoryError> {
        self.sound.insert(path.clone(), true);
        if !self.here.insert(path.clone()) {
            // What was damaged may be something else of the same entry.
            let wanted: Vec<Wanted> = readable(&path).into_iter().collect();
            let here = self.history.place().read_here(&wanted, |_, bytes| bytes)?;
            if here
                .into_iter()
                .any(|here| here.is_ok_and(|here| here == bytes))
            {
                self.taken.known += 1;
                return Ok(());
            }
            self.mending.insert(path.clone());
        }
        self.size += bytes.len();
        self.waiting.push((path, bytes));
        match self.size >= AT_ONCE || self.waiting.len() >= MANY {
            true => self.write(),
            false => Ok(()),
        }
    }

    /// Writes what waits for it.
    fn write(&mut self) -> Result<(), HistoryError> {
        let waiting = std::mem::take(&mut self.waiting);
        let mending = std::mem::take(&mut self.mending);
        self.size = 0;
        if waiting.is_empty() {
            return Ok(());
        }
        let place = self.history.place();
        let mut problems = Vec::new();
        if mending.is_empty() {
            place.add(&waiting, self.now)?;
        } else if let Err(error) = place.mend(&waiting, self.now) {
            if !error.is_of_one() {
                return Err(error);
            }
            // Where one cannot be mended, the others can.
            for one in &waiting {
                match place.mend(std::slice::from_ref(one), self.now) {
                    Err(error) if error.is_of_one() => problems.push((one.0.clone(), error.what())),
                    mended => mended?,
                }
            }
        }
        for (path, _) in &waiting {
            let is_problem = problems.iter().any(|(problem, _)| problem == path);
            match is_problem {
                true => {}
                false if mending.contains(path) => self.taken.mended += 1,
                false => self.taken.documents += 1,
            }
        }
        self.taken.problems.extend(problems);
        Ok(())
    }

    /// Takes back details whose values did not come after all.
    fn take_back(&mut self) -> Result<(), HistoryError> {
        let here = &self.here;
        let early = std::mem::take(&mut self.early).into_iter();
        let of_values = early.map(|(path, (entry, _))| (path, name::path(&entry, Part::Values)));
        let mut alone: Vec<(String, String)> = of_values
            .filter(|(_, values)| !here.contains(values))
            .collect();
        alone.sort_unstable();
        if alone.is_empty() {
            return Ok(());
        }
        let paths: Vec<String> = alone.iter().map(|(path, _)| path.clone()).collect();
        self.history.place().remove(&paths, self.now)?;
        self.taken.documents = self.taken.documents.saturating_sub(alone.len());
        for (path, values) in alone {
            let mut told = self.taken.problems.iter();
            if !told.any(|(told, _)| [&path, &values].contains(&told)) {
                self.pass_over(path, ALONE.to_owned());
            }
        }
        Ok(())
    }
}
