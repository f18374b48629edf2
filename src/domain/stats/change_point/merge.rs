//! The second pass: dropping the weakest place until all that are left hold.

use super::split::{split, stretches};
use super::student::Contrast;
use crate::domain::stats::answer::{NoAnswer, bounded, enough};

/// The most points that are searched.
const MOST: usize = 100_000;
/// The fewest: a level needs a few values on either side.
const FEWEST: usize = 10;

/// How change points are found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChangePointSettings {
    /// How many values are looked at together.
    pub window: usize,
    /// How improbable the difference must be without a change.
    pub p: f64,
    /// How large the relative change of the mean must be, there or back.
    pub magnitude: f64,
}

impl Default for ChangePointSettings {
    fn default() -> ChangePointSettings {
        ChangePointSettings {
            window: 50,
            p: 0.001,
            magnitude: 0.05,
        }
    }
}

/// A place where the level shifts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChangePoint {
    /// The index of the first value of the new level.
    pub index: usize,
    /// The mean from the change before to this one.
    pub before: f64,
    /// The mean from this one to the next.
    pub after: f64,
    /// The probability of this difference, if there were none.
    pub p: f64,
}

impl ChangePoint {
    /// The relative change of the mean; `None` from a mean of 0.
    pub fn shift(&self) -> Option<f64> {
        (self.before != 0.0).then(|| (self.after - self.before) / self.before.abs())
    }
}

/// The change points of 10 to 100,000 values in the order of time.
pub fn change_points(
    values: &[f64],
    settings: &ChangePointSettings,
) -> Result<Vec<ChangePoint>, NoAnswer> {
    enough(values, FEWEST)?;
    bounded(values, MOST)?;
    if !(settings.p > 0.0 && settings.p < 1.0) || !(2..=1_000).contains(&settings.window) {
        return Err(NoAnswer::OutOfRange);
    }
    let mut places = split(values, settings.window, first_pass(settings.p));
    let mut contrasts = contrasts(values, &places);
    while let Some(weakest) = weakest(&contrasts, settings) {
        places.remove(weakest);
        contrasts.remove(weakest);
        // Its neighbours have longer stretches beside them now.
        let stretches = stretches(&places, values.len());
        for at in [weakest.wrapping_sub(1), weakest] {
            if let (Some(slot), Some([left, right])) =
                (contrasts.get_mut(at), stretches.get(at..at.wrapping_add(2)))
            {
                *slot = Contrast::of(
                    values.get(left.clone()).unwrap_or_default(),
                    values.get(right.clone()).unwrap_or_default(),
                );
            }
        }
    }
    let found = places.iter().zip(&contrasts);
    Ok(found
        .map(|(&index, contrast)| ChangePoint {
            index,
            before: contrast.before,
            after: contrast.after,
            p: contrast.p,
        })
        .collect())
}

/// The first pass is the more generous, as a place can gain by the loss of another.
fn first_pass(p: f64) -> f64 {
    match p {
        p if p < 0.05 => p * 10.0,
        p if p < 0.5 => p * 2.0,
        p => p,
    }
}

fn contrasts(values: &[f64], places: &[usize]) -> Vec<Contrast> {
    let stretches = stretches(places, values.len());
    let parts = stretches.iter().map(|stretch| values.get(stretch.clone()));
    let parts: Vec<&[f64]> = parts.map(Option::unwrap_or_default).collect();
    parts
        .windows(2)
        .filter_map(|pair| Some(Contrast::of(pair.first()?, pair.last()?)))
        .collect()
}

/// The first of the least probable to be a change, or else of the smallest, if it does not hold.
fn weakest(contrasts: &[Contrast], settings: &ChangePointSettings) -> Option<usize> {
    let by_p = extreme(contrasts, |contrast| contrast.p)?;
    if by_p.1 >= settings.p {
        return Some(by_p.0);
    }
    let by_size = extreme(contrasts, |contrast| -contrast.magnitude())?;
    (-by_size.1 <= settings.magnitude).then_some(by_size.0)
}

/// The first of those with the largest key, and the key.
fn extreme(contrasts: &[Contrast], key: impl Fn(&Contrast) -> f64) -> Option<(usize, f64)> {
    let mut best: Option<(usize, f64)> = None;
    for (at, contrast) in contrasts.iter().enumerate() {
        let key = key(contrast);
        if best.is_none_or(|(_, most)| key > most) {
            best = Some((at, key));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(values: &[f64]) -> Vec<usize> {
        let points = change_points(values, &ChangePointSettings::default()).unwrap();
        points.iter().map(|point| point.index).collect()
    }

    #[test]
    fn steps_are_found_and_flat_lines_are_not() {
        let step: Vec<f64> = (0..60)
            .map(|i| f64::from(i % 3) + if i < 37 { 100.0 } else { 120.0 })
            .collect();
        assert_eq!(found(&step), [37]);
        assert!(found(&[5.0; 200]).is_empty());
        assert!(found(&[0.0; 10]).is_empty());
    }

    #[test]
    fn from_nothing_there_is_no_relative_shift() {
        let step: Vec<f64> = (0..40)
            .map(|i| f64::from(u8::from(i >= 20)) * 3.0)
            .collect();
        let points = change_points(&step, &ChangePointSettings::default()).unwrap();
        assert_eq!(points.len(), 1);
        assert_eq!((points[0].index, points[0].shift()), (20, None));
    }

    #[test]
    fn small_steps_do_not_count() {
        let step: Vec<f64> = (0..60)
            .map(|i| if i < 30 { 100.0 } else { 104.0 })
            .collect();
        assert!(found(&step).is_empty());
    }
}
