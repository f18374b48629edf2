//! Who asks.

use octocrab::secrecy::{ExposeSecret, SecretString};

use crate::platform::Env;

use super::failure::{Failure, Kind};

/// Who asks: the holder of a token, or a GitHub App. What is secret in it is never shown.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// A token: the job's own, or a person's.
    Token {
        /// The token.
        value: SecretString,
        /// The variable that it comes from, to be named when it is not accepted.
        variable: &'static str,
    },
    /// A GitHub App, which gets a token for the repository.
    App {
        /// The App's id or client id.
        id: String,
        /// Its private key as PEM, PKCS#1 or PKCS#8.
        key: SecretString,
        /// Its installation; `None`: that of the repository.
        installation: Option<u64>,
    },
}

const OWN: &str = "ANDON_GITHUB_TOKEN";
const AMBIENT: [&str; 2] = ["GITHUB_TOKEN", "GH_TOKEN"];
const APP_ID: &str = "ANDON_GITHUB_APP_ID";
const APP_KEY: &str = "ANDON_GITHUB_APP_KEY";
const APP_INSTALLATION: &str = "ANDON_GITHUB_APP_INSTALLATION";

impl Credentials {
    /// The credentials in the environment: what is named for this program before what merely happens to be there.
    ///
    /// # Errors
    /// When there are none, or a variable cannot be what it should.
    pub fn from_env(env: &Env) -> Result<Credentials, Failure> {
        if let Some(token) = token(env, OWN)? {
            return Ok(token);
        }
        match (env.get(APP_ID), env.get(APP_KEY)) {
            (Some(id), Some(key)) => return app(id, key, env.get(APP_INSTALLATION)),
            (Some(_), None) => {
                return Err(unusable(&format!(
                    "{APP_ID} is set, but {APP_KEY} is not: set both"
                )));
            }
            (None, Some(_)) => {
                return Err(unusable(&format!(
                    "{APP_KEY} is set, but {APP_ID} is not: set both"
                )));
            }
            (None, None) => {}
        }
        for variable in AMBIENT {
            if let Some(token) = token(env, variable)? {
                return Ok(token);
            }
        }
        Err(unusable(
            "no credentials for GitHub: set GITHUB_TOKEN (in a workflow: `GITHUB_TOKEN: ${{ github.token }}` under `env`)",
        ))
    }

    /// The variables to look at when these credentials are not accepted.
    pub(super) fn source(&self) -> &'static str {
        match self {
            Credentials::Token { variable, .. } => variable,
            Credentials::App { .. } => "ANDON_GITHUB_APP_ID and ANDON_GITHUB_APP_KEY",
        }
    }
}

fn token(env: &Env, variable: &'static str) -> Result<Option<Credentials>, Failure> {
    let Some(value) = env
        .get(variable)
        .map(str::trim)
        .filter(|value| !value.is_empty())
    else {
        return Ok(None);
    };
    // Anything else could not stand in a header.
    if !value.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(unusable(&format!(
            "{variable} is not a token: it holds spaces or characters that no token has; set it anew"
        )));
    }
    let value = SecretString::from(value);
    Ok(Some(Credentials::Token { value, variable }))
}

fn app(id: &str, key: &str, installation: Option<&str>) -> Result<Credentials, Failure> {
    let wrong = || {
        unusable(&format!(
            "{APP_INSTALLATION} is not a number: set the installation's id, or leave it out"
        ))
    };
    let installation = installation.map(|text| text.trim().parse().map_err(|_| wrong()));
    Ok(Credentials::App {
        id: id.trim().to_owned(),
        // Where a variable holds one line only, line ends are written out.
        key: SecretString::from(key.replace("\\n", "\n")),
        installation: installation.transpose()?,
    })
}

fn unusable(message: &str) -> Failure {
    Failure::without_answer(Kind::Unauthorized, message)
}

/// Whether the token is that of an App's installation, as is a workflow's own.
pub(super) fn is_installation(token: &SecretString) -> bool {
    token.expose_secret().starts_with("ghs_")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(variables: &[(&'static str, &'static str)]) -> Result<String, String> {
        let env = Env::of(variables.iter().copied());
        match Credentials::from_env(&env) {
            Ok(Credentials::Token { value, variable }) => {
                Ok(format!("{variable} {}", value.expose_secret()))
            }
            Ok(Credentials::App {
                id,
                key,
                installation,
            }) => Ok(format!("{id} {} {installation:?}", key.expose_secret())),
            Err(failure) => Err(failure.message),
        }
    }

    #[test]
    fn what_is_named_for_andon_comes_first() {
        let all = [
            ("ANDON_GITHUB_TOKEN", "a"),
            ("ANDON_GITHUB_APP_ID", "7"),
            ("ANDON_GITHUB_APP_KEY", "one\\ntwo"),
            ("ANDON_GITHUB_APP_INSTALLATION", "9"),
            ("GITHUB_TOKEN", " b\n"),
            ("GH_TOKEN", "c"),
        ];
        assert_eq!(chosen(&all).unwrap(), "ANDON_GITHUB_TOKEN a");
        assert_eq!(chosen(&all[1..]).unwrap(), "7 one\ntwo Some(9)");
        assert_eq!(chosen(&all[1..3]).unwrap(), "7 one\ntwo None");
        assert_eq!(chosen(&all[4..]).unwrap(), "GITHUB_TOKEN b");
        assert_eq!(chosen(&all[5..]).unwrap(), "GH_TOKEN c");
    }

    #[test]
    fn what_is_missing_or_wrong_is_named_without_its_value() {
        assert!(chosen(&[]).unwrap_err().contains("set GITHUB_TOKEN"));
        assert!(
            chosen(&[("ANDON_GITHUB_APP_ID", "7")])
                .unwrap_err()
                .contains("ANDON_GITHUB_APP_KEY is not")
        );
        let wrong = chosen(&[("GITHUB_TOKEN", "canary\ncanary")]).unwrap_err();
        assert!(
            wrong.contains("GITHUB_TOKEN") && !wrong.contains("canary"),
            "{wrong}"
        );
        let app = [
            ("ANDON_GITHUB_APP_ID", "7"),
            ("ANDON_GITHUB_APP_KEY", "k"),
            ("ANDON_GITHUB_APP_INSTALLATION", "x"),
        ];
        assert!(
            chosen(&app)
                .unwrap_err()
                .contains("ANDON_GITHUB_APP_INSTALLATION")
        );
    }

    #[test]
    fn nothing_secret_is_shown() {
        let env = Env::of([
            ("ANDON_GITHUB_APP_ID", "7"),
            ("ANDON_GITHUB_APP_KEY", "canary"),
        ]);
        assert!(!format!("{:?}", Credentials::from_env(&env).unwrap()).contains("canary"));
        let env = Env::of([("GH_TOKEN", "canary")]);
        assert!(!format!("{:?}", Credentials::from_env(&env).unwrap()).contains("canary"));
    }
}
