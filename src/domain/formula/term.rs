//! What a formula is made of, and what it comes to.

use super::NoValue;
use super::figure::{Figure, Figures};
use crate::domain::unit::Unit;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Term {
    Number(f64),
    /// A number with its unit, in the base unit.
    Amount(f64, Unit),
    Figure(Figure),
    /// A figure of a metric that is computed itself.
    Computed(Box<Computed>),
    Negate(Box<Term>),
    Arithmetic(Operation, Box<Term>, Box<Term>),
    Extreme(Pick, Vec<Term>),
    Choice(Box<Test>, Box<Term>, Box<Term>),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Pick {
    Least,
    Greatest,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Comparison {
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Equal,
    Different,
}

impl Comparison {
    #[allow(
        clippy::float_cmp,
        reason = "a formula that asks for equality means exactly that"
    )]
    fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Comparison::Greater => left > right,
            Comparison::GreaterOrEqual => left >= right,
            Comparison::Less => left < right,
            Comparison::LessOrEqual => left <= right,
            Comparison::Equal => left == right,
            Comparison::Different => left != right,
        }
    }
}

/// What holds or does not.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test {
    Compare(Comparison, Term, Term),
    Not(Box<Test>),
    And(Box<Test>, Box<Test>),
    Or(Box<Test>, Box<Test>),
}

/// A figure that is taken of a derived metric, in a condition.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Computed {
    pub(super) figure: Figure,
    pub(super) term: Term,
    pub(super) unit: Unit,
}

impl Computed {
    pub(super) fn value(&self, lookup: &dyn Figures) -> Result<f64, NoValue> {
        self.term.value(lookup)
    }
}

impl Term {
    /// The figures that it takes, each once, in the order of their first mention.
    pub(super) fn figures<'a>(&'a self, into: &mut Vec<&'a Figure>) {
        match self {
            Term::Number(_) | Term::Amount(..) => {}
            Term::Figure(figure) if into.contains(&figure) => {}
            Term::Figure(figure) => into.push(figure),
            Term::Computed(computed) => computed.term.figures(into),
            Term::Negate(term) => term.figures(into),
            Term::Arithmetic(_, left, right) => {
                left.figures(into);
                right.figures(into);
            }
            Term::Extreme(_, terms) => terms.iter().for_each(|term| term.figures(into)),
            Term::Choice(test, yes, no) => {
                test.figures(into);
                yes.figures(into);
                no.figures(into);
            }
        }
    }

    /// Whether a number stands in it.
    pub(super) fn has_number(&self) -> bool {
        match self {
            Term::Number(_) | Term::Amount(..) => true,
            Term::Figure(_) => false,
            Term::Computed(computed) => computed.term.has_number(),
            Term::Negate(term) => term.has_number(),
            Term::Arithmetic(_, left, right) => left.has_number() || right.has_number(),
            Term::Extreme(_, terms) => terms.iter().any(Term::has_number),
            // What it is chosen by is no part of the value.
            Term::Choice(_, yes, no) => yes.has_number() || no.has_number(),
        }
    }

    pub(super) fn value(&self, lookup: &dyn Figures) -> Result<f64, NoValue> {
        let value = match self {
            Term::Number(number) | Term::Amount(number, _) => *number,
            Term::Figure(figure) => figure.value(lookup)?,
            Term::Computed(computed) => computed.value(lookup)?,
            Term::Negate(term) => -term.value(lookup)?,
            Term::Arithmetic(operation, left, right) => {
                let (left, right) = (left.value(lookup)?, right.value(lookup)?);
                match operation {
                    Operation::Add => left + right,
                    Operation::Subtract => left - right,
                    Operation::Multiply => left * right,
                    Operation::Divide | Operation::Remainder if right == 0.0 => {
                        return Err(NoValue::DivisionByZero);
                    }
                    Operation::Divide => left / right,
                    Operation::Remainder => left % right,
                }
            }
            Term::Extreme(pick, terms) => {
                let start = match pick {
                    Pick::Least => f64::INFINITY,
                    Pick::Greatest => f64::NEG_INFINITY,
                };
                terms.iter().try_fold(start, |best, term| {
                    let value = term.value(lookup)?;
                    Ok(match pick {
                        Pick::Least => best.min(value),
                        Pick::Greatest => best.max(value),
                    })
                })?
            }
            Term::Choice(test, yes, _) if test.holds(lookup)? => yes.value(lookup)?,
            Term::Choice(_, _, no) => no.value(lookup)?,
        };
        // At every step: 1 / (1 / 0) must not come out as 0.
        if value.is_finite() {
            Ok(value)
        } else {
            Err(NoValue::NotFinite)
        }
    }

    /// Fails for a number without a unit where a time or a size is meant: 500 may be milliseconds as well as seconds. Zero
    /// is the same in all.
    fn bare(&self, unit: &Unit) -> Result<(), NoValue> {
        let number = match self {
            Term::Number(number) => *number,
            Term::Negate(term) => return term.bare(unit),
            _ => return Ok(()),
        };
        match unit {
            unit if is_sized(unit) && number != 0.0 => {
                Err(NoValue::Bare(number.to_string(), unit.to_string()))
            }
            _ => Ok(()),
        }
    }

    /// What it is measured in, where that can be said.
    fn unit(&self, lookup: &dyn Figures) -> Option<Unit> {
        match self {
            Term::Number(_) => None,
            Term::Amount(_, unit) => Some(unit.clone()),
            Term::Figure(figure) => figure.unit(lookup),
            Term::Computed(computed) => Some(computed.unit.clone()),
            Term::Negate(term) => term.unit(lookup),
            Term::Arithmetic(Operation::Divide, left, right) => {
                match (left.unit(lookup), right.unit(lookup)) {
                    (left, None) => left,
                    // A share is a plain number.
                    (Some(left), Some(right)) if left == right => Some(Unit::Points),
                    // A time each is a time: 1 may be a millisecond as well as a second.
                    (Some(left), Some(right)) if is_sized(&left) && is_plain(&right) => Some(left),
                    _ => None,
                }
            }
            Term::Arithmetic(Operation::Multiply, left, right) => {
                match (left.unit(lookup), right.unit(lookup)) {
                    (Some(one), Some(other)) if is_sized(&one) && is_plain(&other) => Some(one),
                    (Some(one), Some(other)) if is_plain(&one) && is_sized(&other) => Some(other),
                    (Some(_), Some(_)) => None,
                    (left, right) => left.or(right),
                }
            }
            Term::Arithmetic(_, left, right) => left.unit(lookup).or_else(|| right.unit(lookup)),
            Term::Extreme(_, terms) => terms.iter().find_map(|term| term.unit(lookup)),
            Term::Choice(_, yes, no) => yes.unit(lookup).or_else(|| no.unit(lookup)),
        }
    }
}

impl Test {
    pub(super) fn figures<'a>(&'a self, into: &mut Vec<&'a Figure>) {
        match self {
            Test::Compare(_, left, right) => {
                left.figures(into);
                right.figures(into);
            }
            Test::Not(test) => test.figures(into),
            Test::And(left, right) | Test::Or(left, right) => {
                left.figures(into);
                right.figures(into);
            }
        }
    }

    /// Whether it holds. What is missing stays missing, unless the rest decides: `a || b` holds where `b` does.
    pub(super) fn holds(&self, lookup: &dyn Figures) -> Result<bool, NoValue> {
        match self {
            Test::Compare(compare, left, right) => compared(*compare, left, right, lookup),
            Test::Not(test) => Ok(!test.holds(lookup)?),
            Test::And(left, right) => decided(left.holds(lookup), || right.holds(lookup), false),
            Test::Or(left, right) => decided(left.holds(lookup), || right.holds(lookup), true),
        }
    }
}

/// Whether a number of it is one by itself.
fn is_plain(unit: &Unit) -> bool {
    matches!(unit, Unit::Count | Unit::Points)
}

/// Whether it comes in sizes: milliseconds and seconds, kilobytes and megabytes.
fn is_sized(unit: &Unit) -> bool {
    matches!(unit, Unit::Seconds | Unit::Bytes)
}

/// Either side decides by being `by`; else both have to be known.
fn decided(
    left: Result<bool, NoValue>,
    right: impl FnOnce() -> Result<bool, NoValue>,
    by: bool,
) -> Result<bool, NoValue> {
    if left == Ok(by) {
        return Ok(by);
    }
    match right() {
        Ok(right) if right == by => Ok(by),
        right => left.and(right),
    }
}

fn compared(
    compare: Comparison,
    left: &Term,
    right: &Term,
    lookup: &dyn Figures,
) -> Result<bool, NoValue> {
    let (mut one, mut other) = (left.value(lookup)?, right.value(lookup)?);
    match (left.unit(lookup), right.unit(lookup)) {
        (Some(one), Some(other)) if one == other || (is_plain(&one) && is_plain(&other)) => {}
        // 5 % of a share that is kept as a plain number are 0.05.
        (Some(unit), Some(Unit::Percent)) if is_plain(&unit) => other /= 100.0,
        (Some(Unit::Percent), Some(unit)) if is_plain(&unit) => one /= 100.0,
        (Some(one), Some(other)) => {
            return Err(NoValue::Units(one.to_string(), other.to_string()));
        }
        (Some(unit), None) => right.bare(&unit)?,
        (None, Some(unit)) => left.bare(&unit)?,
        (None, None) => {}
    }
    Ok(compare.holds(one, other))
}
