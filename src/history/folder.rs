//! Documents as compressed files in a folder: for a cache, an artifact or a shared drive.

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rayon::prelude::*;

use super::error::{HistoryError, unlinked};
use super::place::Wanted;
use crate::platform::Files;

/// What a compressed document's name ends with.
const ENDING: &str = ".zst";
/// On JSON lines, higher levels of zstd save little and take long.
const LEVEL: i32 = 9;
/// How long nobody takes to write a document.
const ABANDONED: Duration = Duration::from_secs(3600);

/// A folder of documents.
pub(super) struct Shelf {
    pub(super) root: PathBuf,
}

impl Shelf {
    pub(super) fn paths(&self, shard: Option<&str>) -> Result<Vec<String>, HistoryError> {
        let shards = match shard {
            Some(shard) => vec![shard.to_owned()],
            None => names(&self.root)?,
        };
        let mut paths = Vec::new();
        // What is no folder is no shard: a read-me, or what a file manager leaves behind.
        for shard in shards.iter().filter(|name| !name.contains('.')) {
            for name in names(&self.root.join(shard))? {
                // A draft that was never finished begins with a full stop.
                if !name.starts_with('.') {
                    let name = name.strip_suffix(ENDING).unwrap_or(&name);
                    paths.push([shard, name].join("/"));
                }
            }
        }
        Ok(paths)
    }

    pub(super) fn read<T: Send>(
        &self,
        wanted: &[Wanted],
        take: impl Fn(usize, Result<Vec<u8>, HistoryError>) -> T + Sync,
    ) -> Vec<T> {
        let one = |(at, wanted): (usize, &Wanted)| take(at, self.one(wanted));
        wanted.par_iter().enumerate().map(one).collect()
    }

    fn one(&self, wanted: &Wanted) -> Result<Vec<u8>, HistoryError> {
        let path = self.file(&wanted.path)?;
        let file = Files.open(&path).map_err(|source| match source.kind() {
            ErrorKind::NotFound => HistoryError::Gone(wanted.path.clone()),
            _ => HistoryError::file(&path, source),
        })?;
        unpacked(file, wanted)
    }

    pub(super) fn add(&self, documents: &[(String, Vec<u8>)]) -> Result<(), HistoryError> {
        for (path, bytes) in documents {
            let path = self.file(path)?;
            let packed = packed(bytes).map_err(at(&path))?;
            Files.write_durably(&path, &packed).map_err(at(&path))?;
        }
        Ok(())
    }

    pub(super) fn remove(&self, paths: &[String]) -> Result<(), HistoryError> {
        for path in paths {
            let path = self.file(path)?;
            match Files.remove(&path) {
                // Another one took it out.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                removed => removed.map_err(at(&path))?,
            }
        }
        Ok(())
    }

    /// Takes out what was begun long ago and never finished.
    pub(super) fn tidy(&self) -> Result<(), HistoryError> {
        let age = |path: &Path| Files.modified(path).ok()?.elapsed().ok();
        self.sweep(|path| age(path).is_some_and(|age| age > ABANDONED))
    }

    /// Takes out what a writer that was killed had begun: it may have what was to be forgotten.
    pub(super) fn erase(&self) -> Result<(), HistoryError> {
        self.sweep(|path| Files.is_abandoned(path))
    }

    /// Takes out drafts.
    fn sweep(&self, goes: impl Fn(&Path) -> bool) -> Result<(), HistoryError> {
        for shard in names(&self.root)?.iter().filter(|name| !name.contains('.')) {
            let folder = self.root.join(shard);
            for name in names(&folder)? {
                let path = folder.join(&name);
                let draft = name.starts_with('.') && name.ends_with(".tmp");
                if draft && goes(&path) {
                    // Another one may have done so.
                    let _ = Files.remove(&path);
                }
            }
        }
        Ok(())
    }

    fn file(&self, path: &str) -> Result<PathBuf, HistoryError> {
        let file = self.root.join(format!("{path}{ENDING}"));
        if let Some(shard) = file.parent() {
            unlinked(shard)?;
        }
        unlinked(&file)?;
        Ok(file)
    }
}

/// A document as it is written. Its size is known, so that a small one needs no tables for a large one. A bit
/// that turned is found out.
pub(super) fn packed(document: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut compressor = zstd::bulk::Compressor::new(LEVEL)?;
    compressor.include_checksum(true)?;
    compressor.compress(document)
}

/// What a compressed document holds.
pub(super) fn unpacked(packed: impl Read, wanted: &Wanted) -> Result<Vec<u8>, HistoryError> {
    let damaged = |error: std::io::Error| HistoryError::damaged(&wanted.path, error.to_string());
    let mut whole = Vec::new();
    packed
        .take(wanted.limit + 1)
        .read_to_end(&mut whole)
        .map_err(damaged)?;
    // One of ours states its size: it takes no more room than it needs, and no window beside it.
    if let Some(bytes) = at_once(&whole, wanted.limit) {
        return Ok(bytes);
    }
    let mut bytes = Vec::new();
    zstd::Decoder::new(whole.as_slice())
        .map_err(damaged)?
        .take(wanted.limit + 1)
        .read_to_end(&mut bytes)
        .map_err(damaged)?;
    match bytes.len() as u64 > wanted.limit {
        true => Err(HistoryError::damaged(&wanted.path, "it is too large")),
        false => Ok(bytes),
    }
}

/// What a document holds that states its size, at most `limit` bytes; `None` if it does not, or is no such document.
fn at_once(packed: &[u8], limit: u64) -> Option<Vec<u8>> {
    let size = zstd::zstd_safe::get_frame_content_size(packed).ok()??;
    let size = usize::try_from(size).ok().filter(|_| size <= limit)?;
    let mut bytes = Vec::with_capacity(size);
    let mut decompressor = zstd::bulk::Decompressor::new().ok()?;
    decompressor.decompress_to_buffer(packed, &mut bytes).ok()?;
    Some(bytes)
}

/// The names in a folder; none if there is no folder. Links are refused.
fn names(folder: &Path) -> Result<Vec<String>, HistoryError> {
    let names = match Files.names_and_links(folder) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        names => names.map_err(at(folder))?,
    };
    let link = names.iter().find(|(_, is_link)| *is_link);
    match link {
        Some((name, _)) => Err(HistoryError::Link(folder.join(name))),
        None => Ok(names.into_iter().map(|(name, _)| name).collect()),
    }
}

fn at(path: &Path) -> impl FnOnce(std::io::Error) -> HistoryError {
    let path = path.to_owned();
    move |source| HistoryError::file(&path, source)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(limit: u64) -> Wanted {
        Wanted {
            path: "a".to_owned(),
            limit,
        }
    }

    #[test]
    fn what_was_packed_is_unpacked_whoever_packed_it() {
        let document = "a line\n".repeat(10_000).into_bytes();
        let size = document.len() as u64;
        let ours = packed(&document).unwrap();
        assert_eq!(at_once(&ours, size).as_ref(), Some(&document));
        // No size, as it was not known, and two frames that are one.
        let streamed = zstd::encode_all(document.as_slice(), 3).unwrap();
        let twice = [ours.clone(), streamed.clone()].concat();
        assert!(at_once(&streamed, size).is_none() && at_once(&twice, size).is_none());
        for (packed, times) in [(&ours, 1), (&streamed, 1), (&twice, 2)] {
            let all = unpacked(packed.as_slice(), &wanted(times * size)).unwrap();
            assert!(all == document.repeat(usize::try_from(times).unwrap()));
            assert!(unpacked(packed.as_slice(), &wanted(times * size - 1)).is_err());
            let (cut, _) = packed.split_at(packed.len() - 5);
            assert!(unpacked(cut, &wanted(times * size)).is_err());
        }
    }
}
