//! How a document of events is named: all that is asked of many without reading them stands in the name.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// What the name of a document of events ends in, as it was recorded.
const ENDING: &str = ".events";
/// What the name of a document ends in that has the events of several, or what is left of one.
const JOINED: &str = ".joined";

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
    /// Whether it states itself which recorded documents its events are of.
    pub joined: bool,
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
            joined,
        } = self;
        let ending = if *joined { JOINED } else { ENDING };
        format!("{span}/{from}-{to}-{count}-{id}{ending}")
    }

    /// The document that a path names; `None` if it names none.
    pub fn parse(path: &str) -> Option<Segment> {
        let (span, name) = path.split_once('/')?;
        let (name, joined) = match name.strip_suffix(ENDING) {
            Some(name) => (name, false),
            None => (name.strip_suffix(JOINED)?, true),
        };
        let mut fields = name.split('-');
        let mut next = || fields.next();
        let segment = Segment {
            span: span.to_owned(),
            from: next()?.parse().ok()?,
            to: next()?.parse().ok()?,
            count: next()?.parse().ok()?,
            id: next()?.to_owned(),
            joined,
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
}

/// How long the spans are that documents are joined by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Rotation {
    /// A month of the calendar, in UTC.
    #[default]
    Monthly,
    /// A day, in UTC.
    Daily,
}

impl Rotation {
    /// The span that a time lies in: `2026-03`, or `2026-03-01`.
    pub fn span(self, at: i64) -> String {
        let date = Timestamp::from_millisecond(at).unwrap_or_default();
        let date = TimeZone::UTC.to_datetime(date).date();
        match self {
            Rotation::Monthly => format!("{:04}-{:02}", date.year(), date.month()),
            Rotation::Daily => date.to_string(),
        }
    }
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
        let segment = Segment::parse(path).unwrap();
        assert_eq!((segment.count, segment.path().as_str()), (50, path));
        assert_eq!(
            (
                Rotation::Monthly.span(segment.from),
                Rotation::Daily.span(segment.to)
            ),
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
            assert_eq!(
                Segment::parse(&path.replacen(from, to, 1)),
                None,
                "{from} → {to}"
            );
        }
    }
}
