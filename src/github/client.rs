//! The client: what is asked of GitHub, and what comes back.

use http::Method;
use octocrab::secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::credentials::{self, Credentials};
use super::failure::{Failure, Kind};
use super::installation;
use super::pages;
use super::session::{Asked, Session};
use super::settings::Settings;
use super::transport::Answer;

/// The largest answer, in bytes: a page of 100 comments of full length fits in twice.
const LARGEST: u64 = 20 << 20;
/// The largest list over all its pages, in bytes.
const LONGEST: usize = 200 << 20;

/// GitHub's API for one repository. Every call waits for its answer.
#[derive(Debug)]
pub struct Client {
    session: Session,
    token: SecretString,
    app: bool,
}

impl Client {
    /// A client. A token is not tried out; an App asks for that of its installation.
    ///
    /// # Errors
    /// When the API's address or a proxy is none, or the App gets no token.
    pub fn connect(settings: &Settings) -> Result<Client, Failure> {
        let session = Session::begin(settings)?;
        let token = match &settings.credentials {
            Credentials::Token { value, .. } => value.clone(),
            Credentials::App {
                id,
                key,
                installation,
            } => {
                let app = installation::App {
                    id,
                    key,
                    installation: *installation,
                };
                app.token(&session, &settings.project, settings.clock.now())?
            }
        };
        session.secrets.add(token.expose_secret());
        Ok(Client {
            app: credentials::is_installation(&token)
                || matches!(settings.credentials, Credentials::App { .. }),
            session,
            token,
        })
    }

    /// Reads what stands under a path: `/repos/o/r/pulls/1`.
    ///
    /// # Errors
    /// As each [`Kind`] says; this and all others but [`Client::post`] are repeated where that may help.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.json(&Method::GET, path, None)
    }

    /// Reads a list over all its pages, at most 100 pages of 100. `member` names the array where the answer is an
    /// object that holds it: `check_runs`.
    ///
    /// # Errors
    /// As for [`Client::get`]; and when a further page would be at another host, or there are too many.
    pub fn list<T: DeserializeOwned>(
        &self,
        path: &str,
        member: Option<&str>,
    ) -> Result<Vec<T>, Failure> {
        let mut url = self.session.root.join(&pages::first(path))?;
        let (mut all, mut size) = (Vec::new(), 0);
        for _ in 0..pages::MOST {
            let asked = self.asked(&Method::GET, &url);
            let answer = self.session.ask(asked)?;
            all.extend(self.entries::<T>(asked, &answer, member)?);
            size += answer.body.len();
            let Some(next) = answer.header("link").and_then(pages::next) else {
                return Ok(all);
            };
            let next = url
                .join(next)
                .ok()
                .filter(|next| self.session.root.holds(next));
            let next = next.ok_or_else(|| {
                self.session.unreadable(
                    asked,
                    &answer,
                    "its next page is not at the API's own host",
                )
            })?;
            if size > LONGEST {
                break;
            }
            url = next;
        }
        let message = format!(
            "{} lists more than 100 pages or 200 MB; remove what is not needed there",
            url.path()
        );
        Err(Failure::without_answer(Kind::Unreadable, message))
    }

    /// Creates something. It is not repeated once it may have been carried out: then the failure is
    /// [`Kind::Uncertain`], and the caller looks first.
    ///
    /// # Errors
    /// As each [`Kind`] says.
    pub fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        self.json(&Method::POST, path, Some(&value(body)?))
    }

    /// Changes something.
    ///
    /// # Errors
    /// As for [`Client::get`].
    pub fn patch<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        self.json(&Method::PATCH, path, Some(&value(body)?))
    }

    /// Changes something by adding to it. Like what [`Client::post`] creates, it is not sent again once it may have been
    /// carried out.
    ///
    /// # Errors
    /// As for [`Client::post`].
    pub fn append<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        let (url, body) = (self.session.root.join(path)?, value(body)?);
        let asked = Asked {
            body: Some(&body),
            repeatable: false,
            ..self.asked(&Method::PATCH, &url)
        };
        let answer = self.session.ask(asked)?;
        self.session.read(asked, &answer)
    }

    /// Puts something in the place of what is there.
    ///
    /// # Errors
    /// As for [`Client::get`].
    pub fn put<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        self.json(&Method::PUT, path, Some(&value(body)?))
    }

    /// Removes something.
    ///
    /// # Errors
    /// As for [`Client::get`]; what is gone already is [`Kind::NotFound`].
    pub fn delete(&self, path: &str) -> Result<(), Failure> {
        let url = self.session.root.join(path)?;
        self.session
            .ask(self.asked(&Method::DELETE, &url))
            .map(drop)
    }

    /// Reads a file of at most `most` bytes. A redirect to another host is followed, without the credentials.
    ///
    /// # Errors
    /// As for [`Client::get`].
    pub fn download(&self, path: &str, most: u64) -> Result<Vec<u8>, Failure> {
        let url = self.session.root.join(path)?;
        let asked = Asked {
            most,
            elsewhere: true,
            ..self.asked(&Method::GET, &url)
        };
        Ok(self.session.ask(asked)?.body)
    }

    /// The login of whoever asks, which only GraphQL tells an installation: `github-actions[bot]`.
    ///
    /// # Errors
    /// As for [`Client::get`].
    pub fn viewer(&self) -> Result<String, Failure> {
        let url = self.session.root.graphql()?;
        let body = json!({ "query": "query { viewer { login } }" });
        let asked = Asked {
            body: Some(&body),
            repeatable: true,
            ..self.asked(&Method::POST, &url)
        };
        let answer = self.session.ask(asked)?;
        let read: Value = self.session.read(asked, &answer)?;
        let login = read.pointer("/data/viewer/login").and_then(Value::as_str);
        let unreadable = || {
            self.session
                .unreadable(asked, &answer, "it names no viewer")
        };
        login.map(str::to_owned).ok_or_else(unreadable)
    }

    /// Whether an App asks: by an installation's token, as that of a workflow's job, or by its own key.
    pub fn is_app(&self) -> bool {
        self.app
    }

    fn asked<'a>(&'a self, method: &'a Method, url: &'a reqwest::Url) -> Asked<'a> {
        Asked {
            method,
            url,
            body: None,
            token: &self.token,
            most: LARGEST,
            elsewhere: false,
            repeatable: method != Method::POST,
        }
    }

    fn json<T: DeserializeOwned>(
        &self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<T, Failure> {
        let url = self.session.root.join(path)?;
        let asked = Asked {
            body,
            ..self.asked(method, &url)
        };
        let answer = self.session.ask(asked)?;
        self.session.read(asked, &answer)
    }

    fn entries<T: DeserializeOwned>(
        &self,
        asked: Asked<'_>,
        answer: &Answer,
        member: Option<&str>,
    ) -> Result<Vec<T>, Failure> {
        let Some(member) = member else {
            return self.session.read(asked, answer);
        };
        let mut page: Value = self.session.read(asked, answer)?;
        let entries = page.get_mut(member).map(Value::take);
        let entries = entries.ok_or_else(|| format!("it has no `{member}`"));
        let entries = entries
            .and_then(|entries| serde_json::from_value(entries).map_err(|error| error.to_string()));
        entries.map_err(|why| self.session.unreadable(asked, answer, &why))
    }
}

fn value(body: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(body).map_err(|error| {
        let message =
            format!("what is to be sent cannot be written as JSON: {error}; this is a bug");
        Failure::without_answer(Kind::Refused, message)
    })
}
