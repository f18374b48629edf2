//! Histories among themselves: taking what another one has, and writing all of one into a stream of lines.
//!
//! A stream is documents one after another. Before each stands a line with its path and its size; since documents are
//! JSON lines, all of it is.

use std::collections::HashSet;
use std::io::{self, BufRead, Read, Write};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::document::Part;
use super::error::HistoryError;
use super::events::LIMIT;
use super::intake::Intake;
use super::loss::Loss;
use super::place::Wanted;
use super::sound::readable;
use super::store::History;
use super::{bare, name};

/// Bytes of a line that says which document follows.
const LINE: u64 = 4 << 10;

/// What came of taking in another history.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// Documents that were not here.
    pub documents: usize,
    /// Documents that were here and damaged, and took the place of what was left of them.
    pub mended: usize,
    /// Documents that were here.
    pub known: usize,
    /// What was passed over, and why.
    pub problems: Vec<(String, String)>,
}

#[derive(Serialize, Deserialize)]
struct Line {
    document: String,
    bytes: u64,
}

/// How many documents were given, and the paths of those that were passed over, with why.
pub type Given = (usize, Vec<(String, String)>);

impl History {
    /// Takes in what another history has and this one has not. The other one stays as it is.
    ///
    /// # Errors
    /// When either cannot be read or this one not be written: what was taken in before stays. When the other one has something
    /// as it is that is personal here: then nothing is taken in.
    pub fn merge(&self, other: &History, now: Timestamp) -> Result<Taken, HistoryError> {
        let paths = ordered(other)?;
        let mut intake = Intake::new(self, now)?.in_order();
        intake.look_at(&paths)?;
        if self.personal().is_needed() {
            self.look_through(other, &paths, &mut intake)?;
        }
        for path in paths {
            let Some(wanted) = intake.wants(&path)? else {
                continue;
            };
            let mut read = other.place().read(&[wanted], |_, bytes| bytes)?;
            match read.pop() {
                Some(Ok(bytes)) => intake.take(path, bytes)?,
                Some(Err(error)) if error.is_of_one() => intake.pass_over(path, error.what()),
                Some(Err(error)) => return Err(error),
                None => {}
            }
        }
        intake.finish()
    }

    /// Refuses another history for what is personal in it and would be taken in.
    fn look_through(
        &self,
        other: &History,
        paths: &[String],
        intake: &mut Intake<'_>,
    ) -> Result<(), HistoryError> {
        for path in paths {
            let Some(wanted) = readable(path) else {
                continue;
            };
            if intake.has(path)? {
                continue;
            }
            let mut read = other.place().read(&[wanted], |_, bytes| bytes)?;
            // What cannot be read is told where it would be taken in.
            if let Some(Ok(bytes)) = read.pop() {
                bare::refuse(path, &bytes, self.personal())?;
            }
        }
        Ok(())
    }

    /// Refuses a stream for what is personal in it and would be taken in; nothing is written.
    ///
    /// # Errors
    /// When this history cannot be read, or there is something; where the stream is none, the inner error says so.
    pub fn look_into(
        &self,
        stream: &mut dyn BufRead,
        now: Timestamp,
    ) -> Result<io::Result<()>, HistoryError> {
        let mut intake = Intake::new(self, now)?;
        loop {
            match next(stream) {
                Ok(Some((path, bytes))) => {
                    if !intake.has(&path)? {
                        bare::refuse(&path, &bytes, self.personal())?;
                    }
                }
                Ok(None) => return Ok(Ok(())),
                Err(error) => return Ok(Err(error)),
            }
        }
    }

    /// The documents that there are, by which those are told later that came since.
    ///
    /// # Errors
    /// When the place cannot be read.
    pub fn stock(&self) -> Result<HashSet<String>, HistoryError> {
        Ok(self.place().paths(None)?.into_iter().collect())
    }

    /// In how many documents that are not among these something personal is not hidden, and the first dimension of it; `None` if
    /// there is none. Who may not be named is said by [`History::guarding`].
    ///
    /// # Errors
    /// When the place cannot be read. A document that cannot is told by whoever needs it.
    pub fn in_clear(&self, but: &HashSet<String>) -> Result<Option<(u64, String)>, HistoryError> {
        if !self.personal().is_needed() {
            return Ok(None);
        }
        let paths = self.place().paths(None)?.into_iter();
        let wanted: Vec<Wanted> = paths
            .filter(|path| !but.contains(path))
            .filter_map(|path| readable(&path))
            .collect();
        let found = self.place().read(&wanted, |at, bytes| {
            let (wanted, bytes) = (wanted.get(at)?, bytes.ok()?);
            match bare::refuse(&wanted.path, &bytes, self.personal()) {
                Err(HistoryError::Personal { name, .. }) => Some(name),
                _ => None,
            }
        })?;
        let mut names = found.into_iter().flatten();
        let first = names.next();
        Ok(first.map(|first| (1 + names.count() as u64, first)))
    }

    /// Whether a first line is that of a stream that [`History::export`] wrote.
    pub fn is_stream(line: &str) -> bool {
        serde_json::from_str::<Line>(line).is_ok()
    }

    /// Writes all documents into a stream.
    ///
    /// # Errors
    /// When the history cannot be read; the stream's own errors are the inner ones.
    pub fn export(&self, out: &mut dyn Write) -> Result<io::Result<Given>, HistoryError> {
        let (mut count, mut problems) = (0, Vec::new());
        for path in ordered(self)? {
            let Some(wanted) = readable(&path) else {
                problems.push((path, "it is no document that this andon knows".to_owned()));
                continue;
            };
            let mut read = self.place().read(&[wanted], |_, bytes| bytes)?;
            match read.pop() {
                Some(Ok(content)) => {
                    let bytes = content.len() as u64;
                    let line = Line {
                        document: path,
                        bytes,
                    };
                    let line = serde_json::to_string(&line).unwrap_or_default();
                    let written = writeln!(out, "{line}").and_then(|()| out.write_all(&content));
                    if let Err(error) = written {
                        return Ok(Err(error));
                    }
                    count += 1;
                }
                Some(Err(error)) if error.is_of_one() => problems.push((path, error.what())),
                Some(Err(error)) => return Err(error),
                None => {}
            }
        }
        Ok(Ok((count, problems)))
    }

    /// Takes in the documents of a stream. Where it ends too soon, what came whole stays.
    ///
    /// # Errors
    /// When this history cannot be written, or a document has something as it is that is personal here; where the stream is
    /// none, the inner error says so. What was taken in before stays.
    pub fn import(
        &self,
        stream: &mut dyn BufRead,
        now: Timestamp,
    ) -> Result<io::Result<Taken>, HistoryError> {
        let mut intake = Intake::new(self, now)?;
        loop {
            match next(stream) {
                Ok(Some((path, bytes))) => {
                    if intake.wants(&path)?.is_some() {
                        intake.take(path, bytes)?;
                    }
                }
                Ok(None) => return intake.finish().map(Ok),
                Err(error) => {
                    intake.finish()?;
                    return Ok(Err(error));
                }
            }
        }
    }
}

/// The next document of a stream.
fn next(stream: &mut dyn BufRead) -> io::Result<Option<(String, Vec<u8>)>> {
    let mut line = Vec::new();
    stream.take(LINE).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    let line: Line = serde_json::from_slice(&line).map_err(|_| {
        io::Error::other(
            "a line does not say which document follows: this is no history that andon wrote",
        )
    })?;
    if line.bytes > LIMIT {
        return Err(io::Error::other(format!("{} is too large", line.document)));
    }
    let mut content = Vec::new();
    stream.take(line.bytes).read_to_end(&mut content)?;
    match content.len() as u64 == line.bytes {
        true => Ok(Some((line.document, content))),
        false => Err(io::Error::other(format!(
            "it ends in the middle of {}",
            line.document
        ))),
    }
}

/// The paths of a history in the order in which they are copied: what tells that an entry is gone comes first, and the
/// values, which make an entry, come right behind its detail, so that both can be looked at together.
fn ordered(history: &History) -> Result<Vec<String>, HistoryError> {
    let mut paths = history.place().paths(None)?;
    paths.sort_by_cached_key(|path| match name::parse(path) {
        Some((entry, part)) => (true, name::path(&entry, Part::Values), part == Part::Values),
        None => (Loss::parse(path).is_none(), path.clone(), false),
    });
    Ok(paths)
}
