//! Files. Writing is atomic: a reader sees the old content or the new one.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// The file system.
#[derive(Debug, Clone, Copy, Default)]
pub struct Files;

#[allow(
    clippy::disallowed_methods,
    reason = "this is the port by which files are reached"
)]
impl Files {
    /// Opens a file for reading. A named pipe or a device that never ends is refused.
    ///
    /// # Errors
    /// When there is no such file, or it is not a regular file.
    pub fn open(&self, path: &Path) -> io::Result<Box<dyn Read + Send>> {
        let metadata = fs::metadata(path)?;
        if metadata.is_dir() {
            return Err(io::Error::other("is a directory, not a file"));
        }
        if !metadata.is_file() {
            return Err(io::Error::other("is not a regular file"));
        }
        Ok(Box::new(fs::File::open(path)?))
    }

    /// Reads a small text file.
    ///
    /// # Errors
    /// When it cannot be read or is not UTF-8.
    pub fn read_to_string(&self, path: &Path) -> io::Result<String> {
        fs::read_to_string(path)
    }

    /// A file's size in bytes.
    ///
    /// # Errors
    /// When there is no such file.
    pub fn size(&self, path: &Path) -> io::Result<u64> {
        Ok(fs::metadata(path)?.len())
    }

    /// The absolute path with symbolic links followed.
    ///
    /// # Errors
    /// When there is no such file or folder.
    pub fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        fs::canonicalize(path)
    }

    /// Whether there is a file or a folder.
    pub fn exists(&self, path: &Path) -> bool {
        path.exists()
    }

    /// Writes a file as a whole, creating its folder.
    ///
    /// # Errors
    /// When the folder or the file cannot be written.
    pub fn write(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder {
            fs::create_dir_all(folder)?;
        }
        if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            // A device such as /dev/stdout cannot be replaced.
            return fs::write(path, content);
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let draft = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
        fs::write(&draft, content)?;
        fs::rename(&draft, path).inspect_err(|_| {
            // The draft is of no use to anyone; that it may stay behind is not worth a second error.
            let _ = fs::remove_file(&draft);
        })
    }

    /// Appends to a file, creating it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn append(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let mut file = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)?;
        file.write_all(content)
    }
}
