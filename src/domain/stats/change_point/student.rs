//! Whether two neighbouring stretches differ in level.

use crate::domain::stats::answer::count;
use crate::domain::stats::moments::Moments;
use crate::domain::stats::quantile::students_tails;

/// Two stretches beside each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Contrast {
    /// The mean before.
    pub(super) before: f64,
    /// The mean after.
    pub(super) after: f64,
    /// The probability of this difference, if there were none.
    pub(super) p: f64,
}

impl Contrast {
    /// Student's two-sided test with pooled variance. As apache-otava, with the standard deviations of the values
    /// themselves. What cannot be told apart has p = 1.
    pub(super) fn of(left: &[f64], right: &[f64]) -> Contrast {
        let none = Moments {
            mean: 0.0,
            population: 0.0,
            sample: 0.0,
        };
        let (a, b) = (
            Moments::of(left).unwrap_or(none),
            Moments::of(right).unwrap_or(none),
        );
        let (n, m) = (count(left.len()), count(right.len()));
        let freedom = n + m - 2.0;
        let pooled =
            ((n - 1.0) * a.population.powi(2) + (m - 1.0) * b.population.powi(2)) / freedom;
        let error = (pooled * (1.0 / n + 1.0 / m)).sqrt();
        let apart = a.mean - b.mean;
        let p = if left.is_empty() || right.is_empty() || freedom < 1.0 || apart == 0.0 {
            1.0
        } else if error == 0.0 {
            0.0
        } else {
            students_tails(apart / error, freedom).unwrap_or(1.0)
        };
        Contrast {
            before: a.mean,
            after: b.mean,
            p,
        }
    }

    /// The larger of the relative changes there and back; from or to 0 it is 1, or 0 if both are.
    pub(super) fn magnitude(&self) -> f64 {
        let relative = |from: f64, to: f64| {
            if from == 0.0 {
                0.0
            } else {
                (to / from - 1.0).abs()
            }
        };
        relative(self.before, self.after).max(relative(self.after, self.before))
    }
}
