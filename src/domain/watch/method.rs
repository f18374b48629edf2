//! The methods by which a run is held against its past.

use std::fmt;

use crate::domain::stats::{
    Boundary, NoAnswer, Robust, Side, delta_iqr, iqr, log_normal, logarithms, percentage, t_test,
    z_score,
};

/// How the limit is set that a run must stay within.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// andon's table of rules, by how much past there is: see [`regression`](super::regression).
    Andon,
    /// A share of the mean.
    Percentage,
    /// Standard deviations, by the normal distribution.
    ZScore,
    /// Standard deviations, by Student's distribution.
    TTest,
    /// The log-normal distribution.
    LogNormal,
    /// Interquartile ranges about the median.
    Iqr,
    /// Interquartile ranges of the relative changes from value to value.
    DeltaIqr,
    /// Robust z, on logarithms where all values are above 0.
    Mad,
    /// A fixed value.
    Static,
}

impl Method {
    /// All of them, andon's own first.
    pub const ALL: [Method; 9] = [
        Method::Andon,
        Method::Percentage,
        Method::ZScore,
        Method::TTest,
        Method::LogNormal,
        Method::Iqr,
        Method::DeltaIqr,
        Method::Mad,
        Method::Static,
    ];

    /// The name in policies and on the command line; those that Bencher has are Bencher's.
    pub fn name(self) -> &'static str {
        match self {
            Method::Andon => "andon",
            Method::Percentage => "percentage",
            Method::ZScore => "z_score",
            Method::TTest => "t_test",
            Method::LogNormal => "log_normal",
            Method::Iqr => "iqr",
            Method::DeltaIqr => "delta_iqr",
            Method::Mad => "mad",
            Method::Static => "static",
        }
    }

    /// The method of that name.
    pub fn from_name(name: &str) -> Option<Method> {
        Method::ALL.into_iter().find(|method| method.name() == name)
    }

    /// The bound where none is set: a share, a probability or a factor, as the method takes it. A fixed value has to be
    /// set, and andon's table takes none.
    pub fn usual_bound(self) -> Option<f64> {
        match self {
            Method::Andon | Method::Static => None,
            Method::Percentage => Some(0.10),
            Method::ZScore | Method::TTest | Method::LogNormal => Some(0.99),
            Method::Iqr | Method::DeltaIqr => Some(3.0),
            Method::Mad => Some(4.0),
        }
    }

    /// The limit that the past sets, of any method but andon's, with the baseline it was set from (of a fixed value the
    /// value itself).
    pub(super) fn limit(
        self,
        past: &[f64],
        bound: Option<f64>,
        side: Side,
    ) -> Result<Boundary, NoAnswer> {
        let bound = bound.or(self.usual_bound()).ok_or(NoAnswer::NoBound)?;
        match self {
            Method::Percentage => percentage(past, bound, side),
            Method::ZScore => z_score(past, bound, side),
            Method::TTest => t_test(past, bound, side),
            Method::LogNormal => log_normal(past, bound, side),
            Method::Iqr => iqr(past, bound, side),
            Method::DeltaIqr => delta_iqr(past, bound, side),
            Method::Mad => mad(past, bound, side),
            Method::Static if bound.is_finite() => Ok(Boundary {
                centre: bound,
                limit: bound,
            }),
            Method::Static | Method::Andon => Err(NoAnswer::OutOfRange),
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The fewest points of which a robust spread is taken.
const FEWEST: usize = 3;

/// `median ± bound·spread`, on logarithms where all values are above 0; the spread as [`super::anomaly`] takes it.
fn mad(past: &[f64], bound: f64, side: Side) -> Result<Boundary, NoAnswer> {
    if !(bound > 0.0 && bound.is_finite()) {
        return Err(NoAnswer::OutOfRange);
    }
    let have = past.len();
    if have < FEWEST {
        return Err(NoAnswer::TooFew { have, need: FEWEST });
    }
    let scale = Scale::of(past)?;
    let reach = bound * scale.robust.spread;
    let limit = scale.back(side.limit(scale.robust.median, reach));
    if !limit.is_finite() {
        return Err(NoAnswer::NotFinite);
    }
    Ok(Boundary {
        centre: scale.back(scale.robust.median),
        limit,
    })
}

/// The scale on which values are held against their median.
pub(super) struct Scale {
    logarithmic: bool,
    /// Median and spread on this scale; a spread under a hundredth of the median counts as that.
    pub(super) robust: Robust,
}

impl Scale {
    /// Logarithms where all values are above 0, else the values themselves.
    pub(super) fn of(past: &[f64]) -> Result<Scale, NoAnswer> {
        let (logarithmic, mut robust) = match logarithms(past) {
            Ok(logs) => (true, Robust::of(&logs)?),
            Err(_) => (false, Robust::of(past)?),
        };
        let least = if logarithmic {
            1.0
        } else {
            robust.median.abs()
        };
        robust.spread = robust
            .spread
            .max(crate::domain::stats::LEAST_SPREAD * least);
        Ok(Scale {
            logarithmic,
            robust,
        })
    }

    /// How many spreads a value lies above the median. `None` where nothing has spread and the value differs from all,
    /// or where a value that is not above 0 is held against values that are.
    pub(super) fn z(&self, value: f64) -> Option<f64> {
        let value = if self.logarithmic { value.ln() } else { value };
        if value == self.robust.median {
            return Some(0.0);
        }
        self.robust.z(value).ok()
    }

    /// A number on this scale as a value.
    pub(super) fn back(&self, number: f64) -> f64 {
        if self.logarithmic {
            number.exp()
        } else {
            number
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_written() {
        for method in Method::ALL {
            assert_eq!(Method::from_name(method.name()), Some(method));
        }
        assert_eq!(Method::from_name("t-test"), None);
    }

    #[test]
    fn robust_limits_are_on_logarithms_where_there_are_any() {
        let past = [90.0, 100.0, 110.0, 100.0, 95.0, 105.0];
        let above = mad(&past, 4.0, Side::Upper).unwrap();
        let below = mad(&past, 4.0, Side::Lower).unwrap();
        assert!((above.limit * below.limit - above.centre.powi(2)).abs() < 1e-6);
        let zeros = mad(&[0.0, 0.0, 0.0, 1.0], 4.0, Side::Upper).unwrap();
        assert!(zeros.limit > 1.0 && zeros.limit < 2.0, "{}", zeros.limit);
    }
}
