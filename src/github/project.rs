//! The repository that is spoken about.

use std::fmt;
use std::str::FromStr;

/// A repository on GitHub: `owner/name`. Its parts can stand in a path as they are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Project {
    owner: String,
    name: String,
}

/// What is wrong with a text that should name a repository.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a repository on GitHub is named `owner/name`, with letters, digits, `-`, `_` and `.`")]
pub struct NotAProject;

impl Project {
    /// The user or organisation to whom the repository belongs.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// The repository's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The path of something in the repository: `/pulls/1` becomes `/repos/owner/name/pulls/1`.
    pub fn path(&self, rest: &str) -> String {
        format!("/repos/{self}{rest}")
    }
}

impl FromStr for Project {
    type Err = NotAProject;

    fn from_str(text: &str) -> Result<Project, NotAProject> {
        let (owner, name) = text.split_once('/').ok_or(NotAProject)?;
        if !is_part(owner) || !is_part(name) {
            return Err(NotAProject);
        }
        Ok(Project {
            owner: owner.to_owned(),
            name: name.to_owned(),
        })
    }
}

impl fmt::Display for Project {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

/// GitHub allows a name 100 characters, and neither `.` nor `..`, which would lead elsewhere in a path.
fn is_part(part: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !part.is_empty() && part.len() <= 100 && !matches!(part, "." | "..") && part.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_stands_in_a_path() {
        let project: Project = "octo-org/hello.world_2".parse().unwrap();
        assert_eq!(
            (project.owner(), project.name()),
            ("octo-org", "hello.world_2")
        );
        assert_eq!(
            project.path("/pulls/1"),
            "/repos/octo-org/hello.world_2/pulls/1"
        );
    }

    #[test]
    fn nothing_leads_out_of_the_path() {
        let long = format!("a/{}", "b".repeat(101));
        for text in [
            "", "a", "a/", "/b", "a/b/c", "a/..", "../b", "a/b?c", "a/b#c", "a/%2e%2e", "a/b c",
            "a/é", "a/b\n", &long,
        ] {
            assert_eq!(text.parse::<Project>(), Err(NotAProject), "{text}");
        }
    }
}
