//! Where the level of a series shifted.

use jiff::Timestamp;

use crate::domain::stats::{self, ChangePoint, ChangePointSettings, NoAnswer};

/// A lasting change of level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shift {
    /// When the first value of the new level was measured.
    pub at: Timestamp,
    /// The change itself.
    pub point: ChangePoint,
}

/// The shifts of a series. They are advice, not judgement: see [`Changes::autocorrelation`].
#[derive(Debug, Clone, PartialEq)]
pub struct Changes {
    /// In the order of time.
    pub shifts: Vec<Shift>,
    /// How much each value resembles the one before, from −1 to 1: the nearer to 1, the likelier a shift is only
    /// wandering. `None` for a series that never moves.
    pub autocorrelation: Option<f64>,
}

/// Change points by E-divisive means (window 50, p < 0.001, a shift of at least 5 %) of a series in the order of time.
pub fn change_points(series: &[(Timestamp, f64)]) -> Result<Changes, NoAnswer> {
    let values: Vec<f64> = series.iter().map(|(_, value)| *value).collect();
    let points = stats::change_points(&values, &ChangePointSettings::default())?;
    let shifts = points.into_iter().filter_map(|point| {
        let (at, _) = series.get(point.index)?;
        Some(Shift { at: *at, point })
    });
    Ok(Changes {
        shifts: shifts.collect(),
        autocorrelation: stats::autocorrelation(&values).ok(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shift_has_its_time() {
        let series: Vec<_> = (0..60)
            .map(|i| {
                let level = if i < 40 { 10.0 } else { 13.0 };
                (
                    Timestamp::from_second(i).unwrap(),
                    level + 0.1 * (i % 3) as f64,
                )
            })
            .collect();
        let found = change_points(&series).unwrap();
        assert_eq!(found.shifts.len(), 1);
        assert_eq!(found.shifts[0].at, Timestamp::from_second(40).unwrap());
        assert!(found.autocorrelation.unwrap() > 0.8);
    }
}
