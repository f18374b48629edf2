//! Where policy files are read from.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::platform::Files;

/// Bytes of a policy file.
pub const MOST: u64 = 1 << 20;

/// A tree of files in which a workspace lies. Paths are relative to the workspace.
pub trait Source {
    /// Where a path leads once links are followed: relative to the workspace if that is inside of it, otherwise absolute
    /// or beginning with `..`.
    ///
    /// # Errors
    /// When there is nothing, or it cannot be told.
    fn real(&self, path: &Path) -> io::Result<PathBuf>;

    /// The content of a file of at most [`MOST`] bytes.
    ///
    /// # Errors
    /// When there is no such file, or it cannot be read.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
}

/// What is checked out.
#[derive(Debug, Clone, Copy)]
pub struct WorkTree<'a> {
    /// The file system.
    pub files: Files,
    /// The workspace's folder.
    pub root: &'a Path,
}

impl Source for WorkTree<'_> {
    fn real(&self, path: &Path) -> io::Result<PathBuf> {
        let real = self.files.canonical(&self.root.join(path))?;
        let root = self.files.canonical(self.root)?;
        Ok(real.strip_prefix(&root).map(Path::to_owned).unwrap_or(real))
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let file = self.files.open(&self.root.join(path))?;
        file.take(MOST + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MOST {
            return Err(too_large());
        }
        Ok(bytes)
    }
}

/// That a file is larger than a policy can be.
pub fn too_large() -> io::Error {
    io::Error::other("it is larger than 1 MiB")
}
