//! The log-normal boundary.

use super::Boundary;
use crate::domain::stats::answer::{NoAnswer, enough, settled};
use crate::domain::stats::mad::logarithms;
use crate::domain::stats::moments::Moments;
use crate::domain::stats::prediction::LEAST_SPREAD;
use crate::domain::stats::quantile::normal;
use crate::domain::stats::side::Side;

/// `exp(μ + Φ⁻¹(p)·σ)` above, with the mean and the population's standard deviation of the logarithms; below, Bencher
/// turns the upper boundary about `exp(μ)`. At least two values above 0. Equal values, for which Bencher sets no
/// boundary, count as spread by a hundredth.
pub fn log_normal(values: &[f64], p: f64, side: Side) -> Result<Boundary, NoAnswer> {
    enough(values, 2)?;
    let moments = Moments::of(&logarithms(values)?)?;
    let spread = if moments.population == 0.0 {
        LEAST_SPREAD
    } else {
        moments.population
    };
    let centre = settled(moments.mean.exp())?;
    let upper = (moments.mean + normal(p)? * spread).exp();
    Ok(Boundary {
        centre,
        limit: settled(side.limit(centre, upper - centre))?,
    })
}
