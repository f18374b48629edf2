//! Documents in the place of damaged ones.

use git2::{ObjectType, Oid};
use jiff::Timestamp;

use super::super::error::HistoryError;
use super::Shelf;
use crate::platform::Files;

impl Shelf {
    /// Adds documents, some of which take the place of damaged ones: an object that is there is right for git, whatever it
    /// holds, so that a broken one has to go before it can be written.
    pub(in crate::history) fn mend(
        &self,
        documents: &[(String, Vec<u8>)],
        at: Timestamp,
    ) -> Result<(), HistoryError> {
        let id = |bytes: &[u8]| Oid::hash_object(ObjectType::Blob, bytes);
        for (_, bytes) in documents {
            let id = id(bytes)?;
            // A handle of its own: another one remembers what it read.
            let odb = self.open()?;
            let odb = odb.odb()?;
            if odb.exists(id) && odb.read(id).is_err() {
                let digits = id.to_string();
                let (folder, name) = digits.split_at(2);
                // One in a pack is told of below.
                let _ = Files.remove(&self.folder.join("objects").join(folder).join(name));
            }
        }
        self.add(documents, at)?;
        let git = self.open()?;
        let odb = git.odb()?;
        for (path, bytes) in documents {
            if odb.read(id(bytes)?).is_err() {
                let what = "it is damaged in a pack of this repository, which git writes nothing beside: clone it anew, or name another place with `--history`";
                return Err(HistoryError::damaged(path, what));
            }
        }
        Ok(())
    }
}
