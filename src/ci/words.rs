//! The words that CI systems use alike.

/// A commit as a variable or a payload names it: a full SHA, in lower case. All zeros mean that there is none.
pub(super) fn commit(text: Option<&str>) -> Option<String> {
    let text = text?.trim();
    let lawful = matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let none = text.bytes().all(|byte| byte == b'0');
    (lawful && !none).then(|| text.to_ascii_lowercase())
}

/// A branch without the prefix of its ref.
pub(super) fn branch(text: Option<&str>) -> Option<String> {
    let text = text?;
    let name = text.strip_prefix("refs/heads/").unwrap_or(text);
    // Any other ref, such as `refs/pull/7/merge`, is no branch.
    (!name.is_empty() && !name.starts_with("refs/")).then(|| name.to_owned())
}

/// A number that is one.
pub(super) fn number(text: Option<&str>) -> Option<u64> {
    text?.parse().ok()
}

/// A run and its attempt, the first if that is not said.
pub(super) fn build(run: Option<&str>, attempt: Option<&str>) -> Option<super::Build> {
    Some(super::Build {
        run: number(run)?,
        attempt: attempt.and_then(|text| text.parse().ok()).unwrap_or(1),
    })
}

/// What tells this run from all others, from those parts that are known.
pub(super) fn run<const N: usize>(parts: [Option<&str>; N]) -> Option<String> {
    let known: Vec<&str> = parts.into_iter().flatten().collect();
    (!known.is_empty()).then(|| known.join("."))
}

/// The web address of the repository that is cloned from this one, if it lies on a host that is known by its name.
pub fn host(url: Option<&str>) -> Option<super::Host> {
    let url = url?.trim();
    let rest = match url.split_once("://") {
        Some((_, rest)) => rest.to_owned(),
        // `git@host:owner/name`
        None => url.replacen(':', "/", 1),
    };
    let rest = rest.split_once('@').map_or(rest.as_str(), |(_, rest)| rest);
    let (server, path) = rest.split_once('/')?;
    let path = path.trim_end_matches('/').trim_end_matches(".git");
    let page = format!("https://{server}/{path}");
    match server {
        "github.com" => Some(super::Host::GitHub(page)),
        "gitlab.com" => Some(super::Host::GitLab(page)),
        _ => None,
    }
}
