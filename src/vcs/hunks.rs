//! Comparing two texts line by line, as `git diff -U0` does.

use git2::{DiffOptions, Patch};
use memchr::{memchr, memchr_iter};

use crate::domain::change::Hunk;

/// By how much git shortens two texts that end alike at a time.
const BLOCK: usize = 1024;

/// What is replaced by what, in order.
pub(super) fn between(old: &[u8], new: &[u8]) -> Result<Vec<Hunk>, git2::Error> {
    let (old, new) = without_common_end(old, new);
    let mut options = DiffOptions::new();
    options
        .context_lines(0)
        .interhunk_lines(0)
        .indent_heuristic(true)
        .force_text(true);
    // Buffers belong to no repository: neither its configuration nor its attributes are asked.
    let patch = Patch::from_buffers(old, None, new, None, Some(&mut options))?;
    (0..patch.num_hunks())
        .map(|number| {
            let (hunk, _) = patch.hunk(number)?;
            Ok(Hunk {
                old: range(hunk.old_start(), hunk.old_lines()),
                new: range(hunk.new_start(), hunk.new_lines()),
            })
        })
        .collect()
}

/// All lines of a new text.
pub(super) fn all_added(new: &[u8]) -> Vec<Hunk> {
    let new = 1..lines(new).saturating_add(1);
    one(Hunk { old: 1..1, new })
}

/// All lines of a text that is gone.
pub(super) fn all_removed(old: &[u8]) -> Vec<Hunk> {
    let old = 1..lines(old).saturating_add(1);
    one(Hunk { old, new: 1..1 })
}

fn one(hunk: Hunk) -> Vec<Hunk> {
    if hunk.old.is_empty() && hunk.new.is_empty() {
        return Vec::new();
    }
    vec![hunk]
}

/// The lines that `start,count` in a hunk's header means: an empty range is stated by the line that it comes after.
pub(super) fn range(start: u32, count: u32) -> std::ops::Range<u32> {
    let start = if count == 0 {
        start.saturating_add(1)
    } else {
        start
    };
    start..start.saturating_add(count)
}

fn lines(text: &[u8]) -> u32 {
    let open = text.last().is_some_and(|&byte| byte != b'\n');
    let count = memchr_iter(b'\n', text).count() + usize::from(open);
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Cuts off what is the same at the end of both, in whole blocks and up to a line's end. Git does this where no context
/// is asked for, and it decides on which of several equal lines a change is said to fall.
fn without_common_end<'a>(old: &'a [u8], new: &'a [u8]) -> (&'a [u8], &'a [u8]) {
    let same = |(a, b): &(&[u8], &[u8])| a == b;
    let blocks = old.rchunks_exact(BLOCK).zip(new.rchunks_exact(BLOCK));
    let cut = blocks.take_while(same).count() * BLOCK;
    let kept = |text: &'a [u8], extra| text.get(..text.len() - cut + extra).unwrap_or(text);
    let common = old.get(old.len() - cut..).unwrap_or_default();
    let extra = memchr(b'\n', common).map_or(cut, |end| end + 1);
    (kept(old, extra), kept(new, extra))
}
