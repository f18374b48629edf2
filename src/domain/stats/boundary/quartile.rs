//! The boundaries by the interquartile range.

use super::Boundary;
use crate::domain::stats::answer::{NoAnswer, enough, settled};
use crate::domain::stats::percentile::percentile;
use crate::domain::stats::side::Side;

/// `median ± factor·(Q3 − Q1)` of at least two values, quartiles being of type 7. Where half of the values are equal the
/// boundary can be the median itself.
pub fn iqr(values: &[f64], factor: f64, side: Side) -> Result<Boundary, NoAnswer> {
    let [low, centre, high] = quartiles(values)?;
    boundary(centre, factor, high - low, side)
}

/// `median ± |median|·factor·(Q3 − Q1)`, the quartiles being those of the relative changes `|next − previous|/previous`
/// from value to value, of at least two of them. A change from 0 to another value has no size and is left out.
pub fn delta_iqr(values: &[f64], factor: f64, side: Side) -> Result<Boundary, NoAnswer> {
    let [_, centre, _] = quartiles(values)?;
    let changes: Vec<f64> = values
        .windows(2)
        .filter_map(|pair| change(*pair.first()?, *pair.last()?))
        .collect();
    enough(&changes, 1)?;
    let [low, _, high] = of_some(changes)?;
    boundary(centre, factor, centre.abs() * (high - low), side)
}

fn change(previous: f64, next: f64) -> Option<f64> {
    if previous == next {
        return Some(0.0);
    }
    (previous != 0.0).then(|| ((next - previous) / previous).abs())
}

fn quartiles(values: &[f64]) -> Result<[f64; 3], NoAnswer> {
    enough(values, 2)?;
    of_some(values.to_vec())
}

fn of_some(mut values: Vec<f64>) -> Result<[f64; 3], NoAnswer> {
    values.sort_unstable_by(f64::total_cmp);
    let quartile = |p| percentile(&values, p).ok_or(NoAnswer::TooFew { have: 0, need: 1 });
    Ok([quartile(25.0)?, quartile(50.0)?, quartile(75.0)?])
}

fn boundary(centre: f64, factor: f64, range: f64, side: Side) -> Result<Boundary, NoAnswer> {
    if !(factor >= 0.0 && factor.is_finite()) {
        return Err(NoAnswer::OutOfRange);
    }
    Ok(Boundary {
        centre: settled(centre)?,
        limit: settled(side.limit(centre, factor * range))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_from_nothing_have_no_size() {
        assert_eq!(
            delta_iqr(&[0.0, 1.0], 1.5, Side::Upper),
            Err(NoAnswer::TooFew { have: 0, need: 1 })
        );
        let zeros = delta_iqr(&[0.0; 6], 1.5, Side::Upper).unwrap();
        assert_eq!(zeros.limit, 0.0);
    }
}
