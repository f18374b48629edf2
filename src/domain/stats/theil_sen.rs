//! A line through points that outliers do not turn.

use super::answer::{NoAnswer, bounded, count, enough, settled};
use super::mad::median;
use super::mann_kendall::MOST_PAIRED;
use super::percentile::percentile;
use super::quantile::normal;
use super::rank::ties;

/// A line with the interval of its slope.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TheilSen {
    /// The median of the slopes of all pairs.
    pub slope: f64,
    /// `median(y) − slope·median(x)`.
    pub intercept: f64,
    /// The lower end of the slope's interval.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl TheilSen {
    /// The line at `x`.
    pub fn at(&self, x: f64) -> f64 {
        self.slope.mul_add(x, self.intercept)
    }
}

/// The line of Theil (1950) and Sen (1968) through two to 2,000 points, with Sen's interval for the slope (his
/// equation 2.6), as `scipy.stats.theilslopes(y, x, confidence)`. Without two different `x` there is none.
pub fn theil_sen(x: &[f64], y: &[f64], confidence: f64) -> Result<TheilSen, NoAnswer> {
    enough(x, 2)?;
    enough(y, x.len())?;
    bounded(y, x.len())?;
    bounded(x, MOST_PAIRED)?;
    let slopes = Slopes::of(x, y);
    let (Some(middle), above) = (slopes.many.checked_sub(1), slopes.many / 2) else {
        return Err(NoAnswer::NoSpread);
    };
    let z = normal(f64::midpoint(1.0, confidence))?;
    let term = |n: f64| n * (n - 1.0) * (2.0 * n + 5.0);
    let tied: f64 = ties(x).into_iter().chain(ties(y)).map(term).sum();
    let reach = z * ((term(count(x.len())) - tied).max(0.0) / 18.0).sqrt();
    let many = count(slopes.many);
    let low = slopes.place((many - reach) / 2.0, 1);
    let high = slopes.place(f64::midpoint(many, reach), 0);
    let places = [low, middle / 2, above, high];
    let [low, below, above, high] = slopes.at(places);
    let slope = settled(percentile(&[below, above], 50.0).ok_or(NoAnswer::NoSpread)?)?;
    Ok(TheilSen {
        slope,
        intercept: settled(median(y)? - slope * median(x)?)?,
        low: settled(low)?,
        high: settled(high)?,
    })
}

/// The slopes of all pairs of points with different `x`.
struct Slopes<'p> {
    x: &'p [f64],
    y: &'p [f64],
    many: usize,
    /// Whether no two points have the same `x`.
    distinct: bool,
}

impl<'p> Slopes<'p> {
    /// How many are looked at to learn where those lie that are asked for.
    const SAMPLE: usize = 20_000;
    /// By how much more than that the sample is thought to be off, of its size: four times its usual error.
    const SLACK: usize = 64;

    fn of(x: &'p [f64], y: &'p [f64]) -> Slopes<'p> {
        let mut many = 0;
        let mut rest = x;
        while let [one, others @ ..] = rest {
            many += others.iter().filter(|other| *other != one).count();
            rest = others;
        }
        Slopes {
            x,
            y,
            many,
            distinct: many == x.len() * x.len().saturating_sub(1) / 2,
        }
    }

    /// Hands over those of one point and each of `every` so many after it, point by point.
    fn each_row(&self, every: usize, mut take: impl FnMut(&[f64])) {
        let (mut x, mut y, mut skipped) = (self.x, self.y, 0);
        let mut row = Vec::with_capacity(x.len() / every);
        while let ([at, xs @ ..], [value, ys @ ..]) = (x, y) {
            let others = xs.iter().zip(ys).skip(skipped).step_by(every);
            let slope = |(x, y): (&f64, &f64)| (y - value) / (x - at);
            row.clear();
            match (every, self.distinct) {
                // Two at once.
                (1, true) => row.extend(xs.iter().zip(ys).map(slope)),
                _ => row.extend(others.filter(|(x, _)| *x != at).map(slope)),
            }
            take(&row);
            (x, y, skipped) = (xs, ys, (skipped + 1) % every);
        }
    }

    /// A rounded place, `before` it, or the nearest there is.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a negative place is raised to 0, and a place is at most the number of slopes"
    )]
    fn place(&self, place: f64, before: usize) -> usize {
        let place = (place.round_ties_even().max(0.0) as usize).saturating_sub(before);
        place.min(self.many.saturating_sub(1))
    }

    /// Those at these places, of all in order. What lies far from them is counted and not put in order.
    fn at<const N: usize>(&self, places: [usize; N]) -> [f64; N] {
        let (below, mut near) = self.near(&places).unwrap_or_else(|| {
            let mut all = Vec::with_capacity(self.many);
            self.each_row(1, |row| all.extend_from_slice(row));
            (0, all)
        });
        near.sort_unstable_by(f64::total_cmp);
        places.map(|place| near.get(place - below).copied().unwrap_or(f64::NAN))
    }

    /// Those among which these places lie, and how many are smaller; `None` where that saves nothing or is not sure.
    fn near(&self, places: &[usize]) -> Option<(usize, Vec<f64>)> {
        let every = self.many / Slopes::SAMPLE;
        // Two infinite differences have a quotient that is no number.
        let large = |x: &f64| x.abs() > f64::MAX / 2.0;
        if every < 2 || self.x.iter().any(large) {
            return None;
        }
        let mut sample = Vec::with_capacity(2 * Slopes::SAMPLE);
        self.each_row(every, |row| sample.extend_from_slice(row));
        sample.sort_unstable_by(f64::total_cmp);
        let (first, last) = (*places.iter().min()?, *places.iter().max()?);
        let slack = sample.len() / Slopes::SLACK;
        let within = |place: usize| place * sample.len() / self.many;
        let (from, to) = (within(first).checked_sub(slack)?, within(last) + slack);
        let (from, to) = (*sample.get(from)?, *sample.get(to)?);
        let (mut below, mut near) = (0, Vec::with_capacity(self.many / 8));
        self.each_row(1, |row| {
            below += row.iter().filter(|slope| **slope < from).count();
            near.extend(row.iter().filter(|slope| (from..=to).contains(*slope)));
        });
        (below <= first && last < below + near.len()).then_some((below, near))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_moment_has_no_slope() {
        let found = theil_sen(&[1.0; 5], &[1.0, 2.0, 3.0, 4.0, 5.0], 0.95);
        assert_eq!(found, Err(NoAnswer::NoSpread));
    }

    #[test]
    fn a_line_is_found_through_an_outlier() {
        let x: Vec<f64> = (0..20).map(f64::from).collect();
        let mut y: Vec<f64> = x.iter().map(|x| 3.0 * x + 7.0).collect();
        y[12] = 1e6;
        let line = theil_sen(&x, &y, 0.95).unwrap();
        assert!((line.slope - 3.0).abs() < 1e-12 && line.low <= 3.0 && line.high >= 3.0);
        assert!((line.at(100.0) - 307.0).abs() < 1e-9);
    }

    /// Every slope, put in order.
    fn plainly(x: &[f64], y: &[f64]) -> Vec<f64> {
        let points: Vec<(f64, f64)> = x.iter().copied().zip(y.iter().copied()).collect();
        let pairs = |(at, a): (usize, &(f64, f64))| {
            let a = *a;
            let later = points.iter().skip(at + 1).filter(move |b| b.0 != a.0);
            later.map(move |b| (b.1 - a.1) / (b.0 - a.0))
        };
        let mut slopes: Vec<f64> = points.iter().enumerate().flat_map(pairs).collect();
        slopes.sort_unstable_by(f64::total_cmp);
        slopes
    }

    #[test]
    fn slopes_are_found_without_putting_all_in_order() {
        let mut state = 7_u32;
        let mut chance = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state >> 8) / f64::from(1 << 24)
        };
        type Shape = fn(f64, f64) -> (f64, f64);
        let shapes: [Shape; 6] = [
            |at, chance| (at, chance),
            // Moments that several share, steps, values that are equal, a line, and what is out of all bounds.
            |at, chance| ((at / 3.0).floor(), 5.0 * at + chance),
            |at, chance| (at, (chance * 4.0).floor()),
            |at, _| (at, 7.0),
            |at, _| (at + 0.1, 3.0 * at),
            |at, chance| (at * 1e305, (chance - 0.5) * f64::MAX),
        ];
        for (shape, count) in shapes.into_iter().flat_map(|it| [(it, 9), (it, 400)]) {
            let points = (0..count).map(|at| shape(f64::from(at), chance()));
            let (x, y): (Vec<f64>, Vec<f64>) = points.unzip();
            let (all, slopes) = (plainly(&x, &y), Slopes::of(&x, &y));
            assert_eq!(all.len(), slopes.many);
            let (many, last) = (all.len(), all.len() - 1);
            for places in [[many / 2, many * 5 / 9], [0, last], [last, last]] {
                let bits = |slopes: [f64; 2]| slopes.map(f64::to_bits);
                let expected = places.map(|place| all[place]);
                assert_eq!(bits(slopes.at(places)), bits(expected), "{count}");
            }
        }
        let line: Vec<f64> = (0..400).map(f64::from).collect();
        let (below, near) = Slopes::of(
            &line,
            &line.iter().map(|x| (x * 7.7).sin()).collect::<Vec<_>>(),
        )
        .near(&[39_000, 41_000])
        .unwrap();
        assert!(
            below > 30_000 && near.len() < 12_000,
            "{below} {}",
            near.len()
        );
    }
}
