//! Questions as they are typed.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::{Filter, Group, instant};
use crate::domain::unit::Unit;

impl FromStr for Filter {
    type Err = String;

    /// `name=value`, `name!=value`; several values stand between commas, and none asks for points that lack it. A value
    /// with a comma in it stands in double quotes, in which a backslash takes the next character as it is.
    fn from_str(text: &str) -> Result<Filter, String> {
        let wrong = || {
            format!(
                "`{text}` is no condition: write NAME=VALUE or NAME!=VALUE, as in command=install"
            )
        };
        let (name, values) = text.split_once('=').ok_or_else(wrong)?;
        let (name, not) = match name.strip_suffix('!') {
            Some(name) => (name, true),
            None => (name, false),
        };
        if name.trim().is_empty() {
            return Err(wrong());
        }
        Ok(Filter {
            name: name.trim().to_owned(),
            values: listed(values)
                .ok_or_else(|| format!("`{text}` has a quotation mark that is not closed, or something behind it: write NAME=\"a, b\",c"))?,
            not,
        })
    }
}

/// The values of a list; `None` where a quotation mark is not closed, or something stands behind one that is.
fn listed(text: &str) -> Option<Vec<String>> {
    let mut values = Vec::new();
    let mut rest = text.trim();
    loop {
        let Some(quoted) = rest.strip_prefix('"') else {
            let (value, after) = match rest.split_once(',') {
                Some((value, after)) => (value, Some(after)),
                None => (rest, None),
            };
            values.push(value.trim().to_owned());
            match after {
                Some(after) => rest = after.trim_start(),
                None => return Some(values),
            }
            continue;
        };
        let mut value = String::new();
        let mut characters = quoted.chars();
        loop {
            match characters.next()? {
                '"' => break,
                '\\' => value.push(characters.next()?),
                c => value.push(c),
            }
        }
        values.push(value);
        let after = characters.as_str().trim_start();
        match after.strip_prefix(',') {
            Some(after) => rest = after.trim_start(),
            None => return after.is_empty().then_some(values),
        }
    }
}

/// A value as it stands in a condition: in quotes where it would be read as something else.
fn quoted(value: &str) -> Cow<'_, str> {
    let plain = !value.contains([',', '"', '\\']) && value.trim() == value;
    match plain {
        true => Cow::Borrowed(value),
        false => Cow::Owned(format!(
            "\"{}\"",
            value.replace('\\', "\\\\").replace('"', "\\\"")
        )),
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.not { "!=" } else { "=" };
        let values: Vec<Cow<'_, str>> = self.values.iter().map(|value| quoted(value)).collect();
        write!(f, "{}{sign}{}", self.name, values.join(","))
    }
}

impl FromStr for Group {
    type Err = String;

    /// `hour`, `day`, `week`, `month`, or the name of anything that points have.
    fn from_str(word: &str) -> Result<Group, String> {
        match (word.parse(), word.trim()) {
            (Ok(bucket), _) => Ok(Group::Time(bucket)),
            (Err(()), "") => Err(
                "there is nothing to group by: name a dimension or a span such as day".to_owned(),
            ),
            (Err(()), name) => Ok(Group::By(name.to_owned())),
        }
    }
}

/// The moment that a text names: `2026-03-01T12:00:00Z`, or a day or a month (`2026-03`), which begins at midnight UTC. The
/// `end` of a day is the moment after it, so that the day itself counts; so for a month.
///
/// # Errors
/// When it names none.
pub fn moment(text: &str, end: bool) -> Result<Timestamp, String> {
    if let Some(moment) = instant(text) {
        return Ok(moment);
    }
    let day = || {
        // Of a moment that cannot be read, the day is not what was meant.
        let day = text.parse::<Date>().ok().filter(|_| !text.contains(':'))?;
        Some((day, day.tomorrow().ok()?))
    };
    let month = || {
        let first = format!("{text}-01").parse::<Date>();
        let first = first.ok().filter(|_| text.len() == 7)?;
        Some((first, first.checked_add(1.month()).ok()?))
    };
    let named = day().or_else(month);
    let day = named.map(|(first, after)| if end { after } else { first });
    let begin = day.and_then(|day| day.to_zoned(TimeZone::UTC).ok());
    begin.map(|zoned| zoned.timestamp()).ok_or_else(|| {
        format!(
            "`{text}` is no time: write a day such as 2026-03-01, a month such as 2026-03, or 2026-03-01T12:00:00Z"
        )
    })
}

/// The longest span that is counted back.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 36_500);

/// The moment that lies a span such as `24h`, `7d` or `30min` before now.
///
/// # Errors
/// When it is no span, or longer than time.
pub fn ago(span: &str, now: Timestamp) -> Result<Timestamp, String> {
    let wrong = || format!("`{span}` is no span of time: write 30min, 24h, 7d or 4w");
    let seconds = Unit::Seconds.parse_amount(span).map_err(|_| wrong())?;
    let seconds = SignedDuration::try_from_secs_f64(seconds.to_f64()).map_err(|_| wrong())?;
    match seconds.is_negative() {
        true => Err(wrong()),
        false if seconds > LONGEST => Err(format!("`{span}` is too long: 36,500 days at most")),
        false => now.checked_sub(seconds).map_err(|_| wrong()),
    }
}

/// The moment that lies so many days before now. A day that is counted back is 24 hours long, as in [`ago`]; only one that
/// is named, as in [`moment`], begins at midnight.
///
/// # Errors
/// When that is before all time.
pub fn days_ago(days: u32, now: Timestamp) -> Result<Timestamp, String> {
    let span = SignedDuration::from_hours(24 * i64::from(days));
    let earlier = now.checked_sub(span).ok();
    earlier
        .filter(|_| span <= LONGEST)
        .ok_or_else(|| format!("{days} days are too many: 36,500 at most"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::series::Bucket;

    #[test]
    fn conditions_are_read_and_written_alike() {
        for (text, name, values, not) in [
            ("a=b", "a", vec!["b"], false),
            ("a!=b,c", "a", vec!["b", "c"], true),
            ("a=", "a", vec![""], false),
            ("a=b=c", "a", vec!["b=c"], false),
            ("a=\"b,c=d\",e", "a", vec!["b,c=d", "e"], false),
            ("a=\"say \\\"b\\\\\"", "a", vec!["say \"b\\"], false),
            ("a=\" b\"", "a", vec![" b"], false),
        ] {
            let filter: Filter = text.parse().unwrap();
            assert_eq!((filter.name.as_str(), filter.not), (name, not));
            assert_eq!(filter.values, values);
            assert_eq!(filter.to_string(), text);
        }
        // What lacks the dimension has the empty value.
        assert!("a=".parse::<Filter>().unwrap().takes(""));
        for text in ["", "a", "=b", "!=b", "a=\"b", "a=\"b\"c", "a=\"b\\"] {
            assert!(text.parse::<Filter>().is_err(), "{text}");
        }
    }

    #[test]
    fn groups_are_spans_or_names() {
        assert_eq!("day".parse(), Ok(Group::Time(Bucket::Day)));
        assert_eq!("os".parse(), Ok(Group::By("os".to_owned())));
        assert!("".parse::<Group>().is_err());
    }

    #[test]
    fn a_day_counts_as_a_whole() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(moment("2024-02-29", false), Ok(at("2024-02-29T00:00:00Z")));
        assert_eq!(moment("2024-02-29", true), Ok(at("2024-03-01T00:00:00Z")));
        let exact = "2024-02-29T12:00:00+02:00";
        assert_eq!(moment(exact, true), Ok(at("2024-02-29T10:00:00Z")));
        assert_eq!(moment("2024-02", false), Ok(at("2024-02-01T00:00:00Z")));
        assert_eq!(moment("2024-02", true), Ok(at("2024-03-01T00:00:00Z")));
        assert!(moment("yesterday", false).is_err());
        assert!(moment("2024-13", false).is_err());
        let now = at("2024-03-01T00:00:00Z");
        assert_eq!(ago("24h", now), Ok(at("2024-02-29T00:00:00Z")));
        let noon = at("2024-03-31T12:30:00Z");
        for days in [0, 1, 30, 365] {
            assert_eq!(
                days_ago(days, noon),
                ago(&format!("{days}d"), noon),
                "{days}"
            );
        }
        assert_eq!(days_ago(1, noon), Ok(at("2024-03-30T12:30:00Z")));
        assert!(days_ago(u32::MAX, noon).is_err());
        for text in ["", "-1h", "7", "1e300d", "7 apples"] {
            assert!(ago(text, now).is_err(), "{text}");
        }
    }
}
