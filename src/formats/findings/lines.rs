//! Text of lines, most of which begin with a place: `path:line:column: what is wrong`.

use super::super::input::unreadable;
use super::super::{Format, Input};
use crate::domain::report::Problem;

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// A finding, or a part of one.
    Finding,
    /// The tool's word that there are findings: a heading above them, their number.
    Announced,
    /// The tool's word that there are none.
    Clean,
    /// Anything else.
    Other,
}

impl From<bool> for Line {
    /// Of tools that write nothing but findings: whether it is one.
    fn from(finding: bool) -> Line {
        if finding { Line::Finding } else { Line::Other }
    }
}

/// Reads a text of this format; `take` says of each line what it is.
///
/// # Errors
/// When no line is a finding, unless the tool says that there are none: it may be written in another way. And when the
/// last line is cut off.
pub(super) fn read<L: Into<Line>>(
    input: &mut Input<'_>,
    format: &Format,
    mut take: impl FnMut(&str) -> L,
) -> Result<(), Problem> {
    let (mut found, mut announced, mut clean) = (false, false, false);
    let mut last_unknown = None;
    input.each_line(|_, number, line| {
        let line = line.trim_start_matches('\u{feff}').trim_end();
        let takes = take(line).into();
        found |= takes == Line::Finding;
        announced |= takes == Line::Announced;
        clean |= takes == Line::Clean;
        last_unknown = (takes == Line::Other).then_some(number);
        Ok(())
    })?;
    input.whole(last_unknown)?;
    if found || clean && !announced {
        return Ok(());
    }
    let what = if announced {
        "it says that something was found, and no line is a finding as this format has them"
    } else {
        "no line of it is one that this format has: nothing says that anything was looked at"
    };
    let readable = format.producers.join("`, `");
    let message = format!("{what}; what can be read is written by `{readable}`");
    Err(Problem::error(message))
}

/// Whether the report is JSON, for tools that write both.
///
/// # Errors
/// When it cannot be read.
pub(super) fn is_json(input: &mut Input<'_>) -> Result<bool, Problem> {
    input
        .source
        .head()
        .map(|head| head.is_json())
        .map_err(unreadable)
}

/// What such a line says.
#[derive(Debug, PartialEq)]
pub(super) struct Located<'a> {
    /// The file.
    pub(super) path: &'a str,
    /// The line, from 1.
    pub(super) line: u32,
    /// The column as the tool counts it, from 0 or from 1.
    pub(super) column: Option<u32>,
    /// What follows.
    pub(super) rest: &'a str,
}

/// Reads a line that begins with a place. A colon in the path (`C:\a.py`) does no harm: the place is where numbers are.
pub(super) fn located(line: &str) -> Option<Located<'_>> {
    let mut from = 0;
    while let Some(at) = line.get(from..)?.find(':').map(|at| from + at) {
        let (path, after) = (line.get(..at)?, line.get(at + 1..)?);
        if let Some((number, mut rest)) = number(after) {
            let mut column = None;
            if let Some((second, after)) = self::number(rest) {
                (column, rest) = (Some(second), after);
            }
            let rest = rest.strip_prefix(' ')?;
            // Nobody writes a path that is nothing, or one that begins like the quotation of a source line.
            let named = !path.trim().is_empty() && !path.starts_with([' ', '\t']);
            return named.then_some(Located {
                path,
                line: number,
                column,
                rest,
            });
        }
        from = at + 1;
    }
    None
}

/// The number before the next colon, and what follows that.
fn number(text: &str) -> Option<(u32, &str)> {
    let (number, rest) = text.split_once(':')?;
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    // A number beyond all lines is a line that is not known.
    digits.then(|| (number.parse().unwrap_or(0), rest))
}

/// The place, the code and the text of `a.py:1:2: E1 text` or `a.py:1: [E1] text`.
pub(super) fn coded(line: &str) -> Option<(Located<'_>, &str, &str)> {
    let at = located(line)?;
    let (code, text) = code(at.rest)?;
    Some((at, code, text))
}

/// The code and the text of `E1 text` or `[E1] text`.
pub(super) fn code(text: &str) -> Option<(&str, &str)> {
    let (code, text) = text.split_once(' ')?;
    let code = match code.strip_prefix('[') {
        Some(code) => code.strip_suffix(']')?,
        None => code,
    };
    let digits = code.trim_start_matches(|letter: char| letter.is_ascii_uppercase());
    let letters = code.len() - digits.len();
    let numbered = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    ((1..=4).contains(&letters) && digits.len() <= 4 && numbered).then_some((code, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_with_and_without_a_column_on_every_system() {
        for (line, path, place, rest) in [
            ("a.py:3:7: E1 x: y", "a.py", (3, Some(7)), "E1 x: y"),
            ("a.py:3: x", "a.py", (3, None), "x"),
            (r"C:\a\b.py:3:7: x", r"C:\a\b.py", (3, Some(7)), "x"),
            ("./a b.py:99999999999: x", "./a b.py", (0, None), "x"),
        ] {
            let located = located(line).unwrap();
            let read = (located.path, (located.line, located.column), located.rest);
            assert_eq!(read, (path, place, rest), "{line}");
        }
    }

    #[test]
    fn other_lines_are_none() {
        for line in [
            "",
            "a.py",
            "a.py:3",
            "a.py:3:7",
            ":3: x",
            " x = a[1:2: ]",
            "a.py:x: y",
            "a.py:3:x",
        ] {
            assert_eq!(located(line), None, "{line}");
        }
    }
}
