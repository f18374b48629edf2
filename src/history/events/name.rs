//! How a document of events is named: all that is asked of many without reading them stands in the name.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// What a document of events is called by; its name ends in it.
const ENDING: &str = ".events";

/// A document of events.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Segment {
    /// The span that it lies in: `2026-03`, or `2026-03-01`.
    pub span: String,
    /// The time of its first event, in milliseconds since 1970.
    pub from: i64,
    /// The time of its last event.
    pub to: i64,
    /// How many events it has.
    pub count: u64,
    /// The first digits of its content's hash.
    pub id: String,
}

impl Segment {
    /// The path of the document.
    pub fn path(&self) -> String {
        let Segment {
            span,
            from,
            to,
            count,
            id,
        } = self;
        format!("{span}/{from}-{to}-{count}-{id}{ENDING}")
    }
}

/// The document that a path names; `None` if it names none.
pub(in crate::history) fn parse(path: &str) -> Option<Segment> {
    let (span, name) = path.split_once('/')?;
    let name = name.strip_suffix(ENDING)?;
    let mut fields = name.split('-');
    let mut next = || fields.next();
    let segment = Segment {
        span: span.to_owned(),
        from: next()?.parse().ok()?,
        to: next()?.parse().ok()?,
        count: next()?.parse().ok()?,
        id: next()?.to_owned(),
    };
    let lawful = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let whole = next().is_none()
        && is_span(span)
        && !segment.id.is_empty()
        && segment.id.bytes().all(lawful)
        && segment.from >= 0
        && segment.from <= segment.to;
    // Only one spelling of each name is lawful.
    (whole && segment.path() == path).then_some(segment)
}

/// The month that a time lies in: `2026-03`.
pub(in crate::history) fn month(at: i64) -> String {
    let date = Timestamp::from_millisecond(at).unwrap_or_default();
    let date = TimeZone::UTC.to_datetime(date).date();
    format!("{:04}-{:02}", date.year(), date.month())
}

/// The day that a time lies in: `2026-03-01`.
pub(in crate::history) fn day(at: i64) -> String {
    let date = Timestamp::from_millisecond(at).unwrap_or_default();
    TimeZone::UTC.to_datetime(date).date().to_string()
}

fn is_span(text: &str) -> bool {
    let digits = |text: &str, many| text.len() == many && text.bytes().all(|b| b.is_ascii_digit());
    let mut fields = text.split('-');
    let year = fields.next().is_some_and(|year| digits(year, 4));
    let rest: Vec<&str> = fields.collect();
    year && matches!(rest.len(), 1 | 2) && rest.iter().all(|field| digits(field, 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_the_document_has() {
        let path = "2026-03/1772362800000-1772362800250-50-00ff00ff00.events";
        let segment = parse(path).unwrap();
        assert_eq!((segment.count, segment.path().as_str()), (50, path));
        assert_eq!(
            (month(segment.from), day(segment.to)),
            ("2026-03".to_owned(), "2026-03-01".to_owned())
        );
        for (from, to) in [
            ("2026-03/", "2026-3/"),
            ("-50-", "-050-"),
            ("-50-", "-"),
            (".events", ".values"),
            ("00ff", "00FF"),
            ("1772362800000-", "1772362800251-"),
            ("1772362800000-", "-1-"),
        ] {
            assert_eq!(parse(&path.replacen(from, to, 1)), None, "{from} → {to}");
        }
    }
}
