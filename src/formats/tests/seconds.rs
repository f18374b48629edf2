//! Durations as JUnit reports write them: in the locale of the machine that wrote them.

use std::ops::AddAssign;

/// A duration in both readings of a comma. They differ only for a number like `1,234`, of which the rest of the file
/// must decide whether it is more than a thousand or little more than one.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Seconds {
    /// In seconds, if commas group thousands.
    pub(super) point: f64,
    /// In seconds, if commas are decimal.
    pub(super) comma: f64,
}

impl Seconds {
    /// The reading that the file turned out to use.
    pub(super) fn read(self, decimal_comma: bool) -> f64 {
        if decimal_comma {
            self.comma
        } else {
            self.point
        }
    }

    /// Whether the readings differ.
    #[allow(
        clippy::float_cmp,
        reason = "both were parsed from one text, or are the same sums"
    )]
    pub(super) fn is_ambiguous(self) -> bool {
        self.point != self.comma
    }
}

impl AddAssign for Seconds {
    fn add_assign(&mut self, other: Seconds) {
        self.point += other.point;
        self.comma += other.comma;
    }
}

/// Thirty thousand years: nothing that runs that long reports.
const LONGEST: f64 = 1e12;

/// Reads a duration, and says whether it shows that the file writes decimal commas: a comma that is followed by other
/// than three digits or preceded by a lone 0, or points that group thousands. Comma and point together mean that the
/// last of them is decimal. `None` for what is no duration: words, negatives, NaN.
#[inline]
pub(super) fn parse(text: &str) -> Option<(Seconds, bool)> {
    if let Some(number) = short(text) {
        return Some((both(number), false));
    }
    parse_local(text)
}

/// A duration in any locale.
fn parse_local(text: &str) -> Option<(Seconds, bool)> {
    let text = text.trim();
    if let Some(number) = number(text) {
        return Some((both(number), false));
    }
    // Spaces and apostrophes group thousands in some locales.
    let text: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '’'))
        .collect();
    let one = |shows_comma: bool, decimal: char, group: char| {
        let plain = text.replace(group, "").replace(decimal, ".");
        Some((both(number(&plain)?), shows_comma))
    };
    match (text.rfind('.'), text.rfind(',')) {
        (Some(point), Some(comma)) if point > comma => one(false, '.', ','),
        (Some(_), Some(_)) => one(true, ',', '.'),
        (Some(_), None) if grouped(&text, '.') => one(true, ',', '.'),
        (None, Some(_)) if text.matches(',').count() > 1 => {
            grouped(&text, ',').then(|| one(false, '.', ','))?
        }
        (None, Some(at)) if text.starts_with(['0', ',']) || text.len() - at != 4 => {
            one(true, ',', '.')
        }
        (None, Some(_)) => Some((
            Seconds {
                point: number(&text.replace(',', ""))?,
                comma: number(&text.replace(',', "."))?,
            },
            false,
        )),
        _ => one(false, '.', ','),
    }
}

/// Reads what nearly all durations look like, `12.345`, several times faster than any number: fewer than 16 digits and
/// a power of ten within 22 are exact as floats, so that the division rounds once, as reading the text would.
#[allow(
    clippy::cast_precision_loss,
    reason = "the mantissa is below 10^15, which floats hold exactly"
)]
fn short(text: &str) -> Option<f64> {
    let (mut mantissa, mut scale, mut point) = (0_u64, 1_u64, false);
    if text.is_empty() || text.len() > 15 {
        return None;
    }
    for &byte in text.as_bytes() {
        match byte {
            b'0'..=b'9' => {
                mantissa = mantissa * 10 + u64::from(byte - b'0');
                scale *= if point { 10 } else { 1 };
            }
            b'.' if !point => point = true,
            _ => return None,
        }
    }
    let seconds = mantissa as f64 / scale as f64;
    (seconds <= LONGEST && text != ".").then_some(seconds)
}

fn both(number: f64) -> Seconds {
    Seconds {
        point: number,
        comma: number,
    }
}

fn number(text: &str) -> Option<f64> {
    let number: f64 = text.parse().ok()?;
    (0.0..=LONGEST).contains(&number).then(|| number.abs())
}

fn grouped(text: &str, mark: char) -> bool {
    text.split(mark).skip(1).all(|group| group.len() == 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_clear_reads_the_same_both_ways() {
        for (text, seconds, shows_comma) in [
            ("0.014", 0.014, false),
            ("12", 12.0, false),
            (" 1.5 ", 1.5, false),
            (".5", 0.5, false),
            ("1e-05", 0.00001, false),
            ("1.234", 1.234, false),
            ("1,234.56", 1234.56, false),
            ("1,234,567", 1_234_567.0, false),
            ("1.234,56", 1234.56, true),
            ("1.234.567,8", 1_234_567.8, true),
            ("1.234.567", 1_234_567.0, true),
            ("0,014", 0.014, true),
            (",5", 0.5, true),
            ("1,5", 1.5, true),
            ("12,3456", 12.3456, true),
            ("1,5E-4", 0.00015, true),
            ("1\u{202f}234,5", 1234.5, true),
            ("1'234.5", 1234.5, false),
        ] {
            assert_eq!(parse(text), Some((both(seconds), shows_comma)), "{text}");
        }
    }

    #[test]
    fn a_comma_before_three_digits_waits_for_the_rest_of_the_file() {
        let (seconds, shows_comma) = parse("1,234").unwrap();
        assert!(seconds.is_ambiguous() && !shows_comma);
        assert_eq!((seconds.read(false), seconds.read(true)), (1234.0, 1.234));
    }

    #[test]
    fn the_short_way_reads_what_the_long_way_does() {
        for text in [
            "0",
            "0.1",
            "0.3",
            "12.345",
            "1.",
            ".7",
            "999999999999",
            "503599627370.25",
            "0.0000000000001",
            "1234567890.1234",
            "99999999999.9",
        ] {
            assert_eq!(short(text), text.parse().ok(), "{text}");
        }
        assert_eq!(short("1e3"), None);
    }

    #[test]
    fn what_is_no_duration_is_none() {
        for text in [
            "",
            "NaN",
            "-1",
            "-0,5",
            "inf",
            "1e999",
            "1e13",
            "soon",
            ",",
            ".",
            "1,2,3",
            "1.2.3",
            "1,234.5.6",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert!(parse("-0").unwrap().0.point.is_sign_positive());
    }
}
