//! Conditions: what can hold of a history.

use std::cell::RefCell;

use super::derived::Derived;
use super::figure::{Figure, Figures, Taken};
use super::term::{Computed, Term, Test};
use super::{FormulaError, NoValue, read};
use crate::domain::series::Stat;
use crate::domain::unit::Unit;

/// A condition that was read: `p95(response_time, 24h) > 500ms and count(response_time, 24h) >= 20`.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    text: String,
    test: Test,
    /// What it takes of metrics that are computed from others.
    computed: Vec<Computed>,
}

/// A figure of a condition, as it was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// Which figure.
    pub figure: Figure,
    /// Its value in the base unit, if there is one.
    pub value: Option<f64>,
    /// What it is measured in, where that is known.
    pub unit: Option<Unit>,
}

impl Condition {
    /// Reads a condition: comparisons of formulas, joined by `and`, `or` and `not` (or `&&`, `||`, `!`). Numbers may
    /// have units. Besides what a formula has, there are figures of points over a span: `p95(metric, 24h)`,
    /// `avg`, `count`, `rate`, `delta` and their like.
    ///
    /// # Errors
    /// When the text is not of this form.
    pub fn parse(text: &str) -> Result<Condition, FormulaError> {
        let test = read::condition(text)?;
        let condition = Condition {
            text: text.to_owned(),
            test,
            computed: Vec::new(),
        };
        if condition.figures().is_empty() {
            return Err(FormulaError::new("it names no metric"));
        }
        Ok(condition)
    }

    /// The same with derived metrics computed from their parts.
    ///
    /// # Errors
    /// When a figure is taken of a derived metric that there is only of points.
    pub fn derived(&self, derived: &Derived) -> Result<Condition, FormulaError> {
        let found: RefCell<Vec<Computed>> = RefCell::new(Vec::new());
        let test = self.test.with(&|figure: &Figure| {
            let Some(computed) = derived.computed(figure)? else {
                return Ok(None);
            };
            let mut found = found.borrow_mut();
            if !found.contains(&computed) {
                found.push(computed.clone());
            }
            Ok(Some(Term::Computed(Box::new(computed))))
        })?;
        Ok(Condition {
            text: self.text.clone(),
            test,
            computed: found.into_inner(),
        })
    }

    /// The same with one end of each share's interval in the place of the share.
    pub fn at_end(&self, end: Stat) -> Condition {
        let ended = self.test.with(&|figure: &Figure| {
            let is_share = figure.taken == Taken::Stat(Stat::Share);
            Ok(is_share.then(|| {
                Term::Figure(Figure {
                    taken: Taken::Stat(end),
                    ..figure.clone()
                })
            }))
        });
        Condition {
            // Nothing that is put in the place of a figure is refused.
            test: ended.unwrap_or_else(|_| self.test.clone()),
            ..self.clone()
        }
    }

    /// The shares that it takes, each once.
    pub fn shares(&self) -> usize {
        let figures = self.figures().into_iter();
        let shares = figures.filter(|figure| figure.taken == Taken::Stat(Stat::Share));
        shares.count()
    }

    /// The condition as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The figures that it takes, each once, in the order of their first mention.
    pub fn figures(&self) -> Vec<&Figure> {
        let mut figures = Vec::new();
        self.test.figures(&mut figures);
        figures
    }

    /// The metrics that it names, each once, in the order of their first mention.
    pub fn metrics(&self) -> Vec<&str> {
        let mut metrics: Vec<&str> = Vec::new();
        for figure in self.figures() {
            if !metrics.contains(&figure.metric.as_str()) {
                metrics.push(&figure.metric);
            }
        }
        metrics
    }

    /// Whether it holds.
    ///
    /// # Errors
    /// When what decides it is missing, divided by zero, or measured in another unit: that is neither yes nor no.
    pub fn holds(&self, figures: &dyn Figures) -> Result<bool, NoValue> {
        self.test.holds(figures)
    }

    /// Its figures as they are now, those of derived metrics before their parts.
    pub fn seen(&self, figures: &dyn Figures) -> Vec<Seen> {
        let seen = |figure: &Figure| Seen {
            figure: figure.clone(),
            value: figure.value(figures).ok(),
            unit: figure.unit(figures),
        };
        let computed = self.computed.iter().map(|computed| Seen {
            figure: computed.figure.clone(),
            value: computed.value(figures).ok(),
            unit: Some(computed.unit.clone()),
        });
        computed
            .chain(self.figures().into_iter().map(seen))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Known;

    impl Figures for Known {
        fn figure(&self, figure: &Figure) -> Option<f64> {
            Some(match (figure.metric.as_str(), figure.taken) {
                ("error_rate", _) => 6.0,
                ("share", _) => 0.06,
                ("response_time", Taken::Stat(Stat::Percentile(95.0))) => 0.4,
                ("response_time", Taken::Stat(Stat::Count)) => 12.0,
                ("errors", Taken::Rate) => 0.5,
                ("errors", _) => 3.0,
                ("requests", _) => 50.0,
                ("nothing", _) => 0.0,
                _ => return None,
            })
        }

        fn unit(&self, metric: &str) -> Option<Unit> {
            Some(match metric {
                "error_rate" => Unit::Percent,
                "response_time" => Unit::Seconds,
                "share" => Unit::Points,
                _ => Unit::Count,
            })
        }
    }

    fn holds(text: &str) -> Result<bool, NoValue> {
        Condition::parse(text).unwrap().holds(&Known)
    }

    #[test]
    fn comparisons_are_made_in_the_base_unit() {
        assert_eq!(holds("error_rate > 5%"), Ok(true));
        assert_eq!(holds("error_rate > 7%"), Ok(false));
        assert_eq!(holds("share > 5%"), Ok(true));
        assert_eq!(holds("share > 7%"), Ok(false));
        assert_eq!(holds("errors / requests > 5%"), Ok(true));
        assert_eq!(holds("errors / requests > 7%"), Ok(false));
        assert_eq!(holds("p95(response_time, 24h) < 500ms"), Ok(true));
        assert_eq!(
            holds("count(response_time, 1d) >= 20 or errors == 3"),
            Ok(true)
        );
        assert_eq!(
            holds("rate(errors, 1h) > 0.4/s and not (errors > 5)"),
            Ok(true)
        );
    }

    #[test]
    fn what_is_missing_is_neither_true_nor_false() {
        let missing = Err(NoValue::Missing("p95(gone, 1d)".to_owned()));
        assert_eq!(holds("p95(gone, 24h) > 1"), missing);
        assert_eq!(holds("not (p95(gone, 24h) > 1)"), missing);
        assert_eq!(holds("p95(gone, 24h) > 1 and errors == 3"), missing);
        assert_eq!(holds("errors == 4 or p95(gone, 24h) > 1"), missing);
        // The rest decides.
        assert_eq!(holds("p95(gone, 24h) > 1 or errors == 3"), Ok(true));
        assert_eq!(holds("p95(gone, 24h) > 1 and errors == 4"), Ok(false));
        assert_eq!(holds("errors / nothing > 1"), Err(NoValue::DivisionByZero));
    }

    #[test]
    fn units_that_do_not_fit_are_no_answer() {
        assert!(matches!(
            holds("error_rate > 500ms"),
            Err(NoValue::Units(..))
        ));
        assert!(matches!(
            holds("response_time > 5%"),
            Err(NoValue::Missing(_))
        ));
        assert!(matches!(
            holds("p95(response_time, 1h) > 5%"),
            Err(NoValue::Units(..))
        ));
    }

    #[test]
    fn a_time_each_has_a_unit_too() {
        for text in [
            "p95(response_time, 24h) / requests > 1",
            "p95(response_time, 24h) * requests > 1",
            "1 < requests * p95(response_time, 24h)",
        ] {
            assert!(matches!(holds(text), Err(NoValue::Bare(..))), "{text}");
        }
        assert_eq!(holds("p95(response_time, 24h) / requests > 5ms"), Ok(true));
        assert_eq!(
            holds("p95(response_time, 24h) / requests > 10ms"),
            Ok(false)
        );
        assert_eq!(holds("p95(response_time, 24h) / requests > 0"), Ok(true));
        // What is by the second is no time.
        assert_eq!(holds("requests / p95(response_time, 24h) > 100"), Ok(true));
    }

    #[test]
    fn ratios_are_neither_averaged_nor_added_up() {
        for figure in ["avg", "mean", "sum", "rate"] {
            let told = holds(&format!("{figure}(error_rate, 24h) > 1%")).unwrap_err();
            let told = told.to_string();
            assert!(told.contains("would weigh alike"), "{told}");
            assert!(told.contains("median(error_rate, 1d)"), "{told}");
        }
        assert_eq!(holds("median(error_rate, 24h) > 5%"), Ok(true));
        // What decides without them decides.
        assert_eq!(holds("avg(error_rate, 24h) > 1% or errors == 3"), Ok(true));
        assert_eq!(
            holds("sum(errors, 24h) / sum(requests, 24h) > 5%"),
            Ok(true)
        );
    }

    #[test]
    fn what_is_no_condition_is_refused() {
        for text in [
            "",
            "error_rate",
            "1 > 2",
            "error_rate >",
            "error_rate > \"x\"",
            "error_rate > 5smiles",
            "p95(error_rate, 24) > 1",
            "p95(error_rate, 24h, 1) > 1",
            "rate(errors) > 1",
            "p101(a) > 1",
            "frob(a, 24h) > 1",
            "p95(a + b, 1h) > 1",
            "[1].all(x, x > a)",
            "a > 5 b",
        ] {
            assert!(Condition::parse(text).is_err(), "{text}");
        }
        for word in ["not ", "(", "1s+", "a and ", "-"] {
            assert!(Condition::parse(&format!("{}a > 1", word.repeat(300))).is_err());
        }
    }

    #[test]
    fn figures_are_listed_as_they_are_written() {
        let condition = Condition::parse("avg(a.b, 90m) > 2 * avg(a.b, 7d) and c > 1").unwrap();
        let shown: Vec<String> = condition
            .figures()
            .iter()
            .map(|figure| figure.to_string())
            .collect();
        assert_eq!(shown, ["avg(a.b, 90m)", "avg(a.b, 7d)", "c"]);
        assert_eq!(condition.metrics(), ["a.b", "c"]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_hangs_or_panics(text in "([a-c.0-9()<>=!&|%+*/ -]|and |or |not |ms|p95|,){0,60}") {
            let _ = Condition::parse(&text).map(|condition| condition.holds(&Known));
        }
    }
}
