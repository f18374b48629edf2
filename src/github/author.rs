//! Who we are on GitHub: whose comments are ours to change.

use serde::Deserialize;

use super::client::Client;
use super::failure::{Failure, Kind};

/// Somebody on GitHub, as an answer names them.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::github) struct User {
    login: String,
    #[serde(rename = "type", default)]
    kind: String,
}

/// Whose comments count as ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::github) enum Author {
    /// An installation that could not be told which it is: people cannot write as a bot.
    AnyBot,
    /// This login.
    Login(String),
}

impl Author {
    /// Asks who the credentials belong to.
    pub(in crate::github) fn of(client: &Client) -> Result<Author, Failure> {
        if !client.is_app() {
            match client.get::<User>("/user") {
                Ok(user) => return Ok(Author::from(&user)),
                // What the tokens of GitHub Actions and other installations are answered.
                Err(failure) if matches!(failure.kind, Kind::Forbidden | Kind::NotFound) => {}
                Err(failure) => return Err(failure),
            }
        }
        match client.viewer() {
            Ok(login) => Ok(Author::Login(login)),
            // There is no more to be learnt, and a comment of another bot that begins with our marker is far to seek.
            Err(failure) if failure.status.is_some() => Ok(Author::AnyBot),
            Err(failure) => Err(failure),
        }
    }

    /// Whether this is us. A deleted account (`None`) is not.
    pub(in crate::github) fn is(&self, user: Option<&User>) -> bool {
        match (self, user) {
            (_, None) => false,
            (Author::AnyBot, Some(user)) => user.kind == "Bot",
            (Author::Login(login), Some(user)) => user.login.eq_ignore_ascii_case(login),
        }
    }
}

impl From<&User> for Author {
    fn from(user: &User) -> Author {
        Author::Login(user.login.clone())
    }
}
