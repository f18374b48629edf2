//! Reading what stands in a file.

use std::ops::Deref;
use std::path::Path;

use git2::{Blob, ErrorCode, Oid};

use super::error::VcsError;
use super::line_ends::LineEnds;
use super::pair::{Disk, Side};
use crate::platform::Files;

/// A larger file counts as binary, as git takes those above its `core.bigFileThreshold` to be.
const LARGEST: u64 = 128 << 20;
/// How far git looks for a NUL to tell binary files.
const LOOKED_AT: usize = 8000;

/// A handle of its own for each thread: libgit2 lets one object database read one object at a time.
pub(super) struct Reader {
    git: git2::Repository,
}

/// The content of a file.
pub(super) enum Content<'a> {
    Blob(Blob<'a>),
    Read(Vec<u8>),
}

impl Deref for Content<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Content::Blob(blob) => blob.content(),
            Content::Read(bytes) => bytes,
        }
    }
}

impl Reader {
    /// The thread's reader of the repository whose objects are in `folder`. Whether it may be trusted was settled when
    /// it was found.
    pub(super) fn get_or_open<'a>(
        slot: &'a mut Option<Reader>,
        folder: &Path,
    ) -> Result<&'a Reader, VcsError> {
        Ok(match slot {
            Some(reader) => reader,
            None => slot.insert(Reader {
                git: git2::Repository::open_bare(folder)?,
            }),
        })
    }

    /// A file's content; `None` if it has no lines: a symbolic link, a submodule, or larger than git compares.
    pub(super) fn read(&self, side: &Side) -> Result<Option<Content<'_>>, VcsError> {
        if !side.is_file() {
            return Ok(None);
        }
        match &side.disk {
            Some(disk) => Ok(read_disk(disk)?.map(Content::Read)),
            None => self.read_blob(side.id),
        }
    }

    fn read_blob(&self, id: Oid) -> Result<Option<Content<'_>>, VcsError> {
        let absent = |error| absent(&self.git, error);
        let (size, _) = self.git.odb()?.read_header(id).map_err(absent)?;
        if size as u64 > LARGEST {
            return Ok(None);
        }
        Ok(Some(Content::Blob(self.git.find_blob(id).map_err(absent)?)))
    }
}

/// The content of a file of the work tree as a commit would have it; `None` if it is too large or passes through a
/// filter that only git itself can run.
pub(super) fn read_disk(disk: &Disk) -> Result<Option<Vec<u8>>, VcsError> {
    if disk.ends == LineEnds::Filtered {
        return Ok(None);
    }
    let file = |source| VcsError::File {
        path: disk.path.clone(),
        source,
    };
    if Files.size(&disk.path).map_err(file)? > LARGEST {
        return Ok(None);
    }
    let bytes = Files.read(&disk.path, LARGEST).map_err(file)?;
    Ok(Some(disk.ends.committed(bytes)))
}

/// Whether git takes it for a binary file.
pub(super) fn is_binary(content: &[u8]) -> bool {
    let start = content.get(..LOOKED_AT).unwrap_or(content);
    memchr::memchr(0, start).is_some()
}

/// What is wrong if a tree or a file's content cannot be read.
pub(super) fn absent(git: &git2::Repository, error: git2::Error) -> VcsError {
    match error.code() {
        ErrorCode::NotFound => VcsError::Absent {
            partial: is_partial(git),
        },
        _ => VcsError::Git(error),
    }
}

/// Whether contents are left out of the clone until git asks for them.
fn is_partial(git: &git2::Repository) -> bool {
    let Ok(config) = git.config() else {
        return false;
    };
    let promised = config.entries(Some(r"remote\..*\.promisor"));
    promised.is_ok_and(|mut entries| entries.next().is_some())
}
