//! A zip archive that somebody else made, unpacked in memory.
//!
//! Nothing is ever written to disk, and an archive with anything odd in it is refused as a whole: what `andon` itself
//! uploads is a few plain files.

use std::io::{Cursor, Read};

use crate::platform::archive::{self, Fault, Member};

/// The most entries.
const ENTRIES: u64 = 64;
/// The most bytes of one file.
const EACH: u64 = 16 << 20;
/// The most bytes of all files.
const TOTAL: u64 = 64 << 20;
/// How many times larger than its compressed form a file, or the whole, may be …
const RATIO: u64 = 100;
/// … once it is larger than this.
const SMALL: u64 = 1 << 20;

/// A file of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path in the archive, which leads nowhere else: a foreign string all the same.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Why an archive was refused. Names in it are foreign, and quoted as Rust does.
#[derive(Debug, thiserror::Error)]
pub(in crate::github) enum Refused {
    #[error("{0}")]
    Archive(#[from] archive::Refused),
    #[error("its entry {0:?} {1}")]
    Entry(String, Fault),
    #[error("its entry {0:?} is larger than {most} MiB", most = EACH >> 20)]
    Large(String),
    #[error("its files are larger than {most} MiB together", most = TOTAL >> 20)]
    Total,
    #[error("it unpacks to more than {RATIO} times its size")]
    Ratio,
    #[error("its entry {0:?} is damaged: {1}")]
    Damaged(String, std::io::Error),
}

/// The longest part of a refused name that is told, in characters.
const NAME: usize = 255;

/// The regular files of an archive, in its order. Folders are passed over.
pub(in crate::github) fn unpack(archive: &[u8]) -> Result<Vec<File>, Refused> {
    let members = archive::members(&mut Cursor::new(archive), ENTRIES)?;
    for member in &members {
        let shown = || member.name.chars().take(NAME).collect();
        if let Some(fault) = member.fault {
            return Err(Refused::Entry(shown(), fault));
        }
        if member.size > EACH {
            return Err(Refused::Large(shown()));
        }
    }
    let mut files: Vec<File> = Vec::new();
    let mut total = 0;
    for member in members {
        let bytes = read(archive, &member)?;
        total += bytes.len() as u64;
        if total > TOTAL {
            return Err(Refused::Total);
        }
        if total > SMALL && total / RATIO > archive.len() as u64 {
            return Err(Refused::Ratio);
        }
        let name = member.name;
        files.push(File { name, bytes });
    }
    Ok(files)
}

fn read(archive: &[u8], member: &Member) -> Result<Vec<u8>, Refused> {
    let damaged = |error| Refused::Damaged(member.name.clone(), error);
    // The sizes that the archive declares are claims; what comes out is counted.
    let most = EACH.min(member.packed.saturating_mul(RATIO).max(SMALL));
    let mut bytes = Vec::new();
    let content = member.open(Cursor::new(archive)).map_err(damaged)?;
    content
        .take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(damaged)?;
    match bytes.len() as u64 {
        length if length <= most => Ok(bytes),
        length if length > EACH => Err(Refused::Large(member.name.clone())),
        _ => Err(Refused::Ratio),
    }
}

#[cfg(test)]
mod tests;
