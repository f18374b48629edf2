//! What is said of a request that came to nothing, other than by GitHub's own refusal.

use http::StatusCode;

use super::failure::{Failure, Kind};
use super::refusal;
use super::retry::{Next, Trouble};
use super::session::{Asked, Session, Stop};
use super::transport::{Answer, Broken};

impl Session {
    /// The failure of a request whose answer cannot be understood.
    pub(super) fn unreadable(&self, asked: Asked<'_>, answer: &Answer, why: &str) -> Failure {
        let why = refusal::words(why, &self.secrets);
        let (kind, advice) = match asked.repeatable {
            true => (
                Kind::Unreadable,
                "check that GITHUB_API_URL is the root of GitHub's API",
            ),
            false => (
                Kind::Uncertain,
                "look whether it was carried out before it is sent again",
            ),
        };
        Failure {
            kind,
            status: Some(answer.status.as_u16()),
            message: format!(
                "the answer of GitHub to {} is not what it documents: {why}; {advice}",
                asked.name()
            ),
        }
    }

    /// Why an attempt without an answer stops.
    pub(super) fn stopped(&self, asked: Asked<'_>, broken: Broken) -> Stop {
        let name = asked.name();
        let words = |why: &str| refusal::words(why, &self.secrets);
        match broken {
            Broken::Unsent(why) => Stop::Trouble(Trouble::Unsent, None, words(&why)),
            Broken::Cut(why) => Stop::Trouble(Trouble::Cut, None, words(&why)),
            Broken::Untrusted(why) => {
                let (host, why) = (self.root.host(), words(&why));
                let message = format!(
                    "{host} is not trusted: {name}: {why}; check this machine's certificates (SSL_CERT_FILE) and proxy"
                );
                Stop::Final(Failure::without_answer(Kind::Unavailable, message))
            }
            Broken::TooLarge(most) => {
                let kind = match asked.repeatable {
                    true => Kind::Unreadable,
                    false => Kind::Uncertain,
                };
                let message = format!(
                    "the answer to {name} is larger than {most} bytes; nothing of it was used"
                );
                Stop::Final(Failure::without_answer(kind, message))
            }
            Broken::Malformed(why) => {
                let message = format!(
                    "{name} cannot be sent: {}; check what it is made of",
                    words(&why)
                );
                Stop::Final(Failure::without_answer(Kind::Refused, message))
            }
        }
    }

    /// The failure of a request that was redirected to where it must not go.
    pub(super) fn led_astray(&self, asked: Asked<'_>, status: StatusCode, why: &str) -> Failure {
        self.breaker.answered();
        let (name, why) = (asked.name(), refusal::words(why, &self.secrets));
        Failure {
            kind: Kind::Unreadable,
            status: Some(status.as_u16()),
            message: format!(
                "{name} had no answer of GitHub: {why}; check GITHUB_API_URL and the repository's name"
            ),
        }
    }

    /// The failure of a request that is not sent again.
    pub(super) fn given_up(
        &self,
        asked: Asked<'_>,
        trouble: Trouble,
        next: Next,
        status: Option<StatusCode>,
        why: &str,
        attempt: u32,
    ) -> Failure {
        let (name, host) = (asked.name(), self.root.host());
        let tried = match attempt {
            1 => String::new(),
            more => format!(" (after {more} attempts)"),
        };
        let (kind, message) = match (trouble, next) {
            (_, Next::Unknown) => (
                Kind::Uncertain,
                format!(
                    "it is not known whether {name} was carried out: {why}; look before it is sent again"
                ),
            ),
            (Trouble::Limited(asked), _) => {
                let until = self
                    .clock
                    .now()
                    .checked_add(asked)
                    .map(|time| format!("{time:.0}"));
                let until = until.unwrap_or_else(|_| "later".to_owned());
                let (wait, left) = (asked.as_secs(), self.left().as_secs());
                let message = format!(
                    "GitHub limits the rate of requests: {name}: {why}{tried}; it asks to wait {wait} s, until {until}, \
                     and {left} s are left: run it again then, or raise ANDON_GITHUB_DEADLINE"
                );
                (Kind::RateLimited, message)
            }
            (_, Next::TooLong(pause)) => {
                let (pause, left) = (pause.as_secs(), self.left().as_secs());
                let message = format!(
                    "{host} failed: {name}: {why}{tried}; another attempt would wait {pause} s, and {left} s are left: \
                     try again later, or raise ANDON_GITHUB_DEADLINE"
                );
                (Kind::Unavailable, message)
            }
            _ => (
                Kind::Unavailable,
                format!("{host} failed: {name}: {why}{tried}; try again later"),
            ),
        };
        Failure {
            kind,
            status: status.map(|status| status.as_u16()),
            message,
        }
    }
}
