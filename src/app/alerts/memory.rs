//! What was told, in a file.

use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::domain::watch::Memory;
use crate::platform::Files;

/// The file's content.
#[derive(Debug, Serialize, Deserialize)]
struct Document {
    /// The version of its form.
    andon_told: u32,
    told: Memory,
}

/// The largest file that is read.
const LARGEST: u64 = 16 << 20;

/// What was told, as a file remembers it; nothing where there is no file. One that cannot be used is as none, and why is
/// said: to tell twice is better than not to tell.
pub fn load(files: Files, path: &Path) -> (Memory, Option<String>) {
    if !files.is_there(path) {
        return (Memory::new(), None);
    }
    let read = files.read(path, LARGEST).map_err(anyhow::Error::from);
    let read = read.and_then(|bytes| Ok(serde_json::from_slice::<Document>(&bytes)?));
    match read {
        Ok(document) if document.andon_told == 1 => (document.told, None),
        Ok(document) => {
            let note = format!(
                "{} is of version {}, which this andon does not know: what was told is told again",
                path.display(),
                document.andon_told
            );
            (Memory::new(), Some(note))
        }
        Err(error) => {
            let note = format!(
                "{} cannot be read, so that what was told is told again: {error:#}",
                path.display()
            );
            (Memory::new(), Some(note))
        }
    }
}

/// Remembers what was told.
///
/// # Errors
/// When the file cannot be written.
pub fn save(files: Files, path: &Path, told: Memory) -> anyhow::Result<()> {
    let document = Document {
        andon_told: 1,
        told,
    };
    let text = serde_json::to_string_pretty(&document)? + "\n";
    if let Some(folder) = path.parent() {
        files
            .make_folder(folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
    }
    files
        .write(path, text.as_bytes())
        .with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::watch::Told;
    use jiff::Timestamp;

    #[test]
    fn what_was_told_is_remembered_and_a_bad_file_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/told.json");
        assert_eq!(load(Files, &path), (Memory::new(), None));
        let told = Told {
            since: Timestamp::UNIX_EPOCH,
            last: Timestamp::UNIX_EPOCH,
        };
        let memory = Memory::from([("errors a".to_owned(), told)]);
        save(Files, &path, memory.clone()).unwrap();
        assert_eq!(load(Files, &path), (memory, None));
        for text in ["", "{", "[]", "{\"andon_told\":2,\"told\":{}}"] {
            Files.write(&path, text.as_bytes()).unwrap();
            let (memory, note) = load(Files, &path);
            assert!(memory.is_empty() && note.is_some(), "{text}");
        }
    }
}
