//! What was told, in a file: each way remembers for itself, since who reads the one need not read the other.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, bail};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::watch::Memory;
use crate::platform::Files;
use crate::text::plural;

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

    /// Takes out what was told later than now, by a clock that was wrong: it would keep an alert silent until then. How many
    /// that were.
    fn without_future(&mut self, now: Timestamp) -> usize {
        let latest = now.checked_add(APART).unwrap_or(now);
        let mut taken = 0;
        for memory in self.told.values_mut().chain([&mut self.before]) {
            let before = memory.len();
            memory.retain(|_, told| told.last <= latest);
            taken += before - memory.len();
        }
        taken
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

/// How far the clocks of two machines that tell may be apart.
const APART: SignedDuration = SignedDuration::from_mins(10);
/// The largest file that is read.
const LARGEST: u64 = 16 << 20;

/// What was told, as a file remembers it; nothing where there is no file. One that cannot be used is as none, and so is what
/// it says was told in the future, and why is said: to tell twice is better than not to tell.
pub fn load(files: Files, path: &Path, now: Timestamp) -> (Ledger, Option<String>) {
    if !files.is_there(path) {
        return (Ledger::default(), None);
    }
    let read = files.read(path, LARGEST).map_err(anyhow::Error::from);
    match read.and_then(|bytes| understood(&bytes)) {
        Ok(Ok(mut ledger)) => {
            let note = match ledger.without_future(now) {
                0 => None,
                many => Some(format!(
                    "{} says of {} that it was told later than now, by a clock that was wrong: that counts as not told",
                    path.display(),
                    plural::s(many as u64, "alert"),
                )),
            };
            (ledger, note)
        }
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

/// Whether what is told can be remembered in a file: it is tried before anything is told, with what it says already.
///
/// # Errors
/// When it is a folder, which will never do: then nothing is to be told. Else the inner note says that it cannot be written, so
/// that what is told is told again.
pub fn remembers(files: Files, path: &Path, ledger: &Ledger) -> anyhow::Result<Option<String>> {
    if files.names(path).is_ok() {
        bail!(
            "{} is a folder, in which nothing can be remembered, so that nothing is told: name a file by --state",
            path.display()
        );
    }
    let tried = save(files, path, ledger.clone());
    Ok(tried.err().map(|error| {
        format!("what is told now is told again the next time, as it cannot be remembered: {error:#}; mend that, or name another file by --state")
    }))
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

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

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
        assert_eq!(load(Files, &path, NOW), (Ledger::default(), None));
        let mut ledger = Ledger::default();
        ledger.set("slack", memory("errors a"));
        save(Files, &path, ledger.clone()).unwrap();
        let (read, note) = load(Files, &path, NOW);
        assert_eq!((&read, note), (&ledger, None));
        assert_eq!(read.of("slack"), &memory("errors a"));
        assert!(read.of("webhook").is_empty());
        for text in ["", "{", "[]", "{\"andon_told\":3,\"told\":{}}"] {
            Files.write(&path, text.as_bytes()).unwrap();
            let (ledger, note) = load(Files, &path, NOW);
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
        let (mut ledger, note) = load(Files, &path, NOW);
        assert_eq!(note, None);
        assert_eq!(ledger.of("slack"), &memory("errors a"));
        assert_eq!(ledger.of("teams"), &memory("errors a"));
        ledger.set("slack", Memory::new());
        save(Files, &path, ledger).unwrap();
        let (ledger, _) = load(Files, &path, NOW);
        assert!(ledger.of("slack").is_empty());
        assert_eq!(ledger.of("teams"), &memory("errors a"));
    }

    #[test]
    fn what_was_told_in_the_future_was_not_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("told.json");
        let mut ledger = Ledger::default();
        let minutes = |many| NOW.checked_add(SignedDuration::from_mins(many)).unwrap();
        let told = |last| Told { since: NOW, last };
        let both = [("soon", minutes(10)), ("far", minutes(11))];
        let both = both.map(|(id, last)| (id.to_owned(), told(last)));
        ledger.set("slack", Memory::from(both));
        save(Files, &path, ledger).unwrap();
        let (read, note) = load(Files, &path, NOW);
        let left: Vec<&String> = read.of("slack").keys().collect();
        assert_eq!(left, ["soon"]);
        assert!(note.unwrap().contains("of 1 alert that it was told later"));
        assert_eq!(load(Files, &path, minutes(1)).1, None);
    }

    #[test]
    fn what_cannot_remember_is_told_before_anything_is() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::default();
        let refused = remembers(Files, folder.path(), &ledger).unwrap_err();
        assert!(refused.to_string().contains("--state"), "{refused}");
        let file = folder.path().join("told.json");
        assert_eq!(remembers(Files, &file, &ledger).unwrap(), None);
        // Below a file there is no folder.
        let note = remembers(Files, &file.join("told.json"), &ledger).unwrap();
        assert!(note.unwrap().contains("is told again the next time"));
    }
}
