//! When an event can have been.

use jiff::{SignedDuration, Timestamp};

/// The moment of RFC 3339, whose offsets end at 23:59.
pub fn instant(text: &str) -> Option<Timestamp> {
    let moment = text.parse().ok()?;
    let (_, time) = text.split_at_checked(text.find(['T', 't', ' '])?)?;
    let hours = |offset: &str| offset.get(..2)?.parse::<u8>().ok();
    let lawful = time
        .rsplit_once(['+', '-'])
        .is_none_or(|(_, offset)| hours(offset).is_some_and(|hours| hours < 24));
    lawful.then_some(moment)
}

/// How far ahead of the clock a sample may be: clocks differ, and some producers write local time as if it were UTC.
pub const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// The last moment that belongs to a span up to now: what was taken in is judged, also where its clock is ahead of this one.
pub fn up_to(now: Timestamp) -> Timestamp {
    now.checked_add(AHEAD).unwrap_or(Timestamp::MAX)
}
