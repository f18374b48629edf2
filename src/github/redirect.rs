//! Where a redirect leads, and whether it may be followed.

use http::{Method, StatusCode};
use reqwest::Url;

use super::address::Root;
use super::transport::Answer;

/// So many redirects are followed.
pub(super) const MOST: usize = 5;

/// The address to go on at; `None` when the answer is no redirect.
///
/// Authorisation never leaves the API's origin. With `elsewhere` a GET may go on at another host, without it.
///
/// # Errors
/// Why the redirect is not followed. The words name the other host and nothing else of its address.
pub(super) fn target(
    root: &Root,
    from: &Url,
    method: &Method,
    answer: &Answer,
    elsewhere: bool,
) -> Result<Option<Url>, String> {
    let changes = match answer.status {
        StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND => true,
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => false,
        status if status.is_redirection() => {
            return Err(format!("it answered {}", status.as_u16()));
        }
        _ => return Ok(None),
    };
    if changes && method != Method::GET {
        return Err(format!(
            "it redirected a {method} with {}",
            answer.status.as_u16()
        ));
    }
    let location = answer
        .header("location")
        .ok_or("it redirected to nowhere")?;
    let to = from
        .join(location)
        .map_err(|_| "it redirected to what is no address")?;
    if root.holds(&to) {
        return Ok(Some(to));
    }
    let host = to.host_str().unwrap_or("nowhere");
    if !elsewhere || method != Method::GET {
        return Err(format!(
            "it redirected to another host, {host}, which is not followed"
        ));
    }
    if to.scheme() != "https" && !(to.scheme() == "http" && root.is_plain()) {
        return Err(format!(
            "it redirected to {host} without https, which is not followed"
        ));
    }
    Ok(Some(to))
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;

    fn led(
        root: &str,
        method: Method,
        status: u16,
        location: &str,
        elsewhere: bool,
    ) -> Result<Option<String>, String> {
        let root = Root::parse(root).unwrap();
        let from = root.join("/repos/o/r").unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("location", location.parse().unwrap());
        let answer = Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers,
            body: Vec::new(),
        };
        Ok(target(&root, &from, &method, &answer, elsewhere)?.map(String::from))
    }

    const API: &str = "https://api.github.com";

    #[test]
    fn the_same_origin_is_followed_with_the_method_kept_where_it_has_to_be() {
        let to = Ok(Some("https://api.github.com/repositories/1".to_owned()));
        assert_eq!(led(API, Method::GET, 301, "/repositories/1", false), to);
        assert_eq!(
            led(
                API,
                Method::GET,
                302,
                "https://api.github.com:443/repositories/1",
                false
            ),
            to
        );
        assert_eq!(led(API, Method::POST, 307, "/repositories/1", false), to);
        assert_eq!(led(API, Method::PATCH, 308, "/repositories/1", false), to);
        assert!(led(API, Method::POST, 301, "/repositories/1", false).is_err());
        assert!(led(API, Method::GET, 303, "/repositories/1", false).is_err());
        assert_eq!(
            led(API, Method::GET, 200, "/repositories/1", false),
            Ok(None)
        );
    }

    #[test]
    fn another_origin_is_followed_by_a_download_only_and_named_without_its_query() {
        let blob = "https://blob.example/a?sig=canary";
        let refused = led(API, Method::GET, 302, blob, false).unwrap_err();
        assert!(
            refused.contains("blob.example") && !refused.contains("canary"),
            "{refused}"
        );
        assert_eq!(
            led(API, Method::GET, 302, blob, true),
            Ok(Some(blob.to_owned()))
        );
        assert!(led(API, Method::POST, 307, blob, true).is_err());
        for plain in [
            "http://api.github.com/a",
            "http://blob.example/a",
            "ftp://blob.example/a",
            "file:///etc/passwd",
        ] {
            assert!(led(API, Method::GET, 302, plain, true).is_err(), "{plain}");
        }
        assert!(
            led(
                "http://127.0.0.1:1",
                Method::GET,
                302,
                "http://127.0.0.1:2/a",
                true
            )
            .is_ok()
        );
        assert!(
            led(
                "http://127.0.0.1:1",
                Method::GET,
                302,
                "file:///etc/passwd",
                true
            )
            .is_err()
        );
        assert!(
            led(
                "http://127.0.0.1:1",
                Method::GET,
                302,
                "http://127.0.0.1:2/a",
                false
            )
            .is_err()
        );
    }
}
