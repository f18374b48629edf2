//! A zip archive that somebody else made, unpacked in memory.
//!
//! Nothing is ever written to disk, and an archive with anything odd in it is refused as a whole: what `andon` itself
//! uploads is a few plain files.

use std::io::{Cursor, Read};

use zip::CompressionMethod;
use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

/// The most entries.
const ENTRIES: u16 = 64;
/// The most bytes of one file.
const EACH: u64 = 16 << 20;
/// The most bytes of all files.
const TOTAL: u64 = 64 << 20;
/// How many times larger than its compressed form a file, or the whole, may be …
const RATIO: u64 = 100;
/// … once it is larger than this.
const SMALL: u64 = 1 << 20;
/// The longest name, in bytes.
const NAME: usize = 255;
/// The bytes of the record at the end of an archive (APPNOTE.TXT, 4.3.16).
const END: usize = 22;

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
    #[error("it is no plain zip archive, or is cut off")]
    NotAnArchive,
    #[error("it has more than {ENTRIES} entries")]
    Entries,
    #[error("two of its entries have one name")]
    Duplicate,
    #[error("its entry {0:?} has a name that leads elsewhere or cannot be trusted")]
    Name(String),
    #[error("its entry {0:?} is no regular file")]
    Irregular(String),
    #[error("its entry {0:?} is encrypted")]
    Encrypted(String),
    #[error("its entry {0:?} is compressed in a way other than deflate")]
    Compression(String),
    #[error("its entry {0:?} is larger than {most} MiB", most = EACH >> 20)]
    Large(String),
    #[error("its files are larger than {most} MiB together", most = TOTAL >> 20)]
    Total,
    #[error("it unpacks to more than {RATIO} times its size")]
    Ratio,
    #[error("it is damaged: {0}")]
    Damaged(String),
}

/// The regular files of an archive, in its order. Folders are passed over.
pub(in crate::github) fn unpack(archive: &[u8]) -> Result<Vec<File>, Refused> {
    let count = count(archive)?;
    let mut zip = ZipArchive::new(Cursor::new(archive)).map_err(damaged)?;
    if zip.len() != usize::from(count) {
        // The reader keeps one entry of each name.
        return Err(Refused::Duplicate);
    }
    let mut files: Vec<File> = Vec::new();
    let mut total = 0;
    for index in 0..zip.len() {
        // First as it is, so that its traits are known before anything is decoded.
        let entry = zip.by_index_raw(index).map_err(damaged)?;
        let name = entry.name().to_owned();
        let is_folder = vetted(&entry)?;
        let packed = entry.compressed_size();
        drop(entry);
        if is_folder {
            continue;
        }
        let entry = zip.by_index(index).map_err(damaged)?;
        let bytes = read(entry, &name, packed)?;
        total += bytes.len() as u64;
        if total > TOTAL {
            return Err(Refused::Total);
        }
        // Entries may share their compressed bytes, each within bounds.
        if total > SMALL && total / RATIO > archive.len() as u64 {
            return Err(Refused::Ratio);
        }
        files.push(File { name, bytes });
    }
    Ok(files)
}

/// How many entries the record at the very end declares. It is read here, before the reader makes room for them; and only
/// in the plain form that leaves no doubt about where the entries are: no comment, no further disks, no 64-bit sizes.
fn count(archive: &[u8]) -> Result<u16, Refused> {
    let start = archive
        .len()
        .checked_sub(END)
        .ok_or(Refused::NotAnArchive)?;
    let record = archive.get(start..).unwrap_or_default();
    let two = |at: usize| match record.get(at..at + 2) {
        Some(&[low, high]) => u16::from_le_bytes([low, high]),
        _ => u16::MAX,
    };
    let four = |at: usize| u64::from(two(at)) | u64::from(two(at + 2)) << 16;
    let entries = two(10);
    let directory = four(16);
    let plain = record.starts_with(b"PK\x05\x06")
        && (two(4), two(6), two(20)) == (0, 0, 0)
        && two(8) == entries
        && directory + four(12) == start as u64;
    if !plain {
        return Err(Refused::NotAnArchive);
    }
    if entries > ENTRIES {
        return Err(Refused::Entries);
    }
    let first = usize::try_from(directory)
        .ok()
        .and_then(|at| archive.get(at..));
    let found = first.is_some_and(|rest| rest.starts_with(b"PK\x01\x02"));
    (found || entries == 0)
        .then_some(entries)
        .ok_or(Refused::NotAnArchive)
}

/// Whether an entry is a folder; refused unless it is one, or a regular file of a sound name.
fn vetted<R: Read>(entry: &ZipFile<'_, R>) -> Result<bool, Refused> {
    let name = entry.name();
    let shown = || name.chars().take(NAME).collect::<String>();
    let is_folder = name.ends_with('/');
    if !is_sound(name.strip_suffix('/').unwrap_or(name)) {
        return Err(Refused::Name(shown()));
    }
    // The upper bits of a Unix mode: what kind of thing it is; none if the archive does not say.
    let kind = entry.unix_mode().map_or(0, |mode| mode & 0o170_000);
    let expected = if is_folder { 0o040_000 } else { 0o100_000 };
    if kind != 0 && kind != expected {
        return Err(Refused::Irregular(shown()));
    }
    if entry.encrypted() {
        return Err(Refused::Encrypted(shown()));
    }
    let method = entry.compression();
    if method != CompressionMethod::Stored && method != CompressionMethod::Deflated {
        return Err(Refused::Compression(shown()));
    }
    if entry.size() > EACH {
        return Err(Refused::Large(shown()));
    }
    Ok(is_folder)
}

/// A relative path with `/` between its parts, none of which leads up or elsewhere.
fn is_sound(name: &str) -> bool {
    name.len() <= NAME
        && !name.contains(['\\', ':'])
        && !name.contains(char::is_control)
        && name.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

fn read(entry: impl Read, name: &str, packed: u64) -> Result<Vec<u8>, Refused> {
    // The sizes that the archive declares are claims; what comes out is counted.
    let most = EACH.min(packed.saturating_mul(RATIO).max(SMALL));
    let mut bytes = Vec::new();
    entry
        .take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Refused::Damaged(error.to_string()))?;
    match bytes.len() as u64 {
        length if length <= most => Ok(bytes),
        length if length > EACH => Err(Refused::Large(name.to_owned())),
        _ => Err(Refused::Ratio),
    }
}

fn damaged(error: ZipError) -> Refused {
    Refused::Damaged(error.to_string())
}

#[cfg(test)]
mod tests;
