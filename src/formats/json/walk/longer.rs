//! Reports that are more than one JSON document.

use super::Walk;
use crate::domain::report::Problem;
use crate::formats::Input;

/// As [`walk`](super::walk), of a report that says something more behind its document: `rest` gets it, as far as it is
/// short, and tells whether it belongs there.
///
/// # Errors
/// As [`walk`](super::walk), and when what follows does not belong there.
pub(in crate::formats) fn walk_then<'i>(
    input: &mut Input<'i>,
    visit: impl FnOnce(&mut Walk<'_, 'i>) -> Result<(), Problem>,
    rest: impl FnOnce(&str) -> bool,
) -> Result<(), Problem> {
    let mut walk = Walk::new(input);
    walk.offer(visit)?;
    if walk.next_byte()?.is_none() {
        return Ok(());
    }
    walk.read_ahead(1 << 10);
    let behind = walk.text.get(walk.at..).unwrap_or_default();
    match walk.broken.is_none() && rest(behind) {
        true => Ok(()),
        false => Err(walk.wrong("something follows the end of the document")),
    }
}

/// Walks through a report of any number of JSON documents, one after the other with white space or NUL between.
///
/// # Errors
/// As [`walk`](super::walk).
pub(in crate::formats) fn walk_each<'i>(
    input: &mut Input<'i>,
    mut visit: impl FnMut(&mut Walk<'_, 'i>) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let mut walk = Walk::new(input);
    loop {
        match walk.next_byte()? {
            None => return Ok(()),
            Some(0) => walk.at += 1,
            Some(_) => walk.offer(&mut visit)?,
        }
    }
}
