//! What GitHub says when it refuses, in our words and with what to do.

use http::StatusCode;
use serde_json::Value;

use crate::text::escape;
use crate::text::fit;

use super::failure::{Failure, Kind};
use super::permission;
use super::secrets::Secrets;
use super::transport::Answer;

/// The longest part of GitHub's words that is repeated, in characters.
const WORDS: usize = 300;

/// Foreign words for a message: on one line, bounded, without a secret.
pub(super) fn words(text: &str, secrets: &Secrets) -> String {
    // A secret that the cut would fall into has to be found before.
    let clean = secrets.scrub(text);
    let visible = escape::visible(clean.trim()).into_owned();
    fit::cut(&visible, WORDS).trim_end_matches('.').to_owned()
}

/// What an answer's body says: its `message` and `errors[]`, or its beginning.
pub(super) fn said(answer: &Answer, secrets: &Secrets) -> String {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let message = body.get("message").and_then(Value::as_str);
    let errors: Vec<String> = match body.get("errors") {
        Some(Value::Array(errors)) => errors.iter().take(10).filter_map(flat).collect(),
        Some(Value::String(error)) => vec![error.clone()],
        _ => Vec::new(),
    };
    let text = match (message, errors.is_empty()) {
        (Some(message), true) => message.to_owned(),
        (Some(message), false) => format!("{message} ({})", errors.join("; ")),
        (None, _) if body.is_null() && answer.body.first() != Some(&b'<') => {
            String::from_utf8_lossy(&answer.body).into_owned()
        }
        (None, _) => errors.join("; "),
    };
    let words = words(&text, secrets);
    match words.is_empty() {
        true => format!("status {}", answer.status.as_u16()),
        false => words,
    }
}

/// One of `errors[]`: a text, or an object of `resource`, `field`, `code` and `message`.
fn flat(error: &Value) -> Option<String> {
    if let Some(text) = error.as_str() {
        return Some(text.to_owned());
    }
    let part = |name| error.get(name).and_then(Value::as_str);
    let place: Vec<&str> = [part("resource"), part("field")]
        .into_iter()
        .flatten()
        .collect();
    let what = part("message").or(part("code"))?;
    Some(match place.is_empty() {
        true => what.to_owned(),
        false => format!("{}: {what}", place.join(".")),
    })
}

/// The failure of a request that GitHub refused for good.
///
/// `what` names the request, `path` is its path, `source` names the variables of the credentials.
pub(super) fn failure(
    what: &str,
    path: &str,
    source: &str,
    answer: &Answer,
    secrets: &Secrets,
) -> Failure {
    let said = said(answer, secrets);
    let (kind, advice) = match answer.status {
        StatusCode::UNAUTHORIZED => (
            Kind::Unauthorized,
            format!("check {source}: it is wrong or has expired"),
        ),
        StatusCode::FORBIDDEN => (Kind::Forbidden, forbidden(&said, path, source, answer)),
        StatusCode::NOT_FOUND | StatusCode::GONE => (
            Kind::NotFound,
            format!(
                "it is not there, or {source} cannot see the repository: check the name and the token's access"
            ),
        ),
        StatusCode::UNPROCESSABLE_ENTITY => (Kind::Invalid, "correct what GitHub names".to_owned()),
        status => (
            Kind::Invalid,
            format!(
                "status {}: look it up in GitHub's documentation",
                status.as_u16()
            ),
        ),
    };
    Failure {
        kind,
        status: Some(answer.status.as_u16()),
        message: format!("GitHub refused {what}: {said}; {advice}"),
    }
}

fn forbidden(said: &str, path: &str, source: &str, answer: &Answer) -> String {
    let needed = permission::needed(path, answer.header("x-accepted-github-permissions"));
    let needed = needed.unwrap_or_else(|| "the permission".to_owned());
    if said.contains("authenticate via a GitHub App") {
        return "check runs are made by Apps only: use the workflow's own token or an App's, or publish without `check-run`"
            .to_owned();
    }
    match said.contains("not accessible by") {
        true => format!(
            "give the job {needed} under `permissions:`; in a pull request from a fork or by Dependabot its token is \
             read-only: publish in two steps there (`andon init --ci github --forks`)"
        ),
        false => format!("check that {source} has {needed}"),
    }
}
