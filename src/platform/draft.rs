//! Files that are there as a whole or not at all, whatever happens to the machine.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use super::Files;

/// Bytes for which there has to be room.
const PROBE: usize = 64 << 10;

/// A file being written beside the one it is to become. Dropped, it is gone.
#[derive(Debug)]
pub struct Draft {
    file: fs::File,
    draft: PathBuf,
    path: PathBuf,
    kept: bool,
}

#[allow(
    clippy::disallowed_methods,
    reason = "this is the port by which files are reached"
)]
impl Files {
    /// Begins a file that takes the path's name once it is complete, creating its folder.
    ///
    /// # Errors
    /// When the folder or the draft cannot be made.
    pub fn draft(&self, path: &Path) -> io::Result<Draft> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        if let Some(folder) = path.parent().filter(|folder| !folder.exists()) {
            fs::create_dir_all(folder)?;
            // The new folder's own name has to last too.
            sync_folder(folder.parent())?;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let (process, number) = (std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let draft = path.with_file_name(format!(".{name}.{process}-{number}.tmp"));
        // Its name can be guessed: what waits under it, such as a link to another place, is never written into.
        let _ = fs::remove_file(&draft);
        Ok(Draft {
            file: fs::File::create_new(&draft)?,
            draft,
            path: path.to_owned(),
            kept: false,
        })
    }

    /// Writes a file as a whole so that it survives a power cut from the moment on that this returns.
    ///
    /// # Errors
    /// When it cannot be written; then nothing of it is left.
    pub fn write_durably(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let mut draft = self.draft(path)?;
        draft.write_all(content)?;
        draft.keep()
    }

    /// Whether nobody will give a draft its name any more: the process that began it is not there. Where the system does
    /// not say which processes there are, it is never known.
    pub fn is_abandoned(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let named = name
            .strip_suffix(".tmp")
            .and_then(|name| name.rsplit_once('.'));
        let process = named.and_then(|(_, writer)| writer.split('-').next());
        let processes = Path::new("/proc");
        process
            .and_then(|process| process.parse::<u32>().ok())
            .is_some_and(|process| {
                processes.join("self").exists() && !processes.join(process.to_string()).exists()
            })
    }

    /// Whether the disk that a folder lies on takes nothing more. It is tried: of some failures nobody says why.
    pub fn is_full(&self, folder: &Path) -> bool {
        let tried = self
            .draft(&folder.join("andon-room"))
            .and_then(|mut draft| {
                draft.write_all(&[0; PROBE])?;
                draft.file.sync_all()
            });
        tried.is_err_and(|error| {
            matches!(
                error.kind(),
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
            )
        })
    }

    /// Appends a line to a file, creating it, so that it survives a power cut.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn append_durably(&self, path: &Path, line: &[u8]) -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)?;
        file.write_all(line)?;
        file.sync_all()
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "this is the port by which files are reached"
)]
impl Draft {
    /// Gives it its name, once what was written is on the disk.
    ///
    /// # Errors
    /// When the disk does not take it; then nothing of it is left.
    pub fn keep(mut self) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.draft, &self.path)?;
        self.kept = true;
        sync_folder(self.path.parent())
    }
}

impl Write for Draft {
    fn write(&mut self, content: &[u8]) -> io::Result<usize> {
        self.file.write(content)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "this is the port by which files are reached"
)]
impl Drop for Draft {
    fn drop(&mut self) {
        if !self.kept {
            // The draft is of no use to anyone; that it may stay behind is not worth a second error.
            let _ = fs::remove_file(&self.draft);
        }
    }
}

/// Brings the names in a folder to the disk. Windows does so by itself, and opens no folders.
#[allow(
    clippy::disallowed_methods,
    reason = "this is the port by which files are reached"
)]
fn sync_folder(folder: Option<&Path>) -> io::Result<()> {
    match folder {
        Some(folder) if cfg!(unix) => {
            let folder = match folder.as_os_str().is_empty() {
                true => Path::new("."),
                false => folder,
            };
            fs::File::open(folder)?.sync_all()
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_nothing_until_it_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b");
        let mut draft = Files.draft(&path).unwrap();
        draft.write_all(b"text").unwrap();
        assert!(!Files.exists(&path));
        drop(draft);
        assert!(Files.names(&folder.path().join("a")).unwrap().is_empty());
        Files.write_durably(&path, b"text").unwrap();
        Files.append_durably(&path, b"\n").unwrap();
        assert_eq!(Files.read_to_string(&path).unwrap(), "text\n");
    }
}
