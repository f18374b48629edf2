//! A change that the user gives as a diff.

use std::io::Read;
use std::path::{Component, Path};

use anyhow::{Context, anyhow, bail};

use super::{lacks, outside};
use crate::app::workspace::Workspace;
use crate::domain::baseline::Lack;
use crate::domain::change::{Change, ChangedFile, Kind};
use crate::vcs;

/// No diff that people look at is larger.
const LARGEST: u64 = 512 << 20;

/// Reads it. Its paths may be relative to the repository's top folder or to the workspace, which lies in `folder`. An
/// empty one is what a program leaves that failed: then no change is known.
///
/// # Errors
/// When it cannot be read, or is no unified diff.
pub(super) fn read(
    workspace: &Workspace,
    path: &Path,
    folder: &str,
) -> anyhow::Result<Result<Change, Lack>> {
    let (shown, text) = if path == Path::new("-") {
        ("standard input".to_owned(), standard_input()?)
    } else {
        let shown = path.display().to_string();
        let full = workspace.root.join(path);
        let text = workspace.files.read(&full, LARGEST);
        let text = text.with_context(|| format!("cannot read the diff {shown}"))?;
        (shown, text)
    };
    if text.trim_ascii().is_empty() {
        return Ok(Err(lacks::empty_diff(&shown)));
    }
    let files = vcs::read_patch(&text)
        .map_err(|error| anyhow!("{shown}:{}: {}", error.line, error.problem))?;
    let all = files.len();
    let mut files = below(workspace, files, folder);
    let left_out = all - files.len();
    for copy in files.iter_mut().filter(|file| file.kind == Kind::Copied) {
        complete(workspace, copy, &shown)?;
    }
    let mut change = Change::new(files);
    change.origin = format!("the diff in {shown}");
    outside(&mut change.notes, left_out, folder);
    Ok(Ok(change))
}

/// Makes all lines of a copy new ones: a diff has only those in which it is not like what it was copied from.
fn complete(workspace: &Workspace, copy: &mut ChangedFile, shown: &str) -> anyhow::Result<()> {
    if copy.opaque {
        return Ok(());
    }
    let path = Path::new(&copy.path);
    // A diff may come from anywhere: nothing outside of the workspace is read for it.
    let is_inside = path
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    let full = workspace.root.join(path);
    let content = match is_inside {
        true => workspace.files.read(&full, LARGEST).ok(),
        false => None,
    };
    let Some(content) = content else {
        bail!(
            "{shown}: {} is told as a copy, whose lines are all new, and it is not here to be read; write the diff \
             without copies (`git diff --no-renames`)",
            copy.path
        );
    };
    let hunks = vcs::whole(&content);
    copy.opaque = hunks.is_none();
    copy.hunks = hunks.unwrap_or_default();
    Ok(())
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
