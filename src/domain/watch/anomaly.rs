//! Whether the newest value stands out.

use crate::domain::stats::NoAnswer;

use super::scale::Scale;

/// The score beyond which a value stands out.
const BEYOND: f64 = 4.0;
/// The fewest earlier points it is held against.
const FEWEST: usize = 10;
/// The most, the newest.
const MOST: usize = 64;

/// How the newest value stands to the ones before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Anomaly {
    /// The newest value.
    pub value: f64,
    /// The median of the ones before.
    pub median: f64,
    /// How many earlier points there are, of at most 64 that count.
    pub points: usize,
    /// The robust z: on logarithms where all earlier values are above 0. `None` where a number cannot say it, since all
    /// earlier values were 0, or all above 0 and this one is not.
    pub z: Option<f64>,
    /// Whether it stands out.
    pub found: bool,
    scale: Scale,
}

impl Anomaly {
    /// From which to which value the newest would not stand out, at this score.
    pub fn reach(&self, score: f64) -> (f64, f64) {
        let (median, reach) = (self.scale.robust.median, score * self.scale.robust.spread);
        (
            self.scale.back(median - reach),
            self.scale.back(median + reach),
        )
    }
}

/// Judges the last of a series in the order of time, against at least 10 before it: an anomaly has a robust z beyond 4,
/// either way. A spread under 1 % counts as 1 %, and where more than half of the values are equal, the mean absolute
/// deviation stands in for the median one.
pub fn anomaly(series: &[f64]) -> Result<Anomaly, NoAnswer> {
    let Some((&value, past)) = series.split_last() else {
        return Err(NoAnswer::TooFew {
            have: 0,
            need: FEWEST,
        });
    };
    let past = past
        .get(past.len().saturating_sub(MOST)..)
        .unwrap_or_default();
    let points = past.len();
    if !value.is_finite() {
        return Err(NoAnswer::NotFinite);
    }
    if points < FEWEST {
        return Err(NoAnswer::TooFew {
            have: points,
            need: FEWEST,
        });
    }
    let scale = Scale::of(past)?;
    let z = scale.z(value);
    Ok(Anomaly {
        value,
        median: scale.back(scale.robust.median),
        points,
        z,
        found: z.is_none_or(|z| z.abs() > BEYOND),
        scale,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(mut past: Vec<f64>, value: f64) -> bool {
        past.push(value);
        anomaly(&past).unwrap().found
    }

    #[test]
    fn outliers_of_the_past_hide_nothing() {
        let mut past: Vec<f64> = (0..20).map(|i| 100.0 + f64::from(i % 5)).collect();
        past[3] = 900.0;
        assert!(found(past.clone(), 150.0));
        assert!(found(past.clone(), 60.0));
        assert!(!found(past, 105.0));
    }

    #[test]
    fn what_never_moved_may_move_a_little() {
        assert!(!found(vec![50.0; 12], 51.0));
        assert!(found(vec![50.0; 12], 53.0));
        assert!(found(vec![0.0; 12], 1e-9));
        assert!(!found(vec![0.0; 12], 0.0));
        assert!(found(vec![7.0; 12], 0.0));
    }

    #[test]
    fn few_points_have_no_answer() {
        assert_eq!(
            anomaly(&[1.0; 10]),
            Err(NoAnswer::TooFew { have: 9, need: 10 })
        );
        assert_eq!(anomaly(&[]), Err(NoAnswer::TooFew { have: 0, need: 10 }));
    }
}
