//! Formulas of user metrics: arithmetic over other metrics' values, in the syntax of CEL.
//!
//! CEL's parser gives the syntax; its evaluator is not used, since a formula is arithmetic over numbers only: whole
//! numbers and fractions mix, a missing input or a division by zero makes the result missing (never 0), and without
//! loops the cost is bounded by the formula's length.

use cel::Program;
use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, operators};

/// A formula that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    text: String,
    term: Term,
}

/// Why a text is no formula.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FormulaError {
    /// What is wrong, without a full stop.
    pub message: String,
}

/// Why a formula has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoValue {
    /// A metric that the formula needs has no value.
    #[error("`{0}` has no value")]
    Missing(String),
    /// Something is divided by zero.
    #[error("it divides by zero")]
    DivisionByZero,
    /// The result is beyond what a number can hold.
    #[error("the result is not a finite number")]
    NotFinite,
}

/// Bytes, and signs that nest or join, that a formula may have: the parser recurses over them.
const LENGTH: usize = 2_000;
const SIGNS: usize = 64;

#[derive(Debug, Clone, PartialEq)]
enum Term {
    Number(f64),
    Metric(String),
    Negate(Box<Term>),
    Arithmetic(Operation, Box<Term>, Box<Term>),
    Extreme(Pick, Vec<Term>),
    Choice(Box<Test>, Box<Term>, Box<Term>),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Pick {
    Least,
    Greatest,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Comparison {
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

/// The condition of a choice `test ? a : b`.
#[derive(Debug, Clone, PartialEq)]
enum Test {
    Compare(Comparison, Term, Term),
    Not(Box<Test>),
    And(Box<Test>, Box<Test>),
    Or(Box<Test>, Box<Test>),
}

impl Formula {
    /// Reads a formula: numbers, metric ids, `+ - * / %`, `min(…)`, `max(…)`, and `test ? a : b`.
    ///
    /// # Errors
    /// When the text is not of this form.
    pub fn parse(text: &str) -> Result<Formula, FormulaError> {
        if text.len() > LENGTH {
            return Err(fault(format!("a formula has at most {LENGTH} characters")));
        }
        let signs = text.chars().filter(|c| "+-*/%?!<>=&|([{,.".contains(*c));
        if signs.count() > SIGNS {
            return Err(fault(format!(
                "a formula has at most {SIGNS} operators, parentheses and dots"
            )));
        }
        let program = Program::compile(text).map_err(|errors| {
            let first = errors.errors.first();
            fault(first.map_or_else(
                || "it cannot be read".to_owned(),
                |error| {
                    // The parser lists all that it would have taken, by the names of its tokens.
                    let told = error.msg.split(" expecting ").next().unwrap_or_default();
                    let told = told.trim_start_matches("Syntax error: ");
                    format!("it cannot be read: {}", told.replace("'<EOF>'", "end"))
                },
            ))
        })?;
        Ok(Formula {
            text: text.to_owned(),
            term: term(program.expression())?,
        })
    }

    /// The formula as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The ids of the metrics that the formula names, each once, in the order of their first mention.
    pub fn inputs(&self) -> Vec<&str> {
        let mut inputs = Vec::new();
        self.term.inputs(&mut inputs);
        inputs
    }

    /// The formula's value for the inputs' values; ratios come in percent.
    ///
    /// # Errors
    /// When an input that is needed is missing, or there is a division by zero on the way.
    pub fn evaluate(&self, lookup: impl Fn(&str) -> Option<f64>) -> Result<f64, NoValue> {
        self.term.value(&lookup)
    }
}

impl Term {
    fn inputs<'a>(&'a self, into: &mut Vec<&'a str>) {
        match self {
            Term::Number(_) => {}
            Term::Metric(id) if into.contains(&id.as_str()) => {}
            Term::Metric(id) => into.push(id),
            Term::Negate(term) => term.inputs(into),
            Term::Arithmetic(_, left, right) => {
                left.inputs(into);
                right.inputs(into);
            }
            Term::Extreme(_, terms) => terms.iter().for_each(|term| term.inputs(into)),
            Term::Choice(test, yes, no) => {
                test.inputs(into);
                yes.inputs(into);
                no.inputs(into);
            }
        }
    }

    fn value(&self, lookup: &dyn Fn(&str) -> Option<f64>) -> Result<f64, NoValue> {
        let value = match self {
            Term::Number(number) => *number,
            Term::Metric(id) => lookup(id).ok_or_else(|| NoValue::Missing(id.clone()))?,
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
}

impl Test {
    fn inputs<'a>(&'a self, into: &mut Vec<&'a str>) {
        match self {
            Test::Compare(_, left, right) => {
                left.inputs(into);
                right.inputs(into);
            }
            Test::Not(test) => test.inputs(into),
            Test::And(left, right) | Test::Or(left, right) => {
                left.inputs(into);
                right.inputs(into);
            }
        }
    }

    fn holds(&self, lookup: &dyn Fn(&str) -> Option<f64>) -> Result<bool, NoValue> {
        Ok(match self {
            Test::Compare(compare, left, right) => {
                compare.holds(left.value(lookup)?, right.value(lookup)?)
            }
            Test::Not(test) => !test.holds(lookup)?,
            Test::And(left, right) => left.holds(lookup)? && right.holds(lookup)?,
            Test::Or(left, right) => left.holds(lookup)? || right.holds(lookup)?,
        })
    }
}

fn fault(message: impl Into<String>) -> FormulaError {
    FormulaError {
        message: message.into(),
    }
}

fn term(expression: &IdedExpr) -> Result<Term, FormulaError> {
    match &expression.expr {
        Expr::Literal(literal) => number(literal).map(Term::Number),
        Expr::Ident(name) => Ok(Term::Metric(name.clone())),
        Expr::Select(_) => metric(&expression.expr).map(Term::Metric),
        Expr::Call(call) => operation(call),
        _ => Err(fault(
            "a formula holds numbers, metric ids, `+ - * / %`, `min(…)`, `max(…)` and `test ? a : b`",
        )),
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "a formula computes in floats; a literal beyond 2^53 is no threshold"
)]
fn number(literal: &LiteralValue) -> Result<f64, FormulaError> {
    match literal {
        LiteralValue::Int(int) => Ok(*int.inner() as f64),
        LiteralValue::UInt(int) => Ok(*int.inner() as f64),
        LiteralValue::Double(double) => Ok(*double.inner()),
        _ => Err(fault(
            "only numbers and metric ids can stand here, no texts, truth values or null",
        )),
    }
}

/// A dotted metric id.
fn metric(expression: &Expr) -> Result<String, FormulaError> {
    match expression {
        Expr::Ident(name) => Ok(name.clone()),
        Expr::Select(select) if !select.test => {
            let family = metric(&select.operand.expr)?;
            Ok(format!("{family}.{}", select.field))
        }
        _ => Err(fault("only a metric id has dots")),
    }
}

fn operation(call: &CallExpr) -> Result<Term, FormulaError> {
    let arithmetic = |operation, left, right| -> Result<Term, FormulaError> {
        let (left, right) = (Box::new(term(left)?), Box::new(term(right)?));
        Ok(Term::Arithmetic(operation, left, right))
    };
    let name = call.func_name.as_str();
    match (name, call.args.as_slice(), &call.target) {
        (operators::ADD, [left, right], None) => arithmetic(Operation::Add, left, right),
        (operators::SUBSTRACT, [left, right], None) => arithmetic(Operation::Subtract, left, right),
        (operators::MULTIPLY, [left, right], None) => arithmetic(Operation::Multiply, left, right),
        (operators::DIVIDE, [left, right], None) => arithmetic(Operation::Divide, left, right),
        (operators::MODULO, [left, right], None) => arithmetic(Operation::Remainder, left, right),
        (operators::NEGATE, [inner], None) => Ok(Term::Negate(Box::new(term(inner)?))),
        (operators::CONDITIONAL, [condition, yes, no], None) => Ok(Term::Choice(
            Box::new(test(condition)?),
            Box::new(term(yes)?),
            Box::new(term(no)?),
        )),
        ("min" | "max", [_, ..], None) => {
            let pick = if name == "min" {
                Pick::Least
            } else {
                Pick::Greatest
            };
            let terms = call.args.iter().map(term).collect::<Result<_, _>>()?;
            Ok(Term::Extreme(pick, terms))
        }
        _ if name.starts_with(|c: char| c.is_ascii_alphabetic()) => Err(fault(format!(
            "there is no function `{name}`; a formula can use `min` and `max`"
        ))),
        _ => Err(fault(
            "a comparison can only stand before `?`, as in `a > 0 ? b : c`",
        )),
    }
}

fn test(expression: &IdedExpr) -> Result<Test, FormulaError> {
    let Expr::Call(call) = &expression.expr else {
        return Err(fault("a comparison stands before `?`"));
    };
    let compare = match (call.func_name.as_str(), call.args.as_slice()) {
        (operators::GREATER, _) => Comparison::Greater,
        (operators::GREATER_EQUALS, _) => Comparison::GreaterOrEqual,
        (operators::LESS, _) => Comparison::Less,
        (operators::LESS_EQUALS, _) => Comparison::LessOrEqual,
        (operators::EQUALS, _) => Comparison::Equal,
        (operators::NOT_EQUALS, _) => Comparison::Different,
        (operators::LOGICAL_NOT, [inner]) => return Ok(Test::Not(Box::new(test(inner)?))),
        (operators::LOGICAL_AND, [left, right]) => {
            return Ok(Test::And(Box::new(test(left)?), Box::new(test(right)?)));
        }
        (operators::LOGICAL_OR, [left, right]) => {
            return Ok(Test::Or(Box::new(test(left)?), Box::new(test(right)?)));
        }
        _ => return Err(fault("a comparison stands before `?`")),
    };
    match call.args.as_slice() {
        [left, right] => Ok(Test::Compare(compare, term(left)?, term(right)?)),
        _ => Err(fault("a comparison has two sides")),
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
