//! What the snapshot is compared with: a file that the user names, or the history.

use std::path::Path;

use anyhow::{Context as _, bail};

use super::workspace::Workspace;
use crate::domain::baseline::{Baseline, Found};
use crate::domain::change::Change;
use crate::domain::delta;
use crate::domain::gate::policy::Component;
use crate::domain::measurement::Labels;
use crate::domain::snapshot::Snapshot;
use crate::formats::{self, Limits};

/// Makes a snapshot ready to be compared with: carried over the change, with coverage adjusted by what it removes.
pub fn ready(
    mut snapshot: Snapshot,
    found: Found,
    change: Option<&Change>,
    components: &[Component],
) -> Baseline {
    let mut adjusted = Vec::new();
    if let Some(change) = change {
        adjusted = delta::adjust(&snapshot, change, components);
        delta::carry(&mut snapshot, change);
    }
    Baseline {
        adjusted,
        ..Baseline::new(snapshot, found)
    }
}

/// Reads a snapshot that the user named.
///
/// # Errors
/// When it cannot be read, or is none.
pub fn read_file(workspace: &Workspace, path: &Path) -> anyhow::Result<Snapshot> {
    let shown = path.display();
    let file = workspace
        .files
        .open(&workspace.root.join(path))
        .with_context(|| format!("cannot read the baseline {shown}"))?;
    let labels = Labels::new();
    let report = formats::read(&shown.to_string(), file, None, labels, &Limits::default());
    if let Some(problem) = report.problems.first() {
        bail!("the baseline {shown} cannot be used: {}", problem.message);
    }
    match report.content.snapshot {
        Some(snapshot) => Ok(*snapshot),
        None => bail!(
            "the baseline {shown} is no snapshot but {}; write one with `andon collect --output FILE`",
            report.format
        ),
    }
}
