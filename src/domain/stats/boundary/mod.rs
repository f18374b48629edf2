//! The boundaries that users of Bencher know, as <https://bencher.dev/docs/explanation/thresholds/> describes and its
//! server computes them: one value of the past's scale, beyond which the next value is an alert.

mod log_normal;
mod normal;
mod percentage;
mod quartile;

pub use log_normal::log_normal;
pub use normal::{t_test, z_score};
pub use percentage::percentage;
pub use quartile::{delta_iqr, iqr};

/// A boundary and the centre that it was set from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Boundary {
    /// The baseline: a mean or a median.
    pub centre: f64,
    /// The value that is still within.
    pub limit: f64,
}
