//! The proxies between a runner and GitHub.

use octocrab::secrecy::{ExposeSecret, SecretString};

use crate::platform::Env;

/// The proxies to go through, as the environment names them. Their addresses may hold a password and are not shown.
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    /// For `https://` addresses.
    https: Option<SecretString>,
    /// For `http://` addresses.
    http: Option<SecretString>,
    /// Hosts that are reached without one, separated by commas.
    except: Option<String>,
}

impl Proxies {
    /// From `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, in capitals or small letters.
    pub fn from_env(env: &Env) -> Proxies {
        let get = |name: &str| env.get(name).or_else(|| env.get(&name.to_lowercase()));
        let proxy = |name| {
            get(name)
                .or_else(|| get("ALL_PROXY"))
                .map(SecretString::from)
        };
        Proxies {
            https: proxy("HTTPS_PROXY"),
            http: proxy("HTTP_PROXY"),
            except: get("NO_PROXY").map(str::to_owned),
        }
    }

    /// The same for the HTTP client; the variable whose value is no address if there is one.
    pub(super) fn build(&self) -> Result<Vec<reqwest::Proxy>, &'static str> {
        let mut proxies = Vec::new();
        if let Some(address) = &self.https {
            proxies
                .push(reqwest::Proxy::https(address.expose_secret()).map_err(|_| "HTTPS_PROXY")?);
        }
        if let Some(address) = &self.http {
            proxies.push(reqwest::Proxy::http(address.expose_secret()).map_err(|_| "HTTP_PROXY")?);
        }
        let except = || {
            self.except
                .as_deref()
                .and_then(reqwest::NoProxy::from_string)
        };
        Ok(proxies
            .into_iter()
            .map(|proxy| proxy.no_proxy(except()))
            .collect())
    }

    /// The user names and passwords in the addresses.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &str> {
        let addresses = [&self.https, &self.http].into_iter().flatten();
        addresses.filter_map(|address| {
            let address = address.expose_secret();
            let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
            let (user, _) = rest.rsplit_once('@')?;
            Some(user.split_once(':').map_or(user, |(_, password)| password))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::testing::{Reply, Server, settings};
    use super::super::{Client, Kind};
    use super::*;

    fn through(
        server: &Server,
        variables: &[(&'static str, &'static str)],
        address: &str,
    ) -> Proxies {
        let mut proxies = Proxies::from_env(&Env::of(variables.iter().copied()));
        let filled = |secret: SecretString| {
            let host = server.url().replace("http://", "");
            SecretString::from(secret.expose_secret().replace("HOST", &host))
        };
        proxies.http = proxies.http.map(filled);
        assert!(!format!("{proxies:?}").contains("canary"), "{address}");
        proxies
    }

    #[test]
    fn requests_go_through_the_proxy_unless_the_host_is_excepted() {
        let proxy = Server::answering(|_| Some(Reply::status(200).body("1")));
        let mut settings = settings("http://github.invalid", Arc::default());
        for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
            settings.proxies = through(&proxy, &[(variable, "http://user:canary@HOST")], variable);
            let client = Client::connect(&settings).unwrap();
            assert_eq!(client.get::<u8>("/a").unwrap(), 1);
            assert!(!format!("{client:?}").contains("canary"));
        }
        assert_eq!(proxy.lines(), ["GET http://github.invalid/a"; 3]);
        assert_eq!(
            proxy.received()[0].header("proxy-authorization"),
            ["Basic dXNlcjpjYW5hcnk="]
        );

        let direct = Server::scripted([Reply::status(200).body("2")]);
        settings.api = direct.url();
        let variables = [
            ("HTTP_PROXY", "http://HOST"),
            ("NO_PROXY", "example.org,127.0.0.1"),
        ];
        settings.proxies = through(&proxy, &variables, "excepted");
        assert_eq!(
            Client::connect(&settings).unwrap().get::<u8>("/a").unwrap(),
            2
        );
        assert_eq!(proxy.received().len(), 3);
    }

    #[test]
    fn a_proxy_that_fails_does_not_give_its_password_away() {
        let proxy = Server::answering(|_| Some(Reply::status(407).body("canary is wrong")));
        let mut settings = settings("http://github.invalid", Arc::default());
        settings.proxies = through(&proxy, &[("HTTP_PROXY", "http://user:canary@HOST")], "407");
        let failure = Client::connect(&settings)
            .unwrap()
            .get::<u8>("/a")
            .unwrap_err();
        assert!(failure.message.contains("*** is wrong"), "{failure}");
        settings.proxies = Proxies::from_env(&Env::of([("HTTPS_PROXY", "http://canary canary")]));
        let failure = Client::connect(&settings).unwrap_err();
        assert_eq!(failure.kind, Kind::Refused);
        assert!(
            failure.message.contains("HTTPS_PROXY") && !failure.message.contains("canary"),
            "{failure}"
        );
    }
}
