//! Reading formulas and conditions.

use cel::Program;
use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, operators};

use super::figure::{Figure, Taken};
use super::term::{Comparison, Operation, Pick, Term, Test};
use super::{FormulaError, literals};
use crate::domain::unit::Unit;

/// Bytes, and signs that nest or join, that a formula may have: the parser recurses over them.
const LENGTH: usize = 2_000;
const SIGNS: usize = 64;

/// What is being read.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    /// Arithmetic over the values of one run.
    Formula,
    /// What can hold of a history.
    Condition,
}

impl Form {
    /// What is said where a comparison is missing.
    fn lack(self) -> &'static str {
        match self {
            Form::Formula => "a comparison stands before `?`",
            Form::Condition => "a condition compares, as in `error_rate > 5%`",
        }
    }
}

/// A formula.
pub(super) fn formula(text: &str) -> Result<Term, FormulaError> {
    let program = compile(text, text, 0)?;
    term(program.expression(), Form::Formula)
}

/// A condition.
pub(super) fn condition(text: &str) -> Result<Test, FormulaError> {
    // Before anything is made of it: what is written out is longer.
    if text.len() > LENGTH {
        return Err(FormulaError::new(format!(
            "a condition has at most {LENGTH} characters"
        )));
    }
    let (source, words) = literals::written_out(text)?;
    let program = compile(text, &source, words)?;
    test(program.expression(), Form::Condition)
}

fn compile(text: &str, source: &str, words: usize) -> Result<Program, FormulaError> {
    if text.len() > LENGTH {
        return Err(FormulaError::new(format!(
            "a formula has at most {LENGTH} characters"
        )));
    }
    let signs = text.chars().filter(|c| "+-*/%?!<>=&|([{,.".contains(*c));
    if signs.count() + words > SIGNS {
        return Err(FormulaError::new(format!(
            "a formula has at most {SIGNS} operators, parentheses and dots"
        )));
    }
    Program::compile(source).map_err(|errors| {
        let first = errors.errors.first();
        FormulaError::new(first.map_or_else(
            || "it cannot be read".to_owned(),
            |error| {
                // The parser lists all that it would have taken, by the names of its tokens.
                let told = error.msg.split(" expecting ").next().unwrap_or_default();
                let told = told.trim_start_matches("Syntax error: ");
                format!("it cannot be read: {}", told.replace("'<EOF>'", "end"))
            },
        ))
    })
}

/// What stands for a metric alone: its latest value.
fn latest(metric: String) -> Term {
    Term::Figure(Figure {
        metric,
        taken: Taken::Latest,
        over: None,
    })
}

/// A number with its unit.
fn amount(value: &IdedExpr, unit: &IdedExpr) -> Result<Term, FormulaError> {
    let (Expr::Literal(value), Expr::Literal(LiteralValue::String(unit))) =
        (&value.expr, &unit.expr)
    else {
        return Err(FormulaError::new("an amount is a number and a unit"));
    };
    match Unit::of_symbol(unit.inner()) {
        (Unit::Custom(_), _) => Err(FormulaError::new(format!("`{}` is no unit", unit.inner()))),
        (unit, factor) => Ok(Term::Amount(number(value)? * factor, unit)),
    }
}

/// `p95(metric, 24h)`.
fn figure(name: &str, of: &IdedExpr, span: &[IdedExpr]) -> Result<Term, FormulaError> {
    let taken =
        Taken::named(name).ok_or_else(|| FormulaError::new(format!("there is no `{name}`")))?;
    let metric = metric(&of.expr)?;
    let seconds = match span {
        [] => None,
        [span] => match term(span, Form::Condition)? {
            Term::Amount(seconds, Unit::Seconds) if seconds > 0.0 => Some(seconds),
            _ => {
                return Err(FormulaError::new(format!(
                    "a span such as `24h` or `7d` stands second in `{name}`"
                )));
            }
        },
        _ => {
            return Err(FormulaError::new(format!(
                "`{name}` takes a metric and a span"
            )));
        }
    };
    if seconds.is_none() && taken == Taken::Rate {
        return Err(FormulaError::new(
            "`rate` needs a span, as in `rate(errors, 1h)`",
        ));
    }
    let over = match seconds {
        None => None,
        Some(seconds) => Some(
            jiff::SignedDuration::try_from_secs_f64(seconds)
                .map_err(|_| FormulaError::new("a span is too long"))?,
        ),
    };
    Ok(Term::Figure(Figure {
        metric,
        taken,
        over,
    }))
}

fn term(expression: &IdedExpr, form: Form) -> Result<Term, FormulaError> {
    match &expression.expr {
        Expr::Literal(literal) => number(literal).map(Term::Number),
        Expr::Ident(_) | Expr::Select(_) => metric(&expression.expr).map(latest),
        Expr::Call(call) => operation(call, form),
        _ => Err(FormulaError::new(
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
        _ => Err(FormulaError::new(
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
        _ => Err(FormulaError::new("only a metric id has dots")),
    }
}

fn operation(call: &CallExpr, form: Form) -> Result<Term, FormulaError> {
    let arithmetic = |operation, left, right| -> Result<Term, FormulaError> {
        let (left, right) = (Box::new(term(left, form)?), Box::new(term(right, form)?));
        Ok(Term::Arithmetic(operation, left, right))
    };
    let name = call.func_name.as_str();
    match (name, call.args.as_slice(), &call.target) {
        (operators::ADD, [left, right], None) => arithmetic(Operation::Add, left, right),
        (operators::SUBSTRACT, [left, right], None) => arithmetic(Operation::Subtract, left, right),
        (operators::MULTIPLY, [left, right], None) => arithmetic(Operation::Multiply, left, right),
        (operators::DIVIDE, [left, right], None) => arithmetic(Operation::Divide, left, right),
        (operators::MODULO, [left, right], None) => arithmetic(Operation::Remainder, left, right),
        (operators::NEGATE, [inner], None) => Ok(Term::Negate(Box::new(term(inner, form)?))),
        (operators::CONDITIONAL, [condition, yes, no], None) => Ok(Term::Choice(
            Box::new(test(condition, form)?),
            Box::new(term(yes, form)?),
            Box::new(term(no, form)?),
        )),
        ("min" | "max", [_, ..], None) => {
            let pick = if name == "min" {
                Pick::Least
            } else {
                Pick::Greatest
            };
            let terms = call.args.iter().map(|argument| term(argument, form));
            let terms = terms.collect::<Result<_, _>>()?;
            Ok(Term::Extreme(pick, terms))
        }
        (literals::AMOUNT, [number, unit], None) if form == Form::Condition => amount(number, unit),
        (_, [of, span @ ..], None) if form == Form::Condition && Taken::named(name).is_some() => {
            figure(name, of, span)
        }
        _ if name.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            Err(FormulaError::new(match form {
                Form::Formula => {
                    format!("there is no function `{name}`; a formula can use `min` and `max`")
                }
                Form::Condition => format!(
                    "there is no function `{name}`; a condition can use `min`, `max`, {}",
                    Taken::WORDS
                ),
            }))
        }
        _ => Err(FormulaError::new(
            "a comparison can only stand before `?`, as in `a > 0 ? b : c`",
        )),
    }
}

fn test(expression: &IdedExpr, form: Form) -> Result<Test, FormulaError> {
    let Expr::Call(call) = &expression.expr else {
        return Err(FormulaError::new(form.lack()));
    };
    let compare = match (call.func_name.as_str(), call.args.as_slice()) {
        (operators::GREATER, _) => Comparison::Greater,
        (operators::GREATER_EQUALS, _) => Comparison::GreaterOrEqual,
        (operators::LESS, _) => Comparison::Less,
        (operators::LESS_EQUALS, _) => Comparison::LessOrEqual,
        (operators::EQUALS, _) => Comparison::Equal,
        (operators::NOT_EQUALS, _) => Comparison::Different,
        (operators::LOGICAL_NOT, [inner]) => return Ok(Test::Not(Box::new(test(inner, form)?))),
        (operators::LOGICAL_AND, [left, right]) => {
            return Ok(Test::And(
                Box::new(test(left, form)?),
                Box::new(test(right, form)?),
            ));
        }
        (operators::LOGICAL_OR, [left, right]) => {
            return Ok(Test::Or(
                Box::new(test(left, form)?),
                Box::new(test(right, form)?),
            ));
        }
        _ => return Err(FormulaError::new(form.lack())),
    };
    match call.args.as_slice() {
        [left, right] => Ok(Test::Compare(
            compare,
            term(left, form)?,
            term(right, form)?,
        )),
        _ => Err(FormulaError::new("a comparison has two sides")),
    }
}
