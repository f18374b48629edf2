//! Control charts: small shifts that last.

use crate::domain::stats::{LEAST_SPREAD, Moments, NoAnswer, cusum, ewma};

/// The fewest points.
const FEWEST: usize = 50;

/// Which chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chart {
    /// Exponentially weighted moving averages: weight 0.2, limits at 3 standard deviations.
    Ewma,
    /// Cumulative sums: slack ½, limit 5 standard deviations.
    Cusum,
}

/// What a chart shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Control {
    /// The mean of the first half, which is taken for normal.
    pub mean: f64,
    /// Its standard deviation, at least 1 % of the mean.
    pub sigma: f64,
    /// The indices, within the series, of points out of control; all in the second half.
    pub out: Vec<usize>,
}

/// Draws a chart over at least 50 points in the order of time: the first half says what is normal, the second is watched.
/// Only when asked: it takes values for independent and evenly scattered, and benchmarks are neither.
pub fn control(series: &[f64], chart: Chart) -> Result<Control, NoAnswer> {
    let have = series.len();
    if have < FEWEST {
        return Err(NoAnswer::TooFew { have, need: FEWEST });
    }
    let (normal, watched) = series.split_at(have / 2);
    let moments = Moments::of(normal)?;
    let sigma = moments.sample.max(LEAST_SPREAD * moments.mean.abs());
    let out: Vec<bool> = match chart {
        Chart::Ewma => ewma(watched, moments.mean, sigma, 0.2, 3.0)?
            .iter()
            .map(|point| point.out)
            .collect(),
        Chart::Cusum => cusum(watched, moments.mean, sigma, 0.5, 5.0)?
            .iter()
            .map(|point| point.out)
            .collect(),
    };
    Ok(Control {
        mean: moments.mean,
        sigma,
        out: (normal.len()..)
            .zip(out)
            .filter_map(|(index, out)| out.then_some(index))
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shift_of_one_deviation_shows_in_time() {
        let saw = |i: usize| if i % 2 == 0 { 99.0 } else { 101.0 };
        let steady: Vec<f64> = (0..80).map(saw).collect();
        let shifted: Vec<f64> = (0..80)
            .map(|i| saw(i) + if i < 45 { 0.0 } else { 1.2 })
            .collect();
        for chart in [Chart::Ewma, Chart::Cusum] {
            assert!(control(&steady, chart).unwrap().out.is_empty());
            let out = control(&shifted, chart).unwrap().out;
            assert!(
                out.first().is_some_and(|first| (46..65).contains(first)),
                "{out:?}"
            );
        }
        let lack = NoAnswer::TooFew { have: 49, need: 50 };
        assert_eq!(control(&steady[..49], Chart::Ewma), Err(lack));
        assert_eq!(control(&[0.0; 60], Chart::Ewma), Err(NoAnswer::NoSpread));
    }
}
