//! Thresholds for a wanted rate of alarms.

use crate::domain::gate::condition::Op;
use crate::domain::value::{Decimal, Value};

/// A threshold with the share of runs that would have missed it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Proposal {
    /// How a value must stand to it: `>=` or `<=`.
    pub op: Op,
    /// The threshold: a value that occurred.
    pub value: Value,
    /// The best value that misses it: a laxer threshold short of it has the same rate. `None` where nothing misses it.
    pub missed: Option<Value>,
    /// The share of runs that miss it, from 0 to 1: at most the one that is wanted.
    pub rate: f64,
}

impl Proposal {
    /// Whether just the same runs miss a bound.
    pub fn is(&self, bound: &Decimal) -> bool {
        let misses = |value: Value| match self.op {
            Op::AtLeast => value.compare(bound).is_lt(),
            _ => value.compare(bound).is_gt(),
        };
        !misses(self.value) && self.missed.is_none_or(misses)
    }
}

/// The strictest threshold that at most the share `rate` (0 to 1) of the values miss. `None` without values.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of a count of runs, which is far below 2^53 and not negative"
)]
pub fn propose(values: &[Value], op: Op, rate: f64) -> Option<Proposal> {
    let op = match op {
        Op::AtLeast | Op::Above => Op::AtLeast,
        Op::AtMost | Op::Below => Op::AtMost,
        Op::Exactly => return None,
    };
    let mut worst_first = values.to_vec();
    worst_first.sort_by(|a, b| {
        let order = a.to_f64().total_cmp(&b.to_f64());
        if op == Op::AtLeast {
            order
        } else {
            order.reverse()
        }
    });
    let count = values.len();
    let allowed = (count as f64 * rate.clamp(0.0, 1.0)).floor() as usize;
    let value = *worst_first.get(allowed.min(count.checked_sub(1)?))?;
    let misses = |other: &&Value| {
        let order = other.to_f64().total_cmp(&value.to_f64());
        if op == Op::AtLeast {
            order.is_lt()
        } else {
            order.is_gt()
        }
    };
    // The worst come first.
    let missed: Vec<&Value> = worst_first.iter().take_while(misses).collect();
    Some(Proposal {
        op,
        value,
        missed: missed.last().map(|value| **value),
        rate: missed.len() as f64 / count as f64,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn counts(values: &[u64]) -> Vec<Value> {
        values.iter().map(|count| Value::Count(*count)).collect()
    }

    #[test]
    fn the_threshold_lies_where_so_many_miss_it() {
        let values = counts(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        let of = |op, rate| propose(&values, op, rate).map(|found| (found.value, found.rate));
        assert_eq!(of(Op::AtLeast, 0.2), Some((Value::Count(3), 0.2)));
        assert_eq!(of(Op::Below, 0.2), Some((Value::Count(8), 0.2)));
        assert_eq!(of(Op::AtMost, 0.0), Some((Value::Count(10), 0.0)));
        assert_eq!(of(Op::AtMost, 0.05), Some((Value::Count(10), 0.0)));
        assert_eq!(of(Op::AtMost, 1.0), Some((Value::Count(1), 0.9)));
        assert_eq!(of(Op::Exactly, 0.2), None);
        assert_eq!(propose(&[], Op::AtMost, 0.2), None);
        let same = propose(&counts(&[4; 9]), Op::AtMost, 0.5).unwrap();
        assert_eq!((same.value, same.rate), (Value::Count(4), 0.0));
    }

    proptest! {
        #[test]
        fn no_more_than_wanted_miss_it(
            values in prop::collection::vec(0_u64..50, 1..60),
            rate in 0.0_f64..=1.0,
            higher in any::<bool>(),
        ) {
            let op = if higher { Op::AtLeast } else { Op::AtMost };
            prop_assert!(propose(&counts(&values), op, rate).unwrap().rate <= rate);
        }
    }
}
