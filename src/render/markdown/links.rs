//! Links to a file at the judged commit.

use crate::render::view::is_inside;

/// Where the repository's files are to be seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    blob: Option<String>,
    /// What stands before the number of a range's last line.
    last: &'static str,
}

impl Links {
    /// No links.
    pub fn none() -> Links {
        Links::default()
    }

    /// Links into a project on GitHub: `https://github.com/owner/name`. None if that does not look as it should: a link
    /// must not lead elsewhere.
    pub fn github(project: &str) -> Links {
        let blob = |project| format!("{project}/blob");
        Links {
            blob: lawful(project).map(blob),
            last: "L",
        }
    }

    /// Links into a project on GitLab: `https://gitlab.com/group/name`. None if that does not look as it should.
    pub fn gitlab(project: &str) -> Links {
        let blob = |project| format!("{project}/-/blob");
        Links {
            blob: lawful(project).map(blob),
            last: "",
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
            last: self.last,
        })
    }
}

/// The address of a project without a slash at its end, if it is one: a host and at least owner and name, nothing that
/// ends an address or leads out of it.
fn lawful(project: &str) -> Option<&str> {
    let project = project.trim_end_matches('/');
    let rest = ["https://", "http://"].iter();
    let rest = rest
        .clone()
        .find_map(|scheme| project.strip_prefix(scheme))?;
    let (host, path) = rest.split_once('/')?;
    let only = |text: &str, extra: &str| {
        let known = |c: char| c.is_ascii_alphanumeric() || extra.contains(c);
        !text.is_empty() && text.chars().all(known)
    };
    let name = |part: &str| only(part, "-_.") && !matches!(part, "." | "..");
    let whole = only(host, ".-:") && path.contains('/') && path.split('/').all(name);
    whole.then_some(project)
}

/// Where the files of one commit are to be seen.
#[derive(Debug, Clone)]
pub(super) struct AtCommit {
    base: String,
    last: &'static str,
}

impl AtCommit {
    /// The address of a file, or of lines of it; `None` for a path that does not stay in the repository.
    pub(super) fn to(&self, path: &str, run: Option<(u32, u32)>) -> Option<String> {
        if !is_inside(path) {
            return None;
        }
        let anchor = match run {
            None => String::new(),
            Some((first, last)) if last > first => format!("#L{first}-{}{last}", self.last),
            Some((first, _)) => format!("#L{first}"),
        };
        Some(format!("{}{}{anchor}", self.base, encoded(path)))
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

    #[test]
    fn links_stay_in_the_repository() {
        let links = Links::github("https://github.com/o/r")
            .at(Some("2f1c9a7d0b3e"), "")
            .unwrap();
        assert_eq!(
            links.to("src/a b_(c).py", Some((40, 71))).unwrap(),
            "https://github.com/o/r/blob/2f1c9a7d0b3e/src/a%20b%5F%28c%29.py#L40-L71"
        );
        for outside in ["", "../x", "a/../../b", "/etc/passwd", "a//b", "..\\x"] {
            assert_eq!(links.to(outside, Some((1, 1))), None, "{outside}");
        }
    }

    #[test]
    fn each_host_has_its_form() {
        let links = Links::gitlab("https://git.example.org/tools/group/sub.name/")
            .at(Some("2f1c9a7d0b3e"), "app")
            .unwrap();
        let base = "https://git.example.org/tools/group/sub.name/-/blob/2f1c9a7d0b3e/app";
        for (run, anchor) in [
            (Some((40, 71)), "#L40-71"),
            (Some((7, 7)), "#L7"),
            (None, ""),
        ] {
            assert_eq!(
                links.to("a.py", run).unwrap(),
                format!("{base}/a.py{anchor}")
            );
        }
    }

    #[test]
    fn links_lead_nowhere_else() {
        for (project, commit) in [
            ("javascript:x/o/r", "2f1c9a7"),
            ("https://github.com/o/r/../../evil/x", "2f1c9a7"),
            ("https://github.com/o", "2f1c9a7"),
            ("https://github.com/o//r", "2f1c9a7"),
            ("https://github.com/o/r", "main"),
            ("https://git hub.com)/o/r", "2f1c9a7"),
            ("https://me@github.com/o/r", "2f1c9a7"),
            ("https://github.com/o/r?x=1", "2f1c9a7"),
            ("https://github.com/o/r#x", "2f1c9a7"),
        ] {
            for links in [Links::github(project), Links::gitlab(project)] {
                assert!(links.at(Some(commit), "").is_none(), "{project}");
            }
        }
        assert!(Links::none().at(Some("2f1c9a7"), "").is_none());
    }
}
