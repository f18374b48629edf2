//! Metrics that are computed from others, where these are points of a history: what a formula comes to of the same figure
//! of each part.

use std::collections::BTreeMap;

use super::figure::{Figure, Taken};
use super::term::{Computed, Term, Test};
use super::{Formula, FormulaError, NoValue};
use crate::domain::series::Stat;
use crate::domain::unit::Unit;

/// Parts that a derived metric may have, counted as often as they are named: formulas over formulas multiply.
const PARTS: usize = 200;

/// Metrics that are computed from others.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Derived {
    by: BTreeMap<String, Made>,
}

/// How one is computed.
#[derive(Debug, Clone, PartialEq)]
struct Made {
    /// As the policy writes it.
    text: String,
    /// From metrics that are not computed themselves; `None` where there are too many of them.
    term: Option<Term>,
    unit: Unit,
}

impl Derived {
    /// These metrics: the id, the formula and the unit of each, behind those that its formula needs.
    pub fn of<'a>(metrics: impl IntoIterator<Item = (&'a str, &'a Formula, &'a Unit)>) -> Derived {
        let mut derived = Derived::default();
        for (id, formula, unit) in metrics {
            let term = derived.resolved(&formula.term);
            let made = Made {
                text: formula.text().to_owned(),
                term: term.filter(|term| term.leaves() <= PARTS),
                unit: unit.clone(),
            };
            derived.by.insert(id.to_owned(), made);
        }
        derived
    }

    /// A formula with the formulas of its parts in their place.
    fn resolved(&self, term: &Term) -> Option<Term> {
        let part = |figure: &Figure| match self.by.get(&figure.metric) {
            Some(Made { term: None, .. }) => Err(FormulaError::new("")),
            Some(made) => Ok(made.term.clone()),
            None => Ok(None),
        };
        term.with(&part).ok()
    }

    /// Without those that are recorded under their own id: what was measured counts.
    #[must_use]
    pub fn unless(mut self, is_recorded: impl Fn(&str) -> bool) -> Derived {
        self.by.retain(|id, _| !is_recorded(id));
        self
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by.is_empty()
    }

    /// How a metric is computed, as it is written; `None` where it is not.
    pub fn text(&self, id: &str) -> Option<&str> {
        Some(self.by.get(id)?.text.as_str())
    }

    /// What a metric is measured in; `None` where it is not computed.
    pub fn unit(&self, id: &str) -> Option<&Unit> {
        Some(&self.by.get(id)?.unit)
    }

    /// The metrics that one is computed from and that are not computed themselves.
    pub fn parts(&self, id: &str) -> Vec<&str> {
        let mut figures = Vec::new();
        if let Some(Made {
            term: Some(term), ..
        }) = self.by.get(id)
        {
            term.figures(&mut figures);
        }
        let parts = figures.into_iter().map(|figure| figure.metric.as_str());
        parts.collect()
    }

    /// What a metric comes to where this is known of its parts.
    ///
    /// # Errors
    /// When a part is missing, there is a division by zero, or it is no metric that is computed.
    pub fn value(&self, id: &str, part: impl Fn(&str) -> Option<f64>) -> Result<f64, NoValue> {
        let made = self.by.get(id).and_then(|made| made.term.as_ref());
        let term = made.ok_or_else(|| NoValue::Missing(id.to_owned()))?;
        term.value(&super::figure::Plain(part))
    }

    /// Whether a figure of the parts makes one of the whole, of whatever series: a share of sums is the share of all. A formula
    /// of percentiles or of means is neither theirs nor anything else, and the latest points of two parts need not belong
    /// together.
    pub fn takes(stat: Stat) -> bool {
        stat == Stat::Sum
    }

    /// Why a figure is not taken of a metric, and what is.
    pub fn refusal(&self, id: &str, figure: &str) -> String {
        Derived::lacks(id, self.text(id).unwrap_or_default(), figure)
    }

    /// The same of a metric with this formula.
    pub fn lacks(id: &str, formula: &str, figure: &str) -> String {
        format!(
            "`{id}` is computed as `{formula}` and has no points for a `{figure}`: ask for its `sum`, which puts the sums of the parts into the formula"
        )
    }

    /// What a condition takes of a derived metric; `None` of one that is not.
    pub(super) fn computed(&self, figure: &Figure) -> Result<Option<Computed>, FormulaError> {
        let Some(made) = self.by.get(&figure.metric) else {
            return Ok(None);
        };
        let takes = match figure.taken {
            Taken::Latest => true,
            // Of one series and its like, the ends belong together as the latest values do.
            Taken::Stat(Stat::First | Stat::Last) => true,
            Taken::Stat(stat) => Derived::takes(stat),
            Taken::Rate | Taken::Delta => false,
        };
        if !takes {
            return Err(FormulaError::new(format!(
                "{}, as in `sum({metric}, 24h)`, or for `{metric}` alone, which is of the latest values",
                self.refusal(&figure.metric, &figure.word()),
                metric = figure.metric
            )));
        }
        let Some(term) = &made.term else {
            return Err(FormulaError::new(format!(
                "`{}` is computed from more than {PARTS} parts, too many for a condition",
                figure.metric
            )));
        };
        let part = |part: &Figure| {
            Ok(Some(Term::Figure(Figure {
                metric: part.metric.clone(),
                ..figure.clone()
            })))
        };
        Ok(Some(Computed {
            figure: figure.clone(),
            term: term.with(&part)?,
            unit: made.unit.clone(),
        }))
    }
}

impl Term {
    /// How many figures stand in it.
    fn leaves(&self) -> usize {
        match self {
            Term::Number(_) | Term::Amount(..) => 0,
            Term::Figure(_) => 1,
            Term::Computed(computed) => computed.term.leaves(),
            Term::Negate(term) => term.leaves(),
            Term::Arithmetic(_, left, right) => left.leaves() + right.leaves(),
            Term::Extreme(_, terms) => terms.iter().map(Term::leaves).sum(),
            Term::Choice(test, yes, no) => test.leaves() + yes.leaves() + no.leaves(),
        }
    }

    /// The same with other terms in the place of figures; a figure for which there is none stays.
    pub(super) fn with(&self, other: &Other<'_>) -> Result<Term, FormulaError> {
        let inner = |term: &Term| term.with(other).map(Box::new);
        Ok(match self {
            Term::Number(_) | Term::Amount(..) | Term::Computed(_) => self.clone(),
            Term::Figure(figure) => other(figure)?.unwrap_or_else(|| self.clone()),
            Term::Negate(term) => Term::Negate(inner(term)?),
            Term::Arithmetic(operation, left, right) => {
                Term::Arithmetic(*operation, inner(left)?, inner(right)?)
            }
            Term::Extreme(pick, terms) => {
                let terms = terms.iter().map(|term| term.with(other));
                Term::Extreme(*pick, terms.collect::<Result<_, _>>()?)
            }
            Term::Choice(test, yes, no) => {
                Term::Choice(Box::new(test.with(other)?), inner(yes)?, inner(no)?)
            }
        })
    }
}

/// What stands in the place of a figure.
pub(super) type Other<'a> = dyn Fn(&Figure) -> Result<Option<Term>, FormulaError> + 'a;

impl Test {
    fn leaves(&self) -> usize {
        match self {
            Test::Compare(_, left, right) => left.leaves() + right.leaves(),
            Test::Not(test) => test.leaves(),
            Test::And(left, right) | Test::Or(left, right) => left.leaves() + right.leaves(),
        }
    }

    /// The same with other terms in the place of figures.
    pub(super) fn with(&self, other: &Other<'_>) -> Result<Test, FormulaError> {
        let inner = |test: &Test| test.with(other).map(Box::new);
        Ok(match self {
            Test::Compare(compare, left, right) => {
                Test::Compare(*compare, left.with(other)?, right.with(other)?)
            }
            Test::Not(test) => Test::Not(inner(test)?),
            Test::And(left, right) => Test::And(inner(left)?, inner(right)?),
            Test::Or(left, right) => Test::Or(inner(left)?, inner(right)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Condition, Figures};
    use super::*;

    struct Known;

    impl Figures for Known {
        fn figure(&self, figure: &Figure) -> Option<f64> {
            Some(match (figure.metric.as_str(), figure.taken) {
                ("errors", Taken::Latest) => 1.0,
                ("requests", Taken::Latest) => 2.0,
                ("errors", Taken::Stat(Stat::Sum)) => 6.0,
                ("requests", Taken::Stat(Stat::Sum)) => 100.0,
                _ => return None,
            })
        }

        fn unit(&self, _metric: &str) -> Option<Unit> {
            Some(Unit::Count)
        }
    }

    fn derived() -> Derived {
        let share = Formula::parse("errors / requests").unwrap().in_percent();
        let double = Formula::parse("2 * err_share").unwrap();
        Derived::of([
            ("err_share", &share, &Unit::Percent),
            ("double", &double, &Unit::Percent),
        ])
    }

    fn holds(text: &str) -> Result<bool, String> {
        let condition = Condition::parse(text).unwrap().derived(&derived());
        let condition = condition.map_err(|error| error.to_string())?;
        condition.holds(&Known).map_err(|error| error.to_string())
    }

    #[test]
    fn a_derived_metric_comes_to_its_formula_in_its_own_unit() {
        assert_eq!(holds("err_share == 50%"), Ok(true));
        assert_eq!(holds("sum(err_share, 24h) == 6%"), Ok(true));
        assert_eq!(holds("sum(double, 24h) > 12%"), Ok(false));
        assert_eq!(holds("double == 100% and errors == 1"), Ok(true));
        assert!(holds("err_share > 500ms").unwrap_err().contains("compares"));
    }

    #[test]
    fn what_is_no_figure_of_it_is_refused_with_what_is() {
        for figure in [
            "avg(err_share, 1d)",
            "p95(err_share, 1d)",
            "rate(err_share, 1d)",
        ] {
            let told = holds(&format!("{figure} > 3%")).unwrap_err();
            assert!(told.contains("`errors / requests`"), "{told}");
            assert!(told.contains("ask for its `sum`"), "{told}");
        }
    }

    #[test]
    fn what_is_seen_is_the_whole_and_its_parts() {
        let condition = Condition::parse("err_share > 3%").unwrap();
        let condition = condition.derived(&derived()).unwrap();
        assert_eq!(condition.metrics(), ["errors", "requests"]);
        let seen = condition.seen(&Known);
        let seen: Vec<_> = seen
            .iter()
            .map(|seen| (seen.figure.to_string(), seen.value))
            .collect();
        let expected = [("err_share", 50.0), ("errors", 1.0), ("requests", 2.0)];
        assert_eq!(
            seen,
            expected.map(|(name, value)| (name.to_owned(), Some(value)))
        );
    }

    #[test]
    fn formulas_over_formulas_do_not_multiply_without_end() {
        let formulas: Vec<(String, Formula)> = (0..40)
            .map(|n| {
                let text = match n {
                    0 => "a + b".to_owned(),
                    n => format!("m{} + m{}", n - 1, n - 1),
                };
                (format!("m{n}"), Formula::parse(&text).unwrap())
            })
            .collect();
        let each = formulas.iter();
        let derived = Derived::of(each.map(|(id, formula)| (id.as_str(), formula, &Unit::Count)));
        let of = |text: &str| Condition::parse(text).unwrap().derived(&derived);
        assert!(of("m3 > 1").is_ok());
        assert!(of("m39 > 1").unwrap_err().message.contains("too many"));
    }
}
