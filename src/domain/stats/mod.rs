//! Statistics: percentiles and intervals, tests, limits and charts. Pure functions over finite numbers; what has no
//! answer says why ([`NoAnswer`]), and NaN never comes out. Every formula names its source and is held to scipy, numpy
//! or apache-otava by `tests/statistics.rs`.

mod answer;
mod autocorrelation;
mod benjamini_hochberg;
mod boundary;
mod change_point;
mod cusum;
mod ewma;
mod forecast;
mod mad;
mod mann_kendall;
mod mann_whitney;
mod median;
mod moments;
mod percentile;
mod prediction;
mod quantile;
mod rank;
mod share;
mod side;
mod spearman;
mod theil_sen;
mod wilson;

pub use answer::NoAnswer;
pub use autocorrelation::autocorrelation;
pub use benjamini_hochberg::benjamini_hochberg;
pub use boundary::{Boundary, delta_iqr, iqr, log_normal, percentage, t_test, z_score};
pub use change_point::{ChangePoint, ChangePointSettings, change_points};
pub use cusum::{Sums, cusum};
pub use ewma::{Smoothed, ewma};
pub use forecast::{FEWEST_FOR_FORECAST, Forecast, forecast, forecast_ahead};
pub(in crate::domain) use mad::logarithms;
pub use mad::{Robust, log_mad_z, median};
pub use mann_kendall::{MOST_PAIRED, MannKendall, mann_kendall};
pub use mann_whitney::{MannWhitney, mann_whitney};
pub use median::median_interval;
pub use moments::Moments;
pub use percentile::{percentile, percentile_by};
pub use prediction::{LEAST_SPREAD, Prediction, prediction_limit};
pub use share::Share;
pub use side::Side;
pub use spearman::{Spearman, differences, spearman};
pub use theil_sen::{TheilSen, theil_sen};
pub use wilson::wilson;
