//! Numbers in lines of text, by regular expression.

use regex::{Regex, RegexBuilder};

use super::super::input::Input;
use super::{Finds, unusable};
use crate::domain::report::Problem;

/// Bytes that a compiled expression may have.
const COMPILED: usize = 1 << 20;

pub(super) fn pattern(text: &str) -> Result<Regex, String> {
    let pattern = RegexBuilder::new(text)
        .size_limit(COMPILED)
        .build()
        .map_err(|error| {
            let error = error.to_string();
            let last = error.lines().last().unwrap_or_default();
            format!(
                "this is no regular expression: {}",
                last.trim_start_matches("error: ")
            )
        })?;
    if pattern.captures_len() < 2 {
        return Err("the expression has no group that holds the number: write `(?<value>[0-9.]+)` where it stands".to_owned());
    }
    Ok(pattern)
}

pub(super) fn read(text: &str, input: &mut Input<'_>, finds: &mut Finds) -> Result<(), Problem> {
    let pattern = pattern(text).map_err(unusable)?;
    input.each_line(|_, number, line| {
        for found in pattern.captures_iter(line) {
            let group = found.name("value").or_else(|| found.get(1));
            let unit = found.name("unit").map_or("", |unit| unit.as_str());
            if let Some(value) = group {
                finds.add(value.as_str(), unit, number)?;
            }
        }
        Ok(())
    })
}
