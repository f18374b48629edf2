//! The percentage boundary.

use super::Boundary;
use crate::domain::stats::answer::{NoAnswer, settled};
use crate::domain::stats::moments::Moments;
use crate::domain::stats::side::Side;

/// `mean ± |mean|·share` of at least one value. Bencher writes it without the bars, which for a negative mean would put
/// the upper boundary below it.
pub fn percentage(values: &[f64], share: f64, side: Side) -> Result<Boundary, NoAnswer> {
    if !(share >= 0.0 && share.is_finite()) {
        return Err(NoAnswer::OutOfRange);
    }
    let centre = Moments::of(values)?.mean;
    Ok(Boundary {
        centre,
        limit: settled(side.limit(centre, centre.abs() * share))?,
    })
}
