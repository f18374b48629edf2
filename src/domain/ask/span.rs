//! Spans of time in words. Days begin at midnight UTC and weeks on Monday, as those that points are put together in.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::reader::Reader;

/// From when, and until when no longer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: Option<Timestamp>,
    pub(super) until: Option<Timestamp>,
}

/// How long a span is. Months and years are as long as the calendar has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    Time(SignedDuration),
    Months(i64),
}

impl Length {
    /// So many of a unit: `hours`, `months`.
    fn of(count: i64, unit: &str) -> Option<Length> {
        let months = match unit {
            "month" | "months" => Some(count),
            "year" | "years" => Some(count.checked_mul(12)?),
            _ => None,
        };
        if let Some(months) = months {
            return (1..=1_200)
                .contains(&months)
                .then_some(Length::Months(months));
        }
        let hours = hours(unit)?.checked_mul(count).filter(|hours| *hours > 0)?;
        SignedDuration::try_from_hours(hours).map(Length::Time)
    }

    fn back_from(self, moment: Timestamp) -> Option<Timestamp> {
        match self {
            Length::Time(length) => moment.checked_sub(length).ok(),
            Length::Months(months) => {
                let zoned = moment.to_zoned(TimeZone::UTC);
                Some(zoned.checked_sub(months.months()).ok()?.timestamp())
            }
        }
    }
}

impl Span {
    /// The span right before this one, so long or as long as this one; `None` if this one has no beginning.
    pub(super) fn before(self, length: Option<Length>, now: Timestamp) -> Option<Span> {
        let from = self.from?;
        let until = self.until.unwrap_or(now);
        let same = || whole_months(from, until).unwrap_or(Length::Time(until.duration_since(from)));
        Some(Span {
            from: Some(length.unwrap_or_else(same).back_from(from)?),
            until: Some(from),
        })
    }

    fn days(first: Date, after: Date) -> Option<Span> {
        Some(Span {
            from: Some(midnight(first)?),
            until: Some(midnight(after)?),
        })
    }
}

impl Reader<'_> {
    /// A span here, and how many words it took.
    pub(super) fn span(&self, now: Timestamp) -> Option<(Span, usize)> {
        let today = TimeZone::UTC.to_datetime(now).date();
        // Words before a span that say nothing of their own.
        let ahead = usize::from(matches!(
            self.word(0),
            Some("in" | "on" | "over" | "during" | "for" | "of" | "within")
        ));
        let prepared = self.after(ahead);
        let article = usize::from(prepared.word(0) == Some("the"));
        let bare = prepared.after(article);
        let found = bare
            .named(today)
            .or_else(|| bare.rolling(now))
            .or_else(|| prepared.bounded(today))
            // A month alone is no word for a month: `may`, `march`.
            .or_else(|| {
                (ahead > 0)
                    .then(|| prepared.calendar(today))
                    .flatten()
                    .and_then(|((first, after), count)| Some((Span::days(first, after)?, count)))
            });
        if let Some((span, count)) = found {
            let article = if prepared.is(&["the"]) { article } else { 0 };
            return Some((span, ahead + article + count));
        }
        let ((first, after), count) = prepared.dated()?;
        Some((Span::days(first, after)?, ahead + count))
    }

    /// `today`, `yesterday`, `this week`, `last month`.
    fn named(&self, today: Date) -> Option<(Span, usize)> {
        let next = self.word(1).unwrap_or_default();
        let days = |first: Date, after: Date, count| Some((Span::days(first, after)?, count));
        let monday = today
            .checked_sub(i64::from(today.weekday().to_monday_zero_offset()).days())
            .ok()?;
        let month = today.first_of_month();
        match (self.word(0)?, next) {
            ("today", _) => days(today, today.tomorrow().ok()?, 1),
            ("yesterday", _) => days(today.yesterday().ok()?, today, 1),
            ("this", "week") => days(monday, monday.checked_add(7.days()).ok()?, 2),
            ("last" | "previous", "week") => days(monday.checked_sub(7.days()).ok()?, monday, 2),
            ("this", "month") => days(month, month.checked_add(1.month()).ok()?, 2),
            ("last" | "previous", "month") => days(month.checked_sub(1.month()).ok()?, month, 2),
            ("this", "year") => days(today.first_of_year(), after_year(today.year())?, 2),
            ("last" | "previous", "year") => {
                let year = today.year().checked_sub(1)?;
                days(Date::new(year, 1, 1).ok()?, today.first_of_year(), 2)
            }
            _ => None,
        }
    }

    /// `30 days`, `month`: how long, and how many words it took.
    pub(super) fn length(&self) -> Option<(Length, usize)> {
        let word = self.word(0)?;
        if let "hour" | "day" | "week" | "month" | "year" = word {
            return Some((Length::of(1, word)?, 1));
        }
        Some((Length::of(word.parse().ok()?, self.word(1)?)?, 2))
    }

    /// `last 24 hours`, `past 7 days`, `last hour`, `last day`: back from now.
    fn rolling(&self, now: Timestamp) -> Option<(Span, usize)> {
        if !matches!(self.word(0)?, "last" | "past" | "previous") {
            return None;
        }
        let (count, unit, words) = match (self.word(1)?, self.word(2)) {
            ("hour" | "day" | "24h", _) => match self.word(1)? {
                "hour" => (1, "hour", 2),
                _ => (24, "hours", 2),
            },
            (number, Some(unit)) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
                (number.parse().ok()?, unit, 3)
            }
            (short, _) => {
                let (number, unit) = short.split_at_checked(short.len().checked_sub(1)?)?;
                (number.parse().ok()?, unit, 2)
            }
        };
        let from = Length::of(count, unit)?.back_from(now);
        let span = Span { from, until: None };
        from.map(|_| (span, words))
    }

    /// `since`, `until`, `before`, `after`, `from … to …`, `between … and …`.
    fn bounded(&self, today: Date) -> Option<(Span, usize)> {
        let rest = self.after(1);
        let one = |word: &str| {
            let ((first, after), count) = rest.moment(today)?;
            let (first, after) = (midnight(first)?, midnight(after)?);
            let span = match word {
                "since" => (Some(first), None),
                "after" => (Some(after), None),
                "before" => (None, Some(first)),
                _ => (None, Some(after)),
            };
            let (from, until) = span;
            Some((Span { from, until }, count + 1))
        };
        match self.word(0)? {
            word @ ("since" | "after" | "before" | "until" | "till") => one(word),
            word @ ("from" | "between") => {
                let ((first, _), count) = rest.moment(today)?;
                let joint = rest.after(count);
                let joined = match word {
                    "between" => joint.is(&["and"]),
                    _ => matches!(joint.word(0), Some("to" | "until" | "till")),
                };
                let from = Some(midnight(first)?);
                if !joined {
                    let span = Span { from, until: None };
                    return (word == "from").then_some((span, 1 + count));
                }
                let end = joint.after(1);
                if matches!(end.word(0), Some("now" | "today")) {
                    let until = None;
                    return Some((Span { from, until }, count + 3));
                }
                let ((_, after), more) = end.moment(today)?;
                let until = Some(midnight(after)?);
                Some((Span { from, until }, count + more + 2))
            }
            _ => None,
        }
    }

    /// A day or a month, and the day after it: what a span can begin or end with.
    fn moment(&self, today: Date) -> Option<((Date, Date), usize)> {
        let day = |date: Date, count| Some(((date, date.tomorrow().ok()?), count));
        match self.word(0)? {
            "today" => return day(today, 1),
            "yesterday" => return day(today.yesterday().ok()?, 1),
            _ => {}
        }
        self.dated().or_else(|| self.calendar(today))
    }

    /// `2026-01-05`, `2026-01`.
    fn dated(&self) -> Option<((Date, Date), usize)> {
        let word = self.word(0)?;
        if let Ok(date) = word.parse::<Date>()
            && word.len() == 10
        {
            return Some(((date, date.tomorrow().ok()?), 1));
        }
        let (year, month) = word.split_once('-').filter(|_| word.len() == 7)?;
        let first = Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()?;
        Some(((first, first.checked_add(1.month()).ok()?), 1))
    }

    /// `monday`, `march`, `march 2026`, `5 march`, `march 5`, `2026`. Of what has no year, the latest that has begun.
    fn calendar(&self, today: Date) -> Option<((Date, Date), usize)> {
        let word = self.word(0)?;
        let next = self.word(1);
        if let Some(weekday) = weekday(word) {
            let back = today.weekday().since(weekday);
            let day = today.checked_sub(i64::from(back).days()).ok()?;
            return Some(((day, day.tomorrow().ok()?), 1));
        }
        if let Some(year) = year(word) {
            return Some(((Date::new(year, 1, 1).ok()?, after_year(year)?), 1));
        }
        let of = |month: i8, day: Option<i8>, count: usize| {
            let stated = self.word(count).and_then(year);
            let at = |year: i16| Date::new(year, month, day.unwrap_or(1)).ok();
            let year = stated.or_else(|| match at(today.year()) {
                Some(date) if date <= today => Some(today.year()),
                _ => today.year().checked_sub(1),
            })?;
            let first = at(year)?;
            let after = match day {
                Some(_) => first.tomorrow().ok()?,
                None => first.checked_add(1.month()).ok()?,
            };
            Some(((first, after), count + usize::from(stated.is_some())))
        };
        if let Some(month) = month(word) {
            return match next.and_then(day) {
                Some(day) => of(month, Some(day), 2),
                None => of(month, None, 1),
            };
        }
        match (day(word), next.and_then(month)) {
            (Some(day), Some(month)) => of(month, Some(day), 2),
            _ => None,
        }
    }
}

/// The hours of a unit that always has as many.
fn hours(unit: &str) -> Option<i64> {
    Some(match unit {
        "h" | "hour" | "hours" => 1,
        "d" | "day" | "days" => 24,
        "w" | "week" | "weeks" => 7 * 24,
        _ => return None,
    })
}

/// How many months a span is that begins and ends with one.
fn whole_months(from: Timestamp, until: Timestamp) -> Option<Length> {
    let month = |moment: Timestamp| {
        let date = TimeZone::UTC.to_datetime(moment).date();
        let begins = date.day() == 1 && midnight(date) == Some(moment);
        begins.then(|| i64::from(date.year()) * 12 + i64::from(date.month()))
    };
    let months = month(until)? - month(from)?;
    (months > 0).then_some(Length::Months(months))
}

fn midnight(date: Date) -> Option<Timestamp> {
    Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

fn after_year(year: i16) -> Option<Date> {
    Date::new(year.checked_add(1)?, 1, 1).ok()
}

fn year(word: &str) -> Option<i16> {
    word.parse()
        .ok()
        .filter(|year| (1970..=9_998).contains(year))
}

fn day(word: &str) -> Option<i8> {
    let number = ["th", "st", "nd", "rd"]
        .iter()
        .find_map(|ending| word.strip_suffix(ending));
    let day = number.unwrap_or(word).parse().ok();
    day.filter(|day| (1..=31).contains(day))
}

fn month(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let named = |name: &&str| name == &word || (word.len() == 3 && name.starts_with(word));
    let place = MONTHS.iter().position(named)?;
    i8::try_from(place + 1).ok()
}

fn weekday(word: &str) -> Option<Weekday> {
    Some(match word {
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        "saturday" => Weekday::Saturday,
        "sunday" => Weekday::Sunday,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;

    /// The span of a text, with what is left of it; it is noon of Sunday the 22nd of November 2026.
    fn read(text: &str) -> Option<(String, String, usize)> {
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        let words = words(text);
        let (span, count) = Reader::new(&words).span(now)?;
        let shown = |at: Option<Timestamp>| {
            at.map_or_else(String::new, |at| at.to_string().replace("T00:00:00Z", ""))
        };
        Some((shown(span.from), shown(span.until), words.len() - count))
    }

    #[test]
    fn spans_are_read_as_people_say_them() {
        for (text, from, until) in [
            ("today", "2026-11-22", "2026-11-23"),
            ("yesterday", "2026-11-21", "2026-11-22"),
            ("last week", "2026-11-09", "2026-11-16"),
            ("in the last week", "2026-11-09", "2026-11-16"),
            ("this week", "2026-11-16", "2026-11-23"),
            ("last month", "2026-10-01", "2026-11-01"),
            ("this year", "2026-01-01", "2027-01-01"),
            ("last year", "2025-01-01", "2026-01-01"),
            ("last 24 hours", "2026-11-21T12:00:00Z", ""),
            ("over the last 7 days", "2026-11-15T12:00:00Z", ""),
            ("last 24h", "2026-11-21T12:00:00Z", ""),
            ("past 2 weeks", "2026-11-08T12:00:00Z", ""),
            ("last 3 months", "2026-08-22T12:00:00Z", ""),
            ("since 2026-01-01", "2026-01-01", ""),
            ("since yesterday", "2026-11-21", ""),
            ("since monday", "2026-11-16", ""),
            ("after 2026-01-01", "2026-01-02", ""),
            ("before march", "", "2026-03-01"),
            ("until 2026-03-31", "", "2026-04-01"),
            ("in March", "2026-03-01", "2026-04-01"),
            ("in december", "2025-12-01", "2026-01-01"),
            ("in march 2025", "2025-03-01", "2025-04-01"),
            ("in 2026-02", "2026-02-01", "2026-03-01"),
            ("in 2025", "2025-01-01", "2026-01-01"),
            ("on friday", "2026-11-20", "2026-11-21"),
            ("on 5 march", "2026-03-05", "2026-03-06"),
            ("on march 5th 2025", "2025-03-05", "2025-03-06"),
            ("from march to may", "2026-03-01", "2026-06-01"),
            (
                "between 2026-01-05 and 2026-01-10",
                "2026-01-05",
                "2026-01-11",
            ),
            ("from 2026-01-05 to now", "2026-01-05", ""),
            ("2026-01-05", "2026-01-05", "2026-01-06"),
        ] {
            let found = read(text);
            let wanted = (from.to_owned(), until.to_owned(), 0);
            assert_eq!(found, Some(wanted), "{text}");
        }
    }

    #[test]
    fn what_is_no_span_is_none() {
        for text in [
            "may",
            "march",
            "last",
            "last 0 days",
            "last 99999999999999999999 days",
            "last 9223372036854775807 weeks",
            "2026-13-01",
            "on 31 february",
            "in install",
            "last deployment",
            "since ever",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn the_span_before_is_as_long() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let words = words("last week");
        let (span, _) = Reader::new(&words).span(now).unwrap();
        let before = span.before(None, now).unwrap();
        assert_eq!(before.until, span.from);
        assert_eq!(before.from.unwrap().to_string(), "2026-11-02T00:00:00Z");
    }
}
