//! Where a shallow clone ends.

use std::io::ErrorKind;
use std::path::Path;

use super::error::VcsError;
use crate::domain::dora::CommitId;
use crate::platform::Files;

/// The commits whose parents were not fetched: the lines of git's `shallow` file. Empty for a full clone.
pub(super) fn boundary(common_folder: &Path) -> Result<Vec<CommitId>, VcsError> {
    let path = common_folder.join("shallow");
    match Files.read_to_string(&path) {
        Ok(text) => Ok(text
            .lines()
            .filter_map(|line| CommitId::from_hex(line.as_bytes()))
            .collect()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(source) => Err(VcsError::File { path, source }),
    }
}
