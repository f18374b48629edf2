//! Lists that come in pages.

/// So many pages of 100 are read.
pub(super) const MOST: usize = 100;

/// The path with 100 entries asked for, unless it says how many.
pub(super) fn first(path: &str) -> String {
    let separator = match path.split_once('?') {
        Some((_, query)) if query.split('&').any(|pair| pair.starts_with("per_page=")) => {
            return path.to_owned();
        }
        Some(_) => '&',
        None => '?',
    };
    format!("{path}{separator}per_page=100")
}

/// The address of the next page, by a `Link` header as of RFC 8288.
pub(super) fn next(link: &str) -> Option<&str> {
    let mut rest = link;
    // An address may hold a comma; it ends at `>`.
    while let Some((_, from)) = rest.split_once('<') {
        let (address, after) = from.split_once('>')?;
        let parameters = after
            .split_once('<')
            .map_or(after, |(parameters, _)| parameters);
        let is_next = |parameter: &str| {
            let relation = parameter
                .trim()
                .trim_end_matches(',')
                .trim()
                .strip_prefix("rel=");
            relation.is_some_and(|relation| {
                relation
                    .trim_matches('"')
                    .split(' ')
                    .any(|one| one == "next")
            })
        };
        if parameters.split(';').any(is_next) {
            return Some(address);
        }
        rest = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found_among_the_links() {
        let link = r#"<https://a/x?page=1>; rel="prev", <https://a/x?page=3&q=1,2>; rel="next", <https://a/x?page=9>; rel="last""#;
        assert_eq!(next(link), Some("https://a/x?page=3&q=1,2"));
        assert_eq!(next(r#"<https://a/x>; rel="last""#), None);
        assert_eq!(next("<https://a/x>; rel=next"), Some("https://a/x"));
        for odd in [
            "",
            "<",
            "<>",
            "rel=\"next\"",
            "<a; rel=\"next\"",
            ">;rel=next<",
        ] {
            assert_eq!(next(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_hundred_entries_are_asked_for() {
        assert_eq!(first("/a"), "/a?per_page=100");
        assert_eq!(first("/a?b=c"), "/a?b=c&per_page=100");
        assert_eq!(first("/a?per_page=7"), "/a?per_page=7");
    }
}
