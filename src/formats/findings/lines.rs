//! Text of lines, most of which begin with a place: `path:line:column: what is wrong`.

use super::super::Input;
use super::super::input::unreadable;
use crate::domain::report::Problem;

/// Reads a text of which `take` knows some lines, and says of each whether it does.
///
/// # Errors
/// When it knows none, for then nothing says that the tool looked at anything; and when the last line is cut off.
pub(super) fn read(
    input: &mut Input<'_>,
    mut take: impl FnMut(&str) -> bool,
) -> Result<(), Problem> {
    let (mut known, mut last_unknown) = (false, None);
    input.each_line(|_, number, line| {
        let line = line.trim_start_matches('\u{feff}').trim_end();
        let takes = take(line);
        known |= takes;
        last_unknown = (!takes).then_some(number);
        Ok(())
    })?;
    input.whole(last_unknown)?;
    if known {
        return Ok(());
    }
    Err(Problem::error(
        "no line of it is one that this format has: nothing says that anything was looked at",
    ))
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
