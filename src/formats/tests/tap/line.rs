//! What a line says.

use crate::domain::report::Outcome;

/// A line without its indentation.
#[derive(Debug, PartialEq)]
pub(super) enum Line<'a> {
    /// `TAP version 14`
    Version,
    /// `1..3`, with the last number.
    Plan(u64),
    /// `ok 1 - name # SKIP why`
    Point(Point<'a>),
    /// `Bail out! why`
    BailOut(&'a str),
    /// `# Subtest: name`
    Subtest(&'a str),
    /// `# anything`
    Comment(&'a str),
    /// `Result: FAIL`, with which `prove` ends.
    Failed,
    /// Anything else.
    Other,
}

/// A test point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point<'a> {
    pub(super) number: Option<u64>,
    /// What it is called; `\#` and `\\` are still escaped.
    pub(super) name: &'a str,
    pub(super) outcome: Outcome,
    /// Whether it says `not ok`, whatever its directive makes of that.
    pub(super) not_ok: bool,
    /// In seconds, where the name's end says so (`# time=5ms`, Bats: `in 5ms`).
    pub(super) seconds: f64,
}

impl<'a> Line<'a> {
    pub(super) fn of(text: &'a str) -> Line<'a> {
        Line::known(text).unwrap_or(Line::Other)
    }

    fn known(text: &'a str) -> Option<Line<'a>> {
        match text.as_bytes().first()? {
            b'o' => point(text.strip_prefix("ok")?, Outcome::Passed).map(Line::Point),
            b'n' => point(text.strip_prefix("not ok")?, Outcome::Failed).map(Line::Point),
            b'#' => {
                let text = text.strip_prefix('#')?.trim();
                let name = text.strip_prefix("Subtest: ");
                Some(name.map_or(Line::Comment(text), Line::Subtest))
            }
            b'0'..=b'9' => {
                let (first, rest) = text.split_once("..")?;
                let rest = rest.split('#').next()?.trim();
                first.parse::<u64>().ok()?;
                rest.parse().ok().map(Line::Plan)
            }
            b'T' => {
                let version = text.strip_prefix("TAP version ")?;
                version.trim().parse::<u32>().ok().map(|_| Line::Version)
            }
            b'B' => text
                .strip_prefix("Bail out!")
                .map(|why| Line::BailOut(why.trim())),
            b'R' => (text.trim_end() == "Result: FAIL").then_some(Line::Failed),
            _ => None,
        }
    }
}

/// How many subtests deep a line stands, and the line without these spaces.
pub(super) fn indentation(line: &str) -> (usize, &str) {
    let spaces = line.bytes().take_while(|byte| *byte == b' ').count();
    let level = spaces / 4;
    (level, line.get(level * 4..).unwrap_or_default())
}

/// What follows `ok` or `not ok`.
fn point(rest: &str, outcome: Outcome) -> Option<Point<'_>> {
    if !rest.is_empty() && !rest.starts_with(' ') {
        return None;
    }
    let rest = rest.trim();
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let (number, after) = rest.split_at_checked(end)?;
    let (number, rest) = match number.parse() {
        Ok(number) if after.is_empty() || after.starts_with(' ') => (Some(number), after),
        _ => (None, rest),
    };
    let rest = rest.trim_start();
    let rest = rest.strip_prefix('-').map_or(rest, str::trim_start);
    let (name, directive) = split(rest);
    let word = directive.trim_start().to_ascii_uppercase();
    let word = word.split(|c: char| !c.is_alphanumeric()).next();
    let word = word.unwrap_or_default();
    // The specification lets a skipped test say `SKIPPED`; of a failed one nothing but the word itself is believed.
    let skipped = match outcome {
        Outcome::Failed => word == "SKIP",
        _ => word.starts_with("SKIP"),
    };
    let mut point = Point {
        number,
        name: name.trim_end(),
        outcome,
        not_ok: outcome == Outcome::Failed,
        seconds: 0.0,
    };
    if skipped {
        // Bats writes `not ok … # SKIP` in version 13.
        point.outcome = Outcome::Skipped;
    } else if word == "TODO" && outcome == Outcome::Failed {
        point.outcome = Outcome::Skipped;
    } else if let Some(seconds) = time(directive.trim()) {
        point.seconds = seconds;
    } else if word != "TODO" {
        // No directive: the `#` belongs to the name.
        point.name = rest.trim_end();
    }
    if let Some((name, time)) = point.name.rsplit_once(" in ")
        && let Some(number) = time.strip_suffix("ms").or_else(|| time.strip_suffix("sec"))
        && let Ok(number) = number.parse::<f64>()
    {
        point.name = name;
        point.seconds = if time.ends_with("ms") {
            number / 1e3
        } else {
            number
        };
    }
    Some(point)
}

/// The name and the directive behind the last `#` that is not escaped.
fn split(text: &str) -> (&str, &str) {
    let hash = text.rmatch_indices('#').find(|(at, _)| {
        let before = text.get(..*at).unwrap_or_default();
        (before.is_empty() || before.ends_with(' ')) && !before.ends_with('\\')
    });
    match hash {
        Some((at, _)) => (
            text.get(..at).unwrap_or_default(),
            text.get(at + 1..).unwrap_or_default(),
        ),
        None => (text, ""),
    }
}

/// `time=12.5ms`
fn time(directive: &str) -> Option<f64> {
    let time = directive
        .strip_prefix("time=")?
        .trim_end_matches('{')
        .trim();
    match time.strip_suffix("ms") {
        Some(number) => number.parse::<f64>().ok().map(|number| number / 1e3),
        None => time.strip_suffix('s')?.parse().ok(),
    }
}
