//! Formulas of user metrics and conditions of alerts: arithmetic over metrics' values, in the syntax of CEL.
//!
//! CEL's parser gives the syntax; its evaluator is not used, since a formula is arithmetic over numbers only: whole
//! numbers and fractions mix, a missing input or a division by zero makes the result missing (never 0, never false), and
//! without loops the cost is bounded by the formula's length.

mod condition;
mod derived;
mod fault;
mod figure;
mod literals;
mod read;
mod term;

use term::{Operation, Term};

pub use condition::{Condition, Seen};
pub use derived::Derived;
pub use fault::{FormulaError, NoValue};
pub use figure::{Figure, Figures, Taken};

/// A formula that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    text: String,
    term: Term,
}

impl Formula {
    /// Reads a formula: numbers, metric ids, `+ - * / %`, `min(…)`, `max(…)`, and `test ? a : b`.
    ///
    /// # Errors
    /// When the text is not of this form.
    pub fn parse(text: &str) -> Result<Formula, FormulaError> {
        Ok(Formula {
            text: text.to_owned(),
            term: read::formula(text)?,
        })
    }

    /// Whether it is nothing but one thing divided by another: a share of 1, without a number that makes it one of 100.
    pub fn is_share(&self, is_percentage: impl Fn(&str) -> bool) -> bool {
        let Term::Arithmetic(Operation::Divide, part, whole) = &self.term else {
            return false;
        };
        let of_percentages = |term: &Term| {
            let mut figures = Vec::new();
            term.figures(&mut figures);
            figures.iter().any(|figure| is_percentage(&figure.metric))
        };
        !self.term.has_number() && of_percentages(part) == of_percentages(whole)
    }

    /// The same a hundredfold: a share as the percentage that it is.
    #[must_use]
    pub fn in_percent(self) -> Formula {
        let hundredfold = |term| {
            let hundred = Box::new(Term::Number(100.0));
            Term::Arithmetic(Operation::Multiply, hundred, Box::new(term))
        };
        let term = match self.term {
            // 7 of 100 are 7 %, and not 7.000000000000001.
            Term::Arithmetic(Operation::Divide, part, whole) => {
                let part = Box::new(hundredfold(*part));
                Term::Arithmetic(Operation::Divide, part, whole)
            }
            term => hundredfold(term),
        };
        Formula {
            text: self.text,
            term,
        }
    }

    /// The formula as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The ids of the metrics that the formula names, each once, in the order of their first mention.
    pub fn inputs(&self) -> Vec<&str> {
        let mut figures = Vec::new();
        self.term.figures(&mut figures);
        figures
            .into_iter()
            .map(|figure| figure.metric.as_str())
            .collect()
    }

    /// The formula's value for the inputs' values; ratios come in percent.
    ///
    /// # Errors
    /// When an input that is needed is missing, or there is a division by zero on the way.
    pub fn evaluate(&self, lookup: impl Fn(&str) -> Option<f64>) -> Result<f64, NoValue> {
        self.term.value(&figure::Plain(lookup))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Result<f64, NoValue> {
        let known = |id: &str| match id {
            "issues.open_bugs" => Some(30.0),
            "size.lines" => Some(1500.0),
            "tests.failed" => Some(0.0),
            _ => None,
        };
        Formula::parse(text).unwrap().evaluate(known)
    }

    #[test]
    fn whole_numbers_and_fractions_mix() {
        assert_eq!(value("issues.open_bugs / (size.lines / 1000)"), Ok(20.0));
        assert_eq!(value("1 / 2 + 0.25 * 2 - -1"), Ok(2.0));
        assert_eq!(value("7 % 4"), Ok(3.0));
        assert_eq!(value("max(1, size.lines, 2.5) - min(1, 2)"), Ok(1499.0));
        assert_eq!(value("size.lines > 1000 && !(1 == 2) ? 1 : 2"), Ok(1.0));
    }

    #[test]
    fn a_missing_input_is_missing_and_not_zero() {
        let missing = NoValue::Missing("lint.errors".to_owned());
        assert_eq!(value("lint.errors * 0"), Err(missing.clone()));
        assert_eq!(value("1 + lint.errors"), Err(missing));
        assert_eq!(value("tests.failed > 0 ? lint.errors : 5"), Ok(5.0));
    }

    #[test]
    fn division_by_zero_is_missing_and_never_a_number() {
        assert_eq!(value("1 / tests.failed"), Err(NoValue::DivisionByZero));
        assert_eq!(
            value("1 / (1 / tests.failed)"),
            Err(NoValue::DivisionByZero)
        );
        assert_eq!(value("0 / tests.failed"), Err(NoValue::DivisionByZero));
        assert_eq!(value("1e308 * 10"), Err(NoValue::NotFinite));
        assert_eq!(value("1 / (1e308 * 10)"), Err(NoValue::NotFinite));
    }

    #[test]
    fn inputs_are_listed_once() {
        let formula = Formula::parse("a.b + c.d.e / a.b + min(f.g, 1)").unwrap();
        assert_eq!(formula.inputs(), ["a.b", "c.d.e", "f.g"]);
    }

    #[test]
    fn what_is_no_arithmetic_is_refused() {
        for text in [
            "",
            "1 +",
            "\"text\"",
            "a.b > 1",
            "[1, 2].map(x, x * x)",
            "size(a.b)",
            "a.b ? 1 : 2",
            "true ? 1 : 2",
            "a[0]",
            "has(a.b)",
            "f(1).g",
        ] {
            assert!(Formula::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_formula_cannot_exhaust_the_stack() {
        for sign in ["(", "-", "!", "[", "1+", "1?", "{", "a(", "1?1:", "a."] {
            for times in [30, 64, 1_999] {
                assert!(Formula::parse(&sign.repeat(times)).is_err(), "{sign}");
            }
        }
        assert!(Formula::parse(&format!("1{}", "+1".repeat(60))).is_ok());
        assert!(Formula::parse(&format!("{}1{}", "(".repeat(60), ")".repeat(60))).is_ok());
        assert!(Formula::parse(&format!("a{}", ".b".repeat(900))).is_err());
    }
}
