//! Links to a file at the judged commit.

use crate::render::view::Place;

/// Where the repository's files are to be seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    blob: Option<String>,
}

impl Links {
    /// No links.
    pub fn none() -> Links {
        Links::default()
    }

    /// Links into `repository` (`owner/name`) on `server` (`https://github.com`). None if these do not look as they
    /// should: a link must not lead elsewhere.
    pub fn github(server: &str, repository: &str) -> Links {
        let scheme = ["https://", "http://"]
            .iter()
            .find_map(|scheme| server.strip_prefix(scheme));
        let lawful = |text: &str, extra: &str| {
            !text.is_empty()
                && text
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || extra.contains(c))
        };
        let host = scheme.is_some_and(|host| lawful(host.trim_end_matches('/'), ".-:/"));
        let name = repository
            .split_once('/')
            .is_some_and(|(owner, name)| lawful(owner, "-_.") && lawful(name, "-_."));
        let blob = format!("{}/{repository}/blob", server.trim_end_matches('/'));
        Links {
            blob: (host && name).then_some(blob),
        }
    }

    /// The same links at a commit, for paths relative to a folder of the repository; none if the commit is no SHA.
    pub(super) fn at(&self, commit: Option<&str>, folder: &str) -> Option<AtCommit> {
        let commit = commit.filter(|commit| {
            (7..=64).contains(&commit.len()) && commit.chars().all(|c| c.is_ascii_hexdigit())
        })?;
        let folder = match folder {
            "" => String::new(),
            folder => encoded(folder) + "/",
        };
        Some(AtCommit {
            base: format!("{}/{commit}/{folder}", self.blob.as_deref()?),
        })
    }
}

/// Where the files of one commit are to be seen.
#[derive(Debug, Clone)]
pub(super) struct AtCommit {
    base: String,
}

impl AtCommit {
    /// The address of a place; `None` for a path that does not stay in the repository.
    pub(super) fn to(&self, place: &Place) -> Option<String> {
        if !place.is_inside() {
            return None;
        }
        let anchor = match (place.line, place.end_line) {
            (0, _) => String::new(),
            (first, last) if last > first => format!("#L{first}-L{last}"),
            (first, _) => format!("#L{first}"),
        };
        Some(format!("{}{}{anchor}", self.base, encoded(&place.path)))
    }
}

fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'/' => {
                out.push(char::from(byte))
            }
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(path: &str, line: u32, end_line: u32) -> Place {
        Place {
            path: path.to_owned(),
            line,
            end_line,
            text: String::new(),
        }
    }

    #[test]
    fn links_stay_in_the_repository() {
        let links = Links::github("https://github.com", "o/r")
            .at(Some("2f1c9a7d0b3e"), "")
            .unwrap();
        assert_eq!(
            links.to(&place("src/a b_(c).py", 40, 71)).unwrap(),
            "https://github.com/o/r/blob/2f1c9a7d0b3e/src/a%20b%5F%28c%29.py#L40-L71"
        );
        for outside in ["", "../x", "a/../../b", "/etc/passwd", "a//b", "..\\x"] {
            assert_eq!(links.to(&place(outside, 1, 0)), None, "{outside}");
        }
    }

    #[test]
    fn links_lead_nowhere_else() {
        for (server, repository, commit) in [
            ("javascript:x", "o/r", "2f1c9a7"),
            ("https://github.com", "o/r/../../evil/x", "2f1c9a7"),
            ("https://github.com", "o", "2f1c9a7"),
            ("https://github.com", "o/r", "main"),
            ("https://git hub.com)", "o/r", "2f1c9a7"),
        ] {
            assert!(
                Links::github(server, repository)
                    .at(Some(commit), "")
                    .is_none()
            );
        }
        assert!(Links::none().at(Some("2f1c9a7"), "").is_none());
    }
}
