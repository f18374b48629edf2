//! Zip archives that somebody else made: what is in them, and each member as a stream. Nothing is ever written to disk.
//!
//! The directory at the end of the file counts, and only in the form that leaves no doubt about what is in the archive
//! (APPNOTE.TXT, 4.3): on one disk, nothing before it or after it, no two members in the same bytes.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom};

use self::directory::End;
pub use self::member::{Fault, Member};

mod bytes;
mod directory;
mod member;

/// Why an archive cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Its directory is not where it should be.
    #[error("it is no plain zip archive, or is cut off")]
    NotAnArchive,
    /// More members than are read.
    #[error("it has more than {0} entries")]
    Members(u64),
    /// One piece of the file is several members: how a small archive unpacks to any size.
    #[error("two of its entries stand in the same bytes")]
    Overlap,
    /// It could not be read.
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] io::Error),
}

/// The most bytes of the directory for each member: a name, and what the archiver adds.
const EACH: u64 = 2048;

/// The members of an archive in its order, each with what speaks against reading it. Folders are left out.
///
/// # Errors
/// When it is no whole archive, or has more than `most` members.
pub fn members(file: &mut (impl Read + Seek), most: u64) -> Result<Vec<Member>, Refused> {
    let end = End::find(file)?.ok_or(Refused::NotAnArchive)?;
    if end.members > most {
        return Err(Refused::Members(most));
    }
    if end.size > (most + 1) * EACH {
        return Err(Refused::NotAnArchive);
    }
    file.seek(SeekFrom::Start(end.directory))?;
    let mut bytes = Vec::new();
    file.by_ref().take(end.size).read_to_end(&mut bytes)?;
    let mut members =
        directory::members(&bytes, end.members, end.directory).ok_or(Refused::NotAnArchive)?;
    apart(&members, end.directory)?;
    let mut names: BTreeMap<String, u32> = BTreeMap::new();
    for member in &members {
        *names.entry(member.name.clone()).or_default() += 1;
    }
    for member in &mut members {
        if names.get(&member.name).is_some_and(|count| *count > 1) {
            member.fault = member.fault.or(Some(Fault::Duplicate));
        }
    }
    members.retain(|member| !member.is_folder() || member.fault.is_some());
    Ok(members)
}

/// Whether each member ends before the next one begins.
fn apart(members: &[Member], directory: u64) -> Result<(), Refused> {
    let mut spans: Vec<(u64, u64)> = members.iter().map(Member::span).collect();
    spans.sort_unstable();
    let nexts = spans.iter().skip(1).map(|span| span.0).chain([directory]);
    let mut pairs = spans.iter().zip(nexts);
    match pairs.any(|(span, next)| span.1 > next) {
        true => Err(Refused::Overlap),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests;
