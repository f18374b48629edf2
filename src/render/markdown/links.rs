//! Links to a file at the judged commit.

use crate::render::view::is_inside;
use crate::text::escape::uri;

/// Where the repository's files are to be seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// The project with what stands before a commit's name to see files, and to see the commit.
    project: Option<Project>,
    report: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Project {
    blob: String,
    commit: String,
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
        Links::into(project, "", "L")
    }

    /// Links into a project on GitLab: `https://gitlab.com/group/name`. None if that does not look as it should.
    pub fn gitlab(project: &str) -> Links {
        Links::into(project, "/-", "")
    }

    fn into(project: &str, between: &str, last: &'static str) -> Links {
        let project = lawful(project).map(|project| Project {
            blob: format!("{project}{between}/blob"),
            commit: format!("{project}{between}/commit"),
            last,
        });
        Links {
            project,
            report: None,
        }
    }

    /// The same links with the address of the full report, such as the run's summary: a page that leaves something out
    /// says where it is. An address that could be anything else in markdown is left out.
    #[must_use]
    pub fn with_report(mut self, address: &str) -> Links {
        let web = ["https://", "http://"].iter();
        let rest = web.clone().find_map(|scheme| address.strip_prefix(scheme));
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.~/:%?=&#+,".contains(c);
        let lawful = rest.is_some_and(|rest| !rest.is_empty() && rest.chars().all(plain));
        self.report = lawful.then(|| address.to_owned());
        self
    }

    /// The address of the full report.
    pub(super) fn report(&self) -> Option<&str> {
        self.report.as_deref()
    }

    /// The address of a commit; none if it is no SHA.
    pub(super) fn commit(&self, commit: &str) -> Option<String> {
        let project = self.project.as_ref()?;
        is_sha(commit).then(|| format!("{}/{commit}", project.commit))
    }

    /// The same links at a commit, for paths relative to a folder of the repository; none if the commit is no SHA.
    pub(super) fn at(&self, commit: Option<&str>, folder: &str) -> Option<AtCommit> {
        let commit = commit.filter(|commit| is_sha(commit))?;
        let project = self.project.as_ref()?;
        let folder = match folder {
            "" => String::new(),
            folder => encoded(folder) + "/",
        };
        Some(AtCommit {
            base: format!("{}/{commit}/{folder}", project.blob),
            last: project.last,
        })
    }
}

fn is_sha(commit: &str) -> bool {
    (7..=64).contains(&commit.len()) && commit.chars().all(|c| c.is_ascii_hexdigit())
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

/// In markdown neither of the two may stand as it is: they could begin emphasis or strike through.
fn encoded(path: &str) -> String {
    uri::path(path).replace('_', "%5F").replace('~', "%7E")
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
        assert!(Links::none().commit("2f1c9a7").is_none());
        let links = Links::github("https://github.com/o/r");
        assert_eq!(links.commit("main"), None);
        let address = "https://github.com/o/r/commit/2f1c9a7";
        assert_eq!(links.commit("2f1c9a7").unwrap(), address);
    }

    #[test]
    fn the_full_report_is_an_address_and_nothing_else() {
        let report = |address| Links::none().with_report(address).report;
        let run = "https://github.com/o/r/actions/runs/1/attempts/2#summary-3";
        assert_eq!(report(run).as_deref(), Some(run));
        for other in [
            "",
            "https://",
            "javascript:alert(1)",
            "https://x/a) [b](c",
            "https://x/<b>",
            "https://me@x/a",
            "https://x/a b",
            "https://x/a\n# b",
            "https://x/&lt;",
        ] {
            assert_eq!(report(other), None, "{other}");
        }
    }
}
