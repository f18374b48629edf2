//! Yes and no, as 1 and 0: the share of yes, and how sure it is.

use super::wilson;

/// How many of all are yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// How many are 1.
    pub yes: u64,
    /// How many there are.
    pub all: u64,
}

impl Share {
    /// The confidence of the interval, in percent.
    pub const CONFIDENCE: f64 = 95.0;

    /// Of values; `None` of none, and where one is neither 0 nor 1.
    pub fn of(values: &[f64]) -> Option<Share> {
        let mut share = Share::default();
        let only = values.iter().all(|value| share.add(*value));
        (only && share.all > 0).then_some(share)
    }

    /// Takes in one more. Whether it is 0 or 1: of others there is no share.
    #[allow(clippy::float_cmp, reason = "yes and no are written as just 1 and 0")]
    pub fn add(&mut self, value: f64) -> bool {
        self.all += 1;
        self.yes += u64::from(value == 1.0);
        value == 1.0 || value == 0.0
    }

    /// The share, in percent; `None` of nothing.
    #[allow(clippy::cast_precision_loss, reason = "counts of points")]
    pub fn percent(self) -> Option<f64> {
        (self.all > 0).then(|| self.yes as f64 / self.all as f64 * 100.0)
    }

    /// Wilson's 95 % interval of it, in percent; `None` of nothing.
    pub fn interval(self) -> Option<(f64, f64)> {
        let (low, high) = wilson(self.yes, self.all)?;
        Some((low * 100.0, high * 100.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `scipy.stats.binomtest(k, n).proportion_ci(0.95, "wilson")` of scipy, times 100.
    #[test]
    fn agrees_with_scipy() {
        for (yes, all, low, high) in [
            (18, 20, 69.896_635_477_151_28, 97.213_351_878_623_19),
            (20, 20, 83.887_484_194_718_07, 100.0),
            (196, 200, 94.971_291_309_417_35, 99.219_557_358_365_04),
            (0, 5, 0.0, 43.448_246_478_317_48),
        ] {
            let found = Share { yes, all }.interval().unwrap();
            assert!((found.0 - low).abs() < 1e-9, "{yes}/{all}: {found:?}");
            assert!((found.1 - high).abs() < 1e-9, "{yes}/{all}: {found:?}");
        }
    }

    #[test]
    fn only_yes_and_no_have_a_share() {
        let share = Share::of(&[1.0, 0.0, 1.0, 1.0]).unwrap();
        assert_eq!(
            (share, share.percent()),
            (Share { yes: 3, all: 4 }, Some(75.0))
        );
        assert_eq!(Share::of(&[]), None);
        assert_eq!(Share::of(&[1.0, 0.5]), None);
        assert_eq!(Share::of(&[f64::NAN]), None);
    }
}
