//! How numbers stand in the tables: most are decimals of few digits, and take as little room as whole numbers do.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Value, ValueRef};

/// Powers of ten by which a number is a whole one, at the most.
const TENS: [f64; 8] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7];
/// Digits beyond which nothing is gained, as eight bytes are needed anyway: 2^49.
const DIGITS: f64 = 562_949_953_421_312.0;
/// From here on shifted whole numbers do not fit: 2^60.
const LARGE: f64 = 1_152_921_504_606_846_976.0;

/// A number as it is stored: `digits * 8 + places` for one of so many decimal places, which is exact; another one as it
/// is. One from 2^60 on is a blob, so that no two numbers are ever equal as they are stored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Number(pub(super) f64);

impl ToSql for Number {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let value = self.0;
        if value.abs() >= LARGE {
            return Ok(ToSqlOutput::Owned(Value::Blob(
                value.to_be_bytes().to_vec(),
            )));
        }
        for (places, ten) in (0_i64..).zip(TENS) {
            let digits = (value * ten).round();
            let few = places == 0 || digits.abs() < DIGITS;
            // The quotient of two exact numbers is the one nearest to the decimal, which is the one that was written.
            #[allow(clippy::float_cmp, reason = "it has to be the very number")]
            if few && digits / ten == value {
                #[allow(clippy::cast_possible_truncation, reason = "it is below 2^60")]
                return Ok(ToSqlOutput::Owned(Value::Integer(
                    (digits as i64) << 3 | places,
                )));
            }
        }
        Ok(ToSqlOutput::Owned(Value::Real(value)))
    }
}

impl FromSql for Number {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Number> {
        match value {
            ValueRef::Integer(stored) => {
                let ten = usize::try_from(stored & 7).ok().and_then(|at| TENS.get(at));
                #[allow(clippy::cast_precision_loss, reason = "it was made of a float")]
                Ok(Number((stored >> 3) as f64 / ten.unwrap_or(&1.0)))
            }
            ValueRef::Real(value) => Ok(Number(value)),
            ValueRef::Blob(bytes) => match bytes.try_into() {
                Ok(bytes) => Ok(Number(f64::from_be_bytes(bytes))),
                Err(_) => Err(FromSqlError::InvalidType),
            },
            ValueRef::Null | ValueRef::Text(_) => Err(FromSqlError::InvalidType),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stored(value: f64) -> Value {
        match Number(value).to_sql().unwrap() {
            ToSqlOutput::Owned(value) => value,
            other => panic!("{other:?}"),
        }
    }

    fn read(value: &Value) -> f64 {
        Number::column_result(value.into()).unwrap().0
    }

    #[test]
    fn decimals_take_the_room_of_whole_numbers() {
        assert_eq!(stored(5.0), Value::Integer(40));
        assert_eq!(stored(0.25), Value::Integer(25 * 8 + 2));
        assert_eq!(stored(-9.9999), Value::Integer(-99_999 * 8 + 4));
        assert_eq!(stored(1.0 / 3.0), Value::Real(1.0 / 3.0));
        assert!(matches!(stored(1e300), Value::Blob(_)));
        assert!(matches!(stored(f64::MIN), Value::Blob(_)));
        assert_eq!(stored(-0.0), Value::Integer(0));
    }

    proptest! {
        #[test]
        fn what_is_stored_is_read(bits in any::<u64>(), digits in -10_000_000_i64..10_000_000, places in 0_i32..9) {
            let decimal: f64 = format!("{digits}e-{places}").parse().unwrap();
            for value in [f64::from_bits(bits), decimal, digits as f64 * 1e12] {
                if value.is_finite() {
                    prop_assert_eq!(read(&stored(value)), value);
                }
            }
            if places < 8 {
                prop_assert!(matches!(stored(decimal), Value::Integer(_)));
            }
        }
    }
}
