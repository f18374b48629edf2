//! Why there is no formula, and why a formula has no value.

use crate::domain::series::Stat;

/// Why a text is no formula or condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FormulaError {
    /// What is wrong, without a full stop.
    pub message: String,
}

impl FormulaError {
    /// For this reason: a sentence without a full stop.
    pub(super) fn new(message: impl Into<String>) -> FormulaError {
        FormulaError {
            message: message.into(),
        }
    }
}

/// Why a formula has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoValue {
    /// A metric that the formula needs has no value.
    #[error("`{0}` has no value")]
    Missing(String),
    /// A share is asked for, and a value is neither yes nor no.
    #[error(
        "`{0}` has no value: a value of {1} is among what was recorded, and a share is of yes and no, recorded as 1 and 0; ask for the median, or take out by `andon history forget` what was recorded by mistake"
    )]
    Odd(String, String),
    /// Something is divided by zero.
    #[error("it divides by zero")]
    DivisionByZero,
    /// The result is beyond what a number can hold.
    #[error("the result is not a finite number")]
    NotFinite,
    /// A figure would add ratios up, or average them.
    #[error(
        "`{0}` is of percentages: {why}; ask for `{1}`, or divide the sums of what they are shares of, as in `sum(failed, 24h) / sum(all, 24h)`",
        why = Stat::UNWEIGHTED
    )]
    Ratios(String, String),
    /// Two things are compared that are measured in different units.
    #[error("it compares {0} with {1}")]
    Units(String, String),
    /// A number is compared with a time or a size, and does not say in which unit it is.
    #[error(
        "`{0}` has no unit, and what it is compared with is measured in {1}: write one, such as `{0}{1}`"
    )]
    Bare(String, String),
}
