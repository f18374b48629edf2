//! The labels of a pull request.

use serde::{Deserialize, Serialize};

use super::client::Client;
use super::failure::{Failure, Kind};
use super::project::Project;
use crate::text::escape::uri::part;

/// Which labels a pull request is to have, and which not. All others are left as they are.
#[derive(Debug, Clone, Copy, Default)]
pub struct Labels<'a> {
    /// To be there.
    pub wanted: &'a [&'a str],
    /// Not to be there, unless wanted too.
    pub unwanted: &'a [&'a str],
}

/// What was changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changed {
    /// Labels that were not there before.
    pub added: Vec<String>,
    /// Labels that are there no more, as GitHub spelt them.
    pub removed: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Label {
    name: String,
}

#[derive(Serialize)]
struct Add<'a> {
    labels: &'a [String],
}

/// Adds the labels that are missing and removes those that are not wanted. Nothing is sent when nothing changes.
///
/// # Errors
/// When GitHub refuses or fails; labels may have been added, but not yet removed.
pub fn settle(
    client: &Client,
    project: &Project,
    pull_request: u64,
    labels: &Labels,
) -> Result<Changed, Failure> {
    if labels.wanted.is_empty() && labels.unwanted.is_empty() {
        return Ok(Changed::default());
    }
    let path = project.path(&format!("/issues/{pull_request}/labels"));
    let there: Vec<Label> = client.list(&format!("{path}?per_page=100"), None)?;
    let there: Vec<String> = there.into_iter().map(|label| label.name).collect();
    let changed = change(&there, labels);
    if !changed.added.is_empty() {
        add(client, &path, &changed.added)?;
    }
    for name in &changed.removed {
        match client.delete(&format!("{path}/{}", part(name))) {
            // Somebody else has removed it meanwhile.
            Err(failure) if failure.kind == Kind::NotFound => {}
            answer => answer?,
        }
    }
    Ok(changed)
}

fn add(client: &Client, path: &str, labels: &[String]) -> Result<(), Failure> {
    let post = || client.post::<Vec<Label>>(path, &Add { labels });
    match post() {
        // To add a label that is there changes nothing.
        Err(failure) if failure.kind == Kind::Uncertain => post().map(drop),
        answer => answer.map(drop),
    }
}

/// What has to change. GitHub does not tell large letters of labels from small ones.
fn change(there: &[String], labels: &Labels) -> Changed {
    let same = |one: &str, other: &str| one.to_lowercase() == other.to_lowercase();
    let is_wanted = |name: &str| labels.wanted.iter().any(|wanted| same(wanted, name));
    let mut changed = Changed::default();
    for wanted in labels.wanted {
        let known = there.iter().chain(&changed.added);
        if !wanted.is_empty() && !known.into_iter().any(|name| same(name, wanted)) {
            changed.added.push((*wanted).to_owned());
        }
    }
    changed.removed = there
        .iter()
        .filter(|name| !is_wanted(name))
        .filter(|name| labels.unwanted.iter().any(|unwanted| same(unwanted, name)))
        .cloned()
        .collect();
    changed
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::github::testing::{self, Reply, Server};

    fn serve(delete: u16) -> Server {
        Server::answering(move |request| {
            Some(match request.method.as_str() {
                "GET" => Reply::json(
                    200,
                    &json!([{"name": "Bug"}, {"name": "size/XL?"}, {"name": "kept"}]),
                ),
                "POST" => Reply::json(200, &json!([{"name": "Bug"}, {"name": "coverage fell"}])),
                _ => Reply::json(delete, &json!([])),
            })
        })
    }

    fn run(server: &Server, wanted: &[&str], unwanted: &[&str]) -> Changed {
        let labels = Labels { wanted, unwanted };
        settle(
            &testing::client(server),
            &"o/r".parse().unwrap(),
            7,
            &labels,
        )
        .unwrap()
    }

    #[test]
    fn only_what_differs_is_changed() {
        for delete in [200, 404] {
            let server = serve(delete);
            let wanted = ["bug", "coverage fell", "Coverage fell"];
            let changed = run(&server, &wanted, &["BUG", "size/xl?", "gone"]);
            assert_eq!(changed.added, ["coverage fell"]);
            assert_eq!(changed.removed, ["size/XL?"]);
            let expected = [
                "GET /repos/o/r/issues/7/labels?per_page=100",
                "POST /repos/o/r/issues/7/labels",
                "DELETE /repos/o/r/issues/7/labels/size%2FXL%3F",
            ];
            assert_eq!(server.lines(), expected);
            let sent = server.received()[1].json();
            assert_eq!(sent, json!({"labels": ["coverage fell"]}));
        }
    }

    #[test]
    fn nothing_is_sent_when_nothing_changes() {
        let server = serve(200);
        assert_eq!(run(&server, &["BUG"], &["gone"]), Changed::default());
        assert_eq!(server.lines().len(), 1);
        assert_eq!(run(&server, &[], &[]), Changed::default());
        assert_eq!(server.lines().len(), 1);
    }

    #[test]
    fn an_answer_that_was_lost_does_no_harm() {
        let replies = [
            Reply::json(200, &json!([])),
            Reply::status(502),
            Reply::json(200, &json!([{"name": "a"}])),
        ];
        let server = Server::scripted(replies);
        assert_eq!(run(&server, &["a"], &[]).added, ["a"]);
    }
}
