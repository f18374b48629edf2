//! Spans of time that points are put together in. In UTC, so that every machine cuts alike.

use std::str::FromStr;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bucket {
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// A week, from Monday.
    Week,
    /// A month of the calendar.
    Month,
}

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;
/// The Thursday that 1970 began on is three days after a Monday.
const MONDAY: i64 = 3 * DAY;

impl Bucket {
    /// All of them.
    pub const ALL: [Bucket; 4] = [Bucket::Hour, Bucket::Day, Bucket::Week, Bucket::Month];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Bucket::Hour => "hour",
            Bucket::Day => "day",
            Bucket::Week => "week",
            Bucket::Month => "month",
        }
    }

    /// When the span began that a time lies in; both in milliseconds since 1970.
    pub fn start(self, at: i64) -> i64 {
        let cut = |span: i64, offset: i64| (at + offset).div_euclid(span) * span - offset;
        match self {
            Bucket::Hour => cut(3_600_000, 0),
            Bucket::Day => cut(DAY, 0),
            Bucket::Week => cut(7 * DAY, MONDAY),
            Bucket::Month => {
                let day = date(at).map(jiff::civil::Date::first_of_month);
                let start = day.and_then(|day| day.to_zoned(TimeZone::UTC).ok());
                start.map_or(at, |zoned| zoned.timestamp().as_millisecond())
            }
        }
    }

    /// When the span begins that is called so; `None` if none is.
    pub fn begin(self, name: &str) -> Option<i64> {
        let (date, hour) = match self {
            Bucket::Hour => {
                let (date, time) = name.split_once(' ')?;
                (date.to_owned(), time.strip_suffix(":00")?.parse().ok()?)
            }
            Bucket::Day | Bucket::Week => (name.to_owned(), 0_i64),
            Bucket::Month => (format!("{name}-01"), 0),
        };
        let date: jiff::civil::Date = date.parse().ok()?;
        let midnight = date.to_zoned(TimeZone::UTC).ok()?.timestamp();
        Some(midnight.as_millisecond() + hour * 3_600_000)
    }

    /// When the span begins that follows the one which begins at a time.
    pub fn next(self, start: i64) -> i64 {
        match self {
            Bucket::Hour => start + 3_600_000,
            Bucket::Day => start + DAY,
            Bucket::Week => start + 7 * DAY,
            // No month is longer than 31 days, and none shorter than 28.
            Bucket::Month => self.start(start + 31 * DAY),
        }
    }

    /// How a span is called that begins at a time: `2026-03-01`, `2026-03-01 14:00`, `2026-03`.
    pub fn name(self, start: i64) -> String {
        let Some(date) = date(start) else {
            return start.to_string();
        };
        match self {
            Bucket::Hour => format!("{date} {:02}:00", start.rem_euclid(DAY) / 3_600_000),
            Bucket::Day | Bucket::Week => date.to_string(),
            Bucket::Month => format!("{:04}-{:02}", date.year(), date.month()),
        }
    }
}

fn date(at: i64) -> Option<jiff::civil::Date> {
    let at = Timestamp::from_millisecond(at).ok()?;
    Some(TimeZone::UTC.to_datetime(at).date())
}

impl FromStr for Bucket {
    type Err = ();

    fn from_str(word: &str) -> Result<Bucket, ()> {
        Bucket::ALL
            .into_iter()
            .find(|bucket| bucket.word() == word)
            .ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_begin_where_the_calendar_says() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap().as_millisecond();
        for (bucket, begin, name) in [
            (Bucket::Hour, "2024-02-29T23:00:00Z", "2024-02-29 23:00"),
            (Bucket::Day, "2024-02-29T00:00:00Z", "2024-02-29"),
            (Bucket::Week, "2024-02-26T00:00:00Z", "2024-02-26"),
            (Bucket::Month, "2024-02-01T00:00:00Z", "2024-02"),
        ] {
            let start = bucket.start(at("2024-02-29T23:59:59.999Z"));
            assert_eq!((start, bucket.name(start)), (at(begin), name.to_owned()));
            assert_eq!(bucket.start(start), start);
            assert_eq!(bucket.begin(name), Some(start));
            let next = bucket.next(start);
            assert!(next > start && bucket.start(next) == next);
            assert_eq!(bucket.start(next - 1), start);
        }
        // 1970 began within the week of Monday the 29th of December.
        assert_eq!(Bucket::Week.name(Bucket::Week.start(0)), "1969-12-29");
    }
}
