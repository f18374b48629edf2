//! One request on the wire, and its answer read to the end.

use std::error::Error;
use std::time::Duration;

use http::request::Builder;
use http::{HeaderMap, Method, StatusCode};
use http_body_util::BodyExt;
use octocrab::service::middleware::reqwest_connector::ReqwestConnector;
use octocrab::{AuthState, Octocrab, OctocrabBuilder};
use reqwest::Url;
use serde_json::Value;
use tokio::runtime::Runtime;

use super::proxy::Proxies;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);
/// How long the other side may be silent.
const SILENCE: Duration = Duration::from_secs(30);
/// How much of a refusal's body is read, in bytes.
const REFUSAL: u64 = 1 << 20;

/// What is sent.
#[derive(Clone, Copy)]
pub(super) struct Request<'a> {
    /// The method.
    pub method: &'a Method,
    /// Where to.
    pub url: &'a Url,
    /// The JSON that goes with it.
    pub body: Option<&'a Value>,
    /// The value of the `Authorization` header.
    pub authorization: Option<&'a str>,
    /// The largest body of a success, in bytes.
    pub most: u64,
}

/// What came back, whatever its status.
#[derive(Debug)]
pub(super) struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header's value, if it is plain text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Why there is no answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// Nothing was sent: no connection came about.
    Unsent(String),
    /// The connection broke off, or the other side was silent: the request may have been carried out.
    Cut(String),
    /// The other side is not who it should be, or nobody here vouches for it.
    Untrusted(String),
    /// The answer is larger than so many bytes.
    TooLarge(u64),
    /// The request cannot be put on the wire.
    Malformed(String),
}

/// The wire: octocrab over an HTTP client that follows no redirect, repeats nothing and knows no credentials.
#[derive(Debug)]
pub(super) struct Transport {
    runtime: Runtime,
    octocrab: Octocrab,
}

impl Transport {
    /// A wire through these proxies.
    pub(super) fn new(proxies: &Proxies) -> Result<Transport, String> {
        // An error says that there is a provider already: then that one serves.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .user_agent(concat!("andon/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            .read_timeout(SILENCE)
            // A kept connection may be closed by the other side just when it is used again; then nobody knows whether a
            // comment was posted.
            .pool_max_idle_per_host(0);
        for proxy in proxies
            .build()
            .map_err(|name| format!("{name} is not an address"))?
        {
            client = client.proxy(proxy);
        }
        let client = client.build().map_err(|error| reason(&error))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        // octocrab starts a task as it is built.
        let inside = runtime.enter();
        let Ok(octocrab) = OctocrabBuilder::new_empty()
            .with_service(ReqwestConnector::new(client))
            .with_auth(AuthState::None)
            .build();
        drop(inside);
        Ok(Transport { runtime, octocrab })
    }

    /// Sends a request and reads the answer, within this time.
    pub(super) fn exchange(
        &self,
        request: Request<'_>,
        within: Duration,
    ) -> Result<Answer, Broken> {
        self.runtime.block_on(async {
            let exchange = self.send(request);
            tokio::time::timeout(within, exchange)
                .await
                .unwrap_or_else(|_| Err(Broken::Cut("no answer in time".to_owned())))
        })
    }

    async fn send(&self, request: Request<'_>) -> Result<Answer, Broken> {
        let mut builder = Builder::new()
            .method(request.method)
            .uri(request.url.as_str())
            .header("accept", "application/vnd.github+json");
        if let Some(authorization) = request.authorization {
            builder = builder.header("authorization", authorization);
        }
        let built = self.octocrab.build_request(builder, request.body);
        let built = built.map_err(|error| Broken::Malformed(reason(&error)))?;
        let response = self
            .octocrab
            .send(built)
            .await
            .map_err(|error| broken(&error))?;
        let (parts, mut body) = response.into_parts();
        let mut bytes = Vec::new();
        let most = match parts.status.is_success() {
            true => request.most,
            false => REFUSAL,
        };
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| Broken::Cut(reason(&error)))?;
            let Ok(data) = frame.into_data() else {
                continue;
            };
            bytes.extend_from_slice(&data);
            if bytes.len() as u64 > most {
                if parts.status.is_success() {
                    return Err(Broken::TooLarge(most));
                }
                // The beginning of a refusal says enough.
                break;
            }
        }
        Ok(Answer {
            status: parts.status,
            headers: parts.headers,
            body: bytes,
        })
    }
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

fn broken(error: &(dyn Error + 'static)) -> Broken {
    let kinds = || chain(error).filter_map(|error| error.downcast_ref::<reqwest::Error>());
    if kinds().any(reqwest::Error::is_builder) {
        Broken::Malformed(reason(error))
    } else if chain(error).any(is_about_certificates) {
        Broken::Untrusted(reason(error))
    } else if kinds().any(reqwest::Error::is_connect) {
        Broken::Unsent(reason(error))
    } else {
        Broken::Cut(reason(error))
    }
}

fn is_about_certificates(error: &(dyn Error + 'static)) -> bool {
    // An I/O error does not name what it carries as its source.
    let carried = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref);
    let refused = carried.and_then(|carried| carried.downcast_ref::<rustls::Error>());
    matches!(refused, Some(rustls::Error::InvalidCertificate(_)))
}

/// The innermost cause: those around it repeat it, and name the address with all that is in it.
fn reason(error: &(dyn Error + 'static)) -> String {
    let innermost = chain(error).last().unwrap_or(error);
    match innermost.downcast_ref::<reqwest::Error>() {
        Some(error) if error.is_timeout() => "no answer in time".to_owned(),
        Some(_) => "the connection failed".to_owned(),
        None => innermost.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_that_nobody_vouches_for_is_no_broken_connection() {
        let unknown = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
        let refused = broken(&std::io::Error::other(unknown));
        assert_eq!(
            refused,
            Broken::Untrusted("invalid peer certificate: UnknownIssuer".to_owned())
        );
        let reset = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        assert_eq!(broken(&reset), Broken::Cut("connection reset".to_owned()));
    }
}
