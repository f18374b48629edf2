//! What a snapshot is judged against, beside the policy's own bounds.

use std::sync::LazyLock;

use crate::domain::baseline::{Baseline, Lack};
use crate::domain::delta::Delta;
use crate::domain::gate::followed::Followed;
use crate::domain::measurement::Measurement;

/// The past and the change.
#[derive(Debug, Clone, Copy)]
pub struct Against<'a> {
    /// The snapshot to compare with, or why there is none.
    pub baseline: Result<&'a Baseline, &'a Lack>,
    /// The best value that each measurement had so far, or why that is not known: what ratchets hold.
    pub bars: Result<&'a [Measurement], &'a Lack>,
    /// What the history has of the metrics that gates follow over time, or why it is not known.
    pub followed: Result<&'a Followed, &'a Lack>,
    /// What the change did.
    pub delta: &'a Delta,
}

impl Against<'_> {
    /// No past and no change are known.
    pub fn nothing() -> Against<'static> {
        static NOTHING: LazyLock<(Lack, Delta, Lack)> = LazyLock::new(|| {
            let lack =
                "no baseline: there is nothing to compare with; `--baseline` names a snapshot";
            let unknown = "no history: say `history: git` in the policy and record with `andon check --record`";
            (Lack::new(lack), Delta::default(), Lack::new(unknown))
        });
        Against {
            baseline: Err(&NOTHING.0),
            bars: Err(&NOTHING.0),
            followed: Err(&NOTHING.2),
            delta: &NOTHING.1,
        }
    }
}
