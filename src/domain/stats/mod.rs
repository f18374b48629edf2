//! Small statistics: percentiles and intervals. Pure functions over finite numbers.

mod median;
mod percentile;
mod wilson;

pub use median::median_interval;
pub use percentile::percentile;
pub use wilson::wilson;
