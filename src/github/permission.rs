//! Which permission a request needs, as a workflow writes it.

/// What the job's `permissions:` have to hold for a request.
///
/// GitHub says it in `X-Accepted-GitHub-Permissions` (`issues=write; pull_requests=write`: either of them suffices);
/// where it does not, as on older Enterprise Servers, the request's path tells.
pub(super) fn needed(path: &str, accepted: Option<&str>) -> Option<String> {
    accepted
        .and_then(written)
        .or_else(|| known(path).map(str::to_owned))
}

fn written(header: &str) -> Option<String> {
    let mut all = Vec::new();
    for one in header.split([';', ',']) {
        let (name, access) = one.trim().split_once('=')?;
        let plain = name.len() <= 40
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        if !plain || !matches!(access, "read" | "write") {
            return None;
        }
        let written = format!("`{}: {access}`", name.replace('_', "-"));
        if !all.contains(&written) {
            all.push(written);
        }
    }
    Some(all.join(" or "))
}

fn known(path: &str) -> Option<&'static str> {
    // The first that fits counts: labels and comments of a pull request are reached as those of an issue.
    const KNOWN: [(&str, &str); 9] = [
        ("/check-runs", "`checks: write`"),
        ("/check-suites", "`checks: read`"),
        ("/statuses", "`statuses: write`"),
        ("/code-scanning/", "`security-events: write`"),
        ("/actions/", "`actions: read`"),
        ("/issues", "`pull-requests: write`"),
        ("/labels", "`pull-requests: write`"),
        ("/pulls", "`pull-requests: read`"),
        ("/commits", "`contents: read`"),
    ];
    let known = KNOWN.iter().find(|(part, _)| path.contains(part));
    known.map(|(_, permission)| *permission)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn githubs_word_counts_before_the_path() {
        let path = "/repos/o/r/issues/1/comments";
        let accepted = Some("issues=write; pull_requests=write");
        assert_eq!(
            needed(path, accepted).unwrap(),
            "`issues: write` or `pull-requests: write`"
        );
        assert_eq!(needed(path, None).unwrap(), "`pull-requests: write`");
        assert_eq!(
            needed(path, Some("`$(id)`=write")).unwrap(),
            "`pull-requests: write`"
        );
        assert_eq!(
            needed("/repos/o/r/commits/abc/check-runs", None).unwrap(),
            "`checks: write`"
        );
        assert_eq!(needed("/user", None), None);
    }
}
