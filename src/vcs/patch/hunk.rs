//! One hunk of a diff, whose context is left out.

use std::ops::Range;

use super::{PatchError, wrong};
use crate::domain::change::Hunk;
use crate::vcs::hunks::range;

/// A hunk's header, and what of its lines is still to come.
pub(super) struct Header {
    /// The lines still to come.
    pub(super) old: Range<u32>,
    pub(super) new: Range<u32>,
    from_nothing: bool,
    to_nothing: bool,
    open: Option<Hunk>,
}

impl Header {
    /// From `@@ -3,2 +4 @@ …`.
    pub(super) fn read(at: usize, line: &[u8]) -> Result<Header, PatchError> {
        let malformed = || {
            wrong(
                at,
                "the hunk's header is malformed; it should be `@@ -START,COUNT +START,COUNT @@`",
            )
        };
        let rest = line.strip_prefix(b"@@ -").ok_or_else(malformed)?;
        let mut words = rest.splitn(4, |&byte| byte == b' ');
        let mut word = || words.next().ok_or_else(malformed);
        let (old, new, end) = (word()?, word()?, word()?);
        let new = new.strip_prefix(b"+").ok_or_else(malformed)?;
        if end != b"@@" {
            return Err(malformed());
        }
        let (old, new) = (
            numbers(old).ok_or_else(malformed)?,
            numbers(new).ok_or_else(malformed)?,
        );
        Ok(Header {
            old: range(old.0, old.1),
            new: range(new.0, new.1),
            from_nothing: old == (0, 0),
            to_nothing: new == (0, 0),
            open: None,
        })
    }

    /// Whether there was no line before it: a new file.
    pub(super) fn is_from_nothing(&self) -> bool {
        self.from_nothing
    }

    /// Whether no line is left.
    pub(super) fn is_to_nothing(&self) -> bool {
        self.to_nothing
    }

    /// Whether all lines were taken.
    pub(super) fn is_done(&self) -> bool {
        self.old.is_empty() && self.new.is_empty()
    }

    /// Takes one line of the hunk.
    pub(super) fn take(
        &mut self,
        at: usize,
        line: &[u8],
        hunks: &mut Vec<Hunk>,
    ) -> Result<(), PatchError> {
        let (removed, added) = match line.first() {
            Some(b'-') => (1, 0),
            Some(b'+') => (0, 1),
            // Some programs cut trailing spaces off, also the one that marks an empty line of context.
            Some(b' ' | b'\r') | None => (1, 1),
            Some(b'\\') => return Ok(()),
            Some(_) => return Err(wrong(at, "the hunk is shorter than its header says")),
        };
        let left = |range: &Range<u32>| range.end - range.start;
        if left(&self.old) < removed || left(&self.new) < added {
            return Err(wrong(
                at,
                "the hunk's lines are not as many as its header says",
            ));
        }
        if removed == added {
            self.finish(hunks);
        } else {
            let (old, new) = (self.old.start, self.new.start);
            let open = self.open.get_or_insert(Hunk {
                old: old..old,
                new: new..new,
            });
            open.old.end += removed;
            open.new.end += added;
        }
        self.old.start += removed;
        self.new.start += added;
        Ok(())
    }

    /// What was replaced since the last line of context.
    pub(super) fn finish(&mut self, hunks: &mut Vec<Hunk>) {
        hunks.extend(self.open.take());
    }
}

/// `START,COUNT`, or `START` for one line. Neither reaches beyond what a line number can be.
fn numbers(text: &[u8]) -> Option<(u32, u32)> {
    let number = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| text.parse::<u32>().ok())?
    };
    let text = std::str::from_utf8(text).ok()?;
    let (start, count) = match text.split_once(',') {
        Some((start, count)) => (number(start)?, number(count)?),
        None => (number(text)?, 1),
    };
    start.checked_add(count)?.checked_add(1)?;
    (start > 0 || count == 0).then_some((start, count))
}
