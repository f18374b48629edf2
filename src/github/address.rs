//! Where the API is, and what belongs to it.

use reqwest::Url;

use super::failure::{Failure, Kind};

/// The API's root: every path of a request continues it.
#[derive(Debug, Clone)]
pub(super) struct Root {
    url: Url,
}

impl Root {
    /// From `GITHUB_API_URL`.
    pub(super) fn parse(text: &str) -> Result<Root, Failure> {
        let wrong = |what| {
            let message = format!(
                "the address of GitHub's API {what}: set GITHUB_API_URL as in https://api.github.com or https://host/api/v3"
            );
            Failure::without_answer(Kind::Refused, message)
        };
        let url = Url::parse(text).map_err(|_| wrong("is no address"))?;
        if !matches!(url.scheme(), "https" | "http") {
            return Err(wrong("is not https"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("holds credentials"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("holds more than a path"));
        }
        Ok(Root { url })
    }

    /// The address of `/repos/…`.
    pub(super) fn join(&self, path: &str) -> Result<Url, Failure> {
        let root = self.url.as_str().trim_end_matches('/');
        let url = Url::parse(&format!("{root}{path}")).ok();
        // A path that climbs out of the root, or an authority that goes on, would be somebody's trick.
        let dots = |part: &str| {
            let part = part.to_ascii_lowercase().replace("%2e", ".");
            matches!(part.as_str(), "." | "..")
        };
        let plain = path.split(['?', '#']).next().unwrap_or_default();
        url.filter(|url| {
            path.starts_with('/')
                && !plain.split(['/', '\\']).any(dots)
                && self.holds(url)
                && url.as_str().starts_with(&format!("{root}/"))
        })
        .ok_or_else(|| {
            Failure::without_answer(
                Kind::Refused,
                "the request's path is not one of GitHub's API",
            )
        })
    }

    /// The address of GraphQL: beside the root, `/api/graphql` on an Enterprise Server.
    pub(super) fn graphql(&self) -> Result<Url, Failure> {
        let root = self.url.as_str().trim_end_matches('/');
        let beside = Root::parse(root.strip_suffix("/v3").unwrap_or(root))?;
        beside.join("/graphql")
    }

    /// Whether an address is at the API's own origin: scheme, host and port.
    pub(super) fn holds(&self, url: &Url) -> bool {
        url.origin() == self.url.origin()
    }

    /// Whether the API is reached without encryption, as in tests.
    pub(super) fn is_plain(&self) -> bool {
        self.url.scheme() == "http"
    }

    /// The API's host, for messages.
    pub(super) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn graphql_is_beside_the_root() {
        for (root, graphql) in [
            ("https://api.github.com", "https://api.github.com/graphql"),
            (
                "https://ghe.example/api/v3/",
                "https://ghe.example/api/graphql",
            ),
        ] {
            let url = Root::parse(root).unwrap().graphql().unwrap();
            assert_eq!(url.as_str(), graphql);
        }
    }

    #[test]
    fn the_roots_path_is_kept() {
        let join = |root: &str, path| Root::parse(root)?.join(path).map(String::from);
        assert_eq!(
            join("https://api.github.com", "/a?b=1").unwrap(),
            "https://api.github.com/a?b=1"
        );
        assert_eq!(
            join("https://api.github.com/", "/a").unwrap(),
            "https://api.github.com/a"
        );
        assert_eq!(
            join("https://ghe.example/api/v3", "/api/v3x").unwrap(),
            "https://ghe.example/api/v3/api/v3x"
        );
        assert_eq!(
            join("https://ghe.example:8443/api/v3/", "/a").unwrap(),
            "https://ghe.example:8443/api/v3/a"
        );
        for path in [
            "/../admin",
            "/%2e%2e/admin",
            "a",
            "@elsewhere/a",
            "",
            ".evil.example/",
            // A label of that name would be all labels.
            "/repos/o/r/issues/7/labels/.",
            "/repos/o/r/issues/7/labels/%2E%2e",
        ] {
            assert!(join("https://ghe.example/api/v3", path).is_err(), "{path}");
        }
    }

    #[test]
    fn an_odd_root_is_refused() {
        for root in [
            "",
            "api.github.com",
            "ftp://a",
            "https://user:canary@a",
            "https://a?b",
            "https://a#b",
            "file:///a",
        ] {
            let failure = Root::parse(root).unwrap_err();
            assert!(
                failure.message.contains("GITHUB_API_URL") && !failure.message.contains("canary")
            );
        }
    }
}
