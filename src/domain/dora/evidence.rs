//! Why a deployment counts as failed.

use serde::Serialize;

use super::commit_id::CommitId;

/// One reason, with what shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Why {
    /// A commit that it shipped was reverted by a later deployment.
    Reverted {
        /// The commit shipped.
        commit: CommitId,
        /// The commit that took it back.
        by: CommitId,
        /// The subject of the latter.
        subject: String,
        /// The deployment that shipped the latter.
        fixed_in: String,
    },
    /// A patch release of the same version line followed unusually soon.
    PatchedSoon {
        /// The patch release.
        fixed_in: String,
        /// How soon, in seconds.
        after_seconds: i64,
        /// What is unusually soon for this project, in seconds.
        limit_seconds: i64,
    },
    /// The next deployment is a hotfix by its tag or by a branch merged into it.
    Hotfix {
        /// That deployment.
        fixed_in: String,
        /// The tag's name or the merge's subject.
        named: String,
    },
}

impl Why {
    /// The deployment that holds the fix.
    pub fn fixed_in(&self) -> &str {
        match self {
            Why::Reverted { fixed_in, .. }
            | Why::PatchedSoon { fixed_in, .. }
            | Why::Hotfix { fixed_in, .. } => fixed_in,
        }
    }

    /// The reason as a sentence without a full stop.
    pub fn sentence(&self) -> String {
        match self {
            Why::Reverted {
                commit,
                by,
                subject,
                fixed_in,
            } => format!(
                "{} was reverted by {} ({subject}), shipped in {fixed_in}",
                commit.short(),
                by.short(),
            ),
            Why::PatchedSoon {
                fixed_in,
                after_seconds,
                limit_seconds,
            } => format!(
                "{fixed_in} patched it after {}, within the {} that is unusually soon here",
                hours(*after_seconds),
                hours(*limit_seconds),
            ),
            Why::Hotfix { fixed_in, named } => {
                format!("{fixed_in} is a hotfix by its name ({named})")
            }
        }
    }
}

/// Seconds as hours with one digit.
#[allow(clippy::cast_precision_loss, reason = "for people")]
fn hours(seconds: i64) -> String {
    format!("{:.1} h", seconds as f64 / 3600.0)
}
