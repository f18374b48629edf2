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
