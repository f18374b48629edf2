//! A web-hook: one address that takes documents. Its address is a secret, since whoever knows it can write there.

use std::sync::Arc;
use std::time::Duration;

use http::{Method, StatusCode};
use reqwest::Url;
use serde_json::Value;

use crate::platform::{Clock, Pace};

use super::breaker::Breaker;
use super::failure::{Failure, Kind};
use super::proxy::Proxies;
use super::refusal;
use super::retry::{self, Jitter, Next, Trouble};
use super::secrets::Secrets;
use super::settings::Patience;
use super::transport::{Broken, Request, Transport};

/// What a web-hook is to know besides its address.
#[derive(Debug, Clone)]
pub struct Means {
    /// How long to go on.
    pub patience: Patience,
    /// The proxies to go through.
    pub proxies: Proxies,
    /// The time of day.
    pub clock: Clock,
    /// Where waiting happens.
    pub pace: Arc<dyn Pace>,
}

/// A web-hook.
#[derive(Debug)]
pub struct Hook {
    name: String,
    url: Url,
    wire: Transport,
    means: Means,
    breaker: Breaker,
    secrets: Secrets,
}

impl Hook {
    /// The web-hook at an address, which the variable `name` of the environment holds. Nothing is sent yet.
    ///
    /// # Errors
    /// When it is no address, or no encrypted one: only this machine may be spoken to in the clear.
    pub fn new(name: &str, address: &str, means: Means) -> Result<Hook, Failure> {
        let refused = |what: &str| Failure::without_answer(Kind::Refused, format!("{name} {what}"));
        let url = Url::parse(address.trim()).map_err(|_| refused("holds no address"))?;
        let here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        if url.scheme() != "https" && !(url.scheme() == "http" && here) {
            return Err(refused("holds an address that is not https"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("holds an address with credentials before the host"));
        }
        let wire = Transport::new(&means.proxies).map_err(|why| {
            refused(&format!(
                "cannot be used: {why}; check the proxies and certificates"
            ))
        })?;
        let secrets = Secrets::default();
        means
            .proxies
            .secrets()
            .for_each(|secret| secrets.add(secret));
        secrets.add(url.as_str());
        // The root says nothing; taking it out would only damage messages.
        secrets.add(url.path());
        if let Some(query) = url.query() {
            secrets.add(query);
        }
        Ok(Hook {
            name: name.to_owned(),
            url,
            wire,
            means,
            breaker: Breaker::default(),
            secrets,
        })
    }

    /// Sends a document. Where it may have arrived it is not sent again.
    ///
    /// # Errors
    /// When it was refused, or nobody knows whether it arrived.
    pub fn post(&self, document: &Value) -> Result<(), Failure> {
        let began = self.means.pace.passed();
        let seed = self.means.clock.now().as_nanosecond() as u64;
        let mut jitter = Jitter::seeded(seed);
        let mut attempt = 1;
        loop {
            if let Some(why) = self.breaker.open() {
                return Err(self.failure(Kind::Refused, None, &format!("was sent nothing: {why}")));
            }
            let passed = self.means.pace.passed().saturating_sub(began);
            let left = self.means.patience.deadline.saturating_sub(passed);
            let (trouble, status, why) = match self.attempt(document, left)? {
                None => return Ok(()),
                Some(trouble) => trouble,
            };
            match trouble {
                Trouble::Limited(_) => self.breaker.answered(),
                Trouble::Failing(_) | Trouble::Unsent | Trouble::Cut => self.breaker.failed(&why),
            }
            let attempts = (attempt, self.means.patience.attempts);
            match retry::next(trouble, false, attempts, left, &mut jitter) {
                Next::Wait(pause) => self.means.pace.pause(pause),
                Next::Unknown => {
                    let why = format!("may or may not have got it: {why}");
                    return Err(self.failure(Kind::Uncertain, status, &why));
                }
                Next::TooLong(_) | Next::Enough => {
                    return Err(self.failure(
                        Kind::Unavailable,
                        status,
                        &format!("did not take it: {why}"),
                    ));
                }
            }
            attempt += 1;
        }
    }

    /// One attempt: `None` when it was taken, or what went wrong in a way that may pass.
    fn attempt(
        &self,
        document: &Value,
        left: Duration,
    ) -> Result<Option<(Trouble, Option<StatusCode>, String)>, Failure> {
        let request = Request {
            method: &Method::POST,
            url: &self.url,
            body: Some(document),
            authorization: None,
            most: 1 << 20,
        };
        let answer = match self.wire.exchange(request, left) {
            Ok(answer) => answer,
            Err(Broken::Unsent(why)) => return Ok(Some((Trouble::Unsent, None, why))),
            Err(Broken::Cut(why)) => return Ok(Some((Trouble::Cut, None, why))),
            // It answered that all is well; what else it said does not matter.
            Err(Broken::TooLarge(_)) => return Ok(None),
            Err(Broken::Untrusted(why) | Broken::Malformed(why)) => {
                return Err(self.failure(Kind::Refused, None, &format!("was sent nothing: {why}")));
            }
        };
        let status = answer.status;
        if status.is_success() {
            self.breaker.answered();
            return Ok(None);
        }
        let said = refusal::said(&answer, &self.secrets);
        let why = format!("status {}: {said}", status.as_u16());
        if let Some(trouble) = Trouble::of(&answer, self.means.clock.now()) {
            return Ok(Some((trouble, Some(status), why)));
        }
        self.breaker.answered();
        let kind = match status.as_u16() {
            401 => Kind::Unauthorized,
            403 => Kind::Forbidden,
            404 | 410 => Kind::NotFound,
            _ => Kind::Invalid,
        };
        Err(self.failure(kind, Some(status), &format!("refused it with {why}")))
    }

    /// A failure that names the host and the variable, and nothing else of the address.
    fn failure(&self, kind: Kind, status: Option<StatusCode>, why: &str) -> Failure {
        let host = self.url.host_str().unwrap_or_default();
        Failure {
            kind,
            status: status.map(|status| status.as_u16()),
            message: self
                .secrets
                .scrub(&format!("{host}, which {} names, {why}", self.name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{QuickPace, Reply, Server};
    use super::*;

    fn hook(address: &str) -> Result<Hook, Failure> {
        let means = Means {
            patience: Patience::default(),
            proxies: Proxies::default(),
            clock: Clock::Fixed(jiff::Timestamp::UNIX_EPOCH),
            pace: Arc::new(QuickPace::default()),
        };
        Hook::new("ANDON_WEBHOOK_URL", address, means)
    }

    #[test]
    fn a_document_arrives_as_it_is_and_without_credentials() {
        let server = Server::scripted([Reply::status(200).body("ok")]);
        let hook = hook(&format!("{}/services/canary", server.url())).unwrap();
        hook.post(&json!({ "a": "é" })).unwrap();
        let received = server.received();
        assert_eq!(server.lines(), ["POST /services/canary"]);
        assert_eq!(received[0].json(), json!({ "a": "é" }));
        assert!(received[0].header("authorization").is_empty());
        assert_eq!(received[0].header("content-type"), ["application/json"]);
    }

    #[test]
    fn what_was_not_carried_out_is_sent_again_and_nothing_else() {
        let server = Server::scripted([
            Reply::status(429).header("retry-after", "1"),
            Reply::status(204),
        ]);
        hook(&server.url()).unwrap().post(&json!({})).unwrap();
        assert_eq!(server.lines().len(), 2);
        let server = Server::scripted([Reply::status(500), Reply::status(200)]);
        let failure = hook(&server.url()).unwrap().post(&json!({})).unwrap_err();
        assert_eq!((failure.kind, server.lines().len()), (Kind::Uncertain, 1));
    }

    #[test]
    fn a_failure_does_not_tell_the_address() {
        let server = Server::answering(|request| {
            Some(Reply::status(404).body(format!("no {}", request.path)))
        });
        let hook = hook(&format!("{}/services/canary?key=canary2", server.url())).unwrap();
        let failure = hook.post(&json!({})).unwrap_err();
        assert_eq!(failure.kind, Kind::NotFound);
        assert!(!failure.message.contains("canary"), "{}", failure.message);
        assert!(
            failure.message.contains("ANDON_WEBHOOK_URL"),
            "{}",
            failure.message
        );
        // A redirect is not followed: what it is to take was meant for one host.
        let away = Server::scripted([Reply::status(302).header("location", "http://127.0.0.1:1/")]);
        assert!(self::hook(&away.url()).unwrap().post(&json!({})).is_err());
    }

    #[test]
    fn an_address_in_the_clear_is_refused() {
        for address in [
            "",
            "hooks.example/x",
            "http://hooks.example/x",
            "https://a:canary@b/",
            "ftp://localhost/",
        ] {
            let failure = hook(address).unwrap_err();
            assert!(!failure.message.contains("canary"), "{address}");
        }
    }
}
