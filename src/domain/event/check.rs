//! What makes an event one that can be kept.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Event, Invalid, Source, metadata};
use super::{Key, instant, up_to};
use crate::domain::catalogue;
use crate::domain::measurement::Labels;
use crate::domain::unit::{Unit, scaled};

/// An event as it was written, before anything is believed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Raw {
    /// What tells it from all others.
    pub id: Option<String>,
    /// RFC 3339, or seconds or milliseconds since 1970; left out, now.
    pub timestamp: Option<String>,
    /// The word for where it comes from.
    pub source: Option<String>,
    /// The producer's own division.
    pub category: Option<String>,
    /// What was measured.
    pub name: String,
    /// The number.
    pub value: f64,
    /// The unit as written: `ms`, `%`, `MB/s`.
    pub unit: Option<String>,
    /// Of what.
    pub dimensions: Labels,
    /// Whatever else, as JSON.
    pub metadata: Option<String>,
    /// What it was recorded with where it was exported: there it is known already.
    pub recorded: Option<String>,
}

/// What an event may be at most.
#[derive(Debug, Clone, Copy)]
pub struct Limits;

impl Limits {
    /// Bytes of a name, a category, or a dimension's name.
    pub const NAME: usize = 200;
    /// Bytes of a dimension's value, and of an id.
    pub const TEXT: usize = 500;
    /// Dimensions of an event.
    pub const DIMENSIONS: usize = 32;
    /// Bytes of metadata.
    pub const METADATA: usize = 16 << 10;
    /// How often an id is corrected: a number that nobody comes to, and beyond which a document is not believed.
    pub const REVISIONS: u32 = 1_000_000;

    /// Whether an event can have these dimensions.
    ///
    /// # Errors
    /// When they are too many, or one has no lawful name or too long a value.
    pub fn dimensions(dimensions: &Labels) -> Result<(), Invalid> {
        if dimensions.len() > Limits::DIMENSIONS {
            return Err(Invalid(format!(
                "it has more than {} dimensions",
                Limits::DIMENSIONS
            )));
        }
        for (name, value) in dimensions {
            if !is_name(name) {
                return Err(Invalid(format!(
                    "the dimension {} has no lawful name",
                    quoted(name)
                )));
            }
            if value.len() > Limits::TEXT {
                return Err(Invalid(format!(
                    "the dimension `{name}` is longer than {} bytes",
                    Limits::TEXT
                )));
            }
        }
        Ok(())
    }
}

impl Raw {
    /// Bytes that its texts take, so that it is known what many of them come to.
    pub fn bytes(&self) -> usize {
        let optional = [
            &self.id,
            &self.timestamp,
            &self.source,
            &self.category,
            &self.unit,
            &self.metadata,
            &self.recorded,
        ];
        let texts = optional.into_iter().flatten().map(String::len);
        let entry =
            |(name, value): (&String, &String)| 2 * size_of::<String>() + name.len() + value.len();
        let dimensions = self.dimensions.iter().map(entry);
        self.name.len() + texts.chain(dimensions).sum::<usize>()
    }

    /// The event that this is, at `now` if it does not say when; its unit is held to the catalogue.
    ///
    /// # Errors
    /// When a member is not what it may be.
    pub fn check(self, now: Timestamp) -> Result<Event, Invalid> {
        self.check_against(now, |name| {
            catalogue::find(name).map(|metric| (&metric.unit, 1.0))
        })
    }

    /// The event that this is, at `now` if it does not say when; `known` tells in which unit a metric is measured, and what
    /// a number that names none is multiplied by to be in it.
    ///
    /// # Errors
    /// When a member is not what it may be.
    pub fn check_against<'u>(
        self,
        now: Timestamp,
        known: impl Fn(&str) -> Option<(&'u Unit, f64)>,
    ) -> Result<Event, Invalid> {
        let invalid = |what: String| Err(Invalid(what));
        if !is_name(&self.name) {
            return invalid(format!(
                "`name` is {}: it begins with a letter and has letters, digits, `_`, `-`, `.`, `:` and `/`, {} at most",
                quoted(&self.name),
                Limits::NAME
            ));
        }
        if !self.value.is_finite() {
            return invalid(format!(
                "`value` is {}, which is no number to keep",
                self.value
            ));
        }
        let at = match self.timestamp.as_deref() {
            None | Some("") => now,
            Some(text) => time(text, now)?,
        };
        let source = match self.source.as_deref() {
            None | Some("") => Source::default(),
            Some(word) => word
                .parse()
                .map_err(|what| Invalid(format!("`source` {} {what}", quoted(word))))?,
        };
        let category = self.category.unwrap_or_default();
        if category.len() > Limits::NAME {
            return invalid(format!("`category` is longer than {} bytes", Limits::NAME));
        }
        Limits::dimensions(&self.dimensions)?;
        if let Some(id) = &self.id
            && (id.is_empty() || id.len() > Limits::TEXT)
        {
            return invalid(format!(
                "`id` is empty or longer than {} bytes",
                Limits::TEXT
            ));
        }
        if self
            .metadata
            .as_ref()
            .is_some_and(|text| text.len() > Limits::METADATA)
        {
            return invalid(format!(
                "`metadata` is larger than {} KiB",
                Limits::METADATA >> 10
            ));
        }
        self.metadata
            .as_deref()
            .map_or(Ok(()), metadata::look_through)?;
        let (unit, factor) = unit(&self.name, self.unit.as_deref(), known(&self.name))?;
        let value = scaled(self.value, factor);
        if !value.is_finite() {
            return invalid(format!("`value` is {}, which is too large", self.value));
        }
        Ok(Event {
            id: self.id,
            at,
            key: Key {
                name: self.name,
                unit,
                source,
                category,
                dimensions: self.dimensions,
            },
            value,
            metadata: self.metadata,
        })
    }
}

/// The unit in which the number is kept, and by what it is multiplied to be in it.
fn unit(
    name: &str,
    stated: Option<&str>,
    known: Option<(&Unit, f64)>,
) -> Result<(Unit, f64), Invalid> {
    let stated = stated.map(str::trim).filter(|unit| !unit.is_empty());
    let Some(stated) = stated else {
        return Ok(known.map_or((Unit::Count, 1.0), |(unit, scale)| (unit.clone(), scale)));
    };
    if stated.len() > Limits::NAME {
        return Err(Invalid(format!(
            "`unit` is longer than {} bytes",
            Limits::NAME
        )));
    }
    let (unit, factor) = Unit::of_symbol(stated);
    match known {
        Some((known, _)) if *known != unit => Err(Invalid(format!(
            "`unit` is {}, and {name} is measured in {}",
            quoted(stated),
            known.hint()
        ))),
        _ => Ok((unit, factor)),
    }
}

/// Whether digits are a date without its dashes: `20260301`.
fn is_date(text: &str) -> bool {
    text.len() == 8 && text.starts_with(['1', '2']) && Date::strptime("%Y%m%d", text).is_ok()
}

/// A time, no more than a day ahead of the clock.
fn time(text: &str, now: Timestamp) -> Result<Timestamp, Invalid> {
    // A number beyond this many seconds is one of milliseconds: as seconds it would be in the year 5138.
    const MILLISECONDS: f64 = 1e11;
    let read = match text.parse::<f64>() {
        // As seconds it would be in August 1970.
        Ok(_) if is_date(text) => None,
        Ok(number) => {
            let seconds = if number.abs() >= MILLISECONDS {
                number / 1e3
            } else {
                number
            };
            #[allow(
                clippy::cast_possible_truncation,
                reason = "what does not fit saturates, and is no time"
            )]
            Timestamp::from_millisecond((seconds * 1e3).round() as i64)
                .ok()
                .filter(|_| number.is_finite())
        }
        Err(_) => instant(text),
    };
    let Some(at) = read else {
        return Err(Invalid(format!(
            "`timestamp` is {}: write it as 2026-03-01T12:00:00Z, or in seconds since 1970",
            quoted(text)
        )));
    };
    match at > up_to(now) {
        true => Err(Invalid(format!(
            "`timestamp` {text} is more than a day ahead of the clock"
        ))),
        false if at < Timestamp::UNIX_EPOCH => {
            Err(Invalid(format!("`timestamp` {text} is before 1970")))
        }
        false => Ok(at),
    }
}

fn is_name(text: &str) -> bool {
    let lawful = |c: char| c.is_ascii_alphanumeric() || "_-.:/".contains(c);
    text.len() <= Limits::NAME
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(lawful)
}

/// A text in a message: its beginning, without control characters.
fn quoted(text: &str) -> String {
    let shown: String = text
        .chars()
        .take(60)
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect();
    match text.is_empty() {
        true => "missing".to_owned(),
        false => format!("`{shown}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    fn raw(name: &str, value: f64, unit: &str) -> Raw {
        Raw {
            name: name.to_owned(),
            value,
            unit: Some(unit.to_owned()),
            ..Raw::default()
        }
    }

    #[test]
    fn units_are_converted_and_held_to_the_catalogue() {
        let event = raw("response_time", 412.0, "ms").check(now()).unwrap();
        assert_eq!(
            (event.value, &event.key.unit, event.at),
            (0.412, &Unit::Seconds, now())
        );
        assert!(raw("coverage.line", 0.9, "ms").check(now()).is_err());
        assert_eq!(
            raw("coverage.line", 90.0, "%")
                .check(now())
                .unwrap()
                .key
                .unit,
            Unit::Percent
        );
        assert_eq!(
            raw("coverage.line", 90.0, "")
                .check(now())
                .unwrap()
                .key
                .unit,
            Unit::Percent
        );
        let own = raw("mood", 3.0, "smiles").check(now()).unwrap();
        assert_eq!(own.key.unit, Unit::Custom("smiles".into()));
    }

    #[test]
    fn times_are_read_in_three_ways_and_never_from_the_future() {
        let at = |text: &str| {
            let raw = Raw {
                timestamp: Some(text.to_owned()),
                ..raw("a", 1.0, "")
            };
            raw.check(now())
                .map(|event| event.at.as_millisecond())
                .map_err(|e| e.0)
        };
        assert_eq!(at("2026-03-01T11:00:00+00:00"), Ok(1_772_362_800_000));
        assert_eq!(at("1772362800"), Ok(1_772_362_800_000));
        assert_eq!(at("1772362800.25"), Ok(1_772_362_800_250));
        assert_eq!(at("1772362800000"), Ok(1_772_362_800_000));
        for bad in [
            "NaN",
            "inf",
            "1e300",
            "yesterday",
            "2026-02-01T07:00:00+25:00",
            "2026-13-01",
            "2027-01-01T00:00:00Z",
            "-5",
        ] {
            assert!(at(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_cannot_be_kept_is_told_by_its_member() {
        let told = |raw: Raw| raw.check(now()).unwrap_err().0;
        assert!(told(raw("", 1.0, "")).starts_with("`name` is missing"));
        assert!(told(raw("a b", 1.0, "")).starts_with("`name` is `a b`"));
        assert!(told(raw("a", f64::NAN, "")).starts_with("`value`"));
        assert!(told(raw("a", 1e308, "TB")).contains("too large"));
        let source = Raw {
            source: Some("mars".to_owned()),
            ..raw("a", 1.0, "")
        };
        assert!(told(source).contains("none of system, user"));
        let dims: Labels = (0..33).map(|n| (format!("d{n}"), String::new())).collect();
        assert!(
            told(Raw {
                dimensions: dims,
                ..raw("a", 1.0, "")
            })
            .contains("32")
        );
    }
}
