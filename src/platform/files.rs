//! Files. Writing is atomic: a reader sees the old content or the new one.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

const LARGEST: u64 = 256 << 20;

/// What stands under a path, links not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A symbolic link.
    Link,
}

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
        Ok(Box::new(self.open_anywhere(path)?))
    }

    /// Opens a file for reading at any place in it.
    ///
    /// # Errors
    /// When there is no such file, or it is not a regular file.
    pub fn open_anywhere(&self, path: &Path) -> io::Result<fs::File> {
        let metadata = fs::metadata(path)?;
        if metadata.is_dir() {
            return Err(io::Error::other("is a directory, not a file"));
        }
        if !metadata.is_file() {
            return Err(io::Error::other("is not a regular file"));
        }
        fs::File::open(path)
    }

    /// Reads a file of at most so many bytes.
    ///
    /// # Errors
    /// When it is not a regular file, cannot be read or is larger.
    pub fn read(&self, path: &Path, most: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let read = self
            .open(path)?
            .take(most.saturating_add(1))
            .read_to_end(&mut bytes);
        if read? as u64 > most {
            return Err(io::Error::other(format!(
                "is larger than {} MiB",
                most >> 20
            )));
        }
        Ok(bytes)
    }

    /// Reads a text file of at most 256 MiB.
    ///
    /// # Errors
    /// When it is not a regular file, cannot be read, is larger or is not UTF-8.
    pub fn read_to_string(&self, path: &Path) -> io::Result<String> {
        let mut text = String::new();
        let read = self.open(path)?.take(LARGEST + 1).read_to_string(&mut text);
        if read? as u64 > LARGEST {
            return Err(io::Error::other("is larger than 256 MiB"));
        }
        Ok(text)
    }

    /// What stands under a path; `None` for a folder, a device, a pipe, or nothing.
    pub fn kind(&self, path: &Path) -> Option<FileKind> {
        let kind = fs::symlink_metadata(path).ok()?.file_type();
        match (kind.is_symlink(), kind.is_file()) {
            (true, _) => Some(FileKind::Link),
            (_, true) => Some(FileKind::File),
            _ => None,
        }
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

    /// Makes a folder and those above it, where they are not there.
    ///
    /// # Errors
    /// When one cannot be made.
    pub fn make_folder(&self, path: &Path) -> io::Result<()> {
        fs::create_dir_all(path)
    }

    /// Whether there is a file or a folder.
    pub fn exists(&self, path: &Path) -> bool {
        path.exists()
    }

    /// The names in a folder, in no order. Those that are not UTF-8 are left out.
    ///
    /// # Errors
    /// When there is no such folder, or it cannot be read.
    pub fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder)? {
            names.extend(entry?.file_name().into_string().ok());
        }
        Ok(names)
    }

    /// The names in a folder, in no order, and which of them are symbolic links. Those that are not UTF-8 are left out.
    ///
    /// # Errors
    /// When there is no such folder, or it cannot be read.
    pub fn names_and_links(&self, folder: &Path) -> io::Result<Vec<(String, bool)>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if let Ok(name) = entry.file_name().into_string() {
                names.push((name, entry.file_type()?.is_symlink()));
            }
        }
        Ok(names)
    }

    /// Removes a file.
    ///
    /// # Errors
    /// When there is none, or it cannot be removed.
    pub fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    /// When a file was last written.
    ///
    /// # Errors
    /// When there is no such file, or the system does not say.
    pub fn modified(&self, path: &Path) -> io::Result<std::time::SystemTime> {
        fs::metadata(path)?.modified()
    }

    /// Whether there is anything at a path, a link that leads nowhere included.
    pub fn is_there(&self, path: &Path) -> bool {
        fs::symlink_metadata(path).is_ok()
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
        // Its name can be guessed: what waits under it, such as a link to another place, is never written into.
        let _ = fs::remove_file(&draft);
        fs::File::create_new(&draft)?.write_all(content)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_from_ordinary_files_of_bounded_size() {
        assert!(Files.read_to_string(Path::new("/dev/zero")).is_err());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        Files.write(&path, b"text").unwrap();
        assert_eq!(Files.read_to_string(&path).unwrap(), "text");
        #[cfg(unix)]
        {
            let draft = format!(".a.{}.tmp", std::process::id());
            let other = folder.path().join("other");
            Files.write(&other, b"kept").unwrap();
            std::os::unix::fs::symlink(&other, folder.path().join(draft)).unwrap();
            Files.write(&path, b"text").unwrap();
            assert_eq!(Files.read_to_string(&path).unwrap(), "text");
            assert_eq!(Files.read_to_string(&other).unwrap(), "kept");
            assert!(!fs::symlink_metadata(&path).unwrap().is_symlink());
        }
        // A file of holes takes no room.
        let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
        file.set_len(LARGEST + 1).unwrap();
        let error = Files.read_to_string(&path).unwrap_err();
        assert_eq!(error.to_string(), "is larger than 256 MiB");
    }
}
