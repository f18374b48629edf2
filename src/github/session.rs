//! One request from the first attempt to its answer or failure.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{Method, StatusCode};
use octocrab::secrecy::{ExposeSecret, SecretString};
use reqwest::Url;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::platform::{Clock, Pace};
use crate::text::fit;

use super::address::Root;
use super::breaker::Breaker;
use super::failure::{Failure, Kind};
use super::redirect;
use super::refusal;
use super::retry::{self, Jitter, Next, Trouble};
use super::secrets::Secrets;
use super::settings::{Patience, Settings};
use super::transport::{Answer, Request, Transport};

/// What is wanted.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    /// The method.
    pub method: &'a Method,
    /// Where.
    pub url: &'a Url,
    /// The JSON that goes with it.
    pub body: Option<&'a Value>,
    /// The token, sent to the API's own origin only.
    pub token: &'a SecretString,
    /// The largest answer, in bytes.
    pub most: u64,
    /// Whether a redirect may lead to another host.
    pub elsewhere: bool,
    /// Whether carrying it out twice does no harm.
    pub repeatable: bool,
}

impl Asked<'_> {
    /// The request's name in messages. The query is left out: it may be long, and sign something.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.method, fit::cut(self.url.path(), 200))
    }
}

/// All that the requests of a client have in common.
#[derive(Debug)]
pub(super) struct Session {
    pub root: Root,
    pub secrets: Secrets,
    wire: Transport,
    source: &'static str,
    patience: Patience,
    pub clock: Clock,
    pace: Arc<dyn Pace>,
    began: Duration,
    pub breaker: Breaker,
    jitter: Mutex<Jitter>,
}

/// Why an attempt came to nothing.
pub(super) enum Stop {
    /// Another attempt may help.
    Trouble(Trouble, Option<StatusCode>, String),
    /// None would.
    Final(Failure),
}

impl Session {
    /// Begins; the deadline counts from now.
    pub(super) fn begin(settings: &Settings) -> Result<Session, Failure> {
        let wire = Transport::new(&settings.proxies).map_err(|why| {
            let message = format!(
                "no connection to GitHub can be made: {why}; check the proxies and certificates"
            );
            Failure::without_answer(Kind::Refused, message)
        })?;
        let secrets = Secrets::default();
        settings
            .proxies
            .secrets()
            .for_each(|secret| secrets.add(secret));
        let seed = settings.clock.now().as_nanosecond() as u64;
        Ok(Session {
            root: Root::parse(settings.api.trim())?,
            secrets,
            wire,
            source: settings.credentials.source(),
            patience: settings.patience,
            clock: settings.clock,
            began: settings.pace.passed(),
            pace: Arc::clone(&settings.pace),
            breaker: Breaker::default(),
            jitter: Mutex::new(Jitter::seeded(seed)),
        })
    }

    /// Sends it, again where that is right, and gives the successful answer.
    pub(super) fn ask(&self, asked: Asked<'_>) -> Result<Answer, Failure> {
        let mut attempt = 1;
        loop {
            self.may_send(asked)?;
            let (trouble, status, why) = match self.attempt(asked) {
                Ok(answer) => {
                    self.breaker.answered();
                    return Ok(answer);
                }
                Err(Stop::Final(failure)) => return Err(failure),
                Err(Stop::Trouble(trouble, status, why)) => (trouble, status, why),
            };
            match trouble {
                Trouble::Limited(_) => self.breaker.answered(),
                Trouble::Failing(_) | Trouble::Unsent | Trouble::Cut => self.breaker.failed(&why),
            }
            let mut jitter = self.jitter.lock().unwrap_or_else(PoisonError::into_inner);
            let attempts = (attempt, self.patience.attempts);
            let next = retry::next(
                trouble,
                asked.repeatable,
                attempts,
                self.left(),
                &mut jitter,
            );
            drop(jitter);
            match next {
                Next::Wait(pause) if self.breaker.open().is_none() => self.pace.pause(pause),
                next => return Err(self.given_up(asked, trouble, next, status, &why, attempt)),
            }
            attempt += 1;
        }
    }

    /// Reads an answer's JSON. An empty body is `null`.
    pub(super) fn read<T: DeserializeOwned>(
        &self,
        asked: Asked<'_>,
        answer: &Answer,
    ) -> Result<T, Failure> {
        let body = match answer.body.is_empty() {
            true => b"null".as_slice(),
            false => &answer.body,
        };
        serde_json::from_slice(body)
            .map_err(|error| self.unreadable(asked, answer, &error.to_string()))
    }

    /// How long there is until the deadline.
    pub(super) fn left(&self) -> Duration {
        let passed = self.pace.passed().saturating_sub(self.began);
        self.patience.deadline.saturating_sub(passed)
    }

    fn may_send(&self, asked: Asked<'_>) -> Result<(), Failure> {
        let refused = |why: String| Err(Failure::without_answer(Kind::Refused, why));
        if let Some(why) = self.breaker.open() {
            let (name, host) = (asked.name(), self.root.host());
            return refused(format!(
                "{name} was not sent to {host}: {why}; try again when it answers"
            ));
        }
        if self.left().is_zero() {
            let (name, deadline) = (asked.name(), self.patience.deadline.as_secs());
            return refused(format!(
                "{name} was not sent: the {deadline} s for all requests are over; raise ANDON_GITHUB_DEADLINE"
            ));
        }
        Ok(())
    }

    /// One attempt, with the redirects that may be followed.
    fn attempt(&self, asked: Asked<'_>) -> Result<Answer, Stop> {
        let authorization = SecretString::from(format!("Bearer {}", asked.token.expose_secret()));
        let mut url = asked.url.clone();
        for _ in 0..=redirect::MOST {
            let home = self.root.holds(&url);
            let request = Request {
                method: asked.method,
                url: &url,
                body: asked.body,
                authorization: home.then(|| authorization.expose_secret()),
                most: asked.most,
            };
            let answer = self.wire.exchange(request, self.left());
            let answer = answer.map_err(|broken| self.stopped(asked, broken))?;
            let led = redirect::target(&self.root, &url, asked.method, &answer, asked.elsewhere);
            match led {
                Ok(None) => return self.judged(asked, &url, answer),
                Ok(Some(next)) => url = next,
                Err(why) => return Err(Stop::Final(self.led_astray(asked, answer.status, &why))),
            }
        }
        let why = format!("it redirected more than {} times", redirect::MOST);
        Err(Stop::Final(self.led_astray(asked, StatusCode::FOUND, &why)))
    }

    fn judged(&self, asked: Asked<'_>, at: &Url, answer: Answer) -> Result<Answer, Stop> {
        if answer.status.is_success() {
            return Ok(answer);
        }
        let said = || {
            format!(
                "status {}: {}",
                answer.status.as_u16(),
                refusal::said(&answer, &self.secrets)
            )
        };
        if let Some(trouble) = Trouble::of(&answer, self.clock.now()) {
            return Err(Stop::Trouble(trouble, Some(answer.status), said()));
        }
        self.breaker.answered();
        let name = asked.name();
        let mut failure =
            refusal::failure(&name, asked.url.path(), self.source, &answer, &self.secrets);
        if !self.root.holds(at) {
            // The credentials are not what this host refused: they were not sent.
            let host = at.host_str().unwrap_or_default();
            failure.message = format!(
                "{host}, to which GitHub redirected {name}, answered {}; try again",
                said()
            );
        }
        Err(Stop::Final(failure))
    }
}
