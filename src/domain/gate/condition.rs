//! Bounds on values.

use std::cmp::Ordering;

use crate::domain::value::Decimal;

/// How a value must stand to a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Op {
    /// `>=`
    AtLeast,
    /// `>`
    Above,
    /// `<=`
    AtMost,
    /// `<`
    Below,
    /// `==`
    Exactly,
}

impl Op {
    /// The operator as a policy writes it.
    pub fn symbol(self) -> &'static str {
        match self {
            Op::AtLeast => ">=",
            Op::Above => ">",
            Op::AtMost => "<=",
            Op::Below => "<",
            Op::Exactly => "==",
        }
    }
}

/// A bound on a value, such as `>= 90%`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// How the value must stand to the bound.
    pub op: Op,
    /// The bound, in the metric's base unit.
    pub bound: Decimal,
    /// The condition as the policy writes it, for display: `>= 90%`.
    pub text: String,
}

impl Condition {
    /// Whether every value that satisfies this one satisfies the other.
    pub fn implies(&self, other: &Condition) -> bool {
        let bounds = self.bound.cmp(&other.bound);
        match (self.op, other.op) {
            (Op::Exactly, Op::Exactly) => bounds == Ordering::Equal,
            (Op::Exactly, Op::AtLeast) => bounds.is_ge(),
            (Op::Exactly, Op::Above) => bounds.is_gt(),
            (Op::Exactly, Op::AtMost) => bounds.is_le(),
            (Op::Exactly, Op::Below) => bounds.is_lt(),
            (Op::AtLeast, Op::Above) => bounds.is_gt(),
            (Op::AtLeast | Op::Above, Op::AtLeast) | (Op::Above, Op::Above) => bounds.is_ge(),
            (Op::AtMost, Op::Below) => bounds.is_lt(),
            (Op::AtMost | Op::Below, Op::AtMost) | (Op::Below, Op::Below) => bounds.is_le(),
            (_, Op::Exactly)
            | (Op::AtLeast | Op::Above, Op::AtMost | Op::Below)
            | (Op::AtMost | Op::Below, Op::AtLeast | Op::Above) => false,
        }
    }
}
