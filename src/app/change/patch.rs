//! A change that the user gives as a diff.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, anyhow, bail};

use super::outside;
use crate::app::workspace::Workspace;
use crate::domain::change::{Change, ChangedFile, Kind};
use crate::vcs;

/// No diff that people look at is larger.
const LARGEST: u64 = 512 << 20;

/// Reads it. Its paths may be relative to the repository's top folder or to the workspace, which lies in `folder`.
///
/// # Errors
/// When it cannot be read, or is no unified diff.
pub(super) fn read(workspace: &Workspace, path: &Path, folder: &str) -> anyhow::Result<Change> {
    let (shown, text) = if path == Path::new("-") {
        ("standard input".to_owned(), standard_input()?)
    } else {
        let shown = path.display().to_string();
        let full = workspace.root.join(path);
        let text = workspace.files.read(&full, LARGEST);
        let text = text.with_context(|| format!("cannot read the diff {shown}"))?;
        (shown, text)
    };
    let files = vcs::read_patch(&text)
        .map_err(|error| anyhow!("{shown}:{}: {}", error.line, error.problem))?;
    let all = files.len();
    let files = below(workspace, files, folder);
    let left_out = all - files.len();
    let mut change = Change::new(files);
    change.origin = format!("the diff in {shown}");
    outside(&mut change.notes, left_out, folder);
    Ok(change)
}

fn standard_input() -> anyhow::Result<Vec<u8>> {
    let mut text = Vec::new();
    let read = std::io::stdin()
        .lock()
        .take(LARGEST + 1)
        .read_to_end(&mut text);
    if read.context("cannot read the diff from standard input")? as u64 > LARGEST {
        bail!(
            "the diff on standard input is larger than {} MiB",
            LARGEST >> 20
        );
    }
    Ok(text)
}

/// The files in the folder, by paths relative to it. A diff that names none of its files by their whole path was made
/// inside of it, if its files are there.
fn below(workspace: &Workspace, files: Vec<ChangedFile>, folder: &str) -> Vec<ChangedFile> {
    let rooted = files
        .iter()
        .any(|file| vcs::within(&file.path, folder).is_some());
    let here = |file: &ChangedFile| workspace.files.exists(&workspace.root.join(&file.path));
    if !rooted && files.iter().any(here) {
        return files;
    }
    let relative = |mut file: ChangedFile| {
        let old = file.old_path.take();
        if let Some(path) = vcs::within(&file.path, folder) {
            file.path = path.to_owned();
            file.old_path = old.map(|old| vcs::relative(&old, folder));
            return Some(file);
        }
        // What is moved out of the folder is gone; a diff does not tell how many lines it had.
        let left = vcs::within(old.as_deref()?, folder).filter(|_| file.kind == Kind::Renamed)?;
        Some(ChangedFile {
            path: left.to_owned(),
            old_path: None,
            kind: Kind::Deleted,
            opaque: true,
            hunks: Vec::new(),
        })
    };
    files.into_iter().filter_map(relative).collect()
}
