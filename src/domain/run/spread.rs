//! Several values of one thing.

use super::figures::figures;
use super::measured::Measured;
use crate::domain::stats::percentile;
use crate::domain::unit::Unit;

/// Where values lie, and how far apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The number of values.
    pub count: usize,
    /// The median.
    pub median: f64,
    /// The mean.
    pub mean: f64,
    /// The standard deviation of the sample (n − 1); `None` of a single value.
    pub deviation: Option<f64>,
    /// The least.
    pub least: f64,
    /// The most.
    pub most: f64,
}

impl Spread {
    /// The spread of finite values; `None` of no values.
    #[allow(clippy::cast_precision_loss, reason = "a count of runs is small")]
    pub fn of(values: &[f64]) -> Option<Spread> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let count = sorted.len();
        let mean = sorted.iter().sum::<f64>() / count as f64;
        let squares: f64 = sorted.iter().map(|value| (value - mean).powi(2)).sum();
        Some(Spread {
            count,
            median: percentile(&sorted, 50.0)?,
            mean,
            deviation: (count > 1).then(|| (squares / (count as f64 - 1.0)).sqrt()),
            least: *sorted.first()?,
            most: *sorted.last()?,
        })
    }
}

/// The spread of each figure over several runs, in the order of [`figures`].
pub fn spreads(runs: &[Measured]) -> Vec<(&'static str, Unit, Spread)> {
    let mut found: Vec<(&'static str, Unit, Vec<f64>)> = Vec::new();
    for figure in runs.iter().flat_map(figures) {
        match found.iter_mut().find(|(name, ..)| *name == figure.name) {
            Some((.., values)) => values.push(figure.value),
            None => found.push((figure.name, figure.unit, vec![figure.value])),
        }
    }
    found
        .into_iter()
        .filter_map(|(name, unit, values)| Some((name, unit, Spread::of(&values)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_textbook() {
        let spread = Spread::of(&[4.0, 2.0, 9.0, 5.0, 4.0, 7.0, 5.0, 4.0]).unwrap();
        assert_eq!(
            (spread.median, spread.mean, spread.least, spread.most),
            (4.5, 5.0, 2.0, 9.0)
        );
        // The squares of the deviations add up to 32.
        assert!((spread.deviation.unwrap() - (32.0_f64 / 7.0).sqrt()).abs() < 1e-12);
        assert_eq!(Spread::of(&[1.0]).unwrap().deviation, None);
        assert_eq!(Spread::of(&[]), None);
    }
}
