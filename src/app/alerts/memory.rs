//! What was told, in a file: each way remembers for itself, since who reads the one need not read the other.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::domain::watch::Memory;
use crate::platform::Files;

/// The version of the file's form.
const VERSION: u32 = 2;
/// The first form: one memory for all ways.
const FIRST: u32 = 1;

/// What was told, way by way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// By the name of the way.
    told: BTreeMap<String, Memory>,
    /// What was told when all ways had one memory: it counts for those that have none of their own yet.
    #[serde(default, skip_serializing_if = "Memory::is_empty")]
    before: Memory,
}

impl Ledger {
    /// What a way told.
    pub fn of(&self, way: &str) -> &Memory {
        self.told.get(way).unwrap_or(&self.before)
    }

    /// Puts down what a way told.
    pub fn set(&mut self, way: &str, told: Memory) {
        self.told.insert(way.to_owned(), told);
    }
}

/// The file's content.
#[derive(Debug, Serialize, Deserialize)]
struct Document {
    /// The version of its form.
    andon_told: u32,
    #[serde(flatten)]
    ledger: Ledger,
}

/// What every version says of itself.
#[derive(Deserialize)]
struct Version {
    andon_told: u32,
}

/// The file's content in the first form.
#[derive(Deserialize)]
struct First {
    told: Memory,
}

/// The largest file that is read.
const LARGEST: u64 = 16 << 20;

/// What was told, as a file remembers it; nothing where there is no file. One that cannot be used is as none, and why is
/// said: to tell twice is better than not to tell.
pub fn load(files: Files, path: &Path) -> (Ledger, Option<String>) {
    if !files.is_there(path) {
        return (Ledger::default(), None);
    }
    let read = files.read(path, LARGEST).map_err(anyhow::Error::from);
    match read.and_then(|bytes| understood(&bytes)) {
        Ok(Ok(ledger)) => (ledger, None),
        Ok(Err(version)) => {
            let note = format!(
                "{} is of version {version}, which this andon does not know: what was told is told again",
                path.display(),
            );
            (Ledger::default(), Some(note))
        }
        Err(error) => {
            let note = format!(
                "{} cannot be read, so that what was told is told again: {error:#}",
                path.display()
            );
            (Ledger::default(), Some(note))
        }
    }
}

/// What the bytes say, or the version that they are of, where it is not known.
fn understood(bytes: &[u8]) -> anyhow::Result<Result<Ledger, u32>> {
    let Version { andon_told } = serde_json::from_slice(bytes)?;
    Ok(match andon_told {
        FIRST => Ok(Ledger {
            before: serde_json::from_slice::<First>(bytes)?.told,
            ..Ledger::default()
        }),
        VERSION => Ok(serde_json::from_slice::<Document>(bytes)?.ledger),
        other => Err(other),
    })
}

/// Remembers what was told.
///
/// # Errors
/// When the file cannot be written.
pub fn save(files: Files, path: &Path, ledger: Ledger) -> anyhow::Result<()> {
    let document = Document {
        andon_told: VERSION,
        ledger,
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

    fn memory(id: &str) -> Memory {
        let told = Told {
            since: Timestamp::UNIX_EPOCH,
            last: Timestamp::UNIX_EPOCH,
        };
        Memory::from([(id.to_owned(), told)])
    }

    #[test]
    fn what_was_told_is_remembered_way_by_way_and_a_bad_file_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/told.json");
        assert_eq!(load(Files, &path), (Ledger::default(), None));
        let mut ledger = Ledger::default();
        ledger.set("slack", memory("errors a"));
        save(Files, &path, ledger.clone()).unwrap();
        let (read, note) = load(Files, &path);
        assert_eq!((&read, note), (&ledger, None));
        assert_eq!(read.of("slack"), &memory("errors a"));
        assert!(read.of("webhook").is_empty());
        for text in ["", "{", "[]", "{\"andon_told\":3,\"told\":{}}"] {
            Files.write(&path, text.as_bytes()).unwrap();
            let (ledger, note) = load(Files, &path);
            assert!(ledger == Ledger::default() && note.is_some(), "{text}");
        }
    }

    #[test]
    fn what_an_older_file_says_was_told_counts_for_all_ways_until_they_tell() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("told.json");
        let time = "1970-01-01T00:00:00Z";
        let old = format!(
            r#"{{"andon_told":1,"told":{{"errors a":{{"since":"{time}","last":"{time}"}}}}}}"#
        );
        Files.write(&path, old.as_bytes()).unwrap();
        let (mut ledger, note) = load(Files, &path);
        assert_eq!(note, None);
        assert_eq!(ledger.of("slack"), &memory("errors a"));
        assert_eq!(ledger.of("teams"), &memory("errors a"));
        ledger.set("slack", Memory::new());
        save(Files, &path, ledger).unwrap();
        let (ledger, _) = load(Files, &path);
        assert!(ledger.of("slack").is_empty());
        assert_eq!(ledger.of("teams"), &memory("errors a"));
    }
}
