//! Measured values and exact decimal bounds.
//!
//! Ratios stay pairs of integers until they are shown, so that `>= 100%` holds only for exactly all and
//! `89.999…%` is never rounded into a pass.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A measured value in its metric's base unit. Always finite.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", try_from = "Stated")]
pub enum Value {
    /// Things counted.
    Count(u64),
    /// A share of a whole, shown in percent; `whole` is never 0 (see [`Value::ratio`]).
    Ratio {
        /// How many of them.
        part: u64,
        /// Out of how many.
        whole: u64,
    },
    /// Any other quantity, finite (see [`Value::number`]).
    Number(f64),
}

/// A value as a file states it, before it is known to be one.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stated {
    Count(u64),
    Ratio { part: u64, whole: u64 },
    Number(f64),
}

impl TryFrom<Stated> for Value {
    type Error = &'static str;

    fn try_from(stated: Stated) -> Result<Value, Self::Error> {
        match stated {
            Stated::Count(count) => Some(Value::Count(count)),
            Stated::Ratio { part, whole } => Value::ratio(part, whole),
            Stated::Number(number) => Value::number(number),
        }
        .ok_or("a ratio is of more than nothing and at most all, a number is finite")
    }
}

impl Value {
    /// A ratio; `None` for nothing out of nothing, which is missing data and not a percentage.
    pub fn ratio(part: u64, whole: u64) -> Option<Value> {
        (whole != 0 && part <= whole).then_some(Value::Ratio { part, whole })
    }

    /// A number; `None` for NaN and the infinities.
    pub fn number(value: f64) -> Option<Value> {
        value.is_finite().then_some(Value::Number(value))
    }

    /// The value as a float in the base unit (percent for ratios). For display and statistics, not for judging.
    #[allow(
        clippy::cast_precision_loss,
        reason = "display and statistics only; judging uses `compare`"
    )]
    pub fn to_f64(self) -> f64 {
        match self {
            Value::Count(count) => count as f64,
            Value::Ratio { part, whole } => part as f64 * 100.0 / whole as f64,
            Value::Number(number) => number,
        }
    }

    /// Compares with a bound, exactly for counts and ratios.
    pub fn compare(self, bound: &Decimal) -> Ordering {
        match self {
            Value::Count(count) => bound.compare_fraction(i128::from(count), 1),
            Value::Ratio { part, whole } => {
                bound.compare_fraction(i128::from(part) * 100, i128::from(whole))
            }
            Value::Number(number) => number.total_cmp(&bound.to_f64()),
        }
    }
}

/// An exact decimal, `mantissa / 10^scale`: how bounds are written in a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    mantissa: i64,
    scale: u32,
}

/// Digits after the point that a bound may carry; keeps exact comparison within 128 bits.
const MAX_SCALE: u32 = 12;

impl Decimal {
    /// Digits after the point that are kept.
    pub const PLACES: u32 = MAX_SCALE;

    /// The decimal `mantissa / 10^scale`, without trailing zeros; `None` if the scale is beyond what is kept.
    pub fn new(mantissa: i64, scale: u32) -> Option<Decimal> {
        let (mut mantissa, mut scale) = (mantissa, scale);
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        (scale <= MAX_SCALE).then_some(Decimal { mantissa, scale })
    }

    /// Reads a decimal from the start of `text` and returns it with the rest.
    pub fn parse_prefix(text: &str) -> Option<(Decimal, &str)> {
        let bytes = text.as_bytes();
        let mut at = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
        let (mut mantissa, mut scale, mut digits, mut point) = (0_i64, 0_u32, 0, false);
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'0'..=b'9' => {
                    mantissa = mantissa
                        .checked_mul(10)?
                        .checked_add(i64::from(byte - b'0'))?;
                    digits += 1;
                    scale += u32::from(point);
                }
                b'.' if !point => point = true,
                b'_' if digits > 0 => {}
                _ => break,
            }
            at += 1;
        }
        if digits == 0 {
            return None;
        }
        if bytes.first() == Some(&b'-') {
            mantissa = -mantissa;
        }
        Some((Decimal::new(mantissa, scale)?, text.get(at..)?))
    }

    /// `self * multiplier * 10^power`, exactly; `None` on overflow.
    pub fn scaled(self, multiplier: i64, power: i32) -> Option<Decimal> {
        let mut mantissa = self.mantissa.checked_mul(multiplier)?;
        let mut scale = self.scale;
        if power < 0 {
            scale = scale.checked_add(power.unsigned_abs())?;
        } else {
            let up = power.unsigned_abs();
            let from_scale = up.min(scale);
            scale -= from_scale;
            mantissa = mantissa.checked_mul(10_i64.checked_pow(up - from_scale)?)?;
        }
        Decimal::new(mantissa, scale)
    }

    /// Mantissa and scale: the decimal is `mantissa / 10^scale`, with a scale of at most 12.
    pub fn parts(self) -> (i64, u32) {
        (self.mantissa, self.scale)
    }

    /// The nearest float.
    #[allow(
        clippy::cast_precision_loss,
        reason = "the division of two exactly held numbers rounds once, to the nearest float"
    )]
    pub fn to_f64(self) -> f64 {
        self.mantissa as f64 / 10_f64.powi(self.scale.cast_signed())
    }

    /// How `part / whole` compares with this decimal. `whole` must be positive.
    fn compare_fraction(&self, part: i128, whole: i128) -> Ordering {
        let scale = 10_i128.pow(self.scale);
        match part.checked_mul(scale) {
            Some(left) => left.cmp(&(i128::from(self.mantissa) * whole)),
            // Only a ratio of astronomical counts gets here: compare the integer parts.
            None => (part / whole).cmp(&(i128::from(self.mantissa) / scale)),
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let left = i128::from(self.mantissa) * 10_i128.pow(other.scale);
        left.cmp(&(i128::from(other.mantissa) * 10_i128.pow(self.scale)))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.scale == 0 {
            return write!(f, "{}", self.mantissa);
        }
        let unit = 10_u64.pow(self.scale);
        let magnitude = self.mantissa.unsigned_abs();
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let (whole, part) = (magnitude / unit, magnitude % unit);
        write!(
            f,
            "{sign}{whole}.{part:0width$}",
            width = self.scale as usize
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse_prefix(text).unwrap().0
    }

    #[test]
    fn ratios_compare_exactly() {
        let nearly = Value::ratio(999_999_999_999, 1_000_000_000_000).unwrap();
        assert_eq!(nearly.compare(&decimal("100")), Ordering::Less);
        assert_eq!(nearly.compare(&decimal("99.9999999999")), Ordering::Equal);
        let third = Value::ratio(1, 3).unwrap();
        assert_eq!(third.compare(&decimal("33.3333333333")), Ordering::Greater);
        let all = Value::ratio(u64::MAX, u64::MAX).unwrap();
        assert_eq!(all.compare(&decimal("100")), Ordering::Equal);
    }

    #[test]
    fn nothing_out_of_nothing_is_no_value() {
        assert_eq!(Value::ratio(0, 0), None);
        assert_eq!(Value::number(f64::NAN), None);
        assert_eq!(Value::number(f64::INFINITY), None);
    }

    #[test]
    fn what_is_no_value_is_not_read_as_one() {
        for text in [
            r#"{"ratio":{"part":0,"whole":0}}"#,
            r#"{"ratio":{"part":3,"whole":2}}"#,
            r#"{"number":1e999}"#,
        ] {
            assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
        }
        for value in [
            Value::Count(3),
            Value::Ratio { part: 1, whole: 3 },
            Value::Number(0.1),
        ] {
            let text = serde_json::to_string(&value).unwrap();
            assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
        }
    }

    #[test]
    fn decimals_keep_what_was_written() {
        for text in ["0", "90", "0.5", "-12.25", "1000000"] {
            assert_eq!(decimal(text).to_string(), text);
        }
        assert_eq!(decimal("89.950").to_string(), "89.95");
        assert!(decimal("2.5") < decimal("2.50001"));
        assert_eq!(Decimal::parse_prefix("x"), None);
        assert_eq!(Decimal::parse_prefix("99999999999999999999"), None);
    }
}
