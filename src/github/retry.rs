//! Whether and when a request is sent again.
//!
//! The order is the one that GitHub documents ("Best practices for using the REST API", "Handle rate limit errors
//! appropriately"): `retry-after`; else `x-ratelimit-reset` when nothing remains; else exponentially longer pauses.

use std::time::Duration;

use http::StatusCode;
use jiff::Timestamp;

use super::transport::Answer;

/// The first pause.
const FIRST: Duration = Duration::from_secs(1);
/// The longest pause of our own choice.
const LONGEST: Duration = Duration::from_secs(30);
/// The pause after a secondary limit that names none.
const SECONDARY: Duration = Duration::from_secs(60);

/// What went wrong with an attempt in a way that may pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// A rate limit: the request was not carried out. GitHub asks to wait so long.
    Limited(Duration),
    /// The host failed (5xx), and may ask to wait.
    Failing(Option<Duration>),
    /// Nothing was sent.
    Unsent,
    /// The answer was cut off.
    Cut,
}

/// What to do then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Send it again after this pause.
    Wait(Duration),
    /// There is no time for the pause that would be needed.
    TooLong(Duration),
    /// It was sent often enough.
    Enough,
    /// It may have been carried out, and must not be twice.
    Unknown,
}

impl Trouble {
    /// What an answer tells; `None` for one that another attempt would not change.
    pub(super) fn of(answer: &Answer, now: Timestamp) -> Option<Trouble> {
        let asked = answer
            .header("retry-after")
            .and_then(|text| retry_after(text, now));
        match answer.status {
            StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS => {
                limit(answer, asked, now).map(Trouble::Limited)
            }
            status if status.is_server_error() => Some(Trouble::Failing(asked)),
            _ => None,
        }
    }
}

/// How long a limit lasts; `None` when the answer is an ordinary refusal.
fn limit(answer: &Answer, asked: Option<Duration>, now: Timestamp) -> Option<Duration> {
    if asked.is_some() {
        return asked;
    }
    if answer.header("x-ratelimit-remaining").map(str::trim) == Some("0") {
        let reset = answer.header("x-ratelimit-reset");
        let reset = reset.and_then(|text| Timestamp::from_second(text.trim().parse().ok()?).ok());
        // Within the second that it names the limit may still hold.
        return Some(reset.map_or(SECONDARY, |reset| until(reset, now) + FIRST));
    }
    let words = String::from_utf8_lossy(&answer.body).to_lowercase();
    let secondary = words.contains("secondary rate limit") || words.contains("abuse detection");
    (secondary || answer.status == StatusCode::TOO_MANY_REQUESTS).then_some(match secondary {
        true => SECONDARY,
        false => Duration::ZERO,
    })
}

/// Seconds, or a date as HTTP writes it.
fn retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(text).ok()?;
    Some(until(date.timestamp(), now))
}

fn until(then: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(then.duration_since(now)).unwrap_or_default()
}

/// Decides about attempt `attempt` (from 1) of at most `attempts`, with `left` until the deadline.
///
/// `repeatable`: carrying the request out twice does no harm.
pub(super) fn next(
    trouble: Trouble,
    repeatable: bool,
    (attempt, attempts): (u32, u32),
    left: Duration,
    jitter: &mut Jitter,
) -> Next {
    if !repeatable && matches!(trouble, Trouble::Failing(_) | Trouble::Cut) {
        return Next::Unknown;
    }
    let own = FIRST
        .saturating_mul(1 << attempt.saturating_sub(1).min(10))
        .min(LONGEST);
    let own = own + jitter.share(own / 4);
    let pause = match trouble {
        // A host that says "at once" again and again is not to be asked without pause.
        Trouble::Limited(asked) | Trouble::Failing(Some(asked)) if asked < FIRST => own,
        Trouble::Limited(asked) | Trouble::Failing(Some(asked)) => asked,
        Trouble::Failing(None) | Trouble::Unsent | Trouble::Cut => own,
    };
    if attempt >= attempts {
        Next::Enough
    } else if pause >= left {
        Next::TooLong(pause)
    } else {
        Next::Wait(pause)
    }
}

/// Spreads the pauses of runs that started together, so that they do not come back together.
#[derive(Debug)]
pub(super) struct Jitter {
    state: u64,
}

impl Jitter {
    /// The same seed gives the same pauses.
    pub(super) fn seeded(seed: u64) -> Jitter {
        Jitter { state: seed }
    }

    /// Between nothing and the whole of a length, by SplitMix64.
    fn share(&mut self, whole: Duration) -> Duration {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^= bits >> 31;
        whole.mul_f64(f64::from((bits >> 32) as u32) / f64::from(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use http::header::HeaderName;

    use super::*;

    fn now() -> Timestamp {
        "2026-01-01T00:00:00Z".parse().unwrap()
    }

    fn trouble(status: u16, headers: &[(&str, &str)], body: &str) -> Option<Trouble> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        }
        let answer = Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: map,
            body: body.as_bytes().to_vec(),
        };
        Trouble::of(&answer, now())
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn limits_are_read_in_the_documented_order() {
        let limited = |length| Some(Trouble::Limited(seconds(length)));
        let none = ("x-ratelimit-remaining", "0");
        let reset = ("x-ratelimit-reset", "1767225630");
        let secondary = r#"{"message":"You have exceeded a secondary rate limit."}"#;
        let date = ("retry-after", "Thu, 01 Jan 2026 00:01:30 GMT");
        for (status, headers, body, expected) in [
            (
                429,
                vec![("retry-after", "7"), none, reset],
                secondary,
                limited(7),
            ),
            (403, vec![("retry-after", "7")], "", limited(7)),
            (403, vec![date, none, reset], "", limited(90)),
            (
                403,
                vec![("retry-after", "Wed, 31 Dec 2025 00:00:00 GMT")],
                "",
                limited(0),
            ),
            (403, vec![none, reset], secondary, limited(31)),
            (429, vec![none], "", limited(60)),
            (
                403,
                vec![none, ("x-ratelimit-reset", "soon")],
                "",
                limited(60),
            ),
            (
                403,
                vec![("x-ratelimit-remaining", "12"), reset],
                secondary,
                limited(60),
            ),
            (
                403,
                vec![],
                "You have triggered an abuse detection mechanism",
                limited(60),
            ),
            (429, vec![], "", limited(0)),
            (429, vec![("retry-after", "tomorrow")], "", limited(0)),
            (
                403,
                vec![("x-ratelimit-remaining", "12"), reset],
                "Resource not accessible by integration",
                None,
            ),
            (
                404,
                vec![("retry-after", "7"), none, reset],
                secondary,
                None,
            ),
            (422, vec![none, reset], secondary, None),
            (401, vec![none, reset], secondary, None),
            (500, vec![], "", Some(Trouble::Failing(None))),
            (
                503,
                vec![("retry-after", "7")],
                "",
                Some(Trouble::Failing(Some(seconds(7)))),
            ),
        ] {
            assert_eq!(
                trouble(status, &headers, body),
                expected,
                "{status} {headers:?} {body}"
            );
        }
    }

    fn decided(trouble: Trouble, repeatable: bool, attempt: u32, left: u64) -> Next {
        next(
            trouble,
            repeatable,
            (attempt, 6),
            seconds(left),
            &mut Jitter::seeded(7),
        )
    }

    #[test]
    fn what_may_have_been_carried_out_is_not_repeated_when_it_must_not() {
        for trouble in [
            Trouble::Failing(None),
            Trouble::Failing(Some(seconds(1))),
            Trouble::Cut,
        ] {
            assert_eq!(decided(trouble, false, 1, 100), Next::Unknown);
            assert!(matches!(decided(trouble, true, 1, 100), Next::Wait(_)));
        }
        for trouble in [Trouble::Limited(seconds(5)), Trouble::Unsent] {
            assert!(matches!(decided(trouble, false, 1, 100), Next::Wait(_)));
        }
    }

    #[test]
    fn a_pause_is_as_asked_and_ends_before_the_deadline() {
        let limited = Trouble::Limited(seconds(60));
        assert_eq!(decided(limited, false, 1, 61), Next::Wait(seconds(60)));
        assert_eq!(decided(limited, false, 1, 60), Next::TooLong(seconds(60)));
        assert_eq!(
            decided(Trouble::Failing(Some(seconds(9))), true, 1, 60),
            Next::Wait(seconds(9))
        );
        assert_eq!(decided(limited, false, 6, 100), Next::Enough);
        let huge = Trouble::Limited(seconds(u64::MAX));
        assert_eq!(
            decided(huge, false, 1, 120),
            Next::TooLong(seconds(u64::MAX))
        );
    }

    #[test]
    fn own_pauses_double_up_to_a_bound() {
        let mut jitter = Jitter::seeded(1);
        let mut pauses = Vec::new();
        for attempt in [1, 2, 3, 4, 5, 6, 7, 1000] {
            let decision = next(
                Trouble::Unsent,
                true,
                (attempt, u32::MAX),
                seconds(1000),
                &mut jitter,
            );
            let Next::Wait(pause) = decision else {
                panic!("{decision:?}")
            };
            pauses.push(pause.as_secs_f64());
        }
        for (pause, least) in pauses
            .iter()
            .zip([1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0])
        {
            assert!((least..=least * 1.25).contains(pause), "{pauses:?}");
        }
        assert!(pauses[6] != pauses[7], "they are spread: {pauses:?}");
        // "At once" is not taken at its word.
        let Next::Wait(pause) = decided(Trouble::Limited(Duration::ZERO), false, 3, 100) else {
            panic!()
        };
        assert!(pause >= seconds(4));
    }
}
