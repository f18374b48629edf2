//! Change points: where the level of a series shifts.
//!
//! E-divisive means (Matteson and James, 2014) in sliding windows, with Student's test in place of permutations and
//! weak points merged away again, as Fleming et al., *Hunter: Using Change Point Detection to Hunt for Performance
//! Regressions* (2023), describe and apache-otava computes it.

mod candidate;
mod merge;
mod split;
mod student;

pub use merge::{ChangePoint, ChangePointSettings, change_points};
