//! What is to be done about a check run: decided without asking anyone.

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::annotation::{Annotation, Listed};
use super::origin::Origin;

/// Annotations that GitHub takes in one request.
pub(super) const BATCH: usize = 50;

/// A check run as GitHub lists it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Run {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) head_sha: String,
    #[serde(default)]
    pub(super) external_id: Option<String>,
    pub(super) status: String,
    pub(super) conclusion: Option<String>,
    #[serde(default)]
    pub(super) html_url: Option<String>,
    #[serde(default)]
    output: Option<Output>,
}

#[derive(Debug, Clone, Deserialize)]
struct Output {
    #[serde(default)]
    annotations_count: Option<u64>,
}

impl Run {
    pub(super) fn origin(&self) -> Option<Origin> {
        Origin::read(self.external_id.as_deref()?)
    }

    pub(super) fn is_completed(&self) -> bool {
        self.status == "completed"
    }

    /// Whether GitHub says that it has no annotations.
    pub(super) fn is_bare(&self) -> bool {
        let output = self.output.as_ref();
        output.and_then(|output| output.annotations_count) == Some(0)
    }
}

/// What is to be done, now that a run of this name and commit is there.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Plan {
    /// A newer run wrote it.
    Leave,
    /// It says all this already.
    Nothing,
    /// Change it in place, if none of its annotations would be left behind.
    Change,
    /// Make another of the same name: GitHub shows the latest.
    Replace,
}

/// Decides about the run that is there.
pub(super) fn plan(there: &Run, theirs: &Origin, ours: &Origin, conclusion: &str) -> Plan {
    if theirs.stamp > ours.stamp {
        Plan::Leave
    } else if there.is_completed() {
        let same = theirs.digest == ours.digest && there.conclusion.as_deref() == Some(conclusion);
        if same { Plan::Nothing } else { Plan::Change }
    } else if theirs == ours {
        // It was left half done.
        Plan::Change
    } else {
        // Whoever made it may still be at work, and would complete it over what we write.
        Plan::Replace
    }
}

/// The annotations that the run still lacks. `None` if it has one that is not wanted, which nobody can remove; or if it
/// is completed and lacks so many that it could not be completed anew by one request: were the rest not sent, the old
/// conclusion would stand beside the new content.
pub(super) fn missing(
    there: &Run,
    has: Vec<Listed>,
    wanted: &[Annotation],
) -> Option<Vec<Annotation>> {
    let mut open: FxHashMap<Listed, usize> = FxHashMap::default();
    for annotation in wanted {
        *open.entry(annotation.as_listed()).or_default() += 1;
    }
    for annotation in has {
        let count = open.get_mut(&annotation.plain())?;
        *count = count.checked_sub(1)?;
    }
    let lacking: Vec<Annotation> = wanted
        .iter()
        .filter(|annotation| match open.get_mut(&annotation.as_listed()) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        })
        .cloned()
        .collect();
    let fits = !there.is_completed() || lacking.len() <= BATCH;
    fits.then_some(lacking)
}
