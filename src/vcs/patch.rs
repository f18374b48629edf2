//! Reading a unified diff: what git writes in any of its styles, `diff -u`, Subversion's and Mercurial's.

mod draft;
mod hunk;
mod name;

use std::iter::Enumerate;
use std::slice::Split;

use draft::Draft;
use name::Name;
use rustc_hash::FxHashMap;

use crate::domain::change::{ChangedFile, Kind};

/// Why a diff cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct PatchError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there, as a sentence without a full stop.
    pub problem: String,
}

fn wrong(line: usize, problem: impl Into<String>) -> PatchError {
    let problem = problem.into();
    PatchError { line, problem }
}

/// Reads a diff. Paths are without git's prefixes; each file is in it once. An empty text is an empty diff.
///
/// # Errors
/// When it is malformed or cut off, holds no diff, or is one that says nothing of lines (a combined diff, a series).
pub fn read(text: &[u8]) -> Result<Vec<ChangedFile>, PatchError> {
    let drafts = Reader::new(text).drafts()?;
    if drafts.is_empty() && !text.trim_ascii().is_empty() {
        return Err(wrong(1, "holds no unified diff"));
    }
    let prefixed = drafts.iter().find_map(Draft::is_prefixed);
    let mut seen: FxHashMap<String, Kind> = FxHashMap::default();
    let mut files = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let line = draft.line;
        let file = draft.file(prefixed)?;
        // A file that becomes a link is deleted and added.
        match seen.insert(file.path.clone(), file.kind) {
            Some(before) if before != Kind::Deleted && file.kind != Kind::Deleted => {
                let problem = format!(
                    "{} is changed for the second time: this is a series of patches, whose lines are not those of the \
                     result; write one diff (`git diff BASE HEAD`)",
                    file.path
                );
                return Err(wrong(line, problem));
            }
            _ => files.push(file),
        }
    }
    Ok(files)
}

type Lines<'a> = Enumerate<Split<'a, u8, fn(&u8) -> bool>>;

/// The text, line by line.
struct Reader<'a> {
    lines: std::iter::Peekable<Lines<'a>>,
    drafts: Vec<Draft>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a [u8]) -> Reader<'a> {
        let end: fn(&u8) -> bool = |&byte| byte == b'\n';
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        Reader {
            lines: text.split(end).enumerate().peekable(),
            drafts: Vec::new(),
        }
    }

    fn drafts(mut self) -> Result<Vec<Draft>, PatchError> {
        let mut after_hunk = false;
        while let Some((at, line)) = self.lines.next() {
            let (at, line) = (at + 1, line.strip_suffix(b"\r").unwrap_or(line));
            let was_after_hunk = std::mem::take(&mut after_hunk);
            if let Some(names) = line.strip_prefix(b"diff --git ") {
                self.drafts.push(Draft::of_git(at, names));
            } else if combined(line) {
                return Err(wrong(
                    at,
                    "is a combined diff of a merge, which has no one old side; write a plain one (`git diff BASE HEAD`)",
                ));
            } else if let Some(old) = line.strip_prefix(b"--- ") {
                self.names(at, old)?;
            } else if line.starts_with(b"@@") {
                self.hunk(at, line)?;
                after_hunk = true;
            } else if was_after_hunk && line.starts_with(b"\\") {
                after_hunk = true;
            } else if was_after_hunk
                && (line.starts_with(b"+") || line.starts_with(b"-") && line != b"-- ")
            {
                return Err(wrong(at, "the hunk is longer than its header says"));
            } else if let Some(draft) = self.drafts.last_mut() {
                draft.header(at, line)?;
            }
        }
        Ok(self.drafts)
    }

    /// The two lines with the names of the file.
    fn names(&mut self, at: usize, old: &[u8]) -> Result<(), PatchError> {
        let new = self.lines.next_if(|(_, line)| line.starts_with(b"+++ "));
        let open = self
            .drafts
            .last_mut()
            .filter(|draft| draft.waits_for_names());
        let Some((_, new)) = new else {
            return match open {
                Some(_) => Err(wrong(at, "is not followed by a line with `+++`")),
                // Text around the diffs.
                None => Ok(()),
            };
        };
        let new = new.strip_suffix(b"\r").unwrap_or(new);
        let new = new.strip_prefix(b"+++ ").unwrap_or_default();
        let names = (Name::read(at, old)?, Name::read(at + 1, new)?);
        match open {
            Some(draft) => draft.names = Some(names),
            None => self.drafts.push(Draft::plain(at, names)),
        }
        Ok(())
    }

    fn hunk(&mut self, at: usize, header: &[u8]) -> Result<(), PatchError> {
        let outside = || wrong(at, "a hunk without the lines `---` and `+++` before it");
        let draft = self.drafts.last_mut().ok_or_else(outside)?;
        if draft.names.is_none() {
            return Err(outside());
        }
        let mut header = hunk::Header::read(at, header)?;
        if draft.hunks.is_empty() {
            draft.from_nothing = header.is_from_nothing();
            draft.to_nothing = header.is_to_nothing();
        }
        draft.is_after(at, &header)?;
        while !header.is_done() {
            let Some((line_at, line)) = self.lines.next() else {
                return Err(wrong(at, "the diff is cut off inside this hunk"));
            };
            header.take(line_at + 1, line, &mut draft.hunks)?;
        }
        header.finish(&mut draft.hunks);
        Ok(())
    }
}

fn combined(line: &[u8]) -> bool {
    let starts: [&[u8]; 3] = [b"diff --cc ", b"diff --combined ", b"@@@ "];
    starts.iter().any(|start| line.starts_with(start))
}

#[cfg(test)]
mod tests;
