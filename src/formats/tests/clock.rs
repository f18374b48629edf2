//! Instants and spans of time, in the ways that test reports write them.

use super::seconds;

/// An instant in ISO 8601, with `T` or a space in the middle; without a zone it is UTC.
pub(super) fn instant(text: &str) -> Option<jiff::Timestamp> {
    let text = text.trim();
    text.parse::<jiff::Timestamp>().ok().or_else(|| {
        let civil: jiff::civil::DateTime = text.parse().ok()?;
        Some(civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    })
}

/// Seconds written as a number, in any locale; 0 if it is none.
pub(super) fn number(text: &str) -> f64 {
    seconds::parse(text).map_or(0.0, |(seconds, shows_comma)| seconds.read(shows_comma))
}

/// Seconds written as `[d.]hh:mm:ss[.fffffff]`, as .NET does; 0 if it is no such text.
pub(super) fn span(text: &str) -> f64 {
    parts(text.trim()).unwrap_or(0.0)
}

fn parts(text: &str) -> Option<f64> {
    let (hours, rest) = text.split_once(':')?;
    let (minutes, seconds) = rest.split_once(':')?;
    let (days, hours) = hours.split_once('.').unwrap_or(("0", hours));
    let whole = |text: &str| text.parse::<u32>().ok().map(f64::from);
    let seconds = seconds::parse(seconds)?.0.read(true);
    Some(whole(days)? * 86_400.0 + whole(hours)? * 3600.0 + whole(minutes)? * 60.0 + seconds)
}

#[cfg(test)]
mod rules {
    use super::*;

    #[test]
    fn spans_are_read_and_what_is_none_is_0() {
        for (text, seconds) in [
            ("00:00:01.5000000", 1.5),
            ("01:02:03", 3723.0),
            ("1.00:00:00.25", 86_400.25),
            ("00:00:00.000", 0.0),
            ("-00:00:01", 0.0),
            ("1.5", 0.0),
            ("NaN:00:00", 0.0),
            ("00:00:1e999", 0.0),
            ("", 0.0),
        ] {
            assert_eq!(span(text), seconds, "{text}");
        }
        assert_eq!((number("1,5"), number("x"), number("-1")), (1.5, 0.0, 0.0));
    }

    #[test]
    fn an_instant_without_a_zone_is_utc() {
        let expected = "2020-01-02T03:04:05Z".parse().ok();
        for text in [
            "2020-01-02T03:04:05",
            "2020-01-02 03:04:05Z",
            " 2020-01-02 04:04:05+01:00",
            "20200102 03:04:05",
        ] {
            assert_eq!(instant(text), expected, "{text}");
        }
        assert_eq!(instant("yesterday"), None);
    }
}
