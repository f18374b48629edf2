//! Values on the scale on which they scatter alike.

use crate::domain::stats::{LEAST_SPREAD, NoAnswer, Robust, logarithms};

/// The scale on which values are held against their median.
#[derive(Debug, Clone, Copy, PartialEq)]
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
        robust.spread = robust.spread.max(LEAST_SPREAD * least);
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
