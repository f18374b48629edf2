//! What people write and CEL does not know: `5%`, `500ms`, `and`, `or`, `not`.

use super::FormulaError;
use crate::domain::unit::Unit;

/// The call that stands for a number with a unit.
pub(super) const AMOUNT: &str = "amount";

/// A condition with its amounts and words as CEL takes them, and how many of them there are.
pub(super) fn written_out(text: &str) -> Result<(String, usize), FormulaError> {
    let mut out = String::with_capacity(text.len() * 2);
    let mut changed = 0;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let taken = if c.is_ascii_digit() {
            let (number, unit, taken) = amount(rest)?;
            match unit {
                "" => out.push_str(number),
                unit => {
                    changed += 1;
                    out.push_str(&format!("{AMOUNT}({number},\"{unit}\")"));
                }
            }
            taken
        } else if c.is_ascii_alphabetic() || c == '_' {
            let lawful = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
            let name = rest.split(|c| !lawful(c)).next().unwrap_or_default();
            let word = match name {
                "and" => "&&",
                "or" => "||",
                "not" => "!",
                other => other,
            };
            changed += usize::from(word != name);
            out.push_str(word);
            name.len()
        } else {
            out.push(c);
            c.len_utf8()
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    Ok((out, changed))
}

/// The number that a text begins with, its unit if it has one, and how many bytes both are.
fn amount(text: &str) -> Result<(&str, &str, usize), FormulaError> {
    let digits = |text: &str| {
        let end = text.find(|c: char| !c.is_ascii_digit());
        end.unwrap_or(text.len())
    };
    let after = |at: usize| text.get(at..).unwrap_or_default();
    let mut end = digits(text);
    if let Some(rest) = after(end).strip_prefix('.') {
        end += 1 + digits(rest);
    }
    if let Some(rest) = after(end).strip_prefix(['e', 'E']) {
        let sign = usize::from(rest.starts_with(['+', '-']));
        let power = digits(rest.get(sign..).unwrap_or_default());
        end += if power > 0 { 1 + sign + power } else { 0 };
    }
    let number = text.get(..end).unwrap_or_default();
    let rest = after(end);
    let gap = rest.len() - rest.trim_start().len();
    if let Some(behind) = rest.trim_start().strip_prefix('%') {
        // `a % b` is a remainder, `5% or` and `5%)` are percentages.
        let next = behind.trim_start();
        let word = next.starts_with("and ") || next.starts_with("or ");
        let operand = |c: char| c.is_ascii_alphanumeric() || "_(-.".contains(c);
        return Ok(match next.starts_with(operand) && !word {
            true => (number, "", end),
            false => (number, "%", end + gap + 1),
        });
    }
    let lawful = |c: char| c.is_alphabetic();
    let tail = rest.trim_start();
    let word_end = tail.find(|c: char| !lawful(c)).unwrap_or(tail.len());
    let word = tail.get(..word_end).unwrap_or_default();
    if matches!(word, "and" | "or" | "in") {
        return Ok((number, "", end));
    }
    // `5/s`, `20 MB/s`: what follows the stroke is a unit, not a metric.
    let per = tail.get(word_end..).unwrap_or_default();
    let per = per.strip_prefix('/').map_or("", |per| {
        let stop = per.find(|c: char| !(lawful(c) || c == '_' || c == '.' || c.is_ascii_digit()));
        let per = per.get(..stop.unwrap_or(per.len())).unwrap_or_default();
        match per {
            "s" | "sec" | "second" | "min" | "minute" | "h" | "hour" | "day" | "week" => per,
            _ => "",
        }
    });
    let length = word_end + if per.is_empty() { 0 } else { 1 + per.len() };
    let unit = tail.get(..length).unwrap_or_default();
    if unit.is_empty() {
        return Ok((number, "", end));
    }
    match Unit::of_symbol(unit).0 {
        Unit::Custom(_) => Err(FormulaError::new(format!(
            "`{unit}` after `{number}` is no unit"
        ))),
        _ => Ok((number, unit, end + gap + length)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_words_are_written_out() {
        for (text, out) in [
            ("a > 5%", "a > amount(5,\"%\")"),
            ("a > 5 %", "a > amount(5,\"%\")"),
            ("a > 5 % or b > 1", "a > amount(5,\"%\") || b > 1"),
            ("a % 5 > 1", "a % 5 > 1"),
            ("5 % 3 > a", "5 % 3 > a"),
            (
                "a > 5% and b < 500ms",
                "a > amount(5,\"%\") && b < amount(500,\"ms\")",
            ),
            ("(a > 5%)", "(a > amount(5,\"%\"))"),
            (
                "not (a.b2 > 1.5e3 s) or b > 1",
                "! (a.b2 > amount(1.5e3,\"s\")) || b > 1",
            ),
            (
                "p95(a, 24h) > 20 MB/s",
                "p95(a, amount(24,\"h\")) > amount(20,\"MB/s\")",
            ),
            ("a > 2/week", "a > amount(2,\"/week\")"),
            ("100 / size.lines > 1", "100 / size.lines > 1"),
            ("android > 1", "android > 1"),
        ] {
            let found = written_out(text).map(|(out, _)| out);
            assert_eq!(found.as_deref(), Ok(out), "{text}");
        }
        assert!(written_out("a > 5smiles").is_err());
    }
}
