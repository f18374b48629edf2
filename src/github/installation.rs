//! The token of a GitHub App's installation, narrowed to one repository.

use http::Method;
use jiff::Timestamp;
use octocrab::secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::failure::{Failure, Kind};
use super::jwt;
use super::project::Project;
use super::session::{Asked, Session};

/// The largest of these answers, in bytes.
const LARGEST: u64 = 1 << 20;

/// A GitHub App.
pub(super) struct App<'a> {
    /// Its id or client id.
    pub id: &'a str,
    /// Its private key as PEM.
    pub key: &'a SecretString,
    /// Its installation; `None`: that of the repository.
    pub installation: Option<u64>,
}

#[derive(Deserialize)]
struct Installation {
    id: u64,
}

#[derive(Deserialize)]
struct Granted {
    token: String,
}

impl App<'_> {
    /// The token of the installation: it reaches this repository and no other, for an hour.
    pub(super) fn token(
        &self,
        session: &Session,
        project: &Project,
        now: Timestamp,
    ) -> Result<SecretString, Failure> {
        let signed = jwt::signed(self.id, self.key.expose_secret(), now).map_err(|why| {
            let message = format!(
                "ANDON_GITHUB_APP_KEY {why}: set the private key that GitHub gave for the App"
            );
            Failure::without_answer(Kind::Unauthorized, message)
        })?;
        session.secrets.add(&signed);
        let signed = SecretString::from(signed);
        let installation = match self.installation {
            Some(installation) => installation,
            None => {
                let path = project.path("/installation");
                let found: Installation = ask(session, &signed, &Method::GET, &path, None)?;
                found.id
            }
        };
        let path = format!("/app/installations/{installation}/access_tokens");
        let wish = json!({ "repositories": [project.name()] });
        let granted: Granted = ask(session, &signed, &Method::POST, &path, Some(&wish))?;
        Ok(SecretString::from(granted.token))
    }
}

fn ask<T: DeserializeOwned>(
    session: &Session,
    token: &SecretString,
    method: &Method,
    path: &str,
    body: Option<&Value>,
) -> Result<T, Failure> {
    let url = session.root.join(path)?;
    let asked = Asked {
        method,
        url: &url,
        body,
        token,
        most: LARGEST,
        elsewhere: false,
        // A second token does no harm.
        repeatable: true,
    };
    let answer = session.ask(asked)?;
    session.read(asked, &answer)
}
