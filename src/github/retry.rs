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
