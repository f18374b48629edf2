//! A commit and its parents.

use serde::Deserialize;

use super::client::Client;
use super::failure::Failure;
use super::project::Project;
use crate::text::escape::uri::part;

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its SHA.
    pub sha: String,
    /// Its parents' SHAs, in order. The commit that GitHub makes to test a pull request has the base's tip first and
    /// the pull request's head second.
    pub parents: Vec<String>,
}

#[derive(Deserialize)]
struct Answer {
    sha: String,
    parents: Vec<Parent>,
}

#[derive(Deserialize)]
struct Parent {
    sha: String,
}

/// The commit of a SHA, branch or tag.
///
/// # Errors
/// When there is none, or GitHub refuses or fails.
pub fn get(client: &Client, project: &Project, reference: &str) -> Result<Commit, Failure> {
    let path = format!("/commits/{}", part(reference));
    let answer: Answer = client.get(&project.path(&path))?;
    Ok(Commit {
        sha: answer.sha,
        parents: answer
            .parents
            .into_iter()
            .map(|parent| parent.sha)
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::github::testing::{self, Reply, Server};

    #[test]
    fn the_parents_come_in_order() {
        let answer = json!({"sha": "c", "parents": [{"sha": "a"}, {"sha": "b"}], "files": []});
        let server = Server::scripted([Reply::json(200, &answer)]);
        let commit = get(&testing::client(&server), &"o/r".parse().unwrap(), "a/b?c").unwrap();
        assert_eq!(
            (commit.sha.as_str(), commit.parents.as_slice()),
            ("c", &["a".to_owned(), "b".to_owned()][..])
        );
        assert_eq!(server.lines(), ["GET /repos/o/r/commits/a%2Fb%3Fc"]);
    }
}
